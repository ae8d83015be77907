"""States of what decides whose word Entra takes for who somebody is: federation, certificate authorities."""

from __future__ import annotations

from base64 import b64encode

from write_guids import OWN, Row

from entragit.model import Body

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
FEDERATION: Body = {"issuerUri": "http://a/trust", "passiveSignInUri": "https://a/ls", "signingCertificate": "AAAA",
                    "preferredAuthenticationProtocol": "wsFed"}  # fmt: skip
DOMAIN: Body = {"id": "a.com", "isVerified": True, "authenticationType": "Managed"}
FEDERATED = DOMAIN | {"authenticationType": "Federated", "federationConfiguration": [FEDERATION]}
OTHER = FEDERATION | {"issuerUri": "http://evil/trust"}
ROOT: Body = {"certificate": "AAAA", "isRootAuthority": True}
CHAIN: Body = {"certificateAuthorities": [ROOT]}
LONGER: Body = {"certificateAuthorities": [ROOT, {"certificate": "BBBB", "isRootAuthority": False}]}
BELOW = "/organization/{}/certificateBasedAuthConfiguration"


def authority(name: str) -> Body:
    """One as its file shows it."""
    return {"certificate": b64encode(name.encode()).decode(), "displayName": name}


PKI: Body = {"id": OWN, "displayName": "Smart cards"}
HELD = PKI | {"certificateAuthorities": [authority("root")]}

STATES: list[Row] = [
    ("a domain is federated again", "domains", DOMAIN, FEDERATED,
     [("POST", "/domains/{}/federationConfiguration", FEDERATION)]),
    ("another issuer goes without an end of the federation", "domains",
     FEDERATED | {"federationConfiguration": [OTHER]}, FEDERATED,
     [("PATCH", "/domains/{}/federationConfiguration/{found}", {"issuerUri": "http://a/trust"})]),
    ("a federation ends", "domains", FEDERATED, DOMAIN,
     [("DELETE", "/domains/{}/federationConfiguration/{found}", None)]),
    ("the old chain of certificates is made", "organization", {"id": OWN},
     {"id": OWN, "certificateBasedAuthConfiguration": [CHAIN]}, [("POST", BELOW, CHAIN)]),
    ("the old chain changes: no PATCH takes it", "organization",
     {"id": OWN, "certificateBasedAuthConfiguration": [LONGER]},
     {"id": OWN, "certificateBasedAuthConfiguration": [CHAIN]},
     [("DELETE", BELOW + "/{found}", None), ("POST", BELOW, CHAIN)]),
    ("a PKI is made, then its authorities", PKIS, None, HELD,
     [("POST", f"/{PKIS}", {"displayName": "Smart cards"}),
      ("POST", f"/{PKIS}/new/certificateAuthorities", authority("root"))]),
    ("a PKI is called otherwise", PKIS, PKI, PKI | {"displayName": "Cards"},
     [("PATCH", f"/{PKIS}/{{}}", {"displayName": "Cards"})]),
    ("an authority changes, another goes", PKIS, PKI | {"certificateAuthorities": [authority("evil"), authority(
        "root") | {"isIssuerHintEnabled": True}]}, HELD | {"certificateAuthorities": [authority("root") | {
            "isIssuerHintEnabled": False}]},
     [("PATCH", f"/{PKIS}/{{}}/certificateAuthorities/{{found}}", {"isIssuerHintEnabled": False}),
      ("DELETE", f"/{PKIS}/{{}}/certificateAuthorities/{{found}}", None)]),
    ("a PKI goes", PKIS, HELD, None, [("DELETE", f"/{PKIS}/{{}}", None)]),
]  # fmt: skip
