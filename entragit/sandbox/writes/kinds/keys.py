"""Certificates of applications and service principals: a PATCH replaces them all, and no key comes back (facts §5)."""

from __future__ import annotations

from entragit.sandbox.replies import bad_request
from entragit.sandbox.writes.core import Write

TYPES = ("AsymmetricX509Cert", "X509CertAndPassword", "Symmetric")
USAGES = ("Verify", "Sign", "Encrypt")


def keys_valid(write: Write) -> None:
    """Rule: a new key comes with its public part, its type and its usage; an old one is named by its keyId."""
    if "keyCredentials" not in write.body:
        return
    held = {item.get("keyId") for item in write.before.get("keyCredentials") or []}
    sent = write.body["keyCredentials"]
    ids = [item["keyId"] for item in sent if item.get("keyId")]
    if len(set(ids)) < len(ids):
        raise bad_request("A keyId occurs twice in 'keyCredentials'.")
    for item in sent:
        if item.get("keyId") not in held and not item.get("key"):
            raise bad_request("Key credential is invalid: a new one needs its 'key'.")
        if item.get("type") not in TYPES or item.get("usage") not in USAGES:
            raise bad_request("Key credential is invalid: 'type' and 'usage' are needed.")


def keys_kept(write: Write) -> None:
    """Effect: an old key that was sent without its public part keeps it; a new one gets an id."""
    if "keyCredentials" not in write.body:
        return
    held = {item.get("keyId"): item for item in write.before.get("keyCredentials") or []}
    for item in write.after["keyCredentials"]:
        item["key"] = item.get("key") or held.get(item.get("keyId"), {}).get("key")
        item["keyId"] = item.get("keyId") or write.tenant.new_id()
