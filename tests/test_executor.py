"""One operation after the other on the sandbox: killed anywhere, answered or not, seen late, refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from executing import UNITS, Bench, change, joined, made, new_user_of, points, small_plan, state_of
from graph_checks import asked
from sandbox_small import put
from sandbox_writing import new_group

from entragit.apply.executor import Executor
from entragit.errors import RefusedError
from entragit.journal import Result, journal
from entragit.plan import Operation
from entragit.sandbox import removal
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant
from entragit.shapes.writing import FOUND

WHOLE = {"made": ["West", "ada", "bob", "g"], "members": [("g", ["ada", "bob"])], "described": ["d"]}


@pytest.fixture
def bench(sandbox: Sandbox, tmp_path: Path) -> Bench:
    tenant = Tenant("9d3c0f3e-5a1b-4c1d-8e2f-000000000001", "contoso.example")
    tenant.options.quotas = False
    sandbox.add(tenant)
    return Bench(sandbox, tenant, tmp_path)


def outcomes(results: list[Result]) -> list[str]:
    return [result.outcome for result in results]


def writes(tenant: Tenant) -> list[tuple[str, str]]:
    return [(method, path.split("?")[0]) for method, path, _ in tenant.requests if method != "GET"]


def test_operations_are_done_in_turn_and_once(bench: Bench) -> None:
    assert outcomes(bench.run(small_plan)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE
    sent = writes(bench.tenant)
    assert outcomes(bench.run(small_plan, again=True)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE
    again = writes(bench.tenant)[len(sent) :]
    assert [path.split("/")[0] for _, path in again] == ["groups"] * 3, "the journal says that the rest is made"


@pytest.mark.parametrize("disk", ["kept", "lost"])
@pytest.mark.parametrize(("at", "after"), list(points()))
def test_killed_anywhere_the_rerun_ends_in_the_same_state(bench: Bench, at: int, after: bool, disk: str) -> None:
    assert bench.run(small_plan, at=at, after=after) is None
    if disk == "lost":
        bench.forget()
    assert outcomes(bench.run(small_plan, again=True)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE


@pytest.mark.parametrize("effect", ["lost", "reset", "half"])
@pytest.mark.parametrize("at", range(7))
def test_an_answer_that_is_lost_costs_nothing(bench: Bench, at: int, effect: Any) -> None:
    bench.tenant.faults.append(Fault("^(POST|PATCH) (?!.*batch)", effect, after=at))
    assert outcomes(bench.run(small_plan)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE


async def joint_plan(executor: Executor) -> list[Result]:
    """Two users and a group, which both join by one call."""
    people = [("users", name, new_user_of("contoso.example", name)) for name in ("ada", "bob")]
    bodies = [*people, ("groups", "g", new_group("g"))]
    results = [await executor.do(made(kind, name, dict(body)), change(kind, name)) for kind, name, body in bodies]
    *ids, group = (result.id for result in results)
    parts = tuple(joined(group, one) for one in ids)
    addresses = [(part.body or {})["@odata.id"] for part in parts]
    both = Operation(f"{group} members", f"groups/{group}", "link", "PATCH", f"/groups/{group}", "Add both",
                     {"members@odata.bind": addresses}, parts=parts)  # fmt: skip
    return [*results, await executor.do(both, change("groups", "g"))]


@pytest.mark.parametrize("effect", ["lost", "reset", "half"])
@pytest.mark.parametrize("again", [False, True])
def test_members_that_are_there_already_keep_nobody_out(bench: Bench, effect: Any, again: bool) -> None:
    """A call for several is refused whole where one is there: of a lost call, or seen too late by who asked."""
    bench.tenant.faults.append(Fault("^PATCH groups", effect))
    if again:
        assert bench.run(joint_plan, at=4, after=False) is None
        group, ada = (key for kind in ("groups", "users") for key, body in bench.tenant.objects[kind].items()
                      if body["displayName"] in ("g", "ada"))  # fmt: skip
        bench.tenant.links.setdefault("groups/members", {})[group] = [ada]
    assert outcomes(bench.run(joint_plan, again=again)) == ["done"] * 4
    assert state_of(bench.tenant)["members"] == [("g", ["ada", "bob"])]


@pytest.mark.parametrize("effect", ["lost", "reset"])
def test_lost_again_and_again_it_is_made_once(bench: Bench, effect: Any) -> None:
    bench.tenant.faults.append(Fault("^POST users", effect, times=3))
    assert outcomes(bench.run(small_plan)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_storm_of_errors_passes(bench: Bench, status: int) -> None:
    for n in range(6):
        fault = Fault("^(POST|PATCH)", status=status, times=1, after=2 * n, retry_after=1 if n % 2 else None)
        bench.tenant.faults.append(fault)
    assert outcomes(bench.run(small_plan)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE


def test_what_is_not_seen_yet_is_awaited(bench: Bench) -> None:
    bench.tenant.options.lag, bench.haste = 8.0, 1.0
    assert outcomes(bench.run(small_plan)) == ["done"] * 7
    assert state_of(bench.tenant) == WHOLE
    assert 404 in asked(bench.tenant, "members/$ref")


def test_what_is_not_listed_yet_is_not_made_twice(bench: Bench) -> None:
    bench.tenant.options.lag, bench.haste = 8.0, 1.0
    bench.tenant.faults.append(Fault("^POST (users|groups)", "lost", times=None))
    bench.tenant.faults.append(Fault("^POST directory", "lost"))
    bench.run(small_plan, at=2, after=True)
    bench.forget()
    assert outcomes(bench.run(small_plan, again=True))[:4] == ["done"] * 4
    assert state_of(bench.tenant)["made"] == WHOLE["made"]


def test_an_error_that_waiting_does_not_mend_is_not_waited_for(bench: Bench) -> None:
    async def work(executor: Executor) -> Result:
        found = await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))
        wrong = replace(joined(found.id, "not-an-id"), body={"@odata.id": "https://elsewhere.example/x"})
        return await executor.do(wrong, change("groups", "g"))

    result = bench.run(work)
    assert (result.outcome, result.unsure) == ("failed", False)
    assert result.why.startswith("400 ")
    assert len(asked(bench.tenant, "members/$ref")) == 1


def twice(executor: Executor) -> Any:
    """Two groups that nothing tells apart."""
    one = made("groups", "g", new_group("g"))
    return [(one, change("groups", "g")), (replace(one, key="other"), change("groups", "g"))]


def test_two_of_a_kind_are_two(bench: Bench) -> None:
    async def work(executor: Executor) -> list[Result]:
        return [await executor.do(*pair) for pair in twice(executor)]

    first, second = bench.run(work)
    assert first.id != second.id
    assert bench.held("groups") == ["g", "g"]


@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_where_several_could_be_ours_nobody_guesses(bench: Bench, disk: str) -> None:
    async def work(executor: Executor) -> Result:
        return await executor.do(*twice(executor)[0])

    bench.run(work, at=1, after=True)
    stranger = put(bench.tenant, "groups", displayName="g", createdDateTime=stamp(bench.tenant.now()))
    if disk == "lost":
        bench.forget()
    with pytest.raises(RefusedError, match=f"Create g: its answer was lost, and 2 objects.*{stranger}"):
        bench.run(work, again=True)
    assert bench.held("groups") == ["g", "g"]


@pytest.mark.parametrize("disk", ["kept", "lost"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["groups", UNITS])
def test_what_was_there_before_is_not_taken_for_ours(bench: Bench, kind: str, after: bool, disk: str) -> None:
    # However young it is, and though it is the same in every property.
    body = new_group("g") if kind == "groups" else {"displayName": "g"}
    before = put(bench.tenant, kind, **{**body, "createdDateTime": stamp(bench.tenant.now())})
    operation = made(kind, "g", body)
    bench.others = {operation.key: (before,)}

    async def work(executor: Executor) -> Result:
        return await executor.do(operation, change(kind, "g"))

    bench.run(work, at=1, after=after)
    if disk == "lost":
        bench.forget()
    result = bench.run(work, again=True)
    assert result.outcome == "done"
    assert result.id != before
    assert bench.held(kind) == ["g", "g"]


@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_what_only_has_the_name_is_nobodys_guess(bench: Bench, disk: str) -> None:
    async def work(executor: Executor) -> Result:
        return await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))

    bench.run(work, at=1)
    stranger = put(bench.tenant, "groups", **{**new_group("g"), "description": "mine", "securityEnabled": False})
    if disk == "lost":
        bench.forget()
    with pytest.raises(RefusedError, match=rf"{stranger}, which is called the same.*\(securityEnabled\); delete it"):
        bench.run(work, again=True)
    bench.tenant.objects["groups"][stranger]["displayName"] = "h"
    assert bench.run(work, again=True).outcome == "done"
    assert bench.held("groups") == ["g", "h"]


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("lost", range(3))
def test_of_several_alike_each_is_made_once(bench: Bench, lost: int) -> None:
    # All at the same time, and one answer lost: what the others make isn't taken for it.
    bench.tenant.faults.append(Fault("^POST groups", "lost", after=lost))
    many = [replace(made("groups", "g", new_group("g")), key=f"g{n}") for n in range(3)]

    async def work(executor: Executor) -> list[Result]:
        return list(await asyncio.gather(*(executor.do(one, change("groups", "g")) for one in many)))

    results = bench.run(work)
    assert len({result.id for result in results}) == 3
    assert bench.held("groups") == ["g"] * 3


def test_a_run_elsewhere_in_between_is_not_forgotten(bench: Bench) -> None:
    # Run here and die, run elsewhere and die after making g, run here twice: the last one still has to look for it.
    async def nothing(executor: Executor) -> None:
        executor.clock.now()

    async def work(executor: Executor) -> Result:
        return await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))

    bench.run(nothing)
    path = next(bench.folder.glob("journal-*"))
    here = path.read_bytes()
    bench.forget()
    bench.run(work, at=1, after=True)
    path.write_bytes(here)
    with journal(bench.folder, "d") as log:
        log.begin("r3", datetime.now(UTC).timestamp())
    bench.run(nothing, again=True)
    assert bench.run(work, again=True).outcome == "done"
    assert bench.held("groups") == ["g"]


@pytest.mark.parametrize("effect", ["lost", "reset"])
@pytest.mark.parametrize("lag", [0.0, 4.0])
def test_a_restore_whose_answer_is_lost_is_done(bench: Bench, effect: Any, lag: float) -> None:
    bench.haste, bench.tenant.options.lag = 1.0 if lag else 100.0, lag

    async def work(executor: Executor) -> Result:
        ada = (
            await executor.do(made("users", "ada", new_user_of("contoso.example", "ada")), change("users", "ada"))
        ).id
        removal.remove(bench.tenant, "users", ada, soft=True)
        bench.tenant.faults.append(Fault("^POST directory/deletedItems", effect))
        back = Operation("r", "users/ada", "create", "POST", f"/directory/deletedItems/{ada}/restore", "Restore ada",
                         done=("Request_ResourceNotFound",))  # fmt: skip
        return await executor.do(back, change("users", "ada"))

    assert bench.run(work).outcome == "done"
    assert bench.held("users") == ["ada"]


def test_a_restore_of_what_is_gone_fails_at_once(bench: Bench) -> None:
    async def work(executor: Executor) -> Result:
        back = Operation("r", "users/ada", "create", "POST", "/directory/deletedItems/0-0/restore", "Restore ada",
                         done=("Request_ResourceNotFound",))  # fmt: skip
        return await executor.do(back, change("users", "ada"))

    result = bench.run(work)
    assert (result.outcome, result.why.split()[0]) == ("failed", "404")


def test_a_refusal_names_what_is_missing(bench: Bench) -> None:
    bench.permissions = ("Group.Read.All", "User.ReadWrite.All")

    async def work(executor: Executor) -> Result:
        return await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))

    result = bench.run(work)
    assert result.outcome == "failed"
    assert "403 Authorization_RequestDenied" in result.why
    assert "grant Group.ReadWrite.All and run again" in result.why
    bench.permissions = ("Group.ReadWrite.All",)
    assert bench.run(work, again=True).outcome == "done", "what failed is tried again"


def test_what_is_done_already_is_done(bench: Bench) -> None:
    async def work(executor: Executor) -> list[Result]:
        results = await small_plan(executor)
        ada = results[0].id
        gone = Operation("gone", "groups/g", "delete", "DELETE", f"/users/{ada}", "Delete ada")
        return [
            await executor.do(replace(joined(results[2].id, ada), key="once more"), change("groups", "g")),
            await executor.do(gone, change("users", "ada")),
            await executor.do(replace(gone, key="twice"), change("users", "ada")),
        ]

    assert outcomes(bench.run(work)) == ["done"] * 3
    assert bench.held("users") == ["bob"]


def test_a_page_of_another_server_deletes_nothing(bench: Bench) -> None:
    async def work(executor: Executor) -> Result:
        results = await small_plan(executor)
        bench.tenant.faults.append(Fault("^DELETE users", "foreign", status=404, times=None))
        gone = Operation("gone", "users/ada", "delete", "DELETE", f"/users/{results[0].id}", "Delete ada")
        return await executor.do(gone, change("users", "ada"))

    assert bench.run(work).outcome == "failed"
    assert bench.held("users") == ["ada", "bob"]


def test_an_element_is_found_by_what_tells_it(bench: Bench) -> None:
    async def work(executor: Executor) -> list[Result]:
        await small_plan(executor)
        one = Operation("del", "groups/g", "link", "DELETE", f"/users/{FOUND}", "Delete ada", probe=("/users", ()),
                        matches={"displayName": "ADA"})  # fmt: skip
        none = replace(one, key="none", matches={"displayName": "nobody"})
        return [await executor.do(operation, change("users", "ada")) for operation in (one, none)]

    assert outcomes(bench.run(work)) == ["done", "done"]
    assert bench.held("users") == ["bob"]


def test_the_next_operation_waits_for_what_it_needs(bench: Bench) -> None:
    bench.haste = 1.0

    async def work(executor: Executor) -> Result:
        group = (await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))).id
        bench.tenant.faults.append(Fault(f"^GET groups/{group}", status=404, times=2))
        patch = Operation("p", "groups/g", "link", "PATCH", f"/groups/{group}", "Describe", {"description": "d"},
                          awaits=(f"/groups/{group}", "", {"description": "d"}))  # fmt: skip
        return await executor.do(patch, change("groups", "g"))

    assert bench.run(work).outcome == "done"
    seen = [status for method, path, status in bench.tenant.requests if method == "GET" and path.startswith("groups/")]
    assert seen == [404, 404, 200]


def test_a_password_is_sent_and_kept_nowhere(bench: Bench) -> None:
    body = {"accountEnabled": True, "displayName": "eve", "mailNickname": "eve",
            "userPrincipalName": "eve@contoso.example", "passwordProfile": {}}  # fmt: skip

    async def work(executor: Executor) -> Result:
        new = made("users", "eve", body, secret=("passwordProfile", "password"))
        return await executor.do(new, change("users", "eve"))

    assert bench.run(work).outcome == "done"
    assert all(b"Corr3ct" not in path.read_bytes() for path in bench.folder.iterdir())


def test_a_run_that_has_lost_its_lease_writes_no_more(bench: Bench) -> None:
    async def work(executor: Executor) -> None:
        async def dead() -> None:
            raise RefusedError("taken")

        await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))
        executor.alive = dead
        with pytest.raises(RefusedError, match="taken"):
            await executor.do(made("groups", "h", new_group("h")), change("groups", "h"))

    bench.run(work)
    assert bench.held("groups") == ["g"]


def test_a_run_that_loses_its_lease_while_it_is_throttled_writes_no_more(bench: Bench) -> None:
    bench.tenant.faults.append(Fault("^POST groups", status=429, times=1, retry_after=1))

    async def work(executor: Executor) -> None:
        async def once() -> None:
            if asked(bench.tenant, "groups"):
                raise RefusedError("taken")

        executor.alive = once
        with pytest.raises(RefusedError, match="taken"):
            await executor.do(made("groups", "g", new_group("g")), change("groups", "g"))

    bench.run(work)
    assert (bench.held("groups"), asked(bench.tenant, "groups")) == ([], [429])
