"""Changes of properties: PATCH, what must be switched off before, and what goes on last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from entragit.canonical import same
from entragit.model import Body
from entragit.plan import Operation
from entragit.resources.fields import Field, of
from entragit.resources.writing import has
from entragit.shapes.bodies import TYPE, bare, clears_all, complete, is_fixed, read_only
from entragit.shapes.writing import Work, named, operation, path, put

ENABLED = "isEnabled"


def properties(work: Work) -> Iterator[Operation]:
    """What is to be switched off first, then one PATCH with every property that changes."""
    before = assumed(work)
    after = at_first(work, before)
    names = _cleared_by_switch(work, _moved(work, before, after))
    if not names:
        return
    yield from _disabling(work, before, after)
    found = _change(work, "properties", f"Change {named(work)}", names, before, after)
    yield replace(found, again=work.now is not None and _shown(work, before, after))


def _moved(work: Work, before: Body, after: Body) -> list[str]:
    return [name for name in _patched(work) if not same(before.get(name), after.get(name))]


def _cleared_by_switch(work: Work, names: list[str]) -> list[str]:
    """The switch alone where it goes off and Graph clears everything else."""
    switch = work.kind.writes.switch
    off = clears_all(work.kind, work.wanted)
    return [name for name in names if switch is None or not off or name == switch.name]


def _change(work: Work, key: str, words: str, names: list[str], before: Body, after: Body) -> Operation:
    """The operation that gives `names` the values of `after`; a PUT says all the others, too."""
    if work.kind.writes.update == "PUT":
        known, body = of(work.kind, {**before, **after}), {}
        for name in sorted({*_patched(work), *work.kind.writes.repeated}):
            if after.get(name) is not None or before.get(name) is not None:
                body[name] = after[name] if after.get(name) is not None else _nothing(known.get(name))
        return operation(work, key, "PUT", path(work), words, typed(work, body))
    known = of(work.kind, {**before, **after})
    again = () if _is_alone(work, names, after) else work.kind.writes.repeated
    said = sorted({*names, *(name for name in again if name in after)})
    body = {name: cleared(known.get(name), before.get(name), after.get(name)) for name in said}
    return operation(work, key, "PATCH", path(work), words, typed(work, body))


def _is_alone(work: Work, names: list[str], after: Body) -> bool:
    """Whether the change is nothing but a switch that clears everything else."""
    switch = work.kind.writes.switch
    return switch is not None and names == [switch.name] and clears_all(work.kind, after)


def _nothing(field: Field | None) -> Any:
    """What a PUT says of a property that goes: nobody knows whether its absence were enough (facts §6)."""
    return [] if field is not None and field.many else None


def _shown(work: Work, before: Body, after: Body) -> bool:
    """Whether a relationship that Graph computed, and so nobody knows, is people's to decide afterwards."""
    rules = (relation.unless for relation in work.kind.relations if relation.unless)
    return any(has(before, rule) and not has(after, rule) for rule in rules)


def assumed(work: Work) -> Body:
    """What the resource is now: as read, or after its creation, as that made it."""
    return work.now if work.now is not None else bare(work.kind, work.wanted)


def _patched(work: Work) -> list[str]:
    """The properties that a PATCH takes of this kind, in the order of their names."""
    words, known = work.kind.writes, of(work.kind, work.wanted)
    candidates = sorted({*assumed(work), *work.wanted} - {"id", TYPE, *words.actions, *words.never, *words.lost})
    return [name for name in candidates if _takes(work, name, known.get(name))]


def _takes(work: Work, name: str, field: Field | None) -> bool:
    words = work.kind.writes
    if name in words.fixed or any(taken is not None and name not in taken for taken in (words.patch, words.only)):
        return False
    if field is None:
        return True
    return field.relation is None and not is_fixed(work.kind, name, field) and not read_only(work.kind, name, field)


def is_fixed_apart(work: Work) -> bool:
    """Whether a property differs that is taken at creation only."""
    now, known = work.now or {}, of(work.kind, work.wanted)
    fixed = (name for name in {*now, *work.wanted} - {"id"} if not _takes(work, name, known.get(name)))
    return work.now is not None and any(not same(now.get(name), work.wanted.get(name)) for name in fixed)


def at_first(work: Work, before: Body) -> Body:
    """What the PATCH of the stage "link" shall make: everything, but what goes on (or off) later stays."""
    switch = work.kind.writes.switch
    if switch is None or not _later(work, before):
        return work.wanted
    if switch.whole:
        return before
    stays = before.get(switch.name, switch.off)
    return {**work.wanted, switch.name: stays}


def _later(work: Work, before: Body) -> bool:
    """Whether the switch turns in the stage "enable": always when it goes on, and off where the catalog says so."""
    switch = work.kind.writes.switch
    if switch is None:
        return False
    old, new = before.get(switch.name), work.wanted.get(switch.name)
    if same(old, new) or new is None:
        return False
    return not same(new, switch.off) or (switch.late is not None and old is not None)


def frees(work: Work) -> Iterator[Operation]:
    """What only one resource can have, of one that is to be deleted."""
    switch = work.kind.writes.switch
    now = work.now or {}
    if (
        switch is None
        or not switch.sole
        or work.change.action != "delete"
        or now.get(switch.name) in (None, switch.off)
    ):
        return
    body = typed(work, {switch.name: switch.off})
    yield operation(work, "switch", "PATCH", path(work), f"Switch {named(work)} off", body)


def enabling(work: Work) -> Iterator[Operation]:
    """The switch, once everything else is there."""
    switch = work.kind.writes.switch
    before = assumed(work)
    if switch is None or not _later(work, before):
        return
    off = same(work.wanted[switch.name], switch.off)
    words = f"Switch {named(work)} {'off' if off else 'on'}"
    if any(switch.by):
        yield operation(work, "switch", "POST", path(work, switch.by[off]), words)
        return
    names = _moved(work, before, work.wanted) if switch.whole else [switch.name]
    yield _change(work, "switch", words, names, before, work.wanted)


def cleared(field: Field | None, before: Any, after: Any) -> Any:
    """The value that a PATCH says of a property: null or [] where there is none any more."""
    value = complete(field, before, after)
    return [] if value is None and field is not None and field.many else value


def typed(work: Work, body: Body) -> Body:
    """`body` with its type where Graph asks for that in every PATCH."""
    name = (work.now or work.wanted).get(TYPE)
    return {TYPE: name, **body} if work.kind.writes.typed and name else body


def _disabling(work: Work, before: Body, after: Body) -> Iterator[Operation]:
    """App roles and scopes that are on and change or go: switched off in one PATCH, and seen so (facts §2, §5)."""
    body: Body = {}
    seen: Body = {}
    for place in work.kind.writes.disabled:
        old, new = (_at(side, place) for side in (before, after))
        off = _to_disable(old, new)
        if off:
            items = [{**item, ENABLED: False} if item["id"] in off else item for item in old]
            whole = put(before, place, items)
            body[place[0]] = whole[place[0]]
            _put_into(seen, place, [{"id": key, ENABLED: False} for key in sorted(off)])
    if body:
        found = operation(work, "disable", "PATCH", path(work), f"Switch off what changes in {named(work)}", body)
        yield replace(found, awaits=(path(work), "", seen))


def _to_disable(old: list[Any], new: list[Any]) -> set[str]:
    kept = {item.get("id"): item for item in new}
    return {str(item["id"]) for item in old if item.get(ENABLED) and not _same_but_off(item, kept.get(item["id"]))}


def _same_but_off(item: Mapping[str, Any], new: Mapping[str, Any] | None) -> bool:
    return new is not None and (same(item, new) or same({**item, ENABLED: False}, new))


def _at(body: Body, place: tuple[str, ...]) -> list[Any]:
    value: Any = body
    for name in place:
        value = (value or {}).get(name)
    return value or []


def _put_into(body: Body, place: tuple[str, ...], value: Any) -> None:
    for name in place[:-1]:
        body = body.setdefault(name, {})
    body[place[-1]] = value
