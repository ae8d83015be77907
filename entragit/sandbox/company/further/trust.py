"""The made-up company: who signs its people in beside Entra."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from entragit.sandbox.company.build import Build, nasty, values

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
FIXED = "29728ade-6ae4-4ee9-9103-412912537da5"  # facts §5 organization


def _certificate(name: str) -> str:
    """What stands for a certificate: nobody here looks inside."""
    return b64encode(f"certificate of {name}".encode()).decode()


def _federation(build: Build) -> None:
    """The company's federation server signs in the people of one domain."""
    own = f"fed.{build.tenant.domain}"
    server = f"https://sts.{build.tenant.domain}/adfs"
    build.add_child("domains/federationConfiguration", own, {
        "displayName": "Company STS", "issuerUri": f"http://{own}/adfs/services/trust",
        "metadataExchangeUri": f"{server}/services/trust/mex", "passiveSignInUri": f"{server}/ls",
        "activeSignInUri": f"{server}/services/trust/2005/usernamemixed", "signOutUri": f"{server}/ls",
        "signingCertificate": _certificate("this year"), "nextSigningCertificate": _certificate("next year"),
        "preferredAuthenticationProtocol": "wsFed", "promptLoginBehavior": "nativeSupport",
        "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp", "isSignedAuthenticationRequestRequired": True,
        "signingCertificateUpdateStatus": values(
            "signingCertificateUpdateStatus", certificateUpdateResult="Success", lastRunDateTime=build.moment(1)),
    })  # fmt: skip


def _authority(build: Build, owner: str, name: str, kind: str) -> None:
    certificate = _certificate(name)
    mark = hashlib.sha1(f"certificate of {name}".encode(), usedforsecurity=False).hexdigest().upper()
    build.add_child(f"{PKIS}/certificateAuthorities", owner, {
        "displayName": name, "certificate": certificate, "certificateAuthorityType": kind, "thumbprint": mark,
        "issuer": f"CN={mark[:8]}", "issuerSubjectKeyIdentifier": mark[:20], "createdDateTime": build.moment(90),
        "expirationDateTime": "2040-01-01T00:00:00Z", "isIssuerHintEnabled": kind == "root",
        "certificateRevocationListUrl": f"http://crl.{build.tenant.domain}/{mark[:6]}.crl",
    })  # fmt: skip


def _authorities(build: Build) -> None:
    """Smart cards: two authorities in the old place, a root with its issuer and an empty one in the new."""
    build.add_child("organization/certificateBasedAuthConfiguration", build.tenant.id, {
        "id": FIXED,
        "certificateAuthorities": [
            values("certificateAuthority", certificate=_certificate(name), isRootAuthority=root, issuer=f"CN={name}",
                   issuerSki="00FF", certificateRevocationListUrl=f"http://crl.{build.tenant.domain}/old.crl")
            for name, root in (("old root", True), ("old issuer", False))
        ],
    })  # fmt: skip
    state = {"status": "succeeded", "lastModifiedDateTime": build.moment(90)}
    cards = build.add(PKIS, {"displayName": "Smart cards", **state})
    _authority(build, cards["id"], "Root", "root")
    _authority(build, cards["id"], nasty(7, 1)[0], "intermediate")
    build.add(PKIS, {"displayName": nasty(8, 1)[0], **state})


def make(build: Build) -> None:
    """Add it to the company; needs its domains and its organization."""
    _federation(build)
    _authorities(build)
