"""What a signed-in person alone sees: an application leaves it as it was, a person exports it and puts it back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from applying import keeper, kept, settled, writes
from people import administrator, readers
from small_world import small
from worlds import World, copied, make

from entragit.permissions import reading
from entragit.resources.catalog import CATALOG
from entragit.sandbox import role_rules
from entragit.sandbox.access import GLOBAL_READER
from entragit.sandbox.portal import give_role
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant

ID = "22222222-2222-4222-8222-222222222222"
OWNERLESS = "policies/ownerlessGroupPolicy"
ROLLOUTS, SYNCHRONIZATION = "policies/featureRolloutPolicies", "directory/onPremisesSynchronization"
DELEGATED = tuple(name for name, kind in CATALOG.items() if kind.delegated)
# What applications read, and people alone write.
WRITTEN = tuple(name for name, kind in CATALOG.items() if kind.writes.signed_in)
KINDS = (*DELEGATED, *WRITTEN)
# What the guards judge by, and what the kinds above name.
BESIDE = ("users", "groups", "applications", "servicePrincipals", "identity/conditionalAccess/policies",
          "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments")  # fmt: skip
ALLOW = ("--allow", "tier-0")
PROFILES = "identity/verifiedId/profiles"
TERMS, ACCESS = "identityGovernance/termsOfUse/agreements", "identity/conditionalAccess/policies"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small company of these kinds alone, exported once by a person with the least scopes that read them."""
    tenant = small(ID)
    world = make(sandbox, tmp_path_factory.mktemp("delegated") / "company", tenant=tenant)
    tenant.options.page_size = None
    groups = [key for key, body in tenant.objects["groups"].items() if not body["membershipRule"]][:2]
    tenant.links[f"{ROLLOUTS}/appliesTo"] = {next(
        key for key, body in tenant.objects[ROLLOUTS].items() if body["isEnabled"]): groups}  # fmt: skip
    person = administrator(tenant)
    kinds = [CATALOG[name] for name in (*KINDS, *BESIDE)]
    world = kept(world, tenant.add_client(*reading(kinds)), (*KINDS, *BESIDE), keeper(tenant))
    scopes = {scope for name in DELEGATED for scope in CATALOG[name].delegated}
    tenant.add_sign_in(person, *readers(kinds), *scopes)
    done = world.by_person("export")
    assert (done.code, done.err.count("NOT READ")) == (0, 0), done
    return world


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def files(world: World, kind: str, ref: str = "entragit/tenant") -> dict[str, str]:
    return {path: text for path, text in world.files(ref).items() if path.startswith(kind)}


@pytest.mark.parametrize("kind", DELEGATED)
def test_an_application_leaves_what_a_person_has_read(kind: str, company: World) -> None:
    first, last = company.snapshots()[-1], company.snapshots()[0]
    assert not files(company, kind, first), "an application saw none of it"
    assert "read by a signed-in person alone" in company.files(first)["snapshot.yaml"]
    assert files(company, kind, last)
    assert "signed-in" not in company.files(last)["snapshot.yaml"]


def test_an_application_s_night_is_no_failure_and_changes_nothing_of_it(world: World) -> None:
    before = {kind: files(world, kind) for kind in DELEGATED}
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert {kind: files(world, kind) for kind in DELEGATED} == before
    assert not [row for row in world.tenant.requests if row[2] == 403]


def test_what_mails_comes_back_if_somebody_asks_for_it(world: World) -> None:
    before = world.tenant.singletons.pop(OWNERLESS)
    assert "mails members of groups that have no owner" in settled(world.by_person).out
    assert OWNERLESS not in world.tenant.singletons
    settled(world.by_person, "--enable", OWNERLESS)
    assert world.tenant.singletons[OWNERLESS] == before


def test_a_policy_that_was_never_set_up_is_off(world: World) -> None:
    del world.tenant.singletons[OWNERLESS]
    assert world.by_person("export").code == 0
    assert files(world, OWNERLESS)[f"{OWNERLESS}.yaml"].splitlines()[-1] == "isEnabled: false"
    world.tenant.singletons[OWNERLESS] = {"isEnabled": False, "maxMembersToNotify": 0, "enabledGroupIds": []}
    again = world.by_person("export")
    assert (again.code, "unchanged" in again.out) == (0, True), again


def test_rollouts_come_back(world: World) -> None:
    """One is taken away with its groups, and one goes on."""
    held = world.tenant.objects[ROLLOUTS]
    links = world.tenant.links[f"{ROLLOUTS}/appliesTo"]
    (lost,) = links
    (other,) = held.keys() - {lost}
    before, groups = dict(held.pop(lost)), links.pop(lost)
    held[other]["isEnabled"] = True
    settled(world.by_person, *ALLOW)
    (made,) = held.keys() - {other}
    assert held[made] == before | {"id": made}
    assert (set(links[made]), held[other]["isEnabled"]) == (set(groups), False)


def test_what_was_changed_comes_back_and_synchronization_takes_nobody_over_again(world: World) -> None:
    """To put a block back, or a policy of groups without owners, needs no leave; to take a block away does."""
    (held,), ownerless = world.tenant.objects[SYNCHRONIZATION].values(), world.tenant.singletons[OWNERLESS]
    before = copy.deepcopy((held, ownerless))
    ownerless |= {"maxMembersToNotify": 1, "enabledGroupIds": []}
    held["features"] |= {"blockSoftMatchEnabled": False, "softMatchOnUpnEnabled": True}
    held["configuration"]["accidentalDeletionPrevention"]["synchronizationPreventionType"] = "disabled"
    settled(world.by_person)
    assert (held, ownerless) == before
    held["features"]["softMatchOnUpnEnabled"] = True
    assert world.by_person("export").code == 0
    held["features"]["softMatchOnUpnEnabled"] = False
    refused = world.by_person("apply", "--yes")
    assert (refused.code, "switches softMatchOnUpnEnabled on" in refused.err) == (5, True), refused


def test_terms_come_back_but_for_their_documents(world: World) -> None:
    """What was changed of them does; those that are gone need a person, and so does a policy that asks for them."""
    tenant = world.tenant
    held, policies = tenant.objects[TERMS], tenant.objects[ACCESS]
    (asking,) = (own for own, body in policies.items() if (body["grantControls"] or {}).get("termsOfUse"))
    (terms,) = policies[asking]["grantControls"]["termsOfUse"]
    before = copy.deepcopy(held)
    held[terms] |= {"displayName": "Anybody", "isViewingBeforeAcceptanceRequired": False}
    settled(world.by_person)
    assert held == before
    tenant.bury(TERMS, terms)
    del tenant.children[f"{TERMS}/localizations"][terms]
    tenant.bury(ACCESS, asking)
    done = settled(world.by_person, *ALLOW)
    assert "Graph makes no terms of use without their documents" in done.out
    assert (terms in held, [body for body in policies.values() if body["displayName"].startswith("CA301")]) == (
        False,
        [],
    )


def rule(tenant: Tenant, path: str) -> Object:
    """How long whoever activates something has it."""
    rules = next(
        rules for rules in tenant.children[f"{path}/rules"].values() if "Expiration_EndUser_Assignment" in rules
    )
    return rules["Expiration_EndUser_Assignment"]


EDITS: dict[str, tuple[Callable[[Tenant], Object], Object]] = {
    path: (partial(rule, path=path), {"isExpirationRequired": False, "maximumDuration": "P1D"})
    for path in (role_rules.POLICIES, role_rules.OF_GROUPS[0])
} | {
    PROFILES: (lambda tenant: next(body for body in tenant.objects[PROFILES].values()), {"description": "Changed"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_applications_read_comes_back_by_a_person_with_the_least_scopes(kind: str, world: World) -> None:
    """The application says so, and writes none of it; to ask for more again the person needs no leave."""
    tenant, (where, said) = world.tenant, EDITS[kind]
    held = where(tenant)
    before = {name: held[name] for name in said}
    held |= said
    done = world.run("apply", "--yes")
    assert (done.code, "Graph lets no application write it" in done.out, writes(world)) == (0, True, []), done
    kinds = [CATALOG[name] for name in (*KINDS, *BESIDE)]
    tenant.add_sign_in(administrator(tenant), *readers(kinds), *CATALOG[kind].writes.signed_in)
    settled(world.by_person, *(ALLOW if kind == PROFILES else ()))  # who recovers an account may be anybody
    assert {name: where(tenant)[name] for name in said} == before
    assert {row[0] for row in writes(world)} == {"PATCH"}


def test_a_person_asks_for_less_only_by_leave(world: World) -> None:
    """Neither of a role nor of a group."""
    tenant = world.tenant
    for path in (role_rules.POLICIES, role_rules.OF_GROUPS[0]):
        rule(tenant, path)["maximumDuration"] = "PT30M"
    assert world.by_person("export").code == 0
    for path in (role_rules.POLICIES, role_rules.OF_GROUPS[0]):
        rule(tenant, path)["maximumDuration"] = "PT5M"
    refused = world.by_person("apply", "--yes")
    assert (refused.code, refused.err.count("asks for less (Expiration_EndUser_Assignment)")) == (5, 2), refused


def test_an_application_writes_none_of_it_and_says_so(world: World, tmp_path: Path) -> None:
    """Neither of its own accord, nor a person's plan."""
    world.tenant.singletons[OWNERLESS]["maxMembersToNotify"] = 1
    world.by_person("plan", "--out", str(tmp_path / "plan.json"))
    done = world.run("apply", "--yes")
    assert (done.code, "nothing to do" in done.out) == (0, True), done
    assert f"{', '.join(sorted(DELEGATED))}: read by a signed-in person alone" in " ".join(done.out.split())
    done = world.run("apply", "--plan", str(tmp_path / "plan.json"), "--yes")
    assert (done.code, "can't be read" in done.err) == (5, True), done
    assert writes(world) == []


@pytest.mark.parametrize("kind", [name for name in DELEGATED if CATALOG[name].reader])
def test_what_a_reader_may_not_see_is_a_gap_that_keeps_what_was(kind: str, world: World) -> None:
    """Global Readers see neither (documented with each)."""
    roles = world.tenant.objects["roleManagement/directory/roleAssignments"].values()
    holders = {row["principalId"] for row in roles}
    person = next(key for key in world.tenant.objects["users"] if key not in holders)
    give_role(world.tenant, person, GLOBAL_READER)
    world.tenant.add_sign_in(person, *readers([CATALOG[name] for name in (*KINDS, *BESIDE)]))
    before = files(world, kind)
    done = world.by_person("export")
    assert (done.code, kind in done.err) == (4, True), done
    assert files(world, kind) == before
