"""Deleted items that can't come back, because what they need is gone for good (facts §0.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from entragit.layout import SUFFIX, address_of
from entragit.planner.asked import Deleted, Read
from entragit.planner.pairing import Trio
from entragit.planner.scope import Scope
from entragit.resources.catalog import CATALOG
from entragit.shapes import backing


def restorable(deleted: Deleted, trios: Iterable[Trio], scope: Scope, read: Read) -> Deleted:
    """`deleted` without those whose backing resource is neither in the tenant nor restored with them.

    A service principal needs its application; with one that is made anew it is made anew, too.
    """
    known = list(trios)
    returning = {(trio.kind, trio.id) for trio in known if trio.desired and not trio.actual and scope.holds(trio)}

    wanted = {trio.id: trio.desired.body for trio in known if trio.desired and trio.id}

    def backed(id_: str) -> bool:
        kind = CATALOG[deleted.kinds[id_]]
        # The list of deleted items shows less than the file, what a type alone has.
        body = {**wanted.get(id_, {}), **deleted.bodies.get(id_, {})}
        needed = backing(kind, body, read.tenant_id) if id_ in deleted.bodies else None
        if needed is None:
            return True
        other, name, value = needed
        place = address_of(read.index.app_ids.get(value, "") + SUFFIX, CATALOG)
        if place and place[0] == other:
            return True
        return any(deleted.has(other, key) and deleted.bodies.get(key, {}).get(name) == value
                   for found, key in returning if found == other)  # fmt: skip

    left = replace(deleted, kinds={id_: kind for id_, kind in deleted.kinds.items() if backed(id_)})
    return left if left.kinds == deleted.kinds else restorable(left, known, scope, read)
