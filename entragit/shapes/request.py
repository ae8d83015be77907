"""What nobody writes but by requests to another collection: eligible and active roles of PIM (facts §5 PIM).

It is read like any collection. A request names by principal, role and scope what it is about, and Entra answers with
the id that the resource has, or will have once it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from entragit.canonical import same
from entragit.model import Body
from entragit.plan import Operation
from entragit.resources.periods import START, moment, text
from entragit.resources.writing import Requests
from entragit.shapes.bodies import bare
from entragit.shapes.changing import assumed
from entragit.shapes.writing import GONE, Work, named, operation, probe

ASSIGN, UPDATE, REMOVE = 1, 2, 3
"""Where in `Requests.verb` the word for it stands."""

MADE = "targetScheduleId"
"""The property of the answer to a request with the id of the resource."""

WHY = "entragit apply"
"""What a request says for its justification, which the settings of a role may ask for."""

EARLIER = timedelta(minutes=5)
"""By how much a start lies before this machine's time: clocks differ, and what begins later isn't there at once."""


def creates(work: Work) -> Iterator[Operation]:
    """The request for a new one; nothing if it is there."""
    if work.now is None:
        yield _creation(work)


def replaces(work: Work) -> Iterator[Operation]:
    """One for somebody else, for another role or scope; the first one goes in the stage "delete"."""
    yield _creation(work)


def changes(work: Work) -> Iterator[Operation]:
    """One request with all that a request may change."""
    rule, before = _rule(work), assumed(work)
    if any(not same(before.get(name), work.wanted.get(name)) for name in rule.says):
        said = {name: work.wanted[name] for name in sorted(rule.says) if name in work.wanted}
        body = {**_about(work, work.wanted), **said}
        yield _request(work, "properties", UPDATE, f"Change {named(work)}", _begun(work, body))


def deletes(work: Work) -> Iterator[Operation]:
    """What takes it away; nothing if it isn't there."""
    if work.now is not None:
        yield from _takes(work, work.now)


def retires(work: Work) -> Iterator[Operation]:
    """What takes away the one that was made anew."""
    yield from _takes(replace(work, live=work.change.live), work.change.actual or {})


def _rule(work: Work) -> Requests:
    rule = work.kind.writes.request
    assert rule is not None  # noqa: S101 (the catalog's self-check: every kind of this shape has one)
    return rule


def _about(work: Work, held: Body) -> Body:
    """What a request names a resource by that is there: its id, or what tells it."""
    rule = _rule(work)
    if rule.names:
        return {rule.names[0]: {"id": work.live}}
    return {name: held[name] for name in sorted(rule.about) if name in held}


def _request(work: Work, purpose: str, action: int, words: str, body: Body) -> Operation:
    rule = _rule(work)
    sent = {rule.verb[0]: rule.verb[action], "justification": WHY, **body}
    found = operation(work, purpose, "POST", f"/{rule.to}", words, sent)
    return replace(found, unmet=rule.unmet, open=rule.open)


def _creation(work: Work) -> Operation:
    rule, words = _rule(work), work.kind.writes
    body = bare(work.kind, work.wanted)
    matches = {name: work.wanted[name] for name in words.probe if name in work.wanted}
    if rule.names:
        named_by = {name: work.wanted[place][part] for name, (place, part) in rule.names[1].items()}
        body = {rule.names[0]: named_by, **{name: body[name] for name in sorted(rule.says) if name in body}}
    made = _request(work, "create", ASSIGN, f"Create {named(work)}", _begun(work, body))
    where = probe(f"/{work.kind.kind}", matches, words.probe[0])
    if work.kind.expand:
        where = (where[0], (("$expand", ",".join(work.kind.expand)), *where[1]))
    return replace(
        made, creates=True, made="" if rule.names else MADE, probe=where, matches={**matches, **rule.told},
        unlike=tuple(work.kind.undesired) if rule.names else (), done=words.known,
    )  # fmt: skip


def _begun(work: Work, body: Body) -> Body:
    """`body` with a start: now, where it has none of its own and a request needs one."""
    name, now = work.kind.period, None if _rule(work).names else work.context.now
    if not isinstance(body.get(name), dict) or START in body[name] or now is None:
        return body
    return {**body, name: {START: text(now - EARLIER), **body[name]}}


def _takes(work: Work, held: Body) -> Iterator[Operation]:
    """What hasn't begun is a request that can be cancelled; where that is over by then, it goes like others."""
    rule = _rule(work)
    if moment((held.get(work.kind.period) or {}).get(START)):
        own = work.live.rpartition(rule.after)[2] if rule.after else work.live
        place = f"/{rule.to}/{own}/cancel"
        found = operation(work, "cancel", "POST", place, f"Cancel {named(work)}")
        yield replace(found, done=(*GONE, *rule.gone))
    yield replace(
        _request(work, "delete", REMOVE, f"Delete {named(work)}", _about(work, held)), done=(*GONE, *rule.gone)
    )
