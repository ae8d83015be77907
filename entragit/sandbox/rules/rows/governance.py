"""Identity governance: entitlement management, access reviews, lifecycle workflows (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = ()
