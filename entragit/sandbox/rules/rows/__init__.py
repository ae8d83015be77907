"""The kinds of Graph that follow its common rules, a literal each."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row
from entragit.sandbox.rules.rows import access, applications, evidence, extensions, identity, roles, trust

ROWS: tuple[Row, ...] = (
    *access.ROWS,
    *roles.ROWS,
    *applications.ROWS,
    *identity.ROWS,
    *evidence.ROWS,
    *trust.ROWS,
    *extensions.ROWS,
)
"""All of them."""
