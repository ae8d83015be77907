"""Rules of writes: what decides about applications beside themselves (facts §5)."""

from __future__ import annotations

import json

from entragit.sandbox.writes import assigned, lookup
from entragit.sandbox.writes.core import Kind, Write

TOKENS = {
    "activityBasedTimeoutPolicies": ("activityBasedTimeoutPolicy", "ActivityBasedTimeoutPolicy"),
    "claimsMappingPolicies": ("claimsMappingPolicy", "ClaimsMappingPolicy"),
    "homeRealmDiscoveryPolicies": ("homeRealmDiscoveryPolicy", "HomeRealmDiscoveryPolicy"),
    "tokenIssuancePolicies": ("tokenIssuancePolicy", "TokenIssuancePolicy"),
    "tokenLifetimePolicies": ("tokenLifetimePolicy", "TokenLifetimePolicy"),
}

UNVERSIONED = frozenset({"HomeRealmDiscoveryPolicy"})
"""Sorts whose documented definitions have no version."""


def _definition(write: Write) -> None:
    """One text of JSON about this sort of policy, in version 1 where it has versions (documented for each sort)."""
    held, wanted = write.after.get("definition") or [], TOKENS[write.kind.path.rpartition("/")[2]][1]
    try:
        (text,) = held
        said = json.loads(text)
    except ValueError as error:
        raise write.kind.bad(f"The definition is one text of JSON: {error}.") from error
    if not isinstance(said, dict) or not isinstance(said.get(wanted), dict):
        raise write.kind.bad(f"The definition has no '{wanted}'.")
    if wanted not in UNVERSIONED and said[wanted].get("Version") != 1:
        raise write.kind.bad(f"The definition has no '{wanted}' of version 1.")


def _one_default(write: Write) -> None:
    """One policy of a sort is the organization's default (facts §5)."""
    others = (item for key, item in lookup.live(write.tenant, write.kind.path).items() if key != write.id)
    if write.after.get("isOrganizationDefault") and any(item.get("isOrganizationDefault") for item in others):
        raise write.kind.bad("Another policy is the organization's default already.")


def _tokens(path: str, type_name: str) -> Kind:
    rules = (_definition, _one_default)
    return Kind(f"policies/{path}", type_name, "policy", required=("definition", "displayName"),
                create=rules, update=rules, delete=(assigned.unassigned,), gone=(assigned.forget,))  # fmt: skip


def _once_each(write: Write) -> None:
    """One restriction of each sort."""
    for part in ("restrictions", "applicationRestrictions", "servicePrincipalRestrictions"):
        held = write.after.get(part) or {}
        for name in ("keyCredentials", "passwordCredentials"):
            sorts = [item.get("restrictionType") for item in held.get(name) or []]
            if len(sorts) > len(set(sorts)) or None in sorts:
                raise write.kind.bad(f"'{part}/{name}' restricts one sort of credential twice, or none.")


KINDS: tuple[Kind, ...] = (
    *(_tokens(path, type_name) for path, (type_name, _) in TOKENS.items()),
    Kind("policies/appManagementPolicies", "appManagementPolicy", "app management policy",
         required=("displayName", "description"), create=(_once_each,), update=(_once_each,),
         delete=(assigned.unassigned,), gone=(assigned.forget,)),
    Kind("policies/defaultAppManagementPolicy", "tenantAppManagementPolicy", "default app management policy",
         update=(_once_each,)),
)  # fmt: skip
CHILDREN: tuple[Kind, ...] = ()
