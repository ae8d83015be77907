"""Export: the tenant as a commit, and no commit for a tenant that didn't move."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from worlds import CORE, World, keep

from entragit import document
from entragit.permissions import reading
from entragit.sandbox import access, mistakes, portal
from entragit.sandbox.store import Client


def file_of(world: World, id_: str, ref: str = "entragit/tenant") -> str:
    """The path of a resource's file."""
    return next(path for path, text in world.files(ref).items() if f"\nid: {id_}\n" in f"\n{text}")


def test_the_first_export_makes_one_line_of_history(world: World) -> None:
    assert world.git("rev-parse", "main") == world.git("rev-parse", "entragit/tenant")
    assert world.git("log", "--format=%s", "main").splitlines()[1:] == [
        "Keep some kinds",
        "Set up the tenant repository",
    ]
    assert world.git("status", "--porcelain") == ""
    kinds = {path.split("/")[0] for path in world.files()}
    assert {"users", "groups", "devices", "applications", "servicePrincipals", "policies", "domains"} <= kinds


def test_every_object_of_the_tenant_has_a_file(world: World) -> None:
    bodies = [document.parse(text.encode(), path) for path, text in world.files().items()]
    ids = {body["id"] for body in bodies if "id" in body}
    for kind in ("users", "groups", "devices", "applications", "servicePrincipals"):
        assert ids >= world.tenant.objects[kind].keys(), kind


def test_exporting_again_with_everything_shuffled_makes_no_commit(world: World) -> None:
    before = world.git("rev-parse", "entragit/tenant")
    for seed, size in ((1, None), (2, 7), (3, 100)):
        world.tenant.options.shuffle, world.tenant.options.page_size = seed, size
        done = world.run("export")
        assert done.code == 0, done
        assert "unchanged" in done.out
        assert world.git("rev-parse", "entragit/tenant") == before


def test_two_machines_write_the_same_bytes(world: World, tmp_path: Path) -> None:
    other = World(world.sandbox, world.tenant, world.client, tmp_path / "other")
    other.run("init", str(other.place), "--tenant", world.tenant.id, place=tmp_path)
    keep(other, *CORE)
    world.tenant.options.shuffle = 9
    assert other.run("export").code == 0
    assert other.files() == world.files()


def test_one_changed_field_is_a_one_line_diff(world: World) -> None:
    user = next(id_ for id_, raw in world.tenant.objects["users"].items() if raw["department"])
    world.tenant.objects["users"][user]["department"] = "Counter-espionage"
    world.tenant.touch("users", user)
    assert world.run("export").code == 0
    assert world.git("diff", "--numstat", "entragit/tenant^", "entragit/tenant").split("\t")[:2] == ["1", "1"]
    assert len(world.changed()) == 1


def test_a_rename_is_its_own_file_and_comment_only_lines(world: World) -> None:
    before = world.files()
    mistakes.rename_group(world.tenant)
    assert world.run("export").code == 0
    after, changed = world.files(), world.changed()
    assert sorted(status for status in changed.values() if status != "M") == ["A", "D"]
    touched = [path for path, status in changed.items() if status == "M"]
    assert touched
    for path in touched:
        assert document.parse(before[path].encode()) == document.parse(after[path].encode()), path


def test_an_activated_role_is_no_commit(world: World) -> None:
    before = world.git("rev-parse", "entragit/tenant")
    mistakes.activate_pim(world.tenant)
    done = world.run("export")
    assert done.code == 0, done
    assert world.git("rev-parse", "entragit/tenant") == before


def test_a_deleted_group_keeps_its_name_where_it_is_still_referenced(world: World) -> None:
    mistakes.remove_exclusion(world.tenant)
    policies = "identity/conditionalAccess/policies"
    group = next(
        id_
        for policy in world.tenant.objects[policies].values()
        for id_ in (policy["conditions"].get("users") or {}).get("excludeGroups") or []
    )
    address = file_of(world, group).removesuffix(".yaml").split("/", 2)
    world.tenant.bury("groups", group)
    world.tenant.touch("groups", group, "deleted")
    assert world.run("export").code == 0
    texts = [text for path, text in world.files().items() if path.startswith(policies)]
    assert any(f"{group}  # gone: groups/{address[2]}" in text for text in texts)
    before = world.git("rev-parse", "entragit/tenant")
    assert world.run("export").code == 0
    assert world.git("rev-parse", "entragit/tenant") == before


def test_every_kind_belongs_to_the_tenants_files(world: World) -> None:
    listing = world.git("ls-tree", "-r", "--name-only", "entragit/tenant").splitlines()
    assert set(listing) - world.files().keys() == {".gitattributes", "entragit.yaml"}
    world.tenant.singletons["organization"]["technicalNotificationMails"] = ["night@contoso.example"]
    assert world.run("export").code == 0
    assert world.git("log", "-1", "--format=%s", "entragit/tenant") == "Snapshot: organization changed"


def as_person(world: World) -> Client:
    """Make a reader of everything the one who signs in; the application's credential isn't set any more."""
    own = min(key for key, body in world.tenant.objects["users"].items() if body["accountEnabled"])
    portal.give_role(world.tenant, own, access.GLOBAL_READER)
    world.extra = {"AZURE_CLIENT_ID": "", "AZURE_CLIENT_SECRET": ""}
    return world.tenant.add_sign_in(own, *reading())


def test_a_person_can_sign_in_instead(world: World) -> None:
    client = as_person(world)
    assert world.run("export").code == 1, "no credential is set"
    done = world.run("export", "--sign-in", "device-code")
    assert done.code == 0, done.err
    assert done.err.count("to sign in, open ") == 1
    assert set(world.changed().values()) == {"A"}, "the role that lets the person read is all that is new"
    before = world.git("rev-parse", "entragit/tenant")
    assert world.run("plan", "--exit-code", "--sign-in", "device-code").code == 0
    world.tenant.clients[client.id] = replace(client, scopes=client.scopes - {"Group.Read.All", "Directory.Read.All"})
    done = world.run("export", "--sign-in", "device-code")
    assert (done.code, "NOT READ" in done.err) == (4, True)
    assert world.git("diff", "--name-only", before, "entragit/tenant").split() == ["snapshot.yaml"]
