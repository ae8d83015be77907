"""What a read is about, and the query options that every shape shares."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from entragit.model import Request
from entragit.resources import fields as resource_fields
from entragit.resources.base import Relation, ResourceType

Query = tuple[tuple[str, str], ...]
SAFE = "${}"
"""What stays as it is in an id of a path, for it stands for one that isn't known yet."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A whole kind (`id` empty), one resource of it, one of its relationships, or one relationship of one resource.

    `without`: properties not to ask for, because this token can't see them or the settings leave them out. `of`: the
    resource of another kind whose own are listed (`Each`).
    """

    id: str = ""
    relation: Relation | None = None
    without: frozenset[str] = frozenset()
    of: str = ""


def selected(kind: ResourceType, without: frozenset[str]) -> Query:
    """`$select` for a kind that hides properties (facts §1: 59 of a user's 79) or to shed bulk, else nothing."""
    names = frozenset(resource_fields.selected(kind))
    left_out = without - resource_fields.decisive(kind)
    return (("$select", ",".join(sorted(names - left_out))),) if names else ()


def expanding(kind: ResourceType) -> Query:
    """`$expand` for a kind whose resources name others in relationships that Graph doesn't send unasked."""
    return (("$expand", ",".join(kind.expand)),) if kind.expand else ()


def listing(kind: ResourceType, owner: str = "") -> str:
    """The path of the list of a kind, or where each resource of another has its own, of that of `owner`."""
    if kind.each and kind.each.below:
        return f"/{kind.each.path}/{quote(owner, safe=SAFE)}/{kind.each.below}"
    return f"/{kind.path}"


def own_id(kind: ResourceType, id_: str) -> str:
    """The id by which Graph knows a resource: without the owner's (`Each.below`)."""
    return id_.rpartition("/")[2] if kind.each and kind.each.below else id_


def own_path(kind: ResourceType, id_: str) -> tuple[str, ...]:
    """What follows `listing` to name one resource: its id, or nothing where Graph has the only one at the path."""
    return () if kind.shape == "singleton" and not kind.writes.below else (own_id(kind, id_),)


def of_kind(kind: ResourceType, query: Query = (), owner: str = "") -> Request:
    """A request for the whole kind, or for the list of one owner."""
    return Request(listing(kind, owner), query, version=kind.version, quota=kind.quota)


def of_object(kind: ResourceType, scope: Scope, path: str = "", query: Query = ()) -> Request:
    """A request for one object, or for `path` below it."""
    own = (quote(part, safe="") for part in own_path(kind, scope.id))
    place = "/".join((listing(kind, scope.id.partition("/")[0]), *own, *((path,) if path else ())))
    version = scope.relation.version if scope.relation and scope.relation.version else kind.version
    return Request(place, query, version=version, quota=kind.quota)
