"""How Conditional Access, tenant-wide policies and directory roles are written (facts §5)."""

from __future__ import annotations

from entragit.resources import weakening
from entragit.resources.writing import Reason, Refusal, Switch, Unique, Writes

MANAGED = {"displayName": r"Microsoft-managed:.*"}

# Security defaults and enabled policies exclude each other (facts §5): the defaults go off first and on last, and a
# policy that goes off does so when those that go on are on.
POLICY = Writes(
    required=frozenset({"conditions", "grantControls"}),
    filtered=False,
    never={
        "templateId": Reason(
            "template", "Only Microsoft says from which template a policy was made.", "Nothing: it has no effect."
        )
    },
    switch=Switch("state", "disabled", turn=1, late=2),
    refused=(
        Refusal(
            Reason(
                "Microsoft-managed policy",
                "Microsoft makes and deletes its policies itself.",
                "Switch the policy off instead: state: disabled.",
            ),
            deeds=frozenset({"create", "delete"}),
            like=MANAGED,
        ),
        Refusal(
            Reason(
                "Microsoft-managed policy",
                "Of a policy of Microsoft's only state and exclusions can be changed.",
                "Make a policy of your own.",
            ),
            deeds=frozenset({"update"}),
            like=MANAGED,
            but=frozenset({"conditions", "state"}),
        ),
    ),
    weakens=weakening.policy,
)

LOCATION = Writes(
    filtered=False,
    typed=True,
    refused=(
        Refusal(
            Reason(
                "compliant network",
                "Global Secure Access makes this location itself.",
                "Switch its signalling on in Global Secure Access.",
            ),
            where={"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation"},
        ),
    ),
    before_delete={"isTrusted": False},
    weakens=weakening.location,
)

CONTEXT = Writes(create="PATCH", new=(), probe=(), before_delete={"isAvailable": False}, weakens=weakening.context)

STRENGTH = Writes(
    filtered=False,
    unique=(Unique("displayName"),),
    actions={"allowedCombinations": "combinations"},
    refused=(
        Refusal(
            Reason("built in", "Microsoft decides about its own authentication strengths.", "Make one of your own."),
            where={"policyType": "builtIn"},
        ),
    ),
    weakens=weakening.strength,
)

AUTHORIZATION = Writes(weakens=weakening.authorization)
SECURITY_DEFAULTS = Writes(switch=Switch("isEnabled", False, turn=3, late=0), weakens=weakening.security_defaults)
METHODS = Writes(weakens=weakening.methods)
EXTERNAL = "#microsoft.graph.externalAuthenticationMethodConfiguration"
CONFIGURATION = Writes(
    required=frozenset({"appId"}),
    filtered=False,
    typed=True,
    refused=(
        Refusal(
            Reason(
                "built in",
                "Every tenant has Microsoft's authentication methods; only external ones are made and deleted.",
                "Switch the method off instead: state: disabled.",
            ),
            deeds=frozenset({"create", "delete"}),
            unless={"@odata.type": EXTERNAL},
        ),
    ),
    weakens=weakening.method,
)

DEFINITION = Writes(
    unique=(Unique("displayName"),),
    new=(),
    fixed=frozenset({"resourceScopes", "templateId"}),
    refused=(
        Refusal(
            Reason("built in", "Microsoft decides about its own roles.", "Make a role of your own."),
            where={"isBuiltIn": True},
        ),
    ),
    weakens=weakening.definition,
)

ASSIGNMENT = Writes(
    required=frozenset({"directoryScopeId", "principalId", "roleDefinitionId"}),
    given=frozenset({"roleDefinitionId"}),
    probe=("principalId", "roleDefinitionId", "directoryScopeId"),
    known=("RoleAssignmentExists", "A conflicting object with one or more of the specified property values"),
    replaced=True,
    weakens=weakening.assignment,
)
