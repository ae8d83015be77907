"""One trial: in a tenant, make a resource per kind, change, delete and restore it, and write down what was seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.apply.waiting import LAG, SETTLING, pauses
from entragit.canonical import same
from entragit.conformance.hand import Hand
from entragit.conformance.samples import SAMPLES
from entragit.diff import diff
from entragit.errors import GraphError
from entragit.graph.client import is_unsure
from entragit.model import Body, Coverage, Request
from entragit.normalize import normalize
from entragit.plan import STAGES, Action, Change, Operation, Origin
from entragit.resources.base import Context, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, filled, writable, writes

PLACE = re.compile(r"\{([A-Za-z][\w/.]*)\}")
DONE = "done"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one step of a kind: "done", or Graph's status and code with its sentence as `detail`.

    `body`: what was read after it, what differs from tenant to tenant replaced by its name in braces; None where
    nothing is there.
    """

    kind: str
    step: str
    said: str
    body: Body | None = None
    detail: str = ""


@dataclass
class Trial:
    """A tenant, and what was made in it. `prefix`: begins every name. `tell`: hears of each kind and step.

    `names`: what stands in braces in a sample → its value here.
    """

    hand: Hand
    prefix: str
    kinds: frozenset[str]
    tell: Callable[[str, str], None]
    names: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Live the whole life; whatever happens, nothing stays but what `left` names."""
        self.names = {"prefix": self.prefix, "domain": await self._domain(), "tenant": self.hand.graph.tenant_id}
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
        page = await self.hand.graph.get(Request("/domains"))
        return next(str(item["id"]) for item in page["value"] if item.get("isInitial"))

    async def _step(self, kind: ResourceType, step: str, change_of: Callable[[ResourceType], Change | None]) -> None:
        self.tell(kind.kind, step)
        change = change_of(kind)
        if change is None:
            return
        try:
            await self._do(kind, change)
            said, detail = DONE, ""
        except GraphError as error:
            said, detail = f"{error.status} {error.code}", self._without_values(error.detail)
            if is_unsure(error) and change.action == "create":
                self.left.append(f"perhaps {kind.kind} {self.prefix}: the answer to its creation was lost")
        body = await self._settled(kind, change, SETTLING if said == DONE else 0.0)
        if body is not None:
            self.bodies[kind.kind] = body
        told = None if body is None else self._told(kind, body)
        self.seen.append(Seen(kind.kind, step, said, told, detail))

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
        return normalize(kind, found, Context(self.hand.graph.tenant_id))

    def _told(self, kind: ResourceType, body: Body) -> Body:
        """A body in which what is this trial's own stands in braces; what ids had put in order is put in order anew."""
        return normalize(kind, json.loads(self._without_values(json.dumps(body))), Context("{tenant}"))

    def _without_values(self, text: str) -> str:
        """A text in which what is this trial's own stands in braces."""
        for name, value in sorted(self.names.items(), key=lambda item: -len(item[1])):
            text = re.sub(re.escape(value), f"{{{name}}}", text, flags=re.IGNORECASE)
        return text

    async def _do(self, kind: ResourceType, change: Change) -> None:
        """All operations of a change; what was made is remembered at once."""
        context = WriteContext(
            self.hand.graph.tenant_id,
            root=f"{self.hand.graph.root}/v1.0",
            permissions=self.hand.graph.permissions,
            application=self.hand.graph.permissions is not None,
            coverage=Coverage(frozenset(CATALOG)),
        )
        taken = writable(kind, change, context)
        if taken is None:
            return
        for stage in STAGES:
            actual = None if stage == "create" else await self._found(kind, change)
            for operation in writes(kind, taken, taken.desired, self._live(change), actual, stage, context):
                for found in await self.hand.placed(operation):
                    answer = await self.hand.send(found)
                    if found.creates:
                        self._remember(kind, found, answer or {})

    def _live(self, change: Change) -> str:
        return change.live or self.names.get(change.kind, "")

    def _remember(self, kind: ResourceType, operation: Operation, answer: Mapping[str, Any]) -> None:
        self.names[kind.kind] = str(answer.get(operation.made) or answer.get("id") or operation.path.rsplit("/", 1)[-1])
        for name in ("appId", "deviceId"):
            if isinstance(answer.get(name), str):
                self.names[f"{kind.kind}.{name}"] = answer[name]

    async def _found(self, kind: ResourceType, change: Change) -> Body | None:
        """The resource of a change, once it is seen."""
        async for _ in pauses(self.hand.clock, LAG):
            body = await self.hand.body(kind, self._live(change)) if self._live(change) else None
            if body is not None or change.action == "delete":
                return body
        return None

    async def _settled(self, kind: ResourceType, change: Change, seconds: float) -> Body | None:
        """What there is after a change; what replicas still say of before it is waited out."""
        if not self._live(change):
            return None
        body: Body | None = None
        async for _ in pauses(self.hand.clock, seconds):
            body = await self.hand.body(kind, self._live(change))
            if change.action == "delete":
                if body is None:
                    break
            elif body is not None and not _missing(kind, body, change):
                break
        return body

    async def _clean(self, kind: ResourceType) -> None:
        """Delete what was made, for good where Graph lets that be (facts §5: of administrative units it doesn't)."""
        id_ = self.names.get(kind.kind)
        if id_ is None:
            return
        gone = await self.hand.delete(f"/{kind.kind}/{id_}", kind)
        if gone:
            self.left.append(f"{kind.kind} {id_}: {gone}")
        elif kind.writes.restore and (kept := await self.hand.delete(f"/directory/deletedItems/{id_}", kind)):
            self.tell(kind.kind, f"stays among the deleted for a while ({kept}):")


def _change(kind: ResourceType, action: Action, live_id: str, desired: Body | None, actual: Body | None) -> Change:
    asked = [] if desired is None else diff(kind, actual or {}, desired)
    edits = tuple(edit for edit in asked if edit.path != ("id",))
    origins: tuple[Origin, ...] = tuple("yours" for _ in edits)
    own = live_id or str((desired or {}).get("id", ""))
    return Change(kind.kind, own, live_id, kind.kind, "sample", action, 2, desired, actual, edits, origins)


def _missing(kind: ResourceType, body: Body, change: Change) -> bool:
    """Whether a resource lacks something that a change asks for, or still has what that takes away."""
    wanted = filled(kind, change.desired or {}, body)
    gone = {edit.path[0] for edit in change.edits} - (change.desired or {}).keys()
    return bool(gone & body.keys()) or not same({**wanted, "id": body["id"]}, body)
