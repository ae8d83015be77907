"""Hooks: raw → raw, for what the words of the catalog can't say. Each is idempotent and leaves its argument alone."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.base import Context


def direct_licences(raw: Body, _context: Context) -> Body:
    """`assignedLicenses` of a user less those that a group gives.

    Graph lists direct and inherited ones alike there; `licenseAssignmentStates` tells them apart (facts §5 users).
    """
    states = raw.get("licenseAssignmentStates")
    if states is None:
        return raw
    direct = [state for state in states if state.get("assignedByGroup") is None]
    licences = [{"skuId": state["skuId"], "disabledPlans": state.get("disabledPlans") or []} for state in direct]
    rest = {name: value for name, value in raw.items() if name != "licenseAssignmentStates"}
    return {**rest, "assignedLicenses": licences}


def runs_or_not(raw: Body, _context: Context) -> Body:
    """A job that never ran as one that is paused: Graph calls it disabled, and nobody can make it so (facts §5)."""
    schedule = raw.get("schedule")
    if not isinstance(schedule, dict) or schedule.get("state") != "Disabled":
        return raw
    return {**raw, "schedule": {**schedule, "state": "Paused"}}


def scope_words(raw: Body, _context: Context) -> Body:
    """The `scope` of an OAuth2 permission grant as a set of words: sorted, single blanks, none around."""
    scope = raw.get("scope")
    return {**raw, "scope": " ".join(sorted(set(scope.split())))} if isinstance(scope, str) else raw


def off_alone(raw: Body, _context: Context) -> Body:
    """Nothing but that it is off: Graph clears all else, and shows it as 0 and "" (documented for the upsert)."""
    return {name: raw[name] for name in ("id", "isEnabled") if name in raw} if raw.get("isEnabled") is False else raw
