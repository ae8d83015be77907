"""The least that a job needs: what is printed is enough, and reading needs nothing that writes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from applying import GROUP, USER, edit, fresh, named
from worlds import World

from entragit.permissions import UNASKED
from entragit.sandbox import portal
from entragit.sandbox.writes.roles import PRIVILEGED_AUTHENTICATION


@pytest.fixture
def world(well: World, tmp_path: Path) -> World:
    return fresh(well, tmp_path / "own")


def printed(world: World, *args: str) -> dict[str, Any]:
    done = world.run("permissions", "--format", "json", *args)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_reading_needs_no_permission_to_write(world: World, tmp_path: Path) -> None:
    everything = printed(replace(world, place=tmp_path))
    assert not [name for name in everything["read"]["permissions"] if "Write" in name]
    for name, kind in ((kind.kind, kind) for kind in UNASKED):
        needed = everything["read"]["scopes" if kind.delegated else "permissions"]
        assert any(name in kinds for kinds in needed.values()), name
        needed = everything["write"]["scopes" if kind.delegated else "permissions"]
        assert not kind.write or any(name in kinds for kinds in needed.values()), name


def test_only_what_is_selected_is_asked_for(world: World) -> None:
    found = printed(world)
    assert "Device.Read.All" not in found["read"]["permissions"]
    assert found["read"]["permissions"]["Group.Read.All"] == ["groups"]
    assert "groups" in found["write"]["permissions"]["Group.ReadWrite.All"]
    assert found["write"]["own_roles"] == {"Privileged Authentication Administrator": ["users"]}
    assert "groups" in found["write"]["roles"]["Groups Administrator"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_can_read_it(world: World, form: str) -> None:
    said = world.run("permissions", "--format", form).out
    assert said.index("To read") < said.index("Group.Read.All") < said.index("To write") < said.index("Group.ReadWrite")


def test_what_a_plan_needs_is_enough_to_apply_it(world: World, tmp_path: Path) -> None:
    group, user, file = named(world, "groups", GROUP), named(world, "users", USER), tmp_path / "plan.json"
    client = world.tenant.add_client()
    portal.give_role(world.tenant, client.principal, PRIVILEGED_AUTHENTICATION)
    assert world.run("export").code == 0
    edit(world, "groups", group, description="evil")
    edit(world, "users", user, jobTitle="evil")
    assert world.run("plan", "--out", str(file)).code == 0
    found = printed(world, "--plan", str(file))
    assert found["write"]["permissions"] == {"Group.ReadWrite.All": ["groups"], "User.ReadWrite.All": ["users"]}
    assert found["write"]["own_roles"].keys() == {"Privileged Authentication Administrator"}
    client.permissions.update(printed(world)["read"]["permissions"], found["write"]["permissions"])
    done = replace(world, client=client).run("apply", "--plan", str(file))
    assert done.code == 0, done.out + done.err
