"""The sandbox's types: what a type's properties are, from its own distilled copy (`types.json`).

Names are short ("user", "Edm.String"); a type's properties include those of all its bases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from entragit.sandbox.rules.rows import ROWS, below

# Collection path → Graph type (facts §5 headings).
COLLECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "users": "user",
        "groups": "group",
        "devices": "device",
        "directory/administrativeUnits": "administrativeUnit",
        "applications": "application",
        "servicePrincipals": "servicePrincipal",
        "oauth2PermissionGrants": "oAuth2PermissionGrant",
        "identity/conditionalAccess/policies": "conditionalAccessPolicy",
        "identity/conditionalAccess/namedLocations": "namedLocation",
        "identity/conditionalAccess/authenticationContextClassReferences": "authenticationContextClassReference",
        "policies/authenticationStrengthPolicies": "authenticationStrengthPolicy",
        "identity/conditionalAccess/authenticationStrength/policies": "authenticationStrengthPolicy",
        "roleManagement/directory/roleDefinitions": "unifiedRoleDefinition",
        "roleManagement/directory/roleAssignments": "unifiedRoleAssignment",
        "roleManagement/directory/roleAssignmentScheduleInstances": "unifiedRoleAssignmentScheduleInstance",
        "policies/authorizationPolicy": "authorizationPolicy",
        "policies/authenticationMethodsPolicy": "authenticationMethodsPolicy",
        "policies/authenticationMethodsPolicy/authenticationMethodConfigurations": "authenticationMethodConfiguration",
        "policies/identitySecurityDefaultsEnforcementPolicy": "identitySecurityDefaultsEnforcementPolicy",
        "groupSettings": "groupSetting",
        "groupSettingTemplates": "groupSettingTemplate",
        "organization": "organization",
        "domains": "domain",
        "subscribedSkus": "subscribedSku",
        "appRoleAssignments": "appRoleAssignment",
        "applications/federatedIdentityCredentials": "federatedIdentityCredential",
        "applications/extensionProperties": "extensionProperty",
        "applications/inheritablePermissions": "inheritablePermission",
        "servicePrincipals/delegatedPermissionClassifications": "delegatedPermissionClassification",
        "groups/settings": "groupSetting",
        "domains/federationConfiguration": "internalDomainFederation",
        "organization/certificateBasedAuthConfiguration": "certificateBasedAuthConfiguration",
        "directoryRoles": "directoryRole",
        "invitations": "invitation",
        "auditLogs/directoryAudits": "directoryAudit",
        **{row.path: row.type for row in ROWS},
        **below.CHILDREN,
        **{f"{row.path}/{item.name}": item.type for row in ROWS for item in row.relations if item.how == "children"},
    }
)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a type: `type` is short; `navigation` marks a relationship. Flags are types.json's."""

    name: str
    type: str
    collection: bool = False
    nullable: bool = True
    read_only: bool = False
    immutable: bool = False
    required_on_create: bool = False
    requires_select: bool = False
    get_only_single: bool = False
    write_only: bool = False
    navigation: bool = False


@cache
def _types() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("types.json").read_text("utf-8"))
    return MappingProxyType(loaded)


def known(type_name: str) -> bool:
    """Whether the copy holds this type."""
    return type_name in _types()


def kind(type_name: str) -> str:
    """ "entity", "complex", "enum", or "primitive" for Edm types and those left out."""
    return str(_types()[type_name]["kind"]) if known(type_name) else "primitive"


def is_abstract(type_name: str) -> bool:
    """Whether only types derived from this one have values."""
    return bool(_types().get(type_name, {}).get("abstract"))


def collection_type(path: str) -> str:
    """The Graph type of a core collection's or singleton's path; KeyError for any other."""
    return COLLECTIONS[path]


def enum_members(type_name: str) -> tuple[str, ...]:
    """The members of an enum in declared order; empty for what is no enum."""
    return tuple(_types().get(type_name, {}).get("members", ()))


def is_flags(type_name: str) -> bool:
    """Whether values of this enum are comma-separated sets of members."""
    return bool(_types().get(type_name, {}).get("flags"))


@cache
def lineage(type_name: str) -> tuple[str, ...]:
    """The type and its bases, the type first."""
    base = _types()[type_name].get("base")
    return (type_name, *(lineage(base) if base else ()))


@cache
def derived(type_name: str) -> frozenset[str]:
    """All types derived from this one, at any depth, itself not included."""
    direct = _types().get(type_name, {}).get("derived", ())
    return frozenset(direct).union(*(derived(name) for name in direct))


def _property(name: str, raw: Mapping[str, Any], navigation: bool) -> Property:
    return Property(
        name,
        raw["type"],
        bool(raw.get("collection")),
        raw.get("nullable", True),
        bool(raw.get("readOnly")),
        bool(raw.get("immutable")),
        bool(raw.get("requiredOnCreate")),
        bool(raw.get("requiresSelect")),
        bool(raw.get("getOnlySingle")),
        bool(raw.get("writeOnly")),
        navigation,
    )


def _merged(type_name: str, part: str) -> Mapping[str, Property]:
    found: dict[str, Property] = {}
    for name in reversed(lineage(type_name)):
        raw = _types()[name].get(part, {})
        found |= {key: _property(key, value, part == "navigation") for key, value in raw.items()}
    return MappingProxyType(found)


@cache
def properties(type_name: str) -> Mapping[str, Property]:
    """The structural properties of a type with its bases by name; KeyError for an unknown type."""
    return _merged(type_name, "properties")


@cache
def navigation(type_name: str) -> Mapping[str, Property]:
    """The relationships of a type with its bases by name; KeyError for an unknown type."""
    return _merged(type_name, "navigation")


@cache
def names() -> frozenset[str]:
    """The name of every property or relationship of any type."""
    entries = (fields for entry in _types().values() for fields in (entry.get("properties"), entry.get("navigation")))
    return frozenset(name for fields in entries if fields for name in fields)


@cache
def list_names() -> frozenset[str]:
    """The name of every property or relationship of any type that is a collection."""
    entries = (fields for entry in _types().values() for fields in (entry.get("properties"), entry.get("navigation")))
    return frozenset(name for fields in entries if fields for name, raw in fields.items() if raw.get("collection"))
