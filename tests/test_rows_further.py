"""Federation, certificate authorities, expiry of groups: exported, changed, put back, with the least privilege."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from applying import find, keeper, kept, second_plan, settle
from small_world import bodies
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
EXTENSIONS = "identity/customAuthenticationExtensions"
KINDS = ("users", "groups", POLICIES, EXTENSIONS, "applications", "servicePrincipals", "domains", "organization", PKIS)
ID = "33333333-3333-4333-8333-333333333333"
ALLOW = ("--allow", "tier-0")
EVIL = b64encode(b"evil").decode()


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds alone, exported once with the least that they need."""
    world = make(sandbox, tmp_path_factory.mktemp("further") / "company", tenant=company_of(tenant_id=ID))
    kinds = [CATALOG[kind] for kind in KINDS]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    return kept(world, client, KINDS, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


Spoiling = Callable[[World], Callable[[], None]]
"""Changes something in the tenant, and gives what is to see once it is put back."""


def federation(world: World) -> Callable[[], None]:
    """Another authority signs people in: changed in place, and never gone meanwhile."""
    domain = find(world, "domains", lambda body: body["authenticationType"] == "Federated")
    (mine,) = world.tenant.children[FEDERATION][domain["id"]].values()
    before = dict(mine)
    mine |= {"issuerUri": "http://evil/trust", "signingCertificate": EVIL}

    def seen() -> None:
        assert mine == before

    return seen


def another_federation(world: World) -> Callable[[], None]:
    domain = find(world, "domains", lambda body: body["isVerified"] and body["authenticationType"] == "Managed")
    domain["authenticationType"] = "Federated"
    world.tenant.children[FEDERATION][domain["id"]] = {"x": {"id": "x", "issuerUri": "http://evil"}}

    def seen() -> None:
        assert domain["authenticationType"] == "Managed"
        assert not world.tenant.children[FEDERATION].get(domain["id"])

    return seen


def authorities(world: World) -> Callable[[], None]:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    held = world.tenant.children[AUTHORITIES][pki["id"]]
    before = {item["thumbprint"]: item for item in held.values()}
    held["evil"] = held.pop(next(iter(held))) | {"id": "evil", "thumbprint": "00", "certificate": EVIL}
    (chain,) = world.tenant.children[CHAINS][ID].values()
    chain["certificateAuthorities"][0]["certificate"] = EVIL

    def seen() -> None:
        assert {item["thumbprint"] for item in held.values()} == before.keys()
        (chain,) = world.tenant.children[CHAINS][ID].values()
        assert EVIL not in {item["certificate"] for item in chain["certificateAuthorities"]}

    return seen


def expiry(world: World) -> Callable[[], None]:
    group = find(world, "groups", lambda body: body["displayName"] == "Town Square")
    (policy,) = world.tenant.objects[POLICIES].values()
    (setting,) = world.tenant.children[SETTINGS][group["id"]].values()
    policy["managedGroupTypes"] = "All"
    world.tenant.links[LINKS].clear()
    setting["values"] = [{"name": "AllowToAddGuests", "value": "true"}]

    def seen() -> None:
        assert policy["managedGroupTypes"] == "Selected"
        assert world.tenant.links[LINKS] == {group["id"]: [policy["id"]]}
        assert setting["values"] == [{"name": "AllowToAddGuests", "value": "false"}]

    return seen


def extension(world: World) -> Callable[[], None]:
    plain = find(world, EXTENSIONS, lambda body: "?" not in body["endpointConfiguration"]["targetUrl"])
    before = dict(plain)
    plain["endpointConfiguration"] = plain["endpointConfiguration"] | {"targetUrl": "https://evil.example"}
    plain["claimsForTokenConfiguration"] = []

    def seen() -> None:
        assert plain["endpointConfiguration"] == before["endpointConfiguration"]
        claims = {item["claimIdInApiResponse"] for item in plain["claimsForTokenConfiguration"]}
        assert claims == {"Roles", "DateOfBirth"}

    return seen


def hidden_key(world: World) -> Callable[[], None]:
    """The key in an address is never written and never sent; the rest of its extension comes back."""
    keyed = find(world, EXTENSIONS, lambda body: "code=" in body["endpointConfiguration"]["targetUrl"])
    path = next(path for path, text in world.files().items() if keyed["id"] in text)
    assert "/otp?***" in world.files()[path]
    assert not any("c2VjcmV0LWtleQ" in text for text in world.files().values())
    keyed["endpointConfiguration"] = keyed["endpointConfiguration"] | {"targetUrl": "https://evil.example"}
    keyed["description"] = "evil"

    def seen() -> None:
        assert keyed["description"] != "evil"
        assert keyed["endpointConfiguration"]["targetUrl"] == "https://evil.example"

    return seen


ALL: tuple[Spoiling, ...] = (federation, another_federation, authorities, expiry, extension, hidden_key)


@pytest.mark.slow
def test_what_was_changed_comes_back(world: World) -> None:
    checks = [spoil(world) for spoil in ALL]
    done = settle(world, *ALLOW, "--enable", POLICIES).out
    assert "Set the address with its key" in done
    for seen in checks:
        seen()


@pytest.mark.nightly
@pytest.mark.parametrize("spoil", ALL)
def test_each_comes_back_alone(world: World, spoil: Spoiling) -> None:
    seen = spoil(world)
    settle(world, *ALLOW, "--enable", POLICIES)
    seen()


@pytest.mark.nightly
def test_a_group_that_somebody_let_expire_lasts_again(world: World) -> None:
    other = find(
        world, "groups", lambda body: body["groupTypes"] == ["Unified"] and body["displayName"] != "Town Square"
    )
    (policy,) = world.tenant.objects[POLICIES]
    world.tenant.links[LINKS][other["id"]] = [policy]
    settle(world, *ALLOW)
    assert world.tenant.links[LINKS][other["id"]] == []


def test_who_signs_a_domain_in_is_asked_about(world: World) -> None:
    another_federation(world)
    refused = world.run("apply", "--yes")
    assert refused.code == 5
    assert "tier-0" in refused.out + refused.err


@pytest.mark.nightly
def test_a_domain_that_somebody_took_out_of_the_federation_is_in_it_again(world: World) -> None:
    domain = find(world, "domains", lambda body: body["authenticationType"] == "Federated")
    held = world.tenant.children[FEDERATION][domain["id"]]
    (before,) = (dict(body) for body in held.values())
    held.clear()
    domain["authenticationType"] = "Managed"
    settle(world, *ALLOW)
    assert domain["authenticationType"] == "Federated"
    assert {**next(iter(held.values())), "id": before["id"]}.items() >= (
        before | {"signingCertificateUpdateStatus": None}
    ).items()


@pytest.mark.nightly
def test_a_deleted_pki_is_restored(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    removal.remove(world.tenant, PKIS, pki["id"], soft=True)
    settle(world, *ALLOW)
    assert pki["id"] in world.tenant.objects[PKIS]


@pytest.mark.nightly
def test_a_pki_gone_for_good_is_made_anew(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    removal.remove(world.tenant, PKIS, pki["id"], soft=False)
    settle(world, *ALLOW)
    new = find(world, PKIS, lambda body: body["displayName"] == "Smart cards")
    assert len(world.tenant.children[AUTHORITIES][new["id"]]) == 2


@pytest.mark.nightly
def test_an_authority_that_git_has_is_trusted(world: World) -> None:
    pki = find(world, PKIS, lambda body: body["displayName"] != "Smart cards")
    path = next(path for path, text in world.files().items() if path.startswith(PKIS) and pki["id"] in text)
    more = f"certificateAuthorities:\n  - certificate: {EVIL}\n"
    (world.place / path).write_text(more + (world.place / path).read_text())
    world.git("commit", "-q", "-am", "Trust one more")
    settle(world, *ALLOW)
    (made,) = world.tenant.children[AUTHORITIES][pki["id"]].values()
    assert made["certificate"] == EVIL


def test_without_its_permission_federation_is_a_gap(world: World) -> None:
    world.client.permissions.discard("Domain-InternalFederation.Read.All")
    done = world.run("export")
    assert done.code == 4
    assert "domains: federationConfiguration" in done.err
    assert "federationConfiguration" in next(body for key, body in bodies(world.files()).items() if "fed." in key[1])


@pytest.mark.nightly
def test_a_policy_that_is_made_anew_takes_its_groups_again(world: World) -> None:
    group = find(world, "groups", lambda body: body["displayName"] == "Town Square")
    (old,) = world.tenant.objects[POLICIES]
    del world.tenant.objects[POLICIES][old]
    world.tenant.links[LINKS].clear()
    world.tenant.children[SETTINGS].clear()
    settle(world, *ALLOW, "--enable", POLICIES)
    (new,) = world.tenant.objects[POLICIES]
    assert world.tenant.links[LINKS] == {group["id"]: [new]}
    assert len(world.tenant.children[SETTINGS][group["id"]]) == 1


@pytest.mark.nightly
def test_an_extension_gone_for_good_is_made_anew(world: World) -> None:
    plain = find(world, EXTENSIONS, lambda body: "?" not in body["endpointConfiguration"]["targetUrl"])
    del world.tenant.objects[EXTENSIONS][plain["id"]]
    settle(world, *ALLOW)
    assert find(world, EXTENSIONS, lambda body: body["displayName"] == plain["displayName"])["id"] != plain["id"]


@pytest.mark.nightly
def test_one_whose_address_had_a_key_is_made_by_a_person(world: World) -> None:
    keyed = find(world, EXTENSIONS, lambda body: "code=" in body["endpointConfiguration"]["targetUrl"])
    del world.tenant.objects[EXTENSIONS][keyed["id"]]
    plan = second_plan(world)
    assert plan.code == 0, plan.out
    assert "Set the address with its key" in plan.out
