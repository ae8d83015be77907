"""What the strict Entra says to what other tenants' people may see (documented for m365CapabilityBase)."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import GRAPH, Writer

CROSS = "policies/crossTenantAccessPolicy"
PARTNERS, DEFAULT = f"{CROSS}/partners", f"{CROSS}/default/m365Capabilities"
TYPE, NAME = "@odata.type", "crossTenantMailTipsAll"
ALL = {"resourceId": "All", "resourceType": "user"}


def access(*included: dict[str, str]) -> dict[str, Any]:
    return {"isAllowed": True, "resourceScopes": {"included": [*included]}}


BODY: dict[str, Any] = {TYPE: f"{GRAPH}{NAME}", "inboundAccess": access(ALL)}
STRANGERS: dict[str, Any] = {TYPE: f"{GRAPH}anonymousCalendarSharingFreeBusyDetail", "inboundAccess": access(ALL)}


@pytest.fixture
def writer() -> Writer:
    return Writer("Policy.ReadWrite.CrossTenantCapability")


def place(writer: Writer, owner: str = "partner") -> str:
    own = next(iter(writer.tenant.objects[PARTNERS]))
    return {"partner": f"{PARTNERS}/{own}/m365Capabilities", "default": DEFAULT}[owner]


@pytest.mark.parametrize("owner", ["partner", "default"])
@pytest.mark.parametrize("body", [
    {"inboundAccess": access(ALL)},
    {TYPE: f"{GRAPH}m365CapabilityBase", "inboundAccess": access(ALL)},
    {TYPE: f"{GRAPH}{NAME}"},
    BODY | {"name": NAME},
    BODY | {"lastModifiedDateTime": "2026-01-01T00:00:00Z"},
    BODY | {"inboundAccess": access(ALL | {"resourceType": "none"})},
    BODY | {"inboundAccess": access(ALL | {"resourceId": "00000000-0000-4000-8000-000000000000"})},
])  # fmt: skip
def test_a_capability_is_whole(writer: Writer, body: dict[str, Any], owner: str) -> None:
    assert writer.reply("POST", place(writer, owner), body).status == 400


def test_strangers_see_something_by_default_alone(writer: Writer) -> None:
    """A partner's people are none of them: the table of permissions has no such row below a partner."""
    assert writer.reply("POST", place(writer), STRANGERS).status == 400
    assert writer.do("POST", DEFAULT, STRANGERS)["name"] == STRANGERS[TYPE].removeprefix(GRAPH)


def test_what_is_seen_by_default_is_never_deleted(writer: Writer) -> None:
    before = writer.do("GET", DEFAULT)
    names = [item["name"] for item in before["value"]]
    assert (before["@odata.context"].partition("#")[2], len(names)) == (DEFAULT, 2)
    assert writer.refused("DELETE", f"{DEFAULT}/{names[0]}")[0] == 405
    change = {TYPE: f"{GRAPH}{names[0]}", "inboundAccess": before["value"][0]["inboundAccess"] | {"isAllowed": True}}
    assert writer.reply("PATCH", f"{DEFAULT}/{names[0]}", change).status == 204
    assert writer.do("GET", f"{DEFAULT}/{names[0]}")["inboundAccess"]["isAllowed"] is True
    assert writer.refused("POST", DEFAULT, BODY | {TYPE: f"{GRAPH}{names[1]}"})[0] == 400
    assert [item["name"] for item in writer.do("GET", DEFAULT)["value"]] == names


@pytest.mark.parametrize(
    "below", ["$count", "$ref", "m365Capabilities/x/y", "inboundTrust", "default/m365Capabilities"]
)
def test_nothing_else_is_below_the_default(writer: Writer, below: str) -> None:
    assert writer.refused("GET", f"{CROSS}/default/{below}")[0] == 400


def test_a_capability_is_called_after_its_type_and_is_there_once(writer: Writer) -> None:
    path = place(writer)
    assert writer.do("POST", path, BODY)["name"] == NAME
    assert writer.refused("POST", path, BODY)[0] == 400
    assert writer.reply("PATCH", f"{path}/{NAME}", BODY | {"inboundAccess": access()}).status == 204
    assert writer.reply("DELETE", f"{path}/{NAME}").status == 204
    assert writer.refused("PATCH", f"{path}/{NAME}", BODY)[0] == 404
