"""Who is in which group, who has which role, and which groups give a role or keep a policy away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from entragit.guards.world import ASSIGNMENTS, GROUPS, POLICIES, USERS, State

EXCLUSIONS = ("excludeGroups", "excludeRoles", "excludeServicePrincipals", "excludeUsers")
PRINCIPAL = "principalId"


def strings(value: Any) -> list[str]:
    """The strings in a list, in lower case, as Graph compares ids and words; none where it isn't one."""
    return [item.lower() for item in value if isinstance(item, str)] if isinstance(value, list) else []


def text(body: Mapping[str, Any], name: str) -> str:
    """The id in a property, in lower case."""
    return str(body.get(name)).lower()


def within(state: State, groups: Iterable[str]) -> frozenset[str]:
    """Groups and all that is in them, through any nesting."""
    found = set(groups)
    waiting = list(found)
    while waiting:
        body = state.get(GROUPS, {}).get(waiting.pop(), {})
        new = set(strings(body.get("members"))) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def inverse(state: State) -> Mapping[str, list[str]]:
    """What is in a group → the groups that it is in."""
    holding: dict[str, list[str]] = {}
    for group, body in state.get(GROUPS, {}).items():
        for member in strings(body.get("members")):
            holding.setdefault(member, []).append(group)
    return holding


def around(holding: Mapping[str, list[str]], ids: Iterable[str]) -> frozenset[str]:
    """These ids and the groups that they are in, through any nesting; `holding`: see `inverse`."""
    found = set(ids)
    waiting = list(found)
    while waiting:
        new = set(holding.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def roles_of(state: State, principals: Iterable[str]) -> frozenset[str]:
    """The roles that these principals have themselves in the whole tenant."""
    own = set(principals)
    rows = (body for body in state.get(ASSIGNMENTS, {}).values() if _tenant_wide(body))
    return frozenset(text(body, "roleDefinitionId") for body in rows if text(body, PRINCIPAL) in own)


def holders(state: State, roles: Iterable[str]) -> frozenset[str]:
    """The users who have one of `roles` in the whole tenant, themselves or through a group, and are enabled."""
    wanted = set(roles)
    rows = (body for body in state.get(ASSIGNMENTS, {}).values() if _tenant_wide(body))
    direct = {text(body, PRINCIPAL) for body in rows if text(body, "roleDefinitionId") in wanted}
    groups = state.get(GROUPS, {})
    usable = {id_ for id_ in direct if id_ in groups and groups[id_].get("securityEnabled") is not False}
    users = state.get(USERS, {})
    return frozenset(
        id_ for id_ in {*(direct - groups.keys()), *within(state, usable)}
        if id_ in users and users[id_].get("accountEnabled") is True
    )  # fmt: skip


def _tenant_wide(body: Mapping[str, Any]) -> bool:
    return body.get("directoryScopeId") == "/"


def users_of(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whom a Conditional Access policy is about: its conditions for users."""
    found = (policy.get("conditions") or {}).get("users")
    return found if isinstance(found, Mapping) else {}


def excluded(policy: Mapping[str, Any]) -> Iterator[str]:
    """The ids of those whom a policy leaves alone."""
    parts = (policy.get("conditions") or {}).values()
    for part in parts:
        for name in EXCLUSIONS if isinstance(part, Mapping) else ():
            yield from strings(part.get(name))


def deciding(state: State) -> frozenset[str]:
    """The groups that have a role or are excluded from a policy, and those inside them: to be in one means access."""
    named = {text(body, PRINCIPAL) for body in state.get(ASSIGNMENTS, {}).values()}
    named |= {id_ for body in state.get(POLICIES, {}).values() for id_ in excluded(body)}
    groups = state.get(GROUPS, {}).keys()
    return within(state, named & groups) & groups
