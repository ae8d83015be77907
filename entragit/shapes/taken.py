"""What a change can't have, for another resource keeps it: `WriteContext.held`, asked for edits and for new bodies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from entragit.canonical import canonical_json
from entragit.model import Body, Edit
from entragit.plan import Change
from entragit.resources.writing import Reason
from entragit.shapes.freeing import keys
from entragit.shapes.writing import WriteContext

STAYS = "Until then it stays among the deleted items, from where it goes for good after 30 days."


def why_taken(change: Change, name: str, value: Any, context: WriteContext) -> Reason | None:
    """Why a change can't give a property this value; None where it can. Of a list any element counts."""
    found = (context.held.get((change.key, name, key)) for key in sorted(keys(value)))
    return next((reason for reason in found if reason is not None), None) if context.held else None


def why_edit_taken(change: Change, edit: Edit, context: WriteContext) -> Reason | None:
    """Why an edit can't be made; None where it can."""
    return why_taken(change, edit.path[0], edit.after, context) if len(edit.path) <= 2 else None


def why_restore_taken(change: Change, context: WriteContext) -> Reason | None:
    """Why a deleted resource can't come back: Graph restores nothing that has what another one has (facts §5)."""
    found = sorted((place[1:], reason) for place, reason in context.held.items() if place[0] == change.key)
    return replace(found[0][1], follow_up=f"{found[0][1].follow_up} {STAYS}") if found else None


def without_taken(change: Change, body: Body, context: WriteContext) -> tuple[Body, list[tuple[str, Reason]]]:
    """The body of a new resource without what it can't have, and (place, why) of each."""
    result, said = dict(body), []
    for name in sorted({place[1] for place in context.held if place[0] == change.key} & body.keys()):
        values = body[name] if isinstance(body[name], list) else [body[name]]
        whys = [(value, why_taken(change, name, value, context)) for value in values]
        left = [value for value, why in whys if why is None]
        place = f"{name}/{{}}" if isinstance(body[name], list) else name
        said += [(place.format(canonical_json(value)), why) for value, why in whys if why is not None]
        if left != values:
            del result[name]
            result |= {name: left} if left else {}
    return result, said
