"""What tests of the executor share: hand-made operations on the sandbox, and runs of them that are killed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph_checks import connect, run
from sandbox_writing import new_group, new_user, ref

from entragit.apply.executor import Executor
from entragit.apply.naming import Names
from entragit.clock import Clock
from entragit.graph.client import Graph
from entragit.graph.sender import Ready
from entragit.journal import Journal, Result, journal
from entragit.plan import Change, Operation
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant

PERMISSIONS = (
    "User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All", "AdministrativeUnit.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory", "Directory.ReadWrite.All",
)  # fmt: skip
UNITS = "directory/administrativeUnits"


async def alive() -> None:
    """The lease is ours."""


class Killed(BaseException):
    """The process is gone; nothing in it gets to clean up."""


@dataclass
class Mortal:
    """A connection whose process dies at its `at`-th write, or at the one to that path: before it is sent, or `after`.

    The journal has it by then.
    """

    graph: Graph
    at: int | str | None = None
    after: bool = False
    writes: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.graph, name)

    async def write(self, *args: Any, ready: Ready | None = None, **more: Any) -> Any:
        self.writes += 1
        last = self.at in (self.writes, args[1])

        async def dying() -> None:
            if ready:
                await ready()
            raise Killed

        answer = await self.graph.write(*args, ready=dying if last and not self.after else ready, **more)
        if last:
            raise Killed
        return answer


def change(kind: str, name: str) -> Change:
    """A change for operations to be about."""
    return Change(kind, "", "", f"{kind}/{name}", name, "create", 2)


def made(kind: str, name: str, body: Object, **more: Any) -> Operation:
    """The creation of something that its displayName tells."""
    return Operation(
        key=f"{kind}/{name} create", change=f"{kind}/{name}", stage="create", method="POST", path=f"/{kind}",
        words=f"Create {name}", body=body, creates=True, probe=(f"/{kind}", ()), matches={"displayName": name}, **more,
    )  # fmt: skip


def joined(group: str, member: str) -> Operation:
    """A new member, by the ids of both."""
    return Operation(
        key=f"{group} +{member}", change=f"groups/{group}", stage="link", method="POST",
        path=f"/groups/{group}/members/$ref", words="Add a member", body=ref(member),
        done=("One or more added object references already exist",),
    )  # fmt: skip


@dataclass
class Bench:
    """A tenant, a folder for journals, and what was there before the plan's first run."""

    sandbox: Sandbox
    tenant: Tenant
    folder: Path
    haste: float = 100.0
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    runs: int = 0
    permissions: Sequence[str] = PERMISSIONS

    def run(self, work: Any, *, at: int | None = None, after: bool = False, again: bool = False) -> Any:
        """Let `work(executor)` run, to its end or until it is killed (None). `again`: not the plan's first run."""

        async def main(graph: Graph) -> Any:
            with journal(self.folder, "d") as log, contextlib.suppress(Killed):
                return await work(self.executor(Mortal(graph, at, after), log, again))

        return run(self.sandbox, connect(self.sandbox, self.tenant, *self.permissions), main, haste=self.haste)

    def executor(self, graph: Any, log: Journal, again: bool = False) -> Executor:
        clock = Clock(self.sandbox.site.speed * self.haste)
        self.runs += 1
        elsewhere = again and not log.runs
        log.begin(f"run {self.runs}", clock.now().timestamp() if elsewhere else None)
        known = {result.id for result in log.results.values() if result.id}
        return Executor(graph, clock, log, Names(), self.others, alive, lambda: "Corr3ct-horse-battery", known)

    def forget(self) -> None:
        """Lose this machine's disk."""
        for path in self.folder.glob("journal-*"):
            path.unlink()

    def held(self, kind: str) -> list[str]:
        """The names of the kind's objects, sorted."""
        return sorted(str(body["displayName"]) for body in self.tenant.objects.get(kind, {}).values())


async def small_plan(executor: Executor) -> list[Result]:
    """Two users, a group, a unit without a date; then both join the group, and it is described."""
    tenant = "contoso.example"
    names = [("users", "ada"), ("users", "bob"), ("groups", "g"), (UNITS, "West")]
    bodies: list[Object] = [
        {**new_user_of(tenant, "ada")}, {**new_user_of(tenant, "bob")}, new_group("g"), {"displayName": "West"}
    ]  # fmt: skip
    results = [
        await executor.do(made(kind, name, body), change(kind, name))
        for (kind, name), body in zip(names, bodies, strict=True)
    ]
    ada, bob, group, _ = (result.id for result in results)
    links = [joined(group, ada), joined(group, bob), described(group)]
    return [*results, *[await executor.do(link, change("groups", "g")) for link in links]]


def described(group: str) -> Operation:
    return Operation(
        f"{group} properties", f"groups/{group}", "link", "PATCH", f"/groups/{group}", "Describe", {"description": "d"}
    )


def new_user_of(domain: str, name: str) -> Object:
    body = new_user(Tenant("t", domain), name)
    return {**body}


def state_of(tenant: Tenant) -> dict[str, Any]:
    """What a plan has made, by names."""
    titles = {key: body["displayName"] for held in tenant.objects.values() for key, body in held.items()
              if "displayName" in body}  # fmt: skip
    return {
        "made": sorted(titles.values()),
        "members": sorted((titles[group], sorted(titles[one] for one in ids))
                          for group, ids in tenant.links.get("groups/members", {}).items()),
        "described": [body["description"] for body in tenant.objects.get("groups", {}).values()],
    }  # fmt: skip


def points() -> Iterator[tuple[int, bool]]:
    """Before and after each of the small plan's seven writes."""
    return ((at, after) for at in range(1, 8) for after in (False, True))


__all__ = ["Bench", "Killed", "Mortal", "change", "joined", "made", "points", "replace", "small_plan", "state_of"]
