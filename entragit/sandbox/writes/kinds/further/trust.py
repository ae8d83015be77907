"""Rules of writes: federation of domains, certificate authorities (facts §5 domains, organization)."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from binascii import Error

from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import CONFLICT, Kind, Write
from entragit.sandbox.writes.shelves import shelf

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
FEDERATION = "domains/federationConfiguration"
FIXED = "29728ade-6ae4-4ee9-9103-412912537da5"  # facts §5 organization
PROTOCOLS, KINDS_OF_AUTHORITY = ("wsFed", "saml"), (None, "root", "intermediate")


def _certificate(write: Write, text: object) -> bytes:
    """The bytes of a certificate; 400 for what can't be one."""
    try:
        found = b64decode(text if isinstance(text, str) else "", validate=True)
    except Error:
        found = b""
    if not found:
        raise write.kind.bad("Certificate data is invalid.")
    return found


def _federated_once(write: Write) -> None:
    """A verified domain that isn't Microsoft's, once; [K] each with an issuer of its own, and not the default one."""
    owner, held = write.owner or {}, write.tenant.children.get(FEDERATION, {})
    if not owner.get("isVerified") or owner.get("isInitial") or owner.get("isDefault") or held.get(str(owner["id"])):
        raise write.kind.bad(f"The domain '{owner['id']}' can't be federated.")
    _federation(write)


def _federation(write: Write) -> None:
    """A certificate, a protocol that exists, and an issuer that no other domain has."""
    for name in ("signingCertificate", "nextSigningCertificate"):
        if write.after.get(name) is not None:
            _certificate(write, write.after[name])
    if write.after.get("preferredAuthenticationProtocol") not in PROTOCOLS:
        raise write.kind.bad("'preferredAuthenticationProtocol' is wsFed or saml.")
    held = (item for found in write.tenant.children.get(FEDERATION, {}).values() for item in found.values())
    if any(item["issuerUri"] == write.after["issuerUri"] and item["id"] != write.id for item in held):
        raise write.kind.bad(CONFLICT)


def _signed_in(write: Write) -> None:
    """Effect: a domain is federated exactly if it has a configuration."""
    own = str((write.owner or {})["id"])
    domain = lookup.live(write.tenant, "domains")[own]
    federated = bool(write.tenant.children.get(FEDERATION, {}).get(own))
    domain["authenticationType"] = "Federated" if federated else "Managed"
    for row in write.tenant.singletons["organization"]["verifiedDomains"]:
        row["type"] = domain["authenticationType"] if row["name"] == own else row["type"]


FEDERATED = Kind(
    path=FEDERATION,
    type="internalDomainFederation",
    noun="domain federation",
    required=("issuerUri", "passiveSignInUri", "signingCertificate", "preferredAuthenticationProtocol"),
    server=frozenset({"signingCertificateUpdateStatus"}),
    child=True,
    create=(_federated_once,),
    update=(_federation,),
    effects=(_signed_in,),
    gone=(_signed_in,),
)


def _one_chain(write: Write) -> None:
    """One configuration, each authority with a certificate and whether it is a root (documented as required)."""
    if shelf(write.tenant, write.kind, write.owner):
        raise write.kind.bad(CONFLICT)
    held = write.body["certificateAuthorities"] or []
    if not held or any("isRootAuthority" not in item for item in held):
        raise write.kind.bad("Each certificate authority needs a certificate and isRootAuthority.")
    for item in held:
        _certificate(write, item.get("certificate"))


def _issued(write: Write) -> None:
    """Effect: Graph reads the issuer out of each certificate."""
    for item in write.after["certificateAuthorities"]:
        mark = hashlib.sha256(b64decode(item["certificate"])).hexdigest().upper()
        item |= {"issuer": f"CN={mark[:8]}", "issuerSki": mark[:40]}


CHAIN = Kind(
    path="organization/certificateBasedAuthConfiguration",
    type="certificateBasedAuthConfiguration",
    noun="certificate based auth configuration",
    required=("certificateAuthorities",),
    child=True,
    made=lambda write: {"id": FIXED},
    create=(_one_chain,),
    effects=(_issued,),
)

PKI = Kind(path=PKIS, type="certificateBasedAuthPki", noun="public key infrastructure", soft=lambda write: True)


def _read(write: Write) -> Object:
    """What Graph reads out of the certificate."""
    mark = hashlib.sha1(_certificate(write, write.body["certificate"]), usedforsecurity=False).hexdigest().upper()
    return {"thumbprint": mark, "issuer": f"CN={mark[:8]}", "expirationDateTime": "2040-01-01T00:00:00Z"}


def _authority(write: Write) -> None:
    if write.after.get("certificateAuthorityType") not in KINDS_OF_AUTHORITY:
        raise write.kind.bad("'certificateAuthorityType' is root or intermediate.")
    others = (item for key, item in shelf(write.tenant, write.kind, write.owner).items() if key != write.id)
    if any(item["thumbprint"] == write.after["thumbprint"] for item in others):
        raise write.kind.bad(CONFLICT)


AUTHORITY = Kind(
    path=f"{PKIS}/certificateAuthorities",
    type="certificateAuthorityDetail",
    noun="certificate authority",
    required=("certificate",),
    child=True,
    made=_read,
    create=(_authority,),
    update=(_authority,),
)

KINDS: tuple[Kind, ...] = (PKI,)
CHILDREN: tuple[Kind, ...] = (FEDERATED, CHAIN, AUTHORITY)
