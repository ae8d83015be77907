"""Who has which directory role, and what a caller must have to touch those who do (facts §5 users, roleManagement)."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.sandbox.access import denied
from entragit.sandbox.ask import Ask
from entragit.sandbox.seats import ASSIGNMENTS
from entragit.sandbox.store import Object, Tenant

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED_AUTHENTICATION = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
# Roles whose holders need no more than any user does: they read, or invite.
HARMLESS = frozenset({
    "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",  # Directory Readers
    "95e79109-95c0-4d8e-aee3-d01accf2d47b",  # Guest Inviter
    "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",  # Message Center Reader
    "4a5d8f65-41da-4de4-8968-e035b65339cf",  # Reports Reader
    "75934031-6c7e-415a-99d7-48dbd49e875e",  # Usage Summary Reports Reader
})  # fmt: skip


def assignments(tenant: Tenant) -> list[Object]:
    """Every role assignment."""
    return list(tenant.objects.get(ASSIGNMENTS, {}).values())


def _principals(tenant: Tenant, principal: str) -> Iterator[str]:
    """The principal, and the role-assignable groups that it is in."""
    yield principal
    for group, members in tenant.links.get("groups/members", {}).items():
        if principal in members and (tenant.objects.get("groups", {}).get(group) or {}).get("isAssignableToRole"):
            yield group


def held(tenant: Tenant, principal: str, *scopes: str) -> set[str]:
    """The roles that a principal has, itself or through groups, in any scope or in one of these."""
    principals = set(_principals(tenant, principal))
    return {
        str(item["roleDefinitionId"])
        for item in assignments(tenant)
        if item["principalId"] in principals and (not scopes or item["directoryScopeId"] in scopes)
    }


def guard(ask: Ask, user: Object, *enough: str) -> None:
    """403 for a sensitive action on a user with a privileged role, unless the caller has a role that is high enough."""
    if held(ask.tenant, str(user["id"])) - HARMLESS:
        mine = held(ask.tenant, ask.caller.acting, "/")
        if mine.isdisjoint({GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION, *enough}):
            raise denied("users")


def is_last_administrator(tenant: Tenant, principal: str) -> bool:
    """Whether nobody else who lives is a tenant-wide Global Administrator."""
    holders = {str(item["principalId"]) for item in assignments(tenant)
               if item["roleDefinitionId"] == GLOBAL_ADMINISTRATOR and item["directoryScopeId"] == "/"}  # fmt: skip
    return principal in holders and not {other for other in holders - {principal} if tenant.kind_of(other)}
