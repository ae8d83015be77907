"""What is wrong with a tenant repository and its connection, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from entragit.errors import GraphError
from entragit.git.refs import remote_of
from entragit.git.repository import Repository
from entragit.graph.answers import is_absent, is_denied, is_unlicensed
from entragit.graph.client import Graph
from entragit.kept import last_manifest
from entragit.permissions import chosen, to_read
from entragit.publisher.protected import protected, recorded, tenant_tip
from entragit.reading import Tools, protected_settings
from entragit.resources.base import ResourceType
from entragit.settings import Settings
from entragit.shapes import Scope, reads
from entragit.state import State

FRESH = timedelta(hours=36)
"""How old the last complete export may be: a nightly one that failed once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `fix`: what to do; "" where all is well. `wrong`: False for mere advice."""

    said: str
    fix: str = ""
    wrong: bool = False


def examine(repo: Repository, tools: Tools) -> Iterator[Finding]:
    """Look at everything, in the order in which one thing needs the other; nothing is written anywhere.

    Raises GitError where there is no tenant repository, UsageError for settings that can't be read, GraphError.
    """
    settings = protected_settings(repo)
    branch, _, advice = protected(repo)
    yield Finding(f"entragit.yaml of {branch} names the tenant {settings.tenant}")
    yield from _remote(repo, branch, advice=advice)
    yield from _guards(settings)
    yield from _state(recorded(repo) or State(), tools.clock.now())
    yield from _snapshot(repo, settings)
    yield from asyncio.run(_connection(settings, tools))


def _remote(repo: Repository, branch: str, *, advice: bool) -> Iterator[Finding]:
    if remote_of(repo, None) is None:
        yield Finding("there is no remote: the history is on this disk alone, and the guards are advice",
                      f"git remote add origin URL, then protect {branch} there")  # fmt: skip
    elif advice:
        yield Finding(f"the remote's {branch} is not known here, so the guards are advice", "git fetch, or push it")
    else:
        yield Finding(f"guards are read from the remote's {branch}")


def _guards(settings: Settings) -> Iterator[Finding]:
    if settings.guards.break_glass:
        yield Finding(f"{len(settings.guards.break_glass)} break-glass accounts or groups are named")
    else:
        yield Finding("no break-glass account is named, so plans that could lock everybody out are refused",
                      "list your emergency accounts in entragit.yaml under guards: break_glass:")  # fmt: skip


def _state(state: State, now: datetime) -> Iterator[Finding]:
    lease = state.lease
    if lease and datetime.fromisoformat(lease.expiry) > now:
        yield Finding(f"an apply on {lease.host} holds the tenant until {lease.expiry}", "wait for it")
    elif lease or state.begun:
        host = f" on {lease.host}" if lease else ""
        yield Finding(f"an apply{host} began and never ended", "run the same apply again: it finishes", wrong=True)
    if state.run is None:
        yield Finding("there is no complete export yet", "entragit export", wrong=True)
    elif now - datetime.fromisoformat(state.run.time) > FRESH:
        yield Finding(f"the last complete export began {state.run.time}", "see why the nightly run fails", wrong=True)
    else:
        yield Finding(f"the last complete export began {state.run.time}")


def _snapshot(repo: Repository, settings: Settings) -> Iterator[Finding]:
    found = last_manifest(repo, tenant_tip(repo), settings.tenant)
    for gap in sorted(found.coverage.gaps) if found else ():
        if gap.failure:
            what = "/".join(part for part in (gap.kind, gap.property, gap.id) if part)
            yield Finding(f"the last snapshot keeps old values of {what}: {gap.reason}", "entragit export", wrong=True)


async def _connection(settings: Settings, tools: Tools) -> list[Finding]:
    kinds = chosen(settings.excluded)
    async with tools.connect(settings) as graph:
        asked = [kind for kind in kinds if not (kind.delegated and graph.permissions is not None)]
        missed = [finding for kind in asked for finding in await _readable(graph, kind)]
        found = missed or [Finding(f"all {len(asked)} kinds that it may be asked for can be read")]
        signed_in = Finding(f"signed in to {graph.tenant_id} at {graph.root}")
        return [signed_in, *found, *_by_people(kinds, asked), *_too_much(graph, kinds)]


def _by_people(kinds: Iterable[ResourceType], asked: list[ResourceType]) -> list[Finding]:
    """The kinds that no application sees, where one signs in."""
    alone = ", ".join(kind.kind for kind in kinds if kind not in asked)
    if not alone:
        return []
    return [Finding(f"a signed-in person alone reads {alone}", "entragit export --sign-in browser, now and then")]


async def _readable(graph: Graph, kind: ResourceType) -> list[Finding]:
    """Whether Graph lets this token list a kind; its first page says so."""
    try:
        await graph.get(reads(kind, Scope())[0])
    except GraphError as error:
        if is_absent(error) and (kind.none or kind.absent):
            return []
        if is_unlicensed(error):
            return [Finding(f"the tenant has no licence for {kind.kind}", f"leave it out, or buy {kind.licence}")]
        if is_denied(error):
            needed = ", ".join(kind.read)
            return [Finding(f"{kind.kind} can't be read", f"grant {needed} and consent to it", wrong=True)]
        return [Finding(f"{kind.kind} can't be read: {error}", "try again later", wrong=True)]
    return []


def _too_much(graph: Graph, kinds: Iterable[ResourceType]) -> list[Finding]:
    """Permissions that an export has no use for."""
    needed = to_read(kinds).permissions
    more = sorted(name for name in graph.permissions or () if "ReadWrite" in name and name not in needed)
    if not more:
        return []
    return [Finding(f"this credential may write, which no export needs: {', '.join(more)}",
                    "use one that may only read for exports, and this one for applies alone")]  # fmt: skip
