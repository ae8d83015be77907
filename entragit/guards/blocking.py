"""Conditional Access policies that let nobody in: who is left once they apply."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from entragit.guards.holding import around, inverse, roles_of, strings, users_of
from entragit.guards.world import POLICIES, State

ALL, OUR_WORKLOADS = "all", "serviceprincipalsinmytenant"
WHOLE = (["all"], ["browser", "exchangeactivesync", "mobileappsanddesktopclients", "other"])
"""Client types that leave out no client."""


def blocked(state: State, users: Collection[str]) -> frozenset[str]:
    """Those of `users` whom an enabled policy keeps from everything, whatever they sign in with and from where."""
    walls = [policy for policy in state.get(POLICIES, {}).values() if is_wall(policy)]
    holding = inverse(state) if walls else {}
    held = {user: around(holding, [user]) for user in users}
    return frozenset(
        user for user, groups in held.items()
        if any(_meets(policy, user, groups, roles_of(state, groups)) for policy in walls)
    )  # fmt: skip


def is_wall(policy: Mapping[str, Any]) -> bool:
    """Whether a policy blocks every application, with no condition but whom it is about."""
    controls, conditions = policy.get("grantControls") or {}, policy.get("conditions") or {}
    if policy.get("state") != "enabled" or "block" not in strings(controls.get("builtInControls")):
        return False
    return _is_everything(conditions.get("applications") or {}) and not any(
        _narrows(name, value) for name, value in conditions.items() if name not in ("applications", "users")
    )


def keeps_out(policy: Mapping[str, Any], principals: Collection[str]) -> bool:
    """Whether an enabled policy for workloads blocks one of these service principals, wherever it comes from or not."""
    controls, conditions = policy.get("grantControls") or {}, policy.get("conditions") or {}
    if policy.get("state") != "enabled" or "block" not in strings(controls.get("builtInControls")):
        return False
    about = conditions.get("clientApplications")
    held = about if isinstance(about, Mapping) else {}
    named = {*strings(held.get("includeServicePrincipals"))}
    left_out = {*strings(held.get("excludeServicePrincipals"))}
    return any((own in named or OUR_WORKLOADS in named) and own not in left_out for own in principals)


def _narrows(name: str, value: Any) -> bool:
    if name == "clientAppTypes":
        return bool(value) and sorted(strings(value)) not in WHOLE
    return bool(value) and not (isinstance(value, Mapping) and _is_everything(value))


def _is_everything(part: Mapping[str, Any]) -> bool:
    """Whether a condition includes all there is and excludes nothing."""
    included = [item for name, value in part.items() if name.startswith("include") for item in strings(value)]
    left_out = any(value for name, value in part.items() if not name.startswith(("include", "@")))
    return ALL in included and not left_out


def _meets(policy: Mapping[str, Any], user: str, groups: frozenset[str], roles: frozenset[str]) -> bool:
    """Whether a policy is about a user, by name, by group or by role."""
    people = users_of(policy)

    def named(word: str) -> bool:
        return bool(
            {user, ALL} & set(strings(people.get(f"{word}Users")))
            or groups & set(strings(people.get(f"{word}Groups")))
            or roles & set(strings(people.get(f"{word}Roles")))
        )

    return named("include") and not named("exclude")
