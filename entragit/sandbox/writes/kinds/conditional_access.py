"""Conditional Access policies: everything they name exists, and security defaults are off (facts §5)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping

from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import Kind, Write

PATH = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
STRENGTHS = "policies/authenticationStrengthPolicies"
AGREEMENTS = "identityGovernance/termsOfUse/agreements"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"
MOST = 195  # facts §4

Known = Callable[[Tenant, str], bool]


def _in(*paths: str) -> Known:
    return lambda tenant, key: any(lookup.get(tenant, path, key) is not None for path in paths)


def _is_app(tenant: Tenant, app_id: str) -> bool:
    principal = lookup.principal_of(tenant, app_id)
    return principal is not None and lookup.get(tenant, "servicePrincipals", principal["id"]) is not None


# (condition, name of its lists after "include" and "exclude") → words that stand for many, what else must exist, code.
CONDITIONS: Mapping[tuple[str, str], tuple[frozenset[str], Known, int]] = {
    ("users", "Users"): (frozenset({"All", "None", "GuestsOrExternalUsers"}), _in("users"), 1007),
    ("users", "Groups"): (frozenset({"All"}), _in("groups"), 1007),
    ("users", "Roles"): (frozenset({"All"}), _in("roleManagement/directory/roleDefinitions"), 1007),
    ("applications", "Applications"): (
        frozenset({"All", "None", "Office365", "MicrosoftAdminPortals", "AllAgentIdResources"}), _is_app, 1012),
    ("applications", "AuthenticationContextClassReferences"): (frozenset(), _in(CONTEXTS), 1012),
    ("clientApplications", "ServicePrincipals"): (
        frozenset({"ServicePrincipalsInMyTenant"}), _in("servicePrincipals"), 1012),
    ("locations", "Locations"): (frozenset({"All", "AllTrusted", MFA_TRUSTED_IPS}), _in(LOCATIONS), 1040),
}  # fmt: skip
WORDS = {1007: "Policy contains invalid user, group or role id", 1012: "Policy contains invalid application id",
         1040: "NamedLocation does not exist in the directory"}  # fmt: skip


def _named(conditions: Object) -> Iterator[tuple[str, str, str]]:
    """(condition, list's name without include and exclude, value) of all that a policy names."""
    for (condition, name), _ in CONDITIONS.items():
        part = conditions.get(condition) or {}
        for side in ("include", "exclude"):
            yield from ((condition, name, str(item)) for item in part.get(f"{side}{name}") or [])


def _existing(write: Write) -> None:
    """400 for an id that names nothing: of a deleted user or group, of an application without principal (facts §5)."""
    if write.body.get("conditions"):
        for condition, name, value in _named(write.after["conditions"]):
            words, known, code = CONDITIONS[condition, name]
            if value not in words and not known(write.tenant, value):
                raise write.kind.bad(f"{code}: {WORDS[code]}: '{value}' in {condition}.")
    for agreement in (write.after.get("grantControls") or {}).get("termsOfUse") or []:
        if write.body.get("grantControls") and lookup.get(write.tenant, AGREEMENTS, agreement) is None:
            raise write.kind.bad(f"1010: Terms of use '{agreement}' does not exist.")


def _strength(write: Write) -> None:
    """Read back whole, written as its id alone; one that exists (facts §5 [K])."""
    controls = write.after.get("grantControls")
    sent = (write.body.get("grantControls") or {}).get("authenticationStrength")
    if not sent or not controls:
        return
    if set(sent) != {"id"}:
        raise write.kind.bad("1099: 'authenticationStrength' is written as {\"id\": …} alone.")
    found = lookup.get(write.tenant, STRENGTHS, sent["id"])
    if found is None:
        raise write.kind.bad(f"1041: Authentication strength '{sent['id']}' does not exist.")
    controls["authenticationStrength"] = copy.deepcopy(found)


def _conditions(write: Write) -> None:
    """Whom and what for, and at least one control (facts §5)."""
    conditions = write.after.get("conditions") or {}
    applications, users = conditions.get("applications") or {}, conditions.get("users") or {}
    chosen = ("includeApplications", "includeUserActions", "includeAuthenticationContextClassReferences",
              "applicationFilter", "globalSecureAccess")  # fmt: skip
    if not any(applications.get(name) for name in chosen):
        raise write.kind.bad("1005: 'conditions.applications' must include something.")
    whom = ("includeUsers", "includeGroups", "includeRoles", "includeGuestsOrExternalUsers")
    if not any(users.get(name) for name in whom) and not conditions.get("clientApplications"):
        raise write.kind.bad("1004: 'conditions.users' must include somebody.")
    if not any(values.bare(write.after.get(name) or {}) for name in ("grantControls", "sessionControls")):
        raise write.kind.bad("1032: A policy needs 'grantControls' or 'sessionControls'.")


def _controls(write: Write) -> None:
    controls = write.after.get("grantControls")
    if not controls:
        return
    built_in = controls.get("builtInControls") or []
    if controls.get("operator") not in ("AND", "OR"):
        raise write.kind.bad("1033: 'grantControls.operator' must be 'AND' or 'OR'.")
    if "block" in built_in and (len(built_in) > 1 or controls.get("authenticationStrength")):
        raise write.kind.bad("1034: 'block' can't be combined with other controls.")
    if "passwordChange" in built_in and (controls["operator"] != "AND" or not {"mfa"} <= set(built_in)):
        raise write.kind.bad("1035: 'passwordChange' goes with 'mfa' and the operator 'AND'.")


def _no_security_defaults(write: Write) -> None:
    """Security defaults must be off before a policy is enabled (facts §5 [K])."""
    on = (write.tenant.singletons.get(DEFAULTS) or {}).get("isEnabled")
    if on and write.after["state"] == "enabled" and write.changes("state"):
        raise write.kind.bad("1006: Security defaults must be disabled before a policy can be enabled.")


def _room(write: Write) -> None:
    if len(lookup.live(write.tenant, PATH)) >= MOST:
        raise write.kind.bad(f"1045: The tenant has {MOST} policies already.")


def _by_microsoft(write: Write) -> None:
    """Microsoft-managed policies: only state and exclusions change, and they stay (facts §5)."""
    if str(write.before.get("displayName", "")).startswith("Microsoft-managed:"):
        raise write.kind.bad("1050: A Microsoft-managed policy can't be deleted.")


RULES = (_strength, _existing, _conditions, _controls, _no_security_defaults)
KIND = Kind(
    path=PATH,
    type="conditionalAccessPolicy",
    noun="conditional access policy",
    required=("displayName", "state", "conditions"),
    server=frozenset({"createdDateTime", "modifiedDateTime", "deletedDateTime", "templateId"}),
    create=(*RULES, _room),
    update=RULES,
    delete=(_by_microsoft,),
)


def naming(tenant: Tenant, condition: str, name: str, value: str) -> bool:
    """Whether a policy names this value in one of a condition's lists."""
    held = lookup.live(tenant, PATH).values()
    return any((condition, name, value) in _named(policy.get("conditions") or {}) for policy in held)


def requiring(tenant: Tenant, strength: str) -> list[Object]:
    """The policies whose grant controls ask for an authentication strength."""
    found = []
    for policy in lookup.live(tenant, PATH).values():
        asked = (policy.get("grantControls") or {}).get("authenticationStrength") or {}
        if asked.get("id") == strength:
            found.append(policy)
    return found
