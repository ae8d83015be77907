"""Plans from three trees, without a tenant: base, desired and actual as drift's tests have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from drift_checks import ALL, TENANT, Sides, Tree, changed, files

from entragit import document, layout
from entragit.apply.honest import check
from entragit.layout import Index
from entragit.model import Body, Coverage
from entragit.plan import Change, Plan
from entragit.planner.asked import Asked, Deleted, Read
from entragit.planner.drafts import draft, load
from entragit.planner.planning import plan
from entragit.resources.catalog import CATALOG
from entragit.state import State

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NOTHING_KNOWN = State()


@dataclass
class Planner:
    """A repository with a snapshot `base`, from which plans are made."""

    path: Path
    sides: Sides = field(init=False)

    def __post_init__(self) -> None:
        self.sides = Sides(self.path)

    def plan(
        self,
        base: Tree,
        desired: Tree,
        actual: Tree,
        *,
        state: State = NOTHING_KNOWN,
        deleted: Mapping[str, str] | None = None,
        told: Mapping[str, Body] | None = None,
        before: Coverage = ALL,
        covered: Coverage = ALL,
        created: Mapping[str, str] | None = None,
        **asked: Any,
    ) -> Plan:
        """The plan of three trees; `deleted`: id → kind, `told`: id → what their list says of them."""
        old = self.sides.commit(base)
        new = old if desired == base else self.sides.commit(desired, old)
        return self.plan_of(
            old, new, base, actual, state=state, deleted=deleted, told=told, before=before, covered=covered,
            created=created, **asked,
        )  # fmt: skip

    def plan_of(
        self,
        old: str,
        new: str,
        base: Tree,
        actual: Tree,
        *,
        state: State = NOTHING_KNOWN,
        deleted: Mapping[str, str] | None = None,
        told: Mapping[str, Body] | None = None,
        before: Coverage = ALL,
        covered: Coverage = ALL,
        created: Mapping[str, str] | None = None,
        **asked: Any,
    ) -> Plan:
        """The plan of the commit `new` on `old`, whose tree is `base`."""
        ages = created or {}
        read = Read(
            TENANT, changed(base, actual), covered, index(actual), lambda _kind, id_: ages.get(id_, ""), titles(actual),
            values=values(actual),
        )  # fmt: skip
        words = {"paths": tuple(asked.pop("paths", ()))}
        words |= {name: frozenset(asked.pop(name, ())) for name in ("prune", "allow")}
        wanted = Asked(new, old, before, NOW, **words, **asked)
        loaded = load(self.sides.repo, wanted, read, state)
        return check(plan(draft(self.sides.repo, loaded, Deleted(deleted or {}, bodies=told or {}))), "this")


def bodies(tree: Tree) -> dict[str, tuple[str, dict[str, Any]]]:
    """Address → kind and body."""
    found = {}
    for path, data in tree.items():
        if place := layout.address_of(path, CATALOG):
            found[place[1]] = (place[0], document.parse(data, path))
    return found


def index(tree: Tree) -> Index:
    """What the ids of a tree mean."""
    found = bodies(tree)
    ids = {body["id"]: address for address, (_, body) in found.items() if "id" in body}
    apps = {address: body["appId"] for address, (_, body) in found.items() if "appId" in body}
    return Index(ids, {app: address for address, app in apps.items()}, apps=apps)


def titles(tree: Tree) -> Any:
    """Title → addresses."""
    found = bodies(tree)

    def titled(title: str) -> frozenset[str]:
        return frozenset(a for a, (kind, body) in found.items() if body.get(CATALOG[kind].title) == title)

    return titled


def values(tree: Tree) -> Any:
    """(kind, property) → id and value of each."""
    found = bodies(tree)

    def valued(kind: str, name: str) -> list[tuple[str, Any]]:
        return [(str(body["id"]), body.get(name)) for other, body in found.values() if other == kind]

    return valued


def said(plan: Plan) -> list[tuple[str, str]]:
    """Action and address of every change."""
    return [(change.action, change.address) for change in plan.changes]


def one(changes: Sequence[Change]) -> Change:
    """The only change."""
    assert len(changes) == 1, changes
    return changes[0]


ADA, EVE, MALLORY = (f"{n}0000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
SALES, GLASS, NESTED = (f"{n}0000000-0000-4000-8000-00000000000{n}" for n in (4, 5, 6))
APP, APP_ID, PRINCIPAL = (f"{n}0000000-0000-4000-8000-00000000000{n}" for n in (7, 8, 9))
GRAPH, GRAPH_ID = "a0000000-0000-4000-8000-00000000000a", "00000003-0000-0000-c000-000000000000"
ADMIN = "b0000000-0000-4000-8000-00000000000b"
GIVEN, GRANT = "c0000000-0000-4000-8000-00000000000c", "grantGrantGrantGrant"
POLICY, PLACE = "d0000000-0000-4000-8000-00000000000d", "e0000000-0000-4000-8000-00000000000e"
ROLE_ID, KEY = "f0000000-0000-4000-8000-00000000000f", "f1000000-0000-4000-8000-00000000000f"
NEW = "99999999-0000-4000-8000-000000000009"
POLICIES, PLACES = "identity/conditionalAccess/policies", "identity/conditionalAccess/namedLocations"
ROLES, ASSIGNMENTS = "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments"
GRANTS = "oauth2PermissionGrants"


def user(id_: str, name: str, **more: Any) -> dict[str, Any]:
    """A user as an export has it."""
    return {"id": id_, "userPrincipalName": f"{name}@contoso.com", "displayName": name, "mailNickname": name,
            "accountEnabled": True, **more}  # fmt: skip


def group(id_: str, name: str, **more: Any) -> dict[str, Any]:
    """A security group."""
    return {"id": id_, "displayName": name, "mailNickname": name, "mailEnabled": False, "securityEnabled": True, **more}


def credential(key: str, end: str = "2027-01-01T00:00:00Z") -> dict[str, Any]:
    """A password of an application, without the secret."""
    return {"keyId": key, "displayName": key[:4], "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": end}


def assigned(id_: str, principal: str, role: str = ADMIN, scope: str = "/") -> dict[str, Any]:
    """A role assignment."""
    return {"id": id_, "principalId": principal, "roleDefinitionId": role, "directoryScopeId": scope}


COMPANY: Mapping[str, tuple[str, dict[str, Any]]] = {
    "ada": ("users", user(ADA, "ada")),
    "eve": ("users", user(EVE, "eve")),
    "sales": ("groups", group(SALES, "Sales", members=[ADA, EVE, NESTED], owners=[ADA])),
    "glass": ("groups", group(GLASS, "Glass", members=[ADA])),
    "nested": ("groups", group(NESTED, "Nested", members=[EVE])),
    "app": (
        "applications",
        {
            "id": APP, "appId": APP_ID, "displayName": "Payroll", "signInAudience": "AzureADMyOrg",
            "passwordCredentials": [credential(KEY)],
            "web": {
                "redirectUris": ["https://payroll.contoso.com/signed-in"],
                "redirectUriSettings": [{"uri": "https://payroll.contoso.com/signed-in"}],
            },
            "requiredResourceAccess": [
                {"resourceAppId": GRAPH_ID, "resourceAccess": [{"id": ROLE_ID, "type": "Role"}]}
            ],
        },
    ),
    "principal": (
        "servicePrincipals",
        {
            "id": PRINCIPAL, "appId": APP_ID, "displayName": "Payroll", "servicePrincipalType": "Application",
            "appOwnerOrganizationId": TENANT, "accountEnabled": True, "appRoleAssignmentRequired": False,
            "appRoleAssignments": [{"appRoleId": ROLE_ID, "resourceId": GRAPH, "principalType": "ServicePrincipal"}],
        },
    ),
    "graph": (
        "servicePrincipals",
        {
            "id": GRAPH, "appId": GRAPH_ID, "displayName": "Microsoft Graph", "servicePrincipalType": "Application",
            "accountEnabled": True, "appRoleAssignmentRequired": False,
        },
    ),
    "admin": (ROLES, {"id": ADMIN, "displayName": "Global Administrator", "isBuiltIn": True, "isEnabled": True}),
    "given": (ASSIGNMENTS, assigned(GIVEN, ADA)),
    "grant": (
        GRANTS, {"id": GRANT, "clientId": PRINCIPAL, "consentType": "AllPrincipals", "resourceId": GRAPH,
                 "scope": "User.Read"},
    ),
    "place": (
        PLACES,
        {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": PLACE, "displayName": "Office", "isTrusted": True,
         "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}]},
    ),
    "policy": (
        POLICIES,
        {
            "id": POLICY, "displayName": "CA001", "state": "enabled",
            "conditions": {
                "applications": {"includeApplications": [APP_ID]},
                "clientAppTypes": ["all"],
                "locations": {"includeLocations": ["All"], "excludeLocations": [PLACE]},
                "users": {"includeUsers": ["All"], "excludeGroups": [GLASS]},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        },
    ),
    "settings": (
        "policies/authorizationPolicy",
        {"id": "authorizationPolicy", "allowInvitesFrom": "none", "allowedToUseSSPR": True},
    ),
}  # fmt: skip
"""name → kind and body of a small company, whole enough to be made again."""


def company(**changes: Any) -> Tree:
    """Its files. `sales={"members": None}` changes one resource, None leaves it out, (kind, body) adds one."""
    found: dict[str, list[Body]] = {}
    gone: dict[str, str] = {}
    for name in dict.fromkeys([*COMPANY, *changes]):
        change = changes.get(name, {})
        kind, body = change if isinstance(change, tuple) else COMPANY[name]
        if change is None:
            gone |= {body["id"]: index(FILES()).ids[body["id"]]} if name in COMPANY else {}
        else:
            new = body if isinstance(change, tuple) else {**body, **change}
            found.setdefault(kind, []).append({k: v for k, v in new.items() if v is not None})
    return files(found, gone=gone)


@cache
def FILES() -> Tree:  # noqa: N802 a constant, made when it is first asked for
    """The company's files, unchanged."""
    return company()
