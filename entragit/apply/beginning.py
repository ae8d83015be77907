"""What comes before the first write: others fall silent, estates are settled, what is there is written down."""

from __future__ import annotations

from collections.abc import Mapping

from entragit import lease as leases
from entragit.apply import estates, looking
from entragit.apply.executor import LOST
from entragit.apply.keeping import Keeper
from entragit.graph.client import Graph
from entragit.journal import Journal
from entragit.lease import Held
from entragit.plan import Plan
from entragit.planfile import to_body
from entragit.reading import Tools
from entragit.shapes import WriteContext


async def still(held: Held, log: Journal, tools: Tools) -> None:
    """Wait until the run that had the lease before has noticed, unless it ran here or is long over, and so is dead."""
    now = tools.clock.now()
    if held.earlier is not None and held.earlier.run not in log.runs and leases.silent_since(held, now) == now:
        tools.notice(f"taking over from a run on {held.earlier.host}; waiting {leases.STILL:.0f} s for it to notice")
        await tools.clock.sleep(leases.still(tools.clock.speed))


async def inherit(keeper: Keeper, plan: Plan, graph: Graph, context: WriteContext, tools: Tools) -> None:
    """Find out what a dead run of another plan has made, and put it into the id map; then the state is our plan's."""
    clock, held = tools.clock, keeper.held
    age = (clock.now() - leases.silent_since(held, clock.now())).total_seconds()
    found = await estates.settle(graph, clock, held.state, context, max(0.0, LOST - age), tools.notice)
    keeper.names.ids |= found.ids
    keeper.names.authored |= found.authored
    await keeper.inherit(to_body(plan))
    estates.check(plan, found, held.state)


async def begin(
    keeper: Keeper, log: Journal, plan: Plan, graph: Graph, context: WriteContext, tools: Tools
) -> Mapping[str, tuple[str, ...]]:
    """Write down that writing begins; what looks like the results of creations, and was there before."""
    held = keeper.held
    if held.begun is not None:
        elsewhere = held.earlier is None or held.earlier.run not in log.runs
        log.begin(held.lease.run, leases.silent_since(held, tools.clock.now()).timestamp() if elsewhere else None)
        return held.begun.others
    others = await looking.others(graph, plan.changes, keeper.names, context)
    log.begin(held.lease.run, None)
    if others is not None:
        await keeper.begin(others)
    return others or {}
