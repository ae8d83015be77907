"""Delta queries of the sandbox: everything once, then what changed, until a link is too old (facts §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import GraphClient
from sandbox_small import furnish, link, put, user

from entragit.sandbox.faults import Fault
from entragit.sandbox.rules import layout
from entragit.sandbox.store import Tenant

Item = dict[str, Any]


@pytest.fixture
def ids(tenant: Tenant) -> dict[str, str]:
    tenant.options.quotas = False
    return furnish(tenant)


@pytest.fixture
def reader(ids: dict[str, str], graph: GraphClient) -> httpx.Client:
    return graph("Directory.Read.All", "User.Read.All")


def drain(reader: httpx.Client, url: str, **headers: str) -> tuple[list[Item], str]:
    """(all elements, deltaLink) of a round."""
    found: list[Item] = []
    while True:
        body = reader.get(url, headers=headers).raise_for_status().json()
        found += body["value"]
        if "@odata.deltaLink" in body:
            assert "@odata.nextLink" not in body
            return found, body["@odata.deltaLink"]
        url = body["@odata.nextLink"]


@pytest.mark.parametrize("path", sorted(layout.DELTAS))
@pytest.mark.parametrize("name", ["delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"])
def test_a_round_tells_everything_once_and_then_nothing(
    reader: httpx.Client, tenant: Tenant, path: str, name: str
) -> None:
    found, again = drain(reader, f"/{path}/{name}")
    assert {item["id"] for item in found} == set(tenant.objects.get(path, ()))
    assert drain(reader, again)[0] == []


def test_only_what_changed_is_told(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    _, since = drain(reader, "/users/delta?$select=department")
    tenant.objects["users"][ids["Ada"]]["department"] = "IT"
    tenant.touch("users", ids["Ada"])
    new = user(tenant, "New", department="HR")
    tenant.touch("users", new, "created")
    tenant.deleted["users"] = {ids["Bob"]: tenant.bury("users", ids["Bob"])}
    tenant.touch("users", ids["Bob"], "softDeleted")
    tenant.bury("users", ids["Eve"])
    tenant.touch("users", ids["Eve"], "deleted")
    tenant.touch("groups", ids["group"])
    found, since = drain(reader, since)
    assert {item["id"]: item for item in found} == {
        ids["Ada"]: {"id": ids["Ada"], "department": "IT"},
        new: {"id": new, "department": "HR"},
        ids["Bob"]: {"id": ids["Bob"], "@removed": {"reason": "changed"}},
        ids["Eve"]: {"id": ids["Eve"], "@removed": {"reason": "deleted"}},
    }
    assert drain(reader, since)[0] == []


def test_members_come_with_groups_and_leave_with_a_reason(
    reader: httpx.Client, tenant: Tenant, ids: dict[str, str]
) -> None:
    found, since = drain(reader, "/groups/delta")
    members = {item["id"]: {held["id"] for held in item.get("members@delta", ())} for item in found}
    assert members[ids["group"]] == {ids["Ada"], ids["nested"], ids["device"]}  # v1.0: no service principals
    assert members[ids["hidden"]] == set()
    tenant.links["groups/members"][ids["group"]].remove(ids["Ada"])
    tenant.touch("groups", ids["group"], relation="members", target=ids["Ada"], added=False)
    link(tenant, "groups/members", ids["group"], ids["Bob"])
    tenant.touch("groups", ids["group"], relation="members", target=ids["Bob"], added=True)
    [changed] = drain(reader, since)[0]
    assert changed["displayName"] == "Sales"
    assert changed["members@delta"] == [
        {"@odata.type": "#microsoft.graph.user", "id": ids["Ada"], "@removed": {"reason": "deleted"}},
        {"@odata.type": "#microsoft.graph.user", "id": ids["Bob"]},
    ]
    [minimal] = drain(reader, since, Prefer="return=minimal")[0]
    assert set(minimal) == {"id", "members@delta"}


def test_relationships_are_told_when_selected(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    found, since = drain(reader, "/users/delta?$select=displayName,manager")
    managers = {item["displayName"]: item.get("manager@delta") for item in found}
    assert managers["Ada"] == [{"@odata.type": "#microsoft.graph.user", "id": ids["Eve"]}]
    assert managers["Bob"] is None
    tenant.touch("users", ids["Bob"], relation="sponsors", target=ids["Eve"], added=True)
    assert drain(reader, since)[0] == []
    owners, _ = drain(reader, "/groups/delta?$select=owners")
    assert {tuple(item) for item in owners} == {("id",), ("id", "owners@delta")}


def test_a_large_group_comes_in_several_elements(reader: httpx.Client, tenant: Tenant) -> None:
    large = put(tenant, "groups", displayName="Large")
    members = [user(tenant, f"U{number}") for number in range(450)]
    link(tenant, "groups/members", large, *members)
    tenant.options.page_size = 2
    parts = [item for item in drain(reader, "/groups/delta?$select=displayName,members")[0] if item["id"] == large]
    assert len(parts) == 3
    assert [held["id"] for part in parts for held in part["members@delta"]] == members


def test_latest_tells_nothing_but_a_link(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    found, since = drain(reader, "/users/delta?$deltatoken=latest&$select=id")
    assert found == []
    tenant.touch("users", ids["Ada"])
    assert drain(reader, since)[0] == [{"id": ids["Ada"]}]


def test_a_filter_by_id_is_kept(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    url = f"/users/delta?$filter=id eq '{ids['Ada']}' or id eq '{ids['Bob']}'"
    found, since = drain(reader, url)
    assert {item["id"] for item in found} == {ids["Ada"], ids["Bob"]}
    tenant.touch("users", ids["Eve"])
    tenant.touch("users", ids["Bob"])
    assert [item["id"] for item in drain(reader, since)[0]] == [ids["Bob"]]
    too_many = " or ".join(["id eq 'x'"] * 51)
    for refused in ("displayName eq 'Ada'", "id eq 'a' and id eq 'b'", too_many):
        assert reader.get("/users/delta", params={"$filter": refused}).status_code == 400


@pytest.mark.parametrize("option", ["$top=5", "$expand=manager", "$orderby=displayName", "$count=true", "$search=x"])
def test_options_that_delta_has_not(reader: httpx.Client, option: str) -> None:
    assert reader.get(f"/users/delta?{option}").status_code == 400


def test_page_sizes_follow_the_preference(reader: httpx.Client) -> None:
    body = reader.get("/users/delta", headers={"Prefer": "odata.maxpagesize=2"}).json()
    assert len(body["value"]) == 2
    assert "$skiptoken=" in body["@odata.nextLink"]


def test_an_old_or_foreign_link_is_gone_and_says_where_to_begin(reader: httpx.Client, tenant: Tenant) -> None:
    _, since = drain(reader, "/users/delta?$select=id")
    foreign = since.replace("/users/", "/groups/")
    assert reader.get(foreign).status_code == 410
    assert reader.get("/users/delta?$deltatoken=made-up").status_code == 410
    assert reader.get("/users/delta?$skiptoken=made-up").status_code == 410
    tenant.offset = timedelta(days=6)
    assert reader.get(since).status_code == 200
    tenant.offset = timedelta(days=8)
    gone = reader.get(since)
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "syncStateNotFound")
    found, _ = drain(reader, gone.headers["Location"])
    assert [list(item) for item in found] == [["id"]] * 3


def test_what_is_still_too_new_is_told_later(reader: httpx.Client, tenant: Tenant) -> None:
    _, since = drain(reader, "/users/delta?$select=id")
    tenant.options.lag = 100_000.0
    new = user(tenant, "New")
    tenant.touch("users", new, "created")
    found, since = drain(reader, since)
    assert found == []
    tenant.options.lag = 0.0
    assert drain(reader, since)[0] == [{"id": new}]


def test_any_order_and_replays(reader: httpx.Client, tenant: Tenant) -> None:
    for number in range(30):
        user(tenant, f"U{number}")
    tenant.options.shuffle, tenant.options.page_size = 3, 4
    tenant.faults.append(Fault("users/delta", "empty_page", after=2))
    found, _ = drain(reader, "/users/delta?$select=id")
    assert {item["id"] for item in found} == set(tenant.objects["users"])
    assert len(found) > len(tenant.objects["users"])
