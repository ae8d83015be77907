"""Deleted items: restore, and deletion for good (facts §0.1, §0.2, §5)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox import access, removal
from entragit.sandbox.ask import Ask
from entragit.sandbox.objects import missing
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError, Reply, bad_request
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, engine, lookup, restricted, roles
from entragit.sandbox.writes.core import Kind, taken
from entragit.sandbox.writes.kinds import agents, groups, mirror, principals, users

UNITS = "directory/administrativeUnits"
PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
# Who may restore objects of a kind or delete them for good.
OPENED: Mapping[str, tuple[str, ...]] = {
    "users": ("User.DeleteRestore.All", "User.ReadWrite.All"),
    "groups": ("Group.ReadWrite.All",),
    "applications": ("Application.ReadWrite.All",),
    "servicePrincipals": ("Application.ReadWrite.All",),
    UNITS: ("AdministrativeUnit.ReadWrite.All",),
    PKIS: ("PublicKeyInfrastructure.ReadWrite.All",),
}


def _opened(path: str, body: Object) -> tuple[str, ...]:
    """Any of these: a derived type's own, where it has any (row of the table for restores)."""
    own = str(body.get("@odata.type", "")).rpartition(".")[2]
    return (f"{own[0].upper()}{own[1:]}.DeleteRestore.All",) if own in agents.KINDS else OPENED[path]


def find(ask: Ask, place: Place) -> tuple[str, Object]:
    """(collection, object) of a deleted object; 404 if there is none, 403 without its kind's permission."""
    removal.expire(ask.tenant)
    key = place.key.lower()
    found = next(((path, held[key]) for path, held in ask.tenant.deleted.items() if key in held), None)
    if found is None:
        raise missing(place)
    access.need(ask, *_opened(*found))
    if found[1].get("isAssignableToRole"):
        access.need(ask, "RoleManagement.ReadWrite.Directory")
    return found


def _user(ask: Ask, body: Object, sent: Object) -> None:
    """The name is free again, or a new one is given."""
    roles.guard(ask, body, roles.USER_ADMINISTRATOR)
    upn = sent.get("newUserPrincipalName") or body["userPrincipalName"]
    body["userPrincipalName"] = upn
    _free(ask.tenant, "users", body, "userPrincipalName", "onPremisesImmutableId")
    if upn.partition("@")[2].lower() not in lookup.domains(ask.tenant):
        raise bad_request(users.DOMAIN)


def _free(tenant: Tenant, path: str, body: Object, *names: str) -> None:
    """What only one object can have, no live one has by now."""
    for name in names:
        if lookup.shared(tenant, path, name, body):
            raise taken(name)


def _principal(tenant: Tenant, body: Object) -> None:
    """Its application is there, has no other service principal, and still says what its own is called.

    [K]: an agent identity's blueprint has its principal.
    """
    blueprint = body.get(agents.NAMED_BY)
    if blueprint is not None and agents.of(tenant, blueprint) is None:
        raise bad_request(agents.NO_PRINCIPAL.format(blueprint))
    principals.in_use(tenant, body["appId"])
    if body.get("appOwnerOrganizationId") == tenant.id:
        app = next(lookup.matching(tenant, "applications", "appId", body["appId"]), None)
        if app is None:
            raise ApiError(400, "NoBackingApplicationObject", principals.UNKNOWN_APP.format(body["appId"]))
        body |= {"servicePrincipalNames": mirror.inherited(tenant, app)["servicePrincipalNames"]}
    principals.names_free(tenant, body)


def restore(ask: Ask, place: Place, kinds: Mapping[str, Kind]) -> Reply:
    """POST …/restore: 200 with the object, its id and links; an application's service principal stays (facts §0.1)."""
    path, held = find(ask, place)
    sent = engine.body_of(ask) if ask.body is not None else {}
    if not set(sent) <= {"autoReconcileProxyConflict", "newUserPrincipalName"}:
        raise bad_request("The body of a restore can hold autoReconcileProxyConflict and newUserPrincipalName alone.")
    body = dict(held)
    if path == "users":
        body["userPrincipalName"] = unmangled(body)
        _user(ask, body, sent)
    elif path == "applications":
        _free(ask.tenant, path, body, "identifierUris")
    elif path == "groups" and groups.is_unified(body):
        _free(ask.tenant, path, body, "mailNickname")
    elif path == "servicePrincipals":
        _principal(ask.tenant, body)
    ask.tenant.deleted[path][str(body["id"])] = body
    restored = removal.restore(ask.tenant, path, str(body["id"]))
    if path == UNITS:
        restricted.remark(ask.tenant, str(body["id"]))
    audits.record(ask, f"Restore {kinds[path].noun}", path, body, restored)
    return Reply(200, engine.shown(ask, kinds[path], "directoryObjects", restored))


def purge(ask: Ask, place: Place, kinds: Mapping[str, Kind]) -> Reply:
    """DELETE /directory/deletedItems/{id}: 204, for good; an administrative unit can't be (facts §5)."""
    path, body = find(ask, place)
    if path == UNITS:
        raise bad_request("A deleted administrative unit can't be deleted permanently.")
    if path == "users":
        roles.guard(ask, body, roles.USER_ADMINISTRATOR)
    removal.purge(ask.tenant, path, str(body["id"]))
    audits.record(ask, f"Hard Delete {kinds[path].noun}", path, body, {})
    return Reply(204)


def unmangled(body: Object) -> str:
    """A deleted user's name without its id in front (facts §1)."""
    return str(body["userPrincipalName"]).removeprefix(str(body["id"]).replace("-", ""))
