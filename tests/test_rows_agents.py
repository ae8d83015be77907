"""Blueprints of agents, their principals and agent identities: exported with the others, never made as one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from applying import kept, settle
from worlds import World, copied, make, replaced

from entragit.document import parse
from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import removal
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant

APPS, PRINCIPALS = "applications", "servicePrincipals"
KINDS = ("users", "groups", APPS, PRINCIPALS)
GRAPH = "00000003-0000-0000-c000-000000000000"
ID = "55555555-5555-4555-8555-555555555555"
OF_AGENTS, BLUEPRINT = "agentIdentitySponsors", "agentIdentityBlueprintId"
ASKED = (f"{PRINCIPALS}/{OF_AGENTS}", f"{PRINCIPALS}/{BLUEPRINT}")
UNREAD = [f"--allow={word}" for word in ("limits", "own-identity", "break-glass", "lock-out")]


def agents(tenant: Tenant) -> Tenant:
    """A company of three people and the agents that they sponsor."""
    people = dict(list(tenant.objects["users"].items())[:3])
    for path in tenant.objects:
        if path in (*KINDS, "appRoleAssignments", "oauth2PermissionGrants"):
            tenant.objects[path] = {}
    tenant.objects["users"], tenant.links, tenant.children = people, {}, {}
    tenant.options.quotas = False
    app_id = tenant.new_id()
    blueprint = made(tenant, APPS, "agentIdentityBlueprint", appId=app_id, signInAudience="AzureADMyOrg")
    of = {"appOwnerOrganizationId": tenant.id, "servicePrincipalType": "Application", "accountEnabled": True}
    principal = made(tenant, PRINCIPALS, "agentIdentityBlueprintPrincipal", appId=app_id, **of)
    agent = made(tenant, PRINCIPALS, "agentIdentity", appId=tenant.new_id(), agentIdentityBlueprintId=app_id,
         servicePrincipalType="ServiceIdentity", accountEnabled=True)  # fmt: skip
    scopes = {
        "@odata.type": "microsoft.graph.enumeratedScopes",
        "kind": "enumerated",
        "scopes": ["User.Read", "Mail.Read"],
    }
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
    settings = world.place / "entragit.yaml"
    named = "".join(f"\n    - {name}" for name in ASKED)
    settings.write_text(replaced(settings.read_text(), "\n  include:", f"\n  also:{named}\n  include:"))
    world.git("commit", "-q", "-am", "Read them, too")
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


@pytest.mark.nightly
def test_sponsors_come_back_and_nothing_else(world: World) -> None:
    before = sponsors(world)
    *_, third = world.tenant.objects["users"]
    for path in (APPS, PRINCIPALS):
        (ids,) = world.tenant.links[f"{path}/sponsors"].values()
        ids[:] = [third]
    for body in world.tenant.objects[PRINCIPALS].values():
        body["notes"] = "evil"
    (inherited,) = world.tenant.children[f"{APPS}/inheritablePermissions"].values()
    inherited[GRAPH]["inheritableScopes"] = {"@odata.type": "#microsoft.graph.allAllowedScopes"}
    done = world.run("apply", "--yes", *UNREAD)
    assert done.code == 0, done.out + done.err
    assert sponsors(world) == before
    assert {body["notes"] for body in world.tenant.objects[PRINCIPALS].values()} == {"evil"}
    assert inherited[GRAPH]["inheritableScopes"]["@odata.type"].endswith("allAllowedScopes")
    assert "under Agent ID" in " ".join(done.out.split())


@pytest.mark.nightly
def test_no_agent_is_made_as_an_application(world: World) -> None:
    for path in (PRINCIPALS, APPS):
        for own in list(world.tenant.objects[path]):
            removal.remove(world.tenant, path, own, soft=False)
    done = settle(world, *UNREAD)
    assert not world.tenant.objects[APPS] | world.tenant.objects[PRINCIPALS]
    assert "addresses and with permissions of their own" in " ".join(done.out.split())
