"""Export: the tenant becomes a commit (design section 7).

Reads into a private spool, renders what differs from the last snapshot, publishes it. Nothing of the repository
moves before the last step, so a run that is killed or fails leaves it as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from entragit.clock import Clock
from entragit.errors import IncompleteError, Overtaken
from entragit.git.lock import exclusive
from entragit.git.repository import Repository
from entragit.kept import last_manifest
from entragit.merge import Take
from entragit.merging import merge_files
from entragit.model import Coverage
from entragit.publisher import TRIES, Merging, Outcome, Standing, prepare, publish
from entragit.publisher.commits import Changes
from entragit.reading import Tools, read, settings_of, spooled
from entragit.rendering import Rendered, render
from entragit.resources.base import Context
from entragit.resources.catalog import ROOTS
from entragit.state import NEXT, DeltaLink, Run, State, held_by_other, stamp


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, and what it could not read.

    `names`: id → address of what the gaps name. `direct`: whether it merges into a branch that holds edits.
    """

    outcome: Outcome
    coverage: Coverage
    names: Mapping[str, str]
    direct: bool = True


Ended = Callable[[State], State]
"""What the apply that an export ends puts into the state, in one move with the snapshot."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The apply that an export ends: the digest of its plan, and the record of it.

    `commit`: what it applied; `take`: address → the side that won its conflicts there, as it does in the branch while
    that is this commit.
    """

    plan: str = ""
    ended: Ended = lambda state: state
    commit: str = ""
    take: Mapping[str, Take] = field(default_factory=dict)


def export(repo: Repository, tools: Tools, ending: Ending = Ending()) -> Exported:
    """Read the tenant and publish a snapshot of it. `ending`: the apply that this one ends.

    Raises RefusedError for another tenant's credential or repository, IncompleteError while an apply holds the tenant,
    SignInError, GitError; then nothing has moved.
    """
    with exclusive(repo):
        for _ in range(TRIES - 1):
            try:
                return _export(repo, tools, ending)
            except Overtaken:
                tools.notice("another export published its snapshot first; reading the tenant again")
        return _export(repo, tools, ending)


def _export(repo: Repository, tools: Tools, ending: Ending) -> Exported:
    """One reading, published. Raises Overtaken where another run's snapshot came first."""
    when = tools.clock.now()
    standing = prepare(repo, ROOTS)
    # Of the protected branch's tip: no other tree decides what is read, or how.
    settings = settings_of(repo, standing.protected, standing.branch)
    _wait_for_no_apply(standing.state, tools.clock, ending.plan)
    last_manifest(repo, standing.tenant.commit, settings.tenant)  # before hours of reading for nothing
    with spooled(repo) as spool:
        links = asyncio.run(read(settings, spool, tools))
        coverage = spool.coverage()
        found: list[Rendered] = []

        def rendered(base: str | None) -> Changes:
            found.append(render(repo, base, spool, settings.shard, Context(settings.tenant)))
            return found[-1].changes

        def merged(standing: Standing, snapshot: str) -> Merging:
            take = ending.take if standing.branch_tip == ending.commit else {}
            return merge_files(repo, standing, snapshot, found[-1].index, Context(settings.tenant), take)

        merge = merged if settings.merge == "direct" else None
        state = ending.ended(_recorded(standing.state, links, stamp(when), coverage))
        outcome = publish(repo, standing, rendered, state, lambda: found[-1].message, when, merge)
        ids = found[-1].index.ids
        names = {gap.id: ids[gap.id] for gap in coverage.gaps if gap.id in ids}
        return Exported(outcome, coverage, names, merge is not None)


def _wait_for_no_apply(state: State, clock: Clock, plan: str) -> None:
    lease = held_by_other(state, clock.now(), plan)
    if lease is not None:
        raise IncompleteError(
            f"an apply on {lease.host} holds the tenant until {lease.expiry}, so a snapshot now would be torn; "
            "run the export again after it"
        )


def _recorded(state: State, links: dict[str, str], started: str, coverage: Coverage) -> State:
    """The state after this run: delta links of the new snapshot, and the run if it missed nothing."""
    delta = {kind: DeltaLink(NEXT, link) for kind, link in links.items()}
    complete = not any(gap.failure for gap in coverage.gaps)
    return replace(state, delta=delta, run=Run(NEXT, started) if complete else state.run)
