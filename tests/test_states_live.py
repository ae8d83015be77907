"""States of every core kind, brought back by the command line; after each the second plan is empty."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from applying import keeper, writes
from small_world import SPEED, small
from states_live import CORE, Row
from states_live_back import MADE, PRUNED
from states_live_rows import EMPTY, ROWS
from states_live_samples import FILES, authored
from worlds import Result, World, copied, keep, make

from entragit.permissions import reading, writing
from entragit.resources import applications, conditional_access, directory, policies, roles
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal
from entragit.sandbox.server import Sandbox

ID = "22222222-2222-4222-8222-222222222222"
"""The company is made from its tenant's id: the names in the rows are in this one."""

REFUSED = {("devices", "device"), ("domains", "domain")}
"""(kind, what the ledger calls it) of the files that nobody can make."""


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Result, list[str]]:
    """A company with a sample of each kind, how it came there, and by which writes; the tag `samples` has them."""
    place, tenant = tmp_path_factory.mktemp("states") / "company", small(ID)
    tenant.options.page_size = None
    for key, held in list(tenant.objects["appRoleAssignments"].items()):  # their roles are nobody's: a row of its own
        if tenant.objects["servicePrincipals"][held["resourceId"]]["appOwnerOrganizationId"] == tenant.id:
            del tenant.objects["appRoleAssignments"][key]
    client = make(sandbox, place, tenant=tenant).tenant.add_client(*reading(), *writing())
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    world = World(sandbox, tenant, client, place, {"ENTRAGIT_SPEED": SPEED})
    keep(world, *CORE, glass=keeper(tenant))
    authored(world)
    done = world.run("apply", "--yes", "--allow", "tier-0")
    sent = operations(world, 0)
    world.git("rm", "-q", "devices/Sample.yaml", "domains/Sample.yaml")
    world.git("commit", "-q", "-m", "Leave out what nobody can make")
    world.git("tag", "samples")
    return world, done, sent


@pytest.fixture
def world(company: tuple[World, Result, list[str]], tmp_path: Path) -> World:
    return copied(company[0], tmp_path / "own")


def operations(world: World, start: int) -> list[str]:
    """What was written since `start`, sorted; {} for ids."""
    known = {id_ for objects in world.tenant.objects.values() for id_ in objects}
    known |= set(world.tenant.removed)
    rows = ((method, path.split("?")[0].split("/")) for method, path, _ in writes(world)[start:])
    return sorted(f"{method} {'/'.join('{}' if is_id(part, known) else part for part in parts)}"
                  for method, parts in rows)  # fmt: skip


def is_id(part: str, known: set[str]) -> bool:
    return part in known or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", part) is not None


def ledger(done: Result) -> Iterator[tuple[str, str]]:
    """(kind, what it calls it) of each line that the ledger of an apply has."""
    for line in done.out.splitlines():
        if line.startswith("not brought back: "):
            place, what, _ = line.removeprefix("not brought back: ").split(": ", 2)
            yield kind_of(place), what


def kind_of(address: str) -> str:
    return max((kind for kind in CORE if address.startswith(kind)), key=len)


def second(world: World, ref: str = "samples", *args: str) -> list[tuple[str, str]]:
    """What the ledger of the second plan still has; the plan has no operation."""
    done = world.run("plan", ref, "--exit-code", "--format", "json", *args)
    assert done.code == 0, done.out
    return [(kind_of(entry["address"]), entry["what"]) for entry in json.loads(done.out)["ledger"]]


def test_what_is_authored_is_made_once(company: tuple[World, Result, list[str]]) -> None:
    world, done, sent = company
    assert done.code == 0, done
    assert Counter(sent) == Counter(write for found in MADE.values() for write in found)
    assert set(ledger(done)) == REFUSED | {("users", "password")}
    assert second(world) == []


def brought_back(world: World, rows: Sequence[Row], *, renamed: bool) -> None:
    """Do what the rows say, and see that exactly what they expect brings it back."""
    for row in rows:
        row.deed(world)
    if renamed:  # files have other names by then
        assert world.run("export").code == 0
    start = len(writes(world))
    done = world.run("apply", "samples", "--yes", "--allow", "tier-0")
    assert done.code == 0, done.out + done.err
    follows = rows[0].follows if len(rows) == 1 else ()
    expected = Counter(write for row in rows for write in row.writes) + Counter(follows)
    assert Counter(operations(world, start)) == expected, done.out
    left = sorted((row.kind, what) for row in rows for what in row.left)
    told = [*left, *(line for row in rows for line in row.said)]
    if expected:  # else nothing was done, and what is left is in the plan alone
        assert set(ledger(done)) == set(told)
        assert len(rows) > 1 or len(list(ledger(done))) == len(told)
    assert sorted(second(world)) == left


@pytest.mark.slow
@pytest.mark.parametrize(
    "whats",
    [("edited", "deleted"), ("removed",), ("purged",),
     *(pytest.param((what,), marks=pytest.mark.nightly) for what in ("added", "renamed"))],
)  # fmt: skip
def test_all_kinds_come_back_together(whats: tuple[str, ...], world: World) -> None:
    rows = [row for what in whats for row in ROWS[what] if row.together]
    brought_back(world, rows, renamed="renamed" in whats)


@pytest.mark.slow
def test_all_kinds_go_together(world: World) -> None:
    """The samples aren't in Git any more: they are deleted, each kind because it was asked for."""
    prune = [word for kind in PRUNED for word in ("--prune", kind)]
    start = len(writes(world))
    done = world.run("apply", "before", "--yes", "--allow", "tier-0", *prune)
    assert done.code == 0, done.out + done.err
    assert Counter(operations(world, start)) == Counter(write for found in PRUNED.values() for write in found)
    assert second(world, "before", *prune) == []


@pytest.mark.nightly
@pytest.mark.parametrize("what", ROWS)
def test_it_is_undone_and_done_again_once_git_has_it(what: str, world: World) -> None:
    rows = [row for row in ROWS[what] if row.together]
    for row in rows:
        row.deed(world)
    assert world.run("export").code == 0
    world.git("tag", "after")
    for ref in ("samples", "after"):
        done = world.run("apply", ref, "--yes", "--allow", "tier-0")
        assert done.code == 0, done.out + done.err
        second(world, ref)


PAIRS = [(one, other) for one in ("edited", "added", "removed") for other in ROWS
         if one != other and (one, other) != ("removed", "added")]  # fmt: skip


@pytest.mark.nightly
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_one_after_the_other_comes_back_in_one_apply(one: str, other: str, world: World) -> None:
    """What is wrong with a resource in one way, and with all others in another, is no matter of two applies."""
    for row in (*ROWS[one], *ROWS[other]):
        if row.together:
            row.deed(world)
    # Where a secret is lost and another one added, the last valid one goes.
    done = world.run("apply", "samples", "--yes", "--allow", "tier-0", "--allow", "last-credential")
    assert done.code == 0, done.out + done.err
    second(world)


EACH = [(what, row) for what, rows in ROWS.items() for row in rows]
NAMES = ["-".join(filter(None, (row.kind.rsplit("/", 1)[-1], what, row.part))) for what, row in EACH]


@pytest.mark.nightly
@pytest.mark.parametrize(("what", "row"), EACH, ids=NAMES)
def test_each_comes_back_alone(what: str, row: Row, world: World) -> None:
    brought_back(world, [row], renamed=what == "renamed")


def test_every_cell_of_the_table_is_filled_or_says_why_not() -> None:
    modules = (directory, applications, conditional_access, policies, roles)
    assert set(CORE) == {kind.kind for module in modules for kind in module.KINDS}
    made = {kind_of(address) for address in FILES}
    filled = {("authored", kind) for kind in made} | {(what, row.kind) for what, row in EACH}
    empty = {(what, kind) for what, reasons in EMPTY.items() for kind in reasons}
    assert filled & empty == set()
    assert filled | empty == {(what, kind) for what in ("authored", *ROWS) for kind in CORE}


FURTHER = {("groups", "groupLifecyclePolicies"), ("groups", "settings"), ("groups", "photo"),
           ("domains", "federationConfiguration"),
           ("organization", "certificateBasedAuthConfiguration"),
           ("applications", "sponsors"), ("servicePrincipals", "sponsors"), ("applications", "inheritablePermissions"),
           ("applications", "logo"), ("applications", "onPremisesPublishing"),
           ("servicePrincipals", "agentIdentitySponsors"), ("servicePrincipals", "agentIdentityBlueprintId"),
           ("users", "signInPreferences"),
           ("users", "methods"), ("users", "photo"), ("users", "requirements")}  # fmt: skip
"""Relationships beyond the core: see test_rows_further.py, _agents, _people, _published."""


@pytest.mark.parametrize("what", ["added", "removed"])
def test_every_relationship_is_in_the_table(what: str) -> None:
    relations = {(kind, relation.name) for kind in CORE for relation in CATALOG[kind].relations} - FURTHER
    assert relations - {(row.kind, row.part) for row in ROWS[what]} == (
        {("users", "manager")} if what == "added" else set()  # there is one: see "edited"
    )
