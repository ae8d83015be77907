"""Mistakes are made in the store as the portal would make them, seen by delta queries and in the audit log."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenant_checks import malformed, strays

from entragit.sandbox import changes, mistakes, portal
from entragit.sandbox.generate import company
from entragit.sandbox.load import load
from entragit.sandbox.rules import types
from entragit.sandbox.store import Object, Tenant

POLICIES = "identity/conditionalAccess/policies"
ROLES = "roleManagement/directory"
MISTAKES = (
    mistakes.remove_exclusion,
    mistakes.delete_group,
    mistakes.purge_group,
    mistakes.strip_permissions,
    mistakes.promote_guest,
    mistakes.rename_group,
    mistakes.activate_pim,
)


def held(tenant: Tenant) -> dict[tuple[str, str], Object]:
    """Every object with its links, by collection and id."""
    found: dict[tuple[str, str], Object] = {}
    for path, objects in tenant.objects.items():
        for object_id, body in objects.items():
            links = {link: targets[object_id] for link, targets in tenant.links.items() if object_id in targets}
            mine = {link: value for link, value in links.items() if link.rpartition("/")[0] == path and value}
            found[path, object_id] = copy.deepcopy(body | {"links": mine})
    return found | {(path, str(body["id"])): copy.deepcopy(body) for path, body in tenant.singletons.items()}


def differing(before: dict[tuple[str, str], Object], after: dict[tuple[str, str], Object]) -> set[tuple[str, str]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def touched(tenant: Tenant) -> set[tuple[str, str]]:
    return {(change.collection, change.id) for change in tenant.changes}


def inline(key: tuple[str, str]) -> bool:
    """Whether it is the policy whose inline configurations are objects of their own."""
    return key[0] == "policies/authenticationMethodsPolicy"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_touches_what_it_changes_and_is_in_the_audit_log(mistake: Callable[[Tenant], str]) -> None:
    tenant = company()
    before = held(tenant)
    sentence = mistake(tenant)
    changed = differing(before, held(tenant))
    assert sentence.endswith(".")
    assert changed
    assert changed <= touched(tenant)
    assert malformed(tenant) == set()
    assert tenant.audits
    for entry in tenant.audits:
        assert set(entry) == set(types.properties("directoryAudit"))
        assert entry["initiatedBy"]["user"]["displayName"] == "Ada Lovelace (Admin)"
        assert all(set(target) == set(types.properties("targetResource")) for target in entry["targetResources"])


def test_the_break_glass_exclusion_is_gone_from_one_enabled_policy_and_nothing_else_changed() -> None:
    tenant = company()
    before = copy.deepcopy(tenant.objects)
    sentence = mistakes.remove_exclusion(tenant)
    assert "CA-BreakGlass-Exclude" in sentence
    changed = [key for key, body in tenant.objects[POLICIES].items() if body != before[POLICIES][key]]
    old, new = before[POLICIES][changed[0]], tenant.objects[POLICIES][changed[0]]
    assert len(changed) == 1
    assert old["state"] == "enabled"
    lost = set(old["conditions"]["users"]["excludeGroups"]) - set(new["conditions"]["users"]["excludeGroups"])
    assert [before["groups"][group]["displayName"] for group in lost] == ["CA-BreakGlass-Exclude"]
    new["conditions"]["users"]["excludeGroups"] = old["conditions"]["users"]["excludeGroups"]
    assert new | {"modifiedDateTime": old["modifiedDateTime"]} == old


@pytest.mark.parametrize("soft", [True, False])
def test_a_deleted_group_is_gone_everywhere_but_from_policies(soft: bool) -> None:
    tenant = company()
    sort = "Unified" if soft else "lic-M365-E5"
    named = {g for p in tenant.objects[POLICIES].values() for g in p["conditions"]["users"]["includeGroups"]}
    wanted = (g for g in tenant.objects["groups"].values() if sort in [*g["groupTypes"], g["displayName"]])
    group = next(g for g in wanted if g["id"] in named or not soft)
    members = list(tenant.links["groups/members"][group["id"]])
    assert portal.delete_group(tenant, group["id"]) is soft
    assert group["id"] not in tenant.objects["groups"]
    assert (group["id"] in tenant.deleted.get("groups", {})) is soft
    assert tenant.links["groups/members"].get(group["id"], []) == (members if soft else [])
    assert not any(group["id"] in targets for owners in tenant.links.values() for targets in owners.values())
    assert not any(item["principalId"] == group["id"] for item in tenant.objects["appRoleAssignments"].values())
    left = {place for place, value in strays(tenant) if value == group["id"]}
    assert left <= ({f"{POLICIES}.includeGroups", "groups/members", "groups/owners"} if soft else set())
    for member in members:
        user = tenant.objects["users"].get(member)
        assert not user or all(state["assignedByGroup"] != group["id"] for state in user["licenseAssignmentStates"])


def test_the_most_used_group_is_deleted_but_never_the_break_glass_group() -> None:
    tenant = company()
    sentence = mistakes.delete_group(tenant)
    assert "3 members, which 1 policy names (it can be restored" in sentence
    (gone,) = tenant.deleted["groups"]
    assert any(gone in json.dumps(policy) for policy in tenant.objects[POLICIES].values())


def test_the_purged_group_cannot_be_restored_and_is_named_by_policies() -> None:
    tenant = company()
    before = dict(tenant.objects["groups"])
    assert "for good" in mistakes.purge_group(tenant)
    (gone,) = before.keys() - tenant.objects["groups"].keys()
    assert not tenant.deleted.get("groups")
    assert any(gone in json.dumps(policy) for policy in tenant.objects[POLICIES].values())


@pytest.mark.parametrize("mistake", [mistakes.delete_group, mistakes.purge_group], ids=lambda made: made.__name__)
def test_no_break_glass_group_is_ever_deleted(mistake: Callable[[Tenant], str]) -> None:
    """However often, and also where another group is excluded more often than the one that is called so."""
    tenant = company()
    for policy in tenant.objects[POLICIES].values():
        users = policy["conditions"]["users"]
        users["excludeGroups"] = [next(iter(reversed(tenant.objects["groups"])))]
    spared = {key for key, body in tenant.objects["groups"].items() if "BreakGlass" in body["displayName"]}
    with pytest.raises(mistakes.NothingThere):
        list(iter(lambda: mistake(tenant), ""))
    assert spared
    assert spared <= tenant.objects["groups"].keys()


def test_a_guest_becomes_a_global_administrator() -> None:
    tenant = company()
    before = set(tenant.objects[f"{ROLES}/roleAssignments"])
    mistakes.promote_guest(tenant)
    (new,) = tenant.objects[f"{ROLES}/roleAssignments"].keys() - before
    given = tenant.objects[f"{ROLES}/roleAssignments"][new]
    assert given["roleDefinitionId"] == portal.GLOBAL_ADMINISTRATOR
    assert tenant.objects["users"][given["principalId"]]["userType"] == "Guest"
    assert strays(tenant) == set()


def test_stripped_permissions_leave_no_grant_behind() -> None:
    tenant = company()
    before = copy.deepcopy(tenant.objects)
    assert "HR Sync" in mistakes.strip_permissions(tenant)
    changed = [key for key, body in tenant.objects["applications"].items() if body != before["applications"][key]]
    app = tenant.objects["applications"][changed[0]]
    assert len(changed) == 1
    assert app["requiredResourceAccess"] == []
    principal = next(p["id"] for p in tenant.objects["servicePrincipals"].values() if p["appId"] == app["appId"])
    gone = before["appRoleAssignments"].keys() - tenant.objects["appRoleAssignments"].keys()
    assert gone == {key for key, body in before["appRoleAssignments"].items() if body["principalId"] == principal}
    assert gone


def test_an_activated_role_appears_as_assignment_and_as_activated_instance() -> None:
    tenant = company()
    before = set(tenant.objects[f"{ROLES}/roleAssignments"])
    mistakes.activate_pim(tenant)
    (new,) = tenant.objects[f"{ROLES}/roleAssignments"].keys() - before
    instances = tenant.objects[f"{ROLES}/roleAssignmentScheduleInstances"].values()
    (instance,) = (item for item in instances if item["roleAssignmentOriginId"] == new)
    assert instance["assignmentType"] == "Activated"
    assert instance["endDateTime"] > instance["startDateTime"]
    assert strays(tenant) == set()


def test_a_rename_changes_the_name_alone() -> None:
    tenant = company()
    before = copy.deepcopy(tenant.objects)
    mistakes.rename_group(tenant)
    changed = [
        (path, key) for path, key in held(tenant) if path in before and tenant.objects[path][key] != before[path][key]
    ]
    ((path, key),) = changed
    assert path == "groups"
    new = tenant.objects[path][key]
    assert new == before[path][key] | {"displayName": new["displayName"]}
    assert any(key in json.dumps(policy) for policy in tenant.objects[POLICIES].values())


def test_mistakes_work_on_a_loaded_tenant(tmp_path: Path) -> None:
    group = "10000000-0000-4000-8000-000000000001"
    users: dict[str, Any] = {"includeUsers": ["All"], "excludeGroups": [group]}
    policy = {"id": "p", "displayName": "CA1", "state": "enabled", "conditions": {"users": users}}
    (tmp_path / "all.json").write_text(json.dumps([policy]), "utf-8")
    tenant = Tenant("11111111-2222-4333-8444-555555555555", "x.example")
    load(tenant, tmp_path / "all.json")
    assert "renamed" in mistakes.rename_group(tenant)
    assert "CA1" in mistakes.remove_exclusion(tenant)
    nothing = (mistakes.remove_exclusion, mistakes.strip_permissions, mistakes.promote_guest, mistakes.activate_pim)
    for mistake in nothing:
        with pytest.raises(mistakes.NothingThere):
            mistake(tenant)
    assert "Deleted" in mistakes.delete_group(tenant)


def test_an_empty_tenant_has_nothing_to_spoil() -> None:
    tenant = Tenant("11111111-2222-4333-8444-555555555555", "x.example")
    for mistake in MISTAKES:
        with pytest.raises(mistakes.NothingThere):
            mistake(tenant)
    assert tenant.changes == []
    assert "Created the group" in mistakes.random_change(tenant, random.Random(1))


@pytest.mark.parametrize("change", changes.CHANGES, ids=lambda change: change.__name__)
def test_every_small_change_changes_something_and_touches_it(change: Callable[[Tenant, random.Random], str]) -> None:
    tenant = company()
    before = held(tenant)
    change(tenant, random.Random(5))
    changed = {key for key in differing(before, held(tenant)) if not inline(key)}
    assert changed
    assert changed <= touched(tenant)
    assert tenant.audits
    assert malformed(tenant) == set()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_a_day_of_random_changes_keeps_the_tenant_consistent(seed: int) -> None:
    tenant, rng = company(), random.Random(seed)
    sentences = [mistakes.random_change(tenant, rng) for _ in range(30)]
    assert all(sentence.endswith(".") for sentence in sentences)
    gone = {change.id for change in tenant.changes if change.reason in ("deleted", "softDeleted")}
    assert {value for _, value in strays(tenant)} <= gone
    assert malformed(tenant) == set()
    again, rng = company(), random.Random(seed)
    assert [mistakes.random_change(again, rng) for _ in range(30)] == sentences
