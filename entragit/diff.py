"""Two bodies → edits, and edits → body: `patch(type, a, diff(type, a, b))` is `b` again. The home of deepdiff.

Elements of sets and keyed lists are told apart as the catalog says; everything else that is no map is replaced whole.
A list that isn't in canonical order or has two elements of one key is replaced whole too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import lt
from typing import Any

from entragit.canonical import element_key, ordered, same
from entragit.model import ABSENT, Body, Edit
from entragit.paths import Path
from entragit.resources.base import ResourceType
from entragit.resources.facts import SEQUENCE, ListRule
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete

Known = Mapping[str, Field]


def diff(resource_type: ResourceType, before: Body, after: Body) -> list[Edit]:
    """What turns `before` into `after`, ordered by path; empty exactly if they are the same JSON."""
    return list(_maps(before, after, of(resource_type, before), ()))


def patch(resource_type: ResourceType, body: Body, edits: Iterable[Edit]) -> Body:
    """`body` with `edits` made, a new body; `before` of an edit is not looked at.

    Taking away what is not there is no error. Raises KeyError, naming the place, for an edit inside something that
    is not there.
    """
    return _patched(body, of(resource_type, body), list(edits), 0)


def inside(edit: Edit) -> list[Edit]:
    """The edit as several, for a reader: what differs inside two values that it replaces whole.

    List positions stand in the paths as numbers, and the result can't be patched with. An edit that is readable as
    it is (a scalar, something new, something gone) comes back alone.
    """
    if type(edit.before) is not type(edit.after) or not isinstance(edit.before, dict | list):
        return [edit]
    from deepdiff import DeepDiff
    from deepdiff.helper import notpresent

    found: list[Edit] = []
    for levels in DeepDiff(edit.before, edit.after, view="tree", threshold_to_diff_deeper=0, verbose_level=2).values():
        for level in levels:
            before, after = (ABSENT if side is notpresent else side for side in (level.t1, level.t2))
            place = (str(part) for part in level.path(output_format="list"))
            found.append(Edit((*edit.path, *place), before, after))
    return sorted(found, key=lambda inner: inner.path) or [edit]


def _maps(before: Body, after: Body, known: Known, path: Path) -> Iterator[Edit]:
    for name in sorted(before.keys() | after.keys()):
        field = known.get(name)
        yield from _values(before.get(name, ABSENT), after.get(name, ABSENT), field, (*path, name))


def _values(before: Any, after: Any, field: Field | None, path: Path) -> Iterator[Edit]:
    rule = field.rule if field else SEQUENCE
    if before is not ABSENT and after is not ABSENT and same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(before, after, inner_fields(field, before), path)
        return
    ours, theirs = elements(before, rule), elements(after, rule)
    if ours is None or theirs is None:
        yield Edit(path, before, after)
    else:
        # In a set, what has the same key is the same.
        keys = ours.keys() ^ theirs.keys() if rule.order == "set" else ours.keys() | theirs.keys()
        for key in sorted(keys):
            yield from _values(ours.get(key, ABSENT), theirs.get(key, ABSENT), element_field(field), (*path, key))


def element_field(field: Field | None) -> Field | None:
    """What an element of the list `field` is; a list inside the list has no rule."""
    return field._replace(rule=SEQUENCE) if field else None


def inner_fields(field: Field | None, value: Mapping[str, Any]) -> Known:
    """The fields of the map `value`, which is one of `field`; none where nothing is known of it."""
    return fields(concrete(field.type, value)) if field else {}


def elements(value: Any, rule: ListRule) -> dict[str, Any] | None:
    """Key → element of a list that can be compared element by element; None for what can't.

    That is a list in its canonical order whose elements have keys of their own: then the keys ascend. No list at all
    counts as one without elements, for absent means empty; an empty one that is there doesn't.
    """
    if value is ABSENT:
        return None if rule.order == "sequence" else {}
    if rule.order == "sequence" or not isinstance(value, list) or not value:
        return None
    keys = [element_key(item, rule) for item in value]
    return dict(zip(keys, value, strict=True)) if all(map(lt, keys, keys[1:])) else None


def _patched(body: Body, known: Known, edits: list[Edit], depth: int) -> Body:
    """`body`, which stands at `depth` components of the edits' paths, with them made."""
    result = dict(body)
    for name, group in _grouped(edits, depth).items():
        value = _changed(result.get(name, ABSENT), known.get(name), group, depth + 1)
        if value is ABSENT:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def _grouped(edits: list[Edit], depth: int) -> Mapping[str, list[Edit]]:
    groups: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        groups[edit.path[depth]].append(edit)
    return groups


def _split(edits: list[Edit], depth: int) -> tuple[list[Edit], list[Edit]]:
    """The edits that replace what stands at `depth`, and those that go deeper."""
    return [e for e in edits if len(e.path) == depth], [e for e in edits if len(e.path) > depth]


def _changed(value: Any, field: Field | None, edits: list[Edit], depth: int) -> Any:
    """The new value of one property or element; ABSENT where nothing is left."""
    whole, deeper = _split(edits, depth)
    if whole:
        value = whole[-1].after
    if not deeper:
        return value
    if isinstance(value, dict):
        return _patched(value, inner_fields(field, value), deeper, depth)
    if field is None or field.rule.order == "sequence" or not (value is ABSENT or isinstance(value, list)):
        raise KeyError("/".join(deeper[0].path[:depth]))
    items = {element_key(item, field.rule): item for item in value} if isinstance(value, list) else {}
    for key, group in _grouped(deeper, depth).items():
        items[key] = _changed(items.get(key, ABSENT), element_field(field), group, depth + 1)
    return ordered((item for item in items.values() if item is not ABSENT), field.rule) or ABSENT
