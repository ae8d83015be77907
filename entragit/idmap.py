"""The id map: which id counts now for one that an older tree has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping


def inner(id_: str) -> str:
    """The part of an id behind its owner's (`Each.below`); "" where it has none."""
    _, slash, own = id_.rpartition("/")
    return own if slash else ""


def with_inner(ids: Iterable[str]) -> frozenset[str]:
    """What resources with these ids are called: by their ids, or by a part of them."""
    found = frozenset(ids)
    return found | {own for id_ in found if (own := inner(id_))}


def followed(id_map: Mapping[str, str], present: Callable[[str], bool]) -> dict[str, str]:
    """Old id → the id that counts for it, of those that have another one now.

    Each entry of `id_map` leads on to the next. The last id of the way that is `present` counts, for what was
    re-created may have gone while the old object came back; where none is, the last one. A circle ends where it closes.
    """
    counting = {old: _counting(id_map, old, present) for old in id_map}
    return {old: new for old, new in counting.items() if new != old}


def _counting(id_map: Mapping[str, str], old: str, present: Callable[[str], bool]) -> str:
    way = [old]
    while (step := id_map.get(way[-1])) is not None and step not in way:
        way.append(step)
    return next((id_ for id_ in reversed(way) if present(id_)), way[-1])


def along(id_map: Mapping[str, str], ids: Iterable[str]) -> frozenset[str]:
    """These ids and all that the entries lead on to from them."""
    found = set(ids)
    waiting = list(found)
    while waiting:
        step = id_map.get(waiting.pop().lower())
        if step is not None and step.lower() not in found:
            found.add(step.lower())
            waiting.append(step)
    return frozenset(found)
