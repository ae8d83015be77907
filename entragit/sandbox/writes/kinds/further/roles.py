"""Rules of writes: Privileged Identity Management and roles of entitlement management (facts §5)."""

from __future__ import annotations

from entragit.sandbox.writes.core import Kind

KINDS: tuple[Kind, ...] = ()
CHILDREN: tuple[Kind, ...] = ()
