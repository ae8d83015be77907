"""A company of a few objects per kind: listings have a middle page, relationships two pages, exports are quick."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rounds import made_up
from worlds import World, copied, make

from entragit.document import parse
from entragit.layout import address_of
from entragit.model import TENANT
from entragit.permissions import UNASKED
from entragit.resources.base import Relation, ResourceType
from entragit.resources.catalog import CATALOG, OPTIONS
from entragit.resources.writing import has
from entragit.sandbox import presence, streams
from entragit.sandbox.generate import company
from entragit.sandbox.role_rules import RULES, RULES_OF_GROUPS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.schedules import ACTIVE, ELIGIBLE
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant

PAGE = 2
# How many of the owners of a relationship have several pages of it.
LONG = 3
VALUE = "customSecurityAttributeValue"
# How fast clients' clocks go: waits of a minute take 12 ms.
SPEED = "5000"

UNITS = "directory/administrativeUnits"
JOBS = "servicePrincipals/synchronization/jobs"
POLICIES = "identity/conditionalAccess/policies"
ROLES, GIVEN = "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments"
GRANTS = "oauth2PermissionGrants"
PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
EXPIRY, SETTINGS = "groups/groupLifecyclePolicies", "groups/settings"
FEDERATION, CHAINS = "domains/federationConfiguration", "organization/certificateBasedAuthConfiguration"
CONSENT = "policies/permissionGrantPolicies"
TERMS = "identityGovernance/termsOfUse/agreements/localizations"
CROSS = "policies/crossTenantAccessPolicy"
PARTNERS = f"{CROSS}/partners"
STRENGTHS, COMBINATIONS = "policies/authenticationStrengthPolicies", "combinationConfigurations"
ORGANIZATIONS = "identityGovernance/entitlementManagement/connectedOrganizations"
CATALOGS, PACKAGES = (f"identityGovernance/entitlementManagement/{name}" for name in ("catalogs", "accessPackages"))
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
MOST = {"users": 8, "groups": 6, "devices": 5, UNITS: 5, "applications": 5, "servicePrincipals": 8, POLICIES: 5,
        METHODS: 5, "subscribedSkus": 2}  # fmt: skip
LISTENERS, FLOWS = "identity/authenticationEventListeners", "identity/authenticationEventsFlows"
# Relationship → to whom, and to how many of them.
LINKS = {
    "users/manager": ("users", 1),
    "users/sponsors": ("users", 4),
    "contacts/manager": ("users", 1),
    EXPIRY: ("groupLifecyclePolicies", 1),
    "groups/members": ("users", 5),
    "groups/owners": ("users", 4),
    "devices/registeredOwners": ("users", 1),
    f"{UNITS}/members": ("users", 5),
    f"{ORGANIZATIONS}/externalSponsors": ("users", 4),
    f"{PACKAGES}/incompatibleAccessPackages": (PACKAGES, 1),
    f"{PACKAGES}/incompatibleGroups": ("groups", 4),
    f"{ORGANIZATIONS}/internalSponsors": ("users", 4),
    "applications/owners": ("users", 4),
    f"{FLOWS}/identityProviders": ("identity/identityProviders", 4),
    "servicePrincipals/owners": ("users", 4),
    **{
        f"servicePrincipals/{name}": (f"policies/{name}", 1)
        for name in (
            "claimsMappingPolicies",
            "homeRealmDiscoveryPolicies",
            "tokenIssuancePolicies",
            "tokenLifetimePolicies",
            "appManagementPolicies",
        )
    },
}
# What of each collection is an agent's, and has sponsors.
AGENTS = {"applications": "agentIdentityBlueprint", "servicePrincipals": "agentIdentityBlueprintPrincipal"}
INHERITED = "applications/inheritablePermissions"
# The key of the children of a relationship.
CHILDREN = {
    "applications/federatedIdentityCredentials": ("federatedIdentityCredential", "name"),
    "applications/extensionProperties": ("extensionProperty", "name"),
    "servicePrincipals/delegatedPermissionClassifications": ("delegatedPermissionClassification", "permissionId"),
    SETTINGS: ("groupSetting", "templateId"),
    f"{PKIS}/certificateAuthorities": ("certificateAuthorityDetail", "certificate"),
    f"{LISTENERS}/includeApplications": ("authenticationConditionApplication", "appId"),
    **{f"{CROSS}/{owner}/m365Capabilities": ("m365CapabilityBase", "name") for owner in ("default", "partners")},
    "identity/b2xUserFlows/languages": ("userFlowLanguageConfiguration", "id"),
    "identity/b2xUserFlows/userAttributeAssignments": ("identityUserFlowAttributeAssignment", "id"),
    f"{FLOWS}/includeApplications": ("authenticationConditionApplication", "appId"),
    f"{CONSENT}/includes": ("permissionGrantConditionSet", "permissionClassification"),
    f"{CONSENT}/excludes": ("permissionGrantConditionSet", "permissionClassification"),
    "directory/customSecurityAttributeDefinitions/allowedValues": ("allowedValue", "id"),
}
# One property of each kind that its files show, and the value that `change` gives it in two of its resources.
EDITS: Mapping[str, tuple[str, object]] = {
    **dict.fromkeys(CATALOG, ("addedByGraphLater", "Changed")),
    "users": ("department", "Changed"),
    "groups": ("description", "Changed"),
    "devices": ("operatingSystem", "Changed"),
    "domains": ("passwordValidityPeriodInDays", 77),
    "applications": ("notes", "Changed"),
    "servicePrincipals": ("notes", "Changed"),
    "oauth2PermissionGrants": ("scope", "Changed.Read"),
    POLICIES: ("state", "disabled"),
}


SEEN = tuple(kind for kind in UNASKED if not kind.delegated)
"""What an application's export reads."""


def small(tenant_id: str) -> Tenant:
    """A company with a few objects per kind, all relationships filled, served in pages of two without quotas."""
    tenant = company(users=50, seed=1, tenant_id=tenant_id)
    tenant.states, tenant.streams = ({place: own for place, own in held.items() if place not in OPTIONS}
                                     for held in (tenant.states, tenant.streams))  # fmt: skip
    _without_logos(tenant)
    everything = _ids(tenant)
    assigned = {body["principalId"] for body in tenant.objects[GIVEN].values()}
    assigned |= {
        body["directoryScopeId"].removeprefix("/administrativeUnits/") for body in tenant.objects[GIVEN].values()
    }
    for path, most in MOST.items():
        objects = tenant.objects[path]
        if path == "servicePrincipals":
            assigned.add(_own_principal(tenant))
        for id_ in sorted(objects, key=lambda id_: (id_ not in assigned, _is_computed(objects[id_]), id_))[most:]:
            del objects[id_]
    given = ("users", "servicePrincipals")
    for body in (body for path in given for body in list(tenant.objects[path].values())[:2]):
        body["customSecurityAttributes"] = {"Engineering": {"Level": 3, "@odata.type": f"#microsoft.graph.{VALUE}"}}
    own_app = next(iter(tenant.objects["applications"].values()))["appId"]
    for extension in tenant.objects["schemaExtensions"].values():
        extension["owner"] = extension["owner"] if extension["id"].startswith("zava") else own_app
    listeners = tenant.objects[LISTENERS]
    tenant.objects[LISTENERS] = {own: body for own, body in listeners.items() if not body["authenticationEventsFlowId"]}
    teams = _teams(tenant)
    _keep_roles(tenant)
    _keep_jobs(tenant)
    _make_coherent(tenant, everything - _ids(tenant))
    settings = {path: tenant.children[path] for path in (RULES, RULES_OF_GROUPS)}
    for held in tenant.streams.values():
        held["de"] = held["0"]
    tenant.links = {relation: _filled(tenant, relation, *wanted) for relation, wanted in LINKS.items()}
    tenant.links[EXPIRY] = {own: tenant.links[EXPIRY][own] for own in teams}
    let_in(tenant)
    ones = {path: tenant.children[path] for path in (CHAINS, TERMS)} | {FEDERATION: _federations(tenant)}
    tenant.children = ones | {relation: _children(tenant, relation, *wanted) for relation, wanted in CHILDREN.items()}
    tenant.children[SETTINGS] = {own: tenant.children[SETTINGS][own] for own in teams}
    tenant.children[f"{PARTNERS}/identitySynchronization"] = {
        owner: {owner: {"id": owner, "tenantId": owner, "displayName": "Partner", "userSyncInbound": None}}
        for owner in tenant.objects[PARTNERS]
    }
    for path, policies in settings.items():
        there = tenant.objects[path.rpartition("/")[0]]
        tenant.children[path] = {own: dict(list(rules.items())[:4]) for own, rules in policies.items() if own in there}
    _catalogue(tenant)
    _narrow_strengths(tenant)
    tenant.objects[GRANTS] = {body["id"]: body for body in _grants(tenant)}
    for values in tenant.children["directory/customSecurityAttributeDefinitions/allowedValues"].values():
        for value in values.values():
            value["isActive"] = True
    tenant.objects["appRoleAssignments"] = {body["id"]: body for body in _app_roles(tenant)}
    tenant.options.page_size, tenant.options.quotas = PAGE, False
    return tenant


def _without_logos(tenant: Tenant) -> None:
    for body in (body for path in AGENTS for body in tenant.objects[path].values()):
        body["info"]["logoUrl"] = None


def let_in(tenant: Tenant) -> None:
    """Those who are in a group for some time are among its members and owners, before all others."""
    for schedule in tenant.objects[presence.ACTIVE].values():
        presence.begin(tenant, schedule)
        presence.holders(tenant, schedule).sort(key=lambda own: own != schedule["principalId"])


def _catalogue(tenant: Tenant) -> None:
    """Each catalog has four groups, each package gives their members' part."""
    groups = sorted(tenant.objects["groups"])[:4]
    ends = [{"originSystem": "AadGroup", "originId": id_} for id_ in groups]
    tenant.children[f"{CATALOGS}/resources"] = {
        owner: {child["id"]: child for child in
                (blank("accessPackageResource") | end | {"id": tenant.new_id()} for end in ends)}
        for owner in sorted(tenant.objects[CATALOGS])
    }  # fmt: skip
    tenant.children[f"{PACKAGES}/resourceRoleScopes"] = {
        owner: {child["id"]: child for child in (_scope(tenant, end) for end in ends)}
        for owner in sorted(tenant.objects[PACKAGES])
    }


def _scope(tenant: Tenant, end: Object) -> Object:
    role, scope = tenant.new_id(), tenant.new_id()
    member = {"id": role, "displayName": "Member", "originId": f"Member_{end['originId']}", "originSystem": "AadGroup"}
    return {"id": f"{role}_{scope}", "role": member, "scope": end | {"id": scope, "isRootScope": True}}


def _ids(tenant: Tenant) -> set[str]:
    """What other objects may name: ids, and the appIds of service principals."""
    apps = {body["appId"] for body in tenant.objects["servicePrincipals"].values()}
    return apps | {id_ for objects in tenant.objects.values() for id_ in objects}


def _own_principal(tenant: Tenant) -> str:
    """The service principal of the first application; those of the others go, as with applications that are gone."""
    first = next(iter(tenant.objects["applications"].values()))["appId"]
    objects = tenant.objects["servicePrincipals"]
    for id_, body in list(objects.items()):
        ours = body["appOwnerOrganizationId"] == tenant.id and body["servicePrincipalType"] == "Application"
        if ours and body["appId"] != first:
            del objects[id_]
    return next(id_ for id_, body in objects.items() if body["appId"] == first)


def _keep_roles(tenant: Tenant) -> None:
    """Leave the guests' role and those that somebody who is left has, or may take."""
    left, paths = _ids(tenant), (GIVEN, ELIGIBLE, ACTIVE)
    held = {body["roleDefinitionId"] for path in paths for body in tenant.objects[path].values()
            if body["principalId"] in left}  # fmt: skip
    held.add(tenant.singletons["policies/authorizationPolicy"]["guestUserRoleId"])
    tenant.objects[ROLES] = {id_: body for id_, body in tenant.objects[ROLES].items() if id_ in held}


def _keep_jobs(tenant: Tenant) -> None:
    """Leave the synchronization jobs, as those of the service principal that is left."""
    owner = _own_principal(tenant)
    own = [body | {"id": f"{owner}/{body['id'].rpartition('/')[2]}", "servicePrincipalId": owner}
           for body in tenant.objects[JOBS].values()]  # fmt: skip
    tenant.objects[JOBS] = {body["id"]: body for body in own}


def _make_coherent(tenant: Tenant, gone: set[str]) -> None:
    """Nothing names what isn't there: an object that must goes, and an element of a list does."""
    for path, objects in tenant.objects.items():
        tenant.objects[path] = {id_: _without(body, gone) for id_, body in objects.items() if not _needs(body, gone)}
    for path, body in tenant.singletons.items():
        tenant.singletons[path] = _without(body, gone)


def _needs(body: Object, gone: set[str]) -> bool:
    scope = str(body.get("directoryScopeId")).rpartition("/")[2]
    return scope in gone or any(name != "appId" and isinstance(v, str) and v in gone for name, v in body.items())


def _without(value: Any, gone: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(item, gone) for name, item in value.items()}
    return [_without(item, gone) for item in value if not _names(item, gone)] if isinstance(value, list) else value


def _names(item: Any, gone: set[str]) -> bool:
    found = item.get("id") if isinstance(item, dict) else item
    return isinstance(found, str) and found in gone


def _is_computed(body: Object) -> bool:
    return bool(body.get("membershipRule") or body.get("visibility") == "HiddenMembership")


def _filled(tenant: Tenant, relation: str, to: str, count: int) -> dict[str, list[str]]:
    """Each owner's targets, each owner others: some names from a ring, so many for the first owners."""
    owners, ring = sorted(tenant.objects[relation.rpartition("/")[0]]), sorted(tenant.objects[to])
    return {
        owner: [id_ for id_ in itertools.islice(itertools.cycle(ring), place, place + most) if id_ != owner]
        for place, (owner, most) in enumerate(_some(owners, count), 1)
    }


def _some(owners: Iterable[Any], count: int) -> Iterator[tuple[Any, int]]:
    """Owners, and how many of a relationship each has: the first several pages, for which each is a request."""
    return ((owner, count if place < LONG else min(count, PAGE)) for place, owner in enumerate(owners))


def _children(tenant: Tenant, relation: str, type_: str, key: str) -> dict[str, dict[str, Object]]:
    kind = relation.rpartition("/")[0]
    owners = [str(tenant.singletons[kind]["id"])] if kind in tenant.singletons else sorted(tenant.objects[kind])
    return {owner: {child["id"]: child for child in (_child(tenant, type_, key, n) for n in range(most))}
            for owner, most in _some(owners, 4)}  # fmt: skip


def _child(tenant: Tenant, type_: str, key: str, number: int) -> Object:
    name = f"extension_{'0' * 32}_child_{number}" if type_ == "extensionProperty" else f"child-{number}"
    return blank(type_) | {"id": tenant.new_id(), key: tenant.new_id() if key == "permissionId" else name}


def _teams(tenant: Tenant) -> list[str]:
    """The Microsoft 365 groups, two at least; the first groups stay what tests of apply know them for."""
    last = [own for own, body in sorted(tenant.objects["groups"].items()) if not _is_computed(body)][-2:]
    for own in last:
        tenant.objects["groups"][own] |= {"groupTypes": ["Unified"], "mailEnabled": True}
    return sorted(own for own, body in tenant.objects["groups"].items() if "Unified" in body["groupTypes"])


def _sponsored(tenant: Tenant, path: str, type_name: str) -> dict[str, list[str]]:
    """Two objects are of this type now; their sponsors."""
    last, users = sorted(tenant.objects[path])[-2:], sorted(tenant.objects["users"])
    for own in last:
        tenant.objects[path][own]["@odata.type"] = f"#microsoft.graph.{type_name}"
    return {own: list(users[:4]) for own in last}


def _federations(tenant: Tenant) -> dict[str, dict[str, Object]]:
    """Two domains whose people sign in elsewhere."""
    ((model,),) = (held.values() for held in tenant.children[FEDERATION].values())
    domains = tenant.objects["domains"]
    first = next(body for body in domains.values() if body["authenticationType"] == "Federated")
    domains["sso." + first["id"]] = first | {"id": "sso." + first["id"]}
    found = {}
    for own in (first["id"], "sso." + first["id"]):
        found[own] = {f"of-{own}": model | {"id": f"of-{own}", "issuerUri": f"http://{own}/trust"}}
    return found


def _narrow_strengths(tenant: Tenant) -> None:
    """Two strengths of the tenant's own, with four configurations each."""
    own = next(body for body in tenant.objects[STRENGTHS].values() if body["policyType"] == "custom")
    for body in (own, own | {"id": tenant.new_id(), "displayName": "Other keys"}):
        sort = {"@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "allowedAAGUIDs": []}
        body[COMBINATIONS] = [sort | {"id": tenant.new_id(), "appliesToCombinations": [f"sort-{number}"]}
                              for number in range(4)]  # fmt: skip
        tenant.objects[STRENGTHS][body["id"]] = body


def _app_roles(tenant: Tenant) -> Iterable[Object]:
    """The first service principals hold a role of four each, and give one to four users; the others two, and to two."""
    principals, users = sorted(tenant.objects["servicePrincipals"]), sorted(tenant.objects["users"])
    for holder, most in _some(principals, 4):
        for resource in principals[:most]:
            yield _app_role(tenant, holder, "ServicePrincipal", resource)
    for resource, most in _some(principals, 4):
        for user in users[:most]:
            yield _app_role(tenant, user, "User", resource)


def _grants(tenant: Tenant) -> Iterable[Object]:
    """One service principal may do something with each of five others, one of these times for a single user."""
    client, *others = sorted(tenant.objects["servicePrincipals"])
    user = min(tenant.objects["users"])
    for number, resource in enumerate(others[:5]):
        whom = {"consentType": "Principal", "principalId": user} if number == 4 else {"consentType": "AllPrincipals"}
        yield blank("oAuth2PermissionGrant") | whom | {
            "id": f"grant-{number}", "clientId": client, "resourceId": resource, "scope": "User.Read"}  # fmt: skip


def _app_role(tenant: Tenant, holder: str, sort: str, resource: str) -> Object:
    ids = {"id": tenant.new_id(), "principalId": holder, "resourceId": resource, "appRoleId": tenant.new_id()}
    return blank("appRoleAssignment") | ids | {"principalType": sort}


def change(tenant: Tenant) -> None:
    """Change a property of two resources of every kind, and every relationship of two resources that has one.

    Groups and policies also gain one, which stands on the first page of their listing.
    """
    for kind in ("groups", POLICIES):
        table = tenant.objects[kind]
        model = table[max(table)]
        added = model | {"id": tenant.new_id(), "displayName": "Added"}
        tenant.objects[kind] = {added["id"]: added, **table}
        tenant.touch(kind, added["id"], "created")
    for kind, (name, value) in EDITS.items():
        for body in _first_two(tenant, kind):
            body[name] = value
            tenant.touch(kind, str(body["id"]))
    _change_relations(tenant)


def _change_relations(tenant: Tenant) -> None:
    for relation, owners in tenant.links.items():
        for owner in sorted(owners)[:2]:
            owners[owner].pop()
            tenant.touch(relation.rpartition("/")[0], owner)
    for relation, tables in tenant.children.items():
        for owner in sorted(tables)[:2]:
            tables[owner].popitem()
            tenant.touch(relation.rpartition("/")[0], owner)
    _change_held(tenant)
    for name, rows in (("principalId", "ServicePrincipal"), ("resourceId", "User")):
        held = [body for body in tenant.objects["appRoleAssignments"].values() if body["principalType"] == rows]
        for owner in sorted({body[name] for body in held})[:2]:
            del tenant.objects["appRoleAssignments"][next(body["id"] for body in held if body[name] == owner)]


def _change_held(tenant: Tenant) -> None:
    """Change what Graph shows below objects that hold it."""
    for body in tenant.objects[STRENGTHS].values():
        del body[COMBINATIONS][3:]
    for body in tenant.objects[JOBS].values():
        body["schema"]["synchronizationRules"][0]["name"] = "Changed"
    for place, held in tenant.streams.items():
        kind, _, name = place.rpartition("/")
        for own in sorted(held)[:2]:
            type_, data = held[own]
            streams.put(tenant, kind, tenant.objects[kind][own], name, type_, data + b"\n")


def _first_two(tenant: Tenant, kind: str) -> list[Object]:
    if kind in tenant.singletons:
        return [tenant.singletons[kind]]
    held = (body for body in tenant.objects[kind].values() if body.get("displayName") != "Added")
    if kind == presence.ACTIVE:  # others are in no file
        held = (body for body in held if body["assignmentType"] == "assigned" and body["memberType"] == "direct"
                and body["scheduleInfo"]["expiration"]["type"] != "noExpiration")  # fmt: skip
    return sorted(held, key=lambda body: str(body["id"]))[:2]


def merged(before: Mapping[str, str], after: Mapping[str, str], kept: Iterable[str]) -> dict[str, str]:
    """The files of `after`, but those of the kinds `kept` from `before`; the manifest is empty."""
    names = set(kept)
    old = {path: text for path, text in before.items() if kind_of(path) in names}
    return old | {path: text for path, text in after.items() if kind_of(path) not in names} | {"snapshot.yaml": ""}


def relations() -> list[tuple[ResourceType, Relation]]:
    """Every relationship of the catalog that an application may read."""
    return [(kind, relation) for kind in SEEN for relation in kind.relations]


def pattern(kind: ResourceType) -> str:
    """A regular expression for the path of a kind in any tenant."""
    path = f"{kind.each.path}/{TENANT}/{kind.each.below}" if kind.each and kind.each.below else kind.path
    return re.escape(path).replace(re.escape(TENANT), "[^/]+")


def is_only(kind: ResourceType) -> bool:
    """Whether the path of a kind is that of its one resource."""
    return kind.shape == "singleton" and kind.kind != "organization"


def path_of(kind: ResourceType, own: str) -> str:
    """A regular expression for the path of a resource in any tenant."""
    if is_only(kind):
        return pattern(kind)
    owner, _, rest = own.rpartition("/")
    return f"{pattern(kind).replace('[^/]+', owner)}/{rest}" if owner else f"{pattern(kind)}/{own}"


def owner_of(tenant: Tenant, kind: ResourceType, relation: Relation) -> str:
    """The first resource whose `relation` `change` changes."""
    held = [raw for raw in objects_of(tenant, kind) if raw.get("displayName") != "Added"]
    return min(str(raw["id"]) for raw in held if has(raw, relation.where))


def objects_of(tenant: Tenant, kind: ResourceType) -> list[Object]:
    """All of a kind that is a list in Graph; the one organization, too."""
    return list(tenant.objects.get(kind.kind, {}).values()) or [tenant.singletons[kind.kind]]


def exported(sandbox: Sandbox, place: Path) -> World:
    """The small company, exported once."""
    tenant = small(made_up("small"))
    tenant.links |= {f"{path}/sponsors": _sponsored(tenant, path, type_name) for path, type_name in AGENTS.items()}
    tenant.children[INHERITED] = {
        own: {
            body["id"]: body for body in (_child(tenant, "inheritablePermission", "resourceAppId", n) for n in range(4))
        }
        for own in tenant.links["applications/sponsors"]
    }
    world = make(sandbox, place, tenant=tenant)
    world.extra["ENTRAGIT_SPEED"] = SPEED
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    return world


def again(world: World, place: Path, *, changed: bool = True) -> World:
    """The same company and repository at `place`; `changed`: with something new in every kind."""
    other = copied(world, place)
    if changed:
        change(other.tenant)
    return other


def kind_of(path: str) -> str:
    """The kind of a tenant file; "" for the manifest."""
    found = address_of(path, CATALOG)
    return found[0] if found else ""


def bodies(files: Mapping[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, id) → body."""
    found = {path: parse(text.encode(), path) for path, text in files.items() if kind_of(path)}
    return {(kind_of(path), str(body["id"])): body for path, body in found.items()}
