"""What a plan takes from somebody: what keeps an account, a group or an application at work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from entragit.guards.holding import PRINCIPAL, around, deciding, excluded, inverse, roles_of, strings, text
from entragit.guards.sides import Sides, result
from entragit.guards.world import PRINCIPALS, called
from entragit.model import Body
from entragit.plan import Change, Plan
from entragit.resources.catalog import CATALOG

SWITCHES = ("accountEnabled", "securityEnabled")
"""Properties that switch off a user, an application or a group when they are false."""

RULE = ("groupTypes", "membershipRule", "membershipRuleProcessingState")
"""Properties by which Entra decides itself who is in a group."""

RESTRICTED = "isMemberManagementRestricted"


class Loss(NamedTuple):
    """What somebody loses. `id`: whose it is.

    `group`: what must decide about access for the loss to count: a group that it leaves; "": it counts in any case.
    """

    id: str
    what: str
    group: str = ""


def losses(change: Change) -> Iterator[Loss]:
    """All that a change takes, from whomever; of a group that is deleted its members leave it."""
    before, after = change.actual, result(change)
    if before is None:
        return
    for id_ in sorted(called(change)):
        yield from (Loss(id_, what) for what in _itself(before, after))
    yield from _roles(change, before, after)
    left = sorted({*strings(before.get("members"))} - {*strings((after or {}).get("members"))})
    # Who leaves a restricted unit may be changed by lesser administrators again; that counts, whatever the unit is for.
    restricted = before.get(RESTRICTED) is True
    what = "leaves this restricted unit" if restricted else "leaves this group"
    yield from (Loss(id_, what, id_ if restricted else change.live) for id_ in left)
    for id_ in sorted({*excluded(before)} - {*excluded(after)} if after is not None else ()):
        yield Loss(id_, "isn't excluded from this policy any more")


def _itself(before: Body, after: Body | None) -> Iterator[str]:
    if after is None:
        yield "is deleted"
        return
    for name in SWITCHES:
        if before.get(name) is not False and after.get(name) is False:
            yield f"is switched off ({name})"
    for name in RULE:
        if before.get(name) != after.get(name):
            yield f"has other members by rule ({name})"


def _roles(change: Change, before: Body, after: Body | None) -> Iterator[Loss]:
    """A role: a kind that gives access, of tier 0."""
    kind = CATALOG[change.kind]
    if kind.access and kind.tier == 0 and (after is None or _given(kind.access, before) != _given(kind.access, after)):
        yield Loss(text(before, PRINCIPAL), "loses a role")


def _given(names: Collection[str], body: Mapping[str, Any]) -> list[Any]:
    return [body.get(name) for name in names]


def those_of(ids: frozenset[str], both: Sides, plan: Plan) -> Iterator[tuple[Change, Loss]]:
    """What a plan takes from `ids`, from the groups that they are in and the roles that these have.

    That of a group counts only if it is one of them, has a role or is excluded, or is inside one that has or is.
    """
    holding = around(inverse(both.before), ids)
    # A policy is about people by their roles, and not about applications.
    holding |= roles_of(both.before, holding - both.before.get(PRINCIPALS, {}).keys())
    decide = deciding(both.before) | deciding(both.after) | ids
    for change in plan.changes:
        for loss in losses(change):
            at = loss.group or (loss.id if loss.id in called(change) else "")
            if loss.id in holding and (not at or at in decide):
                yield change, loss
