"""The kinds of `rules/rows/` whose writes have rules of their own, group by group."""

from __future__ import annotations

from entragit.sandbox.writes.core import Kind
from entragit.sandbox.writes.kinds.further import (
    access,
    applications,
    branding,
    delegated,
    extensions,
    flows,
    governance,
    identity,
    provisioning,
    reviews,
    roles,
    trust,
)

_GROUPS = (
    access,
    roles,
    applications,
    identity,
    branding,
    trust,
    extensions,
    flows,
    governance,
    reviews,
    provisioning,
    delegated,
)
KINDS: tuple[Kind, ...] = tuple(kind for group in _GROUPS for kind in group.KINDS)
CHILDREN: tuple[Kind, ...] = tuple(kind for group in _GROUPS for kind in group.CHILDREN)
"""Of objects that live below others."""
