"""A plan's file says all of it, is read strictly, and shows when somebody changed it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bodies import json_values as any_values
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from plan_checks import ADA, EVE, FILES, GLASS, NESTED, Planner, company, user

from entragit.errors import DocumentError, EntragitError, RefusedError
from entragit.model import ABSENT, Edit, Gap
from entragit.plan import Change, Entry, Finding, Freed, Plan
from entragit.planfile import digest, from_json, to_json
from entragit.planschema import schema

texts = st.text(max_size=8) | st.sampled_from(["##[error]", "\ud800", "\x1b[31m", "é😀"])
json_values = any_values.filter(lambda value: "Infinity" not in json.dumps(value))
bodies = st.dictionaries(texts, json_values, max_size=3)
paths = st.lists(texts, max_size=3).map(tuple)
keys = st.lists(texts, min_size=1, max_size=3).map(tuple)
shown = st.just("") | json_values.map(json.dumps)
edits = st.builds(Edit, keys, json_values | st.just(ABSENT), json_values | st.just(ABSENT))
edits = edits.filter(lambda edit: (edit.before, edit.after) != (ABSENT, ABSENT))
origins = st.sampled_from(["yours", "reverts", "follows"])


@st.composite
def changes(draw: st.DrawFn) -> Change:
    action = draw(st.sampled_from(["create", "restore", "update", "delete"]))
    made = () if action == "delete" else tuple(draw(st.lists(edits, max_size=3)))
    who = draw(st.lists(origins, min_size=len(made) or action == "delete", max_size=len(made) or action == "delete"))
    text = [draw(texts) for _ in range(5)]
    body = st.none() | bodies
    source = st.none() | st.tuples(texts, texts)
    freed = st.lists(st.builds(Freed, texts, json_values, st.integers(0, 3)), max_size=2).map(tuple)
    return Change(
        *text, action, draw(st.integers(0, 2)), draw(body), draw(body), made, tuple(who), draw(source), draw(freed)
    )  # fmt: skip


names = st.dictionaries(texts, texts, max_size=3)
gaps = st.builds(Gap, texts, texts, texts, texts, st.booleans())
plans = st.builds(
    Plan,
    tenant_id=st.just("t"), commit=st.just("c"), base=st.none() | st.just("b"),
    mode=st.sampled_from(["rollback", "merge"]),
    selection=paths, prune=paths, enable=paths,
    take=st.dictionaries(texts, st.sampled_from(["git", "tenant"]), max_size=2),
    changes=st.lists(changes(), max_size=2).map(tuple),
    ledger=st.lists(st.builds(Entry, texts, texts, texts, texts, texts, texts), max_size=2).map(tuple),
    findings=st.lists(st.builds(Finding, texts, texts, texts, st.booleans()), max_size=2).map(tuple),
    extras=paths, conflicts=st.lists(st.tuples(texts, texts, shown, shown, shown), max_size=2).map(tuple),
    id_map=names, gaps=st.lists(gaps, max_size=2).map(tuple), names=names, advice=st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(plans)
def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    text = to_json(plan)
    again = from_json(text)
    assert again == plan
    assert [gap.reason for gap in again.gaps] == [gap.reason for gap in plan.gaps]
    assert to_json(again) == text
    assert text.isascii()
    assert "##[" not in text
    Draft202012Validator(schema()).validate(json.loads(text))


@settings(max_examples=40, deadline=None)
@given(plans, plans)
def test_two_plans_share_a_digest_only_if_they_say_the_same(one: Plan, other: Plan) -> None:
    assert (digest(one) == digest(other)) == (to_json(one) == to_json(other))
    assert digest(one) == digest(from_json(to_json(one)))


@pytest.fixture
def made(tmp_path: Path) -> Plan:
    desired = {**FILES(), "groups/New.yaml": b"displayName: New\nmailEnabled: false\nmailNickname: n\n"
               b"securityEnabled: true\n"}  # fmt: skip
    actual = company(sales={"members": [ADA, EVE, NESTED, GLASS]}, nested=None, more=("users", user(GLASS[::-1], "x")))
    return Planner(tmp_path / "r").plan(FILES(), desired, actual)


def test_a_real_plan_comes_back_as_it_was(made: Plan) -> None:
    assert {change.action for change in made.changes} >= {"create", "update"}
    assert from_json(to_json(made)) == made


def changed(text: str, **keys: Any) -> str:
    return json.dumps({**json.loads(text), **keys})


def test_a_plan_that_was_changed_is_refused(made: Plan) -> None:
    text = to_json(made)
    with pytest.raises(RefusedError, match="isn't the plan that was made"):
        from_json(changed(text, commit="f" * 40))
    for allowed in (True, False):
        finding = Finding("tier-0", "x", "y", allowed)
        assert from_json(to_json(replace(made, findings=(finding,)))).findings == (finding,)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("", "plan.json: is no plan"),
        ("{", "plan.json: is no plan"),
        ("[" * 100_000, "plan.json: is no plan"),
        ('{"a": 1, "a": 2}', "a key occurs twice"),
        ('{"a": NaN}', "NaN is no JSON"),
        ("[]", "write a map"),
        ("{}", "is missing"),
        ({"surprise": 1}, "`surprise` is no key here"),
        ({"findings": [{}]}, "findings.0: `guard` is missing"),
        ({"mode": "rolback"}, "mode: `mode`: write rollback or merge instead of `rolback`; did you mean `rollback`?"),
        ({"take": {"x": "me"}}, "take.x"),
        ({"changes": [{"kind": "users"}]}, "changes.0"),
        ({"conflicts": [{"address": "x", "path": "", "base": "{", "git": "", "tenant": ""}]}, "base is no JSON"),
        ({"advice": "yes"}, "write true or false"),
        ({"extras": [1]}, "extras.0"),
    ],
)
def test_what_is_no_plan_is_said_in_a_sentence(made: Plan, broken: Any, message: str) -> None:
    text = broken if isinstance(broken, str) else changed(to_json(made), **broken)
    with pytest.raises(DocumentError) as error:
        from_json(text)
    assert message in str(error.value)
    assert str(error.value).startswith("plan.json: ")


def test_a_later_format_is_refused(made: Plan) -> None:
    with pytest.raises(RefusedError, match="has format 2, this entragit knows 1; upgrade"):
        from_json(changed(to_json(made), format=2, surprise=1))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"path": [], "after": 1}, "a path has at least one key"),
        ({"path": ["x"]}, "an edit has a value before it, or one after it"),
    ],
)
def test_an_edit_is_somewhere_and_changes_something(made: Plan, edit: Any, message: str) -> None:
    body = json.loads(to_json(made))
    body["changes"][0]["edits"][0] = edit
    with pytest.raises(DocumentError, match=message):
        from_json(json.dumps(body))


@pytest.mark.parametrize("origins", [[], ["yours", "yours"]])
def test_every_edit_has_an_origin(made: Plan, origins: list[str]) -> None:
    body = json.loads(to_json(made))
    change = next(change for change in body["changes"] if len(change["edits"]) > len(origins))
    change["origins"] = origins
    with pytest.raises(DocumentError, match="one is needed for each edit"):
        from_json(json.dumps(body))


@settings(max_examples=60, deadline=None)
@given(json_values, st.sampled_from(["changes", "take", "id_map", "conflicts", "format", "base", "digest"]))
def test_any_json_is_answered_in_a_sentence(value: Any, key: str) -> None:
    text = changed(to_json(Plan("t", "c", None, "rollback")), **{key: value})
    try:
        from_json(text)
    except EntragitError as error:
        assert str(error)  # noqa: PT017 what isn't refused must be the plan itself
    else:
        assert json.loads(text) == json.loads(to_json(Plan("t", "c", None, "rollback")))


def test_a_plan_holds_no_secret(tmp_path: Path) -> None:
    """Somebody wrote one into a file; it goes no further."""
    new = (b"userPrincipalName: new@contoso.com\ndisplayName: New\naccountEnabled: true\nmailNickname: new\n"
           b"passwordProfile:\n  password: hunter2\n")  # fmt: skip
    app = b"displayName: App\npasswordCredentials:\n  - displayName: x\n    secretText: hunter2\n"
    desired = {**FILES(), "users/new.yaml": new, "applications/app.yaml": app}
    plan = Planner(tmp_path / "r").plan(FILES(), desired, FILES())
    assert [change.action for change in plan.changes] == ["create", "create"]
    assert "hunter2" not in to_json(plan)
