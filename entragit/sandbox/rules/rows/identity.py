"""The directory itself: attributes, branding, certificates, federation, synchronization (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = ()
