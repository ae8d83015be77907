"""Names that only one can have, moved around among the living, the deleted and strangers: each has its own again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from applying import FEDERATED, applied, clone, federated, fresh, second_plan, writes
from executing import Killed
from sandbox_writing import Writer
from worlds import Result, World

from entragit.apply.waiting import SETTLING, patience
from entragit.errors import GraphError
from entragit.git.refs import TENANT
from entragit.plan import Entry
from entragit.planfile import from_json
from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Fault
from entragit.sandbox.store import Object

NAMES = ("ada", "bea", "cleo")
TEAM = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
UPN, URIS = "userPrincipalName", "identifierUris"
# The simulated kill leaves the socket of the write that it cuts open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def company(well: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = fresh(well, tmp_path_factory.mktemp("names") / "own")
    tenant = world.tenant
    for number, app in enumerate(apps(world)):
        app[URIS] = [f"https://{tenant.domain}/{number}", f"https://{tenant.domain}/{number}/more"]
        app["api"]["oauth2PermissionScopes"] = []
        for name, subject in (("one", "repo:one"), ("two", "repo:two")):
            one = federated(tenant, name, subject)
            tenant.children[FEDERATED][app["id"]] |= {one["id"]: one}
        tenant.touch("applications", app["id"])
    with acting(world) as writer:
        for name in NAMES:
            writer.user(name, department="Sales")
            writer.group(f"team-{name}", **TEAM, mailNickname=f"team-{name}")
    done = world.run("export")
    assert done.code == 0, done
    world.extra["before"] = world.git("rev-parse", TENANT)
    return world


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return fresh(company, tmp_path / "own")


def people(world: World) -> list[Object]:
    """The users whom all this happens to, in the order of their names."""
    return [body for name in NAMES for body in world.tenant.objects["users"].values() if body["displayName"] == name]


def apps(world: World) -> list[Object]:
    return list(world.tenant.objects["applications"].values())


def ids(found: list[Object]) -> list[str]:
    return [str(body["id"]) for body in found]


@contextmanager
def acting(world: World) -> Iterator[Writer]:
    """Somebody who writes to the tenant as strictly as anyone."""
    writer = Writer(tenant=world.tenant)
    writer.administer()
    yield writer
    removal.forget(world.tenant, writer.client.principal)
    del world.tenant.clients[writer.client.id]
    world.sandbox.add(world.tenant)


def move(world: World, kind: str, name: str, to: Mapping[str, Any]) -> None:
    """Give objects each other's values, as only many steps of people can."""
    for id_, value in to.items():
        portal.edit(world.tenant, kind, id_, "Update", **{name: value})


def told(world: World, kind: str, name: str) -> dict[str, Any]:
    return {id_: copy.deepcopy(body[name]) for id_, body in world.tenant.objects[kind].items()}


def turned(values: list[Any], by: int = 1) -> list[Any]:
    return [*values[by:], *values[:by]]


def back(world: World, *args: str) -> tuple[Result, int]:
    """Apply the commit, and see that a second plan has nothing to do; with the number of writes."""
    start = len(writes(world))
    done = world.run("apply", world.extra["before"], "--yes", *args)
    assert done.code == 0, done.out + done.err
    sent = len(writes(world)) - start
    second = second_plan(world, world.extra["before"], *args)
    assert (second.code, second.err) == (0, ""), second.out
    return done, sent


def entries(world: World, *args: str) -> list[Entry]:
    """The lines of the ledger of which somebody else has what is asked for."""
    plan = from_json(world.run("plan", world.extra["before"], "--format", "json", *args).out)
    return [entry for entry in plan.ledger if entry.what == "taken"]


def teams(world: World) -> list[Object]:
    return [body for body in world.tenant.objects["groups"].values() if str(body["mailNickname"]).startswith("team-")]


# Kind → its objects that move, and the property.
MOVING: Mapping[str, tuple[Callable[[World], list[Object]], str]] = {
    "users": (people, UPN),
    "groups": (teams, "mailNickname"),
    "applications": (apps, URIS),
}


@pytest.mark.slow
def test_all_that_moved_in_one_night_goes_back_at_once_as_it_was_reviewed(world: World, tmp_path: Path) -> None:
    before = {kind: told(world, kind, name) for kind, (_, name) in MOVING.items()}, credentials(world)
    for kind, (some, name) in MOVING.items():
        own = ids(some(world))
        move(world, kind, name, dict(zip(own, turned([before[0][kind][id_] for id_ in own]), strict=True)))
    turn_credentials(world)
    file, start = tmp_path / "plan.json", len(world.tenant.audits)
    shown = world.run("plan", world.extra["before"], "--out", str(file)).out
    assert ("stage free" in shown, "for the time being" in " ".join(shown.split())) == (True, True)
    freed = [one for change in from_json(file.read_text()).changes for one in change.freed]
    interim = next(one.value for one in freed if one.name == UPN and one.value not in before[0]["users"].values())
    assert world.run("apply", "--yes", "--plan", str(file)).code == 0
    said = [row["newValue"] for record in world.tenant.audits[start:]
            for row in record["targetResources"][0]["modifiedProperties"] if row["displayName"] == UPN]  # fmt: skip
    assert (interim in shown, sum(interim in str(value) for value in said)) == (True, 1)
    assert ({kind: told(world, kind, name) for kind, (_, name) in MOVING.items()}, credentials(world)) == before
    assert second_plan(world, world.extra["before"]).code == 0


@pytest.mark.nightly
@pytest.mark.parametrize(("kind", "count"), [("users", 2), ("users", 3), ("groups", 3), ("applications", 3)])
def test_what_went_round_goes_back(kind: str, count: int, world: World) -> None:
    some, name = MOVING[kind]
    before, own = told(world, kind, name), ids(some(world))[:count]
    move(world, kind, name, dict(zip(own, turned([before[id_] for id_ in own]), strict=True)))
    _, sent = back(world)
    assert told(world, kind, name) == before
    # One has another name for the time being; of lists all let go before any takes.
    assert sent == (count * 2 if kind == "applications" else count + 1)


def test_what_is_not_seen_to_be_let_go_is_waited_for() -> None:
    said = "Another object with the same value for property userPrincipalName already exists."
    assert patience(GraphError(400, "Request_BadRequest", said, "/users")) == SETTLING


@pytest.mark.nightly
def test_graph_may_take_a_while_to_let_go(world: World) -> None:
    before, own = told(world, "users", UPN), ids(people(world))[:2]
    move(world, "users", UPN, dict(zip(own, turned([before[id_] for id_ in own]), strict=True)))
    slow = Fault("^PATCH .*users", status=400, code="same value for property", times=2, after=1)
    world.tenant.faults.append(slow)
    assert back(world)[1] == 5
    assert told(world, "users", UPN) == before


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["users", "groups"])
def test_a_chain_goes_back_at_once(kind: str, world: World) -> None:
    some, name = MOVING[kind]
    before, own = told(world, kind, name), ids(some(world))
    free = f"free@{world.tenant.domain}" if kind == "users" else "free"
    move(world, kind, name, dict(zip(own, [*(before[id_] for id_ in own[1:]), free], strict=True)))
    assert back(world)[1] == len(own)
    assert told(world, kind, name) == before


def delete(writer: Writer, kind: str, id_: str, *, purged: bool = False) -> None:
    writer.do("DELETE", f"{kind}/{id_}")
    if purged:
        removal.purge(writer.tenant, kind, id_)


def hired(world: World, purged: bool) -> tuple[Object, str]:
    """Somebody who is gone, and the id of the new colleague who has the name."""
    ada = copy.deepcopy(people(world)[0])
    with acting(world) as writer:
        delete(writer, "users", ada["id"], purged=purged)
        return ada, writer.user("ada", displayName="Another Ada", department="New")


@pytest.mark.slow
@pytest.mark.parametrize("purged", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_a_new_hire_keeps_the_name_of_somebody_deleted(purged: bool, world: World) -> None:
    ada, hire = hired(world, purged)
    (line,) = entries(world)
    assert (line.address, line.property, hire in line.why) == (f"users/{ada[UPN]}", "", True)
    assert ("--prune users" in line.follow_up, "deleted items" in line.follow_up) == (True, not purged)
    assert back(world)[1] == 0
    assert world.tenant.objects["users"][hire]["department"] == "New"
    assert (ada["id"] in world.tenant.deleted["users"]) is not purged


@pytest.mark.nightly
@pytest.mark.parametrize("purged", [False, True])
def test_a_new_hire_that_is_pruned_goes_first(purged: bool, world: World) -> None:
    ada, hire = hired(world, purged)
    back(world, "--prune", "users", "--allow", "limits")
    assert [body["department"] for body in people(world)] == ["Sales"] * len(NAMES)
    assert hire not in world.tenant.objects["users"]
    assert (ada["id"] in world.tenant.objects["users"]) is not purged


@pytest.mark.nightly
def test_whoever_keeps_another_name_gets_the_rest_back(world: World) -> None:
    ada = people(world)[0]
    with acting(world) as writer:
        writer.do("PATCH", f"users/{ada['id']}", {UPN: f"ada2@{world.tenant.domain}", "department": "Lost"})
        writer.user("ada", displayName="Another Ada")
    (line,) = entries(world)
    assert line.property == UPN
    assert back(world)[1] == 1
    now = world.tenant.objects["users"][ada["id"]]
    assert (now[UPN].partition("@")[0], now["department"]) == ("ada2", "Sales")


@pytest.mark.nightly
@pytest.mark.parametrize("gone", ["", "deleted", "purged"])
def test_an_intruder_answers_to_what_an_application_was_called(gone: str, world: World) -> None:
    app = copy.deepcopy(apps(world)[1])
    with acting(world) as writer:
        if gone:
            delete(writer, "applications", app["id"], purged=gone == "purged")
        else:
            writer.do("PATCH", f"applications/{app['id']}", {URIS: [], "notes": "mine"})
        evil = writer.app("Updater", identifierUris=[app[URIS][0].upper().replace("HTTPS", "https")])
    lines = entries(world)
    assert {line.address.rpartition(".")[2] for line in lines} == {app["id"][:8]}
    assert [URIS in line.property for line in lines] == [gone != "deleted"]
    back(world)
    found = [body for body in apps(world) if body["displayName"] == app["displayName"]]
    assert [body[URIS] for body in found] == ([] if gone == "deleted" else [app[URIS][1:]])
    with acting(world) as writer:
        delete(writer, "applications", evil)
    back(world)
    (again,) = [body for body in apps(world) if body["displayName"] == app["displayName"]]
    assert (again[URIS], again["notes"]) == (app[URIS], app["notes"])
    assert (again["id"] == app["id"]) is (gone != "purged")


@pytest.mark.nightly
def test_somebody_deleted_under_a_name_that_another_shall_have(world: World) -> None:
    before = told(world, "users", UPN)
    ada, bea = (str(body["id"]) for body in people(world)[:2])
    move(world, "users", UPN, {ada: before[bea], bea: before[ada]})
    with acting(world) as writer:
        delete(writer, "users", ada)
    back(world)
    assert told(world, "users", UPN) == before


@pytest.mark.nightly
def test_one_that_is_made_anew_gets_its_name_from_one_that_is_there(world: World) -> None:
    before = told(world, "users", UPN)
    ada, bea = people(world)[:2]
    with acting(world) as writer:
        delete(writer, "users", ada["id"], purged=True)
        writer.do("PATCH", f"users/{bea['id']}", {UPN: before[ada["id"]]})
    back(world)
    assert sorted(told(world, "users", UPN).values()) == sorted(before.values())
    assert world.tenant.objects["users"][bea["id"]][UPN] == before[bea["id"]]


@pytest.mark.nightly
@pytest.mark.parametrize("pruned", [False, True])
def test_a_service_principal_that_was_made_once_more(pruned: bool, world: World) -> None:
    """There is one per application: it is the one, unless it shall go."""
    held = world.tenant.objects["servicePrincipals"]
    own = {app["appId"] for app in apps(world)}
    old = next(body for body in held.values() if body["appId"] in own)
    with acting(world) as writer:
        delete(writer, "servicePrincipals", old["id"])
        new = writer.make("servicePrincipals", {"appId": old["appId"], "notes": "evil"})
    back(world, *(("--prune", "servicePrincipals", "--allow", "limits") if pruned else ()))
    (now,) = [body for body in held.values() if body["appId"] == old["appId"]]
    assert ((now["id"] == new), now["notes"]) == (not pruned, None)


def credentials(world: World) -> dict[str, dict[str, str]]:
    return {app: {str(one["name"]): str(one["subject"]) for one in held.values()}
            for app, held in world.tenant.children[FEDERATED].items()}  # fmt: skip


def turn_credentials(world: World) -> None:
    """Those who sign in as an application from elsewhere have each other's rights."""
    for held in world.tenant.children[FEDERATED].values():
        some = list(held.values())
        for one, subject in zip(some, turned([body["subject"] for body in some]), strict=True):
            one["subject"] = subject


POINTS = [(at, after, disk) for at in range(1, 4) for after in (False, True) for disk in ("kept", "lost")]
SOME = {(1, True, "lost")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "after", "disk"),
    [pytest.param(*point, marks=() if point in SOME else pytest.mark.nightly) for point in POINTS],
)
def test_killed_on_the_way_the_rerun_ends_the_same(at: int, after: bool, disk: str, world: World) -> None:
    before, own = told(world, "users", UPN), ids(people(world))[:2]
    move(world, "users", UPN, dict(zip(own, turned([before[id_] for id_ in own]), strict=True)))
    with pytest.raises(Killed):
        applied(world, at, after)
    back(clone(world, "other") if disk == "lost" else world)
    assert told(world, "users", UPN) == before


@pytest.mark.nightly
@pytest.mark.parametrize("at", range(1, 5))
def test_killed_among_the_credentials_of_an_application(at: int, world: World) -> None:
    before = credentials(world)
    turn_credentials(world)
    with pytest.raises(Killed):
        applied(world, at, True)
    back(world)
    assert credentials(world) == before
