"""What must not happen to a snapshot: another tenant's, a newer format's, and what the settings leave out."""

from __future__ import annotations

from pathlib import Path

import pytest
from rounds import made_up
from small_world import SPEED, again, bodies, small
from worlds import World

from entragit.resources.catalog import FORMAT
from entragit.sandbox.store import Tenant


def commit_settings(world: World, *lines: str) -> None:
    """Put these top-level lines into entragit.yaml, in place of those of the same key."""
    path = world.place / "entragit.yaml"
    keys = tuple(line.partition(":")[0] + ":" for line in lines if not line.startswith(" "))
    kept = [line for line in path.read_text().splitlines() if not line.startswith(keys)]
    path.write_text("\n".join([*kept, *lines, ""]))
    world.git("commit", "-qam", "Settings")


def other_tenant(world: World) -> World:
    """Another tenant on the same sandbox, with the same repository."""
    tenant: Tenant = small(made_up("other"))
    world.sandbox.add(tenant)
    client = tenant.add_client(*world.client.permissions)
    return World(world.sandbox, tenant, client, world.place, {"ENTRAGIT_SPEED": SPEED})


@pytest.mark.slow
def test_a_repository_never_takes_another_tenants_snapshot(small: World, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    tip = world.git("rev-parse", "entragit/tenant", "entragit/state")
    other = other_tenant(world)
    commit_settings(world, f"tenant: {other.tenant.id}")
    done = other.run("export")
    assert done.code == 5, done
    assert world.tenant.id in done.err
    assert other.tenant.id in done.err
    assert world.git("rev-parse", "entragit/tenant", "entragit/state") == tip
    assert other.tenant.requests == []
    done = other.run("drift")
    assert done.code == 5, done
    assert other.tenant.requests == []


@pytest.mark.slow
def test_an_older_entragit_leaves_a_newer_snapshot_alone(small: World, tmp_path: Path) -> None:
    """It would take the files of kinds that it doesn't know for deleted resources."""
    world = again(small, tmp_path / "company", changed=False)
    world.git("checkout", "-q", "entragit/tenant")
    path = world.place / "snapshot.yaml"
    path.write_text(path.read_text().replace(f"format: {FORMAT}\n", "format: 99\n"))
    later = world.place / "policies" / "kindOfLater" / "one.yaml"
    later.parent.mkdir()
    later.write_text("id: one\n")
    world.git("add", ".")
    world.git("commit", "-qm", "Snapshot of a later version")
    world.git("checkout", "-q", "main")
    world.git("merge", "-q", "--ff-only", "entragit/tenant")
    tip = world.git("rev-parse", "entragit/tenant", "main")
    world.tenant.requests.clear()
    for command in ("export", "drift"):
        done = world.run(command)
        assert done.code == 1, done
        assert "update entragit" in done.err
        assert world.git("rev-parse", "entragit/tenant", "main") == tip
        assert world.tenant.requests == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("visibility", {"visibility": "HiddenMembership"}, 4),
        pytest.param("groupTypes", {"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq null"}, 0,
                     marks=pytest.mark.nightly),
    ],
)  # fmt: skip
def test_a_property_that_is_left_out_still_decides_what_can_be_read(
    small: World, name: str, values: dict[str, object], code: int, tmp_path: Path
) -> None:
    """Hidden members answer with an empty list without their permission; computed ones are no desired state."""
    world = again(small, tmp_path / "company", changed=False)
    group = max(world.tenant.objects["groups"])
    world.tenant.objects["groups"][group] |= values
    assert world.run("export").code == 0
    before = bodies(world.files())
    assert ("members" in before["groups", group]) == (name == "visibility")
    world.client.permissions.discard("Member.Read.Hidden")
    commit_settings(world, "kinds:", "  exclude:", f"    - groups/{name}")
    done = world.run("export")
    assert done.code == code, done
    assert bodies(world.files()) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["users/licenseAssignmentStates", "servicePrincipals/servicePrincipalType", "groups/displayName",
     "applications/appRoles", *(pytest.param(name, marks=pytest.mark.nightly) for name in (
         "servicePrincipals/appOwnerOrganizationId", "users/userPrincipalName", "applications/appId",
         "applications/api"))],
)  # fmt: skip
def test_what_is_left_out_changes_nothing_else(small: World, name: str, tmp_path: Path) -> None:
    world = again(small, tmp_path / "company", changed=False)
    before = world.files()
    commit_settings(world, "kinds:", "  exclude:", f"    - {name}")
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert {**world.files(), "snapshot.yaml": ""} == {**before, "snapshot.yaml": ""}
