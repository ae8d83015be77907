"""Images and style sheets of company branding, end to end: exported beside their documents, put back by the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from applying import keeper, kept, second_plan, settle, writes
from small_world import small
from worlds import World, copied, make

from entragit.document import parse
from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.sandbox import removal, streams
from entragit.sandbox.company.further.branding import JPEG, SHEET, png
from entragit.sandbox.faults import Fault
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.streams import LARGEST, UNTOLD, described, received, resource_of

KIND = "organization/branding/localizations"
ID = "33333333-3333-4333-8333-333333333333"
FRENCH, LOGO = f"{KIND}/fr-fr.yaml", f"{KIND}/fr-fr.bannerLogo.png"
OTHER = png(3, 2, (200, 0, 0))


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company with its branding alone, exported once with the least that it needs."""
    tenant = small(ID)
    removal.empty(tenant, KIND, "de")
    world = make(sandbox, tmp_path_factory.mktemp("streams") / "company", tenant=tenant)
    kinds = [CATALOG[kind] for kind in ("users", KIND)]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    return kept(world, client, ("users", KIND), keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def held(world: World, owner: str, name: str) -> bytes | None:
    """A stream in the tenant."""
    return streams.of(world.tenant, KIND, owner).get(name)


def put(world: World, owner: str, name: str, type_: str, data: bytes) -> None:
    """Somebody sets an image in the portal."""
    streams.put(world.tenant, KIND, world.tenant.objects[KIND][owner], name, type_, data)


def lose(world: World, owner: str) -> None:
    """Somebody deletes a branding in the portal."""
    world.tenant.bury(KIND, owner)
    removal.empty(world.tenant, KIND, owner)


def commit(world: World, message: str = "Edit") -> None:
    world.git("add", "-A")
    world.git("commit", "-q", "-m", message)


def write(world: World, path: str, data: bytes) -> None:
    (world.place / path).write_bytes(data)


def said(world: World, path: str = FRENCH) -> object:
    return parse((world.place / path).read_bytes(), path).get("bannerLogo")


def say(world: World, data: bytes) -> None:
    """Write the three values of the French logo."""
    text = (world.place / FRENCH).read_text()
    logo = described(CATALOG[KIND].relations[1], data)
    old = described(CATALOG[KIND].relations[1], (world.place / LOGO).read_bytes())
    for name, value in logo.items():
        text = text.replace(str(old[name]), f'"{value}"' if name == "sha256" and '"' not in text else str(value))
    (world.place / FRENCH).write_text(text)


def test_bytes_stand_beside_their_document_and_an_unchanged_tenant_makes_no_commit(world: World) -> None:
    files = world.contents()
    assert files[f"{KIND}/0.customCSS.css"] == SHEET
    assert files[f"{KIND}/0.backgroundImage.jpg"] == JPEG
    assert files[LOGO] == held(world, "fr-FR", "bannerLogo")
    stated = parse(files[FRENCH], FRENCH)["bannerLogo"]
    assert stated == {"sha256": hashlib.sha256(files[LOGO]).hexdigest(), "size": len(files[LOGO]), "type": "image/png"}
    assert {path for path in files if resource_of(path, CATALOG)} == {
        LOGO, *(f"{KIND}/0.{name}" for name in ("backgroundImage.jpg", "bannerLogo.png", "customCSS.css", "favicon.ico",
                                                 "headerLogo.png", "squareLogo.png", "squareLogoDark.png"))
    }  # fmt: skip
    before = world.git("rev-parse", "entragit/tenant")
    assert world.run("export").code == 0
    assert world.git("rev-parse", "entragit/tenant") == before
    assert world.run("validate").code == 0
    assert writes(world) == []


def test_an_image_changed_in_the_tenant_is_a_change_of_two_files_and_comes_back(world: World) -> None:
    before, logo = world.git("rev-parse", "main"), held(world, "fr-FR", "bannerLogo")
    put(world, "fr-FR", "bannerLogo", "image/jpeg", JPEG)
    assert world.run("export").code == 0
    changed = {FRENCH: "M", LOGO: "D", LOGO.replace("png", "jpg"): "A"}
    assert world.changed() == changed
    assert "fr-fr changed" in world.git("log", "-1", "--format=%s", "entragit/tenant")
    done = world.run("apply", before, "--yes")
    assert done.code == 0, done.out + done.err
    assert "bannerLogo" in done.out
    assert held(world, "fr-FR", "bannerLogo") == logo
    assert second_plan(world, before).code == 0


def test_a_deleted_branding_comes_back_with_its_images(world: World) -> None:
    logo = held(world, "fr-FR", "bannerLogo")
    lose(world, "fr-FR")
    lose(world, "de")
    settle(world)
    assert held(world, "fr-FR", "bannerLogo") == logo
    assert world.tenant.objects[KIND]["fr-FR"]["signInPageText"] == "Bienvenue"
    assert world.tenant.objects[KIND]["de"]["signInPageText"] == ""


@pytest.mark.nightly
def test_the_default_comes_back_once_there_is_one_for_a_language(world: World) -> None:
    """Graph makes it along with the first: one apply brings that, the next one what it is."""
    whole, before = streams.of(world.tenant, KIND, "0"), world.git("rev-parse", "main")
    for owner in list(world.tenant.objects[KIND]):
        lose(world, owner)
    first = world.run("apply", before, "--yes")
    assert "Graph makes the default branding along with the first one" in first.out
    assert first.code == 4
    second = world.run("apply", before, "--yes")
    assert second.code == 0, second.out + second.err
    assert streams.of(world.tenant, KIND, "0") == whole
    assert world.tenant.objects[KIND]["0"]["loginPageLayoutConfiguration"]["layoutTemplateType"] == "verticalSplit"


@pytest.mark.nightly
def test_no_branding_is_none_and_no_failure(world: World) -> None:
    for owner in list(world.tenant.objects[KIND]):
        lose(world, owner)
    done = world.run("export")
    assert (done.code, done.err) == (0, "")
    assert not [path for path in world.contents() if path.startswith(KIND)]
    assert f"{KIND} can't be read" not in world.run("doctor").out


@pytest.mark.nightly
def test_images_that_are_too_many_stay_and_the_ledger_says_so(world: World) -> None:
    put(world, "de", "bannerLogo", "image/png", OTHER)
    world.tenant.objects[KIND]["nl"] = blank("organizationalBrandingLocalization") | {"id": "nl"}
    put(world, "nl", "squareLogo", "image/png", OTHER)
    plan = world.run("plan", "--prune", KIND)
    assert "Graph documents no way to take an image or a style sheet away" in plan.out
    assert "Graph deletes no branding that has images" in plan.out
    assert "nothing to do" in plan.out


@pytest.mark.nightly
def test_an_image_of_a_person_s_own_goes_to_the_tenant(world: World) -> None:
    say(world, OTHER)
    write(world, LOGO, OTHER)
    assert world.run("validate").code == 0, world.run("validate").out
    commit(world)
    settle(world)
    assert held(world, "fr-FR", "bannerLogo") == OTHER
    assert world.run("export").code == 0
    assert world.contents()[LOGO] == OTHER


@pytest.mark.nightly
def test_an_edit_here_and_another_there_merge(world: World) -> None:
    say(world, OTHER)
    write(world, LOGO, OTHER)
    commit(world)
    world.tenant.objects[KIND]["fr-FR"]["signInPageText"] = "Bonjour"
    put(world, "0", "squareLogo", "image/png", OTHER)
    done = world.run("export")
    assert done.code == 0, done.err
    merged = world.contents("main")
    assert (merged[LOGO], merged[f"{KIND}/0.squareLogo.png"]) == (OTHER, OTHER)
    text = parse(merged[FRENCH], FRENCH)
    assert text["signInPageText"] == "Bonjour"
    assert text["bannerLogo"]["sha256"] == hashlib.sha256(OTHER).hexdigest()
    assert world.run("validate").code == 0
    put(world, "fr-FR", "bannerLogo", "image/jpeg", JPEG)
    assert world.run("export").code == 5


@pytest.mark.nightly
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_lost_answer_is_no_second_image(world: World, at: int) -> None:
    """A PUT says what shall be, so it is sent again; whatever broke, the bytes are there once."""
    put(world, "0", "squareLogo", "image/png", OTHER)
    put(world, "0", "headerLogo", "image/png", OTHER)
    world.tenant.faults.append(Fault("PUT .*Logo", "lost", times=at))
    settle(world)
    assert held(world, "0", "squareLogo") == png(4, 4, (0, 83, 138))


@pytest.mark.nightly
def test_an_image_that_cannot_be_read_keeps_its_bytes(world: World) -> None:
    before = world.contents()
    put(world, "fr-FR", "bannerLogo", "image/png", OTHER)
    world.tenant.objects[KIND]["fr-FR"]["signInPageText"] = "Bonjour"
    world.tenant.faults.append(Fault("GET .*fr-FR/bannerLogo", "status", status=403))
    done = world.run("export")
    assert done.code == 4
    assert f"{KIND}: bannerLogo" in done.err
    after = world.contents()
    assert (after[LOGO], parse(after[FRENCH], FRENCH)["signInPageText"]) == (before[LOGO], "Bonjour")


@pytest.mark.nightly
def test_what_is_too_large_is_a_gap(world: World) -> None:
    put(world, "fr-FR", "bannerLogo", "image/png", OTHER + b"\0" * LARGEST)
    done = world.run("export")
    assert done.code == 4
    assert world.contents()[LOGO] == (world.place / LOGO).read_bytes()


def missing(world: World) -> None:
    (world.place / LOGO).unlink()


def another(world: World) -> None:
    write(world, LOGO, OTHER)


def large(world: World) -> None:
    data = OTHER + b"\0" * LARGEST
    say(world, data)
    write(world, LOGO, data)


def link(world: World) -> None:
    (world.place / LOGO).unlink()
    (world.place / LOGO).symlink_to("../../../entragit.yaml")


def stray(world: World) -> None:
    write(world, f"{KIND}/de.favicon.ico", OTHER)


def orphan(world: World) -> None:
    write(world, f"{KIND}/xx.bannerLogo.png", OTHER)


def mistold(world: World) -> None:
    """The right hash with another type, which would be sent as a header."""
    text = (world.place / FRENCH).read_text()
    (world.place / FRENCH).write_text(text.replace("image/png", '"text/html\\r\\nX-Evil: 1"'))


def no_map(world: World) -> None:
    (world.place / LOGO).unlink()
    text = (world.place / FRENCH).read_text().splitlines()
    kept_ = [line for line in text if not line.startswith((" ", "bannerLogo"))]
    (world.place / FRENCH).write_text("\n".join(["bannerLogo: evil", *kept_]) + "\n")


HOSTILE = (missing, large, link, stray, orphan, mistold, no_map)


@pytest.mark.parametrize("spoil", [another, *(pytest.param(spoil, marks=pytest.mark.nightly) for spoil in HOSTILE)])
def test_what_is_not_as_it_says_is_refused_before_anything_is_written(
    world: World, spoil: Callable[[World], None]
) -> None:
    put(world, "fr-FR", "bannerLogo", "image/jpeg", JPEG)
    spoil(world)
    assert world.run("validate").code == 1
    commit(world)
    for command in (("validate",), ("plan",), ("apply", "--yes")):
        done = world.run(*command)
        assert done.code in (1, 5), (command, done)
        assert KIND in done.out + done.err
    assert writes(world) == []
    assert world.run("export").code == 5  # the backup goes on, the branch stays
    assert world.contents()[LOGO.replace("png", "jpg")] == JPEG


@pytest.mark.nightly
def test_a_plan_file_pins_the_bytes(world: World, tmp_path: Path) -> None:
    before, logo = world.git("rev-parse", "main"), held(world, "fr-FR", "bannerLogo")
    put(world, "fr-FR", "bannerLogo", "image/jpeg", JPEG)
    file = tmp_path / "plan.json"
    assert world.run("plan", before, "--out", str(file)).code == 0
    assert hashlib.sha256(logo or b"").hexdigest() in file.read_text()
    put(world, "fr-FR", "bannerLogo", "image/png", OTHER)
    assert world.run("apply", "--plan", str(file), "--yes").code == 5
    put(world, "fr-FR", "bannerLogo", "image/jpeg", JPEG)
    assert world.run("apply", "--plan", str(file), "--yes").code == 0
    assert held(world, "fr-FR", "bannerLogo") == logo


def test_an_empty_answer_is_no_stream_whichever_way_graph_says_it() -> None:
    assert [received(data) for data in (b"", b"{}", b" {} \r\n")] == [b"", b"", b""]
    assert received(SHEET) == SHEET


def test_content_is_only_content() -> None:
    """A type is told by the first bytes alone, and nothing that a person or Graph says gets into a path."""
    logo, css = CATALOG[KIND].relations[1], CATALOG[KIND].relations[-1]
    for data in (b"<svg onload=alert(1)>", b"#!/bin/sh\nrm -rf /\n", b"\x7fELF", b"PK\3\4", b"<html>"):
        assert described(logo, data)["type"] == UNTOLD
        assert described(css, data)["type"] == "text/css"
    assert resource_of(f"{KIND}/fr-fr.bannerLogo.sh", CATALOG) is None
    assert resource_of(f"{KIND}/../../x.bannerLogo.png", CATALOG) is None
    assert resource_of("users/ada.bannerLogo.png", CATALOG) is None
