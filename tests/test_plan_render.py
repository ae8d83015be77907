"""What a plan looks like to a person and a pull request, and that nothing in it can do harm."""

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
from test_plan_file import plans
from test_render import HOSTILE

from entragit.model import ABSENT, NOT_READ, Edit, Gap
from entragit.plan import Action, Change, Entry, Finding, Freed, Plan
from entragit.planfile import to_json
from entragit.render.markdown import LONGEST_COMMENT
from entragit.render.plan import refused
from entragit.render.plan_markdown import plan_markdown
from entragit.render.plan_text import gist, plan_text

POLICIES, ASSIGNMENTS = "identity/conditionalAccess/policies", "roleManagement/directory/roleAssignments"
GLASS, EVE = "50000000-0000-4000-8000-000000000005", "20000000-0000-4000-8000-000000000002"
EXCLUDED = ("conditions", "users", "excludeGroups", f'"{GLASS}"')

PLAN = Plan(
    tenant_id="7f3c0000-0000-4000-8000-000000000000",
    commit="b" * 40,
    base="a" * 40,
    mode="rollback",
    changes=(
        Change(
            POLICIES, "p", "p", f"{POLICIES}/CA001.d0000000", "CA001: Require MFA", "update", 0, {}, {},
            (Edit(EXCLUDED, GLASS, GLASS), Edit(("state",), "disabled", "enabled"),
             Edit(("displayName",), "CA001", "CA001: Require MFA")),
            ("follows", "reverts", "yours"),
        ),
        Change("groups", GLASS, "", "groups/Glass.50000000", "Glass", "create", 1, {}, None,
               (Edit(("displayName",), ABSENT, "Glass"),), ("reverts",)),
        Change("users", EVE, EVE, "users/eve@contoso.com", "eve@contoso.com", "restore", 2, {}, None,
               (Edit(("displayName",), ABSENT, "Eve"),), ("reverts",)),
        Change(ASSIGNMENTS, "x", "x", f"{ASSIGNMENTS}/c0000000", "", "delete", 0, None,
               {"id": "x", "principalId": EVE, "directoryScopeId": "/"}, (), ("reverts",)),
    ),
    ledger=(
        Entry("groups", "groups/Glass.50000000", "id", "new id", "Graph gives one.", "Tell people."),
        Entry("users", "users/eve@contoso.com", "", "new id", "Graph gives one.", "Tell people."),
    ),
    findings=(
        Finding("last-credential", "applications/Payroll", "its only one", True),
        Finding("selection", "groups/Sales", "needs groups/Nested"),
    ),
    extras=("users/mallory@contoso.com",),
    conflicts=(("groups/Sales.40000000", "description", "", '"mine"', f'"{EVE}"'),),
    id_map={"old": "new"},
    gaps=(Gap("users", "photo", reason=NOT_READ, failure=False), Gap("devices", reason="the request failed")),
    names={GLASS: "groups/Glass.50000000", EVE: "users/eve@contoso.com"},
    advice=True,
)  # fmt: skip

EXPECTED = """\
Tenant 7f3c0000-0000-4000-8000-000000000000, since aaaaaaaa
roll back to bbbbbbbb: 4 changes (1 delete, 1 update, 1 restore, 1 create)

Your changes since BASE: 1 update

identity/conditionalAccess/policies (tier 0): 1 update
  ~ CA001.d0000000  "CA001: Require MFA"  update, stage link
      displayName  "CA001" → "CA001: Require MFA"

Tenant changes since BASE that this reverts: 1 delete, 1 update, 1 restore, 1
create

identity/conditionalAccess/policies (tier 0): 1 update
  ~ CA001.d0000000  "CA001: Require MFA"  update, stage link
      state  "disabled" → "enabled"

roleManagement/directory/roleAssignments (tier 0): 1 delete
  - c0000000  delete, stage delete
      directoryScopeId  - "/"
      principalId  - users/eve@contoso.com

groups: 1 create
  + Glass.50000000  create, stage create
      displayName  + "Glass"

users: 1 restore
  < eve@contoso.com  restore, stage create

What follows from these: 1 update

identity/conditionalAccess/policies (tier 0): 1 update
  ~ CA001.d0000000  "CA001: Require MFA"  update, stage link
      conditions.users.excludeGroups  + groups/Glass.50000000 (its new id)

CONFLICT groups/Sales.40000000
      description is "mine" in Git and users/eve@contoso.com in the tenant (it
          was nothing)
      both changed it; take one side for all of it: --take git
          groups/Sales.40000000, or --take tenant groups/Sales.40000000

allowed last-credential: applications/Payroll: its only one
REFUSED selection: groups/Sales: needs groups/Nested

Can't be done here: 2
  new id: Graph gives one. Tell people.
      groups/Glass.50000000 id
      users/eve@contoso.com

In the tenant, not in the commit; left alone without --prune KIND
  users/mallory@contoso.com

Ids that changed
  old → new

not planned: devices: the request failed
not planned: users/photo: not read by this version

There is no remote with a protected branch, so the guards are advice.
"""


def freeing(action: Action, edit: Edit | None, *freed: Freed) -> Change:
    """A change that lets go of something."""
    desired = {edit.path[0]: edit.after} if edit else None
    edits = (edit,) if edit else ()
    return Change("users", EVE, EVE, "users/eve", "", action, 2, desired, {}, edits, ("yours",), None, freed)


UPN = "userPrincipalName"
RENAMED, CAME = Edit((UPN,), "ada@x", "eve@x"), Edit((UPN,), ABSENT, "eve@x")
FREED: list[tuple[Change, str, str]] = [
    (freeing("update", RENAMED, Freed(UPN, "b@x", 1)), "free",
     f'{UPN} is "b@x" for the time being, for another takes what it is'),
    (freeing("update", RENAMED, Freed(UPN, "eve@x", 1)), "free", f"{UPN} changes first, for another takes what it is"),
    (freeing("update", RENAMED, Freed(UPN, [], 1)), "free", f"{UPN} is nothing for the time being"),
    (freeing("delete", None, Freed("", None, 1)), "free", "deleted first, for another takes what it has"),
    (freeing("restore", CAME, Freed(UPN, "eve@x")), "create", f'comes back with the {UPN} "eve@x"'),
]  # fmt: skip


@pytest.mark.parametrize(("change", "stage", "sentence"), FREED)
def test_what_is_let_go_for_others_is_told(change: Change, stage: str, sentence: str) -> None:
    plan = Plan("t", "b" * 40, None, "rollback", changes=(change,))
    text = " ".join("\n".join(plan_text(plan, 200)).split())
    assert (f"{change.action}, stage {stage}" in text, sentence in text) == (True, True)
    markdown = plan_markdown(plan)
    assert (f"{change.action}, stage {stage}" in markdown, sentence.split()[0] in markdown) == (True, True)


def test_text_reads_as_a_person_expects() -> None:
    assert "\n".join(plan_text(PLAN, 80)) + "\n" == EXPECTED


def test_colour_changes_nothing_but_colour() -> None:
    import re

    colored = "\n".join(plan_text(PLAN, 80, color=True)) + "\n"
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == EXPECTED


def test_an_empty_plan_says_so() -> None:
    plan = Plan("t", "b" * 40, None, "merge")
    assert list(plan_text(plan)) == ["Tenant t", "merge what changed up to bbbbbbbb: nothing to do"]
    assert "nothing to do" in plan_markdown(plan)


def test_one_is_not_many() -> None:
    plan = replace(PLAN, changes=PLAN.changes[:1], selection=("groups/Glass.50000000",))
    assert ", 1 resource selected: 1 change (1 " in list(plan_text(plan))[1]


def test_the_gist_of_a_plan_is_which_one_it_is_and_what_guards_object_to() -> None:
    found, shown = EXPECTED.splitlines(), list(gist(PLAN))
    assert [line for line in found if line and line in shown] == [line for line in shown if line]
    assert shown[:2] == found[:2]
    assert any("REFUSED" in line for line in shown)
    assert not any("stage" in line for line in shown)


def test_what_refuses_a_plan() -> None:
    assert refused(PLAN)
    assert refused(replace(PLAN, findings=()))
    assert refused(replace(PLAN, conflicts=()))
    assert not refused(replace(PLAN, conflicts=(), findings=PLAN.findings[:1]))


def test_markdown_says_first_what_refuses_the_plan() -> None:
    shown = plan_markdown(PLAN)
    order = [shown.index(word) for word in ("Conflicts", "Guards", "Your changes", "Tenant changes", "What follows")]
    assert order == sorted(order)
    rendered = MarkdownIt("commonmark").enable("table").render(shown)
    assert rendered.count("<table>") == 6
    assert rendered.count("<details open>") == 4
    assert "<td><code>users/eve&#64;contoso.com</code></td>" in shown.replace("| <code>", "<td><code>").replace(
        "</code> |", "</code></td>"
    )


def test_a_flood_hides_no_refusal_and_no_other_kind() -> None:
    flood = [
        Change("users", f"{n}", f"{n}", f"users/{n}", "x" * 300, "delete", 2, None, {}, (), ("reverts",))
        for n in range(3000)
    ]
    plan = replace(PLAN, changes=(*flood, *PLAN.changes), extras=tuple(f"users/{n}" for n in range(3000)))
    shown = plan_markdown(plan)
    assert len(shown) <= LONGEST_COMMENT
    assert "selection" in shown
    assert "Glass" in shown
    assert "2,970 more" in "\n".join(plan_text(plan))


RUNS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def hostile(draw: st.DrawFn) -> Plan:
    plan = draw(plans)
    edit = st.builds(Edit, st.lists(HOSTILE, min_size=1, max_size=3).map(tuple), HOSTILE, HOSTILE)
    change = Change(*(draw(HOSTILE) for _ in range(5)), "update", 0, {}, {}, (draw(edit),), ("yours",))
    entry = Entry(*(draw(HOSTILE) for _ in range(6)))
    row = (draw(HOSTILE), draw(HOSTILE), "", json.dumps(draw(HOSTILE)), "")
    finding = Finding(draw(HOSTILE), draw(HOSTILE), draw(HOSTILE))
    return replace(
        plan, changes=(*plan.changes, change), ledger=(entry,), conflicts=(row,), findings=(finding,),
        extras=(draw(HOSTILE),), id_map={draw(HOSTILE): draw(HOSTILE)}, names={draw(HOSTILE): draw(HOSTILE)},
        tenant_id=draw(HOSTILE),
    )  # fmt: skip


@RUNS
@given(hostile(), st.integers(1, 200))
def test_a_hostile_plan_does_nothing_to_a_terminal_or_a_log(plan: Plan, width: int) -> None:
    for line in (*plan_text(plan, width), *gist(plan, width)):
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in line)
        assert not any(c in line for c in "\u202e\u200b")
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert cell_len(line) <= max(width, 40) + 4


@RUNS
@given(hostile())
def test_a_hostile_plan_keeps_its_tables(plan: Plan) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(plan_markdown(plan))
    for start in (n for n, token in enumerate(tokens) if token.type == "tr_open"):
        end = next(n for n in range(start, len(tokens)) if tokens[n].type == "tr_close")
        assert sum(token.type in {"td_open", "th_open"} for token in tokens[start:end]) == 5
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert html.count("</details>") == html.count("<details")
    headings = [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]
    assert all(heading[0].isupper() for heading in headings)


@RUNS
@given(hostile())
def test_a_hostile_plan_is_plain_ascii_json(plan: Plan) -> None:
    shown = to_json(plan)
    assert shown.isascii()
    assert not any(ord(c) < 32 and c != "\n" for c in shown)


@pytest.mark.parametrize("module", ["entragit.render.plan_text", "entragit.render.plan_markdown", "entragit.planfile"])
def test_nothing_heavy_is_imported_to_render(module: str) -> None:
    code = f"import sys, {module}; sys.exit(bool({{'rich', 'deepdiff', 'jsonschema'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
