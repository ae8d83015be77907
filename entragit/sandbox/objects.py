"""What of a tenant can be seen: live objects once replication shows them, and ghosts of deleted ones (facts §2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError, not_found
from entragit.sandbox.rules import layout
from entragit.sandbox.store import Object, Tenant


def hidden_ids(tenant: Tenant) -> set[str]:
    """The ids of objects that are too new to be seen."""
    if tenant.options.lag <= 0 or not tenant.created:
        return set()
    newest = tenant.now() - timedelta(seconds=tenant.options.lag)
    return {object_id for object_id, born in list(tenant.created.items()) if born > newest}


def _ghosts(tenant: Tenant, path: str) -> dict[str, Object]:
    """The objects of a collection that are deleted but still readable."""
    if tenant.options.delete_ghosts <= 0 or not tenant.removed:
        return {}
    oldest = tenant.now() - timedelta(seconds=tenant.options.delete_ghosts)
    removed = list(tenant.removed.items())
    return {object_id: body for object_id, (held, body, gone) in removed if held == path and gone > oldest}


def visible(tenant: Tenant, path: str) -> Mapping[str, Object]:
    """The objects of a collection that a read may show, by id; not to be changed."""
    live = tenant.objects.get(path, {})
    hidden, ghosts = hidden_ids(tenant), _ghosts(tenant, path)
    if not hidden and not ghosts:
        return live
    return {**ghosts, **{object_id: body for object_id, body in list(live.items()) if object_id not in hidden}}


def get(tenant: Tenant, path: str, object_id: str) -> Object | None:
    """The visible object with this id (in any case), or None."""
    live = tenant.objects.get(path, {})
    found = live.get(object_id) or live.get(object_id.lower())
    if found is not None and tenant.options.lag > 0 and object_id in hidden_ids(tenant):
        return None
    return found or (_ghosts(tenant, path).get(object_id.lower()) if tenant.options.delete_ghosts > 0 else None)


def tables(tenant: Tenant) -> list[tuple[str, Mapping[str, Object]]]:
    """The collections of directory objects, where all that is stored can be seen; none with lag or ghosts."""
    if tenant.options.lag > 0 or tenant.options.delete_ghosts > 0:
        return []
    return [(path, tenant.objects[path]) for path in layout.DIRECTORY_OBJECTS if path in tenant.objects]


def directory_object(tenant: Tenant, object_id: str) -> tuple[str, Object] | None:
    """(collection, object) of the visible directory object with this id, or None."""
    for path in layout.DIRECTORY_OBJECTS:
        found = tenant.objects.get(path, {}).get(object_id)
        if found is not None:
            hidden = tenant.options.lag > 0 and object_id in hidden_ids(tenant)
            return None if hidden else (path, found)
    if tenant.options.delete_ghosts <= 0:
        return None
    ghosts = ((path, _ghosts(tenant, path).get(object_id)) for path in layout.DIRECTORY_OBJECTS)
    return next(((path, found) for path, found in ghosts if found is not None), None)


def is_policy(template: str) -> bool:
    """Whether a service with error codes of its own answers for this path (facts §1)."""
    return template.startswith(layout.POLICY_ROOTS)


def missing(place: Place) -> ApiError:
    """404 for a place's object, in the words of the service that answers."""
    if is_policy(place.template):
        return ApiError(404, "ResourceNotFound", f"Resource '{place.key}' could not be found.")
    return not_found(place.key)


def _named(tenant: Tenant, place: Place) -> Object | None:
    """The object that an alternate key, a user principal name or an id in another case names."""
    wanted, objects = place.key.casefold(), visible(tenant, place.path)
    if place.by or (place.path == "users" and "@" in wanted):
        name = place.by or "userPrincipalName"
        return next((item for item in objects.values() if str(item.get(name, "")).casefold() == wanted), None)
    return next((item for object_id, item in objects.items() if object_id.casefold() == wanted), None)


def find(tenant: Tenant, place: Place) -> Object:
    """The object that a place names; 404 if there is none."""
    found: Object | None
    if place.path in layout.SINGLETONS:
        found = tenant.singletons.get(place.path)
    elif place.path == "organization":
        held = tenant.singletons.get("organization", {})
        found = held if held and place.key.lower() == str(held.get("id", tenant.id)).lower() else None
    else:
        found = (None if place.by else get(tenant, place.path, place.key)) or _named(tenant, place)
    if found is None:
        raise missing(place)
    return found
