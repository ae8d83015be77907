"""Rules of writes: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

import re

from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Kind, Write

CROSS = "policies/crossTenantAccessPolicy"
NAMED = re.compile(r"(?:/users/|/groups/)([0-9a-fA-F-]{36})")


def _reviewers(write: Write) -> None:
    """Reviewers exist; an enabled policy has some."""
    held = write.after.get("reviewers") or []
    if write.after.get("isEnabled") and not held:
        raise write.kind.bad("Reviewers are needed where requests for consent are enabled.")
    for item in held:
        match = NAMED.search(str(item.get("query")))
        if match and not lookup.directory_object(write.tenant, match[1], ("users", "groups")):
            raise write.kind.bad(f"The reviewer '{match[1]}' does not exist.")


def _members(write: Write) -> None:
    """Who may join devices exists."""
    parts = [(write.after.get("azureADJoin") or {}).get("allowedToJoin"),
             (write.after.get("azureADRegistration") or {}).get("allowedToRegister")]  # fmt: skip
    for part in filter(None, parts):
        for name in ("users", "groups"):
            for key in part.get(name) or []:
                if key not in lookup.live(write.tenant, name):
                    raise write.kind.bad(f"'{key}' is no object of '{name}'.")


KINDS: tuple[Kind, ...] = (
    Kind("policies/authenticationFlowsPolicy", "authenticationFlowsPolicy", "authentication flows policy",
         client=frozenset({"selfServiceSignUp"})),
    Kind("policies/adminConsentRequestPolicy", "adminConsentRequestPolicy", "admin consent request policy",
         required=("isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers"),
         update=(_reviewers,)),
    Kind("policies/deviceRegistrationPolicy", "deviceRegistrationPolicy", "device registration policy",
         required=("azureADJoin", "azureADRegistration", "multiFactorAuthConfiguration", "userDeviceQuota"),
         update=(_members,)),
    Kind(CROSS, "crossTenantAccessPolicy", "cross-tenant access policy",
         patchable=frozenset({"allowedCloudEndpoints", "displayName"})),
)  # fmt: skip
CHILDREN: tuple[Kind, ...] = ()
