"""What someone added: access that the desired tree doesn't have (design section 9).

Access is part of the objects that it is given on and to, so it is taken back even where its holder is new. Members,
owners, credentials and what else stands inside an object need no rule of their own; here are those for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from entragit.canonical import canonical_json, element_key
from entragit.model import Body
from entragit.references import find
from entragit.resources.base import ResourceType
from entragit.resources.fields import of

CREDENTIALS = frozenset({"keyCredential", "passwordCredential"})
"""Graph's types of what an application signs in with."""


def key(resource_type: ResourceType, body: Body) -> tuple[Any, ...]:
    """What tells one access of its kind from another: to whom to what. Ids of their own mean nothing here."""
    held = (body.get(name) for name in resource_type.access)
    return tuple(canonical_json(value) if isinstance(value, dict) else value for value in held)


def named(resource_type: ResourceType, body: Body) -> frozenset[str]:
    """The ids of what a resource that only gives access names: principal, client, resource, role, scope."""
    return frozenset(found.id for found in find(resource_type, body) if found.path[0] in resource_type.access)


def without_given(resource_type: ResourceType, body: Body, theirs: Callable[[str], bool]) -> Body:
    """The body of an extra object without the access that other objects give it; itself where there is none.

    An app role is given by the resource, and stands with its holder only because one fact has one home. `theirs`:
    whether the object of an id is one on which extra access is taken back.
    """
    kept = dict(body)
    for relation in resource_type.relations:
        held = body.get(relation.name)
        if relation.access and isinstance(held, list):
            left = [item for item in held if not (isinstance(item, dict) and theirs(str(item.get(relation.access))))]
            kept |= {relation.name: left}
            if not left:
                del kept[relation.name]
    return kept if kept != body else body


def takes_last_credential(resource_type: ResourceType, actual: Body, desired: Body, now: datetime) -> bool:
    """Whether what `desired` takes away are the only passwords and certificates of the object that are valid `now`.

    Only what stays counts: a credential that the tenant has lost can't be brought back.
    """
    wanted = set(_credentials(resource_type, desired))
    held = dict(_credentials_of(resource_type, actual))
    gone, kept = ([item for place, item in held.items() if (place in wanted) is stays] for stays in (False, True))
    return any(_valid(item, now, unsure=True) for item in gone) and not any(
        _valid(item, now, unsure=False) for item in kept
    )


def _credentials(resource_type: ResourceType, body: Body) -> Iterator[tuple[str, str]]:
    return (place for place, _ in _credentials_of(resource_type, body))


def _credentials_of(resource_type: ResourceType, body: Body) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """((property, key), credential) of each password and certificate in a body."""
    for name, field in of(resource_type, body).items():
        held = body.get(name)
        if field.type in CREDENTIALS and isinstance(held, list):
            yield from (((name, element_key(item, field.rule)), item) for item in held if isinstance(item, dict))


def _valid(credential: Mapping[str, Any], now: datetime, *, unsure: bool) -> bool:
    """Whether a credential is valid `now`; `unsure`: the answer where its times can't be read."""
    start, end = (_time(credential.get(name)) for name in ("startDateTime", "endDateTime"))
    if end is None:
        return unsure
    return (start is None or start <= now) and now < end


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
