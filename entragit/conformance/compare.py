"""Two trials side by side: in what a tenant and the local Entra were seen to differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from entragit.canonical import canonical_json
from entragit.conformance.trial import DONE, Seen
from entragit.model import Body


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different; a value is canonical JSON, "" for none.

    `what`: "the answer", "what can be read", "the resource" as such, or a property.
    """

    kind: str
    step: str
    what: str
    tenant: str
    local: str


def compare(tenant: Iterable[Seen], local: Iterable[Seen]) -> tuple[Difference, ...]:
    """The differences, in the order in which the tenant's trial went."""
    there = {(item.kind, item.step): item for item in local}
    return tuple(found for item in tenant for found in _of(item, there.get((item.kind, item.step))))


def _of(item: Seen, other: Seen | None) -> Iterator[Difference]:
    if other is None or item.said != other.said:
        yield Difference(item.kind, item.step, "the answer", _answer(item), _answer(other))
        return
    if item.unread != other.unread:
        yield Difference(item.kind, item.step, "what can be read", *(side.unread or "all" for side in (item, other)))
        return
    if (item.body is None) != (other.body is None):
        said = ["there" if side.body is not None else "not there" for side in (item, other)]
        yield Difference(item.kind, item.step, "the resource", *said)
        return
    one, two = item.body or {}, other.body or {}
    for name in sorted({*one, *two}):
        if one.get(name) != two.get(name):
            yield Difference(item.kind, item.step, name, _value(one, name), _value(two, name))


def _answer(item: Seen | None) -> str:
    if item is None:
        return "not tried"
    return item.said if item.said == DONE or not item.detail else f"{item.said}: {item.detail}"


def _value(body: Body, name: str) -> str:
    return canonical_json(body[name]) if name in body else ""
