"""Changes, edits and gaps in words, the same in every sink; nothing here is escaped yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from entragit.canonical import canonical_json
from entragit.diff import inside
from entragit.model import ABSENT, NOT_READ, NOT_SELECTED, NOT_SIGNED_IN, Edit, Gap
from entragit.paths import Path, dotted, element_of, is_element
from entragit.render.report import Change

QUIET = (NOT_SELECTED, NOT_SIGNED_IN, NOT_READ)
"""Reasons of gaps that are no news: all that has one is told in one sentence."""

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


def title(change: Change) -> str:
    """The title in quotes where the name doesn't say it; else ""."""
    known = change.title.casefold() in change.address.casefold()
    return "" if known else json.dumps(change.title, ensure_ascii=False)


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
    where = tuple(_step(step, names) for step in edit.path)
    if edit.before is not ABSENT and edit.after is not ABSENT:
        yield Line(dotted(where), *both(edit.before, edit.after, names), conflict)
        return
    present = edit.after if edit.before is ABSENT else edit.before
    for place, value in _parts(edit.path, where, present, names):
        text = words(value, names)
        before, after = ("", text) if edit.before is ABSENT else (text, "")
        yield Line(dotted(place), before, after, conflict)


def _parts(path: Path, where: Path, value: Any, names: Names) -> Iterator[tuple[Path, Any]]:
    """The parts of what is new or gone that are worth a line each; a list's element is one as long as it is short."""
    is_inner = len(path) > 1 and is_element(path[-1])
    is_short = not isinstance(value, dict | list) or len(_words(value, names)) <= LONGEST
    if is_inner and (is_short or path[-1] == canonical_json(value)):
        yield where[:-1], value
    else:
        yield from _leaves(where, value)


def _step(step: str, names: Names) -> str:
    """One part of a path; an element of a keyed list by the name of its key."""
    key = element_of(step)
    if key is None:
        return step
    return _cut(names.get(key, key) if isinstance(key, str) else _words(key, names))


def _leaves(where: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """The parts of a value that are worth a line each: properties of maps, elements of lists."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _leaves((*where, key), value[key])
    elif isinstance(value, list) and value:
        yield from ((where, item) for item in value)
    else:
        yield where, value


def in_words(text: str, names: Names) -> str:
    """A value that is given as JSON, in words; "nothing" where no text is."""
    return words(json.loads(text), names) if text else "nothing"


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


def both(before: Any, after: Any, names: Names) -> tuple[str, str]:
    """Two values of one property; where both are long, from shortly before they part."""
    old, new = _words(before, names), _words(after, names)
    if min(len(old), len(new)) > LONGEST:
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        start = max(0, same - LONGEST // 4)
        if start:
            old, new = f"…{old[start:]}", f"…{new[start:]}"
    return _cut(old), _cut(new)


def gaps(found: Collection[Gap]) -> Iterator[str]:
    """What is not compared and why, one sentence for each kind, property and reason; what nobody asked for in one."""
    news = [gap for gap in found if gap.reason not in QUIET]
    for (kind, prop, reason), group in groupby(sorted(news, key=_cause), key=_cause):
        ids = [gap.id for gap in group if gap.id]
        count = f" of {len(ids):,} {'resource' if len(ids) == 1 else 'resources'}" if ids else ""
        what = f"{prop}{count} in {kind}" if prop else f"{kind}{f',{count[3:]}' if count else ''}"
        yield f"{what}: {reason}" if reason else what
    for reason in QUIET:
        names = {f"{gap.kind}/{gap.property}".rstrip("/") for gap in found if gap.reason == reason}
        if names:
            yield f"{', '.join(sorted(names))}: {reason}"


def _cause(gap: Gap) -> tuple[str, str, str]:
    return gap.kind, gap.property, gap.reason
