"""The kinds of Graph that follow its common rules, a literal each."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row
from entragit.sandbox.rules.rows import (
    access,
    applications,
    branding,
    delegated,
    evidence,
    extensions,
    flows,
    governance,
    identity,
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
    governance,
    reviews,
    evidence,
    trust,
    extensions,
    flows,
    delegated,
)
ROWS: tuple[Row, ...] = tuple(row for group in _GROUPS for row in group.ROWS)
"""All of them."""
