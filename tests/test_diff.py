from __future__ import annotations

import copy
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bodies import IDS, KINDS, json_values, raw, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.canonical import same
from entragit.diff import diff, inside, patch
from entragit.model import ABSENT, Edit
from entragit.normalize import normalize
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import of

TENANT = Context(IDS[0])
ROOT = Path(__file__).parent.parent
GROUPS = CATALOG["groups"]
APPS = CATALOG["applications"]
POLICIES = CATALOG["identity/conditionalAccess/policies"]
METHODS = CATALOG["policies/authenticationMethodsPolicy/authenticationMethodConfigurations"]
LISTS = ["members", "groupTypes", "assignedLicenses", "appRoles", "owners", "keyCredentials", "brandNew"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_patch_undoes_diff(kind: str, seed: int) -> None:
    """From any body of a kind to any other, and from one to the same with a few properties of the other."""
    resource_type = CATALOG[kind]
    one, other = (normalize(resource_type, raw(resource_type, seed + n), TENANT) for n in range(2))
    rng = random.Random(seed)
    near = one | {name: value for name, value in other.items() if rng.random() < 0.3}
    for after in (other, near, {}, one):
        untouched = copy.deepcopy((one, after))
        edits = diff(resource_type, one, after)
        assert same(patch(resource_type, one, edits), after)
        assert (one, after) == untouched
        assert bool(edits) is not same(one, after)
        assert [edit.path for edit in edits] == sorted({edit.path for edit in edits})
        assert not any(same(edit.before, edit.after) for edit in edits if ABSENT not in (edit.before, edit.after))


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([GROUPS, APPS, METHODS]))
def test_patch_undoes_diff_of_anything(data: st.DataObject, resource_type: Any) -> None:
    """Hostile bodies too: other types, doubles in sets, keyed lists without keys, unsorted lists, lists in lists."""
    keys = st.sampled_from([*LISTS, "conditions", *sorted(of(resource_type, {}))])
    bodies = st.dictionaries(keys, json_values | st.lists(json_values, max_size=4), max_size=3)
    before, after = data.draw(bodies), data.draw(bodies)
    assert same(patch(resource_type, before, diff(resource_type, before, after)), after)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", 1, True, None, 1.0, "", {"id": "a"}]), max_size=5), st.data())
def test_patch_undoes_diff_of_lists(before: list[Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(LISTS))
    after = data.draw(st.permutations(before) | st.lists(st.sampled_from(["a", "b", 1, True]), max_size=3))
    for one, other in ((before, after), (after, before)):
        for left, right in (({name: one}, {name: other}), ({}, {name: other}), ({name: one}, {})):
            assert same(patch(GROUPS, left, diff(GROUPS, left, right)), right)


SMS = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration"}
ROLE = {"id": "r1", "value": "read", "allowedMemberTypes": ["User"]}


@pytest.mark.parametrize(
    ("resource_type", "before", "after", "edits"),
    [
        (GROUPS, {"a": 1}, {"a": 1}, []),
        (GROUPS, {"a": 1}, {"a": True}, [(("a",), 1, True)]),
        (GROUPS, {"a": 1}, {"a": 1.0}, [(("a",), 1, 1.0)]),
        (GROUPS, {"a": None}, {}, [(("a",), None, ABSENT)]),
        (GROUPS, {"a": {"b": {"c": 1}}}, {"a": {"b": {}}}, [(("a", "b", "c"), 1, ABSENT)]),
        (GROUPS, {"a": {"b": 1}}, {"a": "x"}, [(("a",), {"b": 1}, "x")]),
        (GROUPS, {"new": ["a", "b"]}, {"new": ["b", "a"]}, [(("new",), ["a", "b"], ["b", "a"])]),
        (GROUPS, {"members": ["a", "b"]}, {"members": ["b"]}, [(("members", '"a"'), "a", ABSENT)]),
        (GROUPS, {}, {"members": ["a"]}, [(("members", '"a"'), ABSENT, "a")]),
        (GROUPS, {"members": ["a"]}, {}, [(("members", '"a"'), "a", ABSENT)]),
        (GROUPS, {"members": ["a"]}, {"members": []}, [(("members",), ["a"], [])]),
        (GROUPS, {"members": ["a", "a"]}, {"members": ["a"]}, [(("members",), ["a", "a"], ["a"])]),
        (
            APPS,
            {"appRoles": [ROLE]},
            {"appRoles": [ROLE | {"value": "write", "allowedMemberTypes": ["Application", "User"]}, {"id": "r2"}]},
            [
                (("appRoles", '"r1"', "allowedMemberTypes", '"Application"'), ABSENT, "Application"),
                (("appRoles", '"r1"', "value"), "read", "write"),
                (("appRoles", '"r2"'), ABSENT, {"id": "r2"}),
            ],
        ),
        (
            APPS,
            {"appRoles": [ROLE, ROLE]},
            {"appRoles": [ROLE]},
            [(("appRoles",), [ROLE, ROLE], [ROLE])],
        ),
        (
            METHODS,
            SMS | {"includeTargets": [{"id": "all_users", "targetType": "group"}]},
            SMS | {"includeTargets": [{"id": "g", "targetType": "group"}]},
            [
                (("includeTargets", '["group","all_users"]'), {"id": "all_users", "targetType": "group"}, ABSENT),
                (("includeTargets", '["group","g"]'), ABSENT, {"id": "g", "targetType": "group"}),
            ],
        ),
        (
            POLICIES,
            {"conditions": {"users": {"excludeUsers": ["a", "b"]}}, "state": "enabled"},
            {"conditions": {"users": {"excludeUsers": ["b"]}}, "state": "disabled"},
            [(("conditions", "users", "excludeUsers", '"a"'), "a", ABSENT), (("state",), "enabled", "disabled")],
        ),
    ],
)
def test_edits(resource_type: Any, before: Any, after: Any, edits: list[tuple[Any, ...]]) -> None:
    found = diff(resource_type, before, after)
    assert found == [Edit(*edit) for edit in edits]
    assert same(patch(resource_type, before, found), after)


def test_patch_on_another_body() -> None:
    """An edit to one element leaves the others alone; what is gone already need not be taken away."""
    edits = diff(GROUPS, {"members": ["a", "b"]}, {"members": ["b", "c"]})
    assert patch(GROUPS, {"members": ["a", "x"]}, edits) == {"members": ["c", "x"]}
    assert patch(GROUPS, {"members": ["x"]}, edits) == {"members": ["c", "x"]}
    assert patch(GROUPS, {}, edits) == {"members": ["c"]}
    both = [Edit(("a", "b"), 1, 2), Edit(("a",), ABSENT, {"c": 3})]
    assert patch(GROUPS, {}, both) == {"a": {"c": 3, "b": 2}}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, ("parts", "x")),
        ({"parts": 1}, ("parts", "x")),
        ({"new": ["a"]}, ("new", '"a"')),
        ({"members": "a"}, ("members", '"a"')),
        ({"assignedLicenses": [{"skuId": "s"}]}, ("assignedLicenses", '"t"', "disabledPlans")),
    ],
)
def test_patch_inside_nothing(body: Any, path: tuple[str, ...]) -> None:
    with pytest.raises(KeyError, match=path[0]):
        patch(GROUPS, body, [Edit(path, ABSENT, 1)])


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([1, 2, 3], [1, 4, 2, 3], [(("1",), ABSENT, 4)]),
        ([{"a": 1, "b": [1]}], [{"a": 2, "b": [1, 2]}], [(("0", "a"), 1, 2), (("0", "b", "1"), ABSENT, 2)]),
        ({"x '\"": [None]}, {"x '\"": [0]}, [(("x '\"", "0"), None, 0)]),
        ([True], [1], [((), [True], [1])]),
        ("a", "b", [((), "a", "b")]),
        ([1], {"a": 1}, [((), [1], {"a": 1})]),
        (ABSENT, [1], [((), ABSENT, [1])]),
    ],
)
def test_inside(before: Any, after: Any, found: list[tuple[Any, ...]]) -> None:
    """What a reader is told of two lists that the catalog can't tell apart element by element."""
    edits = inside(Edit(("p",), before, after))
    assert edits == [Edit(("p", *path), one, other) for path, one, other in found]


@settings(max_examples=50, deadline=None)
@given(json_values, json_values)
def test_inside_anything(before: Any, after: Any) -> None:
    edits = inside(Edit(("p",), before, after))
    assert edits
    assert all(edit.path[0] == "p" for edit in edits)


def test_deepdiff_is_imported_when_needed() -> None:
    program = "import sys, entragit.diff; sys.exit('deepdiff' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
