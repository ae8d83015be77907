"""Relationships through `$ref`: which references may join or leave, and the stored links (facts §5 groups, users)."""

from __future__ import annotations

from entragit.sandbox import licensing, presence
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request, not_found
from entragit.sandbox.rules import layout
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, lookup
from entragit.sandbox.writes.core import DUPLICATE_REFERENCE, MISSING_REFERENCE, Join, Kind, References

MOST_BOUND = 20  # references in one request (facts §0.8)


def held(tenant: Tenant, kind: Kind, name: str, owner: str) -> list[str]:
    """The stored target ids of one relationship, in insertion order, to be changed in place."""
    return tenant.links.setdefault(f"{kind.path}/{name}", {}).setdefault(owner, [])


def _named(ask: Ask, odata_id: object, references: References) -> tuple[str, Object]:
    first, *_ = references.targets
    if first in layout.DIRECTORY_OBJECTS and not references.address:
        return lookup.referenced(ask, odata_id, references.targets)
    return lookup.assigned(ask, odata_id, first, references.address or first)


def _join(ask: Ask, kind: Kind, references: References, owner: Object, odata_id: object) -> Join:
    path, target = _named(ask, odata_id, references)
    join = Join(ask, kind, references, owner, target, path, adding=True)
    for rule in references.rules:
        rule(join)
    if not references.single and target["id"] in held(ask.tenant, kind, references.name, owner["id"]):
        raise bad_request(DUPLICATE_REFERENCE.format(references.name))
    return join


def bound(ask: Ask, kind: Kind, owner: Object, binds: dict[str, object]) -> list[Join]:
    """The joins that `@odata.bind` asks for, all checked before any is stored (all or nothing, facts §5 groups)."""
    joins: list[Join] = []
    for name, addresses in binds.items():
        if not isinstance(addresses, list) or len(addresses) > MOST_BOUND:
            raise bad_request(f"'{name}@odata.bind' takes a list of at most {MOST_BOUND} references.")
        found = [_join(ask, kind, kind.references[name], owner, item) for item in addresses]
        if len({join.target["id"] for join in found}) < len(found):
            raise bad_request(DUPLICATE_REFERENCE.format(name))
        joins += found
    return joins


def _store(join: Join) -> None:
    tenant, owner, target = join.tenant, str(join.owner["id"]), str(join.target["id"])
    name, path = join.references.name, join.kind.path
    there = held(tenant, join.kind, name, owner)
    for gone in [*there] if join.references.single and join.adding else []:
        there.remove(gone)
        tenant.touch(path, owner, relation=name, target=gone, added=False)
    if join.adding:
        there.append(target)
    else:
        there.remove(target)
        presence.leave(tenant, f"{path}/{name}", owner, target)
    tenant.touch(path, owner, relation=name, target=target, added=join.adding)


def store(joins: list[Join]) -> None:
    """Store checked joins with what follows, and record them."""
    for join in joins:
        _store(join)
        for effect in join.references.effects:
            effect(join)
        _record(join)


def _record(join: Join) -> None:
    """ "Add member to group", "Remove owner from application", "Set user manager"."""
    verb, to = ("Add", "to") if join.adding else ("Remove", "from")
    what = "policy" if join.target_path.startswith("policies/") else join.references.name.removesuffix("s")
    activity = f"{verb} {what} {to} {join.kind.noun}"
    if join.references.single:
        activity = f"{'Set' if join.adding else 'Remove'} {join.kind.noun} {what}"
    key = f"{join.kind.noun.capitalize()}.ObjectID"
    before, after = ({}, {key: join.owner["id"]}) if join.adding else ({key: join.owner["id"]}, {})
    target, owner = dict(join.target), dict(join.owner)
    audits.record(join.ask, activity, join.kind.path, target | before, target | after, owner)


def add(ask: Ask, kind: Kind, owner: Object, references: References) -> Reply:
    """POST (or PUT, for a single one) …/$ref: 204; a repeated reference is 400, a missing target 404."""
    body = ask.body if isinstance(ask.body, dict) else {}
    if set(body) - {"@odata.type"} != {"@odata.id"}:
        raise bad_request("The body of a reference must hold '@odata.id' alone.")
    store([_join(ask, kind, references, owner, body["@odata.id"])])
    return Reply(204)


def remove(ask: Ask, kind: Kind, owner: Object, references: References, target_id: str) -> Reply:
    """DELETE …/{id}/$ref, or …/$ref of a single one: 204; 404 for an object that is gone, 400 for one not in it."""
    there = held(ask.tenant, kind, references.name, str(owner["id"]))
    same = (key for key in there if key.lower() == target_id.lower())
    wanted = there[0] if references.single and there else next(same, target_id.lower())
    found = lookup.directory_object(ask.tenant, wanted, (*layout.DIRECTORY_OBJECTS, *references.targets))
    if wanted not in there and found is None:
        raise not_found(target_id or references.name)
    if wanted not in there:
        raise bad_request(MISSING_REFERENCE.format(references.name))
    path, target = found or ("", {"id": wanted})
    join = Join(ask, kind, references, owner, target, path, adding=False)
    for rule in references.rules:
        rule(join)
    store([join])
    return Reply(204)


def inherit_licences(join: Join) -> None:
    """Effect: who joins or leaves a group has its licences, or has them no longer."""
    licensing.inherit(join.tenant, [str(join.target["id"])])
