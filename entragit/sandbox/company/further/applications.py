"""The made-up company: what decides about applications beside themselves."""

from __future__ import annotations

import json

from entragit.sandbox.company.build import Build, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

TOKENS: tuple[tuple[str, str, str, bool, Object], ...] = (
    ("activityBasedTimeoutPolicies", "ActivityBasedTimeoutPolicy", "Sign out after an hour", True,
     {"ApplicationPolicies": [{"ApplicationId": "default", "WebSessionIdleTimeout": "01:00:00"}]}),
    ("claimsMappingPolicies", "ClaimsMappingPolicy", "Nothing but the basics", False,
     {"IncludeBasicClaimSet": "true"}),
    ("claimsMappingPolicies", "ClaimsMappingPolicy", "Employee number \N{BULLET} \u202egpj", False,
     {"IncludeBasicClaimSet": "true", "ClaimsSchema": [
         {"Source": "user", "ID": "employeeid", "JwtClaimType": "eid"},
         {"Source": "user", "ExtensionID": "extension_{offering}_costCentre", "JwtClaimType": "costs"}]}),
    ("homeRealmDiscoveryPolicies", "HomeRealmDiscoveryPolicy", "Passwords of the cloud", True,
     {"AllowCloudPasswordValidation": True}),
    ("homeRealmDiscoveryPolicies", "HomeRealmDiscoveryPolicy", "Straight to AD FS", False,
     {"AccelerateToFederatedDomain": True}),
    ("tokenIssuancePolicies", "TokenIssuancePolicy", "As it always was", False, {"SigningAlgorithm": "Sha1"}),
    ("tokenIssuancePolicies", "TokenIssuancePolicy", "Sign responses", False,
     {"TokenResponseSigningPolicy": "ResponseAndToken", "SigningAlgorithm": "Sha256"}),
    ("tokenLifetimePolicies", "TokenLifetimePolicy", "Two hours", True, {"AccessTokenLifetime": "02:00:00"}),
    ("tokenLifetimePolicies", "TokenLifetimePolicy", "Half an hour", False, {"AccessTokenLifetime": "00:30:00"}),
)  # fmt: skip
PRINCIPALS = "servicePrincipals"
# Sort of policy → (collection, word) of those that have the last one of it.
ASSIGNED = {
    "claimsMappingPolicies": ((PRINCIPALS, "saml"),),
    "homeRealmDiscoveryPolicies": ((PRINCIPALS, "saml"), (PRINCIPALS, "portal")),
    "tokenIssuancePolicies": (("applications", "saml"),),
    "tokenLifetimePolicies": (("applications", "portal"), (PRINCIPALS, "saml")),
}


def _secret(kind: str, lifetime: str | None) -> Object:
    return values("passwordCredentialConfiguration", restrictionType=kind, maxLifetime=lifetime, state="enabled",
                  restrictForAppsCreatedAfterDateTime="2024-01-01T00:00:00Z")  # fmt: skip


def _principal(build: Build, word: str) -> str:
    return build.known[f"principal:{build.known[f'app:{word}']}"]


def _tokens(build: Build) -> None:
    """Policies of tokens, and whose: of each sort one is assigned but that of sessions, which none can be."""
    offering = build.tenant.objects["applications"][build.known["app:portal"]]["appId"].replace("-", "")
    made: dict[str, str] = {}
    for path, word, name, default, said in TOKENS:
        text = json.dumps({word: {"Version": 1, **said}}, separators=(",", ":")).replace("{offering}", offering)
        body = {"displayName": name, "definition": [text], "isOrganizationDefault": default}
        made[path] = str(build.add(f"policies/{path}", body)["id"])
    for path, holders in ASSIGNED.items():
        for holder, word in holders:
            owner = build.known[f"app:{word}"] if holder == "applications" else _principal(build, word)
            build.link(f"{holder}/{path}", owner, [made[path]])


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    _tokens(build)
    secrets = [_secret("passwordLifetime", "P180D"), _secret("symmetricKeyAddition", None)]
    build.add(
        "policies/appManagementPolicies", {"displayName": "No rules", "description": "Of old.", "isEnabled": False}
    )
    short = build.add("policies/appManagementPolicies", {
        "displayName": "Short secrets", "description": "Of applications that hold much.", "isEnabled": True,
        "restrictions": values("customAppManagementConfiguration", passwordCredentials=secrets),
    })  # fmt: skip
    build.link("applications/appManagementPolicies", build.known["app:portal"], [short["id"]])
    build.link(f"{PRINCIPALS}/appManagementPolicies", _principal(build, "saml"), [short["id"]])
    keys = values("keyCredentialConfiguration", restrictionType="asymmetricKeyLifetime", maxLifetime="P365D",
                  state="enabled")  # fmt: skip
    build.tenant.singletons["policies/defaultAppManagementPolicy"] = blank("tenantAppManagementPolicy") | {
        "id": "00000000-0000-0000-0000-000000000000", "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions.", "isEnabled": True,
        "applicationRestrictions": values("appManagementApplicationConfiguration", passwordCredentials=[secrets[0]],
                                          keyCredentials=[keys]),
    }  # fmt: skip
