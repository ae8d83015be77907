"""What end-to-end tests of apply share: a tenant of a few kinds that a client may write, and runs that are killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from executing import Mortal
from small_world import SPEED, small
from test_publisher_crash import Killer
from worlds import TENANT, Result, World, copied, git, keep, make

from entragit.apply.honest import check as honest
from entragit.apply.resuming import begun
from entragit.apply.run import Done, Orders, apply
from entragit.clock import Clock
from entragit.git.refs import STATE
from entragit.git.repository import open_repository
from entragit.graph.auth import connection
from entragit.graph.client import Graph, open_graph
from entragit.permissions import reading, writing
from entragit.planning import Wish, plan_for
from entragit.reading import Tools
from entragit.sandbox import portal, removal
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Object, Tenant
from entragit.settings import Settings
from entragit.state import State
from entragit.statefiles import load

POLICIES, LOCATIONS = "identity/conditionalAccess/policies", "identity/conditionalAccess/namedLocations"
ID = "11111111-1111-4111-8111-111111111111"
"""The company is made from its tenant's id: the names below are in this one."""

GROUP, USER, POLICY, APP = "Sales Aurora Team", "daniel.obrien", "CA002", "GitHub Deploy"
"""What anyone may edit; the policies exclude the group."""
ASSIGNMENTS = "roleManagement/directory/roleAssignments"
FEDERATED = "applications/federatedIdentityCredentials"
UNITS = "directory/administrativeUnits"
KINDS = ("users", "groups", UNITS, "applications", "servicePrincipals", POLICIES, LOCATIONS, ASSIGNMENTS,
         "roleManagement/directory/roleDefinitions", "oauth2PermissionGrants")  # fmt: skip


def started(sandbox: Sandbox, place: Path) -> World:
    """A company of a few kinds with one snapshot, on a remote too, and a client that may read and write."""
    tenant = small(ID)
    world = make(sandbox, place, tenant=tenant)
    tenant.options.page_size = None
    tenant.objects["appRoleAssignments"] = {}
    tenant.children = {FEDERATED: {one: {two["id"]: two for two in [federated(tenant)]}
                                   for one in tenant.objects["applications"]}}  # fmt: skip
    tenant.links["users/sponsors"] = {}
    excluded = next(key for key, body in tenant.objects["groups"].items() if body["displayName"] == GROUP)
    for policy in tenant.objects[POLICIES].values():
        policy["conditions"]["users"]["excludeGroups"] = [excluded]
    client = tenant.add_client(*reading(), *writing())
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    with_remote(world)
    return kept(world, client, KINDS, keeper(tenant))


def with_remote(world: World) -> None:
    """Give it an empty remote beside it, to which exports go from then on."""
    git(world.place.parent, "init", "-q", "--bare", "-b", "main", "remote.git")
    world.git("remote", "add", "origin", str(world.place.parent / "remote.git"))


def kept(world: World, client: Client, kinds: Iterable[str], glass: str = "") -> World:
    """The world with one snapshot of these kinds, which that client has exported; see `worlds.keep` for `glass`."""
    keep(world, *kinds, glass=glass)
    world = replace(world, client=client, extra={"ENTRAGIT_SPEED": SPEED})
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    return world


def federated(tenant: Tenant, name: str = "deploy", subject: str = "repo:main") -> Object:
    """A credential of an application."""
    return blank("federatedIdentityCredential") | {
        "id": tenant.new_id(), "name": name, "issuer": "https://token.example", "subject": subject,
        "audiences": ["api://AzureADTokenExchange"],
    }  # fmt: skip


def keeper(tenant: Tenant) -> str:
    """The account that nobody may touch."""
    return next(key for key, body in tenant.objects["users"].items() if "admin" in body["userPrincipalName"])


def fresh(world: World, place: Path) -> World:
    """The same tenant and repositories once more, for one test."""
    place.mkdir()
    git(place, "clone", "-q", "--bare", str(world.place.parent / "remote.git"), "remote.git")
    own = copied(world, place / "company")
    own.git("remote", "set-url", "origin", str(place / "remote.git"))
    return own


def clone(world: World, name: str) -> World:
    """Another machine: a fresh clone of the remote, the same tenant."""
    place = world.place.parent / name
    git(world.place.parent, "clone", "-q", str(world.place.parent / "remote.git"), name)
    return replace(world, place=place)


WRITES = 17
"""How many writes the mistakes of `broken` take to be undone; a test sees that it is so."""

MADE = ("groups", "applications", "servicePrincipals", "users", UNITS, POLICIES, LOCATIONS)


def broken(company: World, place: Path) -> World:
    """A company as `started` makes it, in which a few things have gone wrong since: every stage has something to do."""
    world = fresh(company, place)
    tenant, group = world.tenant, named(world, "groups", GROUP)
    tenant.links[f"{UNITS}/members"][find(world, UNITS)["id"]].append(group["id"])
    assert world.run("export").code == 0
    world.extra["before"] = world.git("rev-parse", "entragit/tenant")
    world.extra["names"] = names_in(world)
    portal.delete_group(tenant, group["id"])
    removal.remove(tenant, "applications", named(world, "applications", APP)["id"], soft=False)
    removal.remove(tenant, "users", named(world, "users", USER)["id"], soft=True)
    edit(world, POLICIES, named(world, POLICIES, POLICY), state="disabled")
    edit(world, "groups", named(world, "groups", "VPN"), description="evil")
    return world


def names_in(world: World) -> str:
    """What everything is called that could be made twice, as a line each."""
    return "\n".join(sorted(str(body["displayName"]) for kind in MADE for body in world.tenant.objects[kind].values()))


def finish(place: World, *args: str) -> None:
    """Run the apply of the last good commit once more, after one that died, to its end."""
    done = place.run("apply", place.extra["before"], "--yes", *args)
    assert done.code == 0, done.out + done.err
    assert "going on with its plan" in done.err
    check(place)


def check(world: World) -> None:
    """The tenant is what it was, nothing is there twice, the state knows what is new, and nobody holds it."""
    state = state_of(world)
    ids = {old: new for old, new in state.id_map.items() if old != new}
    # The id map has ids in lower case.
    old, new = ([[line.lower().replace('"', "") for line in text] for text in found]
                for found in (content(world, {}, world.extra["before"]), content(world, ids)))  # fmt: skip
    strange = [text for text in new if text not in old], [text for text in old if text not in new]
    assert strange == ([], []), strange
    assert len(new) == len(old)
    assert (state.lease, state.plan, state.begun) == (None, None, None)
    assert state.audit
    assert names_in(world) == world.extra["names"]


def find(world: World, kind: str, wanted: Callable[[Object], object] = lambda body: True) -> Object:
    return next(body for body in world.tenant.objects[kind].values() if wanted(body))


def named(world: World, kind: str, name: str) -> Object:
    """The object whose displayName or userPrincipalName begins so."""
    found = ("displayName", "userPrincipalName")
    return find(world, kind, lambda body: any(str(body.get(title)).startswith(name) for title in found))


def state_of(world: World) -> State:
    """What `entragit/state` holds here."""
    return load(open_repository(world.place), STATE)


def edit(world: World, kind: str, body: Object, **values: Any) -> None:
    portal.edit(world.tenant, kind, body["id"], "Update", **values)


def writes(world: World) -> list[tuple[str, str, int]]:
    """What was written to the tenant so far."""
    return [row for row in world.tenant.requests if row[0] != "GET" and not row[1].endswith("$batch")]


def content(world: World, ids: Mapping[str, str], ref: str = TENANT) -> list[list[str]]:
    """The lines of a snapshot's files, with these ids called as before; sorted, for lists go by id."""
    found = []
    for text in world.files(ref).values():
        for old, new in ids.items():
            text = text.replace(new, old).replace(new[:8], old[:8])
        found.append(sorted(text.splitlines()))
    return sorted(found)


def second_plan(world: World, *args: str) -> Result:
    return world.run("plan", "--exit-code", *args)


def settle(world: World, *args: str) -> Result:
    """Apply, and see that nothing is left."""
    return settled(world.run, *args)


def settled(run: Callable[..., Result], *args: str) -> Result:
    """The same by what runs entragit for somebody: `World.run` or `World.by_person`."""
    done = run("apply", "--yes", *args)
    assert done.code == 0, done.out + done.err
    left = run("plan", "--exit-code")
    assert left.code == 0, left.out
    return done


def tools_of(world: World, wrapped: Callable[[Graph], Graph | Mortal]) -> Tools:
    """The tools of a run, with something around its connection."""
    clock = Clock(speed=float(world.extra["ENTRAGIT_SPEED"]))

    @asynccontextmanager
    async def connect(settings: Settings) -> AsyncIterator[Any]:
        where = connection(world.environment, settings.tenant, settings.cloud)
        async with open_graph(where, clock) as graph:
            yield wrapped(graph)

    return Tools(clock, connect, lambda _kind, _count: None, lambda _sentence: None)


def applied(world: World, at: int | str | None = None, after: bool = False, allow: tuple[str, ...] = ()) -> Done:
    """Plan and apply the last good commit in this process, as the command does; raises Killed at the `at`-th write."""
    return applied_with(world, lambda graph: Mortal(graph, at, after), allow)


def applied_with(world: World, wrapped: Callable[[Graph], Graph | Mortal], allow: tuple[str, ...] = ()) -> Done:
    """The same, with something around the connection."""
    repo, tools = open_repository(world.place), tools_of(world, wrapped)
    plan = honest(plan_for(repo, Wish(world.extra["before"], allow=allow), tools), "this")
    return apply(repo, begun(repo, plan) or plan, tools, Orders("Ada <ada@contoso.example>"))


class Napping(Mortal):
    """A connection whose `at`-th write waits until `nap` is over, before it asks whether it may be sent."""

    def __init__(self, graph: Graph, at: int, nap: Callable[[], object]) -> None:
        super().__init__(graph)
        self.last, self.nap, self.napped = at, nap, False

    async def write(self, *args: Any, **more: Any) -> Any:
        if self.writes + 1 == self.last and not self.napped:  # writes beside it ask while it sleeps
            self.napped = True
            await asyncio.to_thread(self.nap)
        return await super().write(*args, **more)


def shot(world: World, killer: Killer, *args: str, before: int = 0, after: int = 0) -> int:
    """Run apply in a process of its own, which dies before or after its n-th git command; its exit code.

    Without a number it lives, and `killer.count` says how many there were.
    """
    (killer.folder / "count").write_text("0")
    doom = {"KILL_BEFORE": str(before), "KILL_AFTER": str(after), "PATH": f"{killer.folder}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "entragit", "-C", str(world.place), "apply", "--yes", *args]
    done = subprocess.run(command, env={**os.environ, **world.environment, **doom}, capture_output=True)
    return done.returncode


def killed(world: World, count: int, *args: str) -> int:
    """Run apply in a process of its own, and kill that once `count` writes have reached the tenant; its exit code."""
    start = len(writes(world))
    command = [sys.executable, "-m", "entragit", "-C", str(world.place), "apply", "--yes", *args]
    child = subprocess.Popen(command, env={**os.environ, **world.environment}, stdout=subprocess.DEVNULL)
    while child.poll() is None and len(writes(world)) - start < count:
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    return child.wait()
