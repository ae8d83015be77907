"""Planted faults, quotas and batches: what goes wrong goes wrong as on the wire."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import GraphClient
from sandbox_small import furnish, user

from entragit.sandbox.faults import Fault
from entragit.sandbox.store import Tenant

POLICIES = "/identity/conditionalAccess/policies"


@pytest.fixture
def ids(tenant: Tenant) -> dict[str, str]:
    return furnish(tenant)


@pytest.fixture
def reader(ids: dict[str, str], graph: GraphClient) -> httpx.Client:
    return graph("Directory.Read.All", "User.Read.All", "Policy.Read.All")


def batch(reader: httpx.Client, *requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Id → response."""
    answer = reader.post("/$batch", json={"requests": list(requests)}).raise_for_status().json()
    return {response["id"]: response for response in answer["responses"]}


def get(name: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "method": "GET", "url": url, **more}


def test_a_status_strikes_as_often_as_planted(reader: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault(r"^GET users\?", status=429, times=2, after=1, retry_after=2))
    answers = [reader.get("/users?$top=1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "2"
    assert answers[1].json()["error"]["code"] == "TooManyRequests"
    assert reader.get("/groups").status_code == 200
    assert [status for _, _, status in tenant.requests] == [200, 429, 429, 200, 200]


@pytest.mark.parametrize("status", [403, 500, 502, 503, 504])
def test_any_status_without_a_delay_to_keep(reader: httpx.Client, tenant: Tenant, status: int) -> None:
    tenant.faults.append(Fault("users", status=status, code="Planted"))
    answer = reader.get("/users")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "Planted")
    assert "Retry-After" not in answer.headers


def test_an_expired_token_is_challenged(reader: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault("users", "expired"))
    assert reader.get("/users").headers["WWW-Authenticate"].startswith("Bearer")
    assert reader.get("/users").status_code == 200


def test_a_reset_closes_the_connection(reader: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault("users", "reset"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        reader.get("/users")
    assert reader.get("/users").status_code == 200
    assert [status for _, _, status in tenant.requests] == [0, 200]


def collect(answer: httpx.Response, received: bytearray) -> None:
    """Keep what arrives before the connection breaks."""
    for chunk in answer.iter_raw():
        received += chunk


def test_half_a_body_ends_before_its_length(reader: httpx.Client, tenant: Tenant) -> None:
    for number in range(500):
        user(tenant, f"U{number}")
    tenant.faults.append(Fault("users", "half"))
    received = bytearray()
    with reader.stream("GET", "/users?$top=999") as answer:
        promised = int(answer.headers["Content-Length"])
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            collect(answer, received)
    assert 0 < len(received) < promised
    assert reader.get("/users").status_code == 200


def test_latency_and_delays_are_times_of_the_sandbox(reader: httpx.Client, tenant: Tenant) -> None:
    tenant.options.latency = 5.0  # 0.1 s at this speed
    tenant.faults.append(Fault("users", "delay", delay=5.0))
    begun = time.monotonic()
    reader.get("/users")
    slow = time.monotonic() - begun
    assert 0.2 <= slow < 2.0


def test_batches_answer_each_request_for_itself(reader: httpx.Client, ids: dict[str, str]) -> None:
    found = batch(
        reader,
        get("1", f"/users/{ids['Ada']}?$select=id"),
        get("2", "users/nobody"),
        get("3", "/nothing"),
        {"id": "4", "method": "POST", "url": "/directoryObjects/getByIds", "body": {"ids": [ids["Ada"]]},
         "headers": {"Content-Type": "application/json"}},
        {"id": "5", "method": "POST", "url": "/directoryObjects/getByIds", "body": {"ids": [ids["Ada"]]}},
        get("6", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
        get("7", "/$batch"),
    )  # fmt: skip
    statuses = {name: response["status"] for name, response in found.items()}
    assert statuses == {"1": 200, "2": 404, "3": 400, "4": 200, "5": 400, "6": 200, "7": 400}
    assert found["1"]["body"]["id"] == ids["Ada"]
    assert found["2"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert found["6"]["body"] == 3


def test_batches_come_back_in_any_order(reader: httpx.Client, ids: dict[str, str]) -> None:
    requests = [get(str(number), f"/users/{ids['Ada']}") for number in range(20)]
    answer = reader.post("/$batch", json={"requests": requests}).json()["responses"]
    names = [response["id"] for response in answer]
    assert sorted(names) == sorted(str(number) for number in range(20))
    assert names != [str(number) for number in range(20)]


def test_dependents_of_a_failure_are_not_run(reader: httpx.Client) -> None:
    found = batch(
        reader,
        get("a", "/users/nobody"),
        get("b", "/users", dependsOn=["a"]),
        get("c", "/users", dependsOn=["b"]),
        get("d", "/users"),
    )
    statuses = {name: response["status"] for name, response in found.items()}
    assert statuses == {"a": 404, "b": 424, "c": 424, "d": 200}


@pytest.mark.parametrize(
    "requests",
    [
        [],
        "all",
        [get(str(number), "/users") for number in range(21)],
        [get("1", "/users"), get("1", "/users")],
        [{"method": "GET", "url": "/users"}],
        [{"id": 1, "method": "GET", "url": "/users"}],
        [get("1", "https://graph.microsoft.com/v1.0/users")],
        [get("1", "/v1.0/users")],
        [{"id": "1", "method": "LOOK", "url": "/users"}],
        [get("1", "/users", dependsOn=["2"]), get("2", "/users")],
    ],
)
def test_malformed_batches_fail_whole(reader: httpx.Client, requests: object) -> None:
    assert reader.post("/$batch", json={"requests": requests}).status_code == 400


def test_a_batch_of_no_json_fails_whole(reader: httpx.Client) -> None:
    for body in (b"{", b"\xff", b"[" * 100_000, b"[]", b"null"):
        assert reader.post("/$batch", content=body).status_code == 400
    assert reader.get("/$batch").status_code == 405


def test_faults_strike_single_items(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    tenant.faults.append(Fault(f"GET groups/{ids['group']}/members", status=429, retry_after=7))
    requests = [get(name, f"/groups/{ids[name]}/members?$select=id") for name in ("group", "nested")]
    found = batch(reader, *requests)
    assert (found["group"]["status"], found["nested"]["status"]) == (429, 200)
    assert found["group"]["headers"]["Retry-After"] == "7"
    assert batch(reader, *requests)["group"]["status"] == 200


@pytest.mark.parametrize("match", [r"^POST \$batch", "^GET users"])
def test_a_broken_item_breaks_the_batch(reader: httpx.Client, tenant: Tenant, match: str) -> None:
    tenant.faults.append(Fault(match, "reset"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        batch(reader, get("1", "/users"), get("2", "/groups"))
    assert batch(reader, get("1", "/users"), get("2", "/groups")).keys() == {"1", "2"}


def stop(tenant: Tenant) -> None:
    """Stop the tenant's clock, but for what `offset` adds."""
    now = tenant.now()
    tenant.clock = lambda: now


def test_resource_units_run_out_and_come_back(reader: httpx.Client, tenant: Tenant) -> None:
    stop(tenant)
    answer = reader.get("/groups")
    assert answer.headers["x-ms-resource-unit"] == "1"
    assert reader.get("/users?$expand=manager").headers["x-ms-resource-unit"] == "3"
    assert reader.get("/users?$select=id&$top=5").headers["x-ms-resource-unit"] == "1"
    assert reader.get("/users/nobody").headers["x-ms-resource-unit"] == "1"
    assert "x-ms-resource-unit" not in reader.get(POLICIES).headers
    requests = [get(str(number), "/subscribedSkus") for number in range(20)]
    found: dict[str, dict[str, Any]] = {}
    for _ in range(59):  # 60 units each, of 3,500
        found = batch(reader, *requests)
    refused = next(response for response in found.values() if response["status"] == 429)
    assert refused["body"]["error"]["code"] == "TooManyRequests"
    assert refused["body"]["error"]["innerError"]["status"] == "429"
    assert refused["headers"]["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert tenant.id in refused["headers"]["x-ms-throttle-scope"]
    assert reader.get("/groups").status_code == 429
    tenant.offset += timedelta(seconds=int(refused["headers"]["Retry-After"]))
    assert reader.get("/groups").status_code == 200


def test_conditional_access_takes_one_request_a_second(reader: httpx.Client, tenant: Tenant) -> None:
    stop(tenant)
    paths = [POLICIES, "/identity/conditionalAccess/namedLocations"]
    found = batch(reader, *(get(str(number), paths[number % 2]) for number in range(4)))
    statuses = sorted(response["status"] for response in found.values())
    assert statuses == [200, 429, 429, 429]
    refused = next(response for response in found.values() if response["status"] == 429)
    assert "Retry-After" not in refused["headers"]
    assert reader.get(POLICIES).status_code == 429
    tenant.offset += timedelta(seconds=1)
    assert reader.get(POLICIES).status_code == 200
    tenant.options.quotas = False
    assert all(reader.get(POLICIES).status_code == 200 for _ in range(3))
