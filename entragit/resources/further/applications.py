"""What decides about applications beside themselves (facts §5)."""

from __future__ import annotations

from entragit.resources.base import SEQUENCE, Facts, ListRule, ResourceType, keyed
from entragit.resources.writing import Writes

READ = ("Policy.Read.All",)
WRITE = ("Policy.ReadWrite.ApplicationConfiguration",)
ROLE = "Cloud Application Administrator"
TOKENS = Writes(optional=frozenset({"description"}))  # documented without
RESTRICTIONS: ListRule = keyed("restrictionType")  # one of each


def _tokens(name: str) -> ResourceType:
    """A policy of tokens or sign-in whose definition is one text of JSON; whom it is assigned to is not read yet."""
    return ResourceType(
        kind=f"policies/{name.removesuffix('Policy')}Policies",
        type=name,
        read=READ,
        write=WRITE,
        role=ROLE,
        tier=1,
        unread=frozenset({"appliesTo"}),
        facts=Facts(lists={"definition": SEQUENCE}),
        writes=TOKENS,
    )


KINDS: tuple[ResourceType, ...] = (
    _tokens("activityBasedTimeoutPolicy"),
    _tokens("claimsMappingPolicy"),
    _tokens("homeRealmDiscoveryPolicy"),
    _tokens("tokenIssuancePolicy"),
    _tokens("tokenLifetimePolicy"),
    ResourceType(
        kind="policies/appManagementPolicies",
        type="appManagementPolicy",
        read=READ,
        write=WRITE,
        role=ROLE,
        tier=1,
        unread=frozenset({"appliesTo"}),
    ),
    ResourceType(
        kind="policies/defaultAppManagementPolicy",
        type="tenantAppManagementPolicy",
        shape="singleton",
        read=READ,
        write=WRITE,
        role=ROLE,
        title="",
        tier=1,
    ),
)
FACTS = {
    f"{name}Configuration": Facts(lists={"keyCredentials": RESTRICTIONS, "passwordCredentials": RESTRICTIONS})
    for name in ("appManagementApplication", "appManagementServicePrincipal", "customAppManagement")
} | {"appManagementPolicyActorExemptions": Facts(lists={"customSecurityAttributes": keyed("id")})}
