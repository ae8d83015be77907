"""Stage by stage: which operations each change needs by now, in which order, and what can't go on without another.

What only one can have is let go first, by all who shall not have it; then create or restore, bare, kind by kind; then
link; then what acts by itself goes on, protection first; deletions last, the other way round (design section 9). A
failure stops only what depends on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from entragit.apply.executor import Executor
from entragit.apply.live import Key, Live
from entragit.apply.naming import names_of, text_of
from entragit.apply.waiting import LAG, pauses
from entragit.graph.tasks import windowed
from entragit.journal import Result
from entragit.model import Body
from entragit.plan import Change, Operation, Stage
from entragit.resources.base import ResourceType
from entragit.resources.metadata import lineage
from entragit.shapes import WriteContext, after, kind_of, let_go, order, turn, writes

WIDTH = 8
"""Resources written at the same time."""

DIRECTORY_OBJECT, RULE = "directoryObject", "membershipRule"

Read = Callable[[Iterable[Key]], Awaitable[Live]]


class Step(NamedTuple):
    """One operation, and what came of it."""

    operation: Operation
    result: Result


@dataclass
class Item:
    """One change on its way.

    `live`: the resource's id by now. `now`: its body. `hurt`: why it isn't as it should be. `doubt`: why what names it
    may not rely on it. `lost`: it isn't there.
    """

    change: Change
    live: str
    now: Body | None = None
    hurt: str = ""
    doubt: str = ""
    lost: bool = False

    @property
    def kind(self) -> ResourceType:
        """Its kind."""
        return kind_of(self.change)


@dataclass
class Ladder:
    """The changes of a plan, and what has been done of them.

    `read`: what resources are now. `save`: called when there are new ids. `tell`: called after each operation.
    `dead`: what others call a resource that could not be made → why, in lower case.
    """

    executor: Executor
    context: WriteContext
    items: list[Item]
    read: Read
    save: Callable[[], Awaitable[None]]
    tell: Callable[[Step], None] = lambda _step: None
    steps: list[Step] = field(default_factory=list)
    dead: dict[str, str] = field(default_factory=dict)

    async def climb(self) -> list[Step]:
        """Do everything that can be done; all operations with their results, in the order in which they ended."""
        await self._free()
        await self._create()
        await self._link()
        await self._enable()
        await self._delete()
        return self.steps

    async def _free(self) -> None:
        """One after the other: what one takes, another has just let go."""
        wanted = [(operation, item) for item in self.items for operation in self._operations(item, "free")]
        for operation, item in sorted(wanted, key=lambda pair: pair[0].turn):
            if item.hurt and item.change.action == "delete":  # what it needs before it goes
                self._record(item, operation, Result("skipped", why=item.hurt))
                continue
            step = await self._do(item, operation)
            if step.result.outcome == "done" and item.now is not None:
                old, item.now = item.now, after(item.now, operation)
                self.executor.names.mark(self.executor.clock.monotonic(), *let_go(item.kind, old, item.now))

    async def _create(self) -> None:
        for items in self._by_kind():
            if not items[0].kind.access:
                await self._make_all(items)
        await self._look_at_new()
        await self._look_at_linked()

    async def _make_all(self, items: Iterable[Item]) -> None:
        before = self.executor.names.count
        wanted = [item for item in items if item.change.action != "delete"]
        for late in (False, True):
            await self._together(self._make(item) for item in wanted if item.kind.writes.late is late)
        if self.executor.names.count > before:
            await self.save()

    async def _make(self, item: Item) -> None:
        for operation in self._operations(item, "create"):
            step = await self._do(item, operation)
            if step.result.outcome != "done":
                if item.change.action != "update":  # else the old one is still there
                    self._lose(item, step.result.why)
            elif operation.creates:
                item.live, item.now = step.result.id, None
                self.executor.names.learn(item.change, item.live, step.result.app_id)
            else:
                self.executor.names.mark(self.executor.clock.monotonic(), item.live)

    def _lose(self, item: Item, why: str) -> None:
        item.lost = True
        self.dead |= dict.fromkeys(names_of(item.kind, item.change), f"{item.change.address} is not there ({why})")

    async def _look_at_new(self) -> None:
        """Read what has just been made, once it is seen; what never is, is lost."""
        unseen = [item for item in self.items if item.live and item.now is None and not item.lost]
        unseen = [item for item in unseen if item.change.action != "delete"]
        found = Live()
        async for _ in pauses(self.executor.clock, LAG):
            await self.executor.alive()
            found = await self.read((item.change.kind, item.live) for item in unseen) if unseen else found
            for item in unseen:
                item.now = found.bodies.get((item.change.kind, item.live))
            unseen = [item for item in unseen if item.now is None]
            if not unseen:
                return
        for item in unseen:
            why = found.unread(item.change.kind, item.live, ()) or "Graph doesn't show it yet"
            item.hurt = item.doubt = why
            self._lose(item, why)

    async def _look_at_linked(self) -> None:
        """Read again what names something restored: with that come its memberships and app roles (facts §5)."""
        back = [item.live.lower() for item in self.items if item.change.action == "restore" and not item.lost]
        named = [item for item in self.items if item.change.action == "update" and back
                 and any(id_ in str(self.executor.names.body(item.change)).lower() for id_ in back)]  # fmt: skip
        found = await self.read([(item.change.kind, item.live) for item in named]) if named else Live()
        for item in named:
            item.now = found.bodies.get((item.change.kind, item.live), item.now)

    async def _link(self) -> None:
        """Kind by kind; what only gives access is made here, for Graph gives no role that isn't on yet (facts §5)."""
        for items in self._by_kind():
            if items[0].kind.access:
                await self._make_all(items)
                await self._look_at_new()
            await self._together(self._connect(item) for item in items if item.change.action != "delete")

    async def _connect(self, item: Item) -> None:
        if item.lost:
            return
        operations = self._operations(item, "link")
        if await self._all(item, operations) and any(operation.again for operation in operations):
            await self._refresh(item)
            await self._all(item, self._operations(item, "link"))

    async def _refresh(self, item: Item) -> None:
        found = await self.read([(item.change.kind, item.live)])
        item.now = found.bodies.get((item.change.kind, item.live), item.now)

    async def _enable(self) -> None:
        """One after the other: what protects is on before something else goes off."""
        willing = [item for item in self.items if item.change.action != "delete" and not item.lost]
        for item in sorted(willing, key=lambda item: turn(item.kind, item.change.desired or {})):
            operations = self._operations(item, "enable")
            why = self._unready(item) if operations else ""
            for operation in operations:
                if why:
                    self._record(item, operation, Result("skipped", why=why))
                else:
                    await self._do(item, operation)

    def _unready(self, item: Item) -> str:
        """Why a resource may not act yet: it, or something that it names, isn't as it should be."""
        if item.hurt:
            return f"its other changes didn't all succeed ({item.hurt})"
        text = str(self.executor.names.body(item.change)).lower()
        for other in self.items:
            names = {*names_of(other.kind, other.change), other.live.lower()} - {""}
            if other.doubt and other is not item and any(name in text for name in names):
                return f"{other.change.address}, which it names, isn't as it should be ({other.doubt})"
        return ""

    async def _delete(self) -> None:
        for items in reversed(list(self._by_kind())):
            await self._together(self._remove(item, self._unprotected(item)) for item in items)

    def _unprotected(self, item: Item) -> str:
        """Why something that protects may not go yet: what shall take its place isn't as it should be."""
        others = (o for o in self.items if o.change.kind == item.change.kind and o.change.action != "delete")
        hurt = next((other for other in others if other.hurt), None)
        if item.change.tier > 0 or hurt is None:
            return ""
        return f"{hurt.change.address}, which may have to take its place, isn't as it should be ({hurt.hurt})"

    async def _remove(self, item: Item, why: str) -> None:
        for operation in self._operations(item, "delete"):
            skipped = why or item.hurt
            if skipped:
                self._record(item, operation, Result("skipped", why=skipped))
            else:
                await self._do(item, operation)

    def _operations(self, item: Item, stage: Stage) -> tuple[Operation, ...]:
        body = self.executor.names.body(item.change)
        context = replace(self.context, kinds=self.executor.names.kinds)
        return writes(item.kind, item.change, body, item.live, item.now, stage, context)

    async def _all(self, item: Item, operations: Iterable[Operation]) -> bool:
        """Do operations of one change in turn; what is behind one that others wait for is skipped if that fails."""
        broken = ""
        for operation in operations:
            if broken:
                self._record(item, operation, Result("skipped", why=broken))
                continue
            step = await self._do(item, operation)
            if step.result.outcome != "done" and operation.awaits is not None:
                broken = f"it needs: {operation.words}"
        return not item.hurt

    async def _do(self, item: Item, operation: Operation) -> Step:
        text = text_of(operation)
        why = next((why for name, why in self.dead.items() if name in text), "")
        result = Result("skipped", why=why) if why else await self.executor.do(operation, item.change)
        return self._record(item, operation, result)

    def _record(self, item: Item, operation: Operation, result: Result) -> Step:
        step = Step(operation, result)
        self.steps.append(step)
        if result.outcome != "done":
            item.hurt = item.hurt or result.why
            item.doubt = item.doubt or (result.why if _decides(item.kind, operation) else "")
        self.tell(step)
        return step

    def _by_kind(self) -> Iterator[list[Item]]:
        """The items of each kind, in the order in which kinds are made."""
        for kind in order({item.change.kind for item in self.items}):
            yield [item for item in self.items if item.change.kind == kind]

    async def _together(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        tasks: set[asyncio.Task[Any]] = set()
        async with aclosing(windowed(iter(work), WIDTH, tasks)) as ended:
            async for _ in ended:
                pass


def _decides(kind: ResourceType, operation: Operation) -> bool:
    """Whether an operation decides what a resource means to those that name it.

    Of users, groups and the like it matters who they are, not what is written on them.
    """
    if DIRECTORY_OBJECT not in lineage(kind.type) or operation.method != "PATCH":
        return True
    return any("@odata.bind" in name or name == RULE for name in operation.body or ())


def failures(steps: Collection[Step]) -> list[Step]:
    """The operations that were not done."""
    return [step for step in steps if step.result.outcome != "done"]
