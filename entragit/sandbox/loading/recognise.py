"""What an object of an export is: by its type, its context, the key or file it stands under, or its shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from entragit.sandbox.loading.files import Document
from entragit.sandbox.loading.problem import LoadError
from entragit.sandbox.rules import layout, types
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.store import Object

TYPE = "#microsoft.graph."
SINGLETONS = layout.SINGLETONS | {"organization"}
CHILDREN = frozenset({
    "applications/federatedIdentityCredentials", "applications/extensionProperties",
    "servicePrincipals/delegatedPermissionClassifications",
})  # fmt: skip
POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
ALIAS = "identity/conditionalAccess/authenticationStrength/policies"  # of the authentication strengths
METHODS = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{METHODS}/authenticationMethodConfigurations"
ROLES = "roleManagement/directory"
# Names that exporters use besides the collection's own; compared without case, spaces and punctuation.
NAMES: Mapping[str, str] = {
    "conditionalaccesspolicies": POLICIES, "conditionalaccesspolicy": POLICIES, "conditionalaccess": POLICIES,
    "namedlocations": LOCATIONS, "authenticationstrengths": STRENGTHS, "authenticationstrengthpolicies": STRENGTHS,
    "authenticationcontexts": CONTEXTS, "roledefinitions": f"{ROLES}/roleDefinitions",
    "roleassignments": f"{ROLES}/roleAssignments",
    "securitydefaults": "policies/identitySecurityDefaultsEnforcementPolicy",
    "directorysettings": "groupSettings", "enterpriseapplications": "servicePrincipals",
    "appregistrations": "applications",
    "termsofuse": "identityGovernance/termsOfUse/agreements", "licences": "subscribedSkus",
    "licenses": "subscribedSkus",
}  # fmt: skip
# The first whose keys are all there, and none of the others, says what an object is.
SHAPES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (POLICIES, ("conditions", "state"), ()),
    (LOCATIONS, ("ipRanges",), ()),
    (LOCATIONS, ("countriesAndRegions",), ()),
    (f"{ROLES}/roleAssignmentScheduleInstances", ("roleAssignmentOriginId", "principalId"), ()),
    (f"{ROLES}/roleAssignments", ("roleDefinitionId", "principalId"), ("scheduleInfo", "memberType", "status")),
    (f"{ROLES}/roleDefinitions", ("rolePermissions",), ()),
    ("users", ("userPrincipalName",), ("initiatedBy",)),
    ("groups", ("securityEnabled", "mailEnabled"), ()),
    ("groups", ("groupTypes",), ()),
    ("servicePrincipals", ("appId", "servicePrincipalType"), ()),
    ("servicePrincipals", ("appId", "servicePrincipalNames"), ()),
    ("applications", ("appId", "signInAudience"), ("servicePrincipalType",)),
    ("applications", ("appId", "requiredResourceAccess"), ()),
    ("devices", ("deviceId", "operatingSystem"), ("userId", "azureADDeviceId")),
    ("directory/administrativeUnits", ("isMemberManagementRestricted",), ()),
    ("appRoleAssignments", ("appRoleId", "resourceId"), ()),
    ("oauth2PermissionGrants", ("consentType", "clientId"), ()),
    (STRENGTHS, ("allowedCombinations", "policyType"), ()),
    (CONTEXTS, ("isAvailable",), ()),
    ("groupSettings", ("templateId", "values"), ()),
    ("domains", ("isVerified", "supportedServices"), ()),
    ("subscribedSkus", ("skuPartNumber", "prepaidUnits"), ()),
    ("policies/authorizationPolicy", ("defaultUserRolePermissions",), ()),
    (METHODS, ("registrationEnforcement",), ()),
    (CONFIGURATIONS, ("includeTargets", "state"), ()),
    ("organization", ("verifiedDomains",), ()),
    ("directoryRoles", ("roleTemplateId",), ()),
    ("identityGovernance/termsOfUse/agreements", ("isViewingBeforeAcceptanceRequired",), ()),
)


@dataclass(frozen=True)
class Found:
    """One object of an export: its collection ("" if nobody knows), where it stands, and for a child its owner's id."""

    path: str
    body: Object
    where: str
    owner: str = ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@cache
def _by_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path, type_name in types.COLLECTIONS.items():
        if path != ALIAS:
            names = (path,) if "/deletedItems/" in path else (path, path.split("/")[-1], type_name)
            found |= {_plain(name): path for name in names}
    del found["policies"]  # says nothing
    return {**found, **NAMES, _plain(ALIAS): STRENGTHS}


def named(name: str) -> str:
    """The collection that a key, folder or file name means, or ""."""
    return _by_name().get(_plain(name), "")


def _by_type(body: Object) -> str:
    name = str(body.get("@odata.type", "")).removeprefix(TYPE)
    if types.known(name):
        return next((path for base in types.lineage(name) if (path := named(base))), "")
    for suffix, path in (("NamedLocation", LOCATIONS), ("AuthenticationMethodConfiguration", CONFIGURATIONS)):
        if name.endswith(suffix):  # newer than our copy of the types
            return path
    return ""


def _by_context(context: object) -> tuple[str, str]:
    """(collection, owner's id) that an "@odata.context" names; ("", "") if it doesn't."""
    fragment = str(context or "").partition("#")[2].removesuffix("/$entity")
    child = re.fullmatch(r"(\w+)\('([^']+)'\)/(\w+)(\(.*\))?", fragment)
    if child and f"{child[1]}/{child[3]}" in CHILDREN:
        return f"{child[1]}/{child[3]}", child[2]
    plain = re.sub(r"\(.*$", "", fragment)
    return ("", "") if child else (named(plain), "")


def _by_shape(body: Object) -> str:
    for path, keys, others in SHAPES:
        if all(key in body for key in keys) and not any(key in body for key in others):
            return path
    return ""


def _one(body: Any, where: str, hint: tuple[str, str], folders: Iterable[str]) -> Found:
    if not isinstance(body, dict):
        kind = type(body).__name__
        raise LoadError(f"{where}: an object was expected, not {kind}; load what Graph's list call sent.")
    context, owner = _by_context(body.get("@odata.context"))
    fallback = next((path for name in reversed(tuple(folders)) if (path := named(name))), "")
    path = _by_type(body) or context or hint[0] or _by_shape(body) or fallback
    if (path in CHILDREN and not (owner or hint[1])) or (path in INSIDE and INSIDE[path].inside[1] not in body):
        path = ""  # nobody knows whose it is
    return Found(path, body, where, owner or hint[1])


def _elements(value: Any, where: str, hint: tuple[str, str], folders: Iterable[str]) -> Iterator[Found]:
    """A list, a page with "value", or one object."""
    if isinstance(value, dict) and isinstance(value.get("value"), list) and "id" not in value:
        hint = _by_context(value.get("@odata.context")) if hint == ("", "") else hint
        value = value["value"]
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield _one(item, f"{where}[{number}]", hint, folders)
    else:
        yield _one(value, where, hint, folders)


def _holds_objects(value: dict[str, Any] | list[Any]) -> bool:
    return isinstance(value, dict) or all(isinstance(item, dict) for item in value)


def _is_table(value: Object) -> bool:
    """Whether this is an object of lists by collection, rather than a page or one object."""
    if "id" in value or "@odata.type" in value or isinstance(value.get("value"), list):
        return False
    return any(named(key) and isinstance(item, dict | list) for key, item in value.items())


def objects(document: Document) -> Iterator[Found]:
    """Every object of one document, unknown ones with path ""; LoadError for what is no object."""
    name, value = document.name, document.value
    if not isinstance(value, dict | list):
        raise LoadError(f"{name}: holds {type(value).__name__} instead of objects; load what Graph's list call sent.")
    if not isinstance(value, dict) or not _is_table(value):
        yield from _elements(value, name, ("", ""), document.folders)
        return
    for key, item in value.items():
        where = f"{name}: {key}"
        if isinstance(item, dict | list) and (named(key) or _holds_objects(item)):
            yield from _elements(item, where, (named(key), ""), ())
        elif named(key):
            raise LoadError(f"{where} holds {type(item).__name__} instead of a list; load what Graph's list call sent.")
        elif not key.startswith("@odata."):
            yield Found("", {key: item}, where)


def partial(document: Document) -> bool:
    """Whether a page of this document says that there is more."""
    value = document.value
    pages = [value, *value.values()] if isinstance(value, dict) else []
    return any(isinstance(page, dict) and "@odata.nextLink" in page for page in pages)
