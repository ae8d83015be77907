"""Which properties of a loaded object name other objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from entragit.sandbox.loading import recognise
from entragit.sandbox.store import Object

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NIL = "00000000-0000-0000-0000-000000000000"
AGREEMENTS = "identityGovernance/termsOfUse/agreements"
PRINCIPALS: Mapping[str, str] = {"User": "users", "Group": "groups", "ServicePrincipal": "servicePrincipals"}


@dataclass(frozen=True)
class Reference:
    """A place that names another object: `at` is a path of keys through objects and lists, `by` what is repeated."""

    at: tuple[str, ...]
    to: str
    by: str = "id"


@dataclass(frozen=True)
class Need:
    """One object that must exist: its collection, and the value of its property `by`."""

    path: str
    value: str
    by: str = "id"


def _lists(prefix: str, *pairs: tuple[str, str]) -> tuple[Reference, ...]:
    place = tuple(prefix.split("."))
    return tuple(Reference((*place, f"{side}{name}"), to) for name, to in pairs for side in ("include", "exclude"))


_POLICY = (
    *_lists(
        "conditions.users", ("Users", "users"), ("Groups", "groups"), ("Roles", f"{recognise.ROLES}/roleDefinitions")
    ),
    *_lists("conditions.locations", ("Locations", recognise.LOCATIONS)),
    *_lists("conditions.clientApplications", ("ServicePrincipals", "servicePrincipals")),
    *(
        Reference(("conditions", "applications", f"{side}Applications"), "servicePrincipals", "appId")
        for side in ("include", "exclude")
    ),
    Reference(("conditions", "applications", "includeAuthenticationContextClassReferences"), recognise.CONTEXTS),
    Reference(("grantControls", "authenticationStrength", "id"), recognise.STRENGTHS),
    Reference(("grantControls", "termsOfUse"), AGREEMENTS),
)
_ROLE = (
    Reference(("roleDefinitionId",), f"{recognise.ROLES}/roleDefinitions"),
    Reference(("principalId",), "users"),
)
_TARGETS = (Reference(("includeTargets", "id"), "groups"), Reference(("excludeTargets", "id"), "groups"))
REFERENCES: Mapping[str, tuple[Reference, ...]] = {
    recognise.POLICIES: _POLICY,
    "users": (
        Reference(("assignedLicenses", "skuId"), "subscribedSkus", "skuId"),
        Reference(("licenseAssignmentStates", "skuId"), "subscribedSkus", "skuId"),
        Reference(("licenseAssignmentStates", "assignedByGroup"), "groups"),
    ),
    "groups": (Reference(("assignedLicenses", "skuId"), "subscribedSkus", "skuId"),),
    "applications": (
        Reference(("requiredResourceAccess", "resourceAppId"), "servicePrincipals", "appId"),
        Reference(("api", "preAuthorizedApplications", "appId"), "servicePrincipals", "appId"),
    ),
    "oauth2PermissionGrants": (
        Reference(("clientId",), "servicePrincipals"),
        Reference(("resourceId",), "servicePrincipals"),
        Reference(("principalId",), "users"),
    ),
    "appRoleAssignments": (Reference(("resourceId",), "servicePrincipals"),),
    f"{recognise.ROLES}/roleAssignments": _ROLE,
    f"{recognise.ROLES}/roleAssignmentScheduleInstances": _ROLE,
    recognise.CONFIGURATIONS: _TARGETS,
    "groupSettings": (Reference(("templateId",), "groupSettingTemplates"),),
}


def _values(value: Any, at: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, at)
    elif at and isinstance(value, dict):
        yield from _values(value.get(at[0]), at[1:])
    elif not at and isinstance(value, str):
        yield value


def _scope(body: Object) -> Iterator[Need]:
    """What a role assignment is limited to."""
    scope = str(body.get("directoryScopeId") or "/")
    unit = re.fullmatch(r"/administrativeUnits/([^/]+)", scope)
    if unit:
        yield Need("directory/administrativeUnits", unit[1])
    elif GUID.fullmatch(scope[1:]):
        yield Need("applications", scope[1:])


def needs(path: str, body: Object) -> Iterator[Need]:
    """Everything that an object of this collection names: words like "All" and the nil GUID are no names."""
    for reference in REFERENCES.get(path, ()):
        for value in _values(body, reference.at):
            if reference.to == recognise.CONTEXTS or (GUID.fullmatch(value) and value != NIL):
                yield Need(reference.to, value, reference.by)
    if path == "appRoleAssignments":
        yield Need(PRINCIPALS.get(str(body.get("principalType")), "users"), str(body.get("principalId")))
    if path.startswith(f"{recognise.ROLES}/roleAssignment"):
        yield from _scope(body)
