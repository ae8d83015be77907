"""A small tenant for the guards, and plans that change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from entragit.diff import diff
from entragit.guards import GuardWorld, check
from entragit.guards.lock_out import GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR
from entragit.guards.world import ASSIGNMENTS, DEFAULTS, GROUPS, POLICIES, USERS
from entragit.model import Body, Coverage
from entragit.plan import Change, Plan
from entragit.resources.catalog import CATALOG
from entragit.settings import Guards

NOW = datetime(2026, 6, 1, tzinfo=UTC)
APPS, PRINCIPALS, GRANTS = "applications", "servicePrincipals", "oauth2PermissionGrants"
READER = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"

ADA, EVE, GLASS, GUEST = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in range(4))
TEAM, INNER, EMERGENCY, LUNCH = (f"bbbbbbbb-0000-4000-8000-00000000000{n}" for n in range(4))
OURS, OURS_APP, GRAPH, THEIRS, THEIRS_APP = (f"cccccccc-0000-4000-8000-00000000000{n}" for n in range(5))
MFA, WALL, NAMED = (f"dddddddd-0000-4000-8000-00000000000{n}" for n in range(3))

Bodies = dict[str, dict[str, Body]]


def role(own: str, principal: str, role: str = GLOBAL_ADMINISTRATOR, scope: str = "/") -> Body:
    return {"id": own, "principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}


def policy(own: str, state: str = "enabled", control: str = "mfa", **users: list[str]) -> Body:
    conditions = {"applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"],
                  "users": {"includeUsers": ["All"], **users}}  # fmt: skip
    controls = {"builtInControls": [control], "operator": "OR"}
    return {"id": own, "displayName": own, "state": state, "conditions": conditions, "grantControls": controls}


def key(own: str, ends: str = "2030-01-01T00:00:00Z") -> Body:
    return {"keyId": own, "endDateTime": ends}


def bodies() -> Bodies:
    """Ada and the break-glass account are administrators, the second through a group inside a group."""
    users = [{"id": id_, "accountEnabled": True} for id_ in (ADA, EVE, GLASS, GUEST)]
    groups: list[Body] = [
        {"id": TEAM, "securityEnabled": True, "members": [EVE, INNER]},
        {"id": INNER, "securityEnabled": True, "members": [GLASS]},
        {"id": EMERGENCY, "securityEnabled": True, "members": [GLASS]},
        {"id": LUNCH, "securityEnabled": True, "members": [ADA, GLASS, OURS]},
    ]
    ours = {
        "id": OURS, "appId": "own", "accountEnabled": True, "owners": [ADA],
        "appRoleAssignments": [{"resourceId": GRAPH, "appRoleId": "r"}],
    }  # fmt: skip
    app = {"id": OURS_APP, "appId": "own", "passwordCredentials": [key("k1"), key("k2")],
           "federatedIdentityCredentials": [{"name": "ci", "subject": "repo"}]}  # fmt: skip
    theirs = {
        "id": THEIRS_APP,
        "appId": "x",
        "passwordCredentials": [key("added"), key("ours"), key("out", "2020-01-01T00:00:00Z")],
    }
    found: dict[str, list[Body]] = {
        USERS: [*users],
        GROUPS: groups,
        ASSIGNMENTS: [role("r-ada", ADA), role("r-team", TEAM), role("r-guest", GUEST, READER),
                      role("r-ours", OURS, READER)],
        POLICIES: [policy(MFA, excludeGroups=[EMERGENCY], excludeUsers=[GLASS]), policy(WALL, "disabled", "block")],
        DEFAULTS: [{"id": DEFAULTS, "isEnabled": False}],
        PRINCIPALS: [ours, {"id": GRAPH, "appId": "graph", "accountEnabled": True},
                     {"id": THEIRS, "accountEnabled": True}],
        APPS: [app, theirs],
        GRANTS: [{"id": "g-ours", "clientId": OURS, "scope": "a b"},
                 {"id": "g-theirs", "clientId": THEIRS, "scope": "a"}],
    }  # fmt: skip
    return {kind: {str(body["id"]): body for body in rows} for kind, rows in found.items()}


def world(
    found: Bodies | None = None, *, entries: Mapping[str, Iterable[str]] | None = None, **other: Any
) -> GuardWorld:
    """The world of `found`; its break-glass list names the account alone unless `entries` say otherwise."""
    listed = {"users/glass@x": [GLASS]} if entries is None else entries
    guards = other.pop("guards", None) or Guards(tuple(listed))
    return GuardWorld(
        guards,
        other.pop("coverage", None) or Coverage(frozenset(CATALOG)),
        NOW,
        counts={kind: len(rows) for kind, rows in (found or bodies()).items()},
        bodies=found or bodies(),
        break_glass={entry: frozenset(ids) for entry, ids in listed.items()},
        own=other.pop("own", frozenset({OURS, OURS_APP})),
        **other,
    )


def delete(kind: str, own: str, found: Bodies | None = None) -> Change:
    actual = (found or bodies())[kind][own]
    return Change(kind, own, own, f"{kind}/{own}", "", "delete", CATALOG[kind].tier, None, actual, (), ("reverts",))


def update(kind: str, own: str, found: Bodies | None = None, **values: Any) -> Change:
    """Set properties of a resource; None takes one away."""
    actual = (found or bodies())[kind][own]
    desired = {name: value for name, value in {**actual, **values}.items() if value is not None}
    edits = tuple(diff(CATALOG[kind], actual, desired))
    assert edits
    return Change(kind, own, own, f"{kind}/{own}", "", "update", CATALOG[kind].tier, desired, actual, edits,
                  ("yours",) * len(edits))  # fmt: skip


def create(kind: str, body: Body) -> Change:
    own = str(body.get("id", ""))
    edits = tuple(diff(CATALOG[kind], {}, {name: value for name, value in body.items() if name != "id"}))
    return Change(kind, own, "", f"{kind}/{own or 'new'}", "", "create", CATALOG[kind].tier, body, None, edits,
                  ("yours",) * len(edits))  # fmt: skip


def restore(kind: str, body: Body) -> Change:
    return replace(create(kind, body), action="restore", live=str(body["id"]))


def plan(*changes: Change) -> Plan:
    return Plan("t", "c", "b", "rollback", changes=changes)


def words(changes: Iterable[Change], **known: Any) -> set[str]:
    """The words of the guards that object."""
    return {found.guard for found in check(plan(*changes), world(**known))}


__all__ = ["PRIVILEGED_ROLE_ADMINISTRATOR"]
