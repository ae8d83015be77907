"""What hangs below each application and is off by default, end to end: read where it is asked for, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from applying import keeper, kept, second_plan, settle, writes
from small_world import small
from worlds import World, copied, everything, make

from entragit.document import parse
from entragit.permissions import chosen, reading, writing
from entragit.resources.catalog import OPTIONS
from entragit.sandbox import logos, proxy, removal
from entragit.sandbox.company.further.published import KEY, LOGOS, UNTOLD, equip
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object

ID = "66666666-6666-4666-8666-666666666666"
ASKED = sorted(name for name in OPTIONS if name.startswith("applications/"))
NIGHTLY = pytest.mark.nightly
PUBLISHING = "onPremisesPublishing"
REFUSED = "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company's applications with all that can be asked for, exported once with the least that this needs."""
    tenant = small(ID)
    equip(tenant)
    tenant.children = {place: own for place, own in tenant.children.items() if not place.startswith("applications/")}
    world = make(sandbox, tmp_path_factory.mktemp("published") / "company", tenant=tenant)
    kinds = [kind for kind in chosen(OPTIONS - {*ASKED}) if kind.kind in ("applications", "users")]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    return kept(world, client, ("users", "applications", *ASKED), keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def file_of(world: World, own: str, ref: str = "entragit/tenant") -> tuple[str, Object]:
    """The path and the body of an application."""
    return next((path, body) for path, text in world.files(ref).items()
                if path.startswith("applications/") and (body := parse(text.encode(), path))["id"] == own)  # fmt: skip


def said(world: World, owner: str) -> Mapping[str, Any]:
    """What its file says of how an application is published; nothing where it isn't."""
    return file_of(world, owner)[1].get(PUBLISHING, {})


def published(world: World) -> dict[str, Object]:
    """By application, how it is published."""
    return world.tenant.states[proxy.PUBLISHED]


def test_how_applications_are_published_is_kept_without_a_secret(world: World) -> None:
    many, private, plain = published(world)
    assert said(world, plain) == {
        "applicationServerTimeout": "default", "externalUrl": published(world)[plain]["externalUrl"],
        "internalUrl": published(world)[plain]["internalUrl"], "isHttpOnlyCookieEnabled": False,
        "isPersistentCookieEnabled": False, "isSecureCookieEnabled": True, "isTranslateHostHeaderEnabled": True,
        "isTranslateLinksInBodyEnabled": False,
    }  # fmt: skip
    wildcard = said(world, many)
    first, second = wildcard["segmentsConfiguration"]["applicationSegments"]
    assert [first["internalUrl"], second["internalUrl"]] == ["https://help.intern/", "https://wiki.intern/"]
    assert first["corsConfigurations"][0]["allowedMethods"] == ["GET", "POST"]
    assert wildcard["singleSignOnSettings"]["kerberosSignOnSettings"] == {
        "kerberosServicePrincipalName": "HTTP/iis.intern", "kerberosSignOnMappingAttributeType": "userPrincipalName",
    }  # fmt: skip
    assert wildcard["verifiedCustomDomainCertificatesMetadata"]["thumbprint"] == "A1B2C3D4"
    assert said(world, private)["segmentsConfiguration"]["applicationSegments"] == [
        {"destinationHost": "10.0.0.0/8", "destinationType": "ipRangeCidr", "ports": ["22-22", "443-443"],
         "protocol": "tcp"}]  # fmt: skip
    others = world.tenant.objects["applications"].keys() - published(world).keys()
    assert len(others) > 1
    assert [said(world, owner) for owner in others] == [{} for _ in others]
    texts = everything(world)
    assert UNTOLD in repr(published(world))
    assert [secret for secret in (KEY, UNTOLD, "Credential:") if secret.encode() in texts] == []


@pytest.mark.parametrize("way", [*(pytest.param(way, marks=NIGHTLY) for way in ("empty", "null")), "blank"])
def test_whichever_way_graph_says_that_an_application_isn_t_published(
    world: World, way: Literal["empty", "null", "blank"]
) -> None:
    """404 is in the first export; the same bytes come of no content, a null, and nothing but defaults."""
    before = world.git("rev-parse", "entragit/tenant")
    world.tenant.options.unpublished = way
    done = world.run("export")
    assert (done.code, done.err) == (0, "")
    assert world.git("rev-parse", "entragit/tenant") == before
    owner = next(iter(published(world)))
    del published(world)[owner]
    assert world.run("export").code == 0
    assert said(world, owner) == {}


@pytest.mark.nightly
def test_a_person_publishes_it_again(world: World) -> None:
    """Another address, none at all, an application that is made anew: each is a line of the ledger, and no request."""
    before, (one, other, gone) = world.git("rev-parse", "main"), published(world)
    published(world)[one]["internalUrl"] = "https://elsewhere.intern/"
    del published(world)[other]
    world.tenant.bury("applications", gone)
    world.tenant.deleted.pop("applications", None)
    plan = second_plan(world, before)
    assert (plan.code, "entragit only reads how application proxy publishes" in plan.out) == (3, True)
    listed = plan.out.partition("Can't be done here")[2]
    assert sorted(line.split()[1] for line in listed.splitlines() if PUBLISHING in line) == [
        PUBLISHING, PUBLISHING, f"{PUBLISHING}/internalUrl"]  # fmt: skip
    done = world.run("apply", before, "--yes")
    assert done.code == 0, done.out + done.err
    assert [row for row in writes(world) if PUBLISHING in row[1]] == []
    name = file_of(world, gone, before)[1]["displayName"]
    assert name in [body["displayName"] for body in world.tenant.objects["applications"].values()]


def test_who_is_refused_it_all_the_same_keeps_the_rest(world: World) -> None:
    """Reports say that Graph refuses applications with the documented permission: nothing else suffers."""
    before, owner = world.contents(), next(iter(published(world)))
    fault = Fault(f"GET .*{PUBLISHING}", "status", status=403, code=REFUSED, times=99)
    world.tenant.faults.append(fault)
    published(world)[owner]["internalUrl"] = "https://elsewhere.intern/"
    world.tenant.objects["applications"][owner]["notes"] = "Changed"
    done = world.run("export")
    assert (done.code, f"applications: {PUBLISHING}" in done.err, REFUSED in done.err) == (4, True, True)
    path, body = file_of(world, owner)
    assert body["notes"] == "Changed"
    assert body[PUBLISHING] == parse(before[path], path)[PUBLISHING]
    rows = parse(world.contents()["snapshot.yaml"], "snapshot.yaml")["notCovered"]
    named = {row["id"] for row in rows if row.get("property") == PUBLISHING and row["reason"] == "failed"}
    assert named == world.tenant.objects["applications"].keys()
    plan = world.run("plan")
    assert f"not planned: {PUBLISHING} of {len(named)} resources in applications" in plan.out
    assert "nothing to do" in plan.out


PNG, OTHER = LOGOS[0][1], LOGOS[2][1]


def held(world: World) -> dict[str, bytes]:
    """By application, the bytes of its logo in the tenant."""
    return {owner: data for owner, (_, data) in world.tenant.streams[logos.LOGOS].items()}


def put(world: World, owner: str, type_: str, data: bytes) -> None:
    """Somebody uploads a logo in the portal."""
    logos.put(world.tenant, world.tenant.objects["applications"][owner], type_, data)


def stem(world: World, owner: str) -> str:
    return file_of(world, owner)[0].removesuffix(".yaml")


def beside(world: World, ref: str = "entragit/tenant") -> dict[str, bytes]:
    """By the path of the application, the bytes of the logo that stands beside it."""
    return {path.partition(".logo.")[0]: data for path, data in world.contents(ref).items() if ".logo." in path}


def test_logos_stand_beside_their_applications_and_cost_a_request_for_each_that_has_one(world: World) -> None:
    assert beside(world) == {
        file_of(world, owner)[0].removesuffix(".yaml"): data for owner, data in held(world).items()
    }
    assert {path.rpartition(".")[2] for path in world.contents() if ".logo." in path} == {"png", "jpg", "gif"}
    world.tenant.requests.clear()
    before = world.git("rev-parse", "entragit/tenant")
    for owner in held(world):  # a new address of the same bytes is no change
        world.tenant.objects["applications"][owner]["info"]["logoUrl"] += "2"
    assert world.run("export").code == 0
    assert world.git("rev-parse", "entragit/tenant") == before
    asked = sorted(target for _, target, _ in world.tenant.requests if "/logo" in target)
    assert asked == sorted(f"applications/{owner}/logo" for owner in held(world))


def test_logos_come_back_and_none_is_taken_away(world: World) -> None:
    """Another is replaced; one where there was none stays, a line of the ledger; one made anew gets its own."""
    before, wanted = world.git("rev-parse", "main"), beside(world)
    one, gone, _ = held(world)
    bare = next(owner for owner in world.tenant.objects["applications"] if owner not in held(world))
    put(world, one, "image/gif", OTHER)
    put(world, bare, "image/png", PNG)
    name = world.tenant.objects["applications"][gone]["displayName"]
    removal.remove(world.tenant, "applications", gone, soft=False)
    done = settle(world, before)
    assert "Graph documents no way to take the logo of an application away" in done.out
    anew = next(own for own, body in world.tenant.objects["applications"].items() if body["displayName"] == name)
    assert (held(world)[one], held(world)[anew], held(world)[bare]) == (PNG, LOGOS[1][1], PNG)
    assert [row[:2] for row in writes(world) if "/logo" in row[1]] == [
        ("PUT", f"applications/{own}/logo") for own in sorted((one, anew))]  # fmt: skip
    assert sorted(beside(world, "main").values()) == sorted([*wanted.values(), PNG])


@pytest.mark.nightly
def test_a_change_of_what_stands_beside_it_leaves_the_logo(world: World) -> None:
    owner = next(iter(held(world)))
    path, body = file_of(world, owner)
    text = (world.place / path).read_text()
    (world.place / path).write_text(text.replace("info: {}\n", "info:\n  marketingUrl: https://zava.example/\n"))
    assert body["info"] == {}
    world.git("commit", "-q", "-am", "Marketing")
    settle(world)
    info = world.tenant.objects["applications"][owner]["info"]
    assert (info["marketingUrl"], bool(info["logoUrl"])) == ("https://zava.example/", True)
    assert held(world)[owner] == PNG


@pytest.mark.parametrize("way", ["absent", pytest.param("empty", marks=NIGHTLY)])
def test_a_logo_that_isn_t_sent_though_there_is_one_keeps_its_bytes(world: World, way: str) -> None:
    """The application says where its logo is: then none is a failure, never emptiness."""
    before, owner = beside(world), next(iter(held(world)))
    if way == "absent":
        del world.tenant.streams[logos.LOGOS][owner]
    else:
        world.tenant.streams[logos.LOGOS][owner] = ("image/png", b"")
    world.tenant.objects["applications"][owner]["notes"] = "Changed"
    done = world.run("export")
    assert (done.code, "applications: logo" in done.err) == (4, True)
    assert beside(world) == before
    assert file_of(world, owner)[1]["notes"] == "Changed"
    plan = world.run("plan")
    assert "not planned: logo of 1 resource in applications" in plan.out
    world.tenant.objects["applications"][owner]["info"]["logoUrl"] = None
    assert world.run("export").code == 0
    assert beside(world).keys() == before.keys() - {stem(world, owner)}


def test_an_application_whose_logo_is_not_found_is_looked_for_once_more(world: World) -> None:
    owner = next(iter(held(world)))
    world.tenant.faults.append(Fault(f"GET applications/{owner}/logo", "delay", delay=0.0))
    world.tenant.faults.append(
        Fault(f"GET applications/{owner}/logo", "status", status=404, code="Request_ResourceNotFound")
    )
    done = world.run("export")
    assert (done.code, done.err) == (0, "")
    assert held(world)[owner] in beside(world).values()
