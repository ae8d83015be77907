"""One trial: in a tenant, make a resource per kind, change, delete and restore it, and write down what was seen.

Everything is done as an apply does it, and by the same hands: what is seen here is what an apply would meet.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from entragit.apply import live
from entragit.apply.executor import Executor
from entragit.apply.ladder import Item, Ladder, failures
from entragit.apply.naming import Names
from entragit.apply.passwords import password
from entragit.apply.waiting import SETTLING, pauses
from entragit.canonical import same
from entragit.clock import Clock
from entragit.conformance.samples import SAMPLES
from entragit.diff import diff
from entragit.errors import GraphError, RefusedError
from entragit.git.repository import Repository, private_dir
from entragit.graph.answers import is_absent
from entragit.graph.client import Graph
from entragit.journal import journal
from entragit.model import Body, Coverage, Request
from entragit.normalize import normalize
from entragit.plan import Action, Change, Origin
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, deleted_at, filled, writable

PLACE = re.compile(r"\{([A-Za-z][\w/.]*)\}")
DONE = "done"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one step of a kind: "done", or Graph's status and code with the rest of its sentence as `detail`.

    `body`: what was read after it, what differs from tenant to tenant replaced by its name in braces; None where
    nothing is there. `unread`: why that couldn't be read, or not all of it; "" where it could.
    """

    kind: str
    step: str
    said: str
    body: Body | None = None
    detail: str = ""
    unread: str = ""


class Found(NamedTuple):
    """A resource as it was read just now; `unread`: why that couldn't be, or not all of it."""

    body: Body | None
    unread: str = ""


@dataclass
class Trial:
    """A tenant, and what was made in it. `prefix`: begins every name. `tell`: hears of each kind and step.

    `repo`: whose private folder spools what is read. `names`: what stands in braces in a sample → its value here.
    """

    executor: Executor
    repo: Repository
    prefix: str
    kinds: frozenset[str]
    tell: Callable[[str, str], None]
    names: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Live the whole life; whatever happens, nothing stays but what `left` names."""
        self.names = {"prefix": self.prefix, "domain": await self._domain(), "tenant": self.executor.graph.tenant_id}
        kinds = [kind for kind in SAMPLES if kind in self.kinds]
        try:
            for kind in kinds:
                await self._step(CATALOG[kind], "create", self._creation)
            for kind in kinds:
                if SAMPLES[kind].edit:
                    await self._step(CATALOG[kind], "edit", self._edit)
            for kind in reversed(kinds):
                await self._step(CATALOG[kind], "delete", self._deletion)
            for kind in kinds:
                if CATALOG[kind].writes.restore:
                    await self._step(CATALOG[kind], "restore", self._restoring)
        finally:
            for kind in reversed(kinds):
                await self._clean(CATALOG[kind])

    async def _domain(self) -> str:
        """The tenant's initial domain, in which nobody else makes names."""
        page = await self.executor.graph.get(Request("/domains"))
        return next(str(item["id"]) for item in page["value"] if item.get("isInitial"))

    async def _step(self, kind: ResourceType, step: str, change_of: Callable[[ResourceType], Change | None]) -> None:
        self.tell(kind.kind, step)
        change = change_of(kind)
        if change is None:
            return
        said, detail = await self._do(kind, change)
        found = await self._settled(kind, change, SETTLING if said == DONE else 0.0)
        if found.body is not None:
            self.bodies[kind.kind] = found.body
        told = None if found.body is None else self._told(kind, found.body)
        self.seen.append(Seen(kind.kind, step, said, told, detail, found.unread))

    def _creation(self, kind: ResourceType) -> Change | None:
        desired = self._filled(kind, SAMPLES[kind.kind].body)
        return None if desired is None else _change(kind, "create", "", desired, None)

    def _edit(self, kind: ResourceType) -> Change | None:
        actual, edit = self.bodies.get(kind.kind), self._filled(kind, SAMPLES[kind.kind].edit)
        if actual is None or edit is None:
            return None
        desired = {name: value for name, value in {**actual, **edit}.items() if value != []}
        return _change(kind, "update", self.names[kind.kind], desired, actual)

    def _deletion(self, kind: ResourceType) -> Change | None:
        actual = self.bodies.get(kind.kind)
        return None if actual is None else _change(kind, "delete", self.names[kind.kind], None, actual)

    def _restoring(self, kind: ResourceType) -> Change | None:
        desired = self.bodies.get(kind.kind)
        return None if desired is None else _change(kind, "restore", self.names[kind.kind], desired, None)

    def _filled(self, kind: ResourceType, sample: Body) -> Body | None:
        """A sample with values for what stands in braces; None, and a line of what was seen, where one is missing."""
        text = json.dumps(sample)
        missing = sorted({name for name in PLACE.findall(text) if name not in self.names})
        if missing:
            self.seen.append(Seen(kind.kind, "create", f"left out: there is no sample of {', '.join(missing)}"))
            return None
        found: Body = json.loads(PLACE.sub(lambda match: self.names[match[1]], text))
        return normalize(kind, found, Context(self.executor.graph.tenant_id))

    def _told(self, kind: ResourceType, body: Body) -> Body:
        """A body in which what is this trial's own stands in braces; what ids had put in order is put in order anew."""
        return normalize(kind, json.loads(self._without_values(json.dumps(body))), Context("{tenant}"))

    def _without_values(self, text: str) -> str:
        """A text in which what is this trial's own stands in braces."""
        for name, value in sorted(self.names.items(), key=lambda item: -len(item[1])):
            text = re.sub(re.escape(value), f"{{{name}}}", text, flags=re.IGNORECASE)
        return text

    async def _do(self, kind: ResourceType, change: Change) -> tuple[str, str]:
        """Bring a change about; "done", or what Graph says against it first, as `Seen` has that."""
        graph = self.executor.graph
        context = WriteContext(
            graph.tenant_id,
            root=f"{graph.root}/v1.0",
            permissions=graph.permissions,
            application=graph.permissions is not None,
            coverage=Coverage(frozenset(CATALOG)),
        )
        taken = writable(kind, change, context)
        if taken is None:
            return DONE, ""
        item = Item(taken, change.live, change.actual)
        steps = await Ladder(self.executor, context, [item], self._read, _nothing).climb()
        self._remember(kind, item)
        failed = failures(steps)
        if not failed:
            return DONE, ""
        if change.action == "create" and failed[0].result.unsure:
            self.left.append(f"perhaps {kind.kind} {self.prefix}: nobody knows what came of its creation")
        said, _, detail = failed[0].result.why.partition(": ")
        return said, self._without_values(detail)

    def _remember(self, kind: ResourceType, item: Item) -> None:
        if item.live:
            self.names[kind.kind] = item.live
            app_id = self.executor.names.meanings.get(("appId", kind.kind))
            self.names |= {f"{kind.kind}.appId": app_id} if app_id else {}

    async def _read(self, keys: Iterable[live.Key]) -> live.Live:
        return await live.read(self.repo, self.executor.graph, frozenset(), keys)

    async def _found(self, kind: ResourceType) -> Found:
        id_ = self.names[kind.kind]
        read = await self._read([(kind.kind, id_)])
        missed = (gap.reason for gap in sorted(read.gaps) if gap.failure)
        return Found(read.bodies.get((kind.kind, id_)), next(missed, ""))

    async def _settled(self, kind: ResourceType, change: Change, seconds: float) -> Found:
        """What there is after a change; what replicas still say of before it is waited out."""
        if kind.kind not in self.names:
            return Found(None)
        found = Found(None)
        async for _ in pauses(self.executor.clock, seconds):
            found = await self._found(kind)
            if not found.unread and _is_as_asked(kind, found.body, change):
                break
        return found

    async def _clean(self, kind: ResourceType) -> None:
        """Delete what was made, for good where Graph lets that be (facts §5: of administrative units it doesn't)."""
        id_ = self.names.get(kind.kind)
        if id_ is None:
            return
        if gone := await self._gone(f"/{kind.kind}/{id_}", kind):
            self.left.append(f"{kind.kind} {id_}: {gone}")
        elif kind.writes.restore and (kept := await self._gone(deleted_at(kind, id_), kind)):
            self.tell(kind.kind, f"stays among the deleted for a while ({kept}):")

    async def _gone(self, place: str, kind: ResourceType) -> str:
        """Delete; why it couldn't be, "" where nothing is there any more."""
        try:
            await self.executor.graph.write("DELETE", place, version=kind.version, quota=kind.quota)
        except GraphError as error:
            return "" if is_absent(error) else f"{error.status} {error.code}"
        return ""


@contextmanager
def trial(
    graph: Graph, repo: Repository, clock: Clock, prefix: str, kinds: frozenset[str], tell: Callable[[str, str], None]
) -> Iterator[Trial]:
    """A trial that is about to begin, with a journal of its own that goes with the block."""
    with (
        tempfile.TemporaryDirectory(dir=private_dir(repo), prefix="trial-") as folder,
        journal(Path(folder), prefix) as log,
    ):
        secrets = partial(password, clock.random)
        yield Trial(Executor(graph, clock, log, Names(), {}, _nothing, secrets, _no_stream), repo, prefix, kinds, tell)


def _no_stream(sha256: str) -> bytes:
    raise RefusedError(f"a sample has no stream with the SHA-256 {sha256}")


async def _nothing() -> None:
    """What an apply writes into the state has no place here."""


def _change(kind: ResourceType, action: Action, live_id: str, desired: Body | None, actual: Body | None) -> Change:
    asked = [] if desired is None else diff(kind, actual or {}, desired)
    edits = tuple(edit for edit in asked if edit.path != ("id",))
    origins: tuple[Origin, ...] = tuple("yours" for _ in edits)
    own = live_id or str((desired or {}).get("id", ""))
    return Change(kind.kind, own, live_id, kind.kind, "sample", action, 2, desired, actual, edits, origins)


def _is_as_asked(kind: ResourceType, body: Body | None, change: Change) -> bool:
    """Whether a resource is what a change makes of it: gone, or with all that it asks for and nothing that it takes."""
    if body is None or change.desired is None:
        return body is None and change.desired is None
    wanted = filled(kind, change.desired, body)
    gone = {edit.path[0] for edit in change.edits} - change.desired.keys()
    return not gone & body.keys() and same({**wanted, "id": body["id"]}, body)
