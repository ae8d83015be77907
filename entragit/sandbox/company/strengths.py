"""Authentication strengths, authentication contexts and named locations: what Conditional Access policies name."""

from __future__ import annotations

from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, nasty
from entragit.sandbox.store import Object

STRENGTHS = "policies/authenticationStrengthPolicies"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
LOCATIONS = "identity/conditionalAccess/namedLocations"
RESISTANT = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"]
PASSWORDLESS = [*RESISTANT, "deviceBasedPush"]
SECOND = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
MFA = [
    *PASSWORDLESS, "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse",
    *(f"password,{second}" for second in SECOND), "federatedMultiFactor",
    *(f"federatedSingleFactor,{second}" for second in SECOND), "x509CertificateSingleFactor,microsoftAuthenticatorPush",
]  # fmt: skip
BUILT_IN = {
    well_known.MFA_STRENGTH: ("Multifactor authentication", MFA),
    well_known.PASSWORDLESS_STRENGTH: ("Passwordless MFA", PASSWORDLESS),
    well_known.PHISHING_RESISTANT_STRENGTH: ("Phishing-resistant MFA", RESISTANT),
}
# (id, name, whether policies may be attached to it)
LEVELS = (("c1", "Sign contracts", True), ("c2", "Approve payments > € 10 000", True), ("c3", "Retired", False))


def built_in_strength(strength_id: str) -> Object:
    """A built-in strength as Graph sends it; KeyError for an unknown id."""
    name, combinations = BUILT_IN[strength_id]
    return {
        "id": strength_id, "displayName": name, "description": f"{name}, as Microsoft defines it.",
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa", "allowedCombinations": list(combinations),
        "createdDateTime": "2021-12-01T08:00:00Z", "modifiedDateTime": "2021-12-01T08:00:00Z",
        "combinationConfigurations": [],
    }  # fmt: skip


def strengths(build: Build) -> None:
    """The three built-in strengths and one of the company's own."""
    for strength_id in BUILT_IN:
        build.add(STRENGTHS, built_in_strength(strength_id))
    keys = ["fa2b99dc-9e39-4257-8f92-4a30d23c4118", "2fc0579f-8113-47ea-b116-bb5a8db9202a"]  # security keys by model
    build.add(STRENGTHS, {
        "displayName": "Company keys only", "description": "FIDO2 keys that IT hands out.", "policyType": "custom",
        "requirementsSatisfied": "mfa", "allowedCombinations": ["fido2"], "createdDateTime": build.moment(400),
        "modifiedDateTime": build.moment(120), "combinationConfigurations": [{
            "@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "id": build.guid(), "allowedAAGUIDs": keys,
            "appliesToCombinations": ["fido2"],
        }],
    }, "strength:keys")  # fmt: skip


def contexts(build: Build) -> None:
    """The authentication contexts c1 to c3."""
    for context, name, available in LEVELS:
        build.add(
            CONTEXTS, {"id": context, "displayName": name, "description": f"Step up: {name}.", "isAvailable": available}
        )


def _addresses(*ranges: str) -> list[Object]:
    return [
        {"@odata.type": f"#microsoft.graph.iPv{6 if ':' in item else 4}CidrRange", "cidrAddress": item}
        for item in ranges
    ]


def locations(build: Build) -> None:
    """Networks (one trusted) and countries."""
    ip, country = "#microsoft.graph.ipNamedLocation", "#microsoft.graph.countryNamedLocation"
    dates = {"createdDateTime": build.moment(800), "modifiedDateTime": build.moment(90)}
    offices = _addresses("203.0.113.0/24", "198.51.100.64/27", "2001:db8:1200::/48")
    build.add(
        LOCATIONS,
        dates | {"@odata.type": ip, "displayName": "Offices", "isTrusted": True, "ipRanges": offices},
        "location:offices",
    )
    vpn = _addresses("192.0.2.10/32")
    build.add(
        LOCATIONS, dates | {"@odata.type": ip, "displayName": nasty(1, 1)[0], "isTrusted": False, "ipRanges": vpn}
    )
    for word, name, codes, unknown in (
        ("allowed", "Allowed countries", ["NL", "IE", "PL", "US", "SG"], False),
        ("blocked", "Sanctioned", ["KP", "IR"], True),
    ):
        build.add(LOCATIONS, dates | {
            "@odata.type": country, "displayName": name, "countriesAndRegions": codes,
            "includeUnknownCountriesAndRegions": unknown, "countryLookupMethod": "clientIpAddress",
        }, f"location:{word}")  # fmt: skip
