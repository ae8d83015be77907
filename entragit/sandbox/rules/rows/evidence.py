"""What is only ever read: who signed in (facts §5 read-only exports)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Row

ROWS: tuple[Row, ...] = (
    Row("auditLogs/signIns", "signIn", listing=Listing(1000, 1000), licence="P1"),  # facts §1 [K]
)
