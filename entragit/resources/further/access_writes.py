"""How policies of access, guests and other tenants are written (facts §5)."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.writing import Writes

INBOUND = frozenset({
    "appServiceConnectInbound", "automaticUserConsentSettings", "b2bCollaborationInbound", "b2bDirectConnectInbound",
    "inboundTrust", "m365CollaborationInbound", "tenantRestrictions",
})  # fmt: skip
"""What lets people of other tenants in, or believes what their tenants say of them; each is decided as one."""


def trust(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """Whatever changes in what other tenants' people may, for nobody can tell what a target means there."""
    old, new = before or {}, after or {}
    return tuple(f"has another {name}" for name in sorted(INBOUND) if old.get(name) != new.get(name))


FLOWS = Writes(open=frozenset({"selfServiceSignUp"}))
WHOLE = Writes(update="PUT")
CLOUDS = Writes(patch=frozenset({"allowedCloudEndpoints", "displayName"}))
TRUST = Writes(weakens=trust)
