"""Tenant-wide policies: authorization, authentication methods, security defaults (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, ResourceType

KINDS = (
    ResourceType(
        kind="policies/authorizationPolicy",
        type="authorizationPolicy",
        shape="singleton",
        read=("Policy.Read.All",),
        write=("Policy.ReadWrite.Authorization",),
        tier=0,
    ),
    ResourceType(
        kind="policies/authenticationMethodsPolicy",
        type="authenticationMethodsPolicy",
        shape="singleton",
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        tier=0,
    ),
    ResourceType(
        kind="policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
        type="authenticationMethodConfiguration",
        shape="collection",
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        title="id",
        unique=True,
        tier=0,
    ),
    ResourceType(
        kind="policies/identitySecurityDefaultsEnforcementPolicy",
        type="identitySecurityDefaultsEnforcementPolicy",
        shape="singleton",
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.SecurityDefaults"),
        tier=0,
    ),
)

FACTS: dict[str, Facts] = {}
