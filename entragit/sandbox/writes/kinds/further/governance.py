"""Rules of writes: who gets access by asking, and who must have it confirmed (facts §5)."""

from __future__ import annotations

from entragit.sandbox import access
from entragit.sandbox.paths import resolve
from entragit.sandbox.replies import not_found
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import CONFLICT, GRAPH, Join, Kind, References, Write, named
from entragit.sandbox.writes.kinds import packages
from entragit.sandbox.writes.shelves import shelf

ENTITLEMENT = "identityGovernance/entitlementManagement"
ORGANIZATIONS = f"{ENTITLEMENT}/connectedOrganizations"
CATALOGS, PACKAGES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages"
RESOURCES, SCOPES = f"{CATALOGS}/resources", f"{PACKAGES}/resourceRoleScopes"
POLICIES = f"{ENTITLEMENT}/assignmentPolicies"
EXTENSIONS = f"{CATALOGS}/customWorkflowExtensions"
REQUESTS = f"{ENTITLEMENT}/resourceRequests"


def _one_source(write: Write) -> None:
    """A new one comes with one identity source (documented for the create operation)."""
    if len(write.body.get("identitySources") or []) != 1:
        raise write.kind.bad("'identitySources' must hold one element.")


def _states(write: Write) -> None:
    if write.after.get("state") not in ("configured", "proposed"):
        raise write.kind.bad("'state' is configured or proposed.")


def resources(tenant: Tenant, catalog: str) -> dict[str, Object]:
    """The resources of a catalog, by id."""
    return tenant.children.setdefault(RESOURCES, {}).setdefault(catalog, {})


def _empty(write: Write) -> None:
    """No catalog goes before its packages and resources, and none of Microsoft's (facts §5)."""
    if write.before.get("catalogType") != "userManaged":
        raise write.kind.bad("A built-in catalog can't be deleted.")
    packages = lookup.live(write.tenant, PACKAGES).values()
    called = lookup.live(write.tenant, EXTENSIONS).values()  # [K]: what nobody says of these is refused
    if resources(write.tenant, write.id) or any(item["catalog"]["id"] == write.id for item in packages):
        raise write.kind.bad("The catalog isn't empty.")
    if any(item["catalogId"] == write.id for item in called):
        raise write.kind.bad("The catalog has custom workflow extensions.")


SORTS = frozenset(f"{GRAPH}accessPackageAssignment{name}WorkflowExtension" for name in ("", "Request"))


def _of_catalog(write: Write) -> Object:
    owner = resolve(write.ask.segments).owner
    if lookup.get(write.tenant, CATALOGS, owner) is None:
        raise not_found(owner)
    return {"id": f"{owner}/{write.tenant.new_id()}", "catalogId": owner}


def _extension(write: Write) -> None:
    """A Logic App, by its names, that one of the two sorts calls; requests alone wait for its answer (documented)."""
    if write.after["@odata.type"] not in SORTS:
        raise write.kind.bad("A catalog has no custom extensions of this type.")
    endpoint = write.after.get("endpointConfiguration") or {}
    if endpoint.get("@odata.type") != f"{GRAPH}logicAppTriggerEndpointConfiguration" or not all(
        endpoint.get(name) for name in ("logicAppWorkflowName", "resourceGroupName", "subscriptionId")
    ):
        raise write.kind.bad("'endpointConfiguration' must name a Logic App.")
    if write.after.get("callbackConfiguration") and "Request" not in write.after["@odata.type"]:
        raise write.kind.bad("'callbackConfiguration' is for requests alone.")


def _found(write: Write) -> None:
    """Effect: Graph looks up where the Logic App is."""
    own = write.after["endpointConfiguration"]["logicAppWorkflowName"]
    write.after["endpointConfiguration"]["url"] = f"https://logic.example/workflows/{own}/triggers/manual"


def _uncalled(write: Write) -> None:
    """It "must first be removed from any associated policies" (documented for the deletion)."""
    own = write.id.rpartition("/")[2]
    settings = (item.get("customExtensionStageSettings") for item in lookup.live(write.tenant, POLICIES).values())
    if any(own in str(held) for held in settings):
        raise write.kind.bad("A policy calls the custom workflow extension.")


# Where the resources of an origin live in the directory; sites live elsewhere.
ORIGINS = {"AadGroup": "groups", "AadApplication": "servicePrincipals", "SharePointOnline": "",
           "DirectoryRole": "roleManagement/directory/roleDefinitions"}  # fmt: skip


def _addition(write: Write, held: dict[str, Object]) -> None:
    """A resource that exists, once in a catalog; a group is added by who may change it (documented for requests)."""
    sent = write.body["resource"]
    system, origin = sent.get("originSystem"), sent.get("originId")
    if system not in ORIGINS or not origin:
        raise write.kind.bad("'resource' needs an originSystem and an originId.")
    if ORIGINS[system] and lookup.get(write.tenant, ORIGINS[system], origin) is None:
        raise not_found(str(origin))
    if system == "AadGroup":
        access.need(write.ask, "Group.ReadWrite.All")
    if any(item["originId"] == origin for item in held.values()):
        raise write.kind.bad(CONFLICT)


def _removal(write: Write, held: dict[str, Object]) -> None:
    """A resource that no package of the catalog gives."""
    found = held.get(str(write.body["resource"].get("id")))
    if found is None:
        raise not_found(str(write.body["resource"].get("id")))
    for package in lookup.live(write.tenant, PACKAGES).values():
        if package["catalog"]["id"] == write.body["catalog"]["id"]:
            scopes = write.tenant.children.get(SCOPES, {}).get(package["id"], {}).values()
            if any(item["scope"]["originId"] == found["originId"] for item in scopes):
                raise write.kind.bad("An access package uses the resource.")


def _request(write: Write) -> None:
    """Two sorts of requests, for a catalog that exists."""
    catalog = str(write.body["catalog"].get("id"))
    if catalog not in lookup.live(write.tenant, CATALOGS):
        raise not_found(catalog)
    kinds = {"adminAdd": _addition, "adminRemove": _removal}
    rule = kinds.get(write.body["requestType"])
    if rule is None:
        raise write.kind.bad("'requestType' must be adminAdd or adminRemove.")
    rule(write, resources(write.tenant, catalog))


def _delivered(write: Write) -> None:
    """Effect: the catalog has the resource, or has it no more. Of the request itself nothing is kept."""
    write.tenant.objects.pop(REQUESTS)
    catalog, sent = write.after.pop("catalog"), write.after.pop("resource")
    held = resources(write.tenant, catalog["id"])
    if write.after["requestType"] == "adminRemove":
        del held[sent["id"]]
        return
    own, found = write.tenant.new_id(), lookup.directory_object(write.tenant, sent["originId"], ("groups",))
    named_ = {"displayName": (found[1] if found else sent).get("displayName")}
    held[own] = sent | named_ | {"id": own}


def _in_catalog(write: Write) -> Object:
    return {"catalog": {"id": (write.body.get("catalog") or {}).get("id")}}


def _catalogued(write: Write) -> None:
    if write.after["catalog"]["id"] not in lookup.live(write.tenant, CATALOGS):
        raise not_found(str(write.after["catalog"]["id"]))


def _scope_of(write: Write) -> Object:
    """Role and scope as Graph keeps them; their ids are the id (documented for the create operation)."""
    role = {name: write.body["role"].get(name) for name in ("originId", "originSystem")}
    scope = {name: write.body["scope"].get(name) for name in ("originId", "originSystem")}
    role |= {"id": write.tenant.new_id(), "displayName": write.body["role"].get("displayName") or "Member"}
    scope |= {"id": write.tenant.new_id(), "displayName": "Root", "description": "Root Scope", "isRootScope": True}
    return {"id": f"{role['id']}_{scope['id']}", "role": role, "scope": scope}


def _gives(write: Write) -> None:
    """A role of a resource of the package's catalog, once (documented for the create operation)."""
    role, scope = write.after["role"], write.after["scope"]
    named_ = str((write.body["role"].get("resource") or {}).get("id"))
    held = resources(write.tenant, (write.owner or {})["catalog"]["id"]).get(named_)
    if held is None or (held["originId"], held["originSystem"]) != (scope["originId"], scope["originSystem"]):
        raise write.kind.bad("The resource of the role must be in the catalog of the access package.")
    groups = {f"{word}_{held['originId']}" for word in ("Member", "Owner")}
    if held["originSystem"] == "AadGroup" and role["originId"] not in groups:
        raise write.kind.bad("The role is none of the group's.")
    for other in shelf(write.tenant, write.kind, write.owner).values():
        if (other["role"]["originId"], other["scope"]["originId"]) == (role["originId"], scope["originId"]):
            raise write.kind.bad(CONFLICT)


def _unassigned(write: Write) -> None:
    """Neither a package goes while somebody has it, nor a policy (documented for the deletions)."""
    name = "accessPackage" if write.kind.path == PACKAGES else "assignmentPolicy"
    if any(item[name]["id"] == write.id for item in packages.active(write.tenant)):
        raise write.kind.bad("There are assignments.")


def _policies_gone(write: Write) -> None:
    """Effect: the policies of a package go with it."""
    for key, item in list(lookup.live(write.tenant, POLICIES).items()):
        if item["accessPackage"]["id"] == write.id:
            write.tenant.bury(POLICIES, key)
            write.tenant.touch(POLICIES, key, "deleted")


def _forgotten(write: Write) -> None:
    """Effect: no other package excludes what is gone."""
    for targets in write.tenant.links.get(f"{PACKAGES}/incompatibleAccessPackages", {}).values():
        if write.id in targets:
            targets.remove(write.id)


def _another(join: Join) -> None:
    if join.target["id"] == join.owner["id"]:
        raise join.kind.bad("An access package can't be incompatible with itself.")


# Type of a set of people → the property that names somebody, and where that lives.
SUBJECTS = {"singleUser": ("userId", "users"), "groupMembers": ("groupId", "groups"),
            "singleServicePrincipal": ("servicePrincipalId", "servicePrincipals"),
            "connectedOrganizationMembers": ("connectedOrganizationId", ORGANIZATIONS)}  # fmt: skip


def _subjects(write: Write, value: object) -> None:
    """Whoever is named exists."""
    if isinstance(value, list):
        for item in value:
            _subjects(write, item)
    elif isinstance(value, dict):
        found = SUBJECTS.get(str(value.get("@odata.type")).removeprefix("#microsoft.graph."))
        if found and lookup.get(write.tenant, found[1], value.get(found[0])) is None:
            raise not_found(str(value.get(found[0])))
        for item in value.values():
            _subjects(write, item)


STAGED = frozenset({
    "assignmentRequestCreated", "assignmentRequestApproved", "assignmentRequestGranted", "assignmentRequestRemoved",
    "assignmentFourteenDaysBeforeExpiration", "assignmentOneDayBeforeExpiration",
})  # fmt: skip


def _stages(write: Write) -> None:
    """At stages that there are, each calls an extension of the package's catalog, and says of which sort it is."""
    catalog = lookup.live(write.tenant, PACKAGES)[write.after["accessPackage"]["id"]]["catalog"]["id"]
    for stage in write.after.get("customExtensionStageSettings") or []:
        called = stage.get("customExtension") or {}
        found = lookup.live(write.tenant, EXTENSIONS).get(f"{catalog}/{called.get('id')}")
        if stage.get("stage") not in STAGED or found is None or found["@odata.type"] != called.get("@odata.type"):
            raise write.kind.bad("A stage calls no custom workflow extension of the catalog.")
        stage["id"] = stage.get("id") or write.tenant.new_id()
        stage["customExtension"] = {"@odata.type": called["@odata.type"], "id": called["id"]}


def _policy(write: Write) -> None:
    """For a package that exists, which it keeps; approval has stages; whoever is named exists."""
    package = (write.after.get("accessPackage") or {}).get("id")
    if package not in lookup.live(write.tenant, PACKAGES):
        raise not_found(str(package))
    if write.before and package != write.before["accessPackage"]["id"]:
        raise write.kind.bad("A policy stays with its access package.")
    write.after["accessPackage"] = {"id": package}
    _stages(write)
    for question in write.after.get("questions") or []:
        question["id"] = question.get("id") or write.tenant.new_id()
    approval = write.after.get("requestApprovalSettings") or {}
    if approval.get("isApprovalRequiredForAdd") and not approval.get("stages"):
        raise write.kind.bad("Approval needs stages.")
    held = [item for key, item in lookup.live(write.tenant, POLICIES).items() if key != write.id]
    others = [item for item in held if item["accessPackage"]["id"] == package]
    if packages.is_automatic(write.after) and any(map(packages.is_automatic, others)):  # documented for those policies
        raise write.kind.bad("An access package has one automatic policy at most.")
    _subjects(write, {name: value for name, value in write.after.items() if name != "accessPackage"})


KINDS: tuple[Kind, ...] = (
    Kind(f"{ENTITLEMENT}/settings", "entitlementManagementSettings", "entitlement management settings"),
    Kind(
        ORGANIZATIONS,
        "connectedOrganization",
        "connected organization",
        required=("displayName", "identitySources"),
        client=frozenset({"identitySources"}),
        defaults={"state": "configured"},
        answer=202,
        create=(_one_source, _states),
        update=(_states,),
        references=named(*(References(name, ("users", "groups")) for name in ("externalSponsors", "internalSponsors"))),
    ),
    Kind(
        CATALOGS,
        "accessPackageCatalog",
        "access package catalog",
        required=("displayName",),
        defaults={"catalogType": "userManaged", "state": "published", "isExternallyVisible": False},
        delete=(_empty,),
    ),
    Kind(
        EXTENSIONS,
        "customCalloutExtension",
        "custom workflow extension",
        polymorphic=True,
        required=("displayName", "authenticationConfiguration", "endpointConfiguration"),
        made=_of_catalog,
        answer=200,
        create=(_extension,),
        update=(_extension,),
        effects=(_found,),
        delete=(_uncalled,),
    ),
    Kind(
        REQUESTS,
        "accessPackageResourceRequest",
        "access package resource request",
        required=("requestType", "resource", "catalog"),
        defaults={"state": "delivered"},
        create=(_request,),
        effects=(_delivered,),
    ),
    Kind(
        PACKAGES,
        "accessPackage",
        "access package",
        required=("displayName", "catalog"),
        create_only=frozenset({"catalog"}),
        made=_in_catalog,
        create=(_catalogued,),
        delete=(_unassigned,),
        gone=(_policies_gone, _forgotten),
        references=named(
            References("incompatibleAccessPackages", (PACKAGES,), rules=(_another,)),
            References("incompatibleGroups", ("groups",), address="groups"),
        ),
    ),
    Kind(
        POLICIES,
        "accessPackageAssignmentPolicy",
        "access package assignment policy",
        required=("displayName", "accessPackage"),
        answer=200,
        create=(_policy,),
        update=(_policy,),
        delete=(_unassigned,),
    ),
    packages.KIND,
)
CHILDREN: tuple[Kind, ...] = (
    Kind(
        SCOPES,
        "accessPackageResourceRoleScope",
        "access package resource role",
        required=("role", "scope"),
        child=True,
        made=_scope_of,
        create=(_gives,),
    ),
)
