"""Who is in a relationship for some time alone: asked for before it is read and after it, and left out of it.

Nobody who got in meanwhile becomes desired state so, nor who left meanwhile. Where it can't be known, neither is the
relationship: failure is never emptiness (design section 2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from entragit.errors import GraphError
from entragit.graph.answers import is_absent, is_denied, is_unlicensed
from entragit.model import Raw, Request
from entragit.resources.base import Passing, Relation, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.prepare import passes, stays
from entragit.shapes import Scope, reads
from entragit.snapshotter.conditions import may_have
from entragit.snapshotter.reader import Reader

Result = list[Raw] | GraphError
Place = tuple[str, str, str]
"""Owner's id, name of the relationship, id of the element in lower case."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one moment: who is there for some time, who for ever; owner's id → why nobody knows."""

    passing: set[Place] = field(default_factory=set)
    lasting: set[Place] = field(default_factory=set)
    unknown: dict[str, GraphError] = field(default_factory=dict)


async def look(reader: Reader, kind: ResourceType, owners: Collection[str]) -> Look:
    """Who is in the relationships of these resources of `kind`, which are in the spool, for some time alone now."""
    found = Look()
    rules = {relation.name: relation.passing for relation in kind.relations if relation.passing}
    for name in sorted({rule.kind for rule in rules.values()}):
        says = CATALOG[name]
        asked = [id for id in sorted(owners) if may_have(says.each, reader.spool.object(kind.kind, id) or {})]
        for id, answer in zip(asked, await _ask(reader, says, asked), strict=True):
            if isinstance(answer, GraphError):
                found.unknown.update({id: answer} if _is_failure(reader, says, answer) else {})
            else:
                _note(found, id, {key: rule for key, rule in rules.items() if rule.kind == name}, says, answer)
    return found


def _note(found: Look, id: str, rules: dict[str, Passing], says: ResourceType, answer: Iterable[Raw]) -> None:
    for raw in answer:
        for name, rule in rules.items():
            place = (id, name, str(raw.get(rule.element)).lower())
            if passes(rule, says.period, raw):
                found.passing.add(place)
            elif stays(rule, raw):
                found.lasting.add(place)


async def _ask(reader: Reader, says: ResourceType, owners: Sequence[str]) -> list[Result]:
    """The list for each owner. Where the first one says that there is none for anybody, the others aren't asked for."""
    requests = [_request(says, id) for id in owners]
    first: list[Result] = []
    if says.kind not in reader.refused and requests:
        first = await reader.graph.read_many(requests[:1])
        reader.refused[says.kind] = _for_all(reader, says, first[0])
    refused = reader.refused.get(says.kind)
    return [refused] * len(requests) if refused else [*first, *await reader.graph.read_many(requests[len(first) :])]


def _request(says: ResourceType, owner: str) -> Request:
    (request,) = reads(says, Scope(of=owner))
    return request


def _for_all(reader: Reader, says: ResourceType, answer: Result) -> GraphError | None:
    """Why nothing is listed for any owner: no licence, or no permission; None where the answer holds of one alone."""
    if not isinstance(answer, GraphError):
        return None
    denied = is_denied(answer) and not all(map(reader.granted, says.read))
    return answer if denied or is_unlicensed(answer) else None


def _is_failure(reader: Reader, says: ResourceType, error: GraphError) -> bool:
    """Whether it stays unknown who is there for some time: not where the feature isn't bought, nor where the owner is
    gone; nor where who runs it has neither given the permission nor asked for the kind, and so says that there is none.
    """
    left = is_denied(error) and says.kind in reader.exclude
    return not (is_unlicensed(error) or is_absent(error) or left)


def less(relation: Relation, id: str, answer: Result, before: Look, after: Look) -> Result:
    """The elements of a relationship that are there for more than some time; why, where nobody knows which."""
    if relation.passing is None or isinstance(answer, GraphError):
        return answer
    if why := before.unknown.get(id) or after.unknown.get(id):
        return why
    gone = (before.passing | after.passing) - after.lasting
    return [raw for raw in answer if (id, relation.name, str(raw.get("id")).lower()) not in gone]
