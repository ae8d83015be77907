"""The guards once more, right before the first write: what they judge by is read again, and little else.

A whole read may be old by the time that it ends: since then somebody may have taken another administrator's role.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from entragit.apply.resuming import guards_again
from entragit.apply.run import Check
from entragit.git.repository import Repository
from entragit.graph.client import Graph
from entragit.guarding import APPLICATIONS, WHOLE, Bodies, Judged, judged_by
from entragit.guards import GuardWorld, check
from entragit.guards.world import GROUPS, USERS
from entragit.plan import Finding, Plan
from entragit.publisher.protected import protected
from entragit.reading import Tools, settings_of, spooled
from entragit.references import find
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.settings import Settings
from entragit.snapshotter import selected
from entragit.snapshotter.again import reread
from entragit.snapshotter.kinds import read_kind
from entragit.snapshotter.reader import Reader
from entragit.snapshotter.together import together
from entragit.spool import Spool

BY_ID = (USERS, GROUPS, *APPLICATIONS)
"""Kinds of which the guards need some resources."""


def guards_at_once(repo: Repository, tools: Tools, judged: Judged) -> Check:
    """Guards for a plan that was just made, and judged by `judged`. Where the protected branch has moved since then,
    all is read anew.
    """

    def checked(plan: Plan) -> tuple[Finding, ...]:
        at = protected(repo)
        if at.tip != judged.tip:
            return guards_again(repo, tools, judged.world.allowed)(plan)
        return asyncio.run(_checked(repo, tools, settings_of(repo, at.tip, at.branch), plan, judged.world))

    return checked


async def _checked(
    repo: Repository, tools: Tools, settings: Settings, plan: Plan, world: GuardWorld
) -> tuple[Finding, ...]:
    with spooled(repo) as spool:
        async with tools.connect(settings) as graph:
            now = await _now(graph, spool, settings, plan, world)
    return check(plan, replace(now, now=tools.clock.now()))


async def _now(graph: Graph, spool: Spool, settings: Settings, plan: Plan, world: GuardWorld) -> GuardWorld:
    """The world of which all that may have moved is as it is now."""
    reader = Reader(graph, spool, settings.excluded, lambda _kind, _count: None, lambda _sentence: None)
    taken = {name for name in (*WHOLE, *BY_ID) if selected(reader, CATALOG[name])}
    await together(read_kind(reader, CATALOG[name]) for name in WHOLE if name in taken)
    named = world.own.union(*world.break_glass.values())
    known = frozenset(_known(world, plan))
    seen: set[tuple[str, str]] = set()
    while True:
        live = Bodies(spool, spool.coverage(), Context(settings.tenant))
        bodies = judged_by(plan, live, named)
        asked = {(kind, id_) for kind, id_ in live.known.keys() - seen if kind in taken.intersection(BY_ID)
                 and (id_ in world.bodies[kind] or id_ not in known)}  # fmt: skip
        if not asked:
            return replace(world, bodies=bodies, coverage=live.coverage)
        for name in sorted({kind for kind, _ in asked}):
            await reread(reader, CATALOG[name], {id_ for kind, id_ in asked if kind == name})
        seen |= asked


def _known(world: GuardWorld, plan: Plan) -> Iterator[str]:
    """The ids of which it was known before of which kind they are, or that they are of none."""
    found = [(kind, body) for kind, rows in world.bodies.items() for body in rows.values()]
    found += [(change.kind, change.desired) for change in plan.changes if change.desired is not None]
    for kind, body in found:
        yield str(body.get("id"))
        yield from (item.id for item in find(CATALOG[kind], body))
