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

    What is another tenant's application is left out: what it defines is not read. So is an id that another application
    defines and is asked for, too: an id is all that counts as gone.
    """
    asked = [
        (found.id, _is_defined(found, change, changes, read))
        for change in changes
        for found in find(CATALOG[change.kind], change.desired or {})
        if found.reference.of
    ]
    return frozenset(id_ for id_, there in asked if not there) - {id_ for id_, there in asked if there}


def _is_defined(found: Found, change: Change, changes: Collection[Change], read: Read) -> bool:
    """Whether a permission is or will be one of the application whose it would be, as far as anybody knows."""
    home = found.reference.to[0]
    principal = str(_beside(found, change.desired or {}).get(found.reference.of) or change.id)
    app_id = read.index.apps.get(read.index.ids.get(principal, ""), "")
    ids = read.index.defined.get(app_id)
    if ids is None or not all(read.covered.covers(home, name) for name in DEFINING):
        return True
    bodies = (one.desired for one in changes if one.kind == home and one.desired and one.desired.get("appId") == app_id)
    will = next(({str(item.get("id")) for item in defined(body)} for body in bodies), ids)
    return found.id in will


def _beside(found: Found, body: Body) -> Body:
    """The element in which a reference stands."""
    element: Any = body
    for key in found.path[:-1]:
        element = element[key]
    return dict(element)
