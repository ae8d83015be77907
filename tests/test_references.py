from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from bodies import IDS, KINDS, json_values, raw, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.canonical import same
from entragit.layout import Index
from entragit.normalize import normalize
from entragit.references import find, ids, notes, renamed, resolve, rewrite, written
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import Reference
from entragit.resources.fields import of

TENANT = Context(IDS[0])
GROUPS = CATALOG["groups"]
POLICIES = CATALOG["identity/conditionalAccess/policies"]
ASSIGNMENTS = CATALOG["roleManagement/directory/roleAssignments"]
ANY = Reference(("users",))
SCOPE = Reference(("directory/administrativeUnits",), within="^/(?:administrativeUnits/)?([^/]+)$")
LOCATION = Reference(("x",), words=frozenset({"All", IDS[3]}), guid=False)


@pytest.mark.parametrize(
    ("reference", "text", "found"),
    [
        (ANY, IDS[1], [IDS[1]]),
        (ANY, IDS[1].upper(), [IDS[1].upper()]),
        (ANY, "All", []),
        (ANY, "", []),
        (ANY, f" {IDS[1]}", []),
        (ANY, f"{IDS[1]}\n", []),
        (ANY, f"x{IDS[1]}", []),
        (SCOPE, "/", []),
        (SCOPE, f"/administrativeUnits/{IDS[1]}", [IDS[1]]),
        (SCOPE, f"/{IDS[1]}", [IDS[1]]),
        (SCOPE, "/administrativeUnits/All", []),
        (SCOPE, IDS[1], []),
        (Reference(("x",), words=frozenset({IDS[3]})), IDS[3], []),
        (LOCATION, "c1", ["c1"]),
        (LOCATION, "All", []),
        (LOCATION, IDS[3], []),
        (LOCATION, "", []),
        (Reference(("x",), within="id:([0-9a-f-]+)"), f"id:{IDS[1]} id:{IDS[2]}", IDS[1:3]),
    ],
)
def test_what_is_a_reference(reference: Reference, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in ids(reference, text)] == found


def test_ids_of_other_lengths_are_renamed() -> None:
    scopes = Reference(("x",), within="id:([a-z0-9]+)", guid=False)
    assert renamed("id:a1 or id:b or id:a1;", scopes, {"a1": "long", "b": ""}) == "id:long or id: or id:long;"


def test_every_reference_is_found() -> None:
    body = {"id": IDS[0], "displayName": IDS[4], "members": [IDS[1], IDS[2], "odd"], "owners": [IDS[1]], "new": IDS[3]}
    assert [(found.path, found.id, found.text) for found in find(GROUPS, body)] == [
        (("members", 0), IDS[1], IDS[1]),
        (("members", 1), IDS[2], IDS[2]),
        (("owners", 0), IDS[1], IDS[1]),
    ]


def at(body: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_found_commented_rewritten(kind: str, seed: int) -> None:
    """What is found stands where its path says; each has a comment; rewriting moves each, and nothing else."""
    resource_type = CATALOG[kind]
    body = normalize(resource_type, raw(resource_type, seed), TENANT)
    untouched = copy.deepcopy(body)
    found = list(find(resource_type, body))
    tree: Any = notes(resource_type, body, Index({IDS[1]: "users/ada"}))
    for item in found:
        assert at(body, item.path) == item.text
        assert item.id in item.text
        known = item.id == IDS[1] and item.reference.by == "id"
        leaf = at(tree, tuple(key for key in item.path if isinstance(key, str)))
        assert leaf[item.text] == ("users/ada" if known else "unknown")

    there = {old: re.sub("0000-4000", "ffff-4000", old) for old in IDS}
    back = {new: old for old, new in there.items()}
    moved = rewrite(resource_type, body, there)
    assert body == untouched
    assert same(rewrite(resource_type, body, {}), body)
    assert sorted(item.id for item in find(resource_type, moved)) == sorted(there.get(i.id, i.id) for i in found)
    assert same(rewrite(resource_type, moved, back), body)
    assert same(normalize(resource_type, moved, TENANT), moved)


@settings(max_examples=100, deadline=None)
@given(value=json_values, kind=st.sampled_from(KINDS), data=st.data())
def test_any_json_can_be_searched(value: object, kind: str, data: st.DataObject) -> None:
    resource_type = CATALOG[kind]
    body = {data.draw(st.sampled_from(sorted(of(resource_type, {})))): value}
    for item in find(resource_type, body):
        assert at(body, item.path) == item.text
    rewrite(resource_type, body, {IDS[1]: IDS[2]})
    notes(resource_type, body, Index({}))


def test_rewriting_keeps_lists_canonical() -> None:
    body = {"members": [IDS[1], IDS[2], IDS[3]]}
    assert rewrite(GROUPS, body, {IDS[1]: IDS[4], IDS[2]: IDS[3]}) == {"members": [IDS[3], IDS[4]]}


def test_comments_of_keyed_maps() -> None:
    """Lists are transparent: comments stand below the names of properties alone."""
    access = [{"resourceAppId": IDS[1], "resourceAccess": [{"id": IDS[2], "type": "Role"}]}]
    index = Index({IDS[1]: "wrong"}, {IDS[1]: "servicePrincipals/Graph"}, {IDS[2]: "User.Read.All"})
    assert notes(CATALOG["applications"], {"requiredResourceAccess": access}, index) == {
        "requiredResourceAccess": {
            "resourceAppId": {IDS[1]: "servicePrincipals/Graph"},
            "resourceAccess": {"id": {IDS[2]: "User.Read.All"}},
        }
    }
    scope = {"directoryScopeId": f"/administrativeUnits/{IDS[1]}"}
    text = scope["directoryScopeId"]
    assert notes(ASSIGNMENTS, scope, index) == {"directoryScopeId": {text: "wrong"}}
    assert rewrite(ASSIGNMENTS, scope, {IDS[1]: IDS[3]}) == {"directoryScopeId": f"/administrativeUnits/{IDS[3]}"}


def test_embedded_copies_are_references() -> None:
    strength = {"grantControls": {"authenticationStrength": {"id": IDS[1], "displayName": "MFA"}}}
    body = normalize(POLICIES, strength, TENANT)
    assert body == {"grantControls": {"authenticationStrength": {"id": IDS[1]}}}
    assert [found.id for found in find(POLICIES, body)] == [IDS[1]]


def test_an_own_name_is_no_reference_but_may_be_an_address() -> None:
    """A service principal's appId is its own, and named after nothing; a person may write whose it shall be."""
    principal = CATALOG["servicePrincipals"]
    index = Index({}, {IDS[1]: "applications/Web"})
    assert (notes(principal, {"appId": IDS[1]}, index), list(find(principal, {"appId": IDS[1]}))) == ({}, [])
    body = {"appId": "applications/Web"}
    assert [found.text for found in written(principal, body)] == ["applications/Web"]
    assert resolve(principal, body, {("appId", "applications/Web"): IDS[1]}) == {"appId": IDS[1]}


def test_addresses_are_found_where_ids_may_stand_and_become_ids() -> None:
    body = {
        "members": ["groups/Sales.1c2a91c4", IDS[1], "users/ada@contoso.com"],
        "description": "groups/Sales.1c2a91c4",
        "directoryScopeId": "/",
    }
    assert [(found.path, found.text, found.id) for found in written(GROUPS, body)] == [
        (("members", 0), "groups/Sales.1c2a91c4", ""),
        (("members", 2), "users/ada@contoso.com", ""),
    ]
    known = {("id", "groups/Sales.1c2a91c4"): IDS[2], ("appId", "users/ada@contoso.com"): IDS[3]}
    done = resolve(GROUPS, body, known)
    assert done == {**body, "members": [IDS[1], IDS[2], "users/ada@contoso.com"]}
    # A scope is a path with an id in it, and no address.
    assert list(written(ASSIGNMENTS, {"directoryScopeId": f"/administrativeUnits/{IDS[1]}"})) == []
