"""After a re-creation every reference to the old id follows, inside longer strings too (design section 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from entragit import references
from entragit.canonical import ordered
from entragit.idmap import inner
from entragit.model import Body
from entragit.resources import derived as types
from entragit.resources.base import ResourceType
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete, derived, lineage
from entragit.resources.texts import TEXTS

ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}(?![0-9a-f])", re.I)


def rewrite(kind: ResourceType, body: Body, ids: Mapping[str, str]) -> Body:
    """`body` with every id in `ids`, which are in lower case, replaced by the new one; its own id stays.

    References, and the ids that stand inside strings of which the catalog says so: "api://{appId}", dynamic rules,
    names of directory extensions, where they have no dashes. Lists stay in canonical order.
    """
    if not ids:
        return body
    return _map(references.rewrite(kind, body, ids), kind.type, of(kind, body), ids)


def renewed(kind: ResourceType, old: Body, new: Body) -> dict[str, str]:
    """Old id → new id of everything that a re-creation gave another one: the resource's own, an application's appId.

    `old`: the body that was asked for. `new`: what Graph answered.
    """
    pairs = ((old.get(name), new.get(name)) for name in ("id", *types.of(kind, old).writes.new))
    found = {str(before).lower(): str(after) for before, after in pairs if before and after and before != after}
    return found | {inner(before): inner(after) for before, after in found.items() if inner(before) and inner(after)}


def _map(value: Mapping[str, Any], declared: str, known: Mapping[str, Field], ids: Mapping[str, str]) -> Body:
    texts = _texts(concrete(declared, value))
    return {name: _value(item, known.get(name), name in texts, ids) for name, item in value.items()}


def _texts(type_name: str) -> frozenset[str]:
    return frozenset().union(*(TEXTS.get(name, ()) for name in lineage(type_name)))


def _value(item: Any, field: Field | None, text: bool, ids: Mapping[str, str]) -> Any:
    if isinstance(item, str):
        return replaced(item, ids) if text else item
    if field is None or not (text or _holds(field.type)):
        return item
    if isinstance(item, list):
        return ordered([_value(element, field, text, ids) for element in item], field.rule)
    return _map(item, field.type, fields(concrete(field.type, item)), ids) if isinstance(item, dict) else item


@cache
def _holds(type_name: str) -> bool:
    """Whether a value of this Graph type can hold such a string, at any depth."""
    seen: set[str] = set()
    todo = [type_name]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [*derived(name), *(row.type for row in fields(name).values())]
    return not seen.isdisjoint(TEXTS)


def replaced(text: str, ids: Mapping[str, str]) -> str:
    """`text` with every id in it that `ids` has replaced by the new one, without dashes where it has none."""

    def new(match: re.Match[str]) -> str:
        bare = match[0].replace("-", "").lower()
        dashed = f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
        found = ids.get(dashed)
        return match[0] if found is None else found if match[1] else found.replace("-", "")

    return ID.sub(new, text)
