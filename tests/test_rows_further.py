"""Federation, certificate authorities, expiry of groups: exported, changed, put back, with the least privilege."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from applying import find, keeper, second_plan
from small_world import SPEED, bodies
from worlds import World, copied, make

from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import removal
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
AUTHORITIES, CHAINS = f"{PKIS}/certificateAuthorities", "organization/certificateBasedAuthConfiguration"
FEDERATION = "domains/federationConfiguration"
POLICIES, LINKS, SETTINGS = "groupLifecyclePolicies", "groups/groupLifecyclePolicies", "groups/settings"
KINDS = ("users", "groups", POLICIES, "domains", "organization", PKIS)
ID = "33333333-3333-4333-8333-333333333333"
EVIL = b64encode(b"evil").decode()


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds alone, exported once with the least that they need."""
    world = make(sandbox, tmp_path_factory.mktemp("further") / "company", tenant=company_of(tenant_id=ID))
    kinds = [CATALOG[kind] for kind in KINDS]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    include = "".join(f"\n    - {kind}" for kind in KINDS)
    text = f"tenant: {ID}\nkinds:\n  include:{include}\nguards:\n  break_glass: [{keeper(world.tenant)}]\n"
    (world.place / "entragit.yaml").write_text(text)
    world.git("commit", "-q", "-am", "Keep a few kinds")
    world = replace(world, client=client, extra={"ENTRAGIT_SPEED": SPEED})
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    return world


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    own = copied(company, tmp_path / "company")
    own.extra |= company.extra
    return own


def put_back(world: World, *more: str) -> None:
    done = world.run("apply", "--yes", "--allow", "tier-0", *more)
    assert done.code == 0, done.out + done.err
    again = second_plan(world)
    assert again.code == 0, again.out


def test_a_domain_is_federated_as_before(world: World) -> None:
    domain = find(world, "domains", lambda body: body["authenticationType"] == "Federated")
    held = world.tenant.children[FEDERATION][domain["id"]]
    (mine,) = held.values()
    before = dict(mine)
    mine |= {"issuerUri": "http://evil/trust", "signingCertificate": EVIL}
    assert "federationConfiguration" in world.run("plan").out
    put_back(world)
    assert mine == before  # changed, and never gone meanwhile


@pytest.mark.nightly
def test_a_domain_that_somebody_took_out_of_the_federation_is_in_it_again(world: World) -> None:
    domain = find(world, "domains", lambda body: body["authenticationType"] == "Federated")
    held = world.tenant.children[FEDERATION][domain["id"]]
    (before,) = (dict(body) for body in held.values())
    held.clear()
    domain["authenticationType"] = "Managed"
    put_back(world)
    assert domain["authenticationType"] == "Federated"
    assert {**next(iter(held.values())), "id": before["id"]}.items() >= (
        before | {"signingCertificateUpdateStatus": None}
    ).items()


def test_a_domain_that_somebody_federated_is_managed_again(world: World) -> None:
    domain = find(world, "domains", lambda body: body["isVerified"] and body["authenticationType"] == "Managed")
    domain["authenticationType"] = "Federated"
    world.tenant.children[FEDERATION][domain["id"]] = {"x": {"id": "x", "issuerUri": "http://evil"}}
    refused = world.run("apply", "--yes")
    assert refused.code == 5
    assert "tier-0" in refused.out + refused.err
    put_back(world)
    assert domain["authenticationType"] == "Managed"


def test_only_the_known_authorities_are_trusted_again(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    held = world.tenant.children[AUTHORITIES][pki["id"]]
    before = {item["thumbprint"]: item for item in held.values()}
    gone = next(iter(held))
    held["evil"] = held.pop(gone) | {"id": "evil", "thumbprint": "00", "certificate": EVIL}
    (chain,) = world.tenant.children[CHAINS][ID].values()
    chain["certificateAuthorities"][0]["certificate"] = EVIL
    put_back(world)
    assert {item["thumbprint"] for item in held.values()} == before.keys()
    (chain,) = world.tenant.children[CHAINS][ID].values()
    assert EVIL not in {item["certificate"] for item in chain["certificateAuthorities"]}


def test_a_deleted_pki_is_restored(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    removal.remove(world.tenant, PKIS, pki["id"], soft=True)
    put_back(world)
    assert pki["id"] in world.tenant.objects[PKIS]


@pytest.mark.nightly
def test_a_pki_gone_for_good_is_made_anew(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    removal.remove(world.tenant, PKIS, pki["id"], soft=False)
    put_back(world)
    new = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    assert len(world.tenant.children[AUTHORITIES][new["id"]]) == 2


@pytest.mark.nightly
def test_an_authority_that_git_has_is_trusted(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] != "Smart cards")
    path = next(path for path, text in world.files().items() if path.startswith(PKIS) and pki["id"] in text)
    more = f"certificateAuthorities:\n  - certificate: {EVIL}\n"
    (world.place / path).write_text(more + (world.place / path).read_text())
    world.git("commit", "-q", "-am", "Trust one more")
    put_back(world)
    (made,) = world.tenant.children[AUTHORITIES][pki["id"]].values()
    assert made["certificate"] == EVIL


def test_without_its_permission_federation_is_a_gap(world: World) -> None:
    world.client.permissions.discard("Domain-InternalFederation.Read.All")
    done = world.run("export")
    assert done.code == 4
    assert "domains: federationConfiguration" in done.err
    assert "federationConfiguration" in next(body for key, body in bodies(world.files()).items() if "fed." in key[1])


def test_the_groups_that_expire_and_their_settings_come_back(world: World) -> None:
    group = find(world, "groups", lambda body: body["displayName"] == "Town Square")
    (policy,) = world.tenant.objects[POLICIES].values()
    (setting,) = world.tenant.children[SETTINGS][group["id"]].values()
    policy["managedGroupTypes"] = "All"
    world.tenant.links[LINKS].clear()
    setting["values"] = [{"name": "AllowToAddGuests", "value": "true"}]
    put_back(world, "--enable", POLICIES)
    assert policy["managedGroupTypes"] == "Selected"
    assert world.tenant.links[LINKS] == {group["id"]: [policy["id"]]}
    assert setting["values"] == [{"name": "AllowToAddGuests", "value": "false"}]


@pytest.mark.nightly
def test_a_policy_that_is_made_anew_takes_its_groups_again(world: World) -> None:
    group = find(world, "groups", lambda body: body["displayName"] == "Town Square")
    (old,) = world.tenant.objects[POLICIES]
    del world.tenant.objects[POLICIES][old]
    world.tenant.links[LINKS].clear()
    world.tenant.children[SETTINGS].clear()
    put_back(world, "--enable", POLICIES)
    (new,) = world.tenant.objects[POLICIES]
    assert world.tenant.links[LINKS] == {group["id"]: [new]}
    assert len(world.tenant.children[SETTINGS][group["id"]]) == 1


def test_a_group_that_somebody_let_expire_lasts_again(world: World) -> None:
    other = find(
        world, "groups", lambda body: body["groupTypes"] == ["Unified"] and body["displayName"] != "Town Square"
    )
    (policy,) = world.tenant.objects[POLICIES]
    world.tenant.links[LINKS][other["id"]] = [policy]
    put_back(world)
    assert world.tenant.links[LINKS][other["id"]] == []
