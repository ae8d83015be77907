"""Entitlement management, access reviews, lifecycle workflows (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, ResourceType

KINDS: tuple[ResourceType, ...] = ()
FACTS: dict[str, Facts] = {}
