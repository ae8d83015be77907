"""Who gets access by asking, and who must have it confirmed: entitlement management (facts §5)."""

from __future__ import annotations

from entragit.resources.base import P2, Each, Errand, Lookup, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, Reference, keyed
from entragit.resources.further import governance_writes as writes

ENTITLEMENT = "identityGovernance/entitlementManagement"
ORGANIZATIONS = f"{ENTITLEMENT}/connectedOrganizations"
CATALOGS, PACKAGES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages"
EXTENSIONS = f"{CATALOGS}/customWorkflowExtensions"
POLICIES = f"{ENTITLEMENT}/assignmentPolicies"
ROLES = "roleManagement/directory/roleDefinitions"
READ = ("EntitlementManagement.Read.All",)
WRITE = ("EntitlementManagement.ReadWrite.All",)
GOVERNOR = "Identity Governance Administrator"
SPONSORS = Reference(("users", "groups"))
ORIGIN = Reference(("groups", "servicePrincipals", ROLES))  # of a site it is the address
APPROVERS = ("escalationApprovers", "fallbackEscalationApprovers", "fallbackPrimaryApprovers", "primaryApprovers")
# What Entra gives and takes by the rule of a policy.
BY_RULE = {"assignmentPolicy/automaticRequestSettings/requestAccessForAllowedTargets": (True,)}
COPIED = frozenset({"description", "displayName", "id"})

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind=f"{ENTITLEMENT}/settings",
        type="entitlementManagementSettings",
        shape="singleton",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        title="",
        licence=P2,
        writes=writes.SETTINGS,
    ),
    ResourceType(
        kind=ORGANIZATIONS,
        type="connectedOrganization",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        facts=Facts(lists={"identitySources": SET}, keep=frozenset({"identitySources"})),
        relations=tuple(Relation(name, "refset", SPONSORS) for name in ("externalSponsors", "internalSponsors")),
        tier=1,  # sponsors let people in
        writes=writes.ORGANIZATION,
    ),
    ResourceType(
        kind=CATALOGS,
        type="accessPackageCatalog",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        facts=Facts(keep=frozenset({"catalogType"})),  # tells Microsoft's from the tenant's
        relations=(
            Relation(
                "resources",
                "child",
                type="accessPackageResource",
                rule=keyed("originSystem", "originId"),
                write=("Group.ReadWrite.All",),
                change="never",
                errand=Errand(f"{ENTITLEMENT}/resourceRequests", "resource", "catalog"),
            ),
        ),
        tier=1,
        writes=writes.CATALOG,
    ),
    ResourceType(
        kind=EXTENSIONS,
        type="customCalloutExtension",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        each=Each(
            CATALOGS,
            tuple({"catalogType": sort} for sort in ("userManaged", "serviceDefault")),
            read=READ,
            below="customWorkflowExtensions",
            owner="catalogId",
        ),
        facts=Facts(atomic=frozenset({"authenticationConfiguration", "endpointConfiguration"})),
        tier=1,  # may hold up, or let through, what people ask for
        writes=writes.EXTENSION,
    ),
    ResourceType(
        kind=PACKAGES,
        type="accessPackage",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        facts=Facts(keep=frozenset({"catalog"})),
        expand=("catalog",),
        links=(("catalog", "id"),),
        relations=(
            Relation(
                "resourceRoleScopes",
                "child",
                type="accessPackageResourceRoleScope",
                rule=keyed("role", "scope"),
                inner=("role", "scope"),
                sent=writes.given,
                lookup=Lookup(
                    f"/{CATALOGS}/{{}}/resources",
                    ("catalog", "id"),
                    {"originId": ("scope", "originId"), "originSystem": ("scope", "originSystem")},
                    ("role", "resource", "id"),
                ),
            ),
            # What nobody may have who gets the package; the other side is computed.
            Relation("incompatibleAccessPackages", "refset", Reference((PACKAGES,)), at=PACKAGES),
            Relation("incompatibleGroups", "refset", Reference(("groups",)), at="groups"),
        ),
        tier=1,
        writes=writes.PACKAGE,
    ),
    ResourceType(
        kind=POLICIES,
        type="accessPackageAssignmentPolicy",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        facts=Facts(
            lists={"customExtensionStageSettings": keyed("stage"), "questions": SET, "specificAllowedTargets": SET},
            keep=frozenset({"accessPackage"}),
            noise=frozenset({"catalog"}),  # that of the package
            # Half of one side's approval with half of the other's is one that nobody has thought of.
            atomic=frozenset({"requestApprovalSettings", "reviewSettings"}),
        ),
        expand=("accessPackage", "customExtensionStageSettings($expand=customExtension)", "questions"),
        links=(("accessPackage", "id"),),
        whole=True,  # to expand in what is expanded is documented for one alone
        hook=writes.called,
        tier=1,
        writes=writes.POLICY,
    ),
    ResourceType(
        kind=f"{ENTITLEMENT}/assignments",
        type="accessPackageAssignment",
        shape="request",
        read=READ,
        write=WRITE,
        role=GOVERNOR,
        licence=P2,
        title="",
        facts=Facts(
            keep=frozenset({"accessPackage", "assignmentPolicy", "schedule", "target"}),
            noise=frozenset({"customExtensionCalloutInstances"}),  # what became of calls
            atomic=frozenset({"schedule"}),
        ),
        # Those that have ended stay in the list. Whoever has a part of it, or may lose some, still has it.
        undesired=({"state": ("expired", "Expired")}, BY_RULE),
        expand=("accessPackage", "assignmentPolicy", "target"),
        links=(("accessPackage", "id"), ("assignmentPolicy", "id"), ("target", "objectId")),
        period="schedule",
        access=("accessPackage", "target"),  # nobody has a package twice
        tier=1,
        writes=writes.ASSIGNMENT,
    ),
)
FACTS: dict[str, Facts] = {
    "azureActiveDirectoryTenant": Facts(keep=frozenset({"displayName", "tenantId"})),
    "crossCloudAzureActiveDirectoryTenant": Facts(keep=frozenset({"cloudInstance", "displayName", "tenantId"})),
    "domainIdentitySource": Facts(keep=frozenset({"displayName", "domainName"})),
    "externalDomainFederation": Facts(keep=frozenset({"displayName", "domainName", "issuerUri"})),
    # Ids here change with every re-creation; names are those of what gives the access.
    "accessPackageResource": Facts(lists={"attributes": SET}, references={"originId": ORIGIN}, noise=COPIED),
    "accessPackageResourceRoleScope": Facts(noise=frozenset({"id"})),
    "accessPackageResourceRole": Facts(
        references={"originId": Reference(("groups",), within=r"(?:Member|Owner)_([0-9a-fA-F-]{36})")},
        noise=COPIED | {"type"},
    ),
    "accessPackageResourceScope": Facts(references={"originId": ORIGIN}, noise=COPIED),
    "accessPackageLink": Facts(references={"id": Reference((PACKAGES,))}),
    "assignmentPolicyLink": Facts(references={"id": Reference((POLICIES,))}),
    "accessPackageSubjectLink": Facts(references={"objectId": Reference(("users", "servicePrincipals"))}),
    # The order in which requestors see questions is in each.
    "accessPackageQuestion": Facts(lists={"localizations": keyed("languageCode")}, noise=frozenset({"id"})),
    "accessPackageMultipleChoiceQuestion": Facts(lists={"choices": SEQUENCE}),
    "accessPackageAnswerChoice": Facts(lists={"localizations": keyed("languageCode")}),
    "accessPackageAssignmentApprovalSettings": Facts(lists={"stages": SEQUENCE}),
    "accessPackageApprovalStage": Facts(lists=dict.fromkeys(APPROVERS, SET)),
    "accessPackageAssignmentReviewSettings": Facts(lists={"fallbackReviewers": SET, "primaryReviewers": SET}),
    "accessPackageAssignmentRequestorSettings": Facts(lists={"onBehalfRequestors": SET}),
    "connectedOrganizationMembers": Facts(
        references={"connectedOrganizationId": Reference((ORGANIZATIONS,))}, noise=frozenset({"description"})
    ),
    "singleServicePrincipal": Facts(
        references={"servicePrincipalId": Reference(("servicePrincipals",))}, noise=frozenset({"description"})
    ),
    "customExtensionStageLink": Facts(noise=frozenset({"id"})),  # the stage's, in this policy alone
    "workflowExtensionLink": Facts(references={"id": Reference((EXTENSIONS,), by="inner")}),
    "accessPackageCatalogLink": Facts(references={"id": Reference((CATALOGS,))}),
    **{
        f"accessPackageAssignment{name}WorkflowExtension": Facts(references={"catalogId": Reference((CATALOGS,))})
        for name in ("", "Request")
    },
}
