"""What references are called: the last known name, whatever else moved, and never another object's."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import GIVEN, POLICIES, UNITS, again, bodies
from worlds import World

from entragit.sandbox import portal


def commit_settings(world: World, *lines: str) -> None:
    (world.place / "entragit.yaml").write_text("\n".join([f"tenant: {world.tenant.id}", *lines, ""]))
    world.git("commit", "-qam", "Settings")


def holding(world: World, kind: str, text: str) -> str:
    """The one file of a kind that holds a text."""
    (found,) = [found for path, found in world.files().items() if path.startswith(f"{kind}/") and text in found]
    return found


@pytest.mark.slow
def test_a_scope_that_is_gone_keeps_its_last_name(small: World, tmp_path: Path) -> None:
    """The id stands inside a longer text there."""
    world = again(small, tmp_path / "company", changed=False)
    scopes = {body["directoryScopeId"] for body in world.tenant.objects[GIVEN].values()}
    unit = max(key for key in world.tenant.objects[UNITS] if f"/administrativeUnits/{key}" not in scopes)
    given = max(id for kind, id in bodies(world.files()) if kind == GIVEN)  # an activated one has no file
    portal.edit(world.tenant, GIVEN, given, "Scope", directoryScopeId=f"/administrativeUnits/{unit}")
    assert world.run("export").code == 0
    name = holding(world, GIVEN, unit).partition(f"{unit}  # ")[2].partition("\n")[0]
    assert name.startswith(f"{UNITS}/")
    del world.tenant.objects[UNITS][unit]
    for _ in range(2):
        assert world.run("export").code == 0
        assert f"/administrativeUnits/{unit}  # gone: {name}\n" in holding(world, GIVEN, unit)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["shard", pytest.param("rename", marks=pytest.mark.nightly)])
def test_a_file_that_moves_keeps_the_last_names_in_it(small: World, how: str, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    user, policy = max(world.tenant.objects["users"]), max(world.tenant.objects[POLICIES])
    conditions = world.tenant.objects[POLICIES][policy]["conditions"] | {"users": {"includeUsers": [user]}}
    portal.edit(world.tenant, POLICIES, policy, "Name", conditions=conditions)
    assert world.run("export").code == 0
    name = world.tenant.objects["users"][user]["userPrincipalName"]
    del world.tenant.objects["users"][user]
    if how == "rename":
        portal.edit(world.tenant, POLICIES, policy, "Rename", displayName="Called otherwise")
    else:
        commit_settings(world, "shard:", f"  {POLICIES}: true")
    for _ in range(2):
        assert world.run("export").code == 0
        assert f"{user}  # gone: users/{name}\n" in holding(world, POLICIES, f"\nid: {policy}\n")


@pytest.mark.slow
def test_a_reference_in_capitals_is_called_what_it_is(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    user, policy = max(world.tenant.objects["users"]), max(world.tenant.objects[POLICIES])
    app = next(body["appId"] for body in world.tenant.objects["servicePrincipals"].values())
    conditions = world.tenant.objects[POLICIES][policy]["conditions"] | {
        "users": {"includeUsers": [user.upper()]}, "applications": {"includeApplications": [app.upper()]},
    }  # fmt: skip
    portal.edit(world.tenant, POLICIES, policy, "Name", conditions=conditions)
    assert world.run("export").code == 0
    text = holding(world, POLICIES, f"\nid: {policy}\n")
    assert f"- {user.upper()}  # users/{world.tenant.objects['users'][user]['userPrincipalName']}\n" in text
    assert f"- {app.upper()}  # servicePrincipals/" in text
    done = world.run("validate")
    assert done.code == 0, done
