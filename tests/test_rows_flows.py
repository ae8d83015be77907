"""Listeners and flows, all the way: exported, spoilt, put back, with no privilege too many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from applying import ID, find, fresh, keeper, kept, settle, with_remote
from small_world import bodies
from worlds import World, make, replaced

from entragit.permissions import reading, writing
from entragit.resources.catalog import ASKED, CATALOG, OPTIONS
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox
from entragit.sandbox.writes.kinds.further.flows import listeners

LISTENERS, FLOWS = "identity/authenticationEventListeners", "identity/authenticationEventsFlows"
APPS, PROVIDERS = "includeApplications", f"{FLOWS}/identityProviders"
KINDS = ("users", "applications", "servicePrincipals", "identity/identityProviders", "identity/userFlowAttributes",
         "identity/customAuthenticationExtensions", LISTENERS, FLOWS)  # fmt: skip
ALLOW = ("--allow", "tier-0")


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """One snapshot of these kinds, by a client that may read and write them and nothing else."""
    tenant = company_of(tenant_id=ID)
    world = make(sandbox, tmp_path_factory.mktemp("flows") / "company", tenant=tenant)
    chosen = [CATALOG[name] for name in KINDS]
    client = tenant.add_client(*reading(chosen), *writing(chosen))
    with_remote(world)
    return kept(world, client, KINDS, keeper(tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return fresh(company, tmp_path / "own")


def claims(world: World) -> str:
    return str(find(world, LISTENERS, lambda body: body["displayName"] == "Claims of HR")["id"])


def customers(world: World) -> str:
    return str(find(world, FLOWS, lambda body: bool(body["onAttributeCollection"]))["id"])


def test_what_a_flow_manages_is_no_file(world: World) -> None:
    held = world.tenant.objects[LISTENERS].values()
    files = [path for path in world.files() if path.startswith(LISTENERS)]
    assert len(files) == sum(not body["authenticationEventsFlowId"] for body in held) < len(held)


@pytest.mark.slow
def test_what_was_changed_comes_back(world: World) -> None:
    tenant, before = world.tenant, world.files()
    listener, flow = claims(world), customers(world)
    (first, *_) = apps = tenant.children[f"{LISTENERS}/{APPS}"][listener]
    del apps[first]
    tenant.objects[LISTENERS][listener]["handler"]["configuration"] = {
        "behaviorOnError": None, "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 500}
    }  # fmt: skip
    (own,) = tenant.children[f"{FLOWS}/{APPS}"][flow]
    other = find(world, FLOWS, lambda body: body["id"] != flow)["id"]
    # The application belongs to another flow now, and only one can have it.
    tenant.children[f"{FLOWS}/{APPS}"][other] = {own: tenant.children[f"{FLOWS}/{APPS}"][flow].pop(own)}
    tenant.links[PROVIDERS][flow] = ["MSASignup-OAUTH"]
    view = tenant.objects[FLOWS][flow]["onAttributeCollection"]["attributeCollectionPage"]["views"][0]
    view["inputs"] = view["inputs"][:1]
    tenant.objects[FLOWS][other]["onInteractiveAuthFlowStart"]["isSignUpAllowed"] = False
    assert world.run("apply", "--yes").code == 5  # tier 0
    settle(world, *ALLOW)
    assert world.files() == before
    assert [*tenant.children[f"{FLOWS}/{APPS}"][flow]] == [own]


@pytest.mark.slow
def test_what_is_gone_is_made_anew(world: World) -> None:
    tenant = world.tenant
    listener, flow = claims(world), customers(world)
    apps = {kind: {*tenant.children[f"{kind}/{APPS}"].pop(own)} for kind, own in ((LISTENERS, listener), (FLOWS, flow))}
    providers = {*tenant.links[PROVIDERS].pop(flow)}
    listeners(tenant, tenant.objects[FLOWS][flow], new=False)
    for kind, own in ((LISTENERS, listener), (FLOWS, flow)):
        tenant.bury(kind, own)
        tenant.touch(kind, own, "deleted")
    settle(world, *ALLOW)
    new = customers(world)
    assert new != flow
    assert {*tenant.links[PROVIDERS][new]} == providers
    assert {*tenant.children[f"{LISTENERS}/{APPS}"][claims(world)]} == apps[LISTENERS]
    assert {*tenant.children[f"{FLOWS}/{APPS}"][new]} == apps[FLOWS]
    assert any(body["authenticationEventsFlowId"] == new for body in tenant.objects[LISTENERS].values())


@pytest.mark.slow
def test_a_provider_that_cannot_come_back_takes_no_flow_with_it(world: World) -> None:
    """Its secret is lost, so it is a line of the ledger, and the flow is made anew with those that are there."""
    tenant, flow, good = world.tenant, customers(world), world.git("rev-parse", "HEAD")
    (google,) = (own for own in tenant.links[PROVIDERS][flow] if own.startswith("Google"))
    left = {*tenant.links[PROVIDERS].pop(flow)} - {google}
    tenant.children[f"{FLOWS}/{APPS}"].pop(flow)
    listeners(tenant, tenant.objects[FLOWS][flow], new=False)
    for kind, own in ((FLOWS, flow), ("identity/identityProviders", google)):
        tenant.bury(kind, own)
        tenant.touch(kind, own, "deleted")
    done = world.run("apply", "--yes", *ALLOW)
    assert done.code == 0, done.out + done.err
    assert {*tenant.links[PROVIDERS][customers(world)]} == left
    second = world.run("plan", good, "--exit-code", "--format", "json")
    lines = {
        (entry["address"].rpartition("/")[0], entry["property"].split("/")[0])
        for entry in json.loads(second.out)["ledger"]
    }
    assert (second.code, lines) == (0, {("identity/identityProviders", ""), (FLOWS, "identityProviders")})


USER_FLOWS = "identity/b2xUserFlows"


def test_what_only_writers_see_is_read_where_it_is_named(world: World) -> None:
    """Off unless named, with the permission that it takes and without what is secret."""
    tenant, before = world.tenant, world.files()
    asked = sorted(ASKED - OPTIONS)
    assert not [path for path in before if path.startswith(tuple(asked))]
    settings = world.place / "entragit.yaml"
    assert "ReadWrite" not in world.run("permissions").out.partition("To write")[0]
    options = ("userFlowIdentityProviders", "apiConnectorConfiguration")
    named = "".join(f"\n    - {name}" for name in (*asked, *(f"{USER_FLOWS}/{option}" for option in options)))
    settings.write_text(replaced(settings.read_text(), "\n  include:", f"\n  also:{named}\n  include:"))
    world.git("commit", "-q", "-am", "Read them, too")
    world.git("push", "-q", "origin", "HEAD")
    needed = world.run("permissions").out.partition("To write")[0]
    words = {"IdentityUserFlow.ReadWrite.All", *(word for kind in asked for word in CATALOG[kind].read)}
    assert words <= {*needed.split()}
    gaps = world.run("export")
    assert (gaps.code, all(kind in gaps.err for kind in (*asked, *options))) == (4, True)
    world.client.permissions.update(words)
    assert world.run("export").code == 0
    found = bodies(world.files())
    links = tenant.links[f"{USER_FLOWS}/userFlowIdentityProviders"]
    assert {own: found[USER_FLOWS, own].get("userFlowIdentityProviders") for own in links} == links
    calls = tenant.children[f"{USER_FLOWS}/apiConnectorConfiguration"]
    called = {own: child[own]["postFederationSignup"] for own, child in calls.items()}
    said = {own: found[USER_FLOWS, own].get("apiConnectorConfiguration") for own in calls}
    assert said == {own: {"postFederationSignup": {"id": one["id"]}} if one else None for own, one in called.items()}
    assert len({str(one) for one in said.values()}) == 2, "one calls, one doesn't"
    for kind in asked:
        for own, body in tenant.objects[kind].items():
            assert found[kind, own]["displayName"] == body["displayName"]
    (approve,) = (body for body in found.values() if body.get("displayName") == "Approve")
    assert (approve["targetUrl"].partition("?")[2], approve["authenticationConfiguration"]) == (
        "***", {"@odata.type": "#microsoft.graph.basicAuthentication", "username": "entra"}
    )  # fmt: skip
