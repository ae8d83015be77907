"""Roles of entitlement management: Microsoft's, given in the tenant or for a catalog (documented for the type)."""

from __future__ import annotations

import re

from entragit.sandbox.company.build import joined_id
from entragit.sandbox.seats import ALIKE
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import CONFLICT, INVALID_VALUES, Kind, Write
from entragit.sandbox.writes.kinds import rbac

BASE = "roleManagement/entitlementManagement"
PATH, DEFINITIONS, CATALOGS = (
    f"{BASE}/roleAssignments", f"{BASE}/roleDefinitions", "identityGovernance/entitlementManagement/catalogs"
)  # fmt: skip
SCOPE = re.compile(r"/AccessPackageCatalog/(?P<id>[0-9a-f-]{36})", re.IGNORECASE)


def _role(write: Write) -> None:
    if lookup.get(write.tenant, DEFINITIONS, write.body["roleDefinitionId"]) is None:
        raise write.kind.bad(INVALID_VALUES, "RoleNotFound")


def _scope(write: Write) -> None:
    """One of the tenant and a catalog that exists."""
    directory, catalog = write.body.get("directoryScopeId"), write.body.get("appScopeId")
    match = SCOPE.fullmatch(catalog or "")
    known = match is not None and lookup.get(write.tenant, CATALOGS, match["id"]) is not None
    if (directory, catalog) != ("/", None) and (directory is not None or not known):
        raise write.kind.bad(INVALID_VALUES)


def _not_yet(write: Write) -> None:
    held = write.tenant.objects.get(PATH, {}).values()
    if any(all(item.get(name) == write.after.get(name) for name in ALIKE) for item in held):
        raise write.kind.bad(CONFLICT, "RoleAssignmentExists")


def _own(write: Write) -> Object:
    return {"id": joined_id("granted", write.after["id"]), "principalOrganizationId": write.tenant.id}


ASSIGNMENTS = Kind(
    path=PATH,
    type="unifiedRoleAssignment",
    noun="entitlement management role assignment",
    about=("principalId",),
    required=("principalId", "roleDefinitionId"),
    client=frozenset({"roleDefinitionId"}),
    made=_own,
    create=(rbac.principal, _role, _scope, _not_yet),
)
