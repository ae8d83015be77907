"""Rollback: desired wins within what both cover, by id through the id map, restored before it is made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_checks import (
    ADA,
    APP,
    APP_ID,
    ASSIGNMENTS,
    COMPANY,
    EVE,
    FILES,
    GLASS,
    GRANTS,
    GRAPH_ID,
    MALLORY,
    NESTED,
    NEW,
    POLICIES,
    POLICY,
    PRINCIPAL,
    SALES,
    TENANT,
    Planner,
    assigned,
    company,
    group,
    index,
    one,
    said,
    user,
)  # fmt: skip

from entragit import document
from entragit.diff import patch
from entragit.errors import DocumentError
from entragit.idmap import followed
from entragit.manifest import FORMATS
from entragit.model import ABSENT, NOT_READ, Body, Coverage, Edit, Gap
from entragit.resources.catalog import CATALOG
from entragit.state import Authored, State

SALES_PATH = "groups/40/Sales.40000000.yaml"


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path / "r")


def test_what_is_as_desired_needs_nothing(planner: Planner) -> None:
    plan = planner.plan(FILES(), FILES(), FILES())
    assert (plan.changes, plan.findings, plan.ledger, plan.extras) == ((), (), (), ())


# What is changed in desired, in the tenant → the actions and origins of the plan's only resource.
STATES: list[tuple[Any, Any, list[tuple[str, set[str]]]]] = [
    ({}, {"description": "x"}, [("update", {"reverts"})]),
    ({"description": "x"}, {}, [("update", {"yours"})]),
    ({"description": "x"}, {"description": "x"}, []),
    ({"description": "x"}, {"description": "y"}, [("update", {"yours"})]),
    ({"description": "x"}, {"visibility": "Private"}, [("update", {"yours", "reverts"})]),
    ({}, {"displayName": "Sales EMEA"}, [("update", {"reverts"})]),
    ({"displayName": "Sales EMEA"}, {}, [("update", {"yours"})]),
    ({}, {"members": [ADA]}, [("update", {"reverts"})]),
    ({"members": [ADA]}, {"members": [ADA, EVE, NESTED, MALLORY]}, [("update", {"yours", "reverts"})]),
    ({}, {"members": None}, [("update", {"reverts"})]),
    ({}, None, [("create", {"reverts"})]),
    ({"description": "x"}, None, [("create", {"yours", "reverts"})]),
    (None, {}, []),
    (None, {"description": "x"}, []),
    (None, None, []),
]


@pytest.mark.parametrize(("desired", "actual", "expected"), STATES)
def test_every_state_of_one_resource(planner: Planner, desired: Any, actual: Any, expected: list[Any]) -> None:
    plan = planner.plan(FILES(), company(sales=desired), company(sales=actual))
    assert [(change.action, set(change.origins)) for change in plan.changes] == expected
    assert all(change.address in index(company(sales=desired)).ids.values() for change in plan.changes)
    assert plan.extras == (("groups/Sales.40000000",) if desired is None and actual is not None else ())


@pytest.mark.parametrize("name", COMPANY)
def test_every_kind_comes_back_with_what_names_it(planner: Planner, name: str) -> None:
    """What is gone is made; what names it is named, too, for Graph gives it another id."""
    kind, body = COMPANY[name]
    if CATALOG[kind].shape == "singleton":
        assert said(planner.plan(FILES(), FILES(), company(settings={"allowInvitesFrom": "everyone"}))) == [
            ("update", kind)
        ]
        return
    plan = planner.plan(FILES(), FILES(), company(**{name: None}))
    made = [change for change in plan.changes if change.action == "create"]
    if body.get("isBuiltIn"):
        assert (plan.changes, [entry.what for entry in plan.ledger]) == ((), ["built in"])
        return
    assert [(change.id, change.live) for change in made] == [(body["id"], "")]
    assert all(e.before == e.after for c in plan.changes if c not in made for e in c.edits), plan.changes
    assert all(set(c.origins) == {"follows"} for c in plan.changes if c not in made)


@pytest.mark.parametrize("named", [False, True])
def test_an_application_may_ask_for_what_nobody_here_offers(planner: Planner, named: bool) -> None:
    """Graph takes a permission of any API there; a policy on one that isn't here goes to the ledger."""
    conditions: Any = COMPANY["policy"][1]["conditions"]
    onto = {"includeApplications": sorted([APP_ID, *([GRAPH_ID] if named else [])])}
    less = {"graph": None, "grant": None}
    here = company(
        **less, principal={"appRoleAssignments": None}, policy={"conditions": {**conditions, "applications": onto}}
    )
    plan = planner.plan(here, here, company(**less, principal=None, app=None, policy=None))
    (app,) = (change for change in plan.changes if change.kind == "applications")
    assert app.desired is not None
    assert app.desired["requiredResourceAccess"] == COMPANY["app"][1]["requiredResourceAccess"]
    lost = [(entry.kind, entry.property.rpartition("/")[2]) for entry in plan.ledger if entry.what == "gone"]
    assert lost == ([(POLICIES, GRAPH_ID)] if named else [])


@pytest.mark.parametrize(
    ("gone", "followers"),
    [
        ("glass", {POLICIES}),
        ("place", {POLICIES}),
        ("ada", {"groups", ASSIGNMENTS}),
        ("nested", {"groups"}),
        ("principal", {GRANTS}),
        ("app", {POLICIES}),
    ],
)
def test_references_follow_what_gets_a_new_id(planner: Planner, gone: str, followers: set[str]) -> None:
    plan = planner.plan(FILES(), FILES(), company(**{gone: None}))
    assert {change.kind for change in plan.changes if "follows" in change.origins} == followers
    if gone == "glass":
        policy = next(change for change in plan.changes if change.kind == POLICIES)
        assert policy.edits == (Edit(("conditions", "users", "excludeGroups", f'"{GLASS}"'), GLASS, GLASS),)
        assert plan.names[GLASS] == "groups/Glass.50000000"


def test_an_element_that_is_called_by_a_reference_follows_whole(planner: Planner) -> None:
    """A method's target is known by the id of its group: with that, the whole element is another."""
    target = {"id": GLASS, "targetType": "group", "isRegistrationRequired": False}
    kind = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    type_ = "#microsoft.graph.smsAuthenticationMethodConfiguration"
    sms = kind, {"@odata.type": type_, "id": "Sms", "state": "disabled", "includeTargets": [target]}
    before = company(sms=sms)
    plan = planner.plan(before, before, company(sms=sms, glass=None))
    (change,) = (change for change in plan.changes if change.kind == kind)
    (edit,) = change.edits
    assert (edit.path[0], edit.before, edit.after, change.origins) == ("includeTargets", target, target, ("follows",))


def test_a_deleted_item_is_restored_and_nothing_follows(planner: Planner) -> None:
    plan = planner.plan(FILES(), FILES(), company(glass=None), deleted={GLASS: "groups"})
    change = one(plan.changes)
    assert (change.action, change.id, change.live, change.actual) == ("restore", GLASS, GLASS, None)
    # An id of another kind is no such thing.
    assert said(planner.plan(FILES(), FILES(), company(glass=None), deleted={GLASS: "users"}))[0][0] == "create"


OF_PAYROLL = {"appId": APP_ID, "appOwnerOrganizationId": TENANT}


@pytest.mark.parametrize(
    ("gone", "deleted", "told", "expected"),
    [
        (["principal"], [PRINCIPAL], OF_PAYROLL, ["restore"]),  # its application is there
        (["app", "principal"], [APP, PRINCIPAL], OF_PAYROLL, ["restore", "restore"]),
        (["app", "principal"], [PRINCIPAL], OF_PAYROLL, ["create", "create"]),  # facts §0.1
        (["app", "principal"], [PRINCIPAL], {**OF_PAYROLL, "appOwnerOrganizationId": ADA}, ["create", "restore"]),
        (["principal"], [PRINCIPAL], {**OF_PAYROLL, "appId": NEW}, ["create"]),  # of an application before this one
    ],
)
def test_a_service_principal_comes_back_with_its_application_alone(
    gone: list[str], deleted: list[str], told: Body, expected: list[str], planner: Planner
) -> None:
    kinds = {APP: "applications", PRINCIPAL: "servicePrincipals"}
    items = {key: kinds[key] for key in deleted}
    bodies = {key: {"id": key, **told} for key in deleted}
    actual = company(**dict.fromkeys(gone))
    plan = planner.plan(FILES(), FILES(), actual, deleted=items, told=bodies)
    back = [change for change in plan.changes if change.kind in kinds.values()]
    assert [change.action for change in back if change.action != "update"] == expected


def test_the_edits_are_all_that_changes(planner: Planner) -> None:
    actual = company(sales={"members": [MALLORY], "description": "x", "owners": None})
    change = one(planner.plan(FILES(), FILES(), actual).changes)
    assert change.actual is not None
    assert patch(CATALOG["groups"], change.actual, change.edits) == change.desired
    assert change.desired == COMPANY["sales"][1]


# --- the id map -------------------------------------------------------------------------------------------------


def renamed(ids: dict[str, str]) -> dict[str, bytes]:
    """The company's files where other ids took the place of these."""
    found = {}
    for path, data in FILES().items():
        for old, new in ids.items():
            data = data.replace(old.encode(), new.encode())
            path = path.replace(old[:8], new[:8]).replace(f"/{old[:2]}/", f"/{new[:2]}/")
        found[path] = data
    return found


@pytest.mark.parametrize("old", [GLASS, ADA, PRINCIPAL, SALES, NESTED, POLICY])
def test_what_was_made_again_is_the_same_object(planner: Planner, old: str) -> None:
    """All that differs is the id; the map says so, and so nothing is to be done."""
    actual = renamed({old: NEW})
    state = State(id_map={old: MALLORY, MALLORY: NEW})
    plan = planner.plan(FILES(), FILES(), actual, state=state)
    assert (plan.changes, plan.extras) == ((), ())
    assert plan.id_map == {old: NEW}
    without = planner.plan(FILES(), FILES(), actual)
    assert (len(without.changes) > 0, without.id_map) == (True, {})


def test_an_edit_of_what_was_made_again_is_an_update(planner: Planner) -> None:
    actual = renamed({GLASS: NEW})
    path = next(path for path in actual if path.startswith("groups/99/"))
    actual[path] += b"visibility: Private\n"
    change = one(planner.plan(FILES(), FILES(), actual, state=State(id_map={GLASS: NEW})).changes)
    assert (change.action, change.id, change.live) == ("update", NEW, NEW)
    assert change.desired is not None
    assert change.desired["id"] == NEW


def test_the_old_object_counts_where_it_is_back_and_the_new_one_gone(planner: Planner) -> None:
    state = State(id_map={GLASS: NEW})
    assert planner.plan(FILES(), FILES(), FILES(), state=state).changes == ()
    plan = planner.plan(FILES(), FILES(), company(glass=None), state=state, deleted={GLASS: "groups"})
    assert (one(plan.changes).action, one(plan.changes).live) == ("restore", GLASS)


def test_what_nobody_touched_follows_an_id_that_moved_before(planner: Planner) -> None:
    """The policy is the same file on all sides, and names an object that has had another id since."""
    gone = company(glass=None)
    desired = {**gone, "groups/99/Glass.99999999.yaml": document.emit(group(NEW, "Glass", members=[ADA]))}
    plan = planner.plan(desired, desired, desired, state=State(id_map={GLASS: NEW}))
    change = one(plan.changes)
    assert [(edit.before, edit.after) for edit in change.edits] == [(GLASS, ABSENT), (ABSENT, NEW)]
    assert change.kind == POLICIES


def test_one_object_in_two_files_is_refused(planner: Planner) -> None:
    both = {**FILES(), "groups/99/Twin.99999999.yaml": document.emit(group(NEW, "Twin"))}
    with pytest.raises(DocumentError, match="is the same object as groups"):
        planner.plan(FILES(), both, both, state=State(id_map={GLASS: NEW}))


@pytest.mark.parametrize(
    ("id_map", "present", "expected"),
    [
        ({}, "", {}),
        ({"a": "b"}, "b", {"a": "b"}),
        ({"a": "b", "b": "c"}, "c", {"a": "c", "b": "c"}),
        ({"a": "b", "b": "c"}, "", {"a": "c", "b": "c"}),
        ({"a": "b", "b": "c"}, "b", {"a": "b"}),
        ({"a": "b"}, "a", {}),
        ({"a": "b", "b": "a"}, "a", {"b": "a"}),
        ({"a": "b", "b": "a"}, "", {"a": "b", "b": "a"}),
        ({"a": "a"}, "", {}),
    ],
)
def test_the_map_is_followed_to_its_end(id_map: dict[str, str], present: str, expected: dict[str, str]) -> None:
    assert followed(id_map, lambda id_: id_ in present) == expected


# --- files without an id ----------------------------------------------------------------------------------------

AUTHORED = {"groups/New.yaml": b"displayName: New\nmailEnabled: false\nmailNickname: new\nsecurityEnabled: true\n"}


def test_a_file_without_an_id_is_made_once(planner: Planner) -> None:
    desired = {**FILES(), **AUTHORED}
    plan = planner.plan(FILES(), desired, FILES())
    change = one(plan.changes)
    assert (change.action, change.id, change.live, change.key) == ("create", "", "", "groups/New")
    assert set(change.origins) == {"yours"}
    assert change.source == ("groups/New.yaml", plan.commit)
    there = company(new=("groups", group(NEW, "New", mailNickname="new")))
    assert planner.plan(FILES(), desired, there).extras == ("groups/New.99999999",)
    again = planner.plan(FILES(), desired, there, state=_known(planner, desired, NEW))
    assert (again.changes, again.extras) == ((), ())


def _known(planner: Planner, desired: Any, id_: str) -> State:
    """The state after the object of the file was made; commits of equal trees and times are the same."""
    plan = planner.plan(FILES(), desired, FILES())
    source = next(change.source for change in plan.changes if change.source)
    return State(authored={Authored(*source): id_})


def test_later_commits_know_the_object_of_a_file(planner: Planner) -> None:
    first = planner.sides.commit(FILES())
    added = planner.sides.commit({**FILES(), **AUTHORED}, first)
    edited = {**FILES(), "groups/New.yaml": AUTHORED["groups/New.yaml"] + b"description: x\n"}
    state = State(authored={Authored("groups/New.yaml", added): NEW})
    there = company(new=("groups", group(NEW, "New", mailNickname="new")))
    plan = planner.plan_of(first, planner.sides.commit(edited, added), FILES(), there, state=state)
    assert [(c.action, c.id, [e.path for e in c.edits]) for c in plan.changes] == [("update", NEW, [("description",)])]


def test_a_reference_may_be_an_address(planner: Planner) -> None:
    """Of what is there it becomes the id; of what is still to be made it stays, for there is none yet."""
    members = f"members:\n  - groups/New\n  - users/ada@contoso.com\n  - {EVE}\n  - {NESTED}\n".encode()
    text = FILES()[SALES_PATH]
    head, _, tail = text.partition(b"members:\n")
    rest = tail[tail.index(b"owners") :]
    desired = {**FILES(), **AUTHORED, SALES_PATH: head + members + rest}
    plan = planner.plan(FILES(), desired, FILES())
    edits = next(change.edits for change in plan.changes if change.address == "groups/Sales.40000000")
    assert edits == (Edit(("members", '"groups/New"'), ABSENT, "groups/New"),)
    desired[SALES_PATH] = desired[SALES_PATH].replace(b"groups/New", b"groups/Nothing")
    with pytest.raises(DocumentError, match="there is no groups/Nothing"):
        planner.plan(FILES(), desired, FILES())


WEB, WEB_ID = "7a000000-0000-4000-8000-000000000001", "7a000000-0000-4000-8000-000000000002"
AUTHORED_APPS = {
    "applications/Web.yaml": b"displayName: Web\n",
    "servicePrincipals/Web.yaml": b"appId: applications/Web\ndisplayName: Web\n",
    "applications/Api.yaml": b"api:\n  preAuthorizedApplications:\n    - appId: applications/Web\n"
                             b"      delegatedPermissionIds: []\ndisplayName: Api\n",
}  # fmt: skip


def test_an_application_is_named_by_its_address_before_and_after_it_is_made(planner: Planner) -> None:
    """Where an appId stands; and its service principal doesn't take the name away."""
    desired = {**FILES(), **AUTHORED_APPS}
    plan = planner.plan(FILES(), desired, FILES())
    asked = {change.address: change.desired or {} for change in plan.changes}
    assert asked["servicePrincipals/Web"]["appId"] == "applications/Web"
    source = next(change.source for change in plan.changes if change.source and "applications/Web" in change.source[0])
    made = {"id": WEB, "appId": WEB_ID, "displayName": "Web", "info": {}, "signInAudience": "AzureADMyOrg"}
    principal = {"id": NEW, "appId": WEB_ID, "displayName": "Web"}
    there = company(web=("applications", made), web_principal=("servicePrincipals", principal))
    again = planner.plan(FILES(), desired, there, state=State(authored={Authored(*source): WEB}))
    asked = {change.address: change.desired or {} for change in again.changes}
    assert asked.keys() == {"applications/Api", "servicePrincipals/Web"}, "what Graph made of the rest may stay"
    assert asked["servicePrincipals/Web"]["appId"] == WEB_ID
    assert asked["applications/Api"]["api"]["preAuthorizedApplications"][0]["appId"] == WEB_ID


# --- coverage ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "left"),
    [
        (Gap("groups", "description", reason=NOT_READ, failure=False), ["visibility"]),
        (Gap("groups", "description", SALES), ["visibility"]),
        (Gap("groups", "description", GLASS), ["description", "visibility"]),
        (Gap("groups", "", SALES), []),
        (Gap("groups"), []),
    ],
)
def test_what_the_old_snapshot_never_read_is_never_cleared(planner: Planner, gap: Gap, left: list[str]) -> None:
    """Rolling back past a format that captures more; and the same where it is today's read that misses it."""
    less = Coverage(FORMATS[1], frozenset({gap}))
    actual = company(sales={"description": "x", "visibility": "Private"})
    for sides in ({"before": less}, {"covered": less}):
        plan = planner.plan(FILES(), FILES(), actual, **sides)
        assert [edit.path[0] for change in plan.changes for edit in change.edits] == left
        for change in plan.changes:
            assert change.desired is not None
            assert "description" not in change.desired or "description" in left
        assert gap in plan.gaps


def test_a_kind_of_a_later_format_is_left_alone(planner: Planner) -> None:
    old = Coverage(frozenset(CATALOG) - {"groups", ASSIGNMENTS})
    actual = company(sales=None, glass={"members": None}, given=None, more=(ASSIGNMENTS, assigned(NEW, EVE)))
    plan = planner.plan(FILES(), FILES(), actual, before=old, prune=["groups"])
    assert (plan.changes, plan.extras) == ((), ())
    assert {gap.kind for gap in plan.gaps} & FORMATS[1] == {"groups", ASSIGNMENTS}


def test_what_is_gone_from_everywhere_is_not_named_anew(planner: Planner) -> None:
    """Desired names something that was gone then already: Graph would refuse that, so the ledger says it."""
    desired = company(sales={"members": [ADA, MALLORY]})
    plan = planner.plan(desired, desired, company(sales={"members": None}))
    assert [edit.after for edit in one(plan.changes).edits] == [ADA]
    assert [(entry.what, MALLORY in entry.property) for entry in plan.ledger] == [("gone", True)]


# --- extras -------------------------------------------------------------------------------


def test_extras_are_told_newest_first_and_pruned_on_demand(planner: Planner) -> None:
    hires = {f"hire{n}": ("users", user(f"0000000{n}-0000-4000-8000-000000000000", f"hire{n}")) for n in range(4)}
    actual = company(**hires)
    ages = {"00000001-0000-4000-8000-000000000000": "2026-05-01T00:00:00Z",
            "00000003-0000-4000-8000-000000000000": "2026-05-02T00:00:00Z"}  # fmt: skip
    plan = planner.plan(FILES(), FILES(), actual, created=ages)
    assert plan.changes == ()
    assert [address[-18] for address in (a.replace("@contoso.com", "@contoso.com.....") for a in plan.extras)] == [
        "3", "1", "0", "2"
    ]  # fmt: skip
    pruned = planner.plan(FILES(), FILES(), actual, prune=["users"])
    assert [(c.action, c.origins) for c in pruned.changes] == [("delete", ("reverts",))] * 4
    assert pruned.extras == ()
    # Of another kind: nothing. And what the branch removed is yours to delete.
    assert planner.plan(FILES(), FILES(), actual, prune=["groups"]).changes == ()
    mine = planner.plan(FILES(), company(nested=None, sales={"members": [ADA, EVE]}), FILES(), prune=["groups"])
    assert [(c.action, c.origins) for c in mine.changes if c.action == "delete"] == [("delete", ("yours",))]


# --- what nobody touched ---


def test_what_is_the_same_everywhere_is_never_read(planner: Planner) -> None:
    """A file that no reader takes lies in the tree, as it did in the snapshot: nothing is said of it."""
    broken = {**FILES(), "groups/77/Broken.77777777.yaml": b"a: &b [\n"}
    old = planner.sides.commit(broken)
    actual = company(sales={"description": "x"}, glass=None)
    plan = planner.plan_of(old, old, FILES(), actual, state=State(id_map={EVE: NEW}))
    assert {change.address for change in plan.changes} >= {"groups/Sales.40000000", "groups/Glass.50000000"}


# --- any state --------------------------------------------------------------------------------------------------

GROUPS = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "description": st.sampled_from(["a", "b"]),
            "members": st.lists(st.sampled_from([ADA, EVE, NESTED]), unique=True, min_size=1).map(sorted),
            "visibility": st.sampled_from(["Public", "Private"]),
        },
    ),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(GROUPS, GROUPS, GROUPS)
def test_a_plan_leads_from_the_tenant_to_the_commit(planner: Planner, base: Any, desired: Any, actual: Any) -> None:
    old, new, now = (
        company(sales=None if state is None else {"members": None, "owners": None, **state})
        for state in (base, desired, actual)
    )
    plan = planner.plan(old, new, now, prune=["groups"])
    wanted, found = (None if s is None else sales(t) for s, t in ((desired, new), (actual, now)))
    assert (plan.changes == ()) == (wanted == found)
    for change in plan.changes:
        if change.action != "delete":
            assert patch(CATALOG["groups"], change.actual or {"id": SALES}, change.edits) == {
                "id": SALES,
                **(wanted or {}),
            }
    assert planner.plan(old, new, new, prune=["groups"]).changes == ()


def sales(tree: Any) -> dict[str, Any]:
    return document.parse(tree[SALES_PATH])
