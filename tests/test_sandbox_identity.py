"""What the strict Entra says to writes of what the directory itself has."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer

from entragit.sandbox.store import Object

SETS, DEFINITIONS = "directory/attributeSets", "directory/customSecurityAttributeDefinitions"
TYPED = {"@odata.type": "#Microsoft.DirectoryServices.CustomSecurityAttributeValue"}
LIST, NUMBERS = "#Collection(String)", "#Collection(Int32)"
DEFINITION = {"attributeSet": "Engineering", "name": "New", "type": "String", "status": "Available",
              "isCollection": False, "isSearchable": True, "usePreDefinedValuesOnly": False}  # fmt: skip


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


def give(group: str, /, **entries: Any) -> Object:
    return {"customSecurityAttributes": {group: {**TYPED, **entries}}}


# What is sent → the status.
VALUES: list[tuple[Object, int]] = [
    (give("Engineering", **{"Level": 3, "Level@odata.type": "#Int32"}), 204),
    (give("Engineering", Level=3), 400),
    (give("Engineering", **{"Level": True, "Level@odata.type": "#Int32"}), 400),
    (give("Engineering", Level=None), 204),
    (give("Engineering", Certified=True), 204),
    (give("Engineering", Certified="yes"), 400),
    (give("Engineering", **{"Project": ["Baker"], "Project@odata.type": LIST}), 204),
    (give("Engineering", Project=["Baker"]), 400),
    (give("Engineering", **{"Project": "Baker", "Project@odata.type": LIST}), 400),
    (give("Engineering", **{"Project": ["Delta"], "Project@odata.type": LIST}), 400),
    (give("Engineering", **{"Project": ["Ápollo & Söhne"], "Project@odata.type": LIST}), 400),
    (give("Engineering", **{"Rooms": [1], "Rooms@odata.type": NUMBERS}), 204),
    (give("Engineering", **{"Rooms": [], "Rooms@odata.type": NUMBERS}), 204),
    (give("Engineering", Motto="deactivated"), 400),
    (give("Engineering", Nothing="x"), 400),
    (give("Nothing", Level=None), 400),
    ({"customSecurityAttributes": {"Engineering": {"Certified": True}}}, 400),
]


@pytest.mark.parametrize("path", ["users", "servicePrincipals"])
@pytest.mark.parametrize(("body", "status"), VALUES)
def test_attributes_are_of_their_type_and_among_their_values(
    writer: Writer, path: str, body: Object, status: int
) -> None:
    owner = next(iter(writer.tenant.objects[path]))
    assert writer.reply("PATCH", f"{path}/{owner}", body).status == status


@pytest.mark.parametrize("kind", ["users", "servicePrincipals"])
def test_attributes_merge_and_what_has_no_value_goes(writer: Writer, kind: str) -> None:
    owner, stored = next(iter(writer.tenant.objects[kind].items()))
    stored["customSecurityAttributes"], path = None, f"{kind}/{owner}"
    writer.do("PATCH", path, give("Engineering", **{"Certified": True, "Rooms": [2], "Rooms@odata.type": NUMBERS}))
    writer.do("PATCH", path, give("Engineering", Certified=None))
    shown = "#microsoft.graph.customSecurityAttributeValue"
    held = {"Rooms": [2], "Rooms@odata.type": NUMBERS, "@odata.type": shown}
    assert stored["customSecurityAttributes"] == {"Engineering": held}
    writer.do("PATCH", path, give("Engineering", **{"Rooms": [], "Rooms@odata.type": NUMBERS}))
    assert stored["customSecurityAttributes"] is None


# Method, path, body → the status.
WRITES: list[tuple[str, str, Any, int]] = [
    ("POST", SETS, {"id": "Sales", "maxAttributesPerSet": 3}, 201),
    ("POST", SETS, {"id": "eNGINEERING"}, 400),
    ("POST", SETS, {"id": "a b"}, 400),
    ("POST", SETS, {"description": "nameless"}, 400),
    ("PATCH", f"{SETS}/Empty", {"description": "x"}, 204),
    ("PATCH", f"{SETS}/Empty", {"id": "Full"}, 400),
    ("DELETE", f"{SETS}/Empty", None, 405),
    ("POST", DEFINITIONS, DEFINITION, 201),
    ("POST", DEFINITIONS, DEFINITION | {"name": "Level"}, 400),
    ("POST", DEFINITIONS, DEFINITION | {"name": "Z", "attributeSet": "Nothing"}, 400),
    ("POST", DEFINITIONS, DEFINITION | {"name": "Z", "type": "Boolean", "isCollection": True}, 400),
    ("POST", DEFINITIONS, DEFINITION | {"name": "Z", "status": "Gone"}, 400),
    ("POST", DEFINITIONS, {name: value for name, value in DEFINITION.items() if name != "type"}, 400),
    ("PATCH", f"{DEFINITIONS}/Engineering_Level", {"status": "Deprecated"}, 204),
    ("PATCH", f"{DEFINITIONS}/Engineering_Level", {"usePreDefinedValuesOnly": True}, 400),
    ("PATCH", f"{DEFINITIONS}/Engineering_Level", {"isSearchable": False}, 400),
    ("PATCH", f"{DEFINITIONS}/Engineering_Project", {"usePreDefinedValuesOnly": False}, 204),
    ("DELETE", f"{DEFINITIONS}/Engineering_Level", None, 405),
    ("POST", f"{DEFINITIONS}/Engineering_Project/allowedValues", {"id": "Delta", "isActive": True}, 201),
    ("POST", f"{DEFINITIONS}/Engineering_Project/allowedValues", {"id": "baker", "isActive": True}, 400),
    ("PATCH", f"{DEFINITIONS}/Engineering_Project/allowedValues/Baker", {"isActive": False}, 204),
    ("PATCH", f"{DEFINITIONS}/Engineering_Project/allowedValues/Baker", {"id": "Bakery"}, 400),
    ("DELETE", f"{DEFINITIONS}/Engineering_Project/allowedValues/Baker", None, 405),
    ("POST", "schemaExtensions", {"id": "x", "targetTypes": [], "properties": []}, 405),
    ("PATCH", "admin/reportSettings", {"displayConcealedNames": False}, 204),
    ("PATCH", "admin/reportSettings", {"displayConcealedNames": None}, 400),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
def test_what_is_taken_and_what_is_not(method: str, path: str, body: Any, status: int) -> None:
    assert Writer(tenant=None).reply(method, path, body).status == status


def test_applications_write_no_profile(writer: Writer) -> None:
    held = next(iter(writer.tenant.objects["identity/verifiedId/profiles"]))
    assert writer.refused("DELETE", f"identity/verifiedId/profiles/{held}")[0] == 403
