"""Blueprints of agents, their principals and agent identities: exported with the others, written as what they are."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from applying import FEDERATED, federated, kept, settle
from worlds import World, copied, make, replaced

from entragit.document import parse
from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal, removal
from entragit.sandbox.faults import Fault
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes.kinds.applications import DEFAULTS

APPS, PRINCIPALS = "applications", "servicePrincipals"
KINDS = ("users", "groups", APPS, PRINCIPALS)
GRAPH = "00000003-0000-0000-c000-000000000000"
ID = "55555555-5555-4555-8555-555555555555"
INHERITED = f"{APPS}/inheritablePermissions"
OF_AGENTS, BLUEPRINT = "agentIdentitySponsors", "agentIdentityBlueprintId"
ASKED = (f"{PRINCIPALS}/{OF_AGENTS}", f"{PRINCIPALS}/{BLUEPRINT}")
UNREAD = [f"--allow={word}" for word in ("limits", "own-identity", "break-glass", "lock-out")]


def agents(tenant: Tenant) -> Tenant:
    """A company of three people and the agents that they sponsor."""
    held = tenant.objects[PRINCIPALS]
    people = dict(list(tenant.objects["users"].items())[:3])
    for path in tenant.objects:
        if path in (*KINDS, "appRoleAssignments", "oauth2PermissionGrants"):
            tenant.objects[path] = {}
    tenant.objects["users"], tenant.links, tenant.children = people, {}, {}
    tenant.options.quotas = False
    app_id = tenant.new_id()
    tenant.objects[PRINCIPALS] = {own: body for own, body in held.items() if body["appId"] == GRAPH}
    blueprint = made(tenant, APPS, "agentIdentityBlueprint", appId=app_id, **copy.deepcopy(DEFAULTS))
    of = {"appOwnerOrganizationId": tenant.id, "servicePrincipalType": "Application", "accountEnabled": True}
    principal = made(tenant, PRINCIPALS, "agentIdentityBlueprintPrincipal", appId=app_id, **of)
    agent = made(tenant, PRINCIPALS, "agentIdentity", appId=tenant.new_id(), agentIdentityBlueprintId=app_id,
         servicePrincipalType="ServiceIdentity", accountEnabled=True)  # fmt: skip
    scopes = {
        "@odata.type": "#microsoft.graph.enumeratedScopes",
        "kind": "enumerated",
        "scopes": ["Mail.Read", "User.Read"],
    }
    credential = federated(tenant)
    tenant.children[FEDERATED] = {blueprint["id"]: {credential["id"]: credential}}
    tenant.children[f"{APPS}/inheritablePermissions"] = {
        blueprint["id"]: {GRAPH: {"id": GRAPH, "resourceAppId": GRAPH, "inheritableScopes": scopes}}
    }
    one, two, _ = people
    tenant.links = {
        f"{APPS}/sponsors": {blueprint["id"]: [one]},
        f"{PRINCIPALS}/sponsors": {principal["id"]: [one, two]},
        f"{PRINCIPALS}/{OF_AGENTS}": {agent["id"]: [two]},
    }
    return tenant


def made(tenant: Tenant, path: str, type_name: str, **properties: object) -> Object:
    body = blank(type_name) | properties | {"@odata.type": f"#microsoft.graph.{type_name}", "id": tenant.new_id(),
                                            "displayName": f"Clerk {type_name}"}  # fmt: skip
    tenant.objects[path][body["id"]] = body
    return body


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    tenant = agents(company_of(users=50, seed=1, tenant_id=ID))
    world = make(sandbox, tmp_path_factory.mktemp("agents") / "company", tenant=tenant)
    kinds = [CATALOG[kind] for kind in KINDS]
    return kept(world, tenant.add_client(*reading(kinds), *writing(kinds)), KINDS)


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def sponsors(world: World) -> dict[str, set[str]]:
    return {own: set(ids) for path in (APPS, PRINCIPALS) for own, ids in world.tenant.links[f"{path}/sponsors"].items()}


def test_each_says_what_it_is_and_whose(company: World) -> None:
    bodies = [parse(text.encode(), path) for path, text in company.files().items() if "/Clerk-agent" in path]
    found = {body["@odata.type"].rpartition(".")[2]: body for body in bodies}
    assert found.keys() == {"agentIdentityBlueprint", "agentIdentityBlueprintPrincipal", "agentIdentity"}
    assert {body["id"]: set(body["sponsors"]) for body in bodies if "sponsors" in body} == sponsors(company)
    assert found["agentIdentity"].keys().isdisjoint({"sponsors", OF_AGENTS, BLUEPRINT})
    assert found["agentIdentityBlueprint"]["inheritablePermissions"] == [{
        "resourceAppId": GRAPH,
        "inheritableScopes": {"@odata.type": "#microsoft.graph.enumeratedScopes", "scopes": ["Mail.Read", "User.Read"]},
    }]  # fmt: skip


def test_of_which_blueprint_an_agent_is_and_who_answers_for_it_is_read_where_asked_for(world: World) -> None:
    """With the permissions that it takes, and one list more; else it is a gap, and what was there stays."""
    relations = [one for one in CATALOG[PRINCIPALS].relations if one.name in (OF_AGENTS, BLUEPRINT)]
    needed = {word for relation in relations for word in relation.read}
    also(world)
    world.client.permissions.difference_update(needed)
    gaps = world.run("export")
    assert (gaps.code, OF_AGENTS in gaps.err, BLUEPRINT in gaps.err) == (4, True, True), gaps
    world.client.permissions.update(needed)
    world.tenant.requests.clear()
    done = world.run("export")
    assert (done.code, done.err) == (0, "")
    agent = next(body for body in world.tenant.objects[PRINCIPALS].values() if BLUEPRINT in body)
    (text,) = (text for path, text in world.files().items() if path.startswith("servicePrincipals/")
               and f"id: {agent['id']}\n" in text)  # fmt: skip
    assert f"{BLUEPRINT}: {agent[BLUEPRINT]}  # servicePrincipals/Clerk-agentIdentityBlueprintP" in text
    assert f"{OF_AGENTS}:\n  - {world.tenant.links[ASKED[0]][agent['id']][0]}  # users/" in text
    casts = [path for _, path, _ in world.tenant.requests if "microsoft.graph.agentIdentity?" in path]
    assert [path.partition("?")[0] for path in casts] == [f"{PRINCIPALS}/microsoft.graph.agentIdentity"]


def asking(world: World) -> World:
    """The world with what only writers see exported, too, and the client the owner of what it makes."""
    also(world)
    own = world.client.principal
    world.tenant.objects[PRINCIPALS][own] = blank("servicePrincipal") | {
        "id": own, "appId": world.client.id, "displayName": "entragit", "servicePrincipalType": "Application",
        "accountEnabled": True, "servicePrincipalNames": [world.client.id],
    }  # fmt: skip
    assert world.run("export").code == 0
    return world


def also(world: World) -> None:
    settings = world.place / "entragit.yaml"
    named = "".join(f"\n    - {name}" for name in ASKED)
    settings.write_text(replaced(settings.read_text(), "\n  include:", f"\n  also:{named}\n  include:"))
    world.git("commit", "-q", "-am", "Read them, too")


def found(world: World) -> dict[str, Object]:
    """The agents' objects by what they are."""
    objects = (body for path in (APPS, PRINCIPALS) for body in world.tenant.objects[path].values())
    return {body["@odata.type"].rpartition(".")[2]: body for body in objects if "@odata.type" in body}


def answering(world: World) -> dict[str, list[str]]:
    """What each of them is → who answers for it, and who owns it."""
    links = world.tenant.links
    return {f"{name} {relation}": sorted(links.get(f"{path}/{relation}", {}).get(body["id"], ()))
            for name, body in found(world).items() for path in (APPS, PRINCIPALS)
            for relation in ("sponsors", OF_AGENTS, "owners")}  # fmt: skip


def inherited(world: World) -> dict[str, Object]:
    """What agents inherit of each application."""
    return world.tenant.children[INHERITED][found(world)["agentIdentityBlueprint"]["id"]]


@pytest.mark.nightly
def test_agents_come_back_after_edits(world: World) -> None:
    asking(world)
    before, there = copy.deepcopy(found(world)), answering(world)
    *_, third = world.tenant.objects["users"]
    for relation in (f"{APPS}/sponsors", f"{PRINCIPALS}/sponsors", ASKED[0]):
        (ids,) = world.tenant.links[relation].values()
        ids[:] = [third]
    for name, body in found(world).items():
        path = APPS if name == "agentIdentityBlueprint" else PRINCIPALS
        portal.edit(world.tenant, path, body["id"], "Update", displayName="Evil", tags=["evil"])
    blueprint = found(world)["agentIdentityBlueprint"]
    blueprint["passwordCredentials"] = [blank("passwordCredential") | {
        "keyId": world.tenant.new_id(), "displayName": "evil", "endDateTime": "2099-01-01T00:00:00Z"}]  # fmt: skip
    held = inherited(world)
    rules = {**held, GRAPH: {**held[GRAPH], "inheritableScopes": {"@odata.type": "#microsoft.graph.allAllowedScopes"}}}
    world.tenant.children[INHERITED][before["agentIdentityBlueprint"]["id"]] = rules
    settle(world, *UNREAD, "--allow=last-credential")
    assert answering(world) == there
    assert not found(world)["agentIdentityBlueprint"]["passwordCredentials"]
    assert inherited(world) == held
    for name, body in found(world).items():
        assert (body["displayName"], body["tags"]) == (before[name]["displayName"], before[name]["tags"])


def needs(world: World) -> set[str]:
    """The permissions that a rollback needs by its plan."""
    file = world.place.parent / "plan.json"
    assert world.run("plan", "--out", str(file), *UNREAD).code == 0
    said = world.run("permissions", "--format", "json", "--plan", str(file)).out
    return {*json.loads(said)["write"]["permissions"]}


def test_agents_that_were_deleted_are_restored(world: World) -> None:
    """With their blueprint the others went, and come back after it, each under its id."""
    asking(world)
    before, there = copy.deepcopy(found(world)), answering(world)
    for name in ("agentIdentity", "agentIdentityBlueprintPrincipal", "agentIdentityBlueprint"):
        path = APPS if name == "agentIdentityBlueprint" else PRINCIPALS
        removal.remove(world.tenant, path, before[name]["id"], soft=True)
    needed = needs(world)
    assert {word for word in needed if word.startswith("AgentIdentity")} >= {
        "AgentIdentity.DeleteRestore.All", "AgentIdentityBlueprint.DeleteRestore.All",
        "AgentIdentityBlueprintPrincipal.DeleteRestore.All",
    }  # fmt: skip
    assert "AgentIdentityBlueprintPrincipal.ReadWrite.All" not in needed
    world.client.permissions.clear()
    world.client.permissions.update(reading([CATALOG[kind] for kind in KINDS]), needed)
    settle(world, *UNREAD)
    assert {name: body["id"] for name, body in found(world).items()} == {n: b["id"] for n, b in before.items()}
    assert answering(world) == there


@pytest.mark.parametrize("soft", [pytest.param(False, marks=pytest.mark.nightly), True])
def test_agents_whose_blueprint_is_gone_for_good_are_made_anew(world: World, soft: bool) -> None:
    """Blueprint, principal and agent, in this order, and what names one by its old id names the new one.

    Without their blueprint the others can't be restored, though they are among the deleted items.
    """
    asking(world)
    before, there = copy.deepcopy(found(world)), answering(world)
    for name, body in before.items():
        path = APPS if name == "agentIdentityBlueprint" else PRINCIPALS
        removal.remove(world.tenant, path, body["id"], soft=soft and path == PRINCIPALS)
    done = world.run("apply", "--yes", *UNREAD)
    assert done.code == 0, done.out + done.err
    now = found(world)
    blueprint, principal, agent = (now[f"agentIdentity{end}"] for end in ("Blueprint", "BlueprintPrincipal", ""))
    assert {body["id"] for body in before.values()}.isdisjoint(body["id"] for body in now.values())
    (credential,) = world.tenant.children[FEDERATED][blueprint["id"]].values()
    assert credential["subject"] == "repo:main"
    assert inherited(world)[GRAPH]["inheritableScopes"]["scopes"] == ["Mail.Read", "User.Read"]
    assert principal["appId"] == agent[BLUEPRINT] == blueprint["appId"] != before["agentIdentityBlueprint"]["appId"]
    assert answering(world) == there
    left = world.run("plan", "--exit-code")
    assert left.code == 0, left.out


def write(world: World, path: str, *lines: str) -> None:
    (world.place / path).parent.mkdir(parents=True, exist_ok=True)
    (world.place / path).write_text("".join(f"{line}\n" for line in lines))


def typed(name: str) -> str:
    return f'"@odata.type": "#microsoft.graph.{name}"'


@pytest.mark.nightly
def test_agents_are_made_as_written_while_answers_are_lost_and_lists_lag(world: World) -> None:
    asking(world)
    before, user = found(world), next(iter(world.tenant.objects["users"]))
    app = "applications/Porters"
    write(world, f"{app}.yaml", typed("agentIdentityBlueprint"), "displayName: Porters", "signInAudience: AzureADMyOrg",
          "sponsors:", f"  - {user}")  # fmt: skip
    write(world, "servicePrincipals/aa/Porters.yaml", typed("agentIdentityBlueprintPrincipal"), f"appId: {app}",
          "displayName: Porters")  # fmt: skip
    write(world, "servicePrincipals/aa/Porter.yaml", typed("agentIdentity"), f"{BLUEPRINT}: {app}",
          "displayName: Porter", "servicePrincipalType: ServiceIdentity", f"{OF_AGENTS}:", f"  - {user}")  # fmt: skip
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "Porters")
    world.extra["ENTRAGIT_SPEED"], world.tenant.options.lag = "50", 5.0
    world.tenant.faults += [Fault(f"POST .*/microsoft.graph.{name}$", "lost") for name in before]
    done = world.run("apply", "--yes", *UNREAD)
    assert done.code == 0, done.out + done.err
    now = {name: body for name, body in found(world).items() if body["id"] not in str(before)}
    assert now.keys() == before.keys()
    assert len(world.tenant.objects[APPS]) == 2, "made once"
    assert now["agentIdentity"][BLUEPRINT] == now["agentIdentityBlueprint"]["appId"]
    world.tenant.options.lag = 0.0
    left = world.run("plan", "--exit-code")
    assert left.code == 0, left.out


@pytest.mark.nightly
def test_who_may_not_write_agents_is_told_what_is_missing(world: World) -> None:
    own = [word for word in world.client.permissions if word.startswith("AgentIdentity")]
    world.client.permissions.difference_update(own)
    portal.edit(world.tenant, APPS, found(world)["agentIdentityBlueprint"]["id"], "Update", displayName="Evil")
    removal.remove(world.tenant, PRINCIPALS, found(world)["agentIdentityBlueprintPrincipal"]["id"], soft=True)
    said = world.run("apply", "--yes", *UNREAD).out
    assert "AgentIdentityBlueprint.ReadWrite.All" in said, said
    assert "AgentIdentityBlueprintPrincipal.DeleteRestore.All" in said, said
