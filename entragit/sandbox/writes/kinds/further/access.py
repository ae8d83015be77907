"""Rules of writes: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.sandbox.writes.core import Kind

KINDS: tuple[Kind, ...] = ()
CHILDREN: tuple[Kind, ...] = ()
