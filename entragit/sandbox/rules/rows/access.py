"""Who may come in, and how: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = ()
