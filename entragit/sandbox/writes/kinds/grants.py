"""Delegated grants and app role assignments (facts §5 servicePrincipals, oauth2PermissionGrants)."""

from __future__ import annotations

from entragit.sandbox.company.build import joined_id
from entragit.sandbox.replies import ApiError, bad_request, not_found
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import Kind, Write

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
PRINCIPALS = {"users": "User", "groups": "Group", "servicePrincipals": "ServicePrincipal"}
MEMBERS = {"users": "User", "groups": "User", "servicePrincipals": "Application"}


def _grant_id(write: Write) -> Object:
    """The id follows from client, resource and principal: the same again when it is made again (facts §5 [K])."""
    grant = write.after
    parts = (str(grant[name] or "") for name in ("clientId", "resourceId", "principalId"))
    return {"id": joined_id("grant", *parts)}


def _grant(write: Write) -> None:
    """Who, on what, for whom: all of them exist; one grant for each (facts §5)."""
    grant = write.after
    if (grant["consentType"] == "Principal") != bool(grant.get("principalId")):
        raise bad_request("'principalId' goes with the consentType 'Principal', and with that alone.")
    if grant["consentType"] not in ("Principal", "AllPrincipals"):
        raise values.invalid(write.kind, "consentType")
    for name in ("clientId", "resourceId"):
        if lookup.get(write.tenant, "servicePrincipals", grant[name]) is None:
            raise not_found(grant[name])
    if grant.get("principalId") and lookup.get(write.tenant, "users", grant["principalId"]) is None:
        raise not_found(grant["principalId"])
    if write.id in lookup.live(write.tenant, "oauth2PermissionGrants"):
        raise ApiError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")


GRANTS = Kind(
    path="oauth2PermissionGrants",
    type="oAuth2PermissionGrant",
    noun="delegated permission grant",
    removed="Remove delegated permission grant",
    about=("clientId", "resourceId", "principalId"),
    required=("clientId", "consentType", "resourceId", "scope"),
    patchable=frozenset({"scope"}),
    made=_grant_id,
    create=(_grant,),
)


def _names(write: Write) -> Object:
    """The id changes whenever it is made again (facts §5)."""
    principal = lookup.directory_object(write.tenant, write.body["principalId"], tuple(PRINCIPALS))
    resource = lookup.get(write.tenant, "servicePrincipals", write.body["resourceId"])
    if principal is None or resource is None:
        raise not_found(str(write.body["resourceId" if principal else "principalId"]))
    return {
        "id": joined_id("role", write.after["id"]),
        "principalType": PRINCIPALS[principal[0]],
        "principalDisplayName": principal[1].get("displayName"),
        "resourceDisplayName": resource.get("displayName"),
    }


def _known_role(write: Write) -> None:
    """The role is one that the resource offers to such a principal, or the default access."""
    role_id, resource_id = str(write.body["appRoleId"]), write.body["resourceId"]
    if role_id == DEFAULT_ACCESS:
        return
    resource = lookup.live(write.tenant, "servicePrincipals")[str(resource_id)]
    role = next((item for item in resource.get("appRoles") or [] if item["id"] == role_id), None)
    path = next(path for path, name in PRINCIPALS.items() if name == write.after["principalType"])
    if role is None or not role.get("isEnabled") or MEMBERS[path] not in (role.get("allowedMemberTypes") or []):
        raise bad_request(f"Permission being assigned was not found on application '{resource['appId']}'.")


def _once(write: Write) -> None:
    owner = write.owner or {}
    if owner.get("id") not in (write.body["principalId"], write.body["resourceId"]):
        raise bad_request("The assignment must name the object of its path.")
    same = ("principalId", "resourceId", "appRoleId")
    for other in lookup.live(write.tenant, "appRoleAssignments").values():
        if all(other.get(name) == write.body[name] for name in same):
            raise bad_request("Permission being assigned already exists on the object", "Request_BadRequest")


ASSIGNMENTS = Kind(
    path="appRoleAssignments",
    type="appRoleAssignment",
    noun="app role assignment",
    removed="Remove app role assignment",
    about=("principalId", "resourceId"),
    required=("principalId", "resourceId", "appRoleId"),
    made=_names,
    create=(_known_role, _once),
)
