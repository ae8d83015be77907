"""Drift tells what the tenant did from what is pending, by id and value, within what both snapshots cover."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drift_checks import (
    ADA,
    ALL,
    BREAK_GLASS,
    CA001,
    EVE,
    POLICIES,
    SALES,
    TENANT,
    Sides,
    Tree,
    changed,
    files,
    tenant,
)  # fmt: skip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entragit import document
from entragit.canonical import canonical_json
from entragit.errors import DocumentError, RefusedError
from entragit.layout import Index
from entragit.model import ABSENT, Body, Coverage, Edit, Gap
from entragit.planner import drift
from entragit.render.report import EVERYTHING, Change, Report

SALES_PATH, GLASS_PATH = "groups/5a/Sales.5a1e5000.yaml", "groups/1c/Break-Glass.1c2a91c4.yaml"
BASE = tenant()


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(tmp_path / "r")


def _said(changes: tuple[Change, ...]) -> list[tuple[str, str, bool]]:
    return [(change.action, change.address, bool(change.conflicts)) for change in changes]


def _all(report: Report) -> tuple[list[tuple[str, str, bool]], list[tuple[str, str, bool]]]:
    return _said(report.drift), _said(report.pending)


SALES_NAME, SALES_GONE = {"displayName": "Sales EMEA"}, None
UPDATED = ("updated", "groups/Sales.5a1e5000", False)
RENAMED = ("updated", "groups/Sales-EMEA.5a1e5000", False)
CA001_UPDATED = ("updated", f"{POLICIES}/CA001-Require-MFA.0b1c2d3e")
DELETED = ("deleted", "groups/Sales.5a1e5000", False)


@pytest.mark.parametrize(
    ("desired", "actual", "drifted", "pending"),
    [
        ({}, {}, [], []),
        ({}, {"description": "x"}, [UPDATED], []),
        ({"description": "x"}, {}, [], [UPDATED]),
        ({"description": "x"}, {"description": "x"}, [], []),
        ({"description": "x"}, {"visibility": "Private"}, [UPDATED], [UPDATED]),
        ({"description": "x"}, {"description": "y"}, [(*UPDATED[:2], True)], [(*UPDATED[:2], True)]),
        ({}, None, [DELETED], []),
        (None, {}, [], [DELETED]),
        (None, None, [], []),
        ({"description": "x"}, None, [(*DELETED[:2], True)], [(*UPDATED[:2], True)]),
        (None, {"description": "x"}, [(*UPDATED[:2], True)], [(*DELETED[:2], True)]),
        ({}, SALES_NAME, [RENAMED], []),
        (SALES_NAME, {}, [], [RENAMED]),
        (SALES_NAME, SALES_NAME, [], []),
        (None, SALES_NAME, [(*RENAMED[:2], True)], [(*DELETED[:2], True)]),
        ({"members": [ADA]}, {"members": [ADA, EVE, CA001]}, [UPDATED], [UPDATED]),
        ({"members": [ADA]}, {"members": [EVE]}, [UPDATED], [UPDATED]),
        ({"members": [ADA]}, {"members": [ADA]}, [], []),
        ({"members": None}, {"members": [ADA]}, [], [UPDATED]),
    ],
)  # fmt: skip
def test_every_state_of_one_resource(sides: Sides, desired: Any, actual: Any, drifted: object, pending: object) -> None:
    report = sides.drift(files(BASE), files(tenant(sales=desired)), files(tenant(sales=actual)))
    assert _all(report) == (drifted, pending)


@pytest.mark.parametrize("desired", [None, {"description": "x"}])
def test_what_base_never_had(sides: Sides, desired: Any) -> None:
    base, both = files(tenant(sales=None)), files(tenant(sales=desired))
    mine = sides.drift(base, files(BASE), base)
    assert _all(mine) == ([], [("created", "groups/Sales.5a1e5000", False)])
    assert _all(sides.drift(base, base, files(BASE))) == ([("created", "groups/Sales.5a1e5000", False)], [])
    assert _all(sides.drift(base, files(BASE), files(BASE))) == ([], [])
    expected = [] if desired is None else [UPDATED]
    assert _said(sides.drift(base, both, files(BASE)).pending) == expected


def test_the_edits_are_what_a_reviewer_needs(sides: Sides) -> None:
    open_door = {"conditions": {"users": {"includeUsers": ["All"]}}, "state": "disabled"}
    actual = files(tenant(ca001=open_door, glass=None), gone={BREAK_GLASS: "groups/Break-Glass.1c2a91c4"})
    report = sides.drift(files(BASE), files(BASE), actual)
    policy, group = report.drift
    assert (policy.kind, policy.tier, policy.title, policy.id) == (POLICIES, 0, "CA001: Require MFA", CA001)
    assert policy.edits == (
        Edit(("conditions", "users", "excludeGroups", f'"{BREAK_GLASS}"'), BREAK_GLASS, ABSENT),
        Edit(("state",), "enabled", "disabled"),
    )
    assert group.action == "deleted"
    assert report.names[BREAK_GLASS] == "groups/Break-Glass.1c2a91c4"


def test_a_conflict_names_the_paths_of_both_sides(sides: Sides) -> None:
    desired = tenant(sales={"description": "x", "members": [ADA]})
    actual = tenant(sales={"description": "y", "visibility": "Private"})
    report = sides.drift(files(BASE), files(desired), files(actual))
    assert report.conflicts == report.drift
    assert report.drift[0].conflicts == report.pending[0].conflicts == {("description",)}
    gone = sides.drift(files(BASE), files(desired), files(tenant(sales=None)))
    assert gone.drift[0].conflicts == gone.pending[0].conflicts == {EVERYTHING}


def test_an_edit_inside_what_the_other_side_took_away_is_a_conflict(sides: Sides) -> None:
    def controls(value: object) -> Tree:
        return files(tenant(ca001={"grantControls": value}))

    base, inside = controls({"operator": "OR", "builtInControls": ["mfa"]}), controls({"operator": "AND"})
    for desired, actual in ((controls(None), inside), (inside, controls(None))):
        report = sides.drift(base, desired, actual)
        assert _all(report) == ([(*CA001_UPDATED, True)], [(*CA001_UPDATED, True)])
        assert report.drift[0].conflicts == {edit.path for edit in report.drift[0].edits}
        assert report.pending[0].conflicts == {edit.path for edit in report.pending[0].edits}


def test_true_is_not_one(sides: Sides) -> None:
    report = sides.drift(
        files(BASE), files(tenant(ada={"accountEnabled": 1})), files(tenant(ada={"accountEnabled": 1.0}))
    )
    assert _said(report.drift) == _said(report.pending) == [("updated", "users/ada@contoso.com", True)]


def test_comments_and_style_mean_nothing(sides: Sides) -> None:
    base, odd = files(BASE), dict(files(BASE))
    odd[SALES_PATH] = b"# by hand\n" + odd[SALES_PATH].replace(b"  # users/ada@contoso.com", b"  # a lie")
    odd[GLASS_PATH] = b'{"members": ["%s"], "displayName": "Break Glass", "id": "%s"}' % (
        ADA.encode(),
        BREAK_GLASS.encode(),
    )
    assert odd[SALES_PATH] != base[SALES_PATH]
    assert _all(sides.drift(base, odd, base)) == ([], [])
    assert _all(sides.drift(base, base, odd)) == ([], [])


def test_what_a_person_writes_is_compared_by_value(sides: Sides) -> None:
    by_hand = {"members": [EVE, ADA, EVE], "description": None, "owners": [], "createdDateTime": "2026-01-01T00:00:00Z"}
    desired = dict(files(BASE))
    desired[SALES_PATH] = canonical_json({"id": SALES, "displayName": "Sales", **by_hand}).encode()
    assert _all(sides.drift(files(BASE), desired, files(BASE))) == ([], [])


def test_a_file_that_moved_is_the_same_object(sides: Sides) -> None:
    moved = dict(files(BASE))
    moved["groups/My-Own-Name.yaml"] = moved.pop(SALES_PATH)
    assert _all(sides.drift(files(BASE), moved, files(BASE))) == ([], [])
    both = sides.drift(files(BASE), moved, files(tenant(sales={"description": "x"})))
    assert _all(both) == ([UPDATED], [])


def test_a_path_with_another_id_is_another_object(sides: Sides) -> None:
    other = dict(files(BASE))
    other[SALES_PATH] = document.emit({"id": "99999999-0000-4000-8000-000000000009", "displayName": "Sales"})
    report = sides.drift(files(BASE), other, files(BASE))
    assert [(c.action, c.id) for c in report.pending] == [
        ("deleted", SALES),
        ("created", "99999999-0000-4000-8000-000000000009"),
    ]


def test_a_file_without_id_is_pending(sides: Sides) -> None:
    desired = {**files(BASE), "groups/New.yaml": b"displayName: New\n"}
    report = sides.drift(files(BASE), desired, files(tenant(sales={"description": "x"})))
    assert _all(report) == ([UPDATED], [("created", "groups/New", False)])
    assert report.pending[0].edits == (Edit(("displayName",), ABSENT, "New"),)
    assert report.pending[0].id == ""


def test_a_singleton_needs_no_id(sides: Sides) -> None:
    kind = "policies/authorizationPolicy"
    base = {**files(BASE), f"{kind}.yaml": b"allowInvitesFrom: everyone\nid: authorizationPolicy\n"}
    desired = {**base, f"{kind}.yaml": b"allowInvitesFrom: none\n"}
    report = sides.drift(base, desired, base)
    assert _all(report) == ([], [("updated", kind, False)])
    assert report.pending[0].edits == (Edit(("allowInvitesFrom",), "everyone", "none"),)


def test_kinds_that_one_side_lacks_are_not_spoken_of(sides: Sides) -> None:
    less = Coverage(ALL.kinds - {"groups"}, frozenset({Gap("groups", reason="failed")}))
    moved = files(tenant(sales=None, ada={"accountEnabled": False}))
    for base, covered in ((files(BASE, less), ALL), (files(BASE), less)):
        report = sides.drift(base, moved, base, covered)
        assert _said(report.pending) == [("updated", "users/ada@contoso.com", False)]
        assert [gap.kind for gap in report.gaps] == ["groups"]
        assert _said(sides.drift(base, base, {**moved, "snapshot.yaml": base["snapshot.yaml"]}, covered).drift) == [
            ("updated", "users/ada@contoso.com", False)
        ]


@pytest.mark.parametrize(
    ("gap", "drifted"),
    [
        (Gap("groups", "members"), ["description"]),
        (Gap("groups", "members", SALES), ["description"]),
        (Gap("groups", "members", BREAK_GLASS), ["description", "members"]),
        (Gap("groups", "", SALES), []),
        (Gap("users", "members"), ["description", "members"]),
    ],
)
def test_coverage_reaches_down_to_the_property(sides: Sides, gap: Gap, drifted: list[str]) -> None:
    partial = Coverage(ALL.kinds, frozenset({gap}))
    actual = files(tenant(sales={"description": "x", "members": [ADA]}))
    for base, covered in ((files(BASE), partial), (files(BASE, partial), ALL)):
        report = sides.drift(base, base, actual, covered)
        assert [edit.path[0] for change in report.drift for edit in change.edits] == drifted
        assert gap in report.gaps


def test_every_kind_not_compared_is_a_gap(sides: Sides) -> None:
    only_users = Coverage(frozenset({"users"}), frozenset({Gap("groups", reason="needs x")}))
    gaps = sides.drift(files(BASE), files(BASE), files(BASE), only_users).gaps
    assert {gap.kind for gap in gaps} == ALL.kinds - {"users"}
    assert len(gaps) == len(ALL.kinds) - 1


def test_no_snapshot_covers_nothing(sides: Sides) -> None:
    authored = {"groups/New.yaml": b"displayName: New\n"}
    before = sides.commit({"entragit.yaml": b"tenant: x\n", **authored})
    for base, tree in ((None, {}), (before, authored)):
        actual = changed(tree, files(BASE))
        report = drift(sides.repo, base, before, actual, ALL, TENANT)
        assert report.drift == ()
        assert {gap.kind for gap in report.gaps} == ALL.kinds
        # What was written before the first export is pending all the same, as soon as its kind was read.
        assert _said(report.pending) == [("created", "groups/New", False)]
        assert drift(sides.repo, base, before, actual, Coverage(), TENANT).pending == ()


def test_another_tenants_snapshot_is_refused(sides: Sides) -> None:
    base = sides.commit(files(BASE))
    with pytest.raises(RefusedError, match=f"tenant {TENANT}"):
        drift(sides.repo, base, base, {}, ALL, "00000000-0000-4000-8000-00000000000f")


def test_a_lying_comment_does_not_name_anything(sides: Sides) -> None:
    mallory = "bad00000-0000-4000-8000-00000000000b"
    desired = dict(
        files(
            tenant(ca001={"conditions": {"users": {"includeUsers": ["All"], "excludeGroups": [BREAK_GLASS, mallory]}}})
        )
    )
    path = next(path for path in desired if path.startswith(POLICIES))
    desired[path] = desired[path].replace(
        b"%s  # unknown" % mallory.encode(), b"%s  # groups/Admins.bad00000" % mallory.encode()
    )
    assert b"Admins" in desired[path]
    assert mallory not in sides.drift(files(BASE), desired, files(BASE)).names
    known = Index({mallory: "groups/Mallory.bad00000"})
    assert sides.drift(files(BASE), desired, files(BASE), index=known).names[mallory] == "groups/Mallory.bad00000"


def test_what_is_gone_keeps_the_name_that_a_snapshot_gave_it(sides: Sides) -> None:
    def groups(**lists: list[str]) -> Tree:
        return files(tenant(ca001={"conditions": {"users": {"includeUsers": ["All"], **lists}}}))

    base = groups(excludeGroups=[SALES])
    report = sides.drift(base, groups(includeGroups=[SALES]), base, index=Index({BREAK_GLASS: "groups/Break-Glass"}))
    assert report.names == {SALES: "groups/Sales.5a1e5000"}


def test_an_element_is_named_even_where_only_its_path_shows_it(sides: Sides) -> None:
    kind = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"

    def method(mode: str) -> dict[str, list[Body]]:
        target = {"id": BREAK_GLASS, "targetType": "group", "authenticationMode": mode}
        body = {"@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethodConfiguration"}
        return {**tenant(), kind: [{**body, "id": "MicrosoftAuthenticator", "includeTargets": [target]}]}

    report = sides.drift(files(method("any")), files(method("any")), files(method("push")))
    assert [edit.path for edit in report.drift[0].edits] == [
        ("includeTargets", f'["group","{BREAK_GLASS}"]', "authenticationMode")
    ]
    assert report.names == {BREAK_GLASS: "groups/Break-Glass.1c2a91c4"}


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        (SALES_PATH, b"a: &x 1\n", f"{SALES_PATH}:1:4"),
        (SALES_PATH, b"\xff", SALES_PATH),
        ("groups/copy.yaml", files(BASE)[SALES_PATH], "already that of"),
        ("groups/deep/er/x.yaml", b"a: 1\n", "belongs to no kind"),
    ],
)
def test_a_bad_desired_file_is_named(sides: Sides, path: str, data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as error:
        sides.drift(files(BASE), {**files(BASE), path: data}, files(BASE))
    assert path in str(error.value)


def test_an_untouched_bad_file_of_a_users_own_is_nobodys_business(sides: Sides) -> None:
    odd = {**files(BASE), "docs/x.yaml": b"a: &x 1\n", "README.md": b"\xff"}
    assert _all(sides.drift(files(BASE), odd, files(BASE))) == ([], [])


def test_biggest_risk_first(sides: Sides) -> None:
    actual = files(tenant(ada=None, sales=None, glass={"description": "x"}, ca001={"state": "disabled"}))
    report = sides.drift(files(BASE), files(BASE), actual)
    assert [change.tier for change in report.drift] == sorted(change.tier for change in report.drift)
    assert [c.action for c in report.drift if c.kind == "groups"] == ["deleted", "updated"]


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(["a", "b"]),
        "members": st.lists(st.sampled_from([ADA, EVE, CA001]), unique=True, min_size=1).map(sorted),
        "visibility": st.sampled_from(["Public", "Private"]),
    },
)
STATES = st.one_of(st.none(), VALUES)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(STATES, STATES, STATES)
def test_each_edit_is_drift_or_pending_or_shared(sides: Sides, base: Any, desired: Any, actual: Any) -> None:
    old, new, now = (
        files(tenant(sales=None if state is None else {"members": None, **state})) for state in (base, desired, actual)
    )
    report = sides.drift(old, new, now)
    same = (
        canonical_json(document.parse(new[SALES_PATH])) == canonical_json(document.parse(now[SALES_PATH]))
        if (desired is not None and actual is not None)
        else desired is actual
    )
    # Nothing is said exactly where the tenant is as desired, and the tenant has not moved where nothing is drift.
    assert (not report.drift and not report.pending) == same
    assert not report.drift or old.get(SALES_PATH) != now.get(SALES_PATH)
    assert not report.pending or old.get(SALES_PATH) != new.get(SALES_PATH)
    mirrored = sides.drift(old, now, new)
    assert [c.edits for c in mirrored.drift] == [c.edits for c in report.pending]
    assert [c.conflicts for c in mirrored.drift] == [c.conflicts for c in report.pending]
