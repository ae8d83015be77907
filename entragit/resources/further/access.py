"""Policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from dataclasses import replace

from entragit.model import TENANT
from entragit.resources.base import Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, Reference, keyed
from entragit.resources.further import access_writes as writes

CROSS = "policies/crossTenantAccessPolicy"
POLICIES = ("Policy.Read.All",)
TRUST = ("Policy.ReadWrite.CrossTenantAccess",)
SECURITY = "Security Administrator"
ORGANIZATION = "tenantRelationships/multiTenantOrganization"
PEOPLE = Reference(("users",))
TEMPLATES = f"{CROSS}/templates/multiTenantOrganization"
APPS = Reference(("servicePrincipals", "applications"), by="appId", words=frozenset({"all", "any"}))
CONTENT = (
    "permissionType", "permissionClassification", "resourceApplication", "permissions", "clientApplicationIds",
    "clientApplicationPublisherIds", "clientApplicationTenantIds", "clientApplicationsFromVerifiedPublisherOnly",
)  # fmt: skip
# "/users/ID", "/groups/ID/transitiveMembers", "…?$filter=roleDefinitionId eq 'ID'"
REVIEWERS = Reference(
    ("users", "groups", "roleManagement/directory/roleDefinitions"),
    within=r"(?:/users/|/groups/|roleDefinitionId eq ')([0-9a-fA-F-]{36})",
)
# What people of one other tenant, or of any, may see of Microsoft 365.
CAPABILITIES = Relation(
    "m365Capabilities",
    "child",
    type="m365CapabilityBase",
    rule=keyed("name"),
    key="name",
    clouds=("public",),
    write=("Policy.ReadWrite.CrossTenantCapability",),
    role="Global Administrator",
    change="patch",
    sent=writes.capability,
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
        relations=(replace(CAPABILITIES, lasting=writes.CAPABILITY),),
        tier=0,
        writes=writes.TRUST,
    ),
    ResourceType(
        kind=f"{CROSS}/partners",
        type="crossTenantAccessPolicyConfigurationPartner",
        read=POLICIES,
        write=TRUST,
        role=SECURITY,
        title="tenantId",
        key="tenantId",
        unique=True,
        # isInMultiTenantOrganization repeats who is a member of it.
        facts=Facts(
            keep=frozenset({"tenantId"}), noise=frozenset({"isInMultiTenantOrganization"}), atomic=writes.INBOUND
        ),
        relations=(
            Relation("identitySynchronization", "single", type="crossTenantIdentitySyncPolicyPartner"),
            CAPABILITIES,
        ),
        unread=frozenset({"serviceProviderConstraints"}),
        tier=0,
        writes=writes.PARTNER,
    ),
    ResourceType(
        kind=f"{TEMPLATES}IdentitySynchronization",
        type="multiTenantOrganizationIdentitySyncPolicyTemplate",
        shape="singleton",
        read=("MultiTenantOrganization.Read.All",),
        write=("MultiTenantOrganization.ReadWrite.All",),
        role=SECURITY,
        title="",
        tier=0,  # it lets other tenants make users here
        writes=writes.TEMPLATE,
    ),
    ResourceType(
        kind=f"{TEMPLATES}PartnerConfiguration",
        type="multiTenantOrganizationPartnerConfigurationTemplate",
        shape="singleton",
        read=("MultiTenantOrganization.Read.All",),
        write=("MultiTenantOrganization.ReadWrite.All",),
        role=SECURITY,
        title="",
        facts=Facts(
            atomic=writes.INBOUND - {"appServiceConnectInbound", "m365CollaborationInbound", "tenantRestrictions"}
        ),
        tier=0,
        writes=writes.TEMPLATE,
    ),
    ResourceType(
        kind=ORGANIZATION,
        type="multiTenantOrganization",
        shape="singleton",
        none=True,  # a tenant is in one, or in none
        read=("MultiTenantOrganization.Read.All",),
        write=("MultiTenantOrganization.ReadWrite.All",),
        role=SECURITY,
        title="",
        unread=frozenset({"joinRequest"}),
        tier=1,
        writes=writes.ORGANIZATION,
    ),
    ResourceType(
        kind=f"{ORGANIZATION}/tenants",
        type="multiTenantOrganizationMember",
        none=True,
        read=("MultiTenantOrganization.Read.All",),
        write=("MultiTenantOrganization.ReadWrite.All",),
        role=SECURITY,
        title="tenantId",
        key="tenantId",
        unique=True,
        undesired=(
            {"state": ("removed",)},
            {"tenantId": (TENANT,)},
        ),  # on its way out; this one is in it as long as it is
        tier=0,  # its people come in as members
        writes=writes.MEMBER,
    ),
    ResourceType(
        kind="policies/externalIdentitiesPolicy",
        type="externalIdentitiesPolicy",
        shape="singleton",
        version="beta",
        read=POLICIES,
        write=("Policy.ReadWrite.ExternalIdentities",),
        role="External Identity Provider Administrator",
        title="",
    ),
    ResourceType(
        kind="groupLifecyclePolicies",
        type="groupLifecyclePolicy",
        read=("Directory.Read.All",),
        write=("Directory.ReadWrite.All",),
        role="Groups Administrator",
        title="",
        writes=writes.LIFECYCLE,
    ),
    ResourceType(
        kind="policies/permissionGrantPolicies",
        type="permissionGrantPolicy",
        read=("Policy.Read.PermissionGrant",),
        write=("Policy.ReadWrite.PermissionGrant",),
        role="Privileged Role Administrator",
        title="id",  # chosen by the administrator
        unique=True,
        relations=tuple(
            Relation(name, "child", type="permissionGrantConditionSet", rule=keyed(*CONTENT))
            for name in ("includes", "excludes")
        ),
        tier=0,
        writes=writes.CONSENT,
    ),
    ResourceType(
        kind="identity/identityProviders",
        type="identityProviderBase",
        read=("IdentityProvider.Read.All",),
        write=("IdentityProvider.ReadWrite.All",),
        role="External Identity Provider Administrator",
        title="id",  # "Google-OAUTH"
        unique=True,
        tier=0,
        writes=writes.PROVIDER,
    ),
)

FACTS: dict[str, Facts] = {
    "accessReviewReviewerScope": Facts(references={"query": REVIEWERS}),
    "crossTenantAccessPolicyTargetConfiguration": Facts(lists={"targets": keyed("targetType", "target")}),
    # Graph names a capability after its type.
    "m365CapabilityBase": Facts(keep=frozenset({"name"}), noise=frozenset({"id"})),
    "m365CapabilityResourceScopes": Facts(
        lists=dict.fromkeys(("excluded", "included"), keyed("resourceType", "resourceId"))
    ),
    "m365CapabilityResourceScope": Facts(
        references={"resourceId": Reference(("groups", "users"), words=frozenset({"All"}))}
    ),
    "enumeratedDeviceRegistrationMembership": Facts(
        lists={"groups": SET, "users": SET}, references={"groups": Reference(("groups",)), "users": PEOPLE}
    ),
    # Nothing but its content tells one condition set from another; its id changes with every re-creation.
    "permissionGrantConditionSet": Facts(
        lists={name: SET for name in CONTENT if name == "permissions" or name.endswith("Ids")},
        references={
            "clientApplicationIds": APPS,
            "permissions": Reference(("servicePrincipals",), by="permission", words=frozenset({"all"})),
            "resourceApplication": APPS,
        },
        noise=frozenset({"id"}),
    ),
    "oidcClientSecretAuthentication": Facts(noise=frozenset({"clientSecret"})),  # a secret that no flag calls so
    "enumeratedDomains": Facts(lists={"domainNames": SET}),
    # The first that fits a guest signs them in.
    "defaultInvitationRedemptionIdentityProviderConfiguration": Facts(
        lists={"primaryIdentityProviderPrecedenceOrder": SEQUENCE}
    ),
}
