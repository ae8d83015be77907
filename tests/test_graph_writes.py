"""Writes through the client: sent, answered, and sent again only where that can do no harm."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from graph_checks import asked, connect, run
from graph_stub import Reply, Stub, talk
from sandbox_writing import new_group, new_user, ref
from test_graph_policy import Skipping

from entragit.errors import GraphError, RefusedError
from entragit.graph.answers import UNREACHABLE, UNTRUSTED, Answer, is_unsure
from entragit.graph.client import Graph
from entragit.graph.retry import CONFLICTS, Sort, verdict
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

WRITES = ("Directory.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All")
HASTE = 100.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)

CONFLICT = {"error": {"code": "Directory_ConcurrencyViolation", "message": "later"}}
TAKEN = {"error": {"code": "Request_MultipleObjectsWithSameKeyValue", "message": "taken"}}
HALF = {"broken": "connectionLost"}

# An answer, and whether a read, a write that says what shall be, and a POST are sent again after it.
AGAIN: list[tuple[Answer, bool, bool, bool]] = [
    (Answer(429, {}), True, True, True),
    (Answer(503, {"retry-after": "1"}), True, True, True),
    (Answer(503, {}), True, True, False),
    (Answer(500, {}), True, True, False),
    (Answer(504, {}), True, True, False),
    (Answer(408, {}), True, True, False),
    (Answer(423, {}), True, True, True),
    (Answer(0, {}, **HALF), True, True, False),
    (Answer(201, {}, broken="invalidJson"), True, True, False),
    (Answer(0, {}, broken=UNREACHABLE), True, True, True),
    (Answer(0, {}, broken=UNTRUSTED), False, False, False),
    (Answer(409, {}, CONFLICT), False, True, False),
    (Answer(409, {}, TAKEN), False, False, False),
    (Answer(400, {}), False, False, False),
    (Answer(403, {}), False, False, False),
    (Answer(404, {}), False, False, False),
    (Answer(501, {}), False, False, False),
]


@pytest.mark.parametrize(("answer", "read", "write", "make"), AGAIN)
def test_what_is_sent_again_is_a_question_of_harm(answer: Answer, read: bool, write: bool, make: bool) -> None:
    sorts: list[Sort] = ["read", "write", "make"]
    verdicts = [verdict(answer, 1, 0.0, False, NOW, 0.5, sort) for sort in sorts]
    assert [found.action == "again" for found in verdicts] == [read, write, make]


def test_a_conflict_is_not_waited_for_for_ever() -> None:
    actions = [verdict(Answer(409, {}, CONFLICT), tries, 0.0, False, NOW, 0.5, "write").action for tries in range(1, 9)]
    assert actions.count("again") == CONFLICTS - 1


def test_each_method_does_what_it_says(sandbox: Sandbox, tenant: Tenant) -> None:
    async def work(graph: Graph) -> list[Any]:
        user = await graph.write("POST", "/users", new_user(tenant, "ada"))
        other = await graph.write("POST", "/users", new_user(tenant, "bob"))
        group = await graph.write("POST", "/groups", new_group("g"))
        answers = [
            await graph.write("PATCH", f"/users/{user['id']}", {"jobTitle": "x"}),
            await graph.write("PUT", f"/users/{user['id']}/manager/$ref", ref(other["id"])),
            await graph.write("POST", f"/groups/{group['id']}/members/$ref", ref(user["id"])),
            await graph.write("DELETE", f"/users/{other['id']}"),
        ]
        return [*answers, await graph.write("POST", f"/directory/deletedItems/{other['id']}/restore")]

    *empty, restored = run(sandbox, connect(sandbox, tenant, *WRITES, "User.DeleteRestore.All"), work)
    users = {body["displayName"]: body for body in tenant.objects["users"].values()}
    assert empty == [None] * 4
    assert restored["id"] == users["bob"]["id"]
    assert users["ada"]["jobTitle"] == "x"
    assert list(tenant.links["groups/members"].values()) == [[users["ada"]["id"]]]
    assert tenant.links["users/manager"][users["ada"]["id"]] == [users["bob"]["id"]]


@pytest.mark.parametrize("effect", ["lost", "half", "reset"])
def test_a_post_whose_answer_is_lost_is_not_sent_again(sandbox: Sandbox, tenant: Tenant, effect: Any) -> None:
    tenant.faults.append(Fault("POST users", effect))

    async def work(graph: Graph) -> GraphError:
        with pytest.raises(GraphError) as caught:
            await graph.write("POST", "/users", new_user(tenant, "ada"))
        return caught.value

    error = run(sandbox, connect(sandbox, tenant, *WRITES), work, haste=HASTE)
    assert (error.status, is_unsure(error), len(asked(tenant, "users"))) == (0, True, 1)
    assert len(tenant.objects.get("users", {})) == (effect != "reset")


@pytest.mark.parametrize(("method", "effect"), list(itertools.product(["PATCH", "DELETE"], ["lost", "reset"])))
def test_other_writes_are_sent_until_they_are_answered(
    sandbox: Sandbox, tenant: Tenant, method: str, effect: Any
) -> None:
    async def work(graph: Graph) -> int:
        path = f"/users/{(await graph.write('POST', '/users', new_user(tenant, 'ada')))['id']}"
        tenant.faults.append(Fault(f"{method} users", effect, times=2))
        try:
            await graph.write(method, path, {"jobTitle": "x"} if method == "PATCH" else None)
        except GraphError as error:
            return error.status
        return 204

    status = run(sandbox, connect(sandbox, tenant, *WRITES), work, haste=HASTE)
    gone = method == "DELETE" and effect == "lost"  # the second one finds nothing any more
    assert status == (404 if gone else 204)
    assert [body["jobTitle"] for body in tenant.objects["users"].values()] == (["x"] if method == "PATCH" else [])


@pytest.mark.parametrize(
    "fault", [Fault("users", status=429, retry_after=2), Fault("users", status=503, retry_after=1)]
)
def test_a_throttled_post_is_made_once(sandbox: Sandbox, tenant: Tenant, fault: Fault) -> None:
    tenant.faults.append(fault)

    async def work(graph: Graph) -> Any:
        return await graph.write("POST", "/users", new_user(tenant, "ada"))

    made = run(sandbox, connect(sandbox, tenant, *WRITES), work, haste=HASTE)
    assert list(tenant.objects["users"]) == [made["id"]]
    assert asked(tenant, "users") == [fault.status, 201]


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_write_is_asked_about_before_each_sending(sandbox: Sandbox, tenant: Tenant, allowed: int) -> None:
    tenant.faults.append(Fault("users", status=429, times=None, retry_after=1))
    seen: list[int] = []

    async def ready() -> None:
        seen.append(len(asked(tenant, "users")))
        if len(seen) > allowed:
            raise RefusedError("no more")

    async def work(graph: Graph) -> None:
        with pytest.raises(RefusedError, match="no more"):
            await graph.write("POST", "/users", new_user(tenant, "ada"), ready=ready)

    run(sandbox, connect(sandbox, tenant, *WRITES), work, haste=HASTE)
    assert seen == list(range(allowed + 1))
    assert asked(tenant, "users") == [429] * allowed


def test_more_writes_than_the_quota_allows_are_paced(sandbox: Sandbox, tenant: Tenant) -> None:
    many = 60
    tenant.faults.append(Fault("POST users", status=429, times=3, after=20, retry_after=5))

    async def work(graph: Graph) -> None:
        await asyncio.gather(*(graph.write("POST", "/users", new_user(tenant, f"u{n}")) for n in range(many)))

    run(sandbox, connect(sandbox, tenant, *WRITES), work, haste=HASTE)
    assert len(tenant.objects["users"]) == many
    assert sorted(asked(tenant, "users")) == [201] * many + [429] * 3


def test_conditional_access_is_written_at_one_request_a_second(sandbox: Sandbox, tenant: Tenant) -> None:
    permissions = ("Policy.ReadWrite.ConditionalAccess", "Policy.Read.All", "Application.Read.All")
    place = {"@odata.type": "#microsoft.graph.countryNamedLocation", "countriesAndRegions": ["DE"]}

    async def work(graph: Graph) -> None:
        path = "/identity/conditionalAccess/namedLocations"
        for n in range(4):
            await graph.write("POST", path, {**place, "displayName": f"{n}"}, quota="conditionalAccess")

    run(sandbox, connect(sandbox, tenant, *permissions), work)
    assert asked(tenant, "namedLocations") == [201] * 4


def test_an_answer_without_content_is_no_failure() -> None:
    stub = Stub({"/users/1": [Reply(b"", 200)], "/users/1/do": [Reply(b"", 202)], "/users": [Reply(b"not json", 201)]})

    async def work(graph: Graph) -> GraphError:
        assert await graph.write("PATCH", "/users/1", {"a": 1}) is None
        assert await graph.write("POST", "/users/1/do", {"ü": None}) is None
        with pytest.raises(GraphError) as caught:
            await graph.write("POST", "/users", {})
        return caught.value

    assert talk(stub, work, Skipping()).status == 0  # it was made, but who knows what
    assert [seen.body for seen in stub.seen] == [{"a": 1}, {"ü": None}, {}]
