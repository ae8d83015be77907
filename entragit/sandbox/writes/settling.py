"""What was switched off a moment ago is still seen as on until replication shows it (facts §2)."""

from __future__ import annotations

from datetime import timedelta

from entragit.sandbox.store import Tenant


def switched_off(tenant: Tenant, key: str) -> None:
    """Note that what `key` names (a location, an app role, a scope) has just been switched off."""
    tenant.awaited[key] = tenant.now()


def settled(tenant: Tenant, key: str) -> bool:
    """Whether replication shows by now that it is off."""
    moment = tenant.awaited.get(key)
    return moment is None or moment + timedelta(seconds=tenant.options.lag) <= tenant.now()
