"""What someone added is taken back; who joined stays; a selection touches what it names and the access to that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drift_checks import TENANT
from plan_checks import (
    ADA,
    ADMIN,
    APP,
    APP_ID,
    ASSIGNMENTS,
    EVE,
    FILES,
    GIVEN,
    GLASS,
    GRANTS,
    GRAPH,
    KEY,
    MALLORY,
    NESTED,
    NEW,
    NOW,
    POLICIES,
    PRINCIPAL,
    ROLE_ID,
    ROLES,
    SALES,
    Planner,
    assigned,
    company,
    credential,
    group,
    one,
    said,
    user,
)  # fmt: skip

from entragit.access import takes_last_credential
from entragit.errors import UsageError
from entragit.model import ABSENT, Coverage, Gap
from entragit.resources.catalog import CATALOG
from entragit.state import State

EVIL = "e1000000-0000-4000-8000-00000000000e"
LOST = "e2000000-0000-4000-8000-00000000000e"
SECOND = "f2000000-0000-4000-8000-00000000000f"


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path / "r")


def mallory(**more: Any) -> dict[str, Any]:
    """A new user, and what else the tenant has."""
    return {"mallory": ("users", user(MALLORY, "mallory")), **more}


def stranger(*resources: str) -> tuple[str, dict[str, Any]]:
    """A new application's service principal that was given a role of each of `resources`."""
    roles = [{"appRoleId": ROLE_ID, "resourceId": id_, "principalType": "ServicePrincipal"} for id_ in resources]
    return "servicePrincipals", {
        "id": EVIL, "appId": NEW, "displayName": "Evil", "servicePrincipalType": "Application",
        "appOwnerOrganizationId": TENANT, "appRoleAssignments": roles, "accountEnabled": True,
        "passwordCredentials": [credential(SECOND)], "appRoleAssignmentRequired": False,
    }  # fmt: skip


ASSIGNED = (ASSIGNMENTS, assigned(NEW, MALLORY))
GRANTED = (GRANTS, {"id": "evilGrantEvilGrant", "clientId": EVIL, "resourceId": GRAPH, "consentType": "AllPrincipals",
                    "scope": "Directory.ReadWrite.All"})  # fmt: skip
FEDERATED = [{"name": "evil", "issuer": "https://evil.example", "subject": "x", "audiences": ["y"]}]

# What an intruder did → the change that takes it back, and the value that it takes away.
INTRUSIONS: dict[str, tuple[dict[str, Any], tuple[str, str], Any]] = {
    "a role": (mallory(more=ASSIGNED), ("delete", f"{ASSIGNMENTS}/99999999"), None),
    "a role for a stranger, of a role of its own": (
        mallory(more=(ASSIGNMENTS, assigned(NEW, MALLORY, EVIL)), role=(ROLES, {"id": EVIL, "displayName": "Evil"})),
        ("delete", f"{ASSIGNMENTS}/99999999"),
        None,
    ),
    "a grant to a new application": (
        {"evil": stranger(), "more": GRANTED}, ("delete", f"{GRANTS}/"), None,
    ),
    "an app role for a new application": (
        {"evil": stranger(GRAPH)},
        ("update", "servicePrincipals/Evil.e1000000"),
        {"appRoleId": ROLE_ID, "resourceId": GRAPH},
    ),
    "an app role": (
        {"graph": {"appRoleAssignedTo": [{"appRoleId": ROLE_ID, "principalId": MALLORY, "principalType": "User"}]}}
        | mallory(),
        ("update", "servicePrincipals/Microsoft-Graph.a0000000"),
        {"appRoleId": ROLE_ID, "principalId": MALLORY},
    ),
    "a password": (
        {"app": {"passwordCredentials": [credential(KEY), credential(SECOND)]}},
        ("update", "applications/Payroll.70000000"),
        credential(SECOND),
    ),
    "a certificate": (
        {"app": {"keyCredentials": [{**credential(SECOND), "type": "AsymmetricX509Cert", "usage": "Verify"}]}},
        ("update", "applications/Payroll.70000000"),
        {**credential(SECOND), "type": "AsymmetricX509Cert", "usage": "Verify"},
    ),
    "a federated credential": (
        {"app": {"federatedIdentityCredentials": FEDERATED}}, ("update", "applications/Payroll.70000000"), FEDERATED[0],
    ),
    "an owner": (mallory(app={"owners": [MALLORY]}), ("update", "applications/Payroll.70000000"), MALLORY),
    "a member": (
        mallory(glass={"members": [ADA, MALLORY]}), ("update", "groups/Glass.50000000"), MALLORY,
    ),
    "an exclusion": (
        mallory(policy={"conditions": {"users": {"includeUsers": ["All"], "excludeGroups": [GLASS],
                                                 "excludeUsers": [MALLORY]},
                                       "applications": {"includeApplications": [APP_ID]}, "clientAppTypes": ["all"],
                                       "locations": {"includeLocations": ["All"],
                                                     "excludeLocations": ["e0000000-0000-4000-8000-00000000000e"]}}}),
        ("update", f"{POLICIES}/CA001.d0000000"),
        MALLORY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INTRUSIONS)
def test_what_an_intruder_added_goes_and_nothing_else(planner: Planner, name: str) -> None:
    added, (action, address), taken = INTRUSIONS[name]
    plan = planner.plan(FILES(), FILES(), company(**added))
    change = one(plan.changes)
    assert change.action == action
    assert change.address.startswith(address)
    assert set(change.origins) == {"reverts"}
    assert plan.findings == ()
    assert [edit.after for edit in change.edits] == ([] if taken is None else [ABSENT])
    if taken is not None:
        before = change.edits[0].before
        assert (before[0] if isinstance(before, list) else before) == taken
    # Whoever is new stays, as it is.
    assert len(plan.extras) == sum(isinstance(item, tuple) and item[0] in ("users", "servicePrincipals", ROLES)
                                   for item in added.values())  # fmt: skip


def test_nothing_inside_an_extra_object_is_touched(planner: Planner) -> None:
    """Its members, owners, credentials, and what other strangers gave it, are its own."""
    other = "servicePrincipals", {**stranger()[1], "id": SECOND, "appId": SECOND, "displayName": "Other"}
    circle = ("groups", group(NEW, "Circle", members=[MALLORY, ADA], owners=[MALLORY]))
    actual = company(**mallory(circle=circle, evil=stranger(SECOND), other=other))
    plan = planner.plan(FILES(), FILES(), actual)
    assert plan.changes == ()
    assert len(plan.extras) == 4


def test_fifty_hires_stay(planner: Planner) -> None:
    hires = {f"hire{n}": ("users", user(f"0000{n:04}-0000-4000-8000-000000000000", f"hire{n}")) for n in range(50)}
    plan = planner.plan(
        FILES(), FILES(), company(**hires, **{name: INTRUSIONS["a role"][0][name] for name in ("more",)})
    )
    assert [change.action for change in plan.changes] == ["delete"]
    assert len(plan.extras) == 50


def test_access_that_could_not_be_read_is_left_alone(planner: Planner) -> None:
    less = Coverage(frozenset({"users", "groups"}), frozenset({Gap(ASSIGNMENTS, reason="failed")}))
    assert planner.plan(FILES(), FILES(), company(**mallory(more=ASSIGNED)), covered=less).changes == ()


def test_access_given_back_by_hand_is_the_same(planner: Planner) -> None:
    """Another id, the same access: nothing to take, nothing to give. What else it says is brought to desired."""
    again = {"given": None, "more": (ASSIGNMENTS, assigned(NEW, ADA))}
    assert planner.plan(FILES(), FILES(), company(**again)).changes == ()
    wider = {"id": "otherGrantOtherGr", "clientId": PRINCIPAL, "consentType": "AllPrincipals", "resourceId": GRAPH,
             "scope": "Directory.ReadWrite.All User.Read"}  # fmt: skip
    change = one(planner.plan(FILES(), FILES(), company(grant=None, more=(GRANTS, wider))).changes)
    assert (change.action, change.live) == ("update", "otherGrantOtherGr")
    assert [edit.after for edit in change.edits] == ["User.Read"]
    # Of two that are the same, one is too many.
    twice = company(given=None, one=(ASSIGNMENTS, assigned(NEW, ADA)), two=(ASSIGNMENTS, assigned(EVIL, ADA)))
    assert [change.action for change in planner.plan(FILES(), FILES(), twice).changes] == ["delete"]


def test_access_follows_the_id_map(planner: Planner) -> None:
    """The same person under a new id has the same role, by an assignment that nobody recorded."""
    back = ("users", user(NEW, "ada"))
    actual = company(
        ada=None, back=back, given=None, more=(ASSIGNMENTS, assigned(EVIL, NEW)),
        sales={"members": [EVE, NESTED, NEW], "owners": [NEW]}, glass={"members": [NEW]},
    )  # fmt: skip
    assert planner.plan(FILES(), FILES(), actual, state=State(id_map={ADA: NEW})).changes == ()


# --- credentials ------------------------------------------------------------------------------------------------

OLD, ENDED = credential(KEY), credential(KEY, "2026-05-01T00:00:00Z")

# Desired's and the tenant's passwords → whether the last valid one would go.
CREDENTIALS = [
    ([OLD], [OLD, credential(SECOND)], False),
    ([OLD], [credential(SECOND)], True),
    ([ENDED], [ENDED, credential(SECOND)], True),
    ([], [credential(SECOND)], True),
    ([OLD], [credential(SECOND, "2026-05-01T00:00:00Z")], False),
    ([ENDED], [ENDED, credential(SECOND, "2026-05-01T00:00:00Z")], False),
    ([OLD], [OLD], False),
    ([OLD], [], False),
    ([OLD], [OLD, {"keyId": SECOND}], False),
    ([], [{"keyId": SECOND}], True),
    ([{"keyId": KEY}], [{"keyId": KEY}, credential(SECOND)], True),
    ([], [{**credential(SECOND), "startDateTime": "2026-07-01T00:00:00Z"}], False),
]


@pytest.mark.parametrize(("desired", "actual", "last"), CREDENTIALS)
def test_the_last_valid_credential_is_told(desired: Any, actual: Any, last: bool) -> None:
    wanted, held = ({"id": APP, "passwordCredentials": found} for found in (desired, actual))
    assert takes_last_credential(CATALOG["applications"], held, wanted, NOW) == last
    # Whatever they are, nobody takes the last one from who keeps all.
    assert not takes_last_credential(CATALOG["applications"], held, held, NOW)


def test_a_password_that_the_tenant_lost_is_for_the_ledger(planner: Planner) -> None:
    plan = planner.plan(FILES(), FILES(), company(app={"passwordCredentials": None}))
    assert plan.changes == ()
    assert [entry.what for entry in plan.ledger] == ["secret"]


# --- selection --------------------------------------------------------------------------------------------------

SELECTED = [
    ("groups/40/Sales.40000000.yaml", {"groups/Sales.40000000"}),
    ("groups/4*", {"groups/Sales.40000000"}),
    (":(glob)groups/**/*.yaml", {"groups/Sales.40000000", "groups/Glass.50000000", "groups/Nested.60000000"}),
    ("groups", {"groups/Sales.40000000", "groups/Glass.50000000", "groups/Nested.60000000"}),
    ("groups/Sales.40000000", {"groups/Sales.40000000"}),
    (SALES, {"groups/Sales.40000000"}),
    (SALES.upper(), {"groups/Sales.40000000"}),
    ("Sales", {"groups/Sales.40000000"}),
    ("ada@contoso.com", {"users/ada@contoso.com"}),
    ("policies/authorizationPolicy", {"policies/authorizationPolicy"}),
    (GIVEN, {f"{ASSIGNMENTS}/c0000000"}),
    ("mallory@contoso.com", {"users/mallory@contoso.com"}),
]


@pytest.mark.parametrize(("word", "addresses"), SELECTED)
def test_a_path_means_what_git_or_a_person_calls_it(planner: Planner, word: str, addresses: set[str]) -> None:
    plan = planner.plan(FILES(), FILES(), company(**mallory()), paths=[word])
    assert set(plan.selection) == addresses


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("Salse", "nothing in the commit or the tenant is called `Salse`"),
        ("groups/Salse.40000000", "did you mean `groups/Sales.40000000`"),
        ("Payroll", "names applications/Payroll.70000000, servicePrincipals/Payroll.90000000; give one of these"),
        ("", "nothing in the commit"),
        (":(frob)x", "nothing in the commit"),
    ],
)
def test_a_path_that_means_nothing_is_an_error(planner: Planner, word: str, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("(", r"\(").replace(")", r"\)")):
        planner.plan(FILES(), FILES(), FILES(), paths=["groups", word])


def test_an_address_goes_before_a_folder_of_that_name(planner: Planner) -> None:
    kind = "policies/authenticationMethodsPolicy"
    method = (f"{kind}/authenticationMethodConfigurations", {"id": "Sms", "state": "disabled"})
    tree = company(policies=(kind, {"id": "authenticationMethodsPolicy"}), sms=method)
    assert planner.plan(tree, tree, tree, paths=[kind]).selection == (kind,)
    assert planner.plan(tree, tree, tree, paths=[f"{kind}/"]).selection == (f"{method[0]}/sms",)


def test_what_an_earlier_plan_named_may_be_gone(planner: Planner) -> None:
    """An apply that deleted it asks again, and finds nothing left to do."""
    role = company(**mallory(more=ASSIGNED))
    first = planner.plan(FILES(), FILES(), role, paths=[ASSIGNMENTS])
    assert said(first) == [("delete", f"{ASSIGNMENTS}/99999999")]
    again = {"paths": first.selection, "exact": True}
    assert planner.plan(FILES(), FILES(), FILES(), **again).changes == ()
    assert planner.plan(FILES(), FILES(), role, **again).changes == first.changes


def test_a_selection_limits_the_plan(planner: Planner) -> None:
    actual = company(**mallory(sales={"description": "x"}, glass={"description": "x"}, more=ASSIGNED))
    assert said(planner.plan(FILES(), FILES(), actual, paths=["Sales"])) == [("update", "groups/Sales.40000000")]
    assert planner.plan(FILES(), FILES(), actual, paths=["Nested"]).changes == ()


def test_access_to_what_is_selected_is_part_of_it(planner: Planner) -> None:
    role = {"more": ASSIGNED, "lost": (ASSIGNMENTS, assigned(LOST, EVE))}
    base = company(lost=role["lost"])
    actual = company(**mallory(more=role["more"], evil=stranger(GRAPH, PRINCIPAL), granted=GRANTED))
    for path in ("mallory@contoso.com", ADMIN):
        found = planner.plan(base, base, actual, paths=[path])
        assert ("delete", f"{ASSIGNMENTS}/99999999") in said(found)
    # What it had and the tenant took comes back as well.
    assert said(planner.plan(base, base, actual, paths=["eve@contoso.com"])) == [("create", f"{ASSIGNMENTS}/e2000000")]
    graph = planner.plan(base, base, actual, paths=[GRAPH])
    assert [action for action, _ in said(graph)] == ["delete", "update"]
    update = graph.changes[1]
    assert [edit.before["resourceId"] for edit in update.edits] == [GRAPH]
    assert graph.extras == ()


def test_an_app_role_of_a_known_application_goes_with_its_resource(planner: Planner) -> None:
    roles = [{"appRoleId": id_, "resourceId": GRAPH, "principalType": "ServicePrincipal"} for id_ in (ROLE_ID, NEW)]
    actual = company(principal={"appRoleAssignments": roles, "notes": "x"})
    change = one(planner.plan(FILES(), FILES(), actual, paths=[GRAPH]).changes)
    assert [edit.before["appRoleId"] for edit in change.edits] == [NEW]
    assert change.desired is not None
    assert change.desired["notes"] == "x"


def test_what_names_a_selected_object_that_comes_back_follows(planner: Planner) -> None:
    """The policy isn't selected: of it only the exclusion of the group follows."""
    actual = company(glass=None, policy={"state": "disabled"})
    plan = planner.plan(FILES(), FILES(), actual, paths=["groups"])
    assert {change.kind: [edit.path[-1] for edit in change.edits] for change in plan.changes if change.live} == {
        POLICIES: [f'"{GLASS}"']
    }
    lost = company(glass=None, nested=None, sales={"members": [EVE], "description": "x"})
    back = planner.plan(FILES(), FILES(), lost, paths=["Nested"])
    sales = next(change for change in back.changes if change.address == "groups/Sales.40000000")
    assert [edit.after for edit in sales.edits] == [NESTED]


def test_what_a_selection_leaves_missing_is_named(planner: Planner) -> None:
    """A group is not made because another one needs it: whoever asks says so."""
    actual = company(nested=None, sales={"members": [ADA, EVE]})
    plan = planner.plan(FILES(), FILES(), actual, paths=["Sales"])
    assert [(finding.guard, finding.address) for finding in plan.findings] == [("selection", "groups/Sales.40000000")]
    assert "needs groups/Nested.60000000" in plan.findings[0].message
    assert planner.plan(FILES(), FILES(), actual, paths=["groups"]).findings == ()


def test_a_selected_extra_is_pruned_alone(planner: Planner) -> None:
    more = {f"g{n}": ("groups", group(f"0000000{n}-0000-4000-8000-000000000000", f"G{n}")) for n in range(2)}
    plan = planner.plan(FILES(), FILES(), company(**more), paths=["G1"], prune=["groups"])
    assert said(plan) == [("delete", "groups/G1.00000001")]


def test_gaps_of_what_is_not_selected_are_no_concern(planner: Planner) -> None:
    less = Coverage(frozenset(), frozenset({Gap("devices", reason="failed"), Gap("groups", "owners", reason="failed")}))
    gaps = planner.plan(FILES(), FILES(), FILES(), covered=less, paths=["Sales"]).gaps
    assert {gap.kind for gap in gaps} == {"groups"} | {name for name, kind in CATALOG.items() if kind.access}
