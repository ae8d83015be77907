"""What of a change can be written, and what can't be: the first goes to operations, the second to the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from entragit.canonical import canonical_json, same
from entragit.diff import diff, patch
from entragit.model import ABSENT, Body, Edit
from entragit.plan import Change, Entry, Origin
from entragit.references import find
from entragit.resources import periods
from entragit.resources.base import ResourceType
from entragit.resources.fields import fields, of
from entragit.resources.writing import Reason, Refusal, has
from entragit.shapes.bodies import TYPE, clears_all, is_fixed, naming, read_only, without
from entragit.shapes.reasons import (
    GONE,
    NEEDED,
    ONCE,
    PASSWORD,
    SIGNED_IN,
    THERE_ONCE,
    below,
    lacking,
    needed_for,
    rule_of,
    why_edit,
    why_period,
)
from entragit.shapes.taken import why_edit_taken, why_restore_taken, why_taken, without_taken
from entragit.shapes.writing import WriteContext, of_change, sort

Split = tuple[Change | None, tuple[Entry, ...]]


def split(kind: ResourceType, change: Change, context: WriteContext) -> Split:
    """The change with what Graph takes of it alone (None: nothing), and a line for all that it doesn't take."""
    kind = of_change(kind, change)
    change = _timely(kind, change, context)
    refused = _refused(kind, change, context)
    if refused is not None:
        return None, (_entry(change, "", refused),)
    if change.action == "delete":
        return change, ()
    return _updated(kind, change, context) if change.action == "update" else _made(kind, change, context)


def _timely(kind: ResourceType, change: Change, context: WriteContext) -> Change:
    """The change without a start that is over: whatever begins then, begins now (`periods`)."""
    desired = change.desired or {}
    begin = periods.start(desired.get(kind.period)) if kind.period else None
    if begin is None or context.now is None or begin > context.now:
        return change
    schedule = {name: value for name, value in desired[kind.period].items() if name != periods.START}
    kept = [(edit, origin) for edit, origin in zip_longest(change.edits, change.origins)
            if edit.path != (kind.period, periods.START)]  # fmt: skip
    edits, origins = tuple(edit for edit, _ in kept), tuple(origin for _, origin in kept if origin)
    return replace(change, desired={**desired, kind.period: schedule}, edits=edits, origins=origins)


def _entry(change: Change, name: str, reason: Reason) -> Entry:
    return Entry(change.kind, change.address, name, reason.what, reason.why, reason.follow_up)


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(set(entries)))


def _refused(kind: ResourceType, change: Change, context: WriteContext) -> Reason | None:
    """Why nothing of the change can be done at all."""
    rule = rule_of(kind, change)
    if rule is None and kind.shape == "singleton" and change.action in ("create", "delete"):
        return THERE_ONCE
    if rule is not None and rule.asked and kind.kind not in context.enable:
        return _to_ask(kind.kind, rule.reason)
    if rule is not None and not (rule.but or rule.asked):
        return rule.reason
    if change.action == "update" and any(edit.path[0] == TYPE for edit in change.edits):
        return ONCE
    if (kind.delegated or kind.writes.signed_in) and context.application:
        return SIGNED_IN
    body = change.actual or change.desired or {}
    also = (need.permission for need in kind.writes.also if has(body, need.where))
    return (
        lacking((*kind.write, *also, *_at_address(kind, change)), context)
        or _unlicensed(kind, context)
        or _impossible(kind, change, context)
    )


def _at_address(kind: ResourceType, change: Change) -> tuple[str, ...]:
    """The permissions that all of a change needs at the address of a derived type; an update may be below it alone."""
    if kind.cast is None or change.action == "update":
        return ()
    return kind.cast.write if change.action == "create" else kind.cast.remove


def _unlicensed(kind: ResourceType, context: WriteContext) -> Reason | None:
    if context.licences is None or not kind.licence or kind.licence.startswith(tuple(context.licences)):
        return None
    return Reason("licence", f"It needs {kind.licence}.", "Buy the licence, or leave the kind out of the settings.")


def _impossible(kind: ResourceType, change: Change, context: WriteContext) -> Reason | None:
    """Why nothing can be made or come back: it lacks what Graph asks for, or must have or name what it can't."""
    body = change.desired or {}
    if change.action not in ("create", "restore"):
        return None
    required = (
        found
        for found in find(kind, body)
        if found.path[0] in kind.writes.required
        and (found.path[1:] in ((), ("id",)) or found.path in kind.links or found.reference.needed)
    )
    backing = {str(body.get(kind.writes.backed_by or kind.writes.backed[1]))} if kind.writes.backed else set()
    lost = any(body.get(name) and {*body[name]} <= context.gone for name in _firsts(kind))
    gone = GONE if lost or context.gone & {*(found.id for found in required), *backing} else None
    if change.action == "restore":
        return why_restore_taken(change, context) or gone
    asked = sorted(name for name in of(kind, body) if _asked(kind, name, body))
    shown = {one.name for one in kind.relations if one.shape == "cast" and one.name in kind.writes.required}
    missing = ", ".join(name for name in sorted({*asked, *shown, *_firsts(kind)}) if body.get(name) in (None, []))
    if missing:
        return Reason("incomplete", f"Graph makes no {sort(kind)} without {missing}.", f"Write {missing} in the file.")
    if reason := why_period(kind, body, context):
        return reason
    taken = (why_taken(change, name, body[name], context) for name in asked)
    return next((why for why in taken if why is not None), gone)


def _firsts(kind: ResourceType) -> list[str]:
    """The relationships of which a creation must name somebody."""
    return [relation.name for relation in kind.relations if relation.first and kind.cast]


def _asked(kind: ResourceType, name: str, body: Body) -> bool:
    """Whether a creation needs the property."""
    field = of(kind, body)[name]
    asked = field.property is not None and field.property.required_on_create and not field.noise
    return asked and not read_only(kind, name, field) and name not in kind.writes.optional


def _needed(kind: ResourceType, name: str, body: Body) -> bool:
    """Whether the property can't be empty."""
    field = of(kind, body).get(name)
    if field is None or field.property is None:
        return False
    fixed = not field.property.nullable and not field.many and field.type.startswith("Edm.")
    return fixed or _asked(kind, name, body) or kind.writes.actions.get(name) == "combinations"


def can_be_empty(kind: ResourceType, name: str, body: Body) -> bool:
    """Whether a property can be without a value, and given none."""
    return not _needed(kind, name, body)


def fixed(kind: ResourceType, name: str) -> bool:
    """Whether a property stays as it was at the creation."""
    field, words = fields(kind.type)[name], kind.writes
    left_out = name in words.fixed or (words.patch is not None and name not in words.patch)
    return left_out or is_fixed(kind, name, field) or read_only(kind, name, field)


def _updated(kind: ResourceType, change: Change, context: WriteContext) -> Split:
    """The edits that can be written; what follows from others by itself is no edit of the plan."""
    actual = change.actual or {}
    reasons = [(edit, why_edit(kind, change, edit, context) or why_edit_taken(change, edit, context))
               for edit in change.edits]  # fmt: skip
    taken = patch(kind, actual, [edit for edit, why in reasons if why is None and not _alike(edit)])
    entries = [_entry(change, "/".join(edit.path), why) for edit, why in reasons if why is not None]
    left = () if clears_all(kind, taken) else sorted(actual.keys() - taken.keys())
    empty = [name for name in left if _needed(kind, name, actual)]
    taken = {**taken, **{name: actual[name] for name in empty}}
    entries += [_entry(change, name, NEEDED) for name in empty]
    taken, gone = _present(kind, change, taken, context.gone - _kept(kind, change))
    taken, last = _last(kind, change, taken)
    entries += gone + last
    taken, off = _off(kind, change, taken, context)
    taken, out = _out(kind, change, taken, context)
    entries += off + out
    desired = kind.writes.settle(actual, taken) if kind.writes.settle else taken
    follows = [edit for edit, why in reasons if why is None and _alike(edit)]
    edits = (*diff(kind, actual, desired), *follows)
    if not edits:
        return None, _sorted(entries)
    origins = tuple(_origin(change, edit) for edit in edits) if change.origins else ()
    return replace(change, desired=desired, edits=edits, origins=origins), _sorted(entries)


def _kept(kind: ResourceType, change: Change) -> set[str]:
    """The ids that stay where they stand, gone or not: all but those in a value that is sent whole, and checked whole.

    Graph refuses a policy whose conditions are changed while they name somebody deleted (facts §5 [K]).
    """
    actual = change.actual or {}
    known = of(kind, actual)
    whole = {edit.path[0] for edit in change.edits if edit.path[0] in known and known[edit.path[0]].atomic}
    return {found.id for found in find(kind, actual) if found.path[0] not in whole}


def _alike(edit: Edit) -> bool:
    """Whether the edit is a reference, or an element of a list around one, that only follows its object."""
    return edit.before is not ABSENT and edit.after is not ABSENT and same(edit.before, edit.after)


def _origin(change: Change, edit: Edit) -> Origin:
    """Who moved the value of an edit: what was said of it, else of its property."""
    known = list(zip(change.edits, change.origins, strict=True))
    same = (origin for other, origin in known if other.path == edit.path)
    near = (origin for other, origin in known if other.path[0] == edit.path[0])
    return next(same, next(near, "follows"))


def _last(kind: ResourceType, change: Change, taken: Body) -> tuple[Body, list[Entry]]:
    """The last one of a relationship that has to stay, with its line."""
    actual, entries = change.actual or {}, []
    for relation in kind.relations:
        held = actual.get(relation.name)
        if relation.stays and held and not taken.get(relation.name) and has(actual, relation.stays[0]):
            taken = {**taken, relation.name: held[-1:]}
            place = f"{relation.name}/{canonical_json(held[-1])}"
            entries.append(_entry(change, place, relation.stays[1]))
    return taken, entries


def _off(kind: ResourceType, change: Change, body: Body, context: WriteContext) -> tuple[Body, list[Entry]]:
    """`body` with what would act by itself still off, where that is more than bringing back and nobody asked for it."""
    switch = kind.writes.switch
    if switch is None or switch.asks is None or kind.kind in context.enable or switch.name not in body:
        return body, []
    before = (change.actual or {}).get(switch.name, switch.off)
    if same(body[switch.name], switch.off) or not same(before, switch.off):
        return body, []
    rest = (change.actual or {}) if switch.whole else body
    return {**rest, switch.name: switch.off}, [_entry(change, switch.name, _to_ask(kind.kind, switch.asks))]


def _to_ask(kind: str, reason: Reason) -> Reason:
    """The reason with what allows it."""
    return replace(reason, follow_up=f"{reason.follow_up}; then apply again with --enable {kind}.")


def _out(kind: ResourceType, change: Change, body: Body, context: WriteContext) -> tuple[Body, list[Entry]]:
    """`body` without what would begin to act on the resource by itself, as `_off`; a restore keeps what comes with it.

    What the resource has already stays, for a restored one that is known only then.
    """
    entries: list[Entry] = []
    for relation in kind.relations:
        if relation.asks and relation.through and relation.through[0] not in context.enable:
            there = (change.actual or {}).get(relation.name) or []
            added = [id_ for id_ in body.get(relation.name) or () if id_ not in there]
            why = _to_ask(relation.through[0], relation.asks)
            entries += (_entry(change, f"{relation.name}/{canonical_json(id_)}", why) for id_ in added)
            if added and change.action != "restore":
                kept = [id_ for id_ in body[relation.name] if id_ in there]
                rest = {name: value for name, value in body.items() if name != relation.name}
                body = {**rest, relation.name: kept} if kept else rest
    return body, entries


def _made(kind: ResourceType, change: Change, context: WriteContext) -> Split:
    """A creation or restore without what can't be sent, and with lines for what is lost or new by it."""
    desired, entries = dict(change.desired or {}), []
    rule = rule_of(kind, change)
    for name in sorted(desired):
        reason = _why_made(kind, change, name, rule, context)
        if reason is not None:
            del desired[name]
            entries.append(_entry(change, name, reason))
    desired, taken = without_taken(change, desired, context)
    entries += (_entry(change, place, why) for place, why in taken)
    desired, gone = _present(kind, change, desired, context.gone)
    desired, off = _off(kind, change, desired, context)
    desired, out = _out(kind, change, desired, context)
    entries += gone + off + out
    if change.action == "create":
        desired = kind.writes.settle(None, desired) if kind.writes.settle else desired
        entries += _new(kind, change)
    edits = tuple(edit for edit in diff(kind, {}, desired) if edit.path != ("id",))
    origins = tuple(_origin(change, edit) for edit in edits) if change.origins else ()
    return replace(change, desired=desired, edits=edits, origins=origins), _sorted(entries)


def _present(kind: ResourceType, change: Change, body: Body, gone: frozenset[str]) -> tuple[Body, list[Entry]]:
    """`body` without the references to something gone, with their lines; a single one stays as the tenant has it."""
    dropped = naming(kind, body, gone)
    entries = [_entry(change, "/".join(map(str, (*found.path, found.id))), GONE) for found in dropped]
    single = {str(found.path[0]) for found in dropped if len(found.path) == 1 or found.reference.needed}
    kept = {name: (change.actual or {})[name] for name in single & (change.actual or {}).keys()}
    return {**without(kind, body, gone), **kept}, entries


def _why_made(
    kind: ResourceType, change: Change, name: str, rule: Refusal | None, context: WriteContext
) -> Reason | None:
    """Why a property can't be given to a new resource, or changed in a restored one; that has the old values."""
    words, field = kind.writes, of(kind, change.desired or {}).get(name)
    if change.action == "restore":
        return rule.reason if rule is not None and name not in rule.but and name != "id" else None
    if field is not None and field.relation is not None and field.relation.shape != "cast":
        never = words.never.get(name) or field.relation.never or field.relation.unmade
        return never or lacking((*field.relation.write, *below(kind, name)), context)
    needed = () if name in words.opened else needed_for(kind, name)
    return words.never.get(name) or words.lost.get(name) or lacking(needed, context)


def _new(kind: ResourceType, change: Change) -> Iterator[Entry]:
    """What a new resource has that the old one had not."""
    for name in kind.writes.new:
        if (change.desired or {}).get(name):
            why = f"Graph gives a new {sort(kind)} an {name} of its own; every reference in the tenant follows."
            yield _entry(change, name, Reason(f"new {name}", why, f"Tell whoever knows the old {name} outside Entra."))
    if kind.writes.unseen:
        yield _entry(change, "", kind.writes.unseen)
    if kind.writes.secret:
        yield _entry(change, kind.writes.secret, PASSWORD)
