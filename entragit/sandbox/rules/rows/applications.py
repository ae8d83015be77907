"""What decides about applications beside themselves: policies, provisioning, extensions, agents (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

_ALL = "POST PATCH DELETE"

ROWS: tuple[Row, ...] = (
    Row("policies/activityBasedTimeoutPolicies", "activityBasedTimeoutPolicy", methods=_ALL),
    Row("policies/claimsMappingPolicies", "claimsMappingPolicy", methods=_ALL),
    Row("policies/homeRealmDiscoveryPolicies", "homeRealmDiscoveryPolicy", methods=_ALL),
    Row("policies/tokenIssuancePolicies", "tokenIssuancePolicy", methods=_ALL),
    Row("policies/tokenLifetimePolicies", "tokenLifetimePolicy", methods=_ALL),
    Row("policies/appManagementPolicies", "appManagementPolicy", methods=_ALL),
    Row("policies/defaultAppManagementPolicy", "tenantAppManagementPolicy", single=True, methods="PATCH"),
)
