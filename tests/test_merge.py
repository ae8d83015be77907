"""Three-way merging: what is merged, what is a conflict, and that a simpler model of it says the same."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from bodies import KINDS, seeds
from hypothesis import given, settings
from merge_model import TENANT, atoms, model, three

from entragit.merge import Conflict, Merged, merge
from entragit.model import ABSENT, Body
from entragit.normalize import normalize
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import fields

GROUPS, APPS, USERS = CATALOG["groups"], CATALOG["applications"], CATALOG["users"]
POLICIES = CATALOG["identity/conditionalAccess/policies"]
PLACES = CATALOG["identity/conditionalAccess/namedLocations"]
METHODS = CATALOG["policies/authenticationMethodsPolicy/authenticationMethodConfigurations"]
ROLES = CATALOG["roleManagement/directory/roleDefinitions"]

SMS = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration"}
IP, COUNTRY = ({"@odata.type": f"#microsoft.graph.{word}NamedLocation"} for word in ("ip", "country"))


def role(id: str, **more: Any) -> Body:
    return {"id": id, "value": id.upper(), **more}


def clash(*path: str) -> tuple[str, ...]:
    return path


CASES: list[tuple[str, ResourceType, Body | None, Body | None, Body | None, Body | None, list[tuple[str, ...]]]] = [
    ("one property each", GROUPS, {"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}, []),
    ("the same property", GROUPS, {"a": 1}, {"a": 2}, {"a": 3}, {"a": 1}, [clash("a")]),
    ("the same change", GROUPS, {"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}, []),
    ("true is not 1", GROUPS, {"a": 0}, {"a": 1}, {"a": True}, {"a": 0}, [clash("a")]),
    ("a property gone on one side", GROUPS, {"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}, []),
    ("a property gone and changed", GROUPS, {"a": 1}, {}, {"a": 2}, {"a": 1}, [clash("a")]),
    ("a property new on both sides", GROUPS, {}, {"a": 1}, {"a": 2}, {}, [clash("a")]),
    (
        "members come and go on both sides",
        GROUPS,
        {"members": ["a", "b", "c"]},
        {"members": ["b", "c", "d"]},
        {"members": ["a", "b", "e"]},
        {"members": ["b", "d", "e"]},
        [],
    ),
    ("the last members go, one on each side", GROUPS, {"members": ["a", "b"]}, {"members": ["a"]},
     {"members": ["b"]}, {}, []),
    ("the list goes, and gains a member", GROUPS, {"members": ["a"]}, {}, {"members": ["a", "b"]},
     {"members": ["b"]}, []),
    (
        "two properties of one app role",
        APPS,
        {"appRoles": [role("r", description="d", isEnabled=True)]},
        {"appRoles": [role("r", description="mine", isEnabled=True)]},
        {"appRoles": [role("r", description="d", isEnabled=False), role("s")]},
        {"appRoles": [role("r", description="mine", isEnabled=False), role("s")]},
        [],
    ),
    (
        "the same app role",
        APPS,
        {"appRoles": [role("q"), role("r")]},
        {"appRoles": [role("q"), role("r", value="mine")]},
        {"appRoles": [role("r", value="theirs")]},
        {"appRoles": [role("r")]},
        [clash("appRoles", '"r"', "value")],
    ),
    (
        "an app role gone and changed",
        APPS,
        {"appRoles": [role("r")]},
        {},
        {"appRoles": [role("r", value="theirs")]},
        {"appRoles": [role("r")]},
        [clash("appRoles", '"r"')],
    ),
    (
        "an app role created on both sides",
        APPS,
        {},
        {"appRoles": [role("r", description="mine")]},
        {"appRoles": [role("r", isEnabled=True)]},
        {"appRoles": [role("r", description="mine", isEnabled=True)]},
        [],
    ),
    (
        "redirect URIs",
        APPS,
        {"web": {"redirectUris": ["https://a"], "logoutUrl": "https://out"}},
        {"web": {"redirectUris": ["https://a", "https://b"], "logoutUrl": "https://out"}},
        {"web": {"logoutUrl": "https://there"}},
        {"web": {"redirectUris": ["https://b"], "logoutUrl": "https://there"}},
        [],
    ),
    ("a map gone and changed", APPS, {"web": {"logoutUrl": "https://a"}}, {}, {"web": {"logoutUrl": "https://b"}},
     {"web": {"logoutUrl": "https://a"}}, [clash("web")]),
    ("a map new on both sides", APPS, {}, {"api": {"acceptMappedClaims": True}},
     {"api": {"requestedAccessTokenVersion": 2}},
     {"api": {"acceptMappedClaims": True, "requestedAccessTokenVersion": 2}}, []),
    (
        "two elements of one key can't be told apart",
        APPS,
        {"appRoles": [role("r")]},
        {"appRoles": [role("r"), role("r", value="twin")]},
        {"appRoles": [role("r"), role("s")]},
        {"appRoles": [role("r")]},
        [clash("appRoles")],
    ),
    ("a sequence is one value", GROUPS, {"x": [1, 2]}, {"x": [1, 2, 3]}, {"x": [0, 1, 2]}, {"x": [1, 2]}, [clash("x")]),
    ("what nobody knows is one value", GROUPS, {"x": {"a": 1, "b": 1}}, {"x": {"a": 2, "b": 1}},
     {"x": {"a": 1, "b": 2}}, {"x": {"a": 1, "b": 1}}, [clash("x")]),
    (
        "conditions are atomic",
        POLICIES,
        {"conditions": {"users": {"includeUsers": ["All"]}, "clientAppTypes": ["all"]}, "state": "enabled"},
        {"conditions": {"users": {"includeUsers": ["All"], "excludeUsers": ["a"]}, "clientAppTypes": ["all"]}},
        {"conditions": {"users": {"includeUsers": ["All"]}, "clientAppTypes": ["browser"]}, "state": "enabled"},
        {"conditions": {"users": {"includeUsers": ["All"]}, "clientAppTypes": ["all"]}},
        [clash("conditions")],
    ),
    (
        "conditions here, controls and state there",
        POLICIES,
        {"conditions": {"clientAppTypes": ["all"]}, "grantControls": {"operator": "OR"}, "state": "enabled"},
        {"conditions": {"clientAppTypes": ["browser"]}, "grantControls": {"operator": "OR"}, "state": "enabled"},
        {"conditions": {"clientAppTypes": ["all"]}, "grantControls": {"operator": "AND"}, "state": "disabled"},
        {"conditions": {"clientAppTypes": ["browser"]}, "grantControls": {"operator": "AND"}, "state": "disabled"},
        [],
    ),
    (
        "targets of a method are atomic",
        METHODS,
        SMS | {"includeTargets": [{"targetType": "group", "id": "a"}], "state": "enabled"},
        SMS | {"includeTargets": [{"targetType": "group", "id": "a"}, {"targetType": "group", "id": "b"}]},
        SMS | {"includeTargets": [{"targetType": "group", "id": "c"}], "state": "enabled"},
        SMS | {"includeTargets": [{"targetType": "group", "id": "a"}]},
        [clash("includeTargets")],
    ),
    ("another type of location", PLACES, IP | {"displayName": "a"}, COUNTRY | {"displayName": "a"},
     IP | {"displayName": "b"}, IP | {"displayName": "a"}, [clash()]),
    ("deleted in Git", GROUPS, {"a": 1}, None, {"a": 1}, None, []),
    ("deleted in the tenant", GROUPS, {"a": 1}, {"a": 1}, None, None, []),
    ("deleted on both sides", GROUPS, {"a": 1}, None, None, None, []),
    ("deleted in Git, changed in the tenant", GROUPS, {"a": 1}, None, {"a": 2}, {"a": 1}, [clash()]),
    ("deleted in the tenant, changed in Git", GROUPS, {"a": 1}, {"a": 2}, None, {"a": 1}, [clash()]),
    ("created in Git", GROUPS, None, {"a": 1}, None, {"a": 1}, []),
    ("created in the tenant", GROUPS, None, None, {"a": 1}, {"a": 1}, []),
    ("created on both sides", GROUPS, None, {"id": "i", "a": 1}, {"id": "i", "b": 1}, {"id": "i", "a": 1, "b": 1}, []),
    ("created on both sides, differently", GROUPS, None, {"a": 1}, {"a": 2}, {}, [clash("a")]),
    ("nowhere", GROUPS, None, None, None, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "base", "git", "tenant", "body", "places"), [c[1:] for c in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_what_is_merged_and_what_is_a_conflict(
    kind: ResourceType,
    base: Body | None,
    git: Body | None,
    tenant: Body | None,
    body: Body | None,
    places: list[tuple[str, ...]],
) -> None:
    given_ = copy.deepcopy((base, git, tenant))
    merged = merge(kind, base, git, tenant)
    assert (merged.body, [conflict.path for conflict in merged.conflicts]) == (body, places)
    assert (base, git, tenant) == given_


def test_a_conflict_names_all_three_values() -> None:
    found = merge(GROUPS, {"a": 1}, {"a": 2}, {}).conflicts
    assert found == (Conflict(("a",), 1, 2, ABSENT),)
    assert merge(GROUPS, {"a": 1}, None, {"a": 2}).conflicts == (Conflict((), {"a": 1}, ABSENT, {"a": 2}),)


def test_take_settles_every_conflict_and_touches_nothing_else() -> None:
    base = {"a": 1, "b": 1, "members": ["x"], "web": 1}
    git = {"a": 2, "b": 2, "members": ["x", "y"]}
    tenant = {"a": 3, "b": 1, "members": ["z"], "web": 2}
    assert merge(GROUPS, base, git, tenant, "git") == Merged({"a": 2, "b": 2, "members": ["y", "z"]})
    assert merge(GROUPS, base, git, tenant, "tenant") == Merged({"a": 3, "b": 2, "members": ["y", "z"], "web": 2})
    assert merge(GROUPS, base, None, tenant, "git") == Merged(None)
    assert merge(GROUPS, base, git, None, "git") == Merged(git)


def test_what_is_not_covered_stays_as_git_has_it() -> None:
    covered = {"a", "members"}.__contains__
    base, git = {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 2, "d": 1}
    assert merge(USERS, base, git, {"a": 2, "b": 3, "e": 1}, covered=covered) == Merged({"a": 2, "b": 2, "d": 1})
    assert merge(USERS, None, {"id": "i", "b": 2}, {"id": "i", "a": 1, "b": 3}, covered=covered) == Merged(
        {"id": "i", "a": 1, "b": 2}
    )
    # What isn't covered is no change, so that it keeps nobody's deletion from happening.
    assert merge(USERS, base, None, {"a": 1, "b": 9}, covered=covered) == Merged(None)


def test_the_catalog_calls_atomic_what_the_design_does() -> None:
    for type_name, names in {
        "conditionalAccessPolicy": {"conditions", "grantControls", "sessionControls"},
        "unifiedRoleDefinition": {"rolePermissions"},
        "smsAuthenticationMethodConfiguration": {"includeTargets", "excludeTargets"},
        "authenticationMethodsRegistrationCampaign": {"includeTargets", "excludeTargets"},
        "authenticationMethodFeatureConfiguration": {"includeTarget", "excludeTarget"},
        "x509CertificateAuthorityScope": {"includeTargets"},
        "group": set(),
        "application": set(),
        "servicePrincipal": set(),
    }.items():
        assert {name for name, field in fields(type_name).items() if field.atomic} == names


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_it_agrees_with_a_simpler_model(kind: str, seed: int) -> None:
    resource_type = CATALOG[kind]
    base, git, tenant = three(resource_type, seed)
    for sides in ((base, git, tenant), (None, git, tenant), (base, None, tenant), (base, git, None), (None, git, None)):
        merged = merge(resource_type, *sides)
        expected, clashes = model(*(atoms(resource_type, side) for side in sides))
        assert {conflict.path for conflict in merged.conflicts} == clashes
        assert atoms(resource_type, merged.body) == expected


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_laws(kind: str, seed: int) -> None:
    resource_type = CATALOG[kind]
    base, git, tenant = three(resource_type, seed)
    for side in (base, git, tenant, None):
        assert merge(resource_type, base, base, side) == Merged(side)
        assert merge(resource_type, base, side, base) == Merged(side)
        assert merge(resource_type, base, side, side) == Merged(side)
    one, other = merge(resource_type, base, git, tenant), merge(resource_type, base, tenant, git)
    assert one.body == other.body
    assert one.conflicts == tuple(Conflict(c.path, c.base, c.tenant, c.git) for c in other.conflicts)
    assert one.body is not None
    assert normalize(resource_type, one.body, TENANT) == one.body
    for take in ("git", "tenant"):
        settled = merge(resource_type, base, git, tenant, take)
        assert settled.conflicts == ()
        assert settled.body is not None
        assert normalize(resource_type, settled.body, TENANT) == settled.body


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_without_conflicts_every_change_of_each_side_is_in_the_result(kind: str, seed: int) -> None:
    resource_type = CATALOG[kind]
    sides = three(resource_type, seed)
    merged = merge(resource_type, *sides)
    base, *others = (atoms(resource_type, side) for side in sides)
    result = atoms(resource_type, merged.body)
    for side in others if not merged.conflicts else ():
        for place in base.keys() | side.keys():
            if side.get(place) != base.get(place):
                assert result.get(place) == side.get(place)
