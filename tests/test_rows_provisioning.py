"""Synchronization jobs, there and back, with no more permissions than they need; none starts unasked."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from applying import kept, settle
from worlds import World, copied, make

from entragit.canonical import canonical_json
from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import removal
from entragit.sandbox.generate import company as company_of
from entragit.sandbox.provisioning import JOBS, running, schema
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object, Tenant

PRINCIPALS = "servicePrincipals"
KINDS = ("applications", "groups", PRINCIPALS, JOBS)
ID = "44444444-4444-4444-8444-444444444444"
UNREAD = [f"--allow={word}" for word in ("own-identity", "break-glass", "lock-out")]  # users aren't read
SERVED = ("schedule", "schema", "synchronizationJobSettings", "templateId")


def thinned(tenant: Tenant) -> Tenant:
    """A company with the applications that have jobs, and one that has none."""
    owners = {job["servicePrincipalId"] for job in tenant.objects[JOBS].values()}
    principals = tenant.objects[PRINCIPALS]
    other = next(own for own, body in principals.items() if own not in owners and body["tags"])
    named = {name for job in tenant.objects[JOBS].values() for rule in job["schema"]["synchronizationRules"]
             for name in (rule["groupFilter"] or {}).get("includedGroups", ())}  # fmt: skip
    tenant.objects[PRINCIPALS] = {own: principals[own] for own in (*owners, other)}
    app_ids = {body["appId"] for body in tenant.objects[PRINCIPALS].values()}
    apps = tenant.objects["applications"].items()
    tenant.objects["applications"] = {own: body for own, body in apps if body["appId"] in app_ids}
    tenant.objects["groups"] = {own: tenant.objects["groups"][own] for own in named}
    for path in ("users", "appRoleAssignments", "oauth2PermissionGrants"):
        tenant.objects[path] = {}
    tenant.children, tenant.links = {}, {}
    tenant.options.quotas = False
    return tenant


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    tenant = thinned(company_of(users=50, seed=1, tenant_id=ID))
    world = make(sandbox, tmp_path_factory.mktemp("provisioning") / "company", tenant=tenant)
    kinds = [CATALOG[kind] for kind in KINDS]
    return kept(world, tenant.add_client(*reading(kinds), *writing(kinds)), KINDS)


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def jobs(world: World) -> dict[str, Object]:
    """Template → what its job is, less what Graph makes anew."""
    found = {}
    for job in copy.deepcopy(world.tenant.objects[JOBS]).values():
        held = {name: job.get(name) for name in SERVED}
        held["schema"] |= {"id": None, "version": None}
        for item in held["schema"]["directories"]:
            item |= {"id": None, "version": None, "discoveryDateTime": None}
        found[job["templateId"]] = sorted_lists(held)
    return found


def sorted_lists(value: Any) -> Any:
    """The value with its lists in one order: which of two mappings is said first means nothing."""
    if isinstance(value, dict):
        return {name: sorted_lists(item) for name, item in value.items()}
    return sorted(map(sorted_lists, value), key=canonical_json) if isinstance(value, list) else value


def of(world: World, template: str) -> Object:
    return next(job for job in world.tenant.objects[JOBS].values() if job["templateId"] == template)


def started(world: World, base: str) -> None:
    """Apply the first snapshot once more, and let its jobs run."""
    done = world.run("apply", base, "--yes", "--enable", JOBS, "--allow", "limits")
    assert done.code == 0, done.out + done.err


@pytest.mark.nightly
def test_what_was_changed_is_changed_back(world: World) -> None:
    before, files, base = jobs(world), world.files(), world.git("rev-parse", "entragit/tenant")
    running_job, paused = of(world, "customappsso"), of(world, "scim")
    running_job |= running("Paused") | {"synchronizationJobSettings": []}
    running_job["schema"] = schema("x")
    paused |= running("Active")
    done = settle(world)
    assert jobs(world)["customappsso"] == before["customappsso"] | {"schedule": running("Paused")["schedule"]}
    assert jobs(world)["scim"] == before["scim"] | {"schedule": running("Paused")["schedule"]}
    assert f"--enable {JOBS}" in " ".join(done.out.split())
    started(world, base)
    assert jobs(world)["customappsso"] == before["customappsso"]
    assert {path: text for path, text in world.files().items() if text != files[path]} == {}


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["jobs", pytest.param("owners", marks=pytest.mark.nightly)])
def test_what_was_deleted_is_made_anew_and_stays_paused(world: World, gone: str) -> None:
    """Of service principals that are gone for good, too: the jobs follow them to their new ids."""
    before, base = jobs(world), world.git("rev-parse", "entragit/tenant")
    for job in list(world.tenant.objects[JOBS].values()):
        if gone == "jobs":
            world.tenant.bury(JOBS, job["id"])
        else:
            removal.remove(world.tenant, PRINCIPALS, job["servicePrincipalId"], soft=False)
    assert not world.tenant.objects[JOBS]
    done = settle(world, "--allow", "limits")
    said = " ".join(done.out.split())
    assert (f"--enable {JOBS}" in said, "Graph never shows the address and the secrets" in said) == (True, True)
    after = jobs(world)
    assert {job["schedule"]["state"] for job in after.values()} == {"Disabled"}
    assert {key: {**job, "schedule": None} for key, job in after.items()} == {
        key: {**job, "schedule": None} for key, job in before.items()
    }
    assert {job["servicePrincipalId"] for job in world.tenant.objects[JOBS].values()} <= world.tenant.objects[
        PRINCIPALS
    ].keys()
    if gone == "owners":
        started(world, base)
        assert of(world, "customappsso")["schedule"]["state"] == "Active"


@pytest.mark.nightly
def test_no_job_that_git_lacks_is_touched_but_where_it_is_pruned(world: World) -> None:
    other = next(own for own in world.tenant.objects[PRINCIPALS]
                 if own not in {job["servicePrincipalId"] for job in world.tenant.objects[JOBS].values()})  # fmt: skip
    extra = copy.deepcopy(of(world, "scim")) | {"id": f"{other}/evil.x.1", "templateId": "evil",
                                               "servicePrincipalId": other}  # fmt: skip
    world.tenant.objects[JOBS][extra["id"]] = extra
    before = world.git("rev-parse", "entragit/tenant")
    assert world.run("export").code == 0
    assert any("evil" in path for path in world.changed())
    done = world.run("apply", before, "--yes")
    assert (done.code, extra["id"] in world.tenant.objects[JOBS]) == (0, True), done.out
    done = world.run("apply", before, "--yes", "--prune", JOBS, *UNREAD)
    assert (done.code, extra["id"] in world.tenant.objects[JOBS]) == (0, False), done.out
