"""Policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, ResourceType

KINDS: tuple[ResourceType, ...] = ()
FACTS: dict[str, Facts] = {}
