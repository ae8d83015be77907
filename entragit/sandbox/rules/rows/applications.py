"""What decides about applications beside themselves: policies, provisioning, extensions, agents (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

APPLICATIONS, PRINCIPALS = "applications", "servicePrincipals"
_READING = ("Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration")
_LISTING = ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
_EITHER = (APPLICATIONS, PRINCIPALS)


def _operations(name: str, holders: tuple[str, ...]) -> list[str]:
    """Every operation at the end where a policy is assigned, reads included: all need both sorts of permissions."""
    places = [f"{holder.lower()}/{{id}}/{name.lower()}" for holder in holders]
    ends = (("GET", ""), ("POST", ""), ("DELETE", "/{id}"))
    return [f"{method} {place}{end}" for place in places for method, end in ends]


def _policy(
    name: str,
    type_name: str,
    holders: tuple[str, ...] = (),
    writing: tuple[str, ...] = ("Application.ReadWrite.All",),
    beside: tuple[str, ...] = _READING,
) -> Row:
    """A policy; to whom it applies is listed by who reads policies and applications (documented for each)."""
    path = f"policies/{name}"
    operations = _operations(name, holders)
    listing = f"GET {path.lower()}/{{id}}/appliesto"
    return Row(
        path, type_name, methods="POST PATCH DELETE", assigned=holders,
        permissions={**dict.fromkeys(operations, writing), **({listing: _READING} if holders else {})},
        also={**dict.fromkeys(operations, beside), **({listing: _LISTING} if holders else {})},
    )  # fmt: skip


ROWS: tuple[Row, ...] = (
    _policy("activityBasedTimeoutPolicies", "activityBasedTimeoutPolicy"),
    _policy("claimsMappingPolicies", "claimsMappingPolicy", (PRINCIPALS,)),
    _policy("homeRealmDiscoveryPolicies", "homeRealmDiscoveryPolicy", (PRINCIPALS,)),
    _policy("tokenIssuancePolicies", "tokenIssuancePolicy", _EITHER),
    _policy("tokenLifetimePolicies", "tokenLifetimePolicy", _EITHER),
    # Its own permission assigns it, with one to see what to.
    _policy("appManagementPolicies", "appManagementPolicy", _EITHER, _READING[1:], _LISTING[:2]),
    Row(
        "servicePrincipals/synchronization/jobs",
        "synchronizationJob",
        methods="POST PATCH DELETE",
        actions=("pause", "start"),
        inside=(PRINCIPALS, "servicePrincipalId"),
        parts={"schema": "synchronizationSchema"},
    ),
    Row("policies/defaultAppManagementPolicy", "tenantAppManagementPolicy", single=True, methods="PATCH"),
)
