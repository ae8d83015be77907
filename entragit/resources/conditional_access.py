"""Conditional Access policies, named locations, authentication contexts and strengths (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, Inherited, ResourceType

KINDS = (
    ResourceType(
        kind="identity/conditionalAccess/policies",
        type="conditionalAccessPolicy",
        shape="collection",
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Application.Read.All"),
        links=(("grantControls", "authenticationStrength"),),
        tier=0,
        quota="conditionalAccess",
        licence="Microsoft Entra ID P1",
    ),
    ResourceType(
        kind="identity/conditionalAccess/namedLocations",
        type="namedLocation",
        shape="collection",
        read=("Policy.Read.All",),
        write=("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"),
        tier=0,
        quota="conditionalAccess",
        licence="Microsoft Entra ID P1",
    ),
    ResourceType(
        kind="identity/conditionalAccess/authenticationContextClassReferences",
        type="authenticationContextClassReference",
        shape="collection",
        read=("AuthenticationContext.Read.All",),
        write=("AuthenticationContext.ReadWrite.All",),
        title="id",
        unique=True,
        tier=0,
        quota="conditionalAccess",
        licence="Microsoft Entra ID P1",
    ),
    ResourceType(
        kind="policies/authenticationStrengthPolicies",
        type="authenticationStrengthPolicy",
        shape="collection",
        read=("Policy.Read.AuthenticationMethod",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        inherited=(Inherited(frozenset({"id", "displayName", "policyType"}), where={"policyType": "builtIn"}),),
        tier=0,
        licence="Microsoft Entra ID P1",
    ),
)

FACTS: dict[str, Facts] = {}
