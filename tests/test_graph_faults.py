"""Faults of Graph and of the network: what passes costs nothing, what stays is an error and never a shorter list."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from graph_checks import asked, connect, everything, found, members_of, run

from entragit.errors import GraphError
from entragit.graph.client import Graph
from entragit.graph.retry import TRIES
from entragit.model import Request
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant


@pytest.fixture
def tenant(sandbox: Sandbox) -> Tenant:
    """A company of fifty that only this test has."""
    made = company(users=50, seed=7)
    sandbox.add(made)
    return made


PASSING = [
    Fault("x", status=429, code="TooManyRequests", retry_after=3),
    Fault("x", status=429, code="TooManyRequests", retry_after=0),
    Fault("x", status=429, code="TooManyRequests", times=2),
    Fault("x", status=503, code="serviceNotAvailable", times=3),
    Fault("x", status=503, code="serviceNotAvailable", retry_after=2),
    Fault("x", status=500),
    Fault("x", status=502),
    Fault("x", status=504),
    Fault("x", status=408),
    Fault("x", "reset", times=2),
    Fault("x", "half", times=2),
    Fault("x", "expired"),
]


def named(fault: Fault) -> str:
    return f"{fault.effect}-{fault.status}-{fault.retry_after}"


@pytest.mark.parametrize("fault", PASSING, ids=named)
@pytest.mark.parametrize("page", [0, 3])
def test_what_passes_costs_no_element(sandbox: Sandbox, tenant: Tenant, fault: Fault, page: int) -> None:
    tenant.faults.append(replace(fault, match=r"GET users\?", after=page))
    ids = run(sandbox, connect(sandbox, tenant), everything, haste=50)
    assert sorted(ids) == sorted(tenant.objects["users"])
    assert len(asked(tenant, "users?")) == 5 + (fault.times or 0)


@pytest.mark.parametrize("fault", PASSING, ids=named)
def test_what_passes_costs_no_batch_item(sandbox: Sandbox, tenant: Tenant, fault: Fault) -> None:
    requests, expected = members_of(tenant)
    tenant.faults.append(replace(fault, match=rf"GET {requests[5].path[1:]}"))
    results = run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests), haste=50)
    assert found(results) == expected
    assert fault.hits > 0 or tenant.faults[0].hits > (fault.times or 0)


FINAL = [
    (Fault("x", status=503, code="serviceNotAvailable", times=None), 503, "serviceNotAvailable"),
    (Fault("x", status=429, code="TooManyRequests", retry_after=3600), 429, "TooManyRequests"),
    (Fault("x", status=403, code="Authorization_RequestDenied", times=None), 403, "Authorization_RequestDenied"),
    (Fault("x", status=404, code="Request_ResourceNotFound", times=None), 404, "Request_ResourceNotFound"),
    (Fault("x", "reset", times=None), 0, "connectionLost"),
    (Fault("x", "half", times=None), 0, "connectionLost"),
    (Fault("x", "expired", times=None), 401, "InvalidAuthenticationToken"),
]


@pytest.mark.parametrize(("fault", "status", "code"), FINAL, ids=lambda value: str(getattr(value, "effect", value)))
@pytest.mark.parametrize("page", [0, 3])
def test_what_stays_is_an_error_and_never_a_shorter_list(
    sandbox: Sandbox, tenant: Tenant, fault: Fault, status: int, code: str, page: int
) -> None:
    tenant.faults.append(replace(fault, match=r"GET users\?", after=page))
    with pytest.raises(GraphError) as raised:
        run(sandbox, connect(sandbox, tenant), everything, haste=50)
    assert (raised.value.status, raised.value.code, raised.value.path) == (status, code, "/users")
    assert len(asked(tenant, "users?")) <= page + TRIES


@pytest.mark.parametrize(("fault", "status", "code"), FINAL, ids=lambda value: str(getattr(value, "effect", value)))
@pytest.mark.parametrize("bad", [5, 25])
def test_a_failed_item_is_an_error_in_its_place(
    sandbox: Sandbox, tenant: Tenant, fault: Fault, status: int, code: str, bad: int
) -> None:
    requests, expected = members_of(tenant)
    tenant.faults.append(replace(fault, match=rf"GET {requests[bad].path[1:]}"))
    results = found(run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests), haste=50))
    # A break is the whole batch's; those of one that wasn't full go alone then.
    broken = range(20) if fault.effect in {"reset", "half"} and bad < 20 else [bad]
    for place, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        if place in broken:
            assert isinstance(result, GraphError)
            assert (result.status, result.code, result.path) == (status, code, requests[place].path)
        else:
            assert result == wanted


@pytest.mark.parametrize("fault", [Fault("x", "reset", times=None), Fault("x", "half", times=None)], ids=named)
def test_a_break_in_a_later_page_of_one_item_is_only_that_items(sandbox: Sandbox, tenant: Tenant, fault: Fault) -> None:
    tenant.options.page_size = 12
    requests, expected = members_of(tenant)
    place = max(range(len(expected)), key=lambda index: len(expected[index]))
    tenant.faults.append(replace(fault, match=rf"GET {requests[place].path[1:]}\?.*skiptoken"))
    results = found(run(sandbox, connect(sandbox, tenant), lambda graph: graph.read_many(requests), haste=50))
    assert isinstance(results[place], GraphError)
    assert results[:place] + results[place + 1 :] == expected[:place] + expected[place + 1 :]


def test_one_throttled_request_pauses_all_of_its_quota(sandbox: Sandbox, tenant: Tenant) -> None:
    throttled = Fault(r"GET users/", status=429, code="TooManyRequests", retry_after=40)
    # All others take a while, so that none of them ends before the 429 comes.
    tenant.faults += [throttled, Fault(r"GET users/", "delay", times=None, delay=10)]
    ids = sorted(tenant.objects["users"])
    moments: list[float] = []

    async def work(graph: Graph) -> None:
        async def one(user: str) -> None:
            await graph.get(Request(f"/users/{user}", (("$select", "id"),)))
            moments.append(time.monotonic() - start)

        start = time.monotonic()
        await asyncio.gather(*(one(user) for user in ids))

    run(sandbox, connect(sandbox, tenant), work)
    early = [moment for moment in moments if moment < 40 / sandbox.site.speed]
    assert len(moments) == len(ids)
    assert len(early) < 8, "only what was in flight when the 429 came may end before the pause"
