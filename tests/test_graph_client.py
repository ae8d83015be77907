"""The client against the local Entra, over TLS, through msgraph-sdk and azure-identity: reads, faults, tokens."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graph_checks import asked, connect, everything, found, members_of, run

from entragit.clock import Clock
from entragit.errors import GraphError, SignInError
from entragit.graph import delta
from entragit.graph.client import Graph, is_denied, is_unlicensed, open_graph
from entragit.model import Request
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

POLICIES = Request("/identity/conditionalAccess/policies", quota="conditionalAccess")


@pytest.fixture
def tenant(sandbox: Sandbox) -> Tenant:
    """A company of fifty that only this test has."""
    made = company(users=50, seed=7)
    sandbox.add(made)
    return made


def test_the_token_says_which_tenant_what_it_may_do_and_whose_it_is(sandbox: Sandbox, tenant: Tenant) -> None:
    async def work(graph: Graph) -> tuple[object, ...]:
        return graph.tenant_id, graph.permissions, graph.scopes, graph.who.app_id, graph.who.object_id

    where = connect(sandbox, tenant, "User.Read.All", "Policy.Read.All")
    client = tenant.clients[where.client_id]
    held = frozenset({"User.Read.All", "Policy.Read.All"})
    assert run(sandbox, where, work) == (tenant.id, held, frozenset(), client.id, client.principal)


def test_pages_hold_every_element_once(sandbox: Sandbox, tenant: Tenant) -> None:
    ids = run(sandbox, connect(sandbox, tenant), everything)
    assert sorted(ids) == sorted(tenant.objects["users"])
    assert asked(tenant, "users?") == [200] * 5


def test_an_empty_page_ends_nothing(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault(r"GET users\?", "empty_page", times=1, after=2))
    assert sorted(run(sandbox, connect(sandbox, tenant), everything)) == sorted(tenant.objects["users"])


def test_conditional_access_is_never_throttled_by_ourselves(sandbox: Sandbox, tenant: Tenant) -> None:
    ids = sorted(tenant.objects["identity/conditionalAccess/policies"])[:5]
    requests = [replace(POLICIES, path=f"{POLICIES.path}/{policy}") for policy in ids]
    results = run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many([POLICIES, *requests]))
    assert not [result for result in results if isinstance(result, GraphError)]
    assert [result[0]["id"] for result in results[1:] if isinstance(result, list)] == ids
    assert asked(tenant, "conditionalAccess/policies") == [200] * 6
    assert "$batch" not in str(tenant.requests)


def test_another_apps_use_of_conditional_access_is_waited_for(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault("conditionalAccess", status=429, code="TooManyRequests", times=4))
    assert run(sandbox, connect(sandbox, tenant), lambda graph: everything(graph, POLICIES))
    assert asked(tenant, "conditionalAccess") == [429] * 4 + [200]


def test_tokens_that_expire_mid_run_are_renewed(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.token_lifetime = 1.0
    requests, expected = members_of(tenant)

    async def work(graph: Graph) -> list[set[str] | GraphError]:
        await everything(graph)
        await asyncio.sleep(1.3)
        return found(await graph.read_many(requests)) if await everything(graph) else []

    assert run(sandbox, connect(sandbox, tenant), work) == expected


def test_many_refused_requests_renew_the_token_once(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault(r"GET users/", "expired", times=8))
    ids = sorted(tenant.objects["users"])[:8]

    async def work(graph: Graph) -> int:
        await asyncio.gather(*(graph.get(Request(f"/users/{user}")) for user in ids))
        return graph._sender.tokens.serial

    assert run(sandbox, connect(sandbox, tenant), work) <= 3


def test_requests_are_counted_and_batched(sandbox: Sandbox, tenant: Tenant) -> None:
    requests, _ = members_of(tenant)

    async def work(graph: Graph) -> tuple[int, int]:
        await graph.read_many(requests)
        return graph.requests_sent.calls, graph.requests_sent.items

    assert run(sandbox, connect(sandbox, tenant), work) == (-(-len(requests) // 20), len(requests))


def test_collect_hands_out_everything_and_can_be_left_early(sandbox: Sandbox, tenant: Tenant) -> None:
    requests, expected = members_of(tenant)

    async def work(graph: Graph) -> dict[str, set[str]]:
        async for _ in graph.collect(requests):
            break
        return {
            request.path: {element["id"] for element in result}
            async for request, result in graph.collect(iter(requests))
            if isinstance(result, list)
        }

    results = run(sandbox, connect(sandbox, tenant), work)
    assert results == {request.path: wanted for request, wanted in zip(requests, expected, strict=True)}


def test_single_objects_are_lists_of_one(sandbox: Sandbox, tenant: Tenant) -> None:
    ids = [*sorted(tenant.objects["users"])[:3], "00000000-0000-4000-8000-000000000000"]
    requests = [Request(f"/users/{user}", (("$select", "id"),)) for user in ids]
    results = run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests))
    assert [r[0]["id"] if isinstance(r, list) else r.status for r in results] == [*ids[:3], 404]


def test_a_page_token_that_runs_out_begins_anew(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(
        Fault(r"GET users\?.*skiptoken", status=400, code="Directory_ExpiredPageToken", after=2, times=1)
    )
    ids = run(sandbox, connect(sandbox, tenant), everything)
    assert set(ids) == set(tenant.objects["users"])
    assert len(ids) == 30 + 50


def test_a_page_token_that_runs_out_in_a_batch_begins_anew_without_doubles(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.page_size = 12
    requests, expected = members_of(tenant)
    place = max(range(len(expected)), key=lambda index: len(expected[index]))
    fault = Fault(rf"GET {requests[place].path[1:]}\?.*skiptoken", status=400, code="Directory_ExpiredPageToken")
    tenant.faults.append(fault)
    results = run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests))
    assert found(results) == expected
    assert len(results[place]) == len(expected[place])  # type: ignore[arg-type]  # no error, by the line before


def test_a_page_token_that_always_runs_out_is_an_error(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault(r"GET users\?.*skiptoken", status=400, code="Directory_ExpiredPageToken", times=None))
    with pytest.raises(GraphError, match="Directory_ExpiredPageToken"):
        run(sandbox, connect(sandbox, tenant), everything)


def test_new_enum_members_are_read(sandbox: Sandbox, tenant: Tenant) -> None:
    policies = tenant.objects["identity/conditionalAccess/policies"]
    first = sorted(policies)[0]
    policies[first]["state"] = "brandNewState"
    tenant.options.unknown_enum_members = {"brandNewState": "state"}

    async def work(graph: Graph) -> tuple[object, object]:
        single = await graph.get(replace(POLICIES, path=f"{POLICIES.path}/{first}"))
        paged = {policy["id"]: policy["state"] async for page in graph.pages(POLICIES) for policy in page}
        return single["state"], paged[first]

    assert run(sandbox, connect(sandbox, tenant), work) == ("brandNewState", "brandNewState")


def test_new_enum_members_are_read_in_batches_too(sandbox: Sandbox, tenant: Tenant) -> None:
    groups = sorted(tenant.objects["groups"])[:3]
    for group in groups:
        tenant.objects["groups"][group]["visibility"] = "Brandnew"
    tenant.options.unknown_enum_members = {"Brandnew": "visibility"}
    requests = [Request(f"/groups/{group}") for group in groups]
    results = run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests))
    assert [r[0]["visibility"] for r in results if isinstance(r, list)] == ["Brandnew"] * 3


def test_what_is_not_licensed_and_what_is_not_allowed_differ(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.licences.clear()

    async def work(graph: Graph) -> GraphError:
        with pytest.raises(GraphError) as raised:
            await everything(graph, POLICIES)
        return raised.value

    unlicensed = run(sandbox, connect(sandbox, tenant), work)
    assert (is_unlicensed(unlicensed), is_denied(unlicensed)) == (True, False)
    denied = run(sandbox, connect(sandbox, tenant, "User.Read.All"), work)
    assert (is_unlicensed(denied), is_denied(denied)) == (False, True)


def test_delta_tells_what_changed_came_and_went(sandbox: Sandbox, tenant: Tenant) -> None:
    users = tenant.objects["users"]
    changed, gone = sorted(users)[:2]

    async def work(graph: Graph) -> list[set[str]]:
        link = await delta.latest(graph, "/users")
        nothing, link = await delta.changed(graph, link)
        users[changed]["displayName"] = "Another"
        tenant.touch("users", changed)
        tenant.deleted.setdefault("users", {})[gone] = tenant.bury("users", gone)
        tenant.touch("users", gone, "softDeleted")
        something, link = await delta.changed(graph, link)
        again, link = await delta.changed(graph, link)
        return [nothing, something, again]

    assert run(sandbox, connect(sandbox, tenant), work) == [set(), {changed, gone}, set()]


def test_delta_pages_are_followed(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.page_size = 4

    async def work(graph: Graph) -> set[str]:
        link = await delta.latest(graph, "/users")
        for user in tenant.objects["users"]:
            tenant.touch("users", user)
        return (await delta.changed(graph, link))[0]

    assert run(sandbox, connect(sandbox, tenant), work) == set(tenant.objects["users"])


def test_a_delta_link_that_ran_out_asks_for_a_resync(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.delta_token_lifetime = 5.0

    async def work(graph: Graph) -> None:
        link = await delta.latest(graph, "/groups")
        await asyncio.sleep(10 / sandbox.site.speed)
        await delta.changed(graph, link)

    with pytest.raises(delta.ResyncNeeded) as raised:
        run(sandbox, connect(sandbox, tenant), work)
    assert (raised.value.status, raised.value.path) == (410, "/groups/delta")


def test_a_kind_without_delta_is_an_error(sandbox: Sandbox, tenant: Tenant) -> None:
    with pytest.raises(GraphError):
        run(
            sandbox, connect(sandbox, tenant), lambda graph: delta.latest(graph, "/identity/conditionalAccess/policies")
        )


def test_slow_answers_are_given_up_and_asked_again(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault(r"GET users\?", "delay", delay=1.5 * sandbox.site.speed))
    ids = run(sandbox, connect(sandbox, tenant), everything, patience=0.5)
    assert len(ids) == 50
    assert len(asked(tenant, "users?")) == 6


def test_an_exception_of_the_caller_leaves_nothing_running(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.latency = 20.0
    requests, _ = members_of(tenant)

    async def work(graph: Graph) -> None:
        async for _ in graph.collect(requests * 5):
            raise KeyError("mine")

    async def main() -> int:
        with pytest.raises(KeyError, match="mine"):
            async with open_graph(connect(sandbox, tenant), Clock(sandbox.site.speed)) as graph:
                await work(graph)
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1


def test_closing_ends_what_a_generator_that_was_left_open_began(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.options.latency = 20.0
    requests, _ = members_of(tenant)

    async def main() -> int:
        async with open_graph(connect(sandbox, tenant), Clock(sandbox.site.speed)) as graph:
            left = graph.collect(requests * 5)
            await anext(left)
        tasks = len(asyncio.all_tasks())
        await left.aclose()
        return tasks

    assert asyncio.run(main()) == 1


def test_a_cancelled_read_ends_at_once_and_leaves_nothing_running(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.faults.append(Fault("GET groups/", status=429, code="TooManyRequests", retry_after=500, times=None))
    requests, _ = members_of(tenant)

    async def main() -> int:
        async with open_graph(connect(sandbox, tenant), Clock(sandbox.site.speed)) as graph:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await graph.read_many(requests)
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1


def test_nothing_is_left_open(sandbox: Sandbox, tenant: Tenant) -> None:
    requests, _ = members_of(tenant)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests))
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_secrets_and_tokens_are_in_no_log(sandbox: Sandbox, tenant: Tenant, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    where = connect(sandbox, tenant)
    tenant.faults.append(Fault(r"GET users\?", "expired"))
    tenant.faults.append(Fault(r"GET users\?", status=503, times=2))
    tokens: list[str] = []

    async def work(graph: Graph) -> None:
        tokens.append(await graph._sender.tokens.current())
        await everything(graph)
        tokens.append(await graph._sender.tokens.current())

    run(sandbox, where, work)
    assert caplog.text
    for secret in (where.client_secret, *(part for token in tokens for part in token.split(".")[1:])):
        assert secret not in caplog.text
        assert secret not in repr(where)


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, entragit.graph.auth, entragit.graph.client, entragit.graph.delta\n"
        "print(sorted({'msgraph', 'azure', 'msal', 'httpx', 'kiota_http'} & {m.split('.')[0] for m in sys.modules}))"
    )
    root = Path(__file__).parents[1]
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert out.stdout.strip() == "[]"


def test_what_begins_in_the_same_moment_goes_in_batches_each_with_its_own_answer(
    sandbox: Sandbox, tenant: Tenant
) -> None:
    groups = sorted(tenant.objects["groups"])
    requests = [Request(f"/groups/{group}", (("$select", "id"),)) for group in [*groups, "nobody"]]

    async def read(graph: Graph) -> tuple[list[Any], int]:
        before = graph.requests_sent.calls
        work = (graph.get(request, gather=True) for request in requests)
        return await asyncio.gather(*work, return_exceptions=True), graph.requests_sent.calls - before

    (*found_, error), calls = run(sandbox, connect(sandbox, tenant), read)
    assert [raw["id"] for raw in found_] == groups
    assert isinstance(error, GraphError)
    assert error.path == "/groups/nobody"
    assert calls == math.ceil(len(requests) / 20)


def test_one_that_breaks_the_batch_breaks_nothing_else(sandbox: Sandbox, tenant: Tenant) -> None:
    groups = sorted(tenant.objects["groups"])[:4]
    tenant.faults.append(Fault(f"GET groups/{groups[1]}", "reset", times=None))

    async def read(graph: Graph) -> list[Any]:
        work = (graph.get(Request(f"/groups/{group}"), gather=True) for group in groups)
        return await asyncio.gather(*work, return_exceptions=True)

    found_ = run(sandbox, connect(sandbox, tenant), read, haste=500)
    assert [raw["id"] for raw in found_ if isinstance(raw, dict)] == [groups[0], *groups[2:]]
    assert isinstance(found_[1], GraphError)
    assert found_[1].code == "connectionLost"


def test_who_stops_waiting_for_a_gathered_read_stops_nobody_else(sandbox: Sandbox, tenant: Tenant) -> None:
    groups = sorted(tenant.objects["groups"])[:2]

    async def read(graph: Graph) -> tuple[bool, Any]:
        tasks = [asyncio.create_task(graph.get(Request(f"/groups/{group}"), gather=True)) for group in groups]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.wait(tasks) and tasks[0].cancelled(), tasks[1].result()

    stopped, raw = run(sandbox, connect(sandbox, tenant), read)
    assert stopped
    assert raw["id"] == groups[1]


def test_no_token_is_the_end_of_all_gathered_reads(sandbox: Sandbox, tenant: Tenant) -> None:
    groups = sorted(tenant.objects["groups"])[:3]

    async def read(graph: Graph) -> list[Any]:
        tenant.clients.clear()
        tenant.faults.append(Fault(r"POST \$batch|GET groups", "expired", times=None))
        work = (graph.get(Request(f"/groups/{group}"), gather=True) for group in groups)
        return await asyncio.gather(*work, return_exceptions=True)

    assert {type(error) for error in run(sandbox, connect(sandbox, tenant), read)} == {SignInError}
