"""What the strict Entra says to writes of custom authentication extensions."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer
from write_states_extensions import EXTENSION, EXTENSIONS, GRAPH

from entragit.resources.base import Context
from entragit.resources.further.extensions_writes import without_keys

BODY = {key: value for key, value in EXTENSION.items() if key != "id"}


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


@pytest.mark.parametrize(("body", "status"), [
    (BODY, 201),
    ({key: value for key, value in BODY.items() if key != "@odata.type"}, 400),
    ({key: value for key, value in BODY.items() if key != "authenticationConfiguration"}, 400),
    (BODY | {"authenticationConfiguration": {"@odata.type": f"{GRAPH}basicAuthentication"}}, 400),
    (BODY | {"endpointConfiguration": {"@odata.type": f"{GRAPH}httpRequestEndpoint", "targetUrl": "http://a"}}, 400),
    (BODY | {"@odata.type": f"{GRAPH}customAuthenticationExtension"}, 400),
    (BODY | {"behaviorOnError": {}}, 400),
])  # fmt: skip
def test_an_extension_says_how_it_is_called(writer: Writer, body: dict[str, Any], status: int) -> None:
    assert writer.reply("POST", EXTENSIONS, body).status == status


def test_a_change_names_the_type(writer: Writer) -> None:
    made = writer.do("POST", EXTENSIONS, BODY)
    place = f"{EXTENSIONS}/{made['id']}"
    assert writer.reply("PATCH", place, {"displayName": "x"}).status == 400
    assert writer.reply("PATCH", place, {"@odata.type": BODY["@odata.type"], "displayName": "x"}).status == 204


@pytest.mark.parametrize(("address", "shown"), [
    ("https://a.com/api", "https://a.com/api"),
    ("https://a.com/api?code=abc==&v=2", "https://a.com/api?***"),
    ("https://a.com/api?abc", "https://a.com/api?***"),
    ("https://ada:word@a.com/api", "https://***@a.com/api"),
    ("https://ada:w@rd@a.com/api?x\ny=1", "https://***@a.com/api?***"),
])  # fmt: skip
def test_no_key_of_an_address_is_kept(address: str, shown: str) -> None:
    raw = {"endpointConfiguration": {"targetUrl": address}}
    found = without_keys(raw, Context("t"))
    assert found == {"endpointConfiguration": {"targetUrl": shown}}
    assert without_keys(found, Context("t")) == found
    assert raw["endpointConfiguration"]["targetUrl"] == address
