"""What the strict Entra says to what a partner's people may see (documented for m365CapabilityBase)."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import GRAPH, Writer

PARTNERS = "policies/crossTenantAccessPolicy/partners"
TYPE, NAME = "@odata.type", "crossTenantMailTipsAll"
ALL = {"resourceId": "All", "resourceType": "user"}


def access(*included: dict[str, str]) -> dict[str, Any]:
    return {"isAllowed": True, "resourceScopes": {"included": [*included]}}


BODY: dict[str, Any] = {TYPE: f"{GRAPH}{NAME}", "inboundAccess": access(ALL)}


@pytest.fixture
def writer() -> Writer:
    return Writer("Policy.ReadWrite.CrossTenantCapability")


def place(writer: Writer) -> str:
    return f"{PARTNERS}/{next(iter(writer.tenant.objects[PARTNERS]))}/m365Capabilities"


@pytest.mark.parametrize("body", [
    {"inboundAccess": access(ALL)},
    {TYPE: f"{GRAPH}m365CapabilityBase", "inboundAccess": access(ALL)},
    {TYPE: f"{GRAPH}anonymousCalendarSharingFreeBusySimple", "inboundAccess": access(ALL)},
    {TYPE: f"{GRAPH}{NAME}"},
    BODY | {"name": NAME},
    BODY | {"lastModifiedDateTime": "2026-01-01T00:00:00Z"},
    BODY | {"inboundAccess": access(ALL | {"resourceType": "none"})},
    BODY | {"inboundAccess": access(ALL | {"resourceId": "00000000-0000-4000-8000-000000000000"})},
])  # fmt: skip
def test_a_capability_is_whole(writer: Writer, body: dict[str, Any]) -> None:
    assert writer.reply("POST", place(writer), body).status == 400


def test_a_capability_is_called_after_its_type_and_is_there_once(writer: Writer) -> None:
    path = place(writer)
    assert writer.do("POST", path, BODY)["name"] == NAME
    assert writer.refused("POST", path, BODY)[0] == 400
    assert writer.reply("PATCH", f"{path}/{NAME}", BODY | {"inboundAccess": access()}).status == 204
    assert writer.reply("DELETE", f"{path}/{NAME}").status == 204
    assert writer.refused("PATCH", f"{path}/{NAME}", BODY)[0] == 404
