"""Merge mode: only what the branch changed since base reaches the tenant, whatever the tenant did meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_checks import (
    ADA,
    ASSIGNMENTS,
    COMPANY,
    EVE,
    FILES,
    GLASS,
    MALLORY,
    NESTED,
    NEW,
    POLICIES,
    SALES,
    Planner,
    assigned,
    company,
    credential,
    group,
    one,
    said,
)  # fmt: skip

from entragit import document
from entragit.apply.checking import refuse
from entragit.cli.main import outcome
from entragit.diff import diff
from entragit.errors import RefusedError, UsageError
from entragit.model import ABSENT, Coverage, Edit, Gap
from entragit.plan import Plan
from entragit.render.conflicts import of_plan
from entragit.resources.catalog import CATALOG
from entragit.state import Authored, State

SALES_PATH = "groups/40/Sales.40000000.yaml"


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path / "r")


def merged(planner: Planner, desired: Any, actual: Any, base: Any = None, **asked: Any) -> Plan:
    return planner.plan(base or FILES(), desired, actual, mode="merge", **asked)


# What the branch and the tenant did to a group → the edits of the plan, as (path, after), and the conflicting paths.
STATES: list[tuple[Any, Any, Any, list[str]]] = [
    ({}, {}, [], []),
    ({}, {"description": "t"}, [], []),
    ({"description": "g"}, {}, [("description", "g")], []),
    ({"description": "g"}, {"visibility": "Private"}, [("description", "g")], []),
    ({"description": "g"}, {"description": "g"}, [], []),
    ({"description": "g"}, {"description": "t"}, [], ["description"]),
    ({"members": [ADA, EVE]}, {"members": [ADA, EVE, NESTED, MALLORY]}, [(f'members."{NESTED}"', ABSENT)], []),
    ({"members": [ADA, EVE, GLASS, NESTED]}, {"members": [NESTED]}, [(f'members."{GLASS}"', GLASS)], []),
    (None, {}, "delete", []),
    (None, {"description": "t"}, [], [""]),
    (None, None, [], []),
    ({}, None, [], []),
    ({"description": "g"}, None, [], [""]),
]


@pytest.mark.parametrize(("git", "tenant", "edits", "conflicts"), STATES)
def test_every_state_of_one_resource(planner: Planner, git: Any, tenant: Any, edits: Any, conflicts: list[str]) -> None:
    plan = merged(planner, company(sales=git), company(sales=tenant))
    if edits == "delete":
        change = one(plan.changes)
        assert (change.action, change.live, change.origins) == ("delete", SALES, ("yours",))
    else:
        found = [(".".join(edit.path), edit.after) for change in plan.changes for edit in change.edits]
        assert found == edits
        assert all(change.action == "update" for change in plan.changes)
    assert [path for _, path, *_ in plan.conflicts] == conflicts
    assert plan.extras == ()


@pytest.mark.parametrize(
    ("git", "tenant", "take", "actions"),
    [
        ({"description": "g"}, {"description": "t"}, "git", [("update", "g")]),
        ({"description": "g"}, {"description": "t"}, "tenant", []),
        (None, {"description": "t"}, "git", [("delete", None)]),
        (None, {"description": "t"}, "tenant", []),
        ({"description": "g"}, None, "git", [("create", "g")]),
        ({"description": "g"}, None, "tenant", []),
    ],
)
def test_a_side_may_be_taken(planner: Planner, git: Any, tenant: Any, take: str, actions: list[Any]) -> None:
    plan = merged(planner, company(sales=git), company(sales=tenant), take=((take, "groups/Sales.40000000"),))
    assert [(c.action, (c.desired or {}).get("description")) for c in plan.changes] == actions
    assert plan.conflicts == ()
    assert plan.take == {"groups/Sales.40000000": take}
    # Of another resource it settles nothing.
    other = merged(planner, company(sales=git), company(sales=tenant), take=((take, "Glass"),))
    assert len(other.conflicts) == 1


def test_a_conflict_shows_all_three_values(planner: Planner) -> None:
    plan = merged(planner, company(policy={"state": "disabled"}), company(policy={"state": "enabledForReporting"}))
    assert plan.conflicts == (
        (f"{POLICIES}/CA001.d0000000", "state", '"enabled"', '"disabled"', '"enabledForReporting"'),
    )


def test_both_sides_of_one_conflict_are_refused(planner: Planner) -> None:
    with pytest.raises(UsageError, match="both git and tenant for groups/Sales"):
        merged(planner, company(sales=None), FILES(), take=(("git", "groups"), ("tenant", "Sales")))


def test_conditions_are_one_value(planner: Planner) -> None:
    def users(**lists: Any) -> Any:
        locations = {"includeLocations": ["All"], "excludeLocations": ["e0000000-0000-4000-8000-00000000000e"]}
        return company(policy={"conditions": {"users": lists, "clientAppTypes": ["all"], "locations": locations}})

    base = users(includeUsers=["All"], excludeGroups=[GLASS])
    git, tenant = (users(includeUsers=["All"], excludeGroups=[GLASS, id_]) for id_ in (SALES, NESTED))
    assert [path for _, path, *_ in merged(planner, git, tenant, base).conflicts] == ["conditions"]


def clauses(plan: Plan) -> list[str]:
    return [clause for _, found in of_plan(plan) for clause in found]


def test_a_conflict_is_told_in_names_part_by_part(planner: Planner) -> None:
    def users(**lists: Any) -> Any:
        locations = {"includeLocations": ["All"], "excludeLocations": ["e0000000-0000-4000-8000-00000000000e"]}
        return company(policy={"conditions": {"users": lists, "clientAppTypes": ["all"], "locations": locations}})

    base = users(includeUsers=["All"], excludeGroups=[GLASS])
    git, tenant = (users(includeUsers=["All"], excludeGroups=[GLASS, id_]) for id_ in (SALES, NESTED))
    said = clauses(merged(planner, git, tenant, base))
    assert said == [
        "groups/Sales.40000000 was put into conditions.users.excludeGroups in Git",
        "groups/Nested.60000000 was put into conditions.users.excludeGroups in the tenant",
    ]
    empty = users(includeUsers=["All"])
    assert clauses(merged(planner, empty, tenant, base)) == [
        "groups/Glass.50000000 was taken out of conditions.users.excludeGroups in Git",
        "groups/Nested.60000000 was put into conditions.users.excludeGroups in the tenant",
    ]
    crowd = users(includeUsers=["All"], excludeUsers=[f"{n:08}-0000-4000-8000-000000000000" for n in range(100)])
    many = clauses(merged(planner, crowd, tenant, base))
    assert (len(many), many[-1]) == (21, "82 more")


def test_a_resource_that_one_side_deleted_says_what_the_other_did(planner: Planner) -> None:
    described = company(sales={"description": "theirs", "members": [EVE]})
    (gone,) = clauses(merged(planner, company(sales=None), described))
    assert gone.startswith('is deleted in Git and changed in the tenant: description nothing → "theirs"; members ')
    assert "members users/ada@contoso.com → nothing" in gone
    (gone,) = clauses(merged(planner, company(sales={"description": "mine"}), company(sales=None)))
    assert gone == 'is deleted in the tenant and changed in Git: description nothing → "mine"'


def test_what_is_long_is_shown_where_it_differs(planner: Planner) -> None:
    texts = [f"{'x' * 3000}{end}{'y' * 3000}" for end in ("was", "mine", "theirs")]
    base, git, tenant = (company(sales={"description": text}) for text in texts)
    (clause,) = clauses(merged(planner, git, tenant, base))
    assert len(clause) < 600
    for part in ("xwasy", "xminey", "xtheirsy"):
        assert part in clause


def test_an_element_is_called_by_its_name(planner: Planner) -> None:
    """Its key stands in the path as JSON, dots included."""
    (element,) = COMPANY["app"][1]["web"]["redirectUriSettings"]

    def app(index: int) -> Any:
        settings = [element | {"index": index}]
        return company(app={"web": {"redirectUris": [element["uri"]], "redirectUriSettings": settings}})

    (clause,) = clauses(merged(planner, app(2), app(3), app(1)))
    place = f"web.redirectUriSettings.{element['uri']}.index"
    assert clause == f"{place} is 2 in Git and 3 in the tenant (it was 1)"


def test_a_refusal_says_every_conflict_on_a_line_of_its_own(planner: Planner) -> None:
    nasty = "a\n::error::b\x1b[31m\u202e" * 30
    plan = merged(planner, company(sales={"description": nasty}), company(sales={"description": "t"}))
    with pytest.raises(RefusedError) as error:
        refuse(plan, ())
    code, said = outcome(None, error.value)
    first, *rest = said.splitlines()
    assert (code, first, len(rest)) == (5, "entragit: the plan is refused:", 1)
    assert rest[0].startswith('  groups/Sales.40000000: description is "a\\n')
    assert rest[0].endswith("--take git groups/Sales.40000000, or --take tenant groups/Sales.40000000")
    assert rest[0].isprintable()


def test_nothing_else_is_touched(planner: Planner) -> None:
    """Not what drifted, not what somebody added, not what is gone: only what the branch changed."""
    desired = company(nested={"description": "mine"})
    actual = company(
        ada=None, given=None, policy={"state": "disabled"}, more=(ASSIGNMENTS, assigned(NEW, EVE)),
        app={"passwordCredentials": [credential(NEW)]}, sales={"members": [EVE]}, glass={"members": [MALLORY]},
    )  # fmt: skip
    plan = merged(planner, desired, actual)
    assert [(change.action, change.address, change.edits) for change in plan.changes] == [
        ("update", "groups/Nested.60000000", (Edit(("description",), ABSENT, "mine"),))
    ]
    assert (plan.extras, plan.findings, plan.ledger) == ((), (), ())


def test_what_is_not_covered_is_neither_changed_nor_in_conflict(planner: Planner) -> None:
    less = Coverage(frozenset(CATALOG), frozenset({Gap("groups", "description")}))
    for sides in ({"before": less}, {"covered": less}):
        plan = merged(planner, company(sales={"description": "g"}), company(sales={"description": "t"}), **sides)
        assert (plan.changes, plan.conflicts) == ((), ())


def test_a_new_file_is_made_and_a_selection_limits(planner: Planner) -> None:
    new = {"groups/New.yaml": b"displayName: New\nmailEnabled: false\nmailNickname: new\nsecurityEnabled: true\n"}
    desired = {**company(sales={"description": "g"}), **new}
    assert said(merged(planner, desired, FILES())) == [
        ("update", "groups/Sales.40000000"),
        ("create", "groups/New"),
    ] or said(merged(planner, desired, FILES())) == [("create", "groups/New"), ("update", "groups/Sales.40000000")]
    assert said(merged(planner, desired, FILES(), paths=["groups/New"])) == [("create", "groups/New")]
    source = next(change.source for change in merged(planner, desired, FILES()).changes if change.source)
    there = company(sales={"description": "g"}, new=("groups", group(NEW, "New", mailNickname="new")))
    state = State(authored={Authored(*source): NEW})
    assert merged(planner, desired, there, state=state).changes == ()


def test_the_id_map_pairs_all_three_sides(planner: Planner) -> None:
    """Base and branch know the old id, the tenant the new one."""
    actual = {path.replace("/50/", "/99/").replace("50000000", "99999999"): data.replace(GLASS.encode(), NEW.encode())
              for path, data in FILES().items()}  # fmt: skip
    state = State(id_map={GLASS: NEW})
    assert merged(planner, FILES(), actual, state=state).changes == ()
    plan = merged(planner, company(glass={"description": "g"}), actual, state=state)
    assert (one(plan.changes).live, one(plan.changes).action) == (NEW, "update")
    assert plan.id_map == {GLASS: NEW}
    gone = merged(planner, company(glass=None, policy={"conditions": {"clientAppTypes": ["all"]}}), actual, state=state)
    assert ("delete", "groups/Glass.99999999") in said(gone)


def test_a_merged_body_that_breaks_the_schema_is_refused(planner: Planner) -> None:
    git, tenant = company(sales={"members": [5, ADA, EVE]}), company(sales={"members": [3, ADA, EVE, NESTED]})
    plan = merged(planner, git, tenant)
    assert {(finding.guard, finding.address) for finding in plan.findings} == {("schema", "groups/Sales.40000000")}
    assert merged(planner, git, FILES()).findings == ()


GROUPS = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(["a", "b"]),
        "members": st.lists(st.sampled_from([ADA, EVE, NESTED]), unique=True, min_size=1).map(sorted),
        "visibility": st.sampled_from(["Public", "Private"]),
    },
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(GROUPS, GROUPS, GROUPS)
def test_only_what_the_branch_changed_is_changed(planner: Planner, base: Any, git: Any, tenant: Any) -> None:
    old, new, now = (company(sales={"members": None, "owners": None, **state}) for state in (base, git, tenant))
    plan = merged(planner, new, now, old)
    bodies = [document.parse(tree[SALES_PATH]) for tree in (old, new)]
    ours = {(edit.path, repr(edit.after)) for edit in diff(CATALOG["groups"], *bodies)}
    found = {(edit.path, repr(edit.after)) for change in plan.changes for edit in change.edits}
    assert found <= ours
    assert merged(planner, old, now, old).changes == ()
