"""Reads single resources once more: what vanished, changed or was only referenced while the run was reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from entragit.errors import GraphError
from entragit.graph.answers import is_absent, reason
from entragit.model import Gap, Raw
from entragit.normalize import normalize
from entragit.references import find
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.shapes import Scope, reads
from entragit.snapshotter.kinds import read_relations
from entragit.snapshotter.reader import Reader, identified, placed, store, without


async def reread(reader: Reader, kind: ResourceType, ids: Iterable[str]) -> None:
    """Read single resources anew, relationships included; a 404 means that it is gone.

    What was known of one that can't be read goes: it may be of another day than what names it.
    """
    wanted = sorted(ids)
    requests = [request for id in wanted for request in reads(kind, Scope(id, without=without(reader, kind)))]
    found: list[str] = []
    for id, result in zip(wanted, await reader.graph.read_many(requests), strict=True):
        reader.spool.remove(kind.kind, id)
        try:
            store(reader, kind, _found(kind, id, result))
            found.append(id)
        except GraphError as error:
            if is_absent(error):
                reader.gone.add(id.lower())
            else:
                reader.spool.add_gap(Gap(kind.kind, "", id, reason(error)))
    await read_relations(reader, kind, found)


def _found(kind: ResourceType, id: str, result: list[Raw] | GraphError) -> list[Raw]:
    """The one object that was asked for; a reference may name its id in another case. Raises GraphError."""
    if isinstance(result, GraphError):
        raise result
    result = [placed(kind, identified(kind, raw), id.partition("/")[0]) for raw in result]
    if [str(raw.get("id")).lower() for raw in result] != [id.lower()]:
        raise GraphError(200, "notTheObject", "the answer is not the object that was asked for", f"/{kind.kind}")
    return result


async def reread_vanished(reader: Reader) -> None:
    """See whether what vanished between its listing and the read of its relationships is really gone."""
    for name in sorted({kind for kind, _ in reader.vanished}):
        await reread(reader, CATALOG[name], {id for kind, id in reader.vanished if kind == name})


async def reread_naming(reader: Reader) -> None:
    """Read once more what names a resource that went while the run was reading.

    With a user go role assignments, ownerships and app roles, whose changes Graph doesn't track (facts §3).
    """
    if not reader.gone:
        return
    coverage = reader.spool.coverage()
    naming: dict[str, set[str]] = {}
    for name, id in reader.spool.naming(reader.gone):
        if CATALOG[name].shape != "singleton" and coverage.covers(name):
            naming.setdefault(name, set()).add(id)
    for name in sorted(naming):
        await reread(reader, CATALOG[name], {id for id in naming[name] if reader.spool.has(name, id)})


async def reread_dangling(reader: Reader, kinds: list[ResourceType]) -> None:
    """Ask once more for what is referenced but wasn't listed, of kinds whose changes Graph doesn't track.

    A named location that was made, and used in a policy, between the two listings is found here.
    """
    untracked = frozenset(kind.kind for kind in kinds if not kind.delta and kind.shape != "singleton")
    watchers = [kind for kind in kinds if not kind.delta]
    missing = sorted({pair for kind in watchers for pair in _dangling(reader, kind, untracked)})
    coverage = reader.spool.coverage()
    for target in sorted({target for target, _ in missing if coverage.covers(target)}):
        await reread(reader, CATALOG[target], [id for name, id in missing if name == target])


def _dangling(reader: Reader, kind: ResourceType, targets: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(kind, id) of each reference of `kind` into one of `targets` alone that wasn't read."""
    context = Context(reader.graph.tenant_id)
    for raw in reader.spool.objects(kind.kind):
        for found in find(kind, normalize(kind, raw, context)):
            (target, *others) = found.reference.to
            if (
                found.reference.by == "id"
                and not others
                and target in targets
                and not reader.spool.has(target, found.id)
            ):
                yield target, found.id
