"""Who may read what: application permissions, people's scopes and roles, licences (facts §5, §5b)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from entragit.sandbox import objects
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import layout
from entragit.sandbox.rules.rows import ROWS

_POLICIES = frozenset({"Policy.Read.All"})
_APPLICATIONS = frozenset({"Application.Read.All", "Application.ReadWrite.All"})
INSUFFICIENT = "Insufficient privileges to complete the operation."
UNLICENSED = "The tenant needs to have Microsoft Entra ID {} license."
# What a path needs a licence for, by its beginning (facts §5 PIM, conditionalAccess).
LICENCES: Mapping[str, str] = {
    "identity/conditionalaccess/policies": "P1",
    "identity/conditionalaccess/namedlocations": "P1",
    "identity/conditionalaccess/authenticationcontextclassreferences": "P1",
    "rolemanagement/directory/roleassignmentschedule": "P2",
    "rolemanagement/directory/roleeligibilityschedule": "P2",
    **{row.path.lower(): row.licence for row in ROWS if row.licence},
}


@cache
def permissions() -> Mapping[str, frozenset[str]]:
    """ "GET users/{id}" → the application permissions any of which opens it."""
    text = files("entragit.sandbox.rules").joinpath("permissions.json").read_text("utf-8")
    return {operation: frozenset(any_of) for operation, any_of in json.loads(text).items()}


def denied(template: str) -> ApiError:
    """403 in the words of the service that answers."""
    code = "AccessDenied" if objects.is_policy(template) else "Authorization_RequestDenied"
    return ApiError(403, code, INSUFFICIENT)


def refuse_delegated(ask: Ask) -> None:
    """403 for a path that only a signed-in user may ask for (facts §5b)."""
    path = ask.path.lower()
    if not ask.caller.person and any(path == root or path.startswith(f"{root}/") for root in layout.DELEGATED_ONLY):
        raise denied(path)


def _scopes(place: Place, operation: str) -> frozenset[str] | None:
    """The scopes any of which opens what only people may do; None for what applications may do, too."""
    named = SIGNED_IN.get(operation)
    found = named if named is not None else _DELEGATED.get(place.path)
    if found is None:
        return None
    return frozenset(scope for scope in found if operation.startswith("GET ") or "ReadWrite" in scope or named)


def _check_person(ask: Ask, place: Place) -> None:
    """403 for a person without a role that lets them: a reader of all to read, an administrator of all to write.

    Entra has narrower roles for nearly everything; the sandbox knows none of them, so as to be strict.
    """
    open_to_readers = ask.method == "GET" and place.path not in _CLOSED
    enough = {GLOBAL_ADMINISTRATOR, GLOBAL_READER} if open_to_readers else {GLOBAL_ADMINISTRATOR}
    roles = ask.tenant.objects.get("roleManagement/directory/roleAssignments", {}).values()
    held = {item["roleDefinitionId"] for item in roles
            if item["principalId"] == ask.caller.person and item["directoryScopeId"] == "/"}  # fmt: skip
    if held.isdisjoint(enough):
        raise denied(place.template)


def _check_licence(ask: Ask, template: str) -> None:
    needed = next((licence for root, licence in LICENCES.items() if template.startswith(root)), None)
    if needed is not None and needed not in ask.tenant.options.licences:
        raise ApiError(ask.tenant.options.unlicensed_status, "AadPremiumLicenseRequired", UNLICENSED.format(needed))


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
# Operations that only people may do, though applications read what is there (facts §5b).
_AS_USER = ("Directory.AccessAsUser.All",)
SIGNED_IN: Mapping[str, tuple[str, ...]] = {
    "POST devices": _AS_USER,
    "POST devices/{id}/registeredowners": _AS_USER,
    "POST devices/{id}/registeredusers": _AS_USER,
    "DELETE devices/{id}/registeredowners/{id}": _AS_USER,
    "DELETE devices/{id}/registeredusers/{id}": _AS_USER,
    **{operation: scopes for row in ROWS for operation, scopes in row.signed_in.items()},
}
_DELEGATED: Mapping[str, tuple[str, ...]] = {row.path: row.delegated for row in ROWS if row.delegated}
_CLOSED = frozenset(row.path for row in ROWS if row.closed)
# Beside a permission that opens a write, one of each of these is needed (facts §5).
ALSO: Mapping[str, tuple[frozenset[str], ...]] = {
    "POST identity/conditionalaccess/policies": (_POLICIES, _APPLICATIONS),
    "PATCH identity/conditionalaccess/policies/{id}": (_POLICIES, _APPLICATIONS),
    "DELETE identity/conditionalaccess/policies/{id}": (_POLICIES,),
    "POST identity/conditionalaccess/namedlocations": (_POLICIES,),
    "PATCH identity/conditionalaccess/namedlocations/{id}": (_POLICIES,),
    "DELETE identity/conditionalaccess/namedlocations/{id}": (_POLICIES,),
    "PATCH policies/identitysecuritydefaultsenforcementpolicy": (_POLICIES,),
    "POST serviceprincipals/{id}/approleassignments": (_APPLICATIONS,),
    "POST serviceprincipals/{id}/approleassignedto": (_APPLICATIONS,),
    **{operation: (frozenset(any_of),) for row in ROWS for operation, any_of in row.also.items()},
}


def not_allowed() -> ApiError:
    """405: the path has no such method."""
    return ApiError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def check(ask: Ask, place: Place) -> None:
    """403 unless the token's permissions open the place, 405 for a write that Graph has not; the licence's error."""
    operation = f"{ask.method} {place.template}"
    any_of = permissions().get(operation)
    if any_of is None and ask.method != "GET":
        raise not_allowed()
    if ask.caller.person:
        _check_person(ask, place)
        any_of = _scopes(place, operation) or any_of
    for needed in (*(() if any_of is None else (any_of,)), *ALSO.get(operation, ())):
        if ask.caller.roles.isdisjoint(needed):
            raise denied(place.template)
    _check_licence(ask, place.template)


def need(ask: Ask, *any_of: str) -> None:
    """403 in the directory's words unless the token has one of these permissions."""
    if ask.caller.roles.isdisjoint(any_of):
        raise denied("users")


# Properties that need a permission of their own (facts §1, §5 users).
PROPERTY_PERMISSIONS: Mapping[str, frozenset[str]] = {
    "signInActivity": frozenset({"AuditLog.Read.All"}),
    "customSecurityAttributes": frozenset(
        {
            "CustomSecAttributeAssignment.Read.All",
            "CustomSecAttributeAssignment.ReadWrite.All",
        }
    ),
    "employeeLeaveDateTime": frozenset(
        {
            "User-LifeCycleInfo.Read.All",
            "User-LifeCycleInfo.ReadWrite.All",
            "LifeCycleInfo.Read.All",
            "LifeCycleInfo.ReadWrite.All",
        }
    ),
}
NOT_PREMIUM = "Neither tenant is B2C or tenant doesn't have premium license"


def check_properties(ask: Ask, names: Iterable[str]) -> frozenset[str]:
    """The selected properties that this token reads as null; 403 for one that refuses the whole request."""
    asked = PROPERTY_PERMISSIONS.keys() & set(names)
    lacking = {name for name in asked if ask.caller.roles.isdisjoint(PROPERTY_PERMISSIONS[name])}
    if lacking - ask.tenant.options.silent_properties:
        raise denied("users")
    if "signInActivity" in asked and "P1" not in ask.tenant.options.licences:
        raise ApiError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", NOT_PREMIUM)
    return frozenset(lacking)


def readable(ask: Ask, path: str) -> bool:
    """Whether this token may read the objects of a collection, and not only their ids."""
    return not ask.caller.roles.isdisjoint(permissions()[f"GET {path.lower()}/{{id}}"])
