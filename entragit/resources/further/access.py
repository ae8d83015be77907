"""Policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.resources.base import SEQUENCE, SET, Facts, Reference, ResourceType, keyed
from entragit.resources.further import access_writes as writes

CROSS = "policies/crossTenantAccessPolicy"
POLICIES = ("Policy.Read.All",)
TRUST = ("Policy.ReadWrite.CrossTenantAccess",)
SECURITY = "Security Administrator"
PEOPLE = Reference(("users",))
# "/users/ID", "/groups/ID/transitiveMembers", "…?$filter=roleDefinitionId eq 'ID'"
REVIEWERS = Reference(
    ("users", "groups", "roleManagement/directory/roleDefinitions"),
    within=r"(?:/users/|/groups/|roleDefinitionId eq ')([0-9a-fA-F-]{36})",
)

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="policies/authenticationFlowsPolicy",
        type="authenticationFlowsPolicy",
        shape="singleton",
        read=POLICIES,
        write=("Policy.ReadWrite.AuthenticationFlows",),
        role="External ID User Flow Administrator",
        title="",
        facts=Facts(keep=frozenset({"selfServiceSignUp"})),
        tier=1,
        writes=writes.FLOWS,
    ),
    ResourceType(
        kind="policies/adminConsentRequestPolicy",
        type="adminConsentRequestPolicy",
        shape="singleton",
        read=POLICIES,
        write=("Policy.ReadWrite.ConsentRequest",),
        role="Cloud Application Administrator",
        title="",
        facts=Facts(lists={"reviewers": SET}),
        tier=1,
        writes=writes.WHOLE,
    ),
    ResourceType(
        kind="policies/deviceRegistrationPolicy",
        type="deviceRegistrationPolicy",
        shape="singleton",
        read=("Policy.Read.DeviceConfiguration",),
        write=("Policy.ReadWrite.DeviceConfiguration",),
        role="Cloud Device Administrator",
        title="",
        tier=1,
        writes=writes.WHOLE,
    ),
    ResourceType(
        kind="policies/federatedTokenValidationPolicy",
        type="federatedTokenValidationPolicy",
        shape="singleton",
        read=POLICIES,
        write=("Policy.ReadWrite.FedTokenValidation",),
        role=SECURITY,
        title="",
        tier=1,
    ),
    ResourceType(
        kind=CROSS,
        type="crossTenantAccessPolicy",
        shape="singleton",
        read=POLICIES,
        write=TRUST,
        role=SECURITY,
        title="",
        facts=Facts(lists={"allowedCloudEndpoints": SET}),
        tier=1,
        writes=writes.CLOUDS,
    ),
    ResourceType(
        kind=f"{CROSS}/default",
        type="crossTenantAccessPolicyConfigurationDefault",
        shape="singleton",
        read=POLICIES,
        write=TRUST,
        role=SECURITY,
        title="",
        facts=Facts(atomic=writes.INBOUND),
        tier=0,
        writes=writes.TRUST,
    ),
)

FACTS: dict[str, Facts] = {
    "accessReviewReviewerScope": Facts(references={"query": REVIEWERS}),
    "crossTenantAccessPolicyTargetConfiguration": Facts(lists={"targets": keyed("targetType", "target")}),
    "enumeratedDeviceRegistrationMembership": Facts(
        lists={"groups": SET, "users": SET}, references={"groups": Reference(("groups",)), "users": PEOPLE}
    ),
    "enumeratedDomains": Facts(lists={"domainNames": SET}),
    # The first that fits a guest signs them in.
    "defaultInvitationRedemptionIdentityProviderConfiguration": Facts(
        lists={"primaryIdentityProviderPrecedenceOrder": SEQUENCE}
    ),
}
