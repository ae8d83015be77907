"""What a relationship leads to: ids of directory objects, of assignments and grants, of children (facts §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from entragit.sandbox.ask import Ask
from entragit.sandbox.objects import get, visible
from entragit.sandbox.rules.row import Relation
from entragit.sandbox.store import Object, Tenant

UPWARD = ("groups", "directory/administrativeUnits", "directoryRoles")
OMITTING = frozenset({"members", "owners", "transitiveMembers"})
HOLDERS = ("applications", "servicePrincipals")
HIDDEN = "HiddenMembership"


def hidden(ask: Ask, path: str, item: Object) -> bool:
    """Whether this token sees no members of a group or unit (facts §5 groups: Member.Read.Hidden)."""
    visibility = str(item.get("visibility") or "")
    return visibility == HIDDEN and path in UPWARD and "Member.Read.Hidden" not in ask.caller.roles


def _linked(tenant: Tenant, path: str, name: str, owner: str) -> Sequence[str]:
    return tenant.links.get(f"{path}/{name}", {}).get(owner, ())


def _nested(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    """Members at any depth, each once."""
    found: dict[str, None] = {}
    todo = [str(item["id"])]
    while todo:
        for target in _linked(ask.tenant, "groups", "members", todo.pop()):
            if target not in found:
                found[target] = None
                todo.append(target)
    return list(found)


def _holders(tenant: Tenant, target: str) -> Iterable[str]:
    for path in UPWARD:
        for owner, members in list(tenant.links.get(f"{path}/members", {}).items()):
            if target in members:
                yield owner


def _upward(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    found: dict[str, None] = {}
    todo = [str(item["id"])]
    while todo:
        for owner in _holders(ask.tenant, todo.pop()):
            if owner not in found:
                found[owner] = None
                if relation.name == "transitiveMemberOf":
                    todo.append(owner)
    return list(found)


def _owned(collection: str) -> Callable[[Ask, str, Relation, Object], Sequence[str]]:
    """Ids of the objects of a collection whose property `relation.by` is the owner's id, from an index."""

    def found(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
        return index(ask, collection, relation.by).get(str(item["id"]), ())

    return found


def index(ask: Ask, collection: str, by: str) -> Mapping[str, Sequence[str]]:
    """Value of property `by` → ids of a collection; kept until the collection or the tenant's log grows or shrinks."""
    objects = visible(ask.tenant, collection)
    stamp = (len(objects), len(ask.tenant.changes), id(objects) if ask.tenant.options.lag <= 0 else ask.tenant.now())
    indexes = ask.caller.desk.indexes
    kept = indexes.get((collection, by))
    if kept is None or kept[0] != stamp:
        found: dict[str, list[str]] = {}
        for object_id, item in list(objects.items()):
            found.setdefault(str(item.get(by)), []).append(object_id)
        kept = indexes[collection, by] = (stamp, found)
    return kept[1]


def _links(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    return _linked(ask.tenant, path, relation.name, str(item["id"]))


def _children(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    children = ask.tenant.children.get(f"{path}/{relation.name}", {}).get(str(item["id"]), {})
    return [f"{item['id']}/{child}" for child in children]


def _inline(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    return [f"{item['id']}/{child['id']}" for child in item.get(relation.name) or []]


def _property(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    return [str(item[relation.by])] if item.get(relation.by) else []


def _expiry(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    """The policy that holds for a Microsoft 365 group: one for all of them, or for selected ones (facts §5)."""
    own = _links(ask, path, relation, item)
    held = visible(ask.tenant, relation.target).items() if "Unified" in (item.get("groupTypes") or ()) else ()
    return [key for key, policy in held
            if {"All": True, "Selected": key in own}.get(str(policy.get("managedGroupTypes")))]  # fmt: skip


def _applied(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    return [
        owner
        for place in HOLDERS
        for owner, held in list(ask.tenant.links.get(f"{place}/{relation.by}", {}).items())
        if item["id"] in held and owner in visible(ask.tenant, place)
    ]


FINDERS: Mapping[str, Callable[[Ask, str, Relation, Object], Sequence[str]]] = {
    "links": _links,
    "nested": _nested,
    "upward": _upward,
    "assignments": _owned("appRoleAssignments"),
    "grants": _owned("oauth2PermissionGrants"),
    "children": _children,
    "inline": _inline,
    "expiry": _expiry,
    "property": _property,
    "applied": _applied,
}


def targets(ask: Ask, path: str, relation: Relation, item: Object) -> Sequence[str]:
    """The ids that a relationship of `item` leads to; of children "owner/child". Not to be changed."""
    if relation.how in ("links", "nested") and relation.name.lower().endswith("members") and hidden(ask, path, item):
        return ()
    return FINDERS[relation.how](ask, path, relation, item)


def without_principals(ask: Ask, path: str, relation: Relation, ids: Sequence[str]) -> Sequence[str]:
    """The ids that v1.0 shows of a group's relationship: no service principals, by the option (facts §5 groups)."""
    if path != "groups" or relation.name not in OMITTING or ask.version != "v1.0":
        return ids
    if not ask.tenant.options.members_omit_service_principals:
        return ids
    principals = ask.tenant.objects.get("servicePrincipals", {})
    return [target for target in ids if target not in principals]


def inner(tenant: Tenant, relation: Relation, path: str, target: str) -> Object | None:
    """The object that is no directory object behind one id of `targets`, or None."""
    if relation.how == "children":
        owner, _, child = target.partition("/")
        return tenant.children.get(f"{path}/{relation.name}", {}).get(owner, {}).get(child)
    if relation.how == "inline":
        owner, _, child = target.partition("/")
        held = (get(tenant, path, owner) or {}).get(relation.name) or []
        return next((item for item in held if item["id"] == child), None)
    collection = {"assignments": "appRoleAssignments", "grants": "oauth2PermissionGrants"}.get(
        relation.how, relation.target
    )
    return get(tenant, collection, target)
