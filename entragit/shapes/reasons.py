"""Why one edit of an existing resource can't be written: the catalog's words and the type table in one answer."""

from __future__ import annotations

from collections.abc import Iterable

from entragit.model import ABSENT, Body, Edit
from entragit.plan import Change
from entragit.resources import periods
from entragit.resources.base import Relation, ResourceType
from entragit.resources.fields import Field, of
from entragit.resources.writing import Reason, Refusal, refusal
from entragit.shapes.bodies import is_fixed, read_only
from entragit.shapes.writing import WriteContext

READ_ONLY = Reason("read-only", "Graph decides it itself.", "Nothing can be done about it through Graph.")
ONCE = Reason(
    "fixed at creation", "Graph takes it only when the resource is made.", "Delete the resource and make it anew."
)
NEEDED = Reason("needed", "Graph takes no resource of this kind without a value.", "Write a value.")
GONE = Reason(
    "gone", "It names something that isn't in the tenant any more.", "Take the reference out, or name another resource."
)
SIGNED_IN = Reason(
    "signed-in person", "Graph lets no application write it.", "Apply it as a person: entragit apply --sign-in browser."
)
UNTAKEN = Reason(
    "not of its type", "Graph takes no such property of resources of this type.", "Take it out of the file."
)
THERE_ONCE = Reason("one of a kind", "There is one in every tenant.", "Change it instead.")


PASSWORD = Reason(
    "password",
    "Nobody can read a password; the account gets a random one that must be changed.",
    "Hand the person a new password, or a Temporary Access Pass.",
)


ENDED = Reason(
    "ended",
    "It was to end before now, and what has ended is not given again.",
    "Remove its file, or write a later end.",
)
LATER = Reason(
    "later start",
    "Graph shows it once it has begun and not before, so nobody could tell that it was asked for.",
    "Leave the start out, or assign it in the Entra admin center.",
)
RELATIVE = Reason(
    "relative end",
    "A duration counts from whenever it is asked for, so it would never be reached.",
    "Write the type afterDateTime with an endDateTime.",
)


def why_period(kind: ResourceType, body: Body, context: WriteContext) -> Reason | None:
    """Why a resource can't be given for as long as `body` says; None where it can."""
    schedule = body.get(kind.period) if kind.period else None
    over = periods.end(schedule)
    if over is not None and context.now is not None and over <= context.now:
        return ENDED
    rule, begin = kind.writes.request, periods.start(schedule)
    if rule is not None and rule.names and begin is not None and (context.now is None or begin > context.now):
        return LATER
    return RELATIVE if periods.is_relative(schedule) else None


def rule_of(kind: ResourceType, change: Change) -> Refusal | None:
    """The first refusal of the catalog that fits the change."""
    body = change.desired if change.action in ("create", "restore") else change.actual or change.desired
    return refusal(kind.writes, change.action, body or {}, change.desired)


def lacking(permissions: Iterable[str], context: WriteContext) -> Reason | None:
    """The first of these permissions that the token lacks, in alphabetical order; None where it has them all."""
    missing = sorted({*permissions} - context.permissions) if context.permissions is not None else []
    if not missing:
        return None
    what = f"entragit lacks the permission {missing[0]}."
    return Reason("permission", what, f"Give its application {missing[0]}.")


def needed_for(kind: ResourceType, name: str) -> tuple[str, ...]:
    """The permissions that a property needs beyond its kind's."""
    return (kind.writes.needs[name],) if name in kind.writes.needs else ()


def below(kind: ResourceType, name: str) -> tuple[str, ...]:
    """The permissions that a relationship needs which is written behind the cast of a derived type."""
    return kind.cast.below.get(name, ()) if kind.cast else ()


def why_edit(kind: ResourceType, change: Change, edit: Edit, context: WriteContext) -> Reason | None:
    """Why an edit of an update can't be written; None where it can."""
    name, words, rule = edit.path[0], kind.writes, rule_of(kind, change)
    if rule is not None and name not in rule.but:
        return rule.reason
    if name in words.never:
        return words.never[name]
    own = kind.cast.write if kind.cast else ()
    if name in words.lost:
        return lacking(own, context) if edit.after is ABSENT and len(edit.path) == 2 else words.lost[name]
    if name == kind.period and (reason := why_period(kind, change.desired or {}, context)):
        return reason
    field = of(kind, change.actual or {}).get(name)
    if field is not None and field.relation is not None:
        return _why_relation(field.relation, edit, context) or lacking(below(kind, name), context)
    return (
        lacking((*own, *needed_for(kind, name)), context) or _why_property(kind, field, edit) or _why_value(kind, edit)
    )


def _why_relation(relation: Relation, edit: Edit, context: WriteContext) -> Reason | None:
    if relation.shape == "cast" or (relation.change == "never" and len(edit.path) > 2):
        return ONCE
    if relation.lasting and edit.after is ABSENT and len(edit.path) <= 2:
        return relation.lasting
    if relation.settled and ABSENT in (edit.before, edit.after) and len(edit.path) <= 2:
        return relation.settled
    return relation.never or lacking(relation.write, context)


def _why_property(kind: ResourceType, field: Field | None, edit: Edit) -> Reason | None:
    words, name = kind.writes, edit.path[0]
    if field is None or field.property is None:
        return ONCE if name in words.fixed else None
    if name in words.actions or (words.switch and any(words.switch.by) and name == words.switch.name):
        return None
    if read_only(kind, name, field):
        return READ_ONLY
    if is_fixed(kind, name, field):
        return None if words.replaced else ONCE
    if words.only is not None and name not in words.only:
        return UNTAKEN
    return READ_ONLY if words.patch is not None and name not in words.patch else None


def _why_value(kind: ResourceType, edit: Edit) -> Reason | None:
    held = kind.writes.values.get(edit.path[0], frozenset())
    return ONCE if any(value in held for value in (edit.before, edit.after) if isinstance(value, str)) else None
