"""Service principals: made from an application that exists, one each; managed identities are Azure's (facts §5)."""

from __future__ import annotations

import copy

from entragit.sandbox import access
from entragit.sandbox.company import well_known
from entragit.sandbox.replies import ApiError, bad_request
from entragit.sandbox.rules.relations import AGENT_SPONSORS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import attributes, lookup
from entragit.sandbox.writes.core import Kind, References, Write, named
from entragit.sandbox.writes.kinds import mirror
from entragit.sandbox.writes.kinds.keys import keys_kept, keys_valid
from entragit.sandbox.writes.kinds.users import OPENED
from entragit.sandbox.writes.sponsors import sponsored

PATH = "servicePrincipals"
UNKNOWN_APP = "The appId '{}' of the service principal does not reference a valid application object."
IN_USE = (
    "The service principal cannot be created, updated, or restored because the service principal name {} is already in "
    "use."
)
MANAGED = frozenset({"accountEnabled", "appRoleAssignmentRequired", "customSecurityAttributes", "notes", "tags"})
# What another tenant's application says of itself; the sandbox knows it from the principals that it has had.
FOREIGN = (
    "appId", "appDisplayName", "appDescription", "appOwnerOrganizationId", "appRoles", "oauth2PermissionScopes",
    "signInAudience", "info", "verifiedPublisher", "servicePrincipalNames", "applicationTemplateId", "homepage",
    "logoutUrl", "replyUrls", "resourceSpecificApplicationPermissions",
)  # fmt: skip


def _former(tenant: Tenant, app_id: object) -> Object | None:
    """What is known of an application of another tenant from a principal that was deleted."""
    deleted = tenant.deleted.get(PATH, {}).values()
    removed = (body for path, body, _ in tenant.removed.values() if path == PATH)
    for body in (*deleted, *removed):
        foreign = body.get("appOwnerOrganizationId") not in (None, tenant.id)
        if body.get("appId") == app_id and foreign and body.get("servicePrincipalType") == "Application":
            return {name: copy.deepcopy(body.get(name)) for name in FOREIGN} | {"displayName": body["appDisplayName"]}
    return None


def _microsoft(app_id: str) -> Object | None:
    name = well_known.apps().get(app_id)
    if name is None:
        return None
    return {
        "appId": app_id, "displayName": name, "appDisplayName": name, "signInAudience": "AzureADMultipleOrgs",
        "appOwnerOrganizationId": well_known.MICROSOFT, "servicePrincipalNames": [app_id],
        "info": blank("informationalUrl"),
    }  # fmt: skip


def _made(write: Write) -> Object:
    """What the application says; 400 if it isn't there, or replication doesn't show it yet (facts §2)."""
    tenant, app_id = write.tenant, write.body["appId"]
    found = next(lookup.matching(tenant, "applications", "appId", app_id), None)
    shown = found is not None and lookup.get(tenant, "applications", found["id"]) is not None
    if found is not None and shown:
        source: Object | None = mirror.inherited(tenant, found)
    else:
        source = _former(tenant, app_id) or _microsoft(str(app_id)) if found is None else None
    if source is None:
        raise ApiError(400, "NoBackingApplicationObject", UNKNOWN_APP.format(app_id))
    sent = {name: write.after[name] for name in write.body if name != "replyUrls" or write.body[name]}
    return source | {"servicePrincipalType": "Application", "accountEnabled": True} | sent


def names_free(tenant: Tenant, body: Object) -> None:
    """409 if another service principal has one of these names (facts §5: nor is one made or restored then)."""
    if lookup.shared(tenant, PATH, "servicePrincipalNames", body):
        names = body["servicePrincipalNames"]
        raise ApiError(409, "Request_MultipleObjectsWithSameKeyValue", IN_USE.format(names))


def in_use(tenant: Tenant, app_id: object) -> None:
    """409 if the application has a service principal (facts §5)."""
    if lookup.principal_of(tenant, app_id) is not None:
        raise ApiError(409, "Request_MultipleObjectsWithSameKeyValue", IN_USE.format(app_id))


def _of_its_type(write: Write) -> None:
    """The principal of a blueprint of agents is made at its type's address, and no other there [K]."""
    app = next(lookup.matching(write.tenant, "applications", "appId", write.body["appId"]), {})
    if str(app.get("@odata.type", "")).endswith("agentIdentityBlueprint") is not write.kind.cast:
        raise write.kind.bad("The principal of an agent identity blueprint is made at an address of its own.")


def _only_one(write: Write) -> None:
    in_use(write.tenant, write.after["appId"])
    names_free(write.tenant, {**write.after, "id": write.id})


def _managed(write: Write) -> None:
    """Azure decides what a managed identity is (facts §5)."""
    if write.before.get("servicePrincipalType") == "ManagedIdentity" and write.body.keys() - MANAGED:
        raise bad_request("The properties of a managed identity are managed by Azure.")


def _names(write: Write) -> None:
    """A principal's names hold its application's id, and are no other's."""
    names = write.after.get("servicePrincipalNames") or []
    if not write.changes("servicePrincipalNames"):
        return
    if write.after["appId"] not in names:
        raise bad_request("The servicePrincipalNames of a service principal hold its appId.")
    names_free(write.tenant, {**write.after, "id": write.id})


def permitted(write: Write) -> None:
    """What needs a permission of its own, or an action, isn't in the body."""
    if "customSecurityAttributes" in write.body:
        access.need(write.ask, *OPENED["customSecurityAttributes"])
    if "passwordCredentials" in write.body:
        raise bad_request("Updates to 'passwordCredentials' are not allowed; use addPassword and removePassword.")


def _deletable(write: Write) -> None:
    """Managed identities go with their resource; Microsoft's own principals stay (facts §5)."""
    managed = write.before.get("servicePrincipalType") == "ManagedIdentity"
    if managed or write.before.get("appOwnerOrganizationId") == well_known.MICROSOFT:
        raise access.denied(PATH)


KIND = Kind(
    path=PATH,
    type="servicePrincipal",
    noun="service principal",
    required=("appId",),
    # appRoles: a copy of the application's (facts §5 [K]: treated as inherited)
    server=frozenset({"appRoles", "addIns", "servicePrincipalType"}),
    create_only=frozenset({"appId"}),
    made=_made,
    create=(permitted, attributes.later, keys_valid, _of_its_type, _only_one),
    update=(permitted, _managed, attributes.known, keys_valid, _names),
    delete=(_deletable,),
    effects=(keys_kept, attributes.merge),
    soft=lambda write: True,
    no_empty=True,
    merges=frozenset({"customSecurityAttributes"}),
    references=named(
        References("owners", ("users", "servicePrincipals")),
        References("sponsors", ("users", "groups", "servicePrincipals"), rules=(sponsored,)),
        References(AGENT_SPONSORS, ("users", "groups"), rules=(sponsored,)),  # at the address that their type has
    ),
)
