"""The sandbox's own copy of the types is closed and says what the documents say."""

from __future__ import annotations

import pytest

from entragit.sandbox.rules import stored, types
from entragit.sandbox.rules.rows import ROWS


@pytest.mark.parametrize("path", sorted(types.COLLECTIONS))
def test_every_core_collection_has_a_type_with_an_id(path: str) -> None:
    only = any(f"{row.path}/{one.name}" == path and one.single for row in ROWS for one in row.relations)
    assert (
        only
        or {"id", "tenantId", "appId", "name", "resourceAppId"} & types.properties(types.collection_type(path)).keys()
    )


def test_every_property_type_is_held() -> None:
    todo = set(types.COLLECTIONS.values())
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        seen.add(name)
        if types.kind(name) in ("entity", "complex"):
            declared = {item.type for item in types.properties(name).values()} | types.derived(name)
            assert all(item.startswith("Edm.") or types.known(item) for item in declared), name
            todo |= {item for item in declared if types.known(item)} - seen


def test_flags_and_bases() -> None:
    user = types.properties("user")
    assert user["signInActivity"].requires_select
    assert user["createdDateTime"].read_only
    assert user["businessPhones"].collection
    assert types.properties("group")["allowExternalSenders"].get_only_single
    assert types.properties("ipNamedLocation")["displayName"].type == "Edm.String"
    assert types.derived("namedLocation") >= {"ipNamedLocation", "countryNamedLocation"}
    assert types.enum_members("conditionalAccessPolicyState")[0] == "enabled"
    assert types.navigation("user")["manager"].navigation


def test_a_blank_object_has_every_stored_property_and_shares_no_list() -> None:
    one, other = stored.blank("user"), stored.blank("user")
    assert set(one) == set(types.properties("user")) - stored.ELSEWHERE
    assert one["businessPhones"] == []
    assert one["businessPhones"] is not other["businessPhones"]
    assert stored.blank("servicePrincipal")["appRoleAssignmentRequired"] is False
