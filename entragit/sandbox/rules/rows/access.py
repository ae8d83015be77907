"""Who may come in, and how: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

_CROSS = "policies/crossTenantAccessPolicy"

ROWS: tuple[Row, ...] = (
    Row("policies/authenticationFlowsPolicy", "authenticationFlowsPolicy", single=True, methods="PATCH"),
    Row("policies/adminConsentRequestPolicy", "adminConsentRequestPolicy", single=True, methods="PUT"),
    Row("policies/deviceRegistrationPolicy", "deviceRegistrationPolicy", single=True, methods="PUT"),
    Row("policies/federatedTokenValidationPolicy", "federatedTokenValidationPolicy", single=True, methods="PATCH"),
    Row(_CROSS, "crossTenantAccessPolicy", single=True, methods="PATCH"),
    Row(f"{_CROSS}/default", "crossTenantAccessPolicyConfigurationDefault", single=True, methods="PATCH"),
)
