"""What things cost, as counts: modules loaded by the help, requests, Git objects and memory of an export.

Times stand in benchmarks/; here is what can't be noisy.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_world import SEEN, is_only, objects_of
from worlds import TENANT, World, copied, make

from entragit.git.refs import resolve
from entragit.git.repository import open_repository
from entragit.kept import keep
from entragit.model import TENANT as OWN
from entragit.model import Gap
from entragit.permissions import UNASKED
from entragit.resources.base import Context, Relation, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.prepare import is_undesired
from entragit.resources.writing import has
from entragit.sandbox import presence, role_rules
from entragit.sandbox.rules.layout import listing
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant
from entragit.sandbox.writes.kinds.pim_groups import is_manageable
from entragit.spool import Spool

PAGE = 20
"""The page size of the sandbox: small, so that a small company has several pages of everything."""

HEAVY = {
    "aiohttp", "azure", "deepdiff", "git", "httpx", "jsonschema", "kiota_abstractions", "kiota_http", "msal", "msgraph",
    "rich", "sqlite3", "ssl", "trustme", "yaml",
}  # fmt: skip


HELP = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from entragit.cli.main import run
run(sys.argv[1:])
"""


def loaded(*arguments: str) -> set[str]:
    """The modules that a new interpreter has loaded when a command line has ended."""
    done = subprocess.run([sys.executable, "-c", HELP, *arguments], check=True, capture_output=True, text=True)
    assert "Usage: entragit" in done.stdout
    return set(done.stderr.split())


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def test_the_help_loads_no_library_but_click() -> None:
    modules = loaded("--help")
    assert "click" in modules
    assert not packages(modules) & HEAVY
    own = {module for module in modules if module.startswith("entragit")}
    assert own == {"entragit", "entragit.cli", "entragit.cli.main", "entragit.errors"}


@pytest.mark.parametrize("command", ["init", "export", "drift", "demo", "sandbox"])
def test_the_help_of_a_command_loads_nothing_that_talks_to_graph_or_git(command: str) -> None:
    modules = loaded(command, "--help")
    assert f"entragit.cli.{command}" in modules
    assert not packages(modules) & {"aiohttp", "azure", "deepdiff", "git", "httpx", "jsonschema", "msgraph", "trustme"}


def pages(count: int, size: int = PAGE) -> int:
    """How many requests a list of `count` elements takes."""
    return max(1, math.ceil(count / size))


def listed(tenant: Tenant, kind: ResourceType) -> int:
    """How many requests one listing of `kind` takes."""
    if kind.shape == "singleton":
        return 1
    return pages(len(tenant.objects[kind.kind]), PAGE if listing(kind.kind).paged else sys.maxsize)


def each(tenant: Tenant, kind: ResourceType) -> list[int]:
    """How much is in each list of a kind that Graph lists for one group at a time."""
    if kind.each is None or kind.each.below:
        return []
    return list(each_of(tenant, kind).values())


def each_of(tenant: Tenant, kind: ResourceType) -> dict[str, int]:
    """Group that can have some → how many it has of a kind."""
    if kind.each is not None and kind.each.path == role_rules.MANAGED:
        held = Counter(item["scopeId"] for item in tenant.objects[kind.kind].values())
        return {id_: held[id_] for id_ in tenant.objects[role_rules.MANAGED]}
    held = Counter(item["groupId"] for item in tenant.objects[kind.kind].values())
    return {id_: held[id_] for id_, group in tenant.objects["groups"].items() if is_manageable(group)}


def passing(tenant: Tenant, kind: ResourceType) -> dict[str, list[int]]:
    """What says who is in a relationship for some time alone → how much is in each list: asked for before the
    relationship is read and, where there is somebody in it, after it.
    """
    names = {relation.passing.kind for relation in kind.relations if relation.passing}
    return {name: [count for group, count in each_of(tenant, CATALOG[name]).items()
                   for _ in range(2 if any(tenant.links[link].get(group) for link in presence.LINKS.values()) else 1)]
            for name in names}  # fmt: skip


def below(tenant: Tenant, kind: ResourceType) -> dict[str, int]:
    """Path → how much is in it, of a kind that Graph lists below each resource of another that can have some."""
    if kind.each is None or not kind.each.below:
        return {}
    held = Counter(item[kind.each.owner] for item in tenant.objects[kind.kind].values())
    owners = tenant.objects[kind.each.path].items()
    return {f"{kind.each.path}/{own}/{kind.each.below}": held[own]
            for own, body in owners if any(body.items() >= values.items() for values in kind.each.where)}  # fmt: skip


def computed(relation: Relation, raw: dict[str, Any]) -> bool:
    """Whether the server computes the relationship of this object."""
    return bool(relation.unless) and all(value in (raw[name] or ()) for name, value in relation.unless.items())


def targets(tenant: Tenant, kind: str, relation: Relation, path: str, owner: str) -> int:
    """How many elements Graph lists below an object."""
    if relation.name == "appRoleAssignments":
        return sum(item["principalId"] == owner for item in tenant.objects["appRoleAssignments"].values())
    if relation.name == "appRoleAssignedTo":
        return sum(item["resourceId"] == owner for item in tenant.objects["appRoleAssignments"].values())
    if relation.shape == "child":
        return len(tenant.children.get(f"{kind}/{relation.name}", {}).get(owner, ()))
    linked = tenant.links.get(f"{kind}/{relation.name}", {}).get(owner, [])
    principals = sum(target in tenant.objects["servicePrincipals"] for target in linked)
    return principals if "/" in path else len(linked) - principals


def one_by_one(tenant: Tenant, kind: ResourceType) -> Iterator[tuple[str, int]]:
    """(path, elements) of each relationship that is read for each resource on its own."""
    for relation in kind.relations:
        if relation.expand:
            continue
        for owner, raw in ((str(raw["id"]), raw) for raw in objects_of(tenant, kind)):
            if not (computed(relation, raw) or is_undesired(kind, raw, Context(tenant.id))) and has(
                raw, relation.where
            ):
                for path in relation.paths or (relation.way or relation.name,):
                    yield f"{place(tenant, kind, owner)}/{path}", targets(tenant, kind.kind, relation, path, owner)


def at(tenant: Tenant, kind: ResourceType) -> str:
    """The path of a kind."""
    return kind.path.replace(OWN, tenant.id)


def place(tenant: Tenant, kind: ResourceType, id_: str) -> str:
    """The path of one resource."""
    if is_only(kind):
        return at(tenant, kind)
    owner, _, own = id_.partition("/")
    below = kind.each.below if kind.each else ""
    return f"{kind.each.path}/{owner}/{below}/{own}" if kind.each and below else f"{at(tenant, kind)}/{id_}"


def dangling(tenant: Tenant) -> set[str]:
    """What the tenant's settings name that no list holds: a built-in role that Graph doesn't list."""
    definitions = "roleManagement/directory/roleDefinitions"
    guest = tenant.singletons["policies/authorizationPolicy"]["guestUserRoleId"]
    return set() if guest in tenant.objects[definitions] else {f"{definitions}/{guest}"}


def expected(tenant: Tenant) -> Counter[str]:
    """The reads of one export by path, from the catalog's words and the sizes of the tenant."""
    found: Counter[str] = Counter(dangling(tenant))
    for kind in SEEN:
        expansions = sum(relation.expand for relation in kind.relations)
        lists = below(tenant, kind)
        found.update({path: pages(count) for path, count in lists.items()})
        if not lists:
            found[at(tenant, kind)] += sum(map(pages, each(tenant, kind))) or listed(tenant, kind) * (1 + expansions)
        if kind.each:
            found[kind.each.path] += pages(len(tenant.objects[kind.each.path]))  # who can have one
        if kind.whole:
            found.update(f"{kind.kind}/{own}" for own in tenant.objects[kind.kind])
        if kind.delta:
            found[f"{kind.kind}/delta"] += 2  # a link before the reading, drained once after it
        if kind.excluded:
            instances = tenant.objects[kind.excluded.path.strip("/")].values()
            activated = [item for item in instances if item["assignmentType"] == "Activated"]
            found[kind.excluded.path.strip("/")] += 2 * pages(len(activated))  # before the listing, and after it
        for name, lists in passing(tenant, kind).items():
            found[name] += sum(map(pages, lists))
        if kind.belongs:
            found[kind.belongs.path] += listed(tenant, CATALOG[kind.belongs.path])  # whose they are
        found.update({path: pages(count) for path, count in one_by_one(tenant, kind)})
    return found


def apart(tenant: Tenant, kind: ResourceType) -> int:
    """How many reads of a kind can't stand in a batch: those of bytes."""
    return len(objects_of(tenant, kind)) * sum(relation.shape == "stream" for relation in kind.relations)


def batches(tenant: Tenant) -> tuple[int, int]:
    """How many batches are full of one kind's reads, and how many reads are left over, the listings among them."""
    counts = [sum(1 for _ in one_by_one(tenant, kind)) - apart(tenant, kind) for kind in SEEN]
    counts += [len(each(tenant, kind)) + len(below(tenant, kind)) for kind in SEEN]
    counts += [len(tenant.objects[kind.kind]) for kind in SEEN if kind.whole]
    for lists in (lists for kind in SEEN for lists in passing(tenant, kind).values()):
        able = len(each_of(tenant, CATALOG[presence.ACTIVE]))
        counts += [able - 1, len(lists) - able]  # the first one goes alone, and shows whether to go on
    return sum(count // 20 for count in counts), sum(count % 20 for count in counts) + len(SEEN)


def sent(tenant: Tenant) -> tuple[Counter[str], int]:
    """The reads that reached the tenant by path, those in batches included, and the number of batches."""
    reads = Counter(target.partition("?")[0] for method, target, _ in tenant.requests if method == "GET")
    return reads, sum(method == "POST" for method, _, _ in tenant.requests)


def test_an_export_sends_what_the_catalog_says_and_nothing_twice(whole: World, tmp_path: Path) -> None:
    world = copied(whole, tmp_path / "own")
    world.tenant.options.page_size = PAGE
    world.tenant.requests.clear()
    done = world.run("export")
    whole.sandbox.add(whole.tenant)  # which the copy took off the server, and later tests ask for
    assert done.code == 0
    reads, posts = sent(world.tenant)
    assert reads == expected(world.tenant)
    full, left = batches(world.tenant)
    alone = sum(kind.delta for kind in UNASKED)  # what is big is listed by itself, and ends at its own moment
    alone += 3 * sum(len(passing(world.tenant, kind)) for kind in UNASKED)  # the first, the others, and after
    # What comes in the same moment goes together, and on a busy machine a little less does.
    assert full < posts <= 1.1 * (full + math.ceil(left / 20) + alone)


def test_the_sizes_exercise_every_sort_of_request(whole: World) -> None:
    """The count above proves something only for a tenant with long lists, long groups and every kind of relation."""
    tenant = whole.tenant
    assert listed(tenant, CATALOG["users"]) == 3
    assert max(map(len, tenant.links["groups/members"].values())) > PAGE
    assert all(len(tenant.objects[kind.kind]) for kind in UNASKED if kind.shape == "collection")
    counts = [count for kind in UNASKED for _, count in one_by_one(tenant, kind)]
    assert 0 in counts
    assert max(counts) > PAGE


def objects(world: World) -> dict[str, str]:
    """Id → type of every object in the repository, whether a commit holds it or not."""
    rows = world.git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    return {id_: kind for id_, kind, _ in map(str.split, rows)}


def state_objects(world: World) -> set[str]:
    return {row.split(" ")[0] for row in world.git("rev-list", "--objects", "entragit/state").splitlines()}


def new_objects(world: World, before: dict[str, str]) -> dict[str, str]:
    """What came since `before`, the state's own objects apart."""
    mine = state_objects(world)
    return {id_: kind for id_, kind in objects(world).items() if id_ not in before and id_ not in mine}


def test_an_unchanged_tenant_writes_no_object(world: World) -> None:
    before = objects(world)
    world.tenant.options.shuffle = 5
    assert world.run("export").code == 0
    assert new_objects(world, before) == {}


def test_one_changed_user_writes_one_file_and_the_folders_above_it(world: World) -> None:
    before = objects(world)
    key = min(world.tenant.objects["users"])
    world.tenant.objects["users"][key]["department"] = "Moved"
    world.tenant.touch("users", key)
    assert world.run("export").code == 0
    ((path, status),) = world.changed().items()
    assert (path.count("/"), status) == (2, "M")
    written = new_objects(world, before)
    assert Counter(written.values()) == {"blob": 1, "tree": 3, "commit": 1}
    size = sum(int(world.git("cat-file", "-s", id_)) for id_, kind in written.items() if kind == "blob")
    assert size == len(world.files()[path].encode()) < 4096


def kept(world: World, place: Path, property: str) -> set[str]:
    """The ids of the users whose last file is read because a property of all users could not be."""
    repo = open_repository(world.place)
    with Spool(place) as spool:
        spool.cover("users")
        spool.add_gap(Gap("users", property, reason="not read"))
        keep(repo, resolve(repo, TENANT), spool)
        return {body["id"] for body in spool.kept_bodies("users")}


def test_a_property_that_was_not_read_costs_only_the_files_that_have_it(world: World, tmp_path: Path) -> None:
    users = world.tenant.objects["users"]
    named = {id_ for id_, user in users.items() if user["customSecurityAttributes"]}
    assert 0 < len(named) < len(users)
    assert kept(world, tmp_path / "spool", "customSecurityAttributes") == named
    assert kept(world, tmp_path / "spool", "sponsors") == world.tenant.links["users/sponsors"].keys()
    assert kept(world, tmp_path / "spool", "") == world.tenant.objects["users"].keys()


PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""
"""A small process in between: to Linux a program's peak is at least that of the process that started it."""


def peak(world: World) -> int:
    """The largest resident set of an export, in bytes."""
    export = [sys.executable, "-m", "entragit", "-C", str(world.place), "export"]
    environment = {**os.environ, **world.environment}
    command = [sys.executable, "-c", PEAK, *export]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)


def bulk(tenant: Tenant) -> int:
    """The bytes of all objects and links as compact JSON."""
    bodies = (body for collection in tenant.objects.values() for body in collection.values())
    links = (targets for relation in tenant.links.values() for targets in relation.values())
    return sum(len(json.dumps(item, separators=(",", ":"))) for item in (*bodies, *links))


@pytest.mark.nightly
def test_memory_holds_an_index_and_not_the_tenant(sandbox: Sandbox, tmp_path: Path) -> None:
    """Parsed, the objects take more than three times their text; the index of them about as much as their text."""
    small, large = (make(sandbox, tmp_path / str(users), users=users) for users in (1000, 2000))
    for world in (small, large):
        world.tenant.options.quotas = False
        world.tenant.options.page_size = 50  # so that what is in flight takes the same for both
    growth = peak(large) - peak(small)
    assert growth < 2 * (bulk(large.tenant) - bulk(small.tenant))
