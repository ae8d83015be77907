from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from bodies import IDS, KINDS, json_values, raw, seeds, shuffled
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.canonical import canonical_json, element_key, ordered, same
from entragit.normalize import canonical_map, normalize
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import SEQUENCE, SET, keyed
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete

TENANT = Context(IDS[0])
USERS = CATALOG["users"]
GROUPS = CATALOG["groups"]
APPS = CATALOG["applications"]
POLICIES = CATALOG["identity/conditionalAccess/policies"]
LOCATIONS = CATALOG["identity/conditionalAccess/namedLocations"]


def maps(value: Any, known: Mapping[str, Field]) -> Iterator[tuple[dict[str, Any], Mapping[str, Field]]]:
    """Every map of known type in a body, with its fields."""
    yield value, known
    for name, item in value.items():
        if field := known.get(name):
            for inner in item if isinstance(item, list) else [item]:
                if isinstance(inner, dict):
                    yield from maps(inner, fields(concrete(field.type, inner)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_body_is_canonical(kind: str, seed: int) -> None:
    """Idempotent, blind to order, no noise, nothing empty, and the raw object is left as it was."""
    resource_type = CATALOG[kind]
    original = raw(resource_type, seed)
    untouched = copy.deepcopy(original)
    body = normalize(resource_type, original, TENANT)
    assert original == untouched
    assert same(normalize(resource_type, body, TENANT), body)
    other = shuffled(original, of(resource_type, original), random.Random(seed))
    assert same(normalize(resource_type, other, TENANT), body)
    for inner, known in maps(body, of(resource_type, body)):
        for name, value in inner.items():
            field = known.get(name)
            assert field is None or not field.noise, name
            assert (field is not None and field.keep_empty) or (value is not None and value != []), name
            assert "@odata." not in name or name == "@odata.type"


@settings(max_examples=100, deadline=None)
@given(value=json_values, kind=st.sampled_from(KINDS), data=st.data())
def test_any_json_in_any_property(value: object, kind: str, data: st.DataObject) -> None:
    resource_type = CATALOG[kind]
    name = data.draw(st.sampled_from(sorted(of(resource_type, {}).keys() - resource_type.also_select)))
    body = normalize(resource_type, {"id": IDS[1], name: value}, TENANT)
    assert same(normalize(resource_type, body, TENANT), body)


@pytest.mark.parametrize("value", ["x", 0, False, "", {}, [None], [[]], ["b", "a", "b"], {"deep": {"x": 1}}])
def test_unknown_properties_are_kept(value: object) -> None:
    inner = {"users": {"brandNew": value, "includeUsers": ["All"]}, "brandNew": value}
    body = normalize(POLICIES, {"id": "1", "brandNew": value, "conditions": inner}, TENANT)
    assert body == {"id": "1", "brandNew": value, "conditions": inner}


@pytest.mark.parametrize("value", [None, []])
def test_nothing_is_left_out(value: object) -> None:
    """A map's null and [] mean absent, known or not, at any depth; a list's elements stay."""
    given = {"id": "1", "a": value, "b": {"c": value, "d": {"e": value}}, "f": [value], "displayName": value}
    assert normalize(GROUPS, given, TENANT) == {"id": "1", "b": {"d": {}}, "f": [value]}


def test_unknown_enum_values_are_kept() -> None:
    assert normalize(POLICIES, {"state": "enabledOnTuesdays"}, TENANT) == {"state": "enabledOnTuesdays"}


def test_secrets_are_left_out() -> None:
    app = {
        "id": "1",
        "passwordCredentials": [{"keyId": "k", "secretText": "s3cret"}],
        "keyCredentials": [{"key": "s3c"}],
    }
    assert "s3c" not in json.dumps(normalize(APPS, app, TENANT))
    user = {"id": "1", "passwordProfile": {"password": "s3cret", "forceChangePasswordNextSignIn": True}}
    assert "s3c" not in json.dumps(normalize(USERS, user, TENANT))


IP = "#microsoft.graph.ipNamedLocation"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (IP, IP),
        ("microsoft.graph.ipNamedLocation", IP),
        ("ipNamedLocation", IP),
        ("#microsoft.graph.namedLocation", None),
        ("#microsoft.graph.moonLocation", "#microsoft.graph.moonLocation"),
        ("#Microsoft.DirectoryServices.Value", "#Microsoft.DirectoryServices.Value"),
        ("", None),
        ("#", None),
        (None, None),
        (7, None),
    ],
)
def test_type_annotation(given: object, kept: str | None) -> None:
    body = normalize(LOCATIONS, {"@odata.type": given, "@odata.etag": "W/1", "x@odata.type": "#String"}, TENANT)
    assert body == ({"@odata.type": kept} if kept else {})


def test_type_annotations_inside() -> None:
    """Where nobody knows the declared type, the annotation is all there is."""
    ranges = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "10.0.0.0/8"}]
    new = {"@odata.type": "#microsoft.graph.conditionalAccessUsers", "includeUsers@odata.type": "#Collection(String)"}
    body = normalize(LOCATIONS, {"@odata.type": IP, "ipRanges": ranges, "new": new}, TENANT)
    assert body == {"@odata.type": IP, "ipRanges": ranges, "new": {"@odata.type": new["@odata.type"]}}
    users = {"@odata.type": "#microsoft.graph.conditionalAccessUsers", "includeUsers": ["All"]}
    assert normalize(POLICIES, {"conditions": {"users": users}}, TENANT) == {
        "conditions": {"users": {"includeUsers": ["All"]}}
    }


def test_relationships() -> None:
    """References become ids, whether they come as objects or as ids; an answer without an id isn't lost."""
    people = [{"@odata.type": "#microsoft.graph.user", "id": IDS[2]}, {"id": IDS[1]}, IDS[1]]
    assert normalize(GROUPS, {"id": "1", "members": people, "owners": []}, TENANT) == {"id": "1", "members": IDS[1:3]}
    assert normalize(USERS, {"manager": {"id": IDS[1], "displayName": "Ada"}}, TENANT) == {"manager": IDS[1]}
    assert normalize(USERS, {"manager": IDS[1], "manager@odata.context": "…"}, TENANT) == {"manager": IDS[1]}
    assert normalize(GROUPS, {"members": [{"name": "?"}]}, TENANT) == {"members": [{"name": "?"}]}


def test_children() -> None:
    children = [{"id": "2", "name": "b", "issuer": "i", "audiences": ["x"]}, {"id": "1", "name": "a", "new": 1}]
    body = normalize(APPS, {"federatedIdentityCredentials": children}, TENANT)
    assert [child["name"] for child in body["federatedIdentityCredentials"]] == ["a", "b"]
    assert body["federatedIdentityCredentials"][0]["new"] == 1


def test_children_that_belong_elsewhere() -> None:
    """What the relation leaves out, and whom it doesn't want: one fact, one home."""
    principals = CATALOG["servicePrincipals"]
    given = [
        {"id": "1", "principalId": IDS[1], "principalType": "User", "resourceId": IDS[3], "appRoleId": IDS[4]},
        {"id": "2", "principalId": IDS[2], "principalType": "ServicePrincipal", "appRoleId": IDS[4]},
        {"id": "3", "principalId": IDS[4], "principalType": "NewerThanTheCatalog", "appRoleId": IDS[4]},
        {"id": "4", "principalId": IDS[5], "principalType": None, "appRoleId": IDS[4]},
    ]
    body = normalize(principals, {"id": IDS[3], "appRoleAssignedTo": given, "appRoleAssignments": given}, TENANT)
    held = {one["principalId"]: "resourceId" in one for one in body["appRoleAssignedTo"]}
    assert held == dict.fromkeys((IDS[1], IDS[4], IDS[5]), False)
    assert [one.get("principalId") for one in body["appRoleAssignments"]] == [None] * len(given)
    assert same(normalize(principals, body, TENANT), body)


def test_empty_values_that_mean_something_stay() -> None:
    rows = {"kept": Field("Edm.String", keep_empty=True), "other": Field("Edm.String")}
    for empty in (None, []):
        assert canonical_map({"kept": empty, "other": empty}, "x", lambda _: rows) == {"kept": empty}


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        (SET, ["b", "a", "b"], ["a", "b"]),
        (SET, ["a", "a b", 'a"'], ["a b", "a", 'a"']),
        (SET, [{"y": 1, "x": 2}, {"x": 2, "y": 1}], [{"x": 2, "y": 1}]),
        (SET, [True, 1, 1.0, "1", None], ["1", 1, 1.0, None, True]),
        (SEQUENCE, ["b", "a", "b"], ["b", "a", "b"]),
        (keyed("id"), [{"id": "b"}, {"id": "a"}], [{"id": "a"}, {"id": "b"}]),
        (keyed("id"), [{"id": "a", "x": 2}, {"id": "a", "x": 1}], [{"id": "a", "x": 1}, {"id": "a", "x": 2}]),
        (keyed("id"), [{"x": 1}, "s", {"id": "a"}], [{"id": "a"}, "s", {"x": 1}]),
        (keyed("a", "b"), [{"a": 2, "b": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 2, "b": 1}]),
    ],
)
def test_order_of_lists(rule: Any, given: list[Any], expected: list[Any]) -> None:
    assert same(ordered(given, rule), expected)


def test_canonical_json() -> None:
    assert canonical_json({"b": [1, 1.0, True, None], "a": "é\n"}) == '{"a":"é\\n","b":[1,1.0,true,null]}'
    assert not same({"a": 1}, {"a": True})
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert element_key({"id": "x"}, keyed("id")) == '"x"'
    assert element_key({"id": "x"}, keyed("id", "n")) == '["x",null]'
    assert element_key({"id": "x"}, SET) == '{"id":"x"}'
