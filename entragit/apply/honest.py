"""A plan from outside says in every part the same: what a reviewer reads, what guards judge and what is written."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.canonical import same
from entragit.diff import patch
from entragit.errors import RefusedError
from entragit.model import ABSENT, Body
from entragit.plan import Change, Freed, Plan
from entragit.planner.turns import interims
from entragit.resources.catalog import CATALOG


def check(plan: Plan, where: str) -> Plan:
    """`plan`, which is from `where`. Raises RefusedError for one that no entragit made, whatever its digest says."""
    for change in plan.changes:
        for why in _wrong(change):
            raise RefusedError(f"{where} is no plan that entragit made: {change.address}: {why}; make it again with "
                               "`entragit plan --out`")  # fmt: skip
    return plan


def _wrong(change: Change) -> Iterator[str]:
    kind = CATALOG.get(change.kind)
    if kind is None:
        yield f"there is no kind {change.kind}; it may be of a later version"
        return
    if change.tier != kind.tier:
        yield f"the tier of its kind is {kind.tier}, not {change.tier}"
    sides = (change.actual is not None, change.desired is not None)
    if sides != {"update": (True, True), "delete": (True, False)}.get(change.action, (False, True)):
        yield f"a plan can't {change.action} something with these bodies"
    elif bool(change.live) is (change.action == "create") and kind.shape != "singleton":
        yield f"a plan can't {change.action} something with the id `{change.live}`"
    elif not _adds_up(change):
        yield "its edits don't lead from what is to what is asked for"
    elif not all(_lets_go(change, freed) for freed in change.freed):
        yield "it lets go what the plan doesn't change, or not for another"


def _adds_up(change: Change) -> bool:
    """Whether the edits are all that an apply would write, which makes `desired` of `actual`."""
    if change.desired is None:
        return not change.edits
    before = _bare(change.actual or {})
    try:
        edits = [edit for edit in change.edits if not _follows(edit.before, edit.after)]
        after = patch(CATALOG[change.kind], before, edits)
    except KeyError:
        return False
    return same(after, _bare(change.desired))


def _lets_go(change: Change, freed: Freed) -> bool:
    """Whether that is something that only one can have, and that this change takes away or gives another value."""
    if not freed.name:
        return change.action == "delete" and freed.turn > 0
    before, desired = (change.actual or {}).get(freed.name), (change.desired or {}).get(freed.name)
    if freed.name not in {unique.name for unique in CATALOG[change.kind].writes.unique}:
        return False
    if freed.turn == 0:
        return change.action == "restore" and same(freed.value, desired)
    if change.action != "delete" and not any(edit.path[0] == freed.name for edit in change.edits):
        return False
    if isinstance(before, list):
        return isinstance(freed.value, list) and all(any(same(item, old) for old in before) for item in freed.value)
    return freed.value in (None, desired, *interims(str(before), change.live))


def _follows(before: object, after: object) -> bool:
    return before is not ABSENT and after is not ABSENT and same(before, after)


def _bare(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "id"}
