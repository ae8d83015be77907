"""Finding objects for writes: live ones, by property, through `@odata.id`, once replication shows them (facts §2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from entragit.sandbox import objects
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import bad_request, not_found
from entragit.sandbox.rules import layout
from entragit.sandbox.store import Object, Tenant

ODATA_ID = re.compile(r"(?P<host>https://[^/]+)/(?:v1\.0|beta)/(?P<set>\w+)/(?P<id>[^/?#]+)/?")
HOSTS = frozenset({
    "https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us",
    "https://microsoftgraph.chinacloudapi.cn",
})  # fmt: skip
SETS = frozenset({"directoryobjects", "users", "groups", "serviceprincipals", "applications", "devices"})


def live(tenant: Tenant, path: str) -> Mapping[str, Object]:
    """The stored objects of a collection, by id."""
    return tenant.objects.get(path, {})


def target(ask: Ask, place: Place) -> Object:
    """The live object that a path names; 404 for a deleted one, though reads may still show its ghost."""
    found = objects.find(ask.tenant, place)
    single = place.path in ask.tenant.singletons
    if not single and str(found.get("id")) not in live(ask.tenant, place.path):
        raise objects.missing(place)
    return found


def get(tenant: Tenant, path: str, object_id: object) -> Object | None:
    """The live object with this id that replication shows, or None."""
    key = str(object_id)
    found = objects.get(tenant, path, key)
    return found if found is not None and str(found["id"]) in live(tenant, path) else None


def matching(tenant: Tenant, path: str, name: str, value: object) -> Iterator[Object]:
    """The live objects of a collection whose property `name` equals `value`, strings compared case-folded."""
    wanted = value.casefold() if isinstance(value, str) else value
    for item in live(tenant, path).values():
        held = item.get(name)
        if (held.casefold() if isinstance(held, str) else held) == wanted:
            yield item


def folded(value: object) -> set[str]:
    """The strings of a property, or of its elements, as the directory compares them: in any case."""
    return {item.casefold() for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}


def shared(tenant: Tenant, path: str, name: str, body: Object) -> bool:
    """Whether another live object of a collection has a value of `body`'s property `name`, or one of its elements."""
    wanted = folded(body.get(name))
    others = (item for key, item in live(tenant, path).items() if key != str(body.get("id")))
    return bool(wanted) and any(wanted & folded(item.get(name)) for item in others)


def directory_object(tenant: Tenant, object_id: object, paths: tuple[str, ...]) -> tuple[str, Object] | None:
    """(collection, object) of the live, visible object with this id in one of `paths`, or None."""
    return next(((path, found) for path in paths if (found := get(tenant, path, object_id)) is not None), None)


def assigned(ask: Ask, odata_id: object, path: str, address: str) -> tuple[str, Object]:
    """(collection, object) that an `@odata.id` names by the `address` of a collection of no directory objects.

    Raises 400 for what is no such address, 404 for one that is not there.
    """
    host, _, rest = str(odata_id).partition("/v1.0/")
    key = rest[len(address) + 1 :]
    if host not in {*HOSTS, ask.site.url} or not rest.lower().startswith(f"{address.lower()}/") or "/" in key:
        raise bad_request(f"Invalid entity reference: '@odata.id' must be the address of an object of '{address}'.")
    found = get(ask.tenant, path, key)
    if found is None:
        raise not_found(key)
    return path, found


def referenced(ask: Ask, odata_id: object, paths: tuple[str, ...]) -> tuple[str, Object]:
    """(collection, directory object) that an `@odata.id` names, if it lives in one of `paths`.

    Raises 400 for what is no such address or an object of another kind, 404 for one that is not there (facts §2).
    """
    parsed = ODATA_ID.fullmatch(odata_id) if isinstance(odata_id, str) else None
    if parsed is None or parsed["host"] not in {*HOSTS, ask.site.url} or parsed["set"].lower() not in SETS:
        raise bad_request("Invalid entity reference: '@odata.id' must be the address of a directory object.")
    found = directory_object(ask.tenant, parsed["id"].lower(), tuple(layout.DIRECTORY_OBJECTS))
    if found is None:
        raise not_found(parsed["id"])
    if found[0] not in paths:
        raise bad_request(f"Not a valid reference update: an object of '{found[0]}' can't be referenced here.")
    return found


def domains(tenant: Tenant) -> set[str]:
    """The names of the tenant's verified domains, lower-case."""
    names = {str(item["id"]).lower() for item in live(tenant, "domains").values() if item.get("isVerified")}
    return names | {tenant.domain.lower()}


def principal_of(tenant: Tenant, app_id: object) -> Object | None:
    """The live service principal of an application, or None."""
    return next(matching(tenant, "servicePrincipals", "appId", app_id), None)
