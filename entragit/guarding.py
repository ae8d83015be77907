"""What the guards judge by, gathered: the protected branch's settings and files, and the tenant as it was just read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from entragit.git.repository import Repository
from entragit.graph.tokens import Identity
from entragit.guards import GuardWorld, check
from entragit.guards.holding import PRINCIPAL, strings, text, within
from entragit.guards.world import ASSIGNMENTS, DEFAULTS, GROUPS, POLICIES, USERS, name_of
from entragit.idmap import along, followed
from entragit.model import Body, Coverage
from entragit.names import is_guid
from entragit.plan import Finding, Plan
from entragit.planner.asked import Read
from entragit.publisher.holders import holders_of
from entragit.publisher.standing import Standing
from entragit.references import find
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.settings import Settings
from entragit.spool import Spool
from entragit.tree import assemble

WHOLE = (ASSIGNMENTS, POLICIES, DEFAULTS)
"""Kinds of which the guards need every resource: they say who has a role, and whom a policy leaves alone."""

APPLICATIONS = ("applications", "servicePrincipals")

Check = Callable[[Plan], tuple[Finding, ...]]
Judge = Callable[[Settings, Standing, Read, Spool], Check]


class Judged(NamedTuple):
    """What a plan was judged by: the guards' world, and the tip whose settings and files they took."""

    world: GuardWorld
    tip: str | None


def judge(
    repo: Repository, allow: Collection[str], now: datetime, tell: Callable[[Judged], None] = lambda _judged: None
) -> Judge:
    """Makes the guards of what was read. `allow`: the words that let a guard pass; `now`: aware.

    They judge by the settings that they are given, which must be the protected tip's, and by that tip's files. `tell`
    is called with what they judge by.
    """

    def made(settings: Settings, standing: Standing, read: Read, spool: Spool) -> Check:
        live = Bodies(spool, spool.coverage(), Context(settings.tenant))
        listed = _listed(repo, settings.guards.break_glass, standing, read)
        ids = followed(standing.state.id_map, read.index.ids.__contains__)
        own = _own(spool, read.who)

        def asked(plan: Plan) -> tuple[Finding, ...]:
            break_glass = {entry: ids | _brought(plan, entry) for entry, ids in listed.items()}
            bodies = judged_by(plan, live, own.union(*break_glass.values()))
            touched = [(change.kind, change.live) for change in plan.changes]
            world = GuardWorld(
                guards=settings.guards,
                coverage=live.coverage,
                now=now,
                counts={kind: len(spool.ids(kind)) for kind in {change.kind for change in plan.changes}},
                bodies=bodies,
                live={place: body for place in touched if (body := live.body(*place)) is not None},
                same={old: new for old, new in ids.items() if old not in read.index.ids and new in read.index.ids},
                break_glass=break_glass,
                own=own,
                names={id_: name for rows in bodies.values() for id_ in rows if (name := read.index.ids.get(id_))},
                allowed=frozenset(allow),
            )
            tell(Judged(world, standing.protected))
            return check(plan, world)

        return asked

    return made


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of what was read, each assembled once."""

    spool: Spool
    coverage: Coverage
    context: Context
    known: dict[tuple[str, str], Body | None] = field(default_factory=dict)

    def body(self, kind: str, id_: str) -> Body | None:
        """One body; None where there is no such resource of this kind."""
        if (kind, id_) not in self.known:
            self.known[kind, id_] = self._assembled(kind, id_) if self.spool.has(kind, id_) else None
        return self.known[kind, id_]

    def _assembled(self, kind: str, id_: str) -> Body:
        return assemble(self.spool, self.coverage, CATALOG[kind], id_, self.coverage.partial(kind), self.context)

    def of(self, kind: str, ids: Iterable[str]) -> dict[str, Body]:
        """Those of `ids` that are of a kind."""
        return {id_: body for id_ in ids if (body := self.body(kind, id_)) is not None}


def _listed(repo: Repository, entries: Iterable[str], standing: Standing, read: Read) -> dict[str, frozenset[str]]:
    """Entry → the ids that it means: itself, or what has that address now, or had it in any commit of the protected
    branch; and whatever the id map leads on to from there.

    Whoever renames an account, gives its name to another one or writes into the id map takes nothing off the list.
    """
    found: dict[str, set[str]] = {entry: {entry.lower()} if is_guid(entry) else set() for entry in entries}
    for address, id_ in holders_of(repo, standing.protected, found.keys()):
        found[address].add(id_)
    for id_, address in read.index.ids.items():
        if address in found:
            found[address].add(id_)
    return {entry: along(standing.state.id_map, meant) for entry, meant in found.items()}


def _brought(plan: Plan, entry: str) -> frozenset[str]:
    """What the plan brings to an address, by the name that it has in the plan."""
    return frozenset(name_of(change) for change in plan.changes if change.address == entry)


def _own(spool: Spool, who: Identity) -> frozenset[str]:
    """The ids of what signed in: application, service principal, person."""
    rows = ((id_, app) for kind in APPLICATIONS for id_, _, app in spool.titles(kind) if app)
    return frozenset({id_ for id_, app in rows if app.lower() == who.app_id} | ({who.object_id} - {""}))


def judged_by(plan: Plan, live: Bodies, named: frozenset[str]) -> dict[str, dict[str, Body]]:
    """What of the tenant a plan is judged by. `named`: ids on the break-glass list, and of what signed in."""
    whole = {kind: live.of(kind, live.spool.ids(kind)) for kind in WHOLE}
    deciding = {kind: [*rows.values(), *_asked_for(plan, kind).values()] for kind, rows in whole.items()}
    mentioned = {item.id for kind, rows in deciding.items() for body in rows for item in find(CATALOG[kind], body)}
    groups, members = _groups(plan, live, mentioned | named)
    holders = {text(body, PRINCIPAL) for body in deciding[ASSIGNMENTS]}
    people = live.of(USERS, within({GROUPS: members}, holders | named))
    return {**whole, GROUPS: groups, USERS: people} | {kind: live.of(kind, named) for kind in APPLICATIONS}


def _asked_for(plan: Plan, kind: str) -> dict[str, Body]:
    """The bodies of a kind that a plan asks for, by what they are called in the tenant or in the plan."""
    found = ((change.live.lower() or name_of(change), change) for change in plan.changes if change.kind == kind)
    return {name: change.desired for name, change in found if change.desired is not None}


def _groups(plan: Plan, live: Bodies, roots: Iterable[str]) -> tuple[dict[str, Body], dict[str, Body]]:
    """The groups among `roots` and those inside them, as they are; and with the members of now and after the plan."""
    wanted = _asked_for(plan, GROUPS)
    found: dict[str, Body] = {}
    members: dict[str, Body] = {}
    waiting = list(roots)
    while waiting:
        id_ = waiting.pop()
        bodies = (live.body(GROUPS, id_), wanted.get(id_))
        if id_ in members or bodies == (None, None):
            continue
        inside = [item for body in bodies if body for item in strings(body.get("members"))]
        members[id_] = {"members": inside}
        waiting.extend(inside)
        if bodies[0] is not None:
            found[id_] = bodies[0]
    return found, members
