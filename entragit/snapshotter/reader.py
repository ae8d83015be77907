"""What every step of one read shares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from entragit.errors import GraphError
from entragit.graph.client import Graph
from entragit.model import Gap, Raw
from entragit.resources.base import ResourceType
from entragit.resources.fields import resource_fields
from entragit.spool import Spool

Progress = Callable[[str, int], None]
"""Told a kind and how many of its resources have been read since the last call."""

Notice = Callable[[str], None]
"""Told a sentence that a person should read, though it is no gap."""


Part = tuple[str, str, int, list[Raw]]
"""Of a resource's relationship: id, name, number, elements as Graph listed them."""

NO_TEXT = "half a character, a lone surrogate, is no text"
"""Why a value is a gap that UTF-8, and so a file, can't hold."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The connection, where what it reads goes, what not to read, and whom to tell.

    `vanished`: (kind, id) of resources that were listed, but not found when their relationships were read. `broken`:
    why whole kinds could not be read. `untracked`: kind → why its changes could not be followed.
    `gone`: ids, in lower case, of resources that went while the run was reading. `refused`: kind that is listed for one
    owner at a time → why it isn't listed for any; None: it is.
    """

    graph: Graph
    spool: Spool
    exclude: frozenset[str]
    progress: Progress
    notice: Notice
    vanished: set[tuple[str, str]] = field(default_factory=set)
    broken: list[GraphError] = field(default_factory=list)
    untracked: dict[str, GraphError] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    refused: dict[str, GraphError | None] = field(default_factory=dict)

    def granted(self, permission: str) -> bool:
        """Whether the token has an application permission; a signed-in person's token doesn't say, so it may."""
        return self.graph.permissions is None or permission in self.graph.permissions


def store(reader: Reader, kind: ResourceType, raws: Sequence[Raw]) -> None:
    """Put objects as Graph sent them into the spool; a value that is no text is a gap.

    Raises GraphError for an object without an id.
    """
    raws = [identified(kind, raw) for raw in raws]
    if not all(_is_text(raw.get("id")) for raw in raws):
        raise GraphError(200, "noId", "an object has no id", f"/{kind.kind}")
    try:
        reader.spool.add(kind.kind, kind.title, raws)
    except UnicodeEncodeError:
        reader.spool.add(kind.kind, kind.title, [_text_only(reader, kind, raw) for raw in raws])
    reader.progress(kind.kind, len(raws))


def identified(kind: ResourceType, raw: Raw) -> Raw:
    """An object with its id under that name, where Graph calls it otherwise."""
    return raw if kind.key == "id" else {**raw, "id": raw.get(kind.key)}


def placed(kind: ResourceType, raw: Raw, owner: str) -> Raw:
    """An object of the list of `owner`, with what tells whose it is (`Each.below`); others as they are."""
    if not (kind.each and kind.each.below) or not isinstance(raw.get("id"), str):
        return raw
    return {**raw, "id": f"{owner}/{raw['id']}", kind.each.owner: owner}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and _is_writable(value)


def _text_only(reader: Reader, kind: ResourceType, raw: Raw) -> Raw:
    """An object less the values that no file can hold, which become gaps."""
    found: Raw = {}
    for name, value in raw.items():
        if _is_writable({name: value}):
            found[name] = value
        else:
            shown = name.encode("ascii", "backslashreplace").decode()
            reader.spool.add_gap(Gap(kind.kind, shown, raw["id"], NO_TEXT))
    return found


def store_parts(reader: Reader, kind: ResourceType, parts: Sequence[Part]) -> None:
    """Put parts of relationships into the spool; one that holds what is no text is a gap."""
    try:
        reader.spool.add_relations(kind.kind, parts)
    except UnicodeEncodeError:
        for id, name, _, items in parts:
            if not _is_writable(items):
                reader.spool.add_gap(Gap(kind.kind, name, id, NO_TEXT))
        reader.spool.add_relations(kind.kind, [part for part in parts if _is_writable(part[3])])


def _is_writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def unseen(reader: Reader, kind: ResourceType) -> Iterator[Gap]:
    """Properties and relationships that this run doesn't ask for, as gaps."""
    for name in sorted(kind.unread):
        yield Gap(kind.kind, name, reason="not read by this version", failure=False)
    for name in resource_fields(kind.kind, kind.type):
        if f"{kind.kind}/{name}" in reader.exclude:
            yield Gap(kind.kind, name, reason="not selected", failure=False)
    needs = dict(kind.needs) | {r.name: permission for r in kind.relations for permission in r.read}
    for name, permission in needs.items():
        if not reader.granted(permission) and f"{kind.kind}/{name}" not in reader.exclude:
            yield Gap(kind.kind, name, reason=f"needs the permission {permission}")


def without(reader: Reader, kind: ResourceType) -> frozenset[str]:
    """The names of what this run doesn't ask for."""
    return frozenset(gap.property for gap in unseen(reader, kind))
