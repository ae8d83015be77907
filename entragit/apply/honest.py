"""A plan from outside says in every part the same: what a reviewer reads, what guards judge and what is written."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.canonical import same
from entragit.diff import patch
from entragit.errors import RefusedError
from entragit.model import ABSENT, Body
from entragit.plan import Change, Plan
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


def _follows(before: object, after: object) -> bool:
    return before is not ABSENT and after is not ABSENT and same(before, after)


def _bare(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "id"}
