"""The made-up company: who gets access by asking."""

from __future__ import annotations

from uuid import UUID, uuid5

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

GRAPH = "#microsoft.graph."
ENTITLEMENT = "identityGovernance/entitlementManagement"
NIL = "00000000-0000-0000-0000-000000000000"


def _organizations(build: Build) -> None:
    """Two partners: one known by its domain, with sponsors on both sides, and a proposed one with none."""
    path = f"{ENTITLEMENT}/connectedOrganizations"
    domain = {"@odata.type": f"{GRAPH}domainIdentitySource"} | values(
        "domainIdentitySource", displayName="partner.example", domainName="partner.example")  # fmt: skip
    tenant = {"@odata.type": f"{GRAPH}azureActiveDirectoryTenant"} | values(
        "azureActiveDirectoryTenant", displayName=nasty(2, 1)[0], tenantId=build.guid())  # fmt: skip
    partner = build.add(path, {"displayName": "Partner", "description": "Who builds with us",
                               "state": "configured", "identitySources": [domain]}, "partner")  # fmt: skip
    build.add(path, {"displayName": nasty(3, 1)[0], "description": "Asked to join", "state": "proposed",
                     "identitySources": [tenant]})  # fmt: skip
    build.link(f"{path}/internalSponsors", partner["id"], [build.known["user:chief"], build.known["group:helpdesk"]])
    build.link(f"{path}/externalSponsors", partner["id"], [build.known["user:admin"]])


def _resource(build: Build, catalog: str, system: str, origin: str, name: str) -> str:
    """The id of a new resource of a catalog."""
    return str(build.add_child(f"{ENTITLEMENT}/catalogs/resources", catalog, {
        "originSystem": system, "originId": origin, "displayName": name, "description": f"{name}.",
    })["id"])  # fmt: skip


def _extensions(build: Build, catalog: str) -> None:
    """What tells other systems of requests, and waits for them, and what tells them of assignments."""
    path = f"{ENTITLEMENT}/catalogs/customWorkflowExtensions"
    callback = values("customExtensionCallbackConfiguration", timeoutDuration="PT1H")
    for word, name, more in (("Request", nasty(5, 1)[0], {"callbackConfiguration": callback}), ("", "Tell HR", {})):
        endpoint = values("logicAppTriggerEndpointConfiguration", logicAppWorkflowName=f"Access{word}",
                          resourceGroupName="People", subscriptionId=NIL,
                          url=f"https://logic.example/workflows/Access{word}/triggers/manual")  # fmt: skip
        made = build.add(path, {
            "@odata.type": f"{GRAPH}accessPackageAssignment{word}WorkflowExtension",
            "id": f"{catalog}/{uuid5(UUID(catalog), word)}",
            "displayName": name, "description": "Calls a Logic App.", "createdDateTime": build.moment(9),
            "endpointConfiguration": {"@odata.type": f"{GRAPH}logicAppTriggerEndpointConfiguration"} | endpoint,
            "authenticationConfiguration": {"@odata.type": f"{GRAPH}azureAdPopTokenAuthentication"}, **more,
        })  # fmt: skip
        made["catalogId"] = catalog
        build.known[f"workflow extension:{word}"] = made["id"].rpartition("/")[2]


def _gives(build: Build, package: str, system: str, role: str, origin: str) -> None:
    ends, first, second = {"originSystem": system}, build.guid(), build.guid()
    build.add_child(f"{ENTITLEMENT}/accessPackages/resourceRoleScopes", package, {
        "id": f"{first}_{second}",
        "role": ends | {"id": first, "displayName": role.partition("_")[0], "originId": role},
        "scope": ends | {"id": second, "displayName": "Root", "description": "Root Scope", "originId": origin,
                         "isRootScope": True},
    })  # fmt: skip


def _packages(build: Build) -> None:
    """Microsoft's catalog, one of the company's with all sorts of resources, and packages that give them."""
    path = f"{ENTITLEMENT}/catalogs"
    plain = {"state": "published", "isExternallyVisible": True, "catalogType": "serviceDefault"}
    build.add(path, {"displayName": "General", "description": "Built-in catalog."} | plain)
    own = build.add(path, plain | {"displayName": nasty(4, 1)[0], "description": "Sales", "catalogType": "userManaged",
                                   "isExternallyVisible": False})  # fmt: skip
    build.known["catalog"] = own["id"]
    _extensions(build, own["id"])
    build.add(path, plain | {"displayName": "Empty", "state": "unpublished", "catalogType": "userManaged"})
    group, app = build.known["group:helpdesk"], build.all("servicePrincipals")[0]["id"]
    site = f"https://{build.tenant.domain}/sites/Sales"
    _resource(build, own["id"], "AadGroup", group, "Helpdesk")
    _resource(build, own["id"], "AadApplication", app, "An application")
    _resource(build, own["id"], "SharePointOnline", site, "Sales")
    path, inside = f"{ENTITLEMENT}/accessPackages", {"catalog": {"id": own["id"]}}
    package = build.add(path, inside | {"displayName": nasty(1, 1)[0], "description": "All", "isHidden": False})
    build.known["package"] = package["id"]
    other = build.add(path, inside | {"displayName": "Nothing yet", "isHidden": True})
    build.link(f"{path}/incompatibleAccessPackages", package["id"], [other["id"]])
    build.link(f"{path}/incompatibleGroups", package["id"], [build.known["group:secops"]])
    _gives(build, package["id"], "AadGroup", f"Member_{group}", group)
    _gives(build, package["id"], "SharePointOnline", "4", site)


def _subject(type_name: str, **properties: str) -> Object:
    return {"@odata.type": f"{GRAPH}{type_name}"} | values(type_name, **properties)


def _approval(build: Build) -> Object:
    """Two stages: whoever sponsors the guest, then somebody of the helpdesk."""
    chief = _subject("singleUser", userId=build.known["user:chief"], description="The chief")
    helpdesk = _subject("groupMembers", groupId=build.known["group:helpdesk"], description="Helpdesk")
    stage = {"durationBeforeAutomaticDenial": "P14D", "isApproverJustificationRequired": True,
             "isEscalationEnabled": False, "durationBeforeEscalation": "PT0S",
             "approverInformationVisibility": "default"}  # fmt: skip
    sponsors = values("accessPackageApprovalStage", **stage, primaryApprovers=[_subject("internalSponsors")],
                      fallbackPrimaryApprovers=[chief, helpdesk])  # fmt: skip
    last = values("accessPackageApprovalStage", **stage, primaryApprovers=[helpdesk])
    return values("accessPackageAssignmentApprovalSettings", isApprovalRequiredForAdd=True,
                  isApprovalRequiredForUpdate=False, stages=[sponsors, last])  # fmt: skip


def _policies(build: Build) -> None:
    """For guests of a partner, with approval; for administrators alone, by which one has it; and with a question."""
    path, package = f"{ENTITLEMENT}/assignmentPolicies", {"accessPackage": {"id": build.known["package"]}}
    forever = {"expiration": values("expirationPattern", type="noExpiration")}
    partner = _subject("connectedOrganizationMembers", connectedOrganizationId=build.known["partner"],
                       description="Partner")  # fmt: skip
    build.add(path, package | forever | {
        "displayName": "Guests of the partner", "description": "With approval.", "customExtensionStageSettings": [
            {"id": str(uuid5(UUID(build.known["package"]), stage)), "stage": stage, "customExtension": {
                "@odata.type": f"{GRAPH}accessPackageAssignment{word}WorkflowExtension",
                "id": build.known[f"workflow extension:{word}"]}}
            for stage, word in (("assignmentRequestCreated", "Request"), ("assignmentOneDayBeforeExpiration", ""))],
        "allowedTargetScope": "specificConnectedOrganizationUsers", "specificAllowedTargets": [partner],
        "requestApprovalSettings": _approval(build), "requestorSettings": values(
            "accessPackageAssignmentRequestorSettings", enableTargetsToSelfAddAccess=True),
    })  # fmt: skip
    direct = build.add(path, package | forever | {"displayName": nasty(4, 1)[0], "description": "Nobody asks.",
                                                  "allowedTargetScope": "notSpecified"})  # fmt: skip
    asked = {"@odata.type": f"{GRAPH}accessPackageTextInputQuestion"} | values(
        "accessPackageTextInputQuestion", id=build.guid(), text="Why?", sequence=0, isRequired=True)  # fmt: skip
    build.add(path, package | forever | {"displayName": "With a question", "questions": [asked],
                                         "allowedTargetScope": "allMemberUsers"})  # fmt: skip
    rule = _subject("attributeRuleMembers", description="Sales", membershipRule='(user.department -eq "Sales")')
    by_rule = build.add(path, package | forever | {
        "displayName": "By rule", "allowedTargetScope": "specificDirectoryUsers", "specificAllowedTargets": [rule],
        "automaticRequestSettings": values("accessPackageAutomaticRequestSettings",
                                           requestAccessForAllowedTargets=True)})  # fmt: skip
    ends = {"expiration": values("expirationPattern", type="afterDateTime", endDateTime="2099-12-31T22:30:00.5Z")}
    lasts = {"expiration": values("expirationPattern", type="afterDuration", duration="P36500D")}
    admin, chief = build.known["user:admin"], build.known["user:chief"]
    for target, policy, state, period in (
        (admin, direct, "delivered", ends), (chief, direct, "partiallyDelivered", forever),
        (chief, direct, "expired", lasts), (build.known["user:break-glass-1"], by_rule, "delivered", forever),
    ):  # fmt: skip
        _assign(build, package, policy["id"], target, state, period)


def _assign(build: Build, package: Object, policy: str, target: str, state: str, period: Object) -> None:
    person = build.tenant.objects["users"][target]
    schedule = values("entitlementManagementSchedule", startDateTime=build.moment(30), **period)
    build.add(f"{ENTITLEMENT}/assignments", package | {
        "assignmentPolicy": {"id": policy}, "state": state, "status": state.title(), "schedule": schedule,
        "target": {"id": build.guid(), "objectId": target, "displayName": person["displayName"]}})  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    build.tenant.singletons[f"{ENTITLEMENT}/settings"] = blank("entitlementManagementSettings") | {
        "id": "entitlementManagementSettings", "externalUserLifecycleAction": "blockSignInAndDelete",
        "durationUntilExternalUserDeletedAfterBlocked": "P30D",
    }  # fmt: skip
    _organizations(build)
    _packages(build)
    _policies(build)
