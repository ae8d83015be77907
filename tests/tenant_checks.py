"""What must hold of every tenant of the sandbox, made up or loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from entragit.sandbox import provisioning
from entragit.sandbox.company.conditional_access import FORMER_EMPLOYEE
from entragit.sandbox.rules import stored, types
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.store import Object, Tenant

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Keys whose GUIDs name nothing that the tenant holds: parts of one object, other tenants, other services.
OWN = frozenset({
    "keyId", "deviceId", "labelId", "servicePlanId", "disabledPlans", "subscriptionIds", "lastSignInRequestId",
    "physicalIds",
    "appOwnerOrganizationId", "applicationTemplateId", "alternativeNames", "aaGuids", "allowedAAGUIDs",
    "guestUserRoleId",
    "roleAssignmentScheduleId", "createdByAppId", "correlationId", "templateId", "name", "verifiedPublisherId",
    "redirectUris",
    "replyUrls", "uri", "appId", "identifierUris", "servicePrincipalNames", "combinationConfigurations",
    "organizationId",
    "clientApplicationTenantIds", "tenantId", "b2bCollaborationInbound",
    "accountId", "mdmAppId", "taskDefinitionId", "owner", "principalOrganizationId", "permissionId",
})  # fmt: skip
NIL = "00000000-0000-0000-0000-000000000000"


def _walk(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in OWN:
                yield from _walk(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, key)
    elif isinstance(value, str):
        yield key, value


def everything(tenant: Tenant) -> Iterator[tuple[str, Object]]:
    """(path, object) of all that the tenant holds."""
    for path, objects in tenant.objects.items():
        yield from ((path, body) for body in objects.values())
    yield from tenant.singletons.items()
    for path, owners in tenant.children.items():
        yield from ((path, body) for children in owners.values() for body in children.values())


def names(tenant: Tenant) -> set[str]:
    """What a reference may name: ids, appIds, ids of app roles, scopes and skus, and the one planted dangling id."""
    found = {NIL, FORMER_EMPLOYEE, *tenant.clients, tenant.id}
    for _, body in everything(tenant):
        found |= {str(body["id"]), *(hit[0] for hit in GUID.finditer(str(body["id"])))}
        found |= {str(body[key]) for key in ("appId", "skuId") if body.get(key)}
        found |= {role["id"] for role in body.get("appRoles") or []}
        scopes = body.get("oauth2PermissionScopes") or (body.get("api") or {}).get("oauth2PermissionScopes") or []
        found |= {scope["id"] for scope in scopes}
        found |= {str(body[end].get("id")) for end in ("role", "scope", "target") if isinstance(body.get(end), dict)}
        found |= {
            item["id"]
            for name in ("customExtensionStageSettings", "questions", "tasks")
            for item in body.get(name) or []
        }
    return found


def strays(tenant: Tenant) -> set[tuple[str, str]]:
    """(where, GUID) of all that looks like a reference and names nothing."""
    known = names(tenant) | {provisioning.RULE}
    found = set()
    for path, body in everything(tenant):
        for key, text in _walk({name: value for name, value in body.items() if name != "id"}):
            found |= {(f"{path}.{key}", hit[0]) for hit in GUID.finditer(text) if hit[0] not in known}
    for path, owners in (*tenant.links.items(), *tenant.children.items()):
        found |= {(path, owner) for owner in owners if owner not in known}
    for path, owners in tenant.links.items():
        found |= {(path, target) for targets in owners.values() for target in targets if target not in known}
    return found


def malformed(tenant: Tenant, loaded: bool = False) -> set[str]:
    """Properties that a type has not, or that an object lacks: "users: nick"; of a loaded tenant only the latter."""
    found = set()
    for path, body in everything(tenant):
        named = str(body.get("@odata.type", "")).removeprefix("#microsoft.graph.")
        named = named if types.known(named) else types.collection_type(path)
        wanted = set(types.properties(named)) - stored.ELSEWHERE
        held = set(body) - {"@odata.type"} - set(types.navigation(named))
        held -= {INSIDE[path].inside[1]} if path in INSIDE else set()
        held -= {"id"} - wanted  # the sandbox's own, where Graph calls it otherwise
        found |= {f"{path}: {name}" for name in (wanted - held if loaded else wanted ^ held)}
    return found
