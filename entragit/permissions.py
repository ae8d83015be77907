"""What a job needs of Graph and Entra, from what the catalog says of each kind: permissions, roles, licences."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from entragit.plan import Change
from entragit.resources import derived
from entragit.resources.base import ResourceType
from entragit.resources.catalog import ASKED, CATALOG
from entragit.resources.writing import has

READER = "Global Reader"
SENSITIVE = "Privileged Authentication Administrator"
"""What an application must hold, too, to change the sign-in of users who hold roles (facts §5 users)."""

Needed = Mapping[str, tuple[str, ...]]
"""What is needed → the kinds that it is for, sorted."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one job needs: `permissions` and `own_roles` of an application, or `scopes` and `roles` of a person.

    A person needs the scopes that are named as the permissions, and those of `scopes` for what no application may do.
    `licences` are the tenant's.
    """

    permissions: Needed
    own_roles: Needed
    scopes: Needed
    roles: Needed
    licences: Needed


def chosen(excluded: Container[str]) -> tuple[ResourceType, ...]:
    """The kinds that are read where this is left out ("users", "users/sponsors"), without what of them is."""
    return tuple(_less(kind, excluded) for name, kind in CATALOG.items() if name not in excluded)


def _less(kind: ResourceType, excluded: Container[str]) -> ResourceType:
    relations = tuple(one for one in kind.relations if f"{kind.kind}/{one.name}" not in excluded)
    needs = {name: permission for name, permission in kind.needs.items() if f"{kind.kind}/{name}" not in excluded}
    return replace(kind, relations=relations, needs=needs)


UNASKED = chosen(ASKED)
"""The kinds that are read unless the settings say otherwise."""


def reading(kinds: Iterable[ResourceType] = UNASKED) -> tuple[str, ...]:
    """The least application permissions with which an export of `kinds` misses nothing, sorted."""
    return tuple(sorted({permission for kind in kinds for permission in _of(kind)}))


def _of(kind: ResourceType) -> Iterator[str]:
    yield from () if kind.delegated else kind.read
    yield from kind.needs.values()
    if kind.excluded:
        yield from kind.excluded.read
    if kind.each:
        yield from kind.each.read
    for relation in kind.relations:
        yield from relation.read
        if relation.passing:
            yield from relation.passing.read
        if relation.hidden:
            yield relation.hidden[2]


def writing(kinds: Iterable[ResourceType] = CATALOG.values()) -> tuple[str, ...]:
    """The least application permissions with which an apply to `kinds` is refused nothing, sorted; reading not among
    them, but where a write needs it.
    """
    return tuple(sorted({permission for kind in kinds for permission in _to_write(kind)}))


def _to_write(kind: ResourceType) -> Iterator[str]:
    yield from () if _by_people(kind) else kind.write
    for rule in kind.derived:
        yield from (*rule.write, *rule.remove, *(word for words in rule.below.values() for word in words))
    yield from kind.writes.needs.values()
    yield from (needed.permission for needed in kind.writes.also)
    for relation in kind.relations:
        yield from relation.write


def _by_people(kind: ResourceType) -> tuple[str, ...]:
    """The scopes with which a person writes what no application may; none where one may."""
    return (*(scope for scope in kind.delegated if "ReadWrite" in scope), *kind.writes.signed_in)


def to_read(kinds: Iterable[ResourceType]) -> Needs:
    """What an export of `kinds` needs."""
    found = tuple(kinds)
    return Needs(
        _by((permission, kind) for kind in found for permission in _of(kind)),
        {},
        _by((scope, kind) for kind in found for scope in kind.delegated if "ReadWrite" not in scope),
        _by((kind.reader or READER, kind) for kind in found),
        _licences(found),
    )


def to_write(kinds: Iterable[ResourceType]) -> Needs:
    """What an apply needs that may touch everything of `kinds`, beyond reading them."""
    found = tuple(kind for kind in kinds if kind.write or _by_people(kind))
    return Needs(
        _by((permission, kind) for kind in found for permission in _to_write(kind)),
        _by((SENSITIVE, kind) for kind in found if kind.writes.secret),
        _by((scope, kind) for kind in found for scope in _by_people(kind)),
        _by((role, kind) for kind in found for role in _roles(kind)),
        _licences(found),
    )


def for_changes(changes: Iterable[Change]) -> Needs:
    """What an apply needs that does these changes, beyond reading their kinds."""
    found = [(CATALOG[change.kind], change) for change in changes]
    whole = to_write(_as_written(kind, change) for kind, change in found)
    return Needs(
        _by((permission, kind) for kind, change in found for permission in _of_change(kind, change)),
        whole.own_roles,
        whole.scopes,
        whole.roles,
        whole.licences,
    )


def _as_written(kind: ResourceType, change: Change) -> ResourceType:
    """The kind in the words of the change's resource, and of no other type."""
    found = derived.of(kind, change.actual or change.desired)
    return found if found.cast else replace(kind, derived=())


def _of_change(kind: ResourceType, change: Change) -> Iterator[str]:
    """The permissions that one change takes: of the kind, and of what it touches beyond that."""
    touched = {edit.path[0] for edit in change.edits}
    yield from _at_address(derived.of(kind, change.actual or change.desired), change, touched)
    yield from () if _by_people(kind) else kind.write
    yield from (permission for name, permission in kind.writes.needs.items() if name in touched)
    body = change.actual or change.desired or {}
    yield from (needed.permission for needed in kind.writes.also if has(body, needed.where))
    for relation in kind.relations:
        goes = change.action == "delete" and (relation.far or relation.errand) and body.get(relation.name)
        yield from relation.write if relation.name in touched or goes else ()


def _at_address(kind: ResourceType, change: Change, touched: set[str]) -> Iterator[str]:
    """The permissions that a change takes at the address of its resource's type."""
    if kind.cast is None:
        return
    related = {relation.name for relation in kind.relations}
    if change.action in ("delete", "restore"):
        yield from kind.cast.remove
    elif change.action == "create" or touched - related:
        yield from kind.cast.write
    yield from (word for name in touched & kind.cast.below.keys() for word in kind.cast.below[name])


def _roles(kind: ResourceType) -> Iterator[str]:
    own = (kind.role, *(relation.role for relation in kind.relations), *(rule.role for rule in kind.derived))
    yield from filter(None, own)
    yield from (SENSITIVE,) if kind.writes.secret else ()


def _licences(kinds: Iterable[ResourceType]) -> Needed:
    return _by((kind.licence, kind) for kind in kinds if kind.licence)


def _by(pairs: Iterable[tuple[str, ResourceType]]) -> Needed:
    found: dict[str, set[str]] = {}
    for name, kind in pairs:
        found.setdefault(name, set()).add(kind.kind)
    return {name: tuple(sorted(kinds)) for name, kinds in sorted(found.items())}
