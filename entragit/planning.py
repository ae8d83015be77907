"""A plan from the tenant as it is now: what an apply of a commit would do, read from a repository and from Graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from entragit import guarding
from entragit.checker import check
from entragit.checker.changes import in_work_tree
from entragit.errors import DocumentError, GitError, GraphError, UsageError
from entragit.git.history import base as base_of
from entragit.git.lock import exclusive
from entragit.git.refs import resolve
from entragit.git.repository import Repository
from entragit.graph.client import Graph, reason
from entragit.kept import last_manifest
from entragit.layout import address_of
from entragit.model import Body, Coverage, Gap
from entragit.plan import Plan, Take
from entragit.planner.asked import Asked, Deleted, Guards, Read, unguarded
from entragit.planner.drafts import draft, load, missing
from entragit.planner.planning import plan
from entragit.publisher import prepare
from entragit.publisher.standing import Standing
from entragit.reading import Tools, settings_of, spooled
from entragit.rendering import render
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG, ROOTS
from entragit.resources.writing import enabled
from entragit.settings import Settings
from entragit.shapes import deleted_list
from entragit.snapshotter import snapshot
from entragit.spool import Spool
from entragit.strict import shown, suggestion

Judge = Callable[[Settings, Standing, Read, Spool], Guards]
"""Makes the guards of what was read; the settings are the protected branch's."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for.

    `ref`: the desired commit. `since`: merge mode, the commit since which its changes count, "" for BASE; None: roll
    back. `paths`: as typed; none: the whole tenant. `prune`, `enable`: kinds. `take`: (side, path as typed). `allow`:
    guards. `exact`: paths are the addresses of an earlier plan, of which some may be gone by now.
    """

    ref: str = "HEAD"
    since: str | None = None
    paths: tuple[str, ...] = ()
    prune: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    take: tuple[tuple[Take, str], ...] = ()
    allow: tuple[str, ...] = ()
    exact: bool = False


def no_guards(_settings: Settings, _standing: Standing, _read: Read, _spool: Spool) -> Guards:
    """Guards that never object."""
    return unguarded


def plan_for(repo: Repository, wish: Wish, tools: Tools, judge: Judge | None = None) -> Plan:
    """What an apply of `wish` would do now. Fetches first, as every run does; writes nothing to the tenant.

    `judge`: instead of the guards, see `guarding`. Raises as `planned` does.
    """
    with exclusive(repo):
        standing = prepare(repo, ROOTS)
        for note in standing.notes:
            tools.notice(note)
        return asyncio.run(planned(repo, standing, wish, tools, judge))


async def planned(repo: Repository, standing: Standing, wish: Wish, tools: Tools, judge: Judge | None = None) -> Plan:
    """The plan, where the repository stands as `standing` says; the caller holds it.

    Raises GitError where there is no such commit or no snapshot yet, DocumentError for files that `validate` refuses,
    UsageError for a PATH or kind that there isn't, RefusedError for another tenant, SignInError.
    """
    settings = settings_of(repo, standing.protected, standing.branch)
    asked = _asked(repo, standing, wish, settings, tools)
    with spooled(repo) as spool:
        async with tools.connect(settings) as graph:
            await snapshot(graph, spool, exclude=settings.excluded, progress=tools.progress, notice=tools.notice)
            read = replace(_read(repo, asked.base, spool, settings), who=graph.who)
            loaded = load(repo, asked, read, standing.state)
            found = draft(repo, loaded)
            if kinds := missing(found):
                found = draft(repo, loaded, await deleted_items(graph, kinds))
        guards = (judge or guarding.judge(repo, wish.allow, asked.now))(settings, standing, read, spool)
        return plan(found, guards=guards, advice=standing.remote is None)


def uncommitted(repo: Repository, commit: str) -> list[str]:
    """The resources' files that are checked out otherwise than in `commit`, sorted; none in a bare repository."""
    if repo.bare:
        return []
    changes = in_work_tree(repo, commit)
    return sorted(change.path for change in changes if address_of(change.path, CATALOG))


async def deleted_items(graph: Graph, kinds: frozenset[str]) -> Deleted:
    """The deleted items of these kinds; a kind of which Graph refuses them is named."""
    found: dict[str, str] = {}
    bodies: dict[str, Body] = {}
    unlisted: list[Gap] = []
    for kind in sorted(kinds):
        try:
            async for page in graph.pages(deleted_list(CATALOG[kind])):
                bodies |= {str(raw["id"]): raw for raw in page if raw.get("id")}
        except GraphError as error:
            unlisted.append(Gap(kind, reason=f"deleted items: {reason(error)}"))
        found |= dict.fromkeys(bodies.keys() - found.keys(), kind)
    return Deleted(found, tuple(unlisted), bodies)


def _asked(repo: Repository, standing: Standing, wish: Wish, settings: Settings, tools: Tools) -> Asked:
    commit = _commit(repo, wish.ref)
    snapshot_of = _base(repo, commit, standing)
    since = _commit(repo, wish.since) if wish.since else snapshot_of
    for kind in wish.prune:
        if kind not in CATALOG:
            raise UsageError(f"--prune takes a kind, which is named by its folder{suggestion(kind, CATALOG)}")
    acting = [name for name, kind in CATALOG.items() if enabled(kind.writes)]
    for kind in wish.enable:
        if kind not in acting:
            raise UsageError(f"--enable takes a kind that can delete or mail by itself: {', '.join(acting)}")
    _check_files(repo, commit, wish.ref)
    return Asked(
        commit=commit,
        base=since,
        before=_covered(repo, snapshot_of if since == snapshot_of else _base(repo, since, standing), settings),
        now=tools.clock.now(),
        mode="rollback" if wish.since is None else "merge",
        paths=wish.paths,
        prune=frozenset(wish.prune),
        enable=frozenset(wish.enable),
        take=wish.take,
        allow=frozenset(wish.allow),
        exact=wish.exact,
    )


def _commit(repo: Repository, ref: str) -> str:
    commit = resolve(repo, ref)
    if commit is None:
        raise GitError(f"there is no commit {shown(ref)}; look at `git log --all` and fetch what is missing")
    return commit


def _base(repo: Repository, commit: str, standing: Standing) -> str:
    """The snapshot that a commit stands on. Raises IncompleteError where a shallow clone hides it."""
    tip = standing.tenant.here
    found = base_of(repo, commit, tip, ROOTS) if tip else None
    if found is None:
        raise GitError("there is no snapshot to plan from yet; take one with `entragit export`")
    return found


def _covered(repo: Repository, snapshot_of: str, settings: Settings) -> Coverage:
    manifest = last_manifest(repo, snapshot_of, settings.tenant)
    return manifest.coverage if manifest else Coverage()


def _check_files(repo: Repository, commit: str, ref: str) -> None:
    """Refuse files that say something else than they seem to: what a reviewer read must be what runs."""
    errors = [finding for finding in check(repo, commit) if finding.severity == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more: `entragit validate {ref}`)" if len(errors) > 1 else ""
        raise DocumentError(errors[0].message + more, errors[0].path, errors[0].line, errors[0].column)


def _read(repo: Repository, base: str, spool: Spool, settings: Settings) -> Read:
    rendered = render(repo, base, spool, settings.shard, Context(settings.tenant))
    changed = dict(rendered.changes)
    addresses = rendered.index.ids

    def created(kind: str, id_: str) -> str:
        return str((spool.object(kind, id_) or {}).get("createdDateTime") or "")

    def titled(title: str) -> frozenset[str]:
        rows = (row for kind in CATALOG for row in spool.titles(kind) if row[1] == title)
        return frozenset(addresses[id_] for id_, _, _ in rows if id_ in addresses)

    def values(kind: str, name: str) -> Iterator[tuple[str, object]]:
        if name == CATALOG[kind].title:  # which the spool has at hand
            return ((id_, title) for id_, title, _ in spool.titles(kind))
        return ((str(raw["id"]), raw.get(name)) for raw in spool.objects(kind))

    return Read(settings.tenant, changed, spool.coverage(), rendered.index, created, titled, values=values)
