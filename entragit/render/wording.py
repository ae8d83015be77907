"""Changes, edits and gaps in words, the same in every sink; nothing here is escaped yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from entragit.canonical import canonical_json
from entragit.diff import inside
from entragit.model import ABSENT, Edit, Gap
from entragit.render.report import Change

LONGEST = 120
"""Characters of a value that are shown; JSON has all of it."""

MOST = 20
"""Elements of one property that are shown. Per property, so that nobody hides one edit behind a thousand others."""

SIGNS: Mapping[str, str] = {"deleted": "-", "updated": "~", "created": "+"}

Names = Mapping[str, str]
"""Reference text → comment, as `Report.names` holds them."""


class Line(NamedTuple):
    """One edit: where, and what was and is there ("" for nothing). `more` counts further ones that aren't shown."""

    where: str
    before: str
    after: str
    conflict: bool = False
    more: int = 0


def name(change: Change) -> str:
    """What a change's resource is called below the heading of its kind."""
    return change.address.removeprefix(f"{change.kind}/")


def lines(change: Change, names: Names) -> Iterator[Line]:
    """The edits of a change, one line each, at most MOST for a property."""
    for _, group in groupby(change.edits, key=lambda edit: edit.path[0]):
        pairs = [(part, edit.path in change.conflicts) for edit in group for part in inside(edit)]
        found = [line for part, conflict in pairs for line in _lines(part, names, conflict)]
        # What needs a person comes first, so that the limit never hides it.
        found.sort(key=lambda line: not line.conflict)
        yield from found[:MOST]
        if len(found) > MOST:
            yield Line(found[MOST].where, "", "", more=len(found) - MOST)


def _lines(edit: Edit, names: Names, conflict: bool) -> Iterator[Line]:
    present = edit.after if edit.before is ABSENT else edit.before
    one_sided = edit.before is ABSENT or edit.after is ABSENT
    is_element = one_sided and len(edit.path) > 1 and edit.path[-1] == canonical_json(present)
    path = edit.path[:-1] if is_element else edit.path
    where = tuple(_step(step, names) for step in path)
    if not one_sided:
        yield Line(".".join(where), *_both(edit.before, edit.after, names), conflict)
        return
    for place, value in [(where, present)] if is_element else _leaves(where, present):
        text = words(value, names)
        before, after = ("", text) if edit.before is ABSENT else (text, "")
        yield Line(".".join(place), before, after, conflict)


def _step(step: str, names: Names) -> str:
    """One part of a path; an element of a keyed list, whose key stands there as JSON, by its name."""
    if not step.startswith('"'):
        return step
    try:
        key = json.loads(step)
    except ValueError:  # no key, but a property with a quote in its name
        return step
    return names.get(key, key) if isinstance(key, str) else step


def _leaves(where: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The parts of a value that are worth a line each: properties of maps, elements of lists."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _leaves((*where, key), value[key])
    elif isinstance(value, list) and value:
        yield from ((where, item) for item in value)
    else:
        yield where, value


def words(value: Any, names: Names) -> str:
    """A value as compact JSON, with names for references; a long one is cut, with its length behind it."""
    return _cut(_words(value, names))


def _words(value: Any, names: Names) -> str:
    if isinstance(value, str):
        return _named(value, names)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_words(value[key], names)}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_words(item, names) for item in value) + "]"
    return json.dumps(value)


def _named(text: str, names: Names) -> str:
    known = names.get(text)
    quoted = json.dumps(text, ensure_ascii=False)
    if known is None:
        return quoted
    if known.startswith("gone: "):
        return f"{known.removeprefix('gone: ')} (gone)"
    return f"{quoted} (unknown)" if known == "unknown" else known


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _both(before: Any, after: Any, names: Names) -> tuple[str, str]:
    """Two values of one property; where both are long, from shortly before they part."""
    old, new = _words(before, names), _words(after, names)
    if min(len(old), len(new)) > LONGEST:
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        start = max(0, same - LONGEST // 4)
        if start:
            old, new = f"…{old[start:]}", f"…{new[start:]}"
    return _cut(old), _cut(new)


def gaps(found: Iterable[Gap]) -> Iterator[str]:
    """What is not compared and why, one sentence for each kind, property and reason."""
    for (kind, prop, reason), group in groupby(sorted(found, key=_cause), key=_cause):
        ids = [gap.id for gap in group if gap.id]
        count = f" of {len(ids):,} {'resource' if len(ids) == 1 else 'resources'}" if ids else ""
        what = f"{prop}{count} in {kind}" if prop else f"{kind}{f',{count[3:]}' if count else ''}"
        yield f"{what}: {reason}" if reason else what


def _cause(gap: Gap) -> tuple[str, str, str]:
    return gap.kind, gap.property, gap.reason
