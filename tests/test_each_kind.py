"""Kind by kind: one resource is changed, one deleted, one gone for good; what is printed as needed brings them back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from applying import kept
from chaos import UNITS, Night, is_ours, night, over
from chaos_checks import differences
from small_world import bodies
from test_permissions import printed
from worlds import World, copied, make
from writing import creation, update

from entragit.guards import WORDS
from entragit.model import Body, Coverage
from entragit.permissions import reading, writing
from entragit.planfile import from_json
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Object, Tenant
from entragit.sandbox.writes.roles import PRIVILEGED_AUTHENTICATION
from entragit.shapes import WriteContext, writable

ID = "66666666-6666-4666-8666-666666666666"
ALLOWED = [part for word in WORDS for part in ("--allow", word)]
TEXTS = ("description", "displayName", "jobTitle", "notes")
MEANT = re.compile(r"[0-9a-fA-F]{8}-|\d{4}-\d\d-\d\d|P\d|P?T\d|#microsoft|/")
"""Ids, times and addresses inside the tenant, which can't be just anything."""
OURS = [name for name, kind in CATALOG.items() if kind.write and not kind.delegated and not kind.writes.signed_in]
"""The kinds that an application writes."""
FIXED = {"groupSettings", *(f"roleManagement/{of}/roleAssignments" for of in ("directory", "entitlementManagement")),
         *(name for name in OURS if CATALOG[name].shape == "request")}  # fmt: skip
"""Of which nothing is changed here: settings are people's words; what is given changes by requests (test_rows_*)."""
STAYING = {"devices", "domains", "policies/authenticationStrengthPolicies", "roleManagement/directory/roleDefinitions",
           "identity/identityProviders", "directory/attributeSets", "directory/customSecurityAttributeDefinitions",
           "organization/branding/localizations", "identityGovernance/accessReviews/definitions",
           "identityGovernance/entitlementManagement/catalogs/customWorkflowExtensions",
           "identityGovernance/lifecycleWorkflows/customTaskExtensions", "identity/customAuthenticationExtensions",
           "servicePrincipals/synchronization/jobs"}  # fmt: skip
"""Which nobody makes again, or which somebody needs in this company: see test_rows_* and test_states_live."""


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of every kind with one snapshot, and a client that may do everything."""
    tenant = company_of(tenant_id=ID)
    world = make(sandbox, tmp_path_factory.mktemp("each") / "company", tenant=tenant)
    tenant.options.quotas = False
    for unit in tenant.objects[UNITS].values():  # which no application without a role in them may touch
        unit["isMemberManagementRestricted"] = False
    for kind in ("users", "groups", "devices"):
        for item in tenant.objects[kind].values():
            item["isManagementRestricted"] = None
    client = tenant.add_client(*{*reading(), *writing()})
    portal.give_role(tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    return kept(world, client, (), glass(tenant))


def glass(tenant: Tenant) -> str:
    return next(own for own, body in tenant.objects["users"].items() if "breakglass1" in body["userPrincipalName"])


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def context(tenant: Tenant) -> WriteContext:
    everything = frozenset(CATALOG)
    kinds = {own: kind for kind in ("applications", "servicePrincipals") for own in tenant.objects[kind]}
    covered, now = Coverage(everything), datetime.now(UTC)
    return WriteContext(tenant.id, application=True, coverage=covered, kinds=kinds, now=now)


def other_values(body: Mapping[str, Any], names: Iterable[str] = TEXTS) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Places in a body, words for people first, and another value for each."""
    yield from (((name,), f"{body[name]} evil") for name in names if isinstance(body.get(name), str))
    yield from (((name,), not value) for name, value in body.items() if isinstance(value, bool))
    for name, value in body.items():
        if isinstance(value, dict):
            yield from (((name, *place), other) for place, other in other_values(value, ()))
    yield from (((name,), value[1:]) for name, value in body.items() if isinstance(value, list) and value)
    yield from (((name,), value + 1) for name, value in body.items() if type(value) is int)
    words = ((name, value) for name, value in body.items() if isinstance(value, str) and not MEANT.match(value))
    words = ((name, value) for name, value in words if not name.lower().endswith("type"))
    yield from (((name,), f"{value} evil") for name, value in words)


def put(body: Mapping[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    name, *rest = place
    return {**body, name: put(body[name], tuple(rest), value) if rest else value}


def at(raw: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw


def edit(kind: ResourceType, raw: Object, body: Body, tenant: Tenant) -> bool:
    """Change one value of a resource that Graph would change back; whether there is one."""
    for place, other in other_values(body):
        value = at(body, place)
        taken = writable(kind, update(kind.kind, put(body, place, other), body), context(tenant))
        if at(raw, place) == value and taken and at(taken.desired, place) == value:
            raw.update(put(raw, place, other))
            return True
    return False


def take(one: Night, kind: ResourceType, body: Body) -> bool:
    """Delete a resource if it can be made again; whether it went."""
    if not writable(kind, creation(kind.kind, body), context(one.tenant)):
        return False
    if kind.shape == "request":
        return one.tenant.objects[kind.kind].pop(body["id"], None) is not None
    return one.writer.reply("DELETE", f"{kind.path}/{body['id']}").status == 204


def changed(one: Night, kind: ResourceType, found: Iterable[Body]) -> int:
    """Change one resource; how many have changed."""
    if kind.kind in FIXED:
        return 0
    held = one.tenant.objects.get(kind.kind, {})
    raws = ((held[body["id"]] if held else one.tenant.singletons[kind.path], body) for body in found)
    return int(any(edit(kind, raw, body, one.tenant) for raw, body in raws))


def deleted(one: Night, kind: ResourceType, found: Iterable[Body]) -> int:
    """Delete two resources, the second for good; how many went."""
    gone: list[str] = []
    for body in found:
        if len(gone) < 2 and take(one, kind, body):
            gone.append(str(body["id"]))
    for own in gone[1:]:
        one.tenant.deleted.get(kind.kind, {}).pop(own, None)
    return len(gone)


def undone(world: World, least: Client, file: Path, before: Mapping[str, str]) -> None:
    """A plan, what it is said to need, and its apply by a client that may do no more."""
    done = world.run("plan", "--out", str(file), *ALLOWED)
    assert done.code == 0, done.err
    wanted = printed(world, "--plan", str(file))["write"]["permissions"]
    least.permissions.clear()
    least.permissions.update(printed(world)["read"]["permissions"], wanted)
    done = replace(world, client=least).run("apply", "--plan", str(file))
    assert (done.code, done.err) == (0, ""), done.out[-3000:]
    second = world.run("plan", "--exit-code", "--format", "json")
    assert second.code == 0, second.out
    assert world.run("export").code == 0
    assert differences(world, before, from_json(second.out)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", OURS)
def test_each_comes_back_with_no_more_than_is_printed(name: str, world: World, tmp_path: Path) -> None:
    kind, done = CATALOG[name], []
    least = world.tenant.add_client()
    portal.give_role(world.tenant, least.principal, PRIVILEGED_AUTHENTICATION)
    assert world.run("export").code == 0
    world.git("checkout", "-q", world.git("rev-parse", "main"))
    before = world.files()
    for deed in (changed, deleted):
        one = night(world.tenant, 1)
        held = {own: body for (of, own), body in bodies(world.files()).items() if of == name}
        found = [
            body for own, body in sorted(held.items()) if own != glass(one.tenant) and not is_ours(one.tenant, body)
        ]
        done.append(deed(one, kind, found))
        over(one)
        world.sandbox.add(world.tenant)
        if done[-1]:
            undone(world, least, tmp_path / "plan.json", before)
    assert (done[0] > 0) is (name not in FIXED)
    assert (done[1] > 0) is (name not in STAYING and kind.shape != "singleton")
