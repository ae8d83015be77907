"""The made-up company: what decides about applications beside themselves."""

from __future__ import annotations

import json

from entragit.sandbox.company.build import Build, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

TOKENS: tuple[tuple[str, str, str, bool, Object], ...] = (
    ("activityBasedTimeoutPolicies", "ActivityBasedTimeoutPolicy", "Sign out after an hour", True,
     {"ApplicationPolicies": [{"ApplicationId": "default", "WebSessionIdleTimeout": "01:00:00"}]}),
    ("claimsMappingPolicies", "ClaimsMappingPolicy", "Employee number \N{BULLET} \u202egpj", False,
     {"IncludeBasicClaimSet": "true", "ClaimsSchema": [{"Source": "user", "ID": "employeeid", "JwtClaimType": "eid"}]}),
    ("homeRealmDiscoveryPolicies", "HomeRealmDiscoveryPolicy", "Straight to AD FS", False,
     {"AccelerateToFederatedDomain": True}),
    ("tokenIssuancePolicies", "TokenIssuancePolicy", "Sign responses", False,
     {"TokenResponseSigningPolicy": "ResponseAndToken", "SigningAlgorithm": "Sha256"}),
    ("tokenLifetimePolicies", "TokenLifetimePolicy", "Two hours", False, {"AccessTokenLifetime": "02:00:00"}),
    ("tokenLifetimePolicies", "TokenLifetimePolicy", "Half an hour", False, {"AccessTokenLifetime": "00:30:00"}),
)  # fmt: skip


def _secret(kind: str, lifetime: str | None) -> Object:
    return values("passwordCredentialConfiguration", restrictionType=kind, maxLifetime=lifetime, state="enabled",
                  restrictForAppsCreatedAfterDateTime="2024-01-01T00:00:00Z")  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    for path, word, name, default, said in TOKENS:
        definition = json.dumps({word: {"Version": 1, **said}}, separators=(",", ":"))
        body = {"displayName": name, "definition": [definition], "isOrganizationDefault": default}
        build.add(f"policies/{path}", body)
    secrets = [_secret("passwordLifetime", "P180D"), _secret("symmetricKeyAddition", None)]
    build.add("policies/appManagementPolicies", {
        "displayName": "Short secrets", "description": "Of applications that hold much.", "isEnabled": True,
        "restrictions": values("customAppManagementConfiguration", passwordCredentials=secrets),
    })  # fmt: skip
    keys = values("keyCredentialConfiguration", restrictionType="asymmetricKeyLifetime", maxLifetime="P365D",
                  state="enabled")  # fmt: skip
    build.tenant.singletons["policies/defaultAppManagementPolicy"] = blank("tenantAppManagementPolicy") | {
        "id": "00000000-0000-0000-0000-000000000000", "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions.", "isEnabled": True,
        "applicationRestrictions": values("appManagementApplicationConfiguration", passwordCredentials=[secrets[0]],
                                          keyCredentials=[keys]),
    }  # fmt: skip
