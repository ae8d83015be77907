"""No value of a wrong kind, anywhere in a body, is more than a refusal."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_writing import Writer, writable

from entragit.sandbox.rules.rows import ROWS
from entragit.sandbox.store import Object
from entragit.sandbox.writes.dispatch import KINDS

ODD: tuple[Any, ...] = (None, {}, [], [None], 5)
INNER = {row.path for row in ROWS if row.inside[0]} | {"organization/branding/localizations"}
WRITTEN = sorted(KINDS.keys() - INNER)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, item in parts:
        yield from places(item, (*place, name))


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    held = copy.copy(value)
    held[place[0]] = put(held[place[0]], place[1:], new)
    return held


def objects(writer: Writer, path: str) -> list[Object]:
    """One object of each of its types."""
    held = writer.tenant.objects.get(path, {}).values()
    single = writer.tenant.singletons.get(path)
    return [single] if single else list({item.get("@odata.type"): item for item in held}.values())


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


@pytest.mark.parametrize("path", WRITTEN)
def test_an_odd_value_is_refused_or_taken(path: str, writer: Writer) -> None:
    for item in [copy.deepcopy(item) for item in objects(writer, path)]:
        body, one = writable(KINDS[path], item), path if path in writer.tenant.singletons else f"{path}/{item['id']}"
        for place in places(body):
            for odd in ODD:
                for method, where in (("POST", path), ("PATCH", one), ("PUT", one)):
                    assert writer.reply(method, where, put(body, place, odd)).status < 500
        assert writer.reply("GET", one).status < 500
