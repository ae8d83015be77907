"""The whole of an apply: lease, checks, operations, proof, audit record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from entragit import lease as leases
from entragit.apply import beginning, checking, live, streams
from entragit.apply.executor import Executor
from entragit.apply.keeping import Keeper, keeping, with_audit, with_names
from entragit.apply.ladder import Ladder, Step
from entragit.apply.naming import Names
from entragit.apply.passwords import password
from entragit.apply.verify import Proof, prove
from entragit.errors import EntragitError, RefusedError
from entragit.git import process
from entragit.git.lock import claimed, exclusive
from entragit.git.refs import STATE, resolve
from entragit.git.repository import Repository, private_dir
from entragit.graph.client import Graph
from entragit.journal import Journal, forget, journal
from entragit.lease import Held
from entragit.model import Coverage
from entragit.plan import Finding, Plan
from entragit.planfile import digest, to_body
from entragit.publisher import prepare
from entragit.publisher.pushing import push_lacking
from entragit.publisher.recording import Recorded
from entragit.reading import Tools, protected_settings
from entragit.resources.catalog import CATALOG, ROOTS
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
    streams.of_plan(repo, plan)
    if not plan.changes and "tenant" not in plan.take.values():  # what the tenant won is yet to come into the branch
        for sentence in _caught_up(repo):
            tools.notice(sentence)
        return Done(plan)
    name = digest(plan)
    with claimed(repo, f"apply-{name[:16]}") as free:
        if not free:
            raise RefusedError("another run on this machine is applying the same plan; wait for it")
        held, names, folder = _take(repo, plan, name, tools, orders), Names(), private_dir(repo)
        with keeping(repo, tools.clock, held, names) as keeper:
            with journal(folder, name, anew=not _is_resumed(held)) as log:
                done, unsure = _applied(keeper, log, plan, tools, orders)
            if not unsure:
                forget(folder, name)
            return done


def _take(repo: Repository, plan: Plan, name: str, tools: Tools, orders: Orders) -> Held:
    now, host = tools.clock.now(), process.current().host
    run = f"{now:%Y%m%dT%H%M%SZ}-{name[:8]}-{tools.clock.random.randrange(16**4):04x}"
    return leases.take(repo, run, name, to_body(plan), host, now, breaking=orders.breaking)


def _is_resumed(held: Held) -> bool:
    """Whether an earlier run of the same plan has not come to its end."""
    same = held.earlier is not None and held.earlier.plan == held.lease.plan
    return same or held.begun is not None


def _applied(keeper: Keeper, log: Journal, plan: Plan, tools: Tools, orders: Orders) -> tuple[Done, bool]:
    """What was done, and whether nobody knows of something whether it was."""
    held = keeper.held
    try:
        asyncio.run(beginning.still(held, log, tools))
        found = orders.guards(plan) if orders.guards else plan.findings
        checking.refuse(plan, found)
        steps = asyncio.run(_written(keeper, log, plan, tools, orders))
    except EntragitError:
        if not _is_resumed(held) and not log.results and not log.open:  # nothing was written, so nothing is held
            leases.release(keeper.repo, held, tools.clock.now(), lambda state: _let_go(state, keeper))
        raise
    record = _record(held, orders, steps, (*plan.findings, *found))
    unsure = any(step.result.unsure for step in steps)

    def ended(state: State) -> State:
        known = with_audit(with_names(state, keeper.names), held.lease.run, record)
        return leases.released(known, held, unsure=unsure)

    try:
        proof = prove(keeper.repo, plan, steps, tools, ended)
    finally:
        recorded = leases.release(keeper.repo, held, tools.clock.now(), ended)
    return Done(plan, tuple(steps), proof, _is_resumed(held), _unpushed(recorded)), unsure


def _let_go(state: State, keeper: Keeper) -> State:
    """The state without our lease; an estate that is not settled stays."""
    estate = state.begun is not None and state.begun.plan != keeper.held.lease.plan
    return leases.released(state, keeper.held, unsure=estate)


def _caught_up(repo: Repository) -> tuple[str, ...]:
    """Push what an earlier run here ended with and could not push; a sentence where that can't be done now."""
    with exclusive(repo):
        standing = prepare(repo, ROOTS)
        if standing.remote is None or standing.remote_refs.get(STATE) == resolve(repo, STATE):
            return ()
        return tuple(push_lacking(repo, standing)[1])


def _unpushed(recorded: Recorded) -> tuple[str, ...]:
    """A sentence where the remote lacks the record."""
    if recorded.push is None or recorded.push.status == "ok":
        return ()
    return (f"the audit record is not on the remote yet ({recorded.push.reason}); the next run pushes it",)


async def _written(keeper: Keeper, log: Journal, plan: Plan, tools: Tools, orders: Orders) -> list[Step]:
    repo, names, state = keeper.repo, keeper.names, keeper.held.state
    settings = protected_settings(repo)
    names.know(plan.names)
    async with tools.connect(settings) as graph:
        context = _context(graph, plan, tools.clock.now())
        if keeper.held.estate:
            await beginning.inherit(keeper, plan, graph, context, tools)
        resumed = _is_resumed(keeper.held) or _has_ended(state, keeper.held.lease.plan)
        known = checking.known(plan.changes, state, resumed)
        found = await live.read(repo, graph, settings.excluded, checking.keys(known))
        checking.check_new(known, found, resumed)
        items = checking.settled(known, found, names)
        checking.check(items, found, names, context, resumed)

        async def read(keys: live.Keys) -> live.Live:
            return await live.read(repo, graph, settings.excluded, keys)

        others = await beginning.begin(keeper, log, plan, graph, context, tools)
        executor = _executor(keeper, log, graph, tools, others, streams.of_plan(repo, plan))
        return await Ladder(executor, context, items, read, keeper.save, orders.tell).climb()


def _has_ended(state: State, name: str) -> bool:
    """Whether a run of the same plan came to its end before: what it made is this plan's own."""
    return any(record.plan == name for record in state.audit.values())


def _executor(
    keeper: Keeper,
    log: Journal,
    graph: Graph,
    tools: Tools,
    others: Mapping[str, tuple[str, ...]],
    held: streams.Streams,
) -> Executor:
    return Executor(
        graph=graph,
        clock=tools.clock,
        journal=log,
        names=keeper.names,
        others=others,
        alive=keeper.alive,
        secrets=lambda: password(tools.clock.random),
        streams=held,
        known={result.id for result in log.results.values() if result.id},
    )


def _context(graph: Graph, plan: Plan, now: datetime) -> WriteContext:
    return WriteContext(
        plan.tenant_id,
        root=f"{graph.root}/v1.0",
        permissions=graph.permissions,
        application=graph.permissions is not None,
        coverage=Coverage(frozenset(CATALOG), frozenset(plan.gaps)),
        now=now,
        enable=frozenset(plan.enable),
    )


def _record(held: Held, orders: Orders, steps: list[Step], findings: Iterable[Finding]) -> AuditRecord:
    results = tuple((step.operation.words, _said(step)) for step in steps)
    allowed = tuple(sorted({finding.guard for finding in findings if finding.allowed}))
    return AuditRecord(orders.who, orders.why, held.lease.plan, held.lease.start, results, allowed)


def _said(step: Step) -> str:
    result = step.result
    return " ".join(part for part in (result.outcome, result.id, result.why) if part)
