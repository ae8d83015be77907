"""Every guard on the command line: a commit from before it, or with looser ones, is refused by those of today.

One company, in which each guard has something to object to on the way back; each case asks for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from applying import (
    ASSIGNMENTS,
    KINDS,
    POLICIES,
    UNITS,
    clone,
    find,
    fresh,
    named,
    writes,
)
from worlds import Result, World, tools

from entragit.apply.judging import guards_at_once
from entragit.apply.run import Orders, apply
from entragit.diff import diff
from entragit.errors import RefusedError
from entragit.git.refs import STATE
from entragit.git.repository import open_repository
from entragit.guarding import Judged, judge
from entragit.guards import WORDS
from entragit.permissions import reading, writing
from entragit.plan import Change, Finding, Freed
from entragit.planfile import from_json, to_json
from entragit.planning import Wish, plan_for
from entragit.resources.catalog import CATALOG
from entragit.sandbox import access, portal
from entragit.sandbox.faults import Fault
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import GRAPH_TOOLS, Tenant
from entragit.statefiles import load

ADA, GLASS, OTHER = "ada.admin", "breakglass1", "breakglass2"
PLAIN, STAFF, APP, UNIT, POLICY = "daniel.lovelace", "mohammed.farouk", "GitHub Deploy", "Tier 0", "CA101"
LISTED, INNER = "VPN Users", "GG-Files"
OURS, TOOLS = "entragit", "Graph command line"
FAR, GONE = "2999-01-01T00:00:00Z", "2001-01-01T00:00:00Z"


def key(tenant: Tenant, ends: str) -> dict[str, Any]:
    return blank("passwordCredential") | {"keyId": tenant.new_id(), "endDateTime": ends}


def settings(tenant: Tenant, guards: str = "") -> str:
    include = "".join(f"\n    - {kind}" for kind in KINDS)
    return f"tenant: {tenant.id}\nkinds:\n  include:{include}\n{guards}"


LOOSE = """merge: pull-request
guards:
  break_glass: []
  limits:
    default:
      deletes: {percent: 100, count: 1000000}
      updates: {percent: 100, count: 1000000}
      removals: {percent: 100, count: 1000000}
"""
"""What an old commit may say without anybody listening."""


def commit(world: World, text: str) -> None:
    (world.place / "entragit.yaml").write_text(text, encoding="utf-8")
    world.git("commit", "-q", "-a", "--allow-empty", "-m", "Settings")


def then(tenant: Tenant, world: World) -> None:
    """How the tenant was: nobody was guarded."""
    tenant.links[f"{UNITS}/members"][named(world, UNITS, UNIT)["id"]].clear()
    for user in (ADA, GLASS, OTHER, PLAIN):
        body = named(world, "users", user)
        body["accountEnabled"], body["isManagementRestricted"] = False, None
    named(world, "users", PLAIN)["jobTitle"] = "Clerk"
    for group in (LISTED, INNER):
        tenant.links["groups/members"][named(world, "groups", group)["id"]].clear()
    named(world, POLICIES, POLICY)["state"] = "disabled"
    named(world, "applications", APP)["passwordCredentials"] = [key(tenant, GONE)]
    for name, app_id, own in ((OURS, world.client.id, world.client.principal), (TOOLS, GRAPH_TOOLS, tenant.new_id())):
        same = {"appId": app_id, "displayName": name, "createdDateTime": GONE}
        app = blank("application") | same | {"id": tenant.new_id(), "signInAudience": "AzureADMyOrg"}
        tenant.objects["applications"][app["id"]] = app | {"passwordCredentials": [key(tenant, FAR)]}
        tenant.objects["servicePrincipals"][own] = blank("servicePrincipal") | same | {
            "id": own, "accountEnabled": True, "servicePrincipalType": "Application", "servicePrincipalNames": [app_id],
            "appOwnerOrganizationId": tenant.id, "signInAudience": "AzureADMyOrg"}  # fmt: skip


def today(tenant: Tenant, world: World) -> None:
    """How the tenant is: everything has its use."""
    for user in (ADA, GLASS, PLAIN):
        named(world, "users", user)["accountEnabled"] = True
    named(world, "users", PLAIN)["jobTitle"] = "Chief"
    tenant.links[f"{UNITS}/members"][named(world, UNITS, UNIT)["id"]].append(named(world, "users", OTHER)["id"])
    named(world, "users", OTHER)["isManagementRestricted"] = True
    named(world, POLICIES, POLICY)["state"] = "enabled"
    for app in (APP, OURS):
        named(world, "applications", app)["passwordCredentials"].append(key(tenant, FAR))
    portal.give_role(tenant, world.client.principal, access.GLOBAL_READER)
    portal.give_role(tenant, named(world, "users", ADA)["id"], access.GLOBAL_READER)
    portal.give_role(tenant, named(world, "users", PLAIN)["id"], access.GLOBAL_ADMINISTRATOR, timedelta(hours=8))
    grant = {"clientId": named(world, "servicePrincipals", TOOLS)["id"], "consentType": "AllPrincipals",
             "resourceId": find(world, "servicePrincipals")["id"], "scope": "User.Read"}  # fmt: skip
    portal.add(tenant, "oauth2PermissionGrants", blank("oAuth2PermissionGrant") | grant | {"id": "grant-of-tools"},
               "Add delegated permission grant")  # fmt: skip


@pytest.fixture(scope="module")
def company(well: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Commits `before` (no guards) and `loose` (loose ones); the tenant has moved on since."""
    world = fresh(well, tmp_path_factory.mktemp("refused") / "own")
    tenant = world.tenant
    commit(world, settings(tenant))
    world.git("push", "-q", "origin", "main")
    then(tenant, world)
    done = world.run("export")
    assert done.code == 0, done
    world.git("tag", "before", "main")
    commit(world, settings(tenant, LOOSE).replace(f"\n    - {POLICIES}", ""))
    world.git("tag", "loose")
    world.git("reset", "-q", "--hard", "before")
    today(tenant, world)
    return world


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return fresh(company, tmp_path / "own")


@pytest.fixture(scope="module")
def guarded(company: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """For what is refused, and so changes nothing."""
    return fresh(company, tmp_path_factory.mktemp("guarded") / "own")


def guard(world: World, glass: Iterable[str], limits: str = "") -> None:
    """Today's guards, on the remote."""
    commit(world, settings(world.tenant, f"guards:\n  break_glass: [{', '.join(glass)}]\n{limits}"))
    world.git("push", "-q", "origin", "main")


def run(world: World, ref: str, wanted: Iterable[str], *options: str) -> Result:
    return world.run("apply", ref, "--yes", *options, "--", *wanted)


def paths(world: World, case: Case) -> list[str]:
    return [address(world, *place) for place in case.objects]


def allowed(world: World) -> list[tuple[str, ...]]:
    """The words in the audit records."""
    return [record.allowed for record in load(open_repository(world.place), STATE).audit.values()]


def address(world: World, kind: str, name: str) -> str:
    """What a PATH may call an object: its id."""
    return str(named(world, kind, name)["id"])


UNREAD = Fault(rf"^GET {ASSIGNMENTS}\?", status=403, code="Authorization_RequestDenied", times=None)


@dataclass(frozen=True)
class Case:
    """`words` of the guards that object when `objects` (kind, name) go back; `said`: in which words.

    `glass`: who is on today's list. `limits`: today's. `done`: whether the objects have gone back.
    """

    words: tuple[str, ...]
    objects: tuple[tuple[str, str], ...]
    said: str
    done: Callable[[World], bool]
    glass: str = PLAIN
    limits: str = ""


def off(user: str) -> Callable[[World], bool]:
    return lambda world: named(world, "users", user)["accountEnabled"] is False


def roles(world: World, principal: str) -> list[str]:
    rows = world.tenant.objects[ASSIGNMENTS].values()
    return [row["roleDefinitionId"] for row in rows if row["principalId"] == principal]


def has_activated(world: World) -> bool:
    """What somebody activated for a few hours is nobody's to take away."""
    return roles(world, address(world, "users", PLAIN)) == [access.GLOBAL_ADMINISTRATOR]


def few(updates: int) -> str:
    return f"  limits:\n    users:\n      updates: {{percent: 0, count: {updates}}}\n"


CASES = {
    "limits": Case(
        ("limits",), (("users", PLAIN),), "users: updates 1 of 8, more than 0 % or 0",
        lambda world: named(world, "users", PLAIN)["jobTitle"] == "Clerk" and has_activated(world), STAFF, few(0),
    ),
    "tier-0": Case(
        ("tier-0",), ((POLICIES, POLICY),), "protection gets weaker: it is switched off",
        lambda world: named(world, POLICIES, POLICY)["state"] == "disabled",
    ),
    "break-glass": Case(("break-glass",), (("users", ADA),), "is switched off (accountEnabled)", off(ADA), ADA),
    "restricted unit": Case(
        ("break-glass",), ((UNITS, UNIT),), "leaves this restricted unit",
        lambda world: not named(world, "users", OTHER)["isManagementRestricted"], OTHER,
    ),
    "own credential": Case(
        ("own-identity",), (("applications", OURS),), "some of entragit's own passwordCredentials go or change",
        lambda world: len(named(world, "applications", OURS)["passwordCredentials"]) == 1,
    ),
    "own role": Case(
        ("own-identity",), (("servicePrincipals", OURS),), "what entragit signs in with or works through loses a role",
        lambda world: roles(world, world.client.principal) == [access.GLOBAL_ADMINISTRATOR],
    ),
    "last-credential": Case(
        ("last-credential",), (("applications", APP),), "what is taken away are its only valid credentials",
        lambda world: len(named(world, "applications", APP)["passwordCredentials"]) == 1,
    ),
    # Who has the role for eight hours is no administrator.
    "lock-out": Case(
        ("lock-out",), (("users", ADA), ("users", GLASS)), "no user who can sign in would be",
        lambda world: off(ADA)(world) and off(GLASS)(world), STAFF,
    ),
    "coverage": Case(
        ("break-glass", "lock-out", "own-identity"), (("users", PLAIN),), f"{ASSIGNMENTS} could not be read",
        off(PLAIN), STAFF,
    ),
}  # fmt: skip


def test_every_word_has_a_case() -> None:
    assert {word for case in CASES.values() for word in case.words} == set(WORDS)


def refused(world: World, done: Result) -> set[str]:
    """The words that are named as allowing what was refused; nothing is written."""
    assert done.code == 5, done
    assert (writes(world), load(open_repository(world.place), STATE).lease) == ([], None)
    return set(re.findall(r"allow it with --allow ([a-z0-9-]+)", " ".join(done.err.split())))


@pytest.mark.parametrize("name", CASES)
def test_a_commit_from_before_a_guard_is_refused_today(name: str, guarded: World) -> None:
    """Also if it says itself that everything is allowed. What would let it pass is said, and nothing is written."""
    world, case = guarded, CASES[name]
    guard(world, [address(world, "users", case.glass)], case.limits)
    world.tenant.faults[:] = [replace(UNREAD)] if name == "coverage" else []
    done = run(world, "loose", paths(world, case))
    assert refused(world, done) == set(case.words)
    assert case.said in " ".join(done.err.split())
    assert not case.done(world)


@pytest.mark.slow
def test_what_is_allowed_by_name_is_done_and_kept_in_the_record(world: World) -> None:
    """And the guards look at the tenant once more before the first write."""
    cases = [case for name, case in CASES.items() if name != "coverage"]
    guard(world, [address(world, "users", user) for user in (ADA, OTHER)], few(0))
    wanted, options = [path for case in cases for path in paths(world, case)], [f"--allow={word}" for word in WORDS]
    assert refused(world, run(world, "before", wanted, *options[1:])) == set(WORDS[:1])
    assert refused(world, run(world, "before", wanted)) == set(WORDS)
    world.tenant.requests.clear()
    done = run(world, "before", wanted, *options)
    assert done.code == 0, done
    assert allowed(world)[-1] == WORDS
    assert all(case.done(world) for case in cases)
    asked = [method if method == "PATCH" else path for method, path, _ in world.tenant.requests]
    assert sum(path.startswith(f"{ASSIGNMENTS}?") for path in asked[: asked.index("PATCH")]) == 2


@pytest.mark.slow
def test_what_could_not_be_judged_may_be_allowed_too(world: World) -> None:
    case = CASES["coverage"]
    guard(world, [address(world, "users", case.glass)])
    world.tenant.faults.append(replace(UNREAD))
    done = run(world, "loose", paths(world, case), *(f"--allow={word}" for word in case.words))
    assert (done.code, case.done(world), allowed(world)[-1]) == (4, True, case.words), done
    done = run(world, "loose", paths(world, case))
    assert (done.code, "nothing to do" in done.out) == (4, True), "what was not read is not as it should be"


def test_a_person_keeps_what_lets_them_sign_in(world: World) -> None:
    tenant, own = world.tenant, address(world, "users", ADA)
    guard(world, [address(world, "users", PLAIN)])
    wanted = (f"users/{named(world, 'users', ADA)['userPrincipalName']}", address(world, "servicePrincipals", TOOLS))
    world.extra |= {"AZURE_CLIENT_ID": "", "AZURE_CLIENT_SECRET": ""}
    tenant.add_sign_in(own, *reading(), *writing(), "Directory.AccessAsUser.All")
    done = run(world, "loose", wanted, "--sign-in", "device-code")
    assert refused(world, done) == {"own-identity"}
    for said in ("works through loses a role", "is switched off", "permission of entragit's own application goes"):
        assert said in " ".join(done.err.split())


def test_guards_that_came_between_plan_and_apply_refuse(world: World, tmp_path: Path) -> None:
    """On the remote, by somebody else: the protected tip is fetched before the first write."""
    guard(world, [address(world, "users", STAFF)])
    file, path = tmp_path / "plan.json", address(world, "users", PLAIN)
    assert world.run("plan", "before", "--out", str(file), "--", path).code == 0
    guard(clone(world, "other"), [address(world, "users", STAFF)], few(0))
    assert refused(world, world.run("apply", "--plan", str(file), "--yes")) == {"limits"}


@pytest.mark.slow
def test_a_plan_that_was_made_up_gets_past_no_guard(guarded: World, tmp_path: Path) -> None:
    """Anybody can compute a digest. A plan's edits are what is written, and what the tenant is, the tenant says."""
    world, file = guarded, tmp_path / "plan.json"
    guard(world, [address(world, "users", ADA)])
    repo, policy = open_repository(world.place), named(world, POLICIES, POLICY)
    assert world.run("plan", "before", "--out", str(file), "--", policy["id"]).code == 5
    plan = from_json(file.read_text())
    (change,) = plan.changes
    assert (change.actual, change.desired) != (None, None)
    kind, actual = CATALOG[POLICIES], change.actual or {}

    def forged(**values: Any) -> Result:
        file.write_text(to_json(replace(plan, findings=(), changes=(replace(change, **values),))))
        return world.run("apply", "--plan", str(file), "--yes")

    shown = tuple(diff(kind, actual, {**actual, "description": "Nothing to see"}))
    for values in (
        {"edits": shown, "origins": ("yours",) * len(shown)},
        {"tier": 2},
        {"kind": "nonsense"},
        {"live": ""},
        {"freed": (Freed("state", "disabled", 1),)},
        {"freed": (Freed("", None, 1),)},
    ):
        done = forged(**values)
        assert (done.code, "is no plan that entragit made" in done.err) == (5, True), done
    # The policy is on, and whoever is excluded from it matters.
    off = {**actual, "state": "disabled"}
    users = {**actual["conditions"]["users"], "excludeUsers": [address(world, "users", STAFF)]}
    wanted = off | {"conditions": {**actual["conditions"], "users": users}}
    edits = tuple(diff(kind, off, wanted))
    done = forged(actual=off, desired=wanted, edits=edits, origins=("yours",) * len(edits))
    assert refused(world, done) == {"tier-0"}
    # A word that was given for something else lets nothing else pass.
    given = replace(plan, findings=(Finding("tier-0", "elsewhere", "A small thing", allowed=True),))
    file.write_text(to_json(given))
    assert refused(world, world.run("apply", "--plan", str(file), "--yes")) == {"tier-0"}
    file.write_text(to_json(replace(plan, findings=(), tenant_id=STAFF)))
    done = world.run("apply", "--plan", str(file), "--yes")
    assert (done.code, "the plan is for the tenant" in done.err) == (5, True), done
    assert (writes(world), load(repo, STATE).lease) == ([], None)


def test_nothing_takes_away_what_somebody_activated(world: World, tmp_path: Path) -> None:
    """Not even a plan that was made up to do so."""
    guard(world, [address(world, "users", STAFF)])
    file = tmp_path / "plan.json"
    assert world.run("plan", "before", "--out", str(file), "--", address(world, "users", PLAIN)).code == 0
    row = find(world, ASSIGNMENTS, lambda row: row["principalId"] == address(world, "users", PLAIN))
    body = {name: row[name] for name in ("id", "principalId", "roleDefinitionId", "directoryScopeId")}
    gone = Change(ASSIGNMENTS, row["id"], row["id"], f"{ASSIGNMENTS}/x", "", "delete", 0, None, body, (), ("reverts",))
    file.write_text(to_json(replace(from_json(file.read_text()), changes=(gone,))))
    done = world.run("apply", "--plan", str(file), "--yes")
    assert (done.err, has_activated(world), writes(world)) == ("", True, []), done


def push_guards(world: World) -> None:
    guard(clone(world, "other"), [address(world, "users", GLASS)])


def take_the_other_role(world: World) -> None:
    rows = world.tenant.objects[ASSIGNMENTS]
    own = address(world, "users", ADA)
    for id_ in [id_ for id_, row in rows.items() if row["principalId"] == own]:
        del rows[id_]


def shield(world: World) -> None:
    """Somebody puts the account into a group on the list, through another group."""
    listed, inner = (address(world, "groups", name) for name in (LISTED, INNER))
    world.tenant.links["groups/members"][listed] = [inner]
    world.tenant.links["groups/members"][inner] = [address(world, "users", GLASS)]


@pytest.mark.parametrize(
    ("between", "word"),
    [(push_guards, "break-glass"), (take_the_other_role, "lock-out"), (shield, "break-glass")],
)
def test_what_happens_while_a_plan_is_made_is_judged_too(
    between: Callable[[World], None], word: str, world: World
) -> None:
    """Between the read of the tenant and the first write: what a plan doesn't touch may be what its guards stand on."""
    guard(world, [address(world, "groups", LISTED)])
    repo, given, judged = open_repository(world.place), tools(world), list[Judged]()
    wish = Wish("before", paths=(address(world, "users", GLASS),))
    plan = plan_for(repo, wish, given, judge(repo, (), given.clock.now(), judged.append))
    assert plan.findings == ()
    check = guards_at_once(repo, given, judged[-1])
    assert check(plan) == ()
    between(world)
    with pytest.raises(RefusedError, match=f"--allow {word}"):
        apply(repo, plan, given, Orders("Ada <ada@contoso.example>", guards=check))
    assert (writes(world), load(repo, STATE).lease) == ([], None)
