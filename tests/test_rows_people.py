"""What hangs below each user and is off by default, end to end: read where it is asked for, put back, guarded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from applying import keeper, kept, second_plan, settle, writes
from small_world import small
from worlds import World, copied, everything, make

from entragit.document import parse
from entragit.errors import GraphError
from entragit.permissions import chosen, reading, writing
from entragit.resources.catalog import CATALOG, OPTIONS
from entragit.sandbox import people, photos, preferences, removal
from entragit.sandbox.company.further.branding import JPEG
from entragit.sandbox.company.further.people import equip
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Object
from entragit.snapshotter.counting import counts
from entragit.streams import LARGEST, described

ID = "33333333-3333-4333-8333-333333333333"
OTHER_ID = "77777777-7777-4777-8777-777777777777"
ASKED = sorted(name for name in OPTIONS if name.startswith("users/"))
SELECTED = ("users", *ASKED)
PHOTO = next(relation for relation in CATALOG["users"].relations if relation.name == "photo")
PREFERRED = "registered by people: What a person is asked for first"
MFA = "asks for less multifactor authentication"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company's people alone with all that can be asked for, exported once with the least that this needs."""
    tenant = small(ID)
    equip(tenant)
    world = make(sandbox, tmp_path_factory.mktemp("people") / "company", tenant=tenant)
    kinds = [kind for kind in chosen(()) if kind.kind == "users"]
    client = world.tenant.add_client(*reading(kinds), *writing(kinds))
    return kept(world, client, SELECTED, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


def by(world: World, state: str) -> Object:
    """The person of whom this is required."""
    users = world.tenant.objects["users"]
    return next(users[key] for key, held in sorted(world.tenant.states[people.REQUIREMENTS].items())
                if held["perUserMfaState"] == state)  # fmt: skip


def file_of(world: World, user: Object, ref: str = "entragit/tenant") -> tuple[str, Object]:
    """The path and the body of a user."""
    return next((path, body) for path, text in world.files(ref).items()
                if path.startswith("users/") and (body := parse(text.encode(), path))["id"] == user["id"])  # fmt: skip


def require(world: World, user: Object, state: str) -> None:
    """Somebody decides in the portal."""
    people.require(world.tenant, user["id"], state)


def photo_of(world: World, user: Object) -> bytes | None:
    return world.tenant.streams[photos.PHOTOS].get(user["id"], ("", None))[1]


def beside(path: str) -> str:
    """The file of a user's photo."""
    return path.replace(".yaml", ".photo.jpg")


def state(world: World, user: Object) -> str:
    return str(people.requirements(world.tenant, user["id"])["perUserMfaState"])


def test_each_person_says_what_is_required_of_him(world: World) -> None:
    for user in world.tenant.objects["users"].values():
        assert file_of(world, user)[1]["requirements"] == people.requirements(world.tenant, user["id"])
    asked = [target for method, target, _ in world.tenant.requests if "authentication/requirements" in target]
    assert len(asked) == len(world.tenant.objects["users"])
    assert second_plan(world).code == 0


def test_what_was_switched_off_comes_back_and_switching_it_off_is_refused(world: World) -> None:
    forced, asked = by(world, "enforced"), by(world, "enabled")
    before = world.git("rev-parse", "main")
    require(world, forced, "disabled")
    require(world, asked, "disabled")
    done = settle(world)
    assert "requirements" in done.out
    assert (state(world, forced), state(world, asked)) == ("enforced", "enabled")
    path, _ = file_of(world, forced)
    text = (world.place / path).read_text()
    (world.place / path).write_text(text.replace("perUserMfaState: enforced", "perUserMfaState: disabled"))
    world.git("commit", "-q", "-am", "Less")
    plan = world.run("plan")
    assert MFA in plan.out, plan.out
    assert world.run("apply", "--yes").code != 0
    assert state(world, forced) == "enforced"
    settle(world, "--allow", "tier-0")
    assert state(world, forced) == "disabled"
    assert world.run("plan", before, "--exit-code").code == 3


def test_what_graph_enforces_by_itself_is_no_difference(world: World) -> None:
    """Whoever registers a method is no longer asked to: enabled becomes enforced, and an old commit wants no less."""
    before, asked = world.git("rev-parse", "main"), by(world, "enabled")
    require(world, asked, "enforced")
    plan = world.run("plan", before)
    assert (plan.code, MFA in plan.out) == (0, False)
    assert writes(world) == []
    people.register(world.tenant, asked["id"], "fido2")
    require(world, asked, "disabled")
    settle(world)
    assert state(world, asked) == "enforced"
    assert file_of(world, asked, "main")[1]["requirements"] == {"perUserMfaState": "enforced"}


def test_photos_stand_beside_their_people_and_come_back(world: World) -> None:
    held, users = world.tenant.streams[photos.PHOTOS], world.tenant.objects["users"]
    files = world.contents()
    paths = {key: file_of(world, user)[0] for key, user in users.items()}
    assert {path: data for path, data in files.items() if path.startswith("users/") and path.endswith(".jpg")} == {
        beside(paths[key]): data for key, (_, data) in held.items()
    }
    (one, first), (two, second) = sorted((key, data) for key, (_, data) in held.items())
    none = next(key for key in sorted(users) if key not in held)
    assert "photo" not in file_of(world, users[none])[1]
    del held[one]
    photos.put(world.tenant, two, first)
    photos.put(world.tenant, none, second)
    done = settle(world)
    assert "photo" in done.out
    assert {key: data for key, (_, data) in held.items()} == {one: first, two: second}
    assert [row[:2] for row in writes(world) if row[0] == "DELETE"] == [("DELETE", f"users/{none}/photo/$value")]


def test_what_a_person_is_asked_for_first_comes_back_but_not_to_a_new_account(world: World) -> None:
    """It is one of the registered methods: who has none, or whose are gone with the account, has nothing to prefer."""
    users, before = world.tenant.objects["users"], world.git("rev-parse", "main")
    for user in users.values():
        held = preferences.preferences(world.tenant, user["id"])
        said = {name: value for name, value in held.items() if value is not None}
        assert file_of(world, user)[1]["signInPreferences"] == said
    one, gone = sorted(world.tenant.states[preferences.PREFERENCES])
    preferences.prefer(world.tenant, one, **{preferences.OWN: "voiceMobile", preferences.SYSTEM: False})
    name = users[gone]["userPrincipalName"]
    removal.remove(world.tenant, "users", gone, soft=False)
    done = world.run("apply", before, "--yes")
    assert done.code == 0, done.out + done.err
    assert PREFERRED in done.out
    assert preferences.preferences(world.tenant, one) == {preferences.OWN: "sms", preferences.SYSTEM: True}
    anew = next(key for key, body in users.items() if body["userPrincipalName"] == name)
    sent = [target for method, target, _ in writes(world) if "signInPreferences" in target]
    assert (sent, anew != gone) == ([f"users/{one}/authentication/signInPreferences"], True)
    preferences.prefer(world.tenant, one, **{preferences.OWN: None})
    plan = world.run("plan")
    assert (PREFERRED in plan.out, "nothing to do" in plan.out) == (True, True)


@pytest.mark.nightly
def test_photos_of_microsoft_365_groups_come_back_and_a_refusal_leaves_them(sandbox: Sandbox, tmp_path: Path) -> None:
    """Pages disagree whether an application may have them: where it is refused, the rest of the groups goes on."""
    tenant = small(OTHER_ID)
    teams = sorted(key for key, body in tenant.objects["groups"].items() if "Unified" in body["groupTypes"])
    plain = next(key for key in tenant.objects["groups"] if key not in teams)
    tenant.objects["groups"] = {key: tenant.objects["groups"][key] for key in (*teams, plain)}
    tenant.links = {place: own for place, own in tenant.links.items() if not place.startswith("groups/")}
    one, none = teams[:2]
    photos.put(tenant, one, JPEG, photos.OF_GROUPS)
    kinds = [kind for kind in chosen(OPTIONS - {photos.OF_GROUPS}) if kind.kind == "groups"]
    client = tenant.add_client(*reading(kinds), *writing(kinds))
    world = kept(make(sandbox, tmp_path / "company", tenant=tenant), client, ("groups", photos.OF_GROUPS))
    held, asked = tenant.streams[photos.OF_GROUPS], [target for _, target, _ in tenant.requests if "/photo" in target]
    assert [data for path, data in world.contents().items() if ".photo." in path] == [JPEG]
    assert sorted(asked) == [f"groups/{key}/photo/$value" for key in teams]
    held.clear()
    photos.put(tenant, none, JPEG, photos.OF_GROUPS)
    settle(world)
    assert held == {one: ("image/jpeg", JPEG)}
    tenant.faults.append(Fault("GET groups/.*photo", status=403, code="ErrorAccessDenied", times=None))
    held.clear()
    tenant.objects["groups"][one]["description"] = "Changed"
    done = world.run("export")
    assert (done.code, "groups: photo" in done.err) == (4, True)
    files = world.contents()
    assert JPEG in files.values()
    assert any(b"description: Changed" in text for text in files.values())


SECRETS = ("5550 0001", "5550 0002", "recovery.example", "Ada's key", "Key 5", "c0ffee", "alternateMobile")
HIDDEN = "hunter2"


def test_of_authentication_methods_types_and_counts_alone_are_kept(world: World) -> None:
    """No number, address or key, not in any object of Git, nor in what is printed; and nobody registers for others."""
    held, users = world.tenant.children[people.METHODS], world.tenant.objects["users"]
    assert [secret for secret in SECRETS if secret not in repr(held)] == []
    for key, user in users.items():
        types = Counter(str(item["@odata.type"]).rpartition(".")[2] for item in held.get(key, {}).values())
        said = file_of(world, user)[1].get("methods", [])
        assert said == [{"count": number, "method": name} for name, number in sorted(types.items())]
    owner = min(held)
    mail = next(own for own, item in held[owner].items() if "email" in item["@odata.type"])
    del held[owner][mail]
    plan = world.run("plan")
    assert "registered by that person" in plan.out
    assert "nothing to do" in plan.out
    people.register(world.tenant, owner, "phone", phoneNumber=HIDDEN, addedByGraphLater=HIDDEN)
    done = world.run("export")
    assert done.code == 0
    assert {"count": 3, "method": "phoneAuthenticationMethod"} in file_of(world, users[owner])[1]["methods"]
    held[owner][mail] = {"@odata.type": f"#microsoft.graph.{HIDDEN} +31 6 1", "id": HIDDEN}
    broken = world.run("export")
    assert (broken.code, "methods" in broken.err) == (4, True)
    kept_ = everything(world) + "".join((plan.out, plan.err, done.out, done.err, broken.out, broken.err)).encode()
    assert [secret for secret in (*SECRETS, HIDDEN) if secret.encode() in kept_] == []


@pytest.mark.nightly
def test_a_photo_of_a_person_s_own_goes_to_the_tenant_and_one_too_large_is_a_gap(world: World) -> None:
    user = world.tenant.objects["users"][min(world.tenant.streams[photos.PHOTOS])]
    path, body = file_of(world, user)
    new = JPEG + b"mine"
    text = (world.place / path).read_text()
    for name, value in described(PHOTO, new).items():
        text = text.replace(str(body["photo"][name]), str(value))
    (world.place / path).write_text(text)
    (world.place / beside(path)).write_bytes(new)
    world.git("commit", "-q", "-am", "Another photo")
    assert world.run("validate").code == 0
    settle(world)
    assert photo_of(world, user) == new
    photos.put(world.tenant, user["id"], JPEG + b"\0" * LARGEST)
    assert world.run("export").code == 4
    assert world.contents()[beside(path)] == new


def test_nothing_is_read_that_nobody_asked_for(world: World) -> None:
    text = (world.place / "entragit.yaml").read_text()
    for name in ASKED:
        text = text.replace(f"\n    - {name}", "")
    (world.place / "entragit.yaml").write_text(text)
    world.git("commit", "-q", "-am", "Users alone")
    world.client.permissions.intersection_update({*reading([chosen(OPTIONS)[0]])})
    before = dict(world.contents())
    world.tenant.requests.clear()
    forced = by(world, "enforced")
    require(world, forced, "disabled")
    done = world.run("export")
    assert (done.code, done.err) == (0, "")
    assert not [target for _, target, _ in world.tenant.requests if "authentication" in target or "photo" in target]
    kept_, now = dict(before), dict(world.contents())
    assert {path for path in kept_ if kept_[path] != now.get(path)} <= {"snapshot.yaml"}  # the old values stay
    assert world.run("plan", "--exit-code").code == 0


def test_one_setting_leaves_beta_out(world: World) -> None:
    settings = world.place / "entragit.yaml"
    settings.write_text(settings.read_text().replace("\nbeta: true\n", "\nbeta: false\n"))
    world.git("commit", "-q", "-am", "No beta")
    world.tenant.requests.clear()
    assert world.run("export").code == 0
    assert not [target for _, target, _ in world.tenant.requests if "requirements" in target]


def test_options_are_relationships_of_kinds() -> None:
    assert {name for name in OPTIONS if name.rpartition("/")[0] not in CATALOG} == set()


@pytest.mark.parametrize(
    "type_", [None, "", "phone", "#microsoft.graph.", "#microsoft.graph.+31 6 1", f"#microsoft.graph.{'a' * 81}", 7,
              "#microsoft.graph.phoneAuthenticationMethod\n", "#microsoft.graph.x/../y"]
)  # fmt: skip
def test_what_names_no_type_is_not_counted(type_: object) -> None:
    """Whatever stands in a type's place gets nowhere, not even into the error."""
    phone = {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "1", "phoneNumber": HIDDEN}
    assert counts([phone, phone]) == [{"method": "phoneAuthenticationMethod", "count": 2}]
    assert counts([]) == []
    found = counts([phone, {"@odata.type": type_, "id": HIDDEN}])
    assert isinstance(found, GraphError)
    assert not type_ or str(type_) not in str(found)
    assert HIDDEN not in str(found)
