"""The service principal of an application in its own tenant repeats what the application says (facts §5)."""

from __future__ import annotations

import copy

from entragit.sandbox import removal
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, lookup
from entragit.sandbox.writes.core import Write

# Properties of the principal that have another name than the application's, or stand deeper there.
SAME = ("displayName", "signInAudience", "appRoles", "info", "applicationTemplateId", "verifiedPublisher")


def inherited(tenant: Tenant, app: Object) -> Object:
    """What the service principal of one of the tenant's applications says of it."""
    web, spa = app.get("web") or {}, app.get("spa") or {}
    copied = {name: copy.deepcopy(app.get(name)) for name in SAME}
    return copied | {
        "appId": app["appId"],
        "appDisplayName": app.get("displayName"),
        "appDescription": app.get("description"),
        "appOwnerOrganizationId": tenant.id,
        "servicePrincipalType": "Application",
        "homepage": web.get("homePageUrl"),
        "logoutUrl": web.get("logoutUrl"),
        "replyUrls": [*(web.get("redirectUris") or []), *(spa.get("redirectUris") or [])],
        "servicePrincipalNames": [app["appId"], *(app.get("identifierUris") or [])],
        "oauth2PermissionScopes": copy.deepcopy((app.get("api") or {}).get("oauth2PermissionScopes") or []),
    }


def update_principal(write: Write) -> None:
    """Effect: what changed of an application changes in its service principal."""
    principal = lookup.principal_of(write.tenant, write.after.get("appId"))
    if principal is None or write.created:
        return
    old, new = inherited(write.tenant, write.before), inherited(write.tenant, write.after)
    changes = {name: value for name, value in new.items() if old.get(name) != value}
    if changes:
        principal |= changes
        write.tenant.touch("servicePrincipals", principal["id"])


def remove_principal(write: Write) -> None:
    """Effect: with an application its service principal in this tenant goes to the deleted items (facts §0.1)."""
    principal = lookup.principal_of(write.tenant, write.before.get("appId"))
    if principal is not None:
        removal.remove(write.tenant, "servicePrincipals", str(principal["id"]), soft=True)
        audits.record(write.ask, "Remove service principal", "servicePrincipals", principal, {})
