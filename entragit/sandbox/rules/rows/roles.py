"""Roles through Privileged Identity Management, and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = ()
