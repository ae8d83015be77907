"""What somebody edits, adds, takes out or renames in the sample of a kind, and the calls that undo just that."""

from __future__ import annotations

import copy
from typing import Any

from applying import named
from states_live import (
    APPS,
    ASSIGNMENTS,
    AUTHORIZATION,
    CONFIGURATIONS,
    CONTEXTS,
    DEFAULTS,
    DEFINITIONS,
    DEVICES,
    DOMAINS,
    GRANTS,
    GROUPS,
    LOCATIONS,
    METHODS,
    ORGANIZATION,
    POLICIES,
    PRINCIPALS,
    SETTINGS,
    STRENGTHS,
    UNITS,
    UNVERIFIED,
    USERS,
    Row,
    all_of,
    changes,
    child,
    childless,
    joins,
    leaves,
    minus,
    other,
    patch,
    plus,
    sample,
    sets,
)
from worlds import World

from entragit.sandbox import portal, seats
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

CAMPAIGN = "registrationEnforcement/authenticationMethodsRegistrationCampaign"
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
CONSENT = "ManagePermissionGrantsForSelf.microsoft-user-default-legacy"
SECRET = {"keyId": "aaaaaaaa-0000-4000-8000-00000000000a", "displayName": "evil", "hint": "abc", "secretText": None,
          "customKeyIdentifier": None, "startDateTime": "2025-01-01T00:00:00Z",
          "endDateTime": "2099-01-01T00:00:00Z"}  # fmt: skip
CERTIFICATE = {name: value for name, value in SECRET.items() if name not in ("hint", "secretText")} | {
    "keyId": "aaaaaaaa-0000-4000-8000-00000000000b", "key": None, "type": "AsymmetricX509Cert", "usage": "Verify"
}  # fmt: skip


def classify(_world: World, values: list[Object]) -> list[Object]:
    return [item | {"value": "Other"} if item["name"] == "ClassificationList" else item for item in values]


def defaults_on(world: World) -> None:
    """Somebody trusts in Microsoft's defaults, for which no policy may be on."""
    for policy in world.tenant.objects[POLICIES].values():
        if policy["state"] == "enabled":
            portal.edit(world.tenant, POLICIES, policy["id"], "Update", state="disabled")
    sets(DEFAULTS, isEnabled=True)(world)


def becomes_computed(world: World) -> None:
    """Somebody lets a rule say who is in a group: its members are others, and computed."""
    group = sample(world, GROUPS)
    world.tenant.links["groups/members"][group["id"]] = [other(world)]
    sets(GROUPS, groupTypes=["DynamicMembership"], membershipRule="user.city -eq 1",
         membershipRuleProcessingState="On")(world)  # fmt: skip


def credential_moves(world: World) -> None:
    """Somebody lets another pipeline in by an old name."""
    tenant, app = world.tenant, sample(world, APPS)["id"]
    (body,) = tenant.children["applications/federatedIdentityCredentials"][app].values()
    body["subject"] = "evil"
    tenant.touch(APPS, app)


def renumbered(world: World) -> None:
    """Somebody makes a scope anew, and lets the other application have that instead."""
    id_ = "aaaaaaaa-0000-4000-8000-00000000000e"
    api = copy.deepcopy(sample(world, APPS)["api"])
    api["oauth2PermissionScopes"][0]["id"] = id_
    api["preAuthorizedApplications"][0]["delegatedPermissionIds"] = [id_]
    sets(APPS, api=api)(world)


EDITED = [
    Row(USERS, sets(USERS, department="x"), patch(USERS)),
    Row(GROUPS, all_of(sets(GROUPS, description="x"), sets(GROUPS, "Sample Rule", membershipRule="user.city -eq 1")),
        patch(GROUPS, 2)),
    Row(DEVICES, sets(DEVICES, accountEnabled=False), patch(DEVICES)),
    Row(UNITS, sets(UNITS, description="x"), patch(UNITS)),
    Row(SETTINGS, changes(SETTINGS, "values", classify), patch(SETTINGS)),
    Row(ORGANIZATION, changes(ORGANIZATION, "privacyProfile/contactEmail", lambda *_: "x@x.example"),
        patch(ORGANIZATION)),
    Row(DOMAINS, all_of(sets(DOMAINS, passwordValidityPeriodInDays=77),
                        sets(DOMAINS, UNVERIFIED, passwordValidityPeriodInDays=77)),
        patch(DOMAINS), left=("unverified domain",)),
    Row(APPS, all_of(sets(APPS, notes="x"), changes(APPS, "web/homePageUrl", lambda *_: "https://x.example")),
        patch(APPS)),
    Row(PRINCIPALS, sets(PRINCIPALS, notes="x"), patch(PRINCIPALS)),
    Row(GRANTS, sets(GRANTS, scope="sample other"), patch(GRANTS), together=False),  # deleted with its client
    Row(POLICIES, changes(POLICIES, "grantControls/operator", lambda *_: "AND"), patch(POLICIES)),
    Row(LOCATIONS, sets(LOCATIONS, isTrusted=False), patch(LOCATIONS)),
    Row(CONTEXTS, sets(CONTEXTS, isAvailable=False), patch(CONTEXTS)),
    Row(STRENGTHS, sets(STRENGTHS, description="x"), patch(STRENGTHS)),
    Row(AUTHORIZATION, sets(AUTHORIZATION, allowInvitesFrom="everyone"), patch(AUTHORIZATION)),
    Row(METHODS, sets(METHODS, reconfirmationInDays=77), patch(METHODS)),
    Row(CONFIGURATIONS, sets(CONFIGURATIONS, state="disabled"), patch(CONFIGURATIONS)),
    Row(DEFAULTS, defaults_on, patch(DEFAULTS) + patch(POLICIES, 5)),
    Row(DEFINITIONS, sets(DEFINITIONS, isEnabled=False), patch(DEFINITIONS)),
    Row(USERS, all_of(leaves(USERS, "manager"), joins(USERS, "manager")), ["PUT users/{}/manager/$ref"], "manager",
        together=False),
    Row(GROUPS, sets(GROUPS, "Sample Rule", groupTypes=[], membershipRule=None, membershipRuleProcessingState=None),
        patch(GROUPS, 2), "to assigned members", together=False),
    Row(GROUPS, becomes_computed, [*patch(GROUPS, 2), "DELETE groups/{}/members/{}/$ref"], "to a rule", together=False),
    Row(APPS, changes(APPS, "appRoles", lambda _world, held: [held[0] | {"description": "x"}]), patch(APPS, 2),
        "appRoles", together=False),
    Row(APPS, credential_moves, ["PATCH applications/{}/federatedIdentityCredentials/{}"],
        "federatedIdentityCredentials", together=False),
    Row(APPS, renumbered, patch(APPS, 2), "api", together=False),
]  # fmt: skip


def app_role(world: World, principal: str, resource: str, kind: str) -> None:
    tenant = world.tenant
    body = blank("appRoleAssignment") | {
        "id": tenant.new_id(), "principalId": principal, "resourceId": resource, "appRoleId": DEFAULT_ACCESS,
        "principalType": kind,
    }  # fmt: skip
    portal.add(tenant, "appRoleAssignments", body, "Add app role assignment")


def let_in(world: World) -> None:
    """Somebody lets a user use the application."""
    app_role(world, other(world), sample(world, PRINCIPALS)["id"], "User")


def gives_access(world: World) -> None:
    """Somebody gives the application access to another."""
    app_role(world, sample(world, PRINCIPALS)["id"], sample(world, PRINCIPALS, "Dataverse")["id"], "ServicePrincipal")


def consents(world: World) -> None:
    """Somebody lets the application act for everybody at another."""
    tenant = world.tenant
    grant = sample(world, GRANTS)
    body = grant | {"id": tenant.new_id(), "resourceId": sample(world, PRINCIPALS, "Dataverse")["id"]}
    portal.add(tenant, GRANTS, body, "Add delegated permission grant")


def given(world: World) -> None:
    """Somebody gives a role."""
    portal.give_role(world.tenant, other(world), sample(world, ASSIGNMENTS)["roleDefinitionId"])


def configures(world: World) -> None:
    """Somebody narrows another combination of a strength."""
    strength = sample(world, STRENGTHS)
    more = strength["combinationConfigurations"][0] | {
        "id": world.tenant.new_id(), "appliesToCombinations": ["windowsHelloForBusiness"]
    }  # fmt: skip
    sets(STRENGTHS, combinationConfigurations=[*strength["combinationConfigurations"], more])(world)


def extension(world: World) -> None:
    """Somebody makes another extension property."""
    prefix = sample(world, APPS)["appId"].replace("-", "")
    child(APPS, "extensionProperties", "extensionProperty", name=f"extension_{prefix}_more", dataType="String",
          targetObjects=["User"], isSyncedFromOnPremises=False)(world)  # fmt: skip


def licence(world: World) -> Object:
    return {"skuId": list(world.tenant.objects["subscribedSkus"].values())[1]["skuId"], "disabledPlans": [],
            "assignedByGroup": None, "state": "Active", "error": "None"}  # fmt: skip


def narrow(*actions: str) -> Any:
    """The same role permissions with other actions."""
    return changes(DEFINITIONS, "rolePermissions",
                   lambda _world, held: [held[0] | {"allowedResourceActions": list(actions)}])  # fmt: skip


ROLE = {"id": "aaaaaaaa-0000-4000-8000-00000000000c", "allowedMemberTypes": ["User"], "description": "Write.",
        "displayName": "Writer", "isEnabled": True, "value": "Writer", "origin": "Application"}  # fmt: skip
RANGE = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}
UPDATE = "microsoft.directory/applications/basic/update"
OWNERS = "microsoft.directory/applications/owners/update"


def target(world: World) -> Object:
    """A group that something else is for."""
    return {"id": named(world, GROUPS, "PIM-Helpdesk")["id"], "targetType": "group"}


ADDED = [
    Row(USERS, joins(USERS, "sponsors"), ["DELETE users/{}/sponsors/{}/$ref"], "sponsors"),
    Row(USERS, plus(USERS, "licenseAssignmentStates", licence), ["POST users/{}/assignLicense"], "assignedLicenses"),
    Row(GROUPS, joins(GROUPS, "members"), ["DELETE groups/{}/members/{}/$ref"], "members"),
    Row(GROUPS, joins(GROUPS, "owners"), ["DELETE groups/{}/owners/{}/$ref"], "owners"),
    Row(DEVICES, joins(DEVICES, "registeredOwners"), [], "registeredOwners", left=("delegated only",)),
    Row(UNITS, joins(UNITS, "members"), [f"DELETE {UNITS}/{{}}/members/{{}}/$ref"], "members"),
    Row(ORGANIZATION, plus(ORGANIZATION, "technicalNotificationMails", "x@x.example"), patch(ORGANIZATION)),
    Row(DOMAINS, plus(DOMAINS, "supportedServices", "Sharepoint"), patch(DOMAINS)),
    Row(APPS, child(APPS, "federatedIdentityCredentials", "federatedIdentityCredential", name="evil", subject="evil",
                    issuer="https://evil.example", audiences=["a"]),
        ["DELETE applications/{}/federatedIdentityCredentials/{}"], "federatedIdentityCredentials"),
    Row(APPS, extension, ["DELETE applications/{}/extensionProperties/{}"], "extensionProperties"),
    Row(APPS, joins(APPS, "owners"), ["DELETE applications/{}/owners/{}/$ref"], "owners"),
    Row(APPS, all_of(plus(APPS, "appRoles", ROLE), plus(APPS, "tags", "x")), patch(APPS, 2), "appRoles"),
    Row(APPS, plus(APPS, "passwordCredentials", SECRET, "HR Sync"), ["POST applications/{}/removePassword"],
        "passwordCredentials"),
    Row(APPS, plus(APPS, "keyCredentials", CERTIFICATE, "HR Sync"), patch(APPS), "keyCredentials"),
    Row(PRINCIPALS, joins(PRINCIPALS, "owners"), ["DELETE servicePrincipals/{}/owners/{}/$ref"], "owners"),
    Row(PRINCIPALS, let_in, ["DELETE servicePrincipals/{}/appRoleAssignedTo/{}"], "appRoleAssignedTo"),
    Row(PRINCIPALS, gives_access, ["DELETE servicePrincipals/{}/appRoleAssignments/{}"], "appRoleAssignments"),
    Row(PRINCIPALS, child(PRINCIPALS, "delegatedPermissionClassifications", "delegatedPermissionClassification",
                          permissionId="aaaaaaaa-0000-4000-8000-000000000005", permissionName="five",
                          classification="low"),
        ["DELETE servicePrincipals/{}/delegatedPermissionClassifications/{}"], "delegatedPermissionClassifications"),
    Row(GRANTS, consents, [f"DELETE {GRANTS}/{{}}"]),
    Row(POLICIES, plus(POLICIES, "conditions/users/excludeUsers", other), patch(POLICIES)),
    Row(LOCATIONS, plus(LOCATIONS, "ipRanges", RANGE), patch(LOCATIONS)),
    Row(STRENGTHS, plus(STRENGTHS, "allowedCombinations", "x509CertificateMultiFactor"),
        [f"POST {STRENGTHS}/{{}}/updateAllowedCombinations"], "allowedCombinations"),
    Row(STRENGTHS, configures, [f"DELETE {STRENGTHS}/{{}}/combinationConfigurations/{{}}"],
        "combinationConfigurations"),
    Row(AUTHORIZATION, plus(AUTHORIZATION, "defaultUserRolePermissions/permissionGrantPoliciesAssigned", CONSENT),
        patch(AUTHORIZATION)),
    Row(METHODS, plus(METHODS, f"{CAMPAIGN}/excludeTargets", target), patch(METHODS)),
    Row(CONFIGURATIONS, plus(CONFIGURATIONS, "excludeTargets", target), patch(CONFIGURATIONS)),
    Row(DEFINITIONS, narrow(UPDATE, OWNERS, "microsoft.directory/applications/delete"), patch(DEFINITIONS)),
    Row(ASSIGNMENTS, given, [f"DELETE {ASSIGNMENTS}/{{}}"]),
]  # fmt: skip


def app_roles_gone(name: str) -> Any:
    """Somebody takes away what the application was given, or gives."""

    def deed(world: World) -> None:
        seats.drop(world.tenant, "appRoleAssignments", name, sample(world, PRINCIPALS)["id"])

    return deed


REMOVED = [
    Row(USERS, leaves(USERS, "sponsors"), ["POST users/{}/sponsors/$ref"], "sponsors"),
    Row(USERS, leaves(USERS, "manager"), ["PUT users/{}/manager/$ref"], "manager"),
    Row(USERS, minus(USERS, "licenseAssignmentStates"), ["POST users/{}/assignLicense"], "assignedLicenses"),
    Row(GROUPS, all_of(leaves(GROUPS, "members"), leaves(GROUPS, "members", "Sample Inner")),
        ["POST groups/{}/members/$ref"] * 2, "members"),
    Row(GROUPS, leaves(GROUPS, "owners"), ["POST groups/{}/owners/$ref"], "owners"),
    Row(DEVICES, leaves(DEVICES, "registeredOwners"), [], "registeredOwners", left=("delegated only",)),
    Row(UNITS, leaves(UNITS, "members"), [f"POST {UNITS}/{{}}/members/$ref"], "members"),
    Row(ORGANIZATION, minus(ORGANIZATION, "technicalNotificationMails"), patch(ORGANIZATION)),
    Row(DOMAINS, minus(DOMAINS, "supportedServices"), patch(DOMAINS)),
    Row(APPS, childless(APPS, "federatedIdentityCredentials"), ["POST applications/{}/federatedIdentityCredentials"],
        "federatedIdentityCredentials"),
    Row(APPS, childless(APPS, "extensionProperties"), ["POST applications/{}/extensionProperties"],
        "extensionProperties"),
    Row(APPS, leaves(APPS, "owners"), ["POST applications/{}/owners/$ref"], "owners"),
    Row(APPS, all_of(minus(APPS, "appRoles"), minus(APPS, "web/redirectUris"), minus(APPS, "web/redirectUriSettings"),
                     minus(APPS, "identifierUris"), minus(APPS, "api/preAuthorizedApplications")),
        patch(APPS), "appRoles"),
    Row(APPS, minus(APPS, "passwordCredentials", "HR Sync"), [], "passwordCredentials", left=("secret",)),
    Row(APPS, minus(APPS, "keyCredentials", "HR Sync"), [], "keyCredentials", left=("certificate",)),
    Row(PRINCIPALS, leaves(PRINCIPALS, "owners"), ["POST servicePrincipals/{}/owners/$ref"], "owners"),
    Row(PRINCIPALS, app_roles_gone("resourceId"), ["POST servicePrincipals/{}/appRoleAssignedTo"],
        "appRoleAssignedTo"),
    Row(PRINCIPALS, app_roles_gone("principalId"), ["POST servicePrincipals/{}/appRoleAssignments"],
        "appRoleAssignments"),
    Row(PRINCIPALS, childless(PRINCIPALS, "delegatedPermissionClassifications"),
        ["POST servicePrincipals/{}/delegatedPermissionClassifications"], "delegatedPermissionClassifications"),
    Row(GRANTS, sets(GRANTS, scope="sample"), patch(GRANTS)),
    Row(POLICIES, minus(POLICIES, "conditions/users/excludeGroups"), patch(POLICIES)),
    Row(LOCATIONS, minus(LOCATIONS, "ipRanges"), patch(LOCATIONS)),
    Row(STRENGTHS, changes(STRENGTHS, "allowedCombinations", lambda _world, held: held[:1]),
        [f"POST {STRENGTHS}/{{}}/updateAllowedCombinations"], "allowedCombinations"),
    Row(STRENGTHS, minus(STRENGTHS, "combinationConfigurations"),
        [f"POST {STRENGTHS}/{{}}/combinationConfigurations"], "combinationConfigurations"),
    Row(AUTHORIZATION, minus(AUTHORIZATION, "defaultUserRolePermissions/permissionGrantPoliciesAssigned"),
        patch(AUTHORIZATION)),
    Row(METHODS, minus(METHODS, f"{CAMPAIGN}/excludeTargets"), patch(METHODS)),
    Row(CONFIGURATIONS, minus(CONFIGURATIONS, "excludeTargets"), patch(CONFIGURATIONS)),
    Row(DEFINITIONS, narrow(UPDATE), patch(DEFINITIONS)),
]  # fmt: skip


def app_renamed(world: World) -> None:
    """Somebody renames an application that has a principal: Graph renames that, too."""
    sets(APPS, "Sample Three", displayName="Sample Other")(world)
    sets(PRINCIPALS, displayName="Sample Other", appDisplayName="Sample Other")(world)


TITLED = (GROUPS, UNITS, APPS, PRINCIPALS, POLICIES, LOCATIONS, CONTEXTS, STRENGTHS, AUTHORIZATION, CONFIGURATIONS,
          DEFINITIONS)  # fmt: skip
RENAMED = [
    Row(USERS, lambda world: sets(USERS, userPrincipalName=f"other@{world.tenant.domain}")(world), patch(USERS)),
    Row(DEVICES, sets(DEVICES, displayName="Other"), [], left=("read-only",)),
    Row(ORGANIZATION, sets(ORGANIZATION, displayName="Other"), [], left=("read-only",)),
    *(Row(kind, sets(kind, displayName="Sample Other"), patch(kind)) for kind in TITLED),
    # The plan can't know that Graph renames the principal; to say it once more changes nothing.
    Row(APPS, app_renamed, patch(APPS) + patch(PRINCIPALS), "with its principal", together=False),
]  # fmt: skip
