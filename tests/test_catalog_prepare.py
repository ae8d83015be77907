"""What the catalog does to an object before it is normalised: hooks, what others decide, embedded copies."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.model import Raw
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.resources.prepare import prepare

TENANT = "aaaaaaaa-1111-4111-8111-111111111111"
OTHER = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
CONTEXT = Context(TENANT)
POLICIES = "identity/conditionalAccess/policies"
STRENGTHS = "policies/authenticationStrengthPolicies"
ROLES = "roleManagement/directory/roleDefinitions"
GROUP = "22222222-2222-4222-8222-222222222222"


def state(sku: str, group: str | None, *plans: str) -> Raw:
    return {"skuId": sku, "assignedByGroup": group, "disabledPlans": [*plans], "state": "Active", "error": "None"}


def principal(owner: str | None, kind: str = "Application", **more: Any) -> Raw:
    return {"id": "s", "servicePrincipalType": kind, "appOwnerOrganizationId": owner, **more}


MIRRORED: Raw = {"homepage": "https://h", "replyUrls": ["https://r"], "servicePrincipalNames": ["api://x"]}
FULL = f"extension_{TENANT.replace('-', '')}_level"
STRENGTH: Raw = {"id": "00000000-0000-0000-0000-000000000004", "displayName": "P", "allowedCombinations": ["fido2"]}

# kind, object as Graph sends it → object as the rest of normalize takes it
CASES: list[tuple[str, str, Raw, Raw]] = [
    (
        "direct licences stay, inherited ones go",
        "users",
        {"id": "u", "licenseAssignmentStates": [state("a", None, "p"), state("b", GROUP), state("c", None)]},
        {"id": "u", "assignedLicenses": [{"skuId": "a", "disabledPlans": ["p"]}, {"skuId": "c", "disabledPlans": []}]},
    ),
    (
        "a licence both ways is direct",
        "users",
        {"id": "u", "licenseAssignmentStates": [state("a", GROUP), state("a", None)], "assignedLicenses": ["old"]},
        {"id": "u", "assignedLicenses": [{"skuId": "a", "disabledPlans": []}]},
    ),
    (
        "inherited ones alone are none",
        "users",
        {"id": "u", "licenseAssignmentStates": [state("a", GROUP)]},
        {"id": "u", "assignedLicenses": []},
    ),
    (
        "an extension property has the name that Graph gives it",
        "applications",
        {"id": "a", "appId": TENANT, "extensionProperties": [{"name": "level"}, {"name": FULL}]},
        {"id": "a", "appId": TENANT, "extensionProperties": [{"name": FULL}, {"name": FULL}]},
    ),
    (
        "but not while nobody knows of which application",
        "applications",
        {"extensionProperties": [{"name": "level"}, {"name": None}, "level"]},
        {"extensionProperties": [{"name": "level"}, {"name": None}, "level"]},
    ),
    (
        "disabled plans may be null",
        "users",
        {"id": "u", "licenseAssignmentStates": [{"skuId": "a", "assignedByGroup": None, "disabledPlans": None}]},
        {"id": "u", "assignedLicenses": [{"skuId": "a", "disabledPlans": []}]},
    ),
    ("without states nothing is known", "users", {"id": "u"}, {"id": "u"}),
    (
        "words of a scope are a set",
        "oauth2PermissionGrants",
        {"id": "g", "scope": "  User.Read openid  User.Read\tMail.Read "},
        {"id": "g", "scope": "Mail.Read User.Read openid"},
    ),
    ("a scope may be null", "oauth2PermissionGrants", {"id": "g", "scope": None}, {"id": "g", "scope": None}),
    ("no scope is no scope", "oauth2PermissionGrants", {"id": "g"}, {"id": "g"}),
    (
        "the strength in a policy is a link",
        POLICIES,
        {"id": "p", "grantControls": {"operator": "AND", "authenticationStrength": {**STRENGTH, "new": 1}}},
        {"id": "p", "grantControls": {"operator": "AND", "authenticationStrength": {"id": STRENGTH["id"]}}},
    ),
    (
        "no strength stays none",
        POLICIES,
        {"id": "p", "grantControls": {"authenticationStrength": None}},
        {"id": "p", "grantControls": {"authenticationStrength": None}},
    ),
    ("no grant controls stay none", POLICIES, {"id": "p", "grantControls": None}, {"id": "p", "grantControls": None}),
    (
        "Microsoft's role keeps its name, and what we never heard of",
        ROLES,
        {"id": "r", "displayName": "Reader", "isBuiltIn": True, "isEnabled": True, "templateId": "r", "version": "1",
         "description": "d", "resourceScopes": ["/"], "rolePermissions": [{"allowedResourceActions": ["x"]}], "new": 1},
        {"id": "r", "displayName": "Reader", "isBuiltIn": True, "isEnabled": True, "templateId": "r", "new": 1},
    ),
    (
        "a tenant's role keeps everything",
        ROLES,
        {"id": "r", "isBuiltIn": False, "description": "d", "rolePermissions": [{"allowedResourceActions": ["x"]}]},
        {"id": "r", "isBuiltIn": False, "description": "d", "rolePermissions": [{"allowedResourceActions": ["x"]}]},
    ),
    (
        "Microsoft's strength keeps its name",
        STRENGTHS,
        {**STRENGTH, "policyType": "builtIn", "description": "d"},
        {"id": STRENGTH["id"], "displayName": "P", "policyType": "builtIn"},
    ),
    (
        "a tenant's strength keeps everything",
        STRENGTHS,
        {**STRENGTH, "policyType": "custom"},
        {**STRENGTH, "policyType": "custom"},
    ),
    (
        "our application says what its service principal repeats",
        "servicePrincipals",
        principal(TENANT, accountEnabled=True, notes="n", keyCredentials=[], appRoles=[1], **MIRRORED),
        principal(TENANT, accountEnabled=True, notes="n", keyCredentials=[]),
    ),
    (
        "of another tenant's application stays what we decide",
        "servicePrincipals",
        principal(OTHER, accountEnabled=False, passwordCredentials=[1], info={}, new=1, owners=["o"], **MIRRORED),
        principal(OTHER, accountEnabled=False, passwordCredentials=[1], new=1, owners=["o"],
                  servicePrincipalNames=["api://x"]),
    ),
    (
        "Azure renews the credentials of a managed identity",
        "servicePrincipals",
        principal(None, "ManagedIdentity", alternativeNames=["isExplicit=True"], keyCredentials=[1], **MIRRORED),
        {"id": "s", "servicePrincipalType": "ManagedIdentity", "alternativeNames": ["isExplicit=True"]},
    ),
    (
        "a service principal without an application says all itself",
        "servicePrincipals",
        principal(TENANT, "Legacy", **MIRRORED),
        principal(TENANT, "Legacy", **MIRRORED),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_prepare(kind: str, raw: Raw, expected: Raw) -> None:
    before = deepcopy(raw)
    assert prepare(CATALOG[kind], raw, CONTEXT) == expected
    assert raw == before
    assert prepare(CATALOG[kind], expected, CONTEXT) == expected


@given(st.sampled_from(sorted(CATALOG)), st.dictionaries(st.text(), st.none() | st.booleans() | st.text()))
def test_what_the_catalog_never_heard_of_stays(kind: str, raw: Raw) -> None:
    strange = {f"x-{name}": value for name, value in raw.items()}
    assert prepare(CATALOG[kind], strange, CONTEXT) == strange


def test_kinds_without_words_are_left_alone() -> None:
    raw = {"id": "d", "isDefault": True}
    assert prepare(CATALOG["domains"], raw, CONTEXT) is raw


def test_a_tenant_id_is_the_same_in_any_case() -> None:
    raw = principal(TENANT, **MIRRORED)
    assert prepare(CATALOG["servicePrincipals"], raw, Context(TENANT.upper())) == principal(TENANT)
