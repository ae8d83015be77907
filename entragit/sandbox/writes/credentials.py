"""addPassword and removePassword: the one way in which secrets come and go (facts §0.9, §5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request
from entragit.sandbox.store import Object
from entragit.sandbox.writes import audits, engine
from entragit.sandbox.writes.values import is_guid

SETTABLE = frozenset({"displayName", "startDateTime", "endDateTime"})
LASTING = timedelta(days=730)  # documented default: two years


def _record(ask: Ask, path: str, item: Object, before: Object) -> None:
    ask.tenant.touch(path, str(item["id"]))
    noun = "application" if path == "applications" else "service principal"
    audits.record(ask, f"Update {noun} – Certificates and secrets management", path, before, item)


def _moment(value: object) -> str:
    """A time of the body; 400 for what is none."""
    try:
        aware = datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise bad_request("Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.")
    return str(value)


def add_password(ask: Ask, path: str, item: Object) -> Reply:
    """POST …/addPassword: 200 with the one answer that holds the secret."""
    sent = engine.body_of(ask).get("passwordCredential") if ask.body else {}
    if not isinstance(sent, dict) or not set(sent) - {"@odata.type"} <= SETTABLE:
        raise bad_request("'passwordCredential' can hold displayName, startDateTime and endDateTime alone.")
    tenant, before = ask.tenant, dict(item)
    secret = f"{tenant.new_id()[:3]}~{tenant.new_id()}".replace("-", "Q")
    made = {
        "customKeyIdentifier": None, "displayName": sent.get("displayName"), "keyId": tenant.new_id(),
        "startDateTime": _moment(sent.get("startDateTime") or tenant.stamp()),
        "endDateTime": _moment(sent.get("endDateTime") or tenant.stamp(LASTING)), "hint": secret[:3],
        "secretText": None,
    }  # fmt: skip
    item["passwordCredentials"] = [*(item.get("passwordCredentials") or []), made]
    _record(ask, path, item, before)
    return engine.plain_reply(ask, "microsoft.graph.passwordCredential", made | {"secretText": secret})


def remove_password(ask: Ask, path: str, item: Object) -> Reply:
    """POST …/removePassword: 204; 400 for a key that the object has not."""
    key, before = engine.body_of(ask).get("keyId"), dict(item)
    held = item.get("passwordCredentials") or []
    if not is_guid(key) or all(entry.get("keyId") != key for entry in held):
        raise bad_request(f"No password credential found with keyId '{key}'.")
    item["passwordCredentials"] = [entry for entry in held if entry.get("keyId") != key]
    _record(ask, path, item, before)
    return Reply(204)
