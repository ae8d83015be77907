"""The whole of an apply: lease, checks, operations, proof, audit record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from entragit import lease as leases
from entragit.apply import checking, live
from entragit.apply.executor import Executor
from entragit.apply.keeping import Keeper, keeping, with_audit, with_names
from entragit.apply.ladder import Ladder, Step
from entragit.apply.naming import Names
from entragit.apply.passwords import password
from entragit.apply.verify import Proof, prove
from entragit.errors import RefusedError
from entragit.git import process
from entragit.git.lock import claimed
from entragit.git.refs import local, resolve, tracking
from entragit.git.repository import Repository, private_dir
from entragit.graph.client import Graph
from entragit.journal import Journal, journal
from entragit.lease import Held
from entragit.model import Coverage
from entragit.plan import Finding, Plan
from entragit.planfile import digest, to_body
from entragit.publisher.recording import Recorded
from entragit.reading import Tools, settings_of
from entragit.resources.catalog import CATALOG
from entragit.settings import Settings
from entragit.shapes import WriteContext
from entragit.state import AuditRecord, State

Check = Callable[[Plan], tuple[Finding, ...]]
"""What the guards object to in a plan, as the tenant is now."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a run is told beside its plan.

    `who` runs it, and `why`. `breaking`: take another plan's lease. `guards`: asked before the first write; None: the
    plan's own findings are of just now. `tell`: called after each operation.
    """

    who: str
    why: str = ""
    breaking: bool = False
    guards: Check | None = None
    tell: Callable[[Step], None] = lambda _step: None


@dataclass(frozen=True, slots=True)
class Done:
    """What an apply did. `steps`: operations with results. `proof`: what is left; None where nothing was to do.

    `resumed`: an earlier run of the plan had begun. `notes`: sentences for a person.
    """

    plan: Plan
    steps: tuple[Step, ...] = ()
    proof: Proof | None = None
    resumed: bool = False
    notes: tuple[str, ...] = ()


def apply(repo: Repository, plan: Plan, tools: Tools, orders: Orders) -> Done:
    """Do what `plan` says, and prove it.

    Raises RefusedError, with nothing written, for conflicts, guards, another apply's lease, or a tenant that has moved;
    RefusedError, EntragitError or SignInError in the middle, to be run again: the lease and the journal stay.
    """
    checking.refuse(plan, plan.findings)
    if not plan.changes:
        return Done(plan)
    name = digest(plan)
    with claimed(repo, f"apply-{name[:16]}") as free:
        if not free:
            raise RefusedError("another run on this machine is applying the same plan; wait for it")
        held = _take(repo, plan, name, tools, orders)
        with keeping(repo, tools.clock, held) as keeper, journal(private_dir(repo), name) as log:
            return _applied(keeper, log, plan, tools, orders)


def _take(repo: Repository, plan: Plan, name: str, tools: Tools, orders: Orders) -> Held:
    now, host = tools.clock.now(), process.current().host
    run = f"{now:%Y%m%dT%H%M%SZ}-{name[:8]}-{tools.clock.random.randrange(16**4):04x}"
    return leases.take(repo, run, name, to_body(plan), host, now, breaking=orders.breaking)


def _applied(keeper: Keeper, log: Journal, plan: Plan, tools: Tools, orders: Orders) -> Done:
    resumed = keeper.held.earlier is not None or not log.fresh
    names = Names()
    try:
        found = orders.guards(plan) if orders.guards else plan.findings
        checking.refuse(plan, found)
        steps = asyncio.run(_written(keeper, log, plan, tools, orders, names, resumed))
    except RefusedError:
        if not resumed and not log.results and not log.open:  # nothing was written, so nothing is held
            leases.release(keeper.repo, keeper.held, tools.clock.now(), lambda state: state)
        raise
    record = _record(keeper.held, orders, steps, (*plan.findings, *found))

    def ended(state: State) -> State:
        return with_audit(with_names(state, names), keeper.held.lease.run, record)

    try:
        proof = prove(keeper.repo, plan, steps, tools)
    finally:
        recorded = leases.release(keeper.repo, keeper.held, tools.clock.now(), ended)
    return Done(plan, tuple(steps), proof, resumed, _unpushed(recorded))


def _unpushed(recorded: Recorded) -> tuple[str, ...]:
    """A sentence where the remote lacks the record."""
    if recorded.push is None or recorded.push.status == "ok":
        return ()
    return (f"the audit record is not on the remote yet ({recorded.push.reason}); the next run pushes it",)


async def _written(
    keeper: Keeper, log: Journal, plan: Plan, tools: Tools, orders: Orders, names: Names, resumed: bool
) -> list[Step]:
    repo, state = keeper.repo, keeper.held.state
    settings = protected_settings(repo, state)
    async with tools.connect(settings) as graph:
        context = _context(graph, plan)
        known = checking.known(plan.changes, state, resumed)
        found = await live.read(repo, graph, settings.excluded, checking.keys(known))
        items = checking.settled(known, found, names)
        checking.check(items, found, names, context, resumed)

        async def read(keys: live.Keys) -> live.Live:
            return await live.read(repo, graph, settings.excluded, keys)

        async def save() -> None:
            await asyncio.to_thread(keeper.save, names)

        executor = _executor(keeper, log, graph, tools, names, resumed)
        return await Ladder(executor, context, items, read, save, orders.tell).climb()


def _executor(keeper: Keeper, log: Journal, graph: Graph, tools: Tools, names: Names, resumed: bool) -> Executor:
    held, clock = keeper.held, tools.clock
    return Executor(
        graph=graph,
        clock=clock,
        journal=log,
        names=names,
        since=datetime.fromisoformat(held.lease.start),
        silent=leases.silent_since(held, clock.now()) if resumed else None,
        alive=keeper.alive,
        secrets=lambda: password(clock.random),
        known={result.id for result in log.results.values() if result.id},
    )


def _context(graph: Graph, plan: Plan) -> WriteContext:
    return WriteContext(
        plan.tenant_id,
        root=f"{graph.root}/v1.0",
        permissions=graph.permissions,
        coverage=Coverage(frozenset(CATALOG), frozenset(plan.gaps)),
    )


def protected_settings(repo: Repository, state: State) -> Settings:
    """The settings of the protected branch's tip, as it was last fetched."""
    theirs = resolve(repo, tracking(state.remote, local(state.branch))) if state.remote else None
    return settings_of(repo, theirs or resolve(repo, local(state.branch)), state.branch)


def _record(held: Held, orders: Orders, steps: list[Step], findings: Iterable[Finding]) -> AuditRecord:
    results = tuple((step.operation.words, _said(step)) for step in steps)
    allowed = tuple(sorted({finding.guard for finding in findings if finding.allowed}))
    return AuditRecord(orders.who, orders.why, held.lease.plan, held.lease.start, results, allowed)


def _said(step: Step) -> str:
    result = step.result
    return " ".join(part for part in (result.outcome, result.id, result.why) if part)
