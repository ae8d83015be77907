"""`entragit doctor`: it names what is wrong and what to do, and writes to nobody's tenant but a disposable one."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_world import SPEED
from worlds import World, copied, git

from entragit.conformance.samples import NOT_TRIED, SAMPLES
from entragit.conformance.trial import PLACE
from entragit.git.repository import open_repository
from entragit.permissions import reading, writing
from entragit.publisher.recording import record
from entragit.resources.catalog import CATALOG
from entragit.resources.writing import barred
from entragit.sandbox import portal
from entragit.sandbox.faults import Fault
from entragit.state import Lease, State, stamp

CONDITIONAL = "identity/conditionalAccess/policies"
ONE = ("--kind", "users", "--kind", "groups")


def write(world: World, *lines: str) -> None:
    """Commit further lines of entragit.yaml."""
    path = world.place / "entragit.yaml"
    kept = [
        line for line in path.read_text().splitlines() if line.split(":")[0] not in {new.split(":")[0] for new in lines}
    ]
    path.write_text("\n".join([*kept, *lines, ""]))
    world.git("commit", "-qam", "Settings")


def lease(world: World, expiry: datetime) -> None:
    held = Lease("r", "0" * 64, "elsewhere", stamp(expiry), stamp(expiry))
    record(open_repository(world.place), lambda state: told(state, held), "Hold", datetime(2026, 3, 1, tzinfo=UTC))


def told(state: State, held: Lease) -> State:
    return replace(state, lease=held)


def published(world: World) -> None:
    """Put the repository onto a remote."""
    git(world.place.parent, "init", "-q", "--bare", "-b", "main", "remote.git")
    world.git("remote", "add", "origin", str(world.place.parent / "remote.git"))
    world.git("push", "-q", "origin", "main", "entragit/tenant", "entragit/state")
    world.git("fetch", "-q")


def narrowed(world: World) -> None:
    world.client.permissions.discard("Policy.Read.All")


def broken(world: World) -> None:
    world.tenant.faults.append(Fault("^GET devices", status=403, times=9))
    assert world.run("export").code == 4
    world.tenant.faults.clear()


# What is done to a repository that is well, what doctor says then, and whether that is wrong or advice.
CASES: Mapping[str, tuple[Callable[[World], object], str, str]] = {
    "no remote": (lambda world: None, "note", "there is no remote: .*git remote add"),
    "a remote": (published, "ok", "guards are read from the remote's main"),
    "no break-glass account": (lambda world: None, "note", "no break-glass account is named.*guards: break_glass:"),
    "a permission too few": (narrowed, "wrong", f"{CONDITIONAL} can't be read; grant Policy.Read.All"),
    "a permission too many": (lambda world: world.client.permissions.add("User.ReadWrite.All"), "note",
                              "this credential may write, which no export needs: User.ReadWrite.All"),
    "a gap": (broken, "wrong", "the last snapshot keeps old values of devices: .*; entragit export"),
    "an apply": (lambda world: lease(world, datetime.now(UTC) + timedelta(minutes=9)), "note",
                 "an apply on elsewhere holds the tenant until"),
    "a dead apply": (lambda world: lease(world, datetime.now(UTC) - timedelta(days=1)), "wrong",
                     "an apply on elsewhere began and never ended; run the same apply again"),
    "a kind without a licence": (lambda world: world.tenant.options.licences.clear(), "note",
                                 f"the tenant has no licence for {CONDITIONAL}; leave it out, or buy"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_names_what_is_wrong_and_what_to_do(case: str, world: World) -> None:
    deed, mark, sentence = CASES[case]
    deed(world)
    done = world.run("doctor")
    found = [line for line in done.out.splitlines() if re.match(f"{mark}: {sentence}", line)]
    assert len(found) == 1, done
    assert done.code == any(line.startswith("wrong: ") for line in done.out.splitlines()), done
    assert (done.code == 1) == (mark == "wrong"), done


def test_what_was_never_exported_is_wrong(world: World, tmp_path: Path) -> None:
    assert "wrong: there is no complete export yet; entragit export" not in world.run("doctor").out
    place = tmp_path / "new"
    assert world.run("init", str(place), "--tenant", world.tenant.id, place=tmp_path).code == 0
    assert "wrong: there is no complete export yet; entragit export" in world.run("doctor", place=place).out


def test_a_fresh_clone_sees_what_its_remote_has(world: World, tmp_path: Path) -> None:
    published(world)
    git(tmp_path, "clone", "-q", str(world.place.parent / "remote.git"), "fresh")
    done = world.run("doctor", place=tmp_path / "fresh")
    assert (done.code, "ok: the last complete export began" in done.out) == (0, True), done


def test_every_kind_has_a_sample_or_a_reason() -> None:
    for name, kind in CATALOG.items():
        by_application = kind.write and not (kind.delegated or kind.writes.signed_in) and kind.shape != "singleton"
        can = by_application and barred(kind.writes, "create") is None
        assert bool(can) == (name in SAMPLES or name in NOT_TRIED), name
    assert not SAMPLES.keys() & NOT_TRIED.keys()


def test_a_sample_comes_after_those_that_it_names() -> None:
    known = {"prefix", "domain", "tenant"}
    for name, sample in SAMPLES.items():
        assert set(PLACE.findall(json.dumps([sample.body, sample.edit]))) <= known, name
        known |= {name, f"{name}.appId"}


def disposable(world: World, tmp_path: Path) -> World:
    """The same company, which nobody works in, and a client that may do everything."""
    own = copied(world, tmp_path / "disposable")
    write(own, "disposable: true")
    client = own.tenant.add_client(*reading(), *writing())
    portal.give_role(own.tenant, client.principal, portal.GLOBAL_ADMINISTRATOR)
    return World(own.sandbox, own.tenant, client, own.place, {"ENTRAGIT_SPEED": SPEED})


def contents(world: World) -> Any:
    """All that the tenant holds, but for what is deleted softly."""
    tenant = world.tenant
    tables = [{name: {owner: held for owner, held in rows.items() if held and owner not in tenant.attic}
               for name, rows in side.items() if rows}
              for side in (tenant.objects, tenant.links, tenant.children)]  # fmt: skip
    return copy.deepcopy([*tables, tenant.singletons])


def test_only_a_tenant_that_the_protected_branch_gives_up_is_written_to(world: World, tmp_path: Path) -> None:
    published(world)
    own = disposable(world, tmp_path)
    before, start = contents(own), len(own.tenant.requests)
    done = own.run("doctor", "--conformance", *ONE)
    assert done.code == 5, done
    assert "may be in use; only one whose entragit.yaml says `disposable: true` on main" in done.err
    assert contents(own) == before
    assert own.tenant.requests[start:] == []


@pytest.mark.slow
def test_the_local_entra_is_as_itself_and_nothing_is_left(world: World, tmp_path: Path) -> None:
    own = disposable(world, tmp_path)
    before = contents(own)
    done = own.run("doctor", "--conformance", "--out", str(tmp_path / "seen.json"))
    assert (done.code, "LEFT" in done.err) == (0, False), done
    steps, alike = map(int, re.findall(r"^(\d+) steps; in (\d+) the tenant is as the local Entra$", done.out, re.M)[0])
    assert alike == steps > 60
    assert [line for line in done.out.splitlines() if ", the local Entra " in line] == []
    assert "not tried: groupSettings, for the tenant has one of each template" in done.out
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert {item["kind"] for item in seen["tenant"] if item["step"] == "create"} == SAMPLES.keys()
    refused = {(item["kind"], item["step"]) for item in seen["tenant"] if item["said"] != "done"}
    assert refused == {("groups", "restore")}, "facts §0.2: security groups are not kept by every tenant"
    assert contents(own) == before
    kept = {(kind, id_) for kind, held in own.tenant.deleted.items() for id_ in held}
    assert kept == {("directory/administrativeUnits", id_) for _, id_ in kept}
    assert own.client.secret not in (tmp_path / "seen.json").read_text()


@pytest.mark.slow
def test_where_a_tenant_is_different_it_says_so(world: World, tmp_path: Path) -> None:
    own = disposable(world, tmp_path)
    own.tenant.options.soft_delete_security_groups = True
    own.tenant.faults.append(Fault("^PATCH users", status=400, times=99))
    done = own.run("doctor", "--conformance", *ONE)
    assert done.code == 0, done
    said = [line for line in done.out.splitlines() if ", the local Entra " in line]
    assert [line.split(": the tenant says")[0] for line in said] == ["users, edit, the answer",
                                                                     "users, restore, department",
                                                                     "users, restore, jobTitle",
                                                                     "groups, restore, the answer"]  # fmt: skip
    assert "the tenant says 400" in said[0]
    assert said[0].endswith("the local Entra done")


@pytest.mark.slow
def test_what_could_not_be_read_is_not_taken_for_gone(world: World, tmp_path: Path) -> None:
    own = disposable(world, tmp_path)
    own.tenant.faults.append(Fault("^GET groups/[^/]*/members", status=403, times=None))
    done = own.run("doctor", "--conformance", *ONE)
    said = [line for line in done.out.splitlines() if ", the local Entra " in line]
    assert (done.code, len(said)) == (0, 2), done
    for step, line in zip(("create", "edit"), said, strict=True):
        assert line.startswith(f"groups, {step}, what can be read: the tenant says "), line
        assert "403" in line
        assert line.endswith(", the local Entra all")


@pytest.mark.slow
def test_what_could_not_be_deleted_is_named(world: World, tmp_path: Path) -> None:
    own = disposable(world, tmp_path)
    own.tenant.faults.append(Fault("^DELETE groups", status=403, times=99))
    done = own.run("doctor", "--conformance", *ONE)
    left = [body["id"] for body in own.tenant.objects["groups"].values() if body["displayName"].endswith(" sample")]
    assert done.code == 4, done
    assert len(left) == 1
    assert f"LEFT in the tenant {own.tenant.id}, delete it: groups {left[0]}: 403" in done.err


def test_an_unknown_kind_is_a_mistake(world: World, tmp_path: Path) -> None:
    done = disposable(world, tmp_path).run("doctor", "--conformance", "--kind", "user")
    assert (done.code, "there is no sample of user; there are: users, groups" in done.err) == (2, True), done
