"""Writes over HTTPS: replication lag, answers that get lost, batches, quotas, delta (facts §1 to §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import GraphClient
from sandbox_writing import Writer, new_group, new_user, policy, ref

from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

PERMISSIONS = (
    "Directory.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory", "Application.Read.All",
)  # fmt: skip
JSON = {"Content-Type": "application/json"}
BROKEN = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.fixture
def client(tenant: Tenant, graph: GraphClient) -> httpx.Client:
    return graph(*PERMISSIONS)


@pytest.fixture
def late(tenant: Tenant) -> Tenant:
    """The tenant with an hour of replication lag, on a clock of its own."""
    tenant.options.lag = 3600
    return tenant


def pass_time(tenant: Tenant) -> None:
    tenant.offset += timedelta(seconds=3601)


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def names(tenant: Tenant, path: str) -> list[str]:
    return sorted(item["displayName"] for item in tenant.objects.get(path, {}).values())


def test_a_new_object_is_seen_late(client: httpx.Client, late: Tenant) -> None:
    answer = client.post("/users", json=new_user(late, "ada"))
    user, group = made(answer)["id"], made(client.post("/groups", json=new_group("g")))["id"]
    assert client.get(answer.headers["Location"]).status_code == 404
    assert client.get("/users").json()["value"] == []
    assert client.patch(f"/users/{user}", json={"jobTitle": "x"}).status_code == 404
    pass_time(late)
    assert client.get(answer.headers["Location"]).status_code == 200
    newer = made(client.post("/users", json=new_user(late, "bob")))["id"]
    assert client.post(f"/groups/{group}/members/$ref", json=ref(newer)).status_code == 404
    bound = new_group("h") | {"owners@odata.bind": [ref(newer)["@odata.id"]]}
    assert client.post("/groups", json=bound).status_code == 404
    assert client.post(f"/groups/{group}/members/$ref", json=ref(user)).status_code == 204


def test_a_new_application_can_not_be_named_at_once(client: httpx.Client, late: Tenant) -> None:
    app = made(client.post("/applications", json={"displayName": "x"}))
    answer = client.post("/servicePrincipals", json={"appId": app["appId"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "NoBackingApplicationObject")
    pass_time(late)
    principal = made(client.post("/servicePrincipals", json={"appId": app["appId"]}))
    late.objects["roleManagement/directory/roleDefinitions"] = {"r": {"id": "r", "isEnabled": True}}
    body = {"principalId": principal["id"], "roleDefinitionId": "r", "directoryScopeId": "/"}
    assignments = "/roleManagement/directory/roleAssignments"
    assert client.post(assignments, json=body).status_code == 400
    pass_time(late)
    made(client.post(assignments, json=body))


def test_an_answer_is_lost_after_the_write(client: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault("POST groups", "lost"))
    with pytest.raises(BROKEN):
        client.post("/groups", json=new_group("g"))
    assert names(tenant, "groups") == ["g"]
    assert tenant.audits[-1]["activityDisplayName"] == "Add group"
    assert tenant.requests[-1] == ("POST", "groups", 0)


@pytest.mark.parametrize("effect", ["reset", "status", "expired"])
def test_nothing_is_done_when_the_request_is_lost(client: httpx.Client, tenant: Tenant, effect: Any) -> None:
    tenant.faults.append(Fault("POST groups", effect))
    try:
        assert client.post("/groups", json=new_group("g")).status_code in (401, 503)
    except BROKEN:
        assert effect == "reset"
    assert names(tenant, "groups") == tenant.audits == []


def test_half_an_answer_is_of_a_write_that_was_done(client: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault("POST groups", "half"))
    with pytest.raises(BROKEN):
        client.post("/groups", json=new_group("g"))
    assert names(tenant, "groups") == ["g"]


def post(name: str, path: str, body: Any, *needs: str) -> dict[str, Any]:
    return {"id": name, "method": "POST", "url": path, "body": body, "headers": JSON, "dependsOn": list(needs)}


def test_batches_write_each_for_itself(client: httpx.Client, tenant: Tenant) -> None:
    requests = [
        post("1", "/groups", new_group("one")),
        post("2", "/groups", {}, "1"),
        post("3", "/groups", new_group("three"), "2"),
        post("4", "/groups", new_group("four"), "1"),
        {"id": "5", "method": "DELETE", "url": "/groups/7a1d9f5e-0000-4000-8000-0000000000ff"},
        {"id": "6", "method": "POST", "url": "/groups", "body": new_group("six")},
    ]
    answers = client.post("/$batch", json={"requests": requests}).json()["responses"]
    statuses = {answer["id"]: answer["status"] for answer in answers}
    assert statuses == {"1": 201, "2": 400, "3": 424, "4": 201, "5": 404, "6": 400}
    assert names(tenant, "groups") == ["four", "one"]
    assert next(answer for answer in answers if answer["id"] == "1")["headers"]["Location"]


def test_a_batch_keeps_no_order_but_that_of_dependencies(client: httpx.Client, tenant: Tenant) -> None:
    requests = [post(str(number), "/groups", new_group(f"g{number:02d}")) for number in range(18)]
    requests += [post("18", "/groups", new_group("g18"), "0"), post("19", "/groups", new_group("g19"), "18")]
    client.post("/$batch", json={"requests": requests}).raise_for_status()
    order = [item["displayName"] for item in tenant.objects["groups"].values()]
    assert sorted(order) == [f"g{number:02d}" for number in range(20)] != order
    assert order.index("g00") < order.index("g18") < order.index("g19")


@pytest.mark.parametrize(("effect", "done"), [("lost", ["a", "b"]), ("reset", [])])
def test_a_batch_whose_answer_is_lost(client: httpx.Client, tenant: Tenant, effect: Any, done: list[str]) -> None:
    tenant.faults.append(Fault(r"POST \$batch", effect))
    requests = [post("1", "/groups", new_group("a")), post("2", "/groups", new_group("b"))]
    with pytest.raises(BROKEN):
        client.post("/$batch", json={"requests": requests})
    assert names(tenant, "groups") == done


def test_writes_have_a_quota(sandbox: Sandbox) -> None:
    writer = Writer()
    writer.tenant.options.quotas = True
    meters = writer.site.desks[writer.tenant.id].meters
    meters.used["writes", writer.client.id] = [writer.tenant.now().timestamp(), 2999.0]
    group = writer.group()
    reply = writer.reply("PATCH", f"groups/{group}", {"description": "x"})
    assert (reply.status, reply.headers["x-ms-throttle-information"]) == (429, "WriteLimitExceeded")
    assert 1 <= int(reply.headers["Retry-After"]) <= 150
    assert writer.reply("GET", f"groups/{group}").status == 200
    writer.tenant.offset += timedelta(seconds=150)
    assert writer.reply("PATCH", f"groups/{group}", {"description": "x"}).status == 204


def test_conditional_access_takes_one_request_a_second() -> None:
    writer = Writer()
    writer.tenant.options.quotas = True
    path = "identity/conditionalAccess/policies"
    assert writer.reply("POST", path, policy()).status == 201
    reply = writer.reply("POST", path, policy())
    assert reply.status == 429
    assert "Retry-After" not in reply.headers
    writer.tenant.offset += timedelta(seconds=1)
    assert writer.reply("POST", path, policy()).status == 201


def test_delta_tells_of_writes(client: httpx.Client, tenant: Tenant) -> None:
    user = made(client.post("/users", json=new_user(tenant, "ada")))["id"]
    kept, gone = (made(client.post("/groups", json=new_group(name)))["id"] for name in ("kept", "gone"))
    link = client.get("/groups/delta").json()["@odata.deltaLink"]
    client.post(f"/groups/{kept}/members/$ref", json=ref(user)).raise_for_status()
    client.patch(f"/groups/{kept}", json={"description": "x"}).raise_for_status()
    client.delete(f"/groups/{gone}").raise_for_status()
    changed = {item["id"]: item for item in client.get(link).json()["value"]}
    assert changed[gone]["@removed"] == {"reason": "deleted"}
    assert [item["id"] for item in changed[kept]["members@delta"]] == [user]
    assert changed[kept]["description"] == "x"


def test_hidden_enum_members_are_hidden_in_answers_too(tenant: Tenant) -> None:
    writer = Writer()
    body = policy()
    body["conditions"] |= {"insiderRiskLevels": "elevated"}
    path = "identity/conditionalAccess/policies"
    assert writer.do("POST", path, body)["conditions"]["insiderRiskLevels"] == "elevated"
    body["grantControls"] |= {"builtInControls": ["riskRemediation"]}
    hidden = writer.do("POST", path, body)["grantControls"]["builtInControls"]
    shown = writer.do("POST", path, body, prefer="include-unknown-enum-members")["grantControls"]["builtInControls"]
    assert (hidden, shown) == (["unknownFutureValue"], ["riskRemediation"])
    body["grantControls"] |= {"builtInControls": hidden}
    assert writer.refused("POST", path, body)[0] == 400
