"""What a report looks like to a person, a pull request and a program, and that nothing in it can do harm."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from entragit.model import ABSENT, NOT_READ, Edit, Gap
from entragit.render.json import as_json
from entragit.render.markdown import LONGEST_COMMENT, markdown
from entragit.render.report import EVERYTHING, Action, Change, Report, ordered
from entragit.render.text import text

POLICIES, GROUPS = "identity/conditionalAccess/policies", "groups"
BREAK_GLASS, SALES = "1c2a91c4-0000-4000-8000-000000000001", "5a1e5000-0000-4000-8000-000000000002"
NAMES = {BREAK_GLASS: "groups/Break-Glass.1c2a91c4", SALES: "gone: groups/Sales.5a1e5000"}

POLICY = Change(
    POLICIES,
    "0b1c2d3e-0000-4000-8000-000000000003",
    f"{POLICIES}/CA001-Require-MFA.0b1c2d3e",
    "CA001: Require MFA",
    "updated",
    0,
    (
        Edit(("conditions", "users", "excludeGroups", f'"{BREAK_GLASS}"'), BREAK_GLASS, ABSENT),
        Edit(("conditions", "users", "includeGroups", f'"{SALES}"'), ABSENT, SALES),
        Edit(("state",), "enabled", "disabled"),
    ),
    frozenset({("state",)}),
)
GROUP = Change(GROUPS, SALES, "groups/Sales.5a1e5000", "Sales", "deleted", 1)
NEW = Change(GROUPS, "", "groups/New", "New", "created", 1, (Edit(("displayName",), ABSENT, "New"),))
REPORT = Report(
    "7f3c0000-0000-4000-8000-000000000000",
    "a" * 40,
    "b" * 40,
    ordered([GROUP, POLICY]),
    (NEW,),
    (
        Gap("users", "signInActivity", reason="needs the permission AuditLog.Read.All"),
        Gap("groups", "members", SALES),
        Gap("users", "photo", reason=NOT_READ, failure=False),
        Gap("groups", "settings", reason=NOT_READ, failure=False),
    ),
    NAMES,
)

EXPECTED = """\
Tenant 7f3c0000-0000-4000-8000-000000000000, since snapshot aaaaaaaa

Changed in the tenant: 1 deleted, 1 updated

identity/conditionalAccess/policies (tier 0): 1 updated
  ~ CA001-Require-MFA.0b1c2d3e  "CA001: Require MFA"  CONFLICT
      conditions.users.excludeGroups  - groups/Break-Glass.1c2a91c4
      conditions.users.includeGroups  + groups/Sales.5a1e5000 (gone)
      state  "enabled" → "disabled"  CONFLICT

groups: 1 deleted
  - Sales.5a1e5000

Pending in bbbbbbbb, not in the tenant yet: 1 created

groups: 1 created
  + New
      displayName  + "New"

1 in conflict: tenant and branch changed the same value differently.

not compared: members of 1 resource in groups
not compared: signInActivity in users: needs the permission AuditLog.Read.All
not compared: groups/settings, users/photo: not read by this version
"""


def test_text_reads_as_a_person_expects() -> None:
    assert "\n".join(text(REPORT, 80)) + "\n" == EXPECTED


def test_a_long_key_is_cut() -> None:
    key = '"' + "M" * 2000 + '"'
    edit = Edit(("certificateAuthorities", key, "displayName"), "a", "b")
    found = "\n".join(text(replace(REPORT, drift=(replace(POLICY, edits=(edit,)),), pending=()), 4000))
    assert "M… (2,000 characters).displayName" in found
    assert "M" * 200 not in found


def test_text_says_that_there_is_nothing() -> None:
    assert list(text(Report("t", "a" * 40, "b" * 40)))[-1] == "No drift."
    assert "No drift in what was compared." in list(text(Report("t", None, "b" * 40, gaps=(Gap("users"),))))


def test_colour_changes_nothing_but_colour() -> None:
    colored = "\n".join(text(REPORT, 80, color=True))
    assert "\x1b[" in colored
    assert "\n".join(_without_colour(colored)) + "\n" == EXPECTED


def _without_colour(colored: str) -> list[str]:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", colored).split("\n")


def test_a_flood_of_elements_hides_no_other_edit() -> None:
    flood = [Edit(("members", f'"{n}"'), ABSENT, str(n)) for n in range(1000)]
    change = Change(
        GROUPS, SALES, "groups/Sales.5a1e5000", "Sales", "updated", 1, (*flood, Edit(("owners", '"x"'), ABSENT, "x"))
    )
    shown = "\n".join(text(Report("t", "a" * 40, "b" * 40, (change,))))
    assert shown.count("members") == 21
    assert "… 980 more" in shown
    assert 'owners  + "x"' in shown


def test_a_conflict_is_never_behind_the_limit() -> None:
    paths = [("members", f'"{n}"') for n in range(1000)]
    flood = tuple(Edit(path, ABSENT, path[1][1:-1]) for path in paths)
    change = Change(GROUPS, SALES, "groups/Sales", "Sales", "updated", 1, flood, frozenset({paths[999]}))
    assert '+ "999"  CONFLICT' in "\n".join(text(Report("t", "a" * 40, "b" * 40, (change,))))


def test_elements_of_keyed_lists_are_called_by_name() -> None:
    key = f'["{BREAK_GLASS}","{SALES}"]'
    grant = {"appRoleId": SALES, "resourceId": BREAK_GLASS}
    edits = (
        Edit(("appRoleAssignments", key), grant, ABSENT),
        Edit(("appRoles", f'"{BREAK_GLASS}"', "isEnabled"), True, False),
        Edit(("appRoles", key, "isEnabled"), True, False),
        Edit(("appRoles", '"x"'), ABSENT, {"description": "y" * 200, "id": "x"}),
    )
    change = Change("servicePrincipals", "1", "servicePrincipals/App", "App", "updated", 0, edits)
    shown = list(text(Report("t", "a" * 40, "b" * 40, (change,), names=NAMES)))[6:]
    assert shown == [
        "      appRoleAssignments",
        "          - {appRoleId: groups/Sales.5a1e5000 (gone), resourceId:",
        "          groups/Break-Glass.1c2a91c4}",
        "      appRoles.groups/Break-Glass.1c2a91c4.isEnabled  true → false",
        "      appRoles.[groups/Break-Glass.1c2a91c4, groups/Sales.5a1e5000",
        "          (gone)].isEnabled",
        "          true → false",
        "      appRoles.x.description",
        "          +",
        '          "' + "y" * 69,
        "          " + "y" * 50 + "… (202 characters)",
        '      appRoles.x.id  + "x"',
    ]


def test_values_that_do_not_fit_stand_below_one_heading() -> None:
    grants = [{"appRoleId": BREAK_GLASS, "resourceId": f"{n}" * 36} for n in range(2)]
    edits = tuple(Edit(("appRoleAssignments", f'["{n}"]'), grant, ABSENT) for n, grant in enumerate(grants))
    change = Change("servicePrincipals", "1", "servicePrincipals/App", "App", "updated", 0, edits)
    shown = "\n".join(text(Report("t", "a" * 40, "b" * 40, (change,), names=NAMES)))
    assert shown.count("appRoleAssignments") == 1
    assert shown.count("- {appRoleId: groups/Break-Glass.1c2a91c4") == 2


def test_what_differs_inside_a_value_is_shown_as_such() -> None:
    edit = Edit(("logo",), {"a": [1, {"b": 2}], "c": 3}, {"a": [1, {"b": 4}], "c": 3})
    change = Change(GROUPS, SALES, "groups/Sales", "Sales", "updated", 1, (edit,))
    assert list(text(Report("t", "a" * 40, "b" * 40, (change,))))[-1] == "      logo.a.1.b  2 → 4"


def test_long_values_show_where_they_part() -> None:
    rule = "(" + " or ".join(f'user.department -eq "{n}"' for n in range(100)) + ")"
    edit = Edit(("membershipRule",), rule, rule[:-1] + ' or user.mail -eq "mallory@evil.example")')
    change = Change(GROUPS, SALES, "groups/Sales", "Sales", "updated", 1, (edit,))
    assert "mallory" in "".join(text(Report("t", "a" * 40, "b" * 40, (change,)), 400))


def test_the_biggest_risk_comes_first() -> None:
    facts = [(2, "a"), (0, "z"), (0, "b"), (1, "c")]
    actions: tuple[Action, ...] = ("created", "updated", "deleted")
    changes = [
        Change(kind, f"{n}", f"{kind}/{n}", "", action, tier)
        for tier, kind in facts
        for n, action in enumerate(actions)
    ]
    found = [(change.tier, change.kind, change.action) for change in ordered(changes)]
    assert found[:4] == [(0, "b", "deleted"), (0, "b", "updated"), (0, "b", "created"), (0, "z", "deleted")]
    assert [tier for tier, _, _ in found] == sorted(tier for tier, _, _ in found)


def test_json_holds_everything_in_a_stable_shape() -> None:
    shown = as_json(REPORT)
    found = json.loads(shown)
    assert shown.endswith("}\n")
    assert found["version"] == 1
    assert found["counts"] == {"drift": 2, "pending": 1, "conflicts": 1}
    policy = found["drift"][0]
    assert policy["conflict"] is True
    assert policy["edits"][0] == {
        "path": ["conditions", "users", "excludeGroups", f'"{BREAK_GLASS}"'],
        "before": BREAK_GLASS,
        "conflict": False,
    }
    assert policy["edits"][2] == {"path": ["state"], "before": "enabled", "after": "disabled", "conflict": True}
    assert found["names"][BREAK_GLASS] == "groups/Break-Glass.1c2a91c4"
    assert [gap["kind"] for gap in found["gaps"]] == ["groups", "groups", "users", "users"]


def test_markdown_has_a_table_per_kind() -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(markdown(REPORT))
    assert rendered.count("<table>") == 3
    assert "<details open><summary>" in rendered
    assert "<td><code>conditions.users.excludeGroups</code></td>" in rendered
    assert "<td><code>groups/Break-Glass.1c2a91c4</code></td>" in rendered


def test_markdown_fits_into_a_comment() -> None:
    changes = tuple(Change(f"kind{n}", f"{n}", f"kind{n}/{n}", "x" * 300, "created", 2) for n in range(2000))
    shown = markdown(Report("t", "a" * 40, "b" * 40, changes))
    assert 50_000 < len(shown) <= LONGEST_COMMENT
    assert "More was found" in shown


def test_a_flood_of_one_kind_leaves_room_for_the_others() -> None:
    flood = [Change("a", f"{n}", f"a/{n}", "x" * 300, "created", 2) for n in range(2000)]
    shown = markdown(Report("t", "a" * 40, "b" * 40, (*flood, Change("b", "1", "b/last", "last", "deleted", 2))))
    assert "2,000 created" in shown
    assert " more |" in shown
    assert "<code>last</code>" in shown
    assert len(shown) < LONGEST_COMMENT


# On a busy machine an example takes what it takes.
RUNS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOSTILE = st.one_of(
    st.text(max_size=30),
    st.text(max_size=30, alphabet="|\\`*_[]()<>&@#:$!~\n\r\x1b\x07\x9b\u202e\u200b w.:/\ud800"),
    st.sampled_from(["::set-output::", "##[error]x", "\x1b[2J", "</details>", "| x | y |\n|---|---|", "x" * 500]),
)


@st.composite
def hostile_reports(draw: st.DrawFn) -> Report:
    lists = st.lists(HOSTILE, max_size=2)
    values = st.one_of(HOSTILE, lists, st.dictionaries(HOSTILE, st.one_of(HOSTILE, lists), max_size=3))
    paths = st.lists(HOSTILE, min_size=1, max_size=3).map(tuple)
    edit = st.builds(Edit, paths, values, st.one_of(values, st.just(ABSENT)))
    action = st.sampled_from(["created", "updated", "deleted"])
    conflicts = st.sampled_from([frozenset(), frozenset({EVERYTHING})])
    edits = st.lists(edit, max_size=3).map(tuple)
    change = st.builds(Change, HOSTILE, HOSTILE, HOSTILE, HOSTILE, action, st.integers(0, 2), edits, conflicts)
    changes = st.lists(change, max_size=3).map(ordered)
    gaps = st.lists(st.builds(Gap, HOSTILE, HOSTILE, HOSTILE, HOSTILE), max_size=2).map(tuple)
    return Report(
        draw(HOSTILE),
        "a" * 40,
        "b" * 40,
        draw(changes),
        draw(changes),
        draw(gaps),
        draw(st.dictionaries(HOSTILE, HOSTILE)),
    )


@RUNS
@given(hostile_reports(), st.integers(1, 200))
def test_a_hostile_report_does_nothing_to_a_terminal_or_a_log(report: Report, width: int) -> None:
    for line in text(report, width):
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in line)
        assert not any(c in line for c in "\u202e\u200b")
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert cell_len(line) <= max(width, 40) + 4


@RUNS
@given(hostile_reports())
def test_a_hostile_report_keeps_its_tables(report: Report) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(report))
    rows = [n for n, token in enumerate(tokens) if token.type == "tr_open"]
    for start in rows:
        end = next(n for n in range(start, len(tokens)) if tokens[n].type == "tr_close")
        assert sum(token.type in {"td_open", "th_open"} for token in tokens[start:end]) == 5
    kinds = len([*dict.fromkeys(c.kind for c in report.drift)]) + len([*dict.fromkeys(c.kind for c in report.pending)])
    assert sum(token.type == "table_open" for token in tokens) >= kinds
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert "<script" not in html
    assert html.count("</details>") == html.count("<details")


@RUNS
@given(hostile_reports())
def test_a_hostile_report_is_plain_ascii_json(report: Report) -> None:
    shown = as_json(report)
    assert shown.isascii()
    assert not any(ord(c) < 32 and c != "\n" for c in shown)
    assert json.loads(shown)["tenant"] == report.tenant_id


@pytest.mark.parametrize("module", ["entragit.render.escape", "entragit.render.text", "entragit.render.markdown"])
def test_rich_is_imported_only_to_write_to_a_terminal(module: str) -> None:
    code = f"import sys, {module}; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
