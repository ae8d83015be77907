"""What the strict Entra says of which groups expire."""

from __future__ import annotations

import pytest
from sandbox_writing import Writer

POLICIES = "groupLifecyclePolicies"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def group(writer: Writer, *types: str) -> str:
    held = writer.tenant.objects["groups"].items()
    return next(key for key, body in held if body["groupTypes"] == list(types) and not expires(writer, key))


def expires(writer: Writer, group_id: str) -> list[str]:
    return [item["id"] for item in writer.do("GET", f"groups/{group_id}/{POLICIES}")["value"]]


def test_a_policy_takes_selected_microsoft_365_groups(writer: Writer) -> None:
    (policy,) = writer.tenant.objects[POLICIES]
    own, path = group(writer, "Unified"), f"{POLICIES}/{policy}"
    assert [writer.do("POST", f"{path}/addGroup", {"groupId": own})["value"] for _ in range(2)] == [True, False]
    assert expires(writer, own) == [policy]
    assert [writer.do("POST", f"{path}/removeGroup", {"groupId": own})["value"] for _ in range(2)] == [True, False]
    assert expires(writer, own) == []
    for wrong, status in ({"groupId": group(writer)}, 400), ({"groupId": policy}, 404), ({"id": own}, 400):
        assert writer.reply("POST", f"{path}/addGroup", wrong).status == status


def test_a_policy_for_all_or_for_none_takes_no_group(writer: Writer) -> None:
    (policy,) = writer.tenant.objects[POLICIES].values()
    own = group(writer, "Unified")
    for kinds, shown in ("All", [policy["id"]]), ("None", []):
        policy["managedGroupTypes"] = kinds
        assert writer.do("POST", f"{POLICIES}/{policy['id']}/addGroup", {"groupId": own})["value"] is False
        assert expires(writer, own) == shown
    assert expires(writer, group(writer)) == []


def test_no_group_expires_by_a_policy_that_is_gone(writer: Writer) -> None:
    (policy,) = writer.tenant.objects[POLICIES]
    writer.do("DELETE", f"{POLICIES}/{policy}")
    assert not any(writer.tenant.links["groups/groupLifecyclePolicies"].values())
