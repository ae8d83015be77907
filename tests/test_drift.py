"""Drift from end to end: what an administrator did is told in names, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from worlds import World

from entragit.sandbox import mistakes
from entragit.sandbox.store import Object

APPLICATIONS = "applications"


def drift(world: World, *args: str) -> dict[str, Any]:
    done = world.run("drift", "--format", "json", *args)
    assert done.code == 0, done
    report: dict[str, Any] = json.loads(done.out)
    return report


def app_with(world: World, name: str) -> Object:
    """An application whose list `name` isn't empty."""
    return next(app for app in world.tenant.objects[APPLICATIONS].values() if app[name])


def test_an_unchanged_tenant_has_none(world: World) -> None:
    world.tenant.options.shuffle = 3
    done = world.run("drift", "--exit-code")
    assert done.code == 0, done
    assert drift(world)["drift"] == []


def test_drift_writes_nothing(world: World) -> None:
    mistakes.remove_exclusion(world.tenant)
    before = world.git("for-each-ref"), world.git("status", "--porcelain"), world.git("count-objects", "-v")
    assert world.run("drift", "--exit-code").code == 3
    assert (world.git("for-each-ref"), world.git("status", "--porcelain"), world.git("count-objects", "-v")) == before
    assert not {method for method, _, _ in world.tenant.requests} - {"GET", "POST"}
    assert {path for method, path, _ in world.tenant.requests if method == "POST"} <= {"$batch", "/$batch"}


def test_the_mistakes_of_a_day_are_told_in_names(world: World) -> None:
    mistakes.remove_exclusion(world.tenant)
    mistakes.delete_group(world.tenant)
    mistakes.strip_permissions(world.tenant)
    for form in ("text", "markdown"):
        done = world.run("drift", "--format", form, "--exit-code")
        assert done.code == 3
        assert "CA-BreakGlass-Exclude" in done.out
        assert "User.ReadWrite.All" in done.out
    kinds = [change["kind"] for change in drift(world)["drift"]]
    assert kinds[0] == "identity/conditionalAccess/policies"
    assert set(kinds) >= {"applications", "groups", "servicePrincipals"}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("passwordCredentials", "displayName"),
        ("keyCredentials", "displayName"),
        ("appRoles", "description"),
    ],
)
def test_an_element_that_changed_is_still_the_same_element(world: World, name: str, changed: str) -> None:
    """It pairs by what identifies it in Graph, so one changed word is one edit."""
    element = app_with(world, name)[name][0]
    element[changed] = "Something else"
    (change,) = drift(world)["drift"]
    (edit,) = change["edits"]
    assert edit["path"][0] == name
    assert edit["path"][-1] == changed
    assert edit["after"] == "Something else"


def test_pending_edits_stand_apart_from_drift(world: World) -> None:
    mistakes.rename_group(world.tenant)
    path = world.place / "policies" / "authorizationPolicy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("allowedToUseSSPR: true", "allowedToUseSSPR: false"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    world.git("commit", "-qam", "No self-service")
    report = drift(world)
    assert [change["kind"] for change in report["drift"]] == ["groups"]
    assert [change["kind"] for change in report["pending"]] == ["policies/authorizationPolicy"]


def test_the_same_change_on_both_sides_is_neither(world: World) -> None:
    world.tenant.singletons["policies/authorizationPolicy"]["allowedToUseSSPR"] = False
    path = world.place / "policies" / "authorizationPolicy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("allowedToUseSSPR: true", "allowedToUseSSPR: false"), encoding="utf-8")
    world.git("commit", "-qam", "No self-service")
    report = drift(world)
    assert (report["drift"], report["pending"]) == ([], [])


def test_without_a_snapshot_it_says_what_to_do(world: World) -> None:
    done = world.run("drift", "no-such-branch")
    assert done.code == 1
    assert "no commit no-such-branch" in done.err


def test_a_branch_cannot_leave_kinds_out_of_its_own_drift(world: World) -> None:
    mistakes.remove_exclusion(world.tenant)
    world.git("checkout", "-qb", "topic")
    settings = world.place / "entragit.yaml"
    settings.write_text(f"tenant: {world.tenant.id}\nkinds:\n  include:\n    - users\n", encoding="utf-8")
    world.git("commit", "-qam", "Look away")
    report = drift(world, "topic")
    assert [change["kind"] for change in report["drift"]] == ["identity/conditionalAccess/policies"]
