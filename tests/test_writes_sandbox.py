"""Operations sent to a strict Entra turn what is there into what is asked for, and then there is nothing left to do."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from people import signed_in
from rounds import made_up
from writing import Bodies, Hand, changes, creation, dangling, deletion, everything, stored, update

from entragit.diff import diff
from entragit.model import Body, Edit
from entragit.permissions import reading, writing
from entragit.plan import STAGES, Change
from entragit.resources.catalog import CATALOG
from entragit.rewriting import rewrite
from entragit.sandbox import portal, removal
from entragit.sandbox.changes import random_change
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant
from entragit.shapes import order, writable, writes

UNITS = "directory/administrativeUnits"
DIRECTORY = "roleManagement/directory"
ASSIGNMENTS = f"{DIRECTORY}/roleAssignments"
# Told apart by these, so that one object's body can be another's.
OWN_NAMES = ("id", "appId", "displayName", "extensionProperties", "identities", "identifierUris", "mailNickname",
             "onPremisesImmutableId", "servicePrincipalNames", "templateId", "uniqueName",
             "userPrincipalName")  # fmt: skip


@pytest.fixture
def tenant(sandbox: Sandbox, request: pytest.FixtureRequest) -> Tenant:
    """A company without restricted units, which no application without a role in them may touch.

    All ids follow from the tenant's, and from them the order of everything: each test has its own, always the same.
    """
    made = company(tenant_id=made_up(request.node.nodeid))
    made.options.quotas, made.options.removable_after = False, 0.0
    sandbox.add(made)
    for unit in made.objects[UNITS].values():
        unit["isMemberManagementRestricted"] = False
    for kind in ("users", "groups", "devices"):
        for item in made.objects[kind].values():
            item["isManagementRestricted"] = None
    return made


@pytest.fixture
def hand(sandbox: Sandbox, tenant: Tenant, graph: Callable[..., httpx.Client]) -> Iterator[Hand]:
    """A client with the permissions to read and write that the catalog asks for, and a role to touch administrators;
    and a person for what needs one.
    """
    client = graph(*{*reading(CATALOG.values()), *writing()})
    own = next(item for item in tenant.clients.values() if set(writing()) <= set(item.permissions))
    portal.give_role(tenant, own.principal, portal.GLOBAL_ADMINISTRATOR)
    person = next(key for key, item in tenant.objects["users"].items() if item["accountEnabled"])
    portal.give_role(tenant, person, portal.GLOBAL_ADMINISTRATOR)
    scopes = {scope for kind in CATALOG.values() for scope in (*kind.delegated, *kind.writes.signed_in)}
    with signed_in(sandbox, tenant, tenant.add_sign_in(person, *reading(), *scopes)) as own_client:
        yield Hand(client, tenant, person=own_client)


def bodies(hand: Hand, kind: str) -> dict[str, Body]:
    keys = [""] if CATALOG[kind].shape == "singleton" else sorted(stored(hand.tenant, CATALOG[kind]))
    found = (hand.body(CATALOG[kind], key) for key in keys)
    return {str(body["id"]): body for body in found if body is not None}


@pytest.mark.parametrize("kind", CATALOG)
def test_what_is_as_asked_for_needs_no_operation(kind: str, hand: Hand) -> None:
    found = bodies(hand, kind)
    assert found
    for own, body in list(found.items())[:10]:
        change = update(kind, body, body)
        assert writable(CATALOG[kind], change, hand.context) is None
        left = [writes(CATALOG[kind], change, body, own, body, stage, hand.context) for stage in STAGES]
        assert left == [()] * len(STAGES)


def is_own(hand: Hand, body: Body) -> bool:
    """Whether it is the client that writes, or its role."""
    principals = {own for item in hand.tenant.clients.values() for own in (item.principal, item.person) if own}
    return bool(principals & {body.get("id"), body.get("principalId")})


# Kinds whose resources are deleted and made again, and how many at least.
ANEW = {"users": 12, "groups": 15, UNITS: 5, "groupSettings": 2, "applications": 10, "servicePrincipals": 8,
        "oauth2PermissionGrants": 4, f"{DIRECTORY}/roleEligibilitySchedules": 2,
        f"{DIRECTORY}/roleAssignmentSchedules": 3,
        "identity/conditionalAccess/policies": 12, ASSIGNMENTS: 8,
        "policies/authenticationMethodsPolicy/authenticationMethodConfigurations": 1,
        "identity/conditionalAccess/authenticationContextClassReferences": 1, "groupLifecyclePolicies": 1,
        "policies/permissionGrantPolicies": 2, "identity/verifiedId/profiles": 2,
        "identityGovernance/entitlementManagement/connectedOrganizations": 2,
        "identityGovernance/entitlementManagement/accessPackages": 1,
        "identityGovernance/entitlementManagement/assignmentPolicies": 2,
        "identityGovernance/entitlementManagement/assignments": 2,
        "identityGovernance/lifecycleWorkflows/workflows": 2,
        "policies/crossTenantAccessPolicy/partners": 1, "organization/branding/localizations": 1}  # fmt: skip


def take(hand: Hand, kind: str, body: Body) -> bool:
    """Whether a resource went when somebody wanted it to."""
    if CATALOG[kind].shape == "request":
        hand.apply([deletion(kind, body)])
        return body["id"] not in stored(hand.tenant, CATALOG[kind])
    return hand.answer("DELETE", f"{CATALOG[kind].path}/{body['id']}").status_code == 204


@pytest.mark.parametrize("kind", ANEW)
def test_what_is_gone_for_good_is_made_again(kind: str, hand: Hand) -> None:
    before = bodies(hand, kind)
    hand.gone = dangling(hand, {(kind, own): body for own, body in before.items()})
    made, renamed = 0, dict[str, str]()
    for old in list(before.values())[:24]:
        body = rewrite(CATALOG[kind], old, renamed)
        taken = [writable(CATALOG[kind], item, hand.context) for item in (creation(kind, body), deletion(kind, body))]
        if is_own(hand, body) or None in taken:
            continue
        if not take(hand, kind, body):
            continue  # something else needs it
        hand.tenant.deleted.get(kind, {}).clear()
        ids = hand.apply([creation(kind, body)], rewrite)
        live, renamed = ids.get(body["id"], body["id"]), renamed | ids
        now = hand.body(CATALOG[kind], live)
        assert now is not None
        wanted = {**rewrite(CATALOG[kind], body, ids), "id": live}
        assert writable(CATALOG[kind], update(kind, now, wanted), hand.context) is None
        made += 1
    assert made >= ANEW[kind]


SORTS = ("@odata.type", "isAssignableToRole", "isBuiltIn", "mailEnabled", "onPremisesSyncEnabled", "policyType",
         "servicePrincipalType")  # fmt: skip


def sort(body: Body) -> tuple[Any, ...]:
    """What can't change from one sort of resource to another."""
    return (*(body.get(name) for name in SORTS), "Unified" in body.get("groupTypes", ()))


def in_the_place_of(own: Body, other: Body) -> Body:
    """The body of another resource, with what names its own, and not itself in a relationship."""
    mixed = {name: own[name] for name in OWN_NAMES if name in own}
    for name, value in other.items():
        if name not in OWN_NAMES and value != own["id"]:
            mixed[name] = [item for item in value if item != own["id"]] if isinstance(value, list) else value
    return {name: value for name, value in mixed.items() if value != []}


# Kinds whose resources may have each other's values.
ALIKE = ("users", "groups", "devices", UNITS, "applications", "identity/conditionalAccess/policies",
         "identity/conditionalAccess/namedLocations",
         "identity/conditionalAccess/authenticationContextClassReferences")  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ALIKE)
def test_one_becomes_like_another(kind: str, seed: int, hand: Hand) -> None:
    rng, found = random.Random(seed), bodies(hand, kind)
    hand.gone = dangling(hand, {(kind, own): body for own, body in found.items()})
    changed = 0
    for own in rng.sample(sorted(found), min(len(found), 12)):
        mates = [body for key, body in found.items() if key != own and sort(body) == sort(found[own])]
        if not mates:
            continue
        wanted = in_the_place_of(found[own], rng.choice(mates))
        change = writable(CATALOG[kind], update(kind, found[own], wanted), hand.context)
        if change is None:
            continue
        hand.apply([change])
        now = hand.body(CATALOG[kind], own)
        assert now is not None
        assert diff(CATALOG[kind], now, change.desired or {}) == []
        assert writable(CATALOG[kind], update(kind, now, wanted), hand.context) is None
        found[own], changed = now, changed + 1
    assert changed


def disturb(hand: Hand, rng: random.Random) -> None:
    """A bad night: values changed in the portal, resources deleted, some of them for good."""
    for _ in range(40):
        random_change(hand.tenant, rng)
    for kind in reversed(order(CATALOG)):
        held = sorted(hand.tenant.objects.get(kind, {}))
        for own in rng.sample(held, min(3, len(held))):
            if kind in ("domains", "devices") or is_own(hand, hand.tenant.objects[kind].get(own, {})):
                continue
            body = hand.body(CATALOG[kind], own) if own in stored(hand.tenant, CATALOG[kind]) else None
            gone = body is not None and take(hand, kind, body)
            if gone and own in hand.tenant.deleted.get(kind, {}) and rng.random() < 0.5:
                removal.purge(hand.tenant, kind, own)


def put_back(hand: Hand, desired: Bodies, ids: dict[str, str]) -> list[Change]:
    """Do all that leads to `desired`, whose objects have other `ids` by now; what was done."""
    wanted = {(kind, ids.get(own, own)): {**rewrite(CATALOG[kind], body, ids), "id": ids.get(own, own)}
              for (kind, own), body in desired.items()}  # fmt: skip
    actual = everything(hand)
    hand.gone = dangling(hand, wanted)
    found = changes(hand, actual, wanted)
    never = (change for change in found if change.action == "create" and hand.taken(change) is None)
    hand.gone |= {change.id for change in never}
    done = [taken for change in found if (taken := hand.taken(change)) is not None]
    ids |= hand.apply(done, rewrite)
    return done


def came_back(edit: Edit) -> str:
    """Who stands in a relationship again: an element of a set, or the only one."""
    return edit.path[-1] if len(edit.path) > 1 else f'"{edit.before}"'


@pytest.mark.slow
@pytest.mark.nightly  # by day a night in the whole company is undone by the command (test_chaos)
@pytest.mark.parametrize("seed", range(12))
def test_a_whole_tenant_comes_back(seed: int, hand: Hand) -> None:
    desired = everything(hand)
    disturb(hand, random.Random(seed))
    ids: dict[str, str] = {}
    first = put_back(hand, desired, ids)
    assert ids
    # What was restored brings back what it was in when it went, which no one could see before.
    restored = {f'"{change.id}"' for change in first if change.action == "restore"}
    late = {came_back(edit) for change in put_back(hand, desired, ids) for edit in change.edits}
    assert late <= restored
    assert put_back(hand, desired, ids) == []


def test_a_group_that_people_decide_about_again_has_the_members_that_git_says(hand: Hand) -> None:
    kind = CATALOG["groups"]
    held = (hand.body(kind, own) for own in sorted(hand.tenant.objects["groups"]))
    group = next(body for body in held if body and "DynamicMembership" in body.get("groupTypes", ())
                 and hand.list(f"/groups/{body['id']}/members"))  # fmt: skip
    computed = [item["id"] for item in hand.list(f"/groups/{group['id']}/members")]
    stranger = next(own for own in sorted(hand.tenant.objects["users"]) if own not in computed)
    names = ("membershipRule", "membershipRuleProcessingState", "groupTypes")
    wanted = {name: value for name, value in group.items() if name not in names}
    unified = [name for name in group["groupTypes"] if name != "DynamicMembership"]
    wanted |= {"members": sorted([computed[0], stranger])} | ({"groupTypes": unified} if unified else {})
    hand.apply([update("groups", group, wanted)])
    assert {item["id"] for item in hand.list(f"/groups/{group['id']}/members")} == {computed[0], stranger}


@pytest.mark.parametrize("lag", [0.0, 20.0])
def test_an_app_role_that_is_on_changes_though_replication_takes_its_time(lag: float, hand: Hand) -> None:
    kind = CATALOG["applications"]
    held = (hand.body(kind, own) for own in sorted(hand.tenant.objects["applications"]))
    app = next(body for body in held if body and any(role["isEnabled"] for role in body.get("appRoles", ())))
    hand.tenant.options.lag = lag
    wanted = {**app, "appRoles": [role | {"description": "Other words."} for role in app["appRoles"]]}
    change = writable(kind, update("applications", app, wanted), hand.context)
    assert change is not None
    disable, final = writes(kind, change, wanted, app["id"], app, "link", hand.context)
    hand.do(disable)
    for _ in range(5000):  # what an apply does: Graph goes on saying so until it has seen the first change everywhere
        answer = hand.answer(final.method, final.path, final.body)
        if answer.status_code == 204:
            break
        assert "unless disabled first" in answer.text
    assert hand.body(kind, app["id"]) == wanted
