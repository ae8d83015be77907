"""What decides about applications beside themselves: policies, provisioning, extensions, agents (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = ()
