"""Permissions that nobody defines any more: Graph gives them to nobody (facts §5, appRoleAssignments)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from entragit.model import Body
from entragit.plan import Change
from entragit.planner.asked import Read
from entragit.references import Found, find
from entragit.resources.catalog import CATALOG
from entragit.tree import defined

DEFINING = ("appRoles", "api")
"""Where an application says what permissions there are."""


def undefined(changes: Collection[Change], read: Read) -> frozenset[str]:
    """The ids of the permissions in what `changes` want that the tenant's own applications neither define nor will.

    What is another tenant's application is left out: what it defines is not read.
    """
    going, coming = (
        {str(item.get("id")) for body in bodies for item in defined(body or {})}
        for bodies in ([change.actual for change in changes], [change.desired for change in changes])
    )
    known = (read.index.permissions.keys() - going) | coming
    return frozenset(
        found.id
        for change in changes
        for found in find(CATALOG[change.kind], change.desired or {})
        if found.reference.of and found.id not in known and _is_ours(found, change, read)
    )


def _is_ours(found: Found, change: Change, read: Read) -> bool:
    """Whether the permission would be one of an application of this tenant, of which everything was read."""
    home = found.reference.to[0]
    if not all(read.covered.covers(home, name) for name in DEFINING):
        return False
    principal = str(_beside(found, change.desired or {}).get(found.reference.of) or change.id)
    app_id = read.index.apps.get(read.index.ids.get(principal, ""))
    return any(own == app_id for address, own in read.index.apps.items() if address.startswith(f"{home}/"))


def _beside(found: Found, body: Body) -> Body:
    """The element in which a reference stands."""
    element: Any = body
    for key in found.path[:-1]:
        element = element[key]
    return dict(element)
