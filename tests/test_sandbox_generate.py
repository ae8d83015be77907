"""A made-up company is consistent, believable and the same for the same seed."""

from __future__ import annotations

import json

import pytest
from tenant_checks import everything, malformed, strays

from entragit.sandbox.company import well_known
from entragit.sandbox.company.conditional_access import FORMER_EMPLOYEE
from entragit.sandbox.company.names import NASTY
from entragit.sandbox.generate import company
from entragit.sandbox.rules import types
from entragit.sandbox.store import Tenant

POLICIES = "identity/conditionalAccess/policies"
ROLES = "roleManagement/directory"


def text(tenant: Tenant) -> str:
    return json.dumps([tenant.id, tenant.domain, tenant.objects, tenant.singletons, tenant.links, tenant.children])


@pytest.fixture(scope="module")
def small() -> Tenant:
    return company()


@pytest.fixture(scope="module", params=[(50, 1), (51, 2), (700, 3)], ids=str)
def tenant(request: pytest.FixtureRequest) -> Tenant:
    users, seed = request.param
    return company(users, seed)


def test_every_reference_names_something(tenant: Tenant) -> None:
    assert strays(tenant) == set()


def test_one_reference_dangles_on_purpose(tenant: Tenant) -> None:
    excluding = [
        p for p in tenant.objects[POLICIES].values() if FORMER_EMPLOYEE in p["conditions"]["users"]["excludeUsers"]
    ]
    assert len(excluding) == 1
    assert tenant.kind_of(FORMER_EMPLOYEE) is None


def test_every_object_has_exactly_the_properties_of_its_type(tenant: Tenant) -> None:
    assert malformed(tenant) == set()


def test_every_value_fits_its_property(tenant: Tenant) -> None:
    wrong = set()
    for path, body in everything(tenant):
        named = body.get("@odata.type", types.collection_type(path)).removeprefix("#microsoft.graph.")
        for name, field in types.properties(named).items():
            value = body.get(name)
            members = types.enum_members(field.type)
            if field.collection != isinstance(value, list) and value is not None:
                wrong.add((path, name))
            if members and isinstance(value, str) and not set(value.split(",")) <= set(members):
                wrong.add((path, name, value))
            if types.kind(field.type) == "complex" and value and not field.collection:
                declared = str(value.get("@odata.type", field.type)).removeprefix("#microsoft.graph.")
                known = {*types.properties(declared), *types.navigation(declared), "@odata.type"}
                wrong |= {(path, name, extra) for extra in set(value) - known if types.properties(declared)}
    assert wrong == set()


def test_one_seed_makes_one_tenant_and_another_another() -> None:
    assert text(company(60, 7)) == text(company(60, 7))
    assert text(company(60, 7)) != text(company(60, 8))
    fixed = "11111111-2222-4333-8444-555555555555"
    assert company(60, 7, tenant_id=fixed).id == fixed


def test_a_company_does_not_tell_when_it_was_made(small: Tenant) -> None:
    assert f"{small.now():%Y-%m-%d}" not in text(small)


def test_the_asked_number_of_users_and_every_kind(tenant: Tenant) -> None:
    assert len(tenant.objects["users"]) in (50, 51, 700)
    empty = {
        "applications/inheritablePermissions",  # it has no agents
        "invitations",
        "identityGovernance/privilegedAccess/group/resources",
        "auditLogs/directoryAudits",
        "auditLogs/signIns",
        "identityGovernance/entitlementManagement/assignmentRequests",
        "identityGovernance/entitlementManagement/resourceRequests",
        "identityGovernance/lifecycleWorkflows/deletedItems/workflows",
    }
    alias = {"identity/conditionalAccess/authenticationStrength/policies"}
    held = {path for path, objects in tenant.objects.items() if objects} | set(tenant.singletons) | set(tenant.children)
    assert held == set(types.COLLECTIONS) - empty - alias


@pytest.mark.parametrize("users", [0, 49, 100_001])
def test_other_sizes_are_refused(users: int) -> None:
    with pytest.raises(ValueError, match="50 to 100000"):
        company(users)


def test_links_name_an_owner_of_their_collection_and_no_target_twice(tenant: Tenant) -> None:
    for path, owners in tenant.links.items():
        held = tenant.objects[path.rsplit("/", 1)[0]]
        assert set(owners) <= set(held), path
        assert all(len(targets) == len(set(targets)) for targets in owners.values()), path
    assert all(len(targets) == 1 for targets in tenant.links["users/manager"].values())
    assert all(1 <= len(targets) <= 5 for targets in tenant.links["users/sponsors"].values())


def test_licences_add_up(small: Tenant) -> None:
    skus = {sku["skuId"]: sku for sku in small.objects["subscribedSkus"].values()}
    seen = {"direct": 0, "inherited": 0, "both": 0}
    for user in small.objects["users"].values():
        states = user["licenseAssignmentStates"]
        assert {state["skuId"] for state in states} == {held["skuId"] for held in user["assignedLicenses"]}
        groups = [state["assignedByGroup"] for state in states]
        for group in filter(None, groups):
            assert user["id"] in small.links["groups/members"][group]
            assert small.objects["groups"][group]["assignedLicenses"]
        seen["direct"] += None in groups
        seen["inherited"] += any(groups)
        seen["both"] += len(states) > len({state["skuId"] for state in states})
    assert all(seen.values()), seen
    assert all(0 < sku["consumedUnits"] <= sku["prepaidUnits"]["enabled"] for sku in skus.values())


def test_groups_of_every_sort(small: Tenant) -> None:
    groups = small.objects["groups"].values()
    members = small.links["groups/members"]
    assert any(group["isAssignableToRole"] for group in groups)
    assert any(group["visibility"] == "HiddenMembership" for group in groups)
    assert any("DynamicMembership" in group["groupTypes"] and group["membershipRule"] for group in groups)
    assert any(group["mailEnabled"] and group["securityEnabled"] for group in groups)
    assert any(group["onPremisesSyncEnabled"] for group in groups)
    assert any(target in small.objects["servicePrincipals"] for targets in members.values() for target in targets)
    assert any(one in members.get(other, []) for one in members for other in members[one]), "no cycle"
    names = [group["displayName"] for group in groups]
    assert len(names) > len(set(names))


def test_there_are_ten_memberships_per_user_and_some_very_large_groups() -> None:
    sizes = [len(targets) for targets in company(10_000, 4).links["groups/members"].values()]
    assert 95_000 <= sum(sizes) <= 105_000
    assert sum(size > 2000 for size in sizes) >= 4


def test_the_break_glass_accounts_are_global_administrators_and_excluded(small: Tenant) -> None:
    group = next(g for g in small.objects["groups"].values() if g["displayName"] == "CA-BreakGlass-Exclude")
    role = well_known.role("Global Administrator")
    assigned = [a for a in small.objects[f"{ROLES}/roleAssignments"].values() if a["roleDefinitionId"] == role]
    assert len(assigned) == 3
    assert set(small.links["groups/members"][group["id"]]) < {item["principalId"] for item in assigned}
    excluding = [
        p for p in small.objects[POLICIES].values() if group["id"] in p["conditions"]["users"]["excludeGroups"]
    ]
    assert len(excluding) >= 12


def test_an_activated_role_is_told_from_an_assigned_one(small: Tenant) -> None:
    assignments = small.objects[f"{ROLES}/roleAssignments"]
    instances = small.objects[f"{ROLES}/roleAssignmentScheduleInstances"].values()
    assert {item["roleAssignmentOriginId"] for item in instances} == set(assignments)
    assert [item["assignmentType"] for item in instances].count("Activated") == 1


def test_inline_methods_are_the_objects_of_their_collection(small: Tenant) -> None:
    inline = small.singletons["policies/authenticationMethodsPolicy"]["authenticationMethodConfigurations"]
    held = small.objects["policies/authenticationMethodsPolicy/authenticationMethodConfigurations"]
    assert all(item is held[item["id"]] for item in inline)
    kinds = {item["@odata.type"].removeprefix("#microsoft.graph.") for item in inline}
    assert kinds == types.derived("authenticationMethodConfiguration")


def test_hostile_names_are_in_every_kind_and_all_of_them_in_a_larger_company(small: Tenant) -> None:
    for path in ("users", "groups", "devices", "applications", "directory/administrativeUnits"):
        assert any(body["displayName"] in NASTY for body in small.objects[path].values()), path
    larger = company(400, 2).objects["users"].values()
    names = [user["displayName"] for user in larger]
    assert set(NASTY) <= set(names)
    assert len({name.casefold() for name in names}) < len(set(names)), "no two names equal but for case"
    assert max(map(len, names)) == 256


def test_permissions_are_real_and_offered_by_microsoft_graph(small: Tenant) -> None:
    graph = next(p for p in small.objects["servicePrincipals"].values() if p["appId"] == well_known.GRAPH)
    offered = {item["id"] for item in graph["appRoles"] + graph["oauth2PermissionScopes"]}
    assert well_known.graph_app_roles()["User.Read.All"] == "df021288-bdef-4463-88db-98f22de89214"
    asked = [
        item["id"]
        for app in small.objects["applications"].values()
        for access in app["requiredResourceAccess"]
        if access["resourceAppId"] == well_known.GRAPH
        for item in access["resourceAccess"]
    ]
    assert asked
    assert set(asked) <= offered


@pytest.mark.nightly
def test_a_hundred_thousand_users() -> None:
    assert sum(map(len, company(100_000).links["groups/members"].values())) > 900_000
