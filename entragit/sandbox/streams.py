"""Streams of objects: images and style sheets, read and written as bytes (documented with each resource)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError, Reply, bad_request
from entragit.sandbox.rules.row import Relation
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits

STARTS: Mapping[str, bytes] = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/x-icon": b"\0\0\1\0",
    "text/css": b"",
}
_IMAGES = ("image/png", "image/jpeg")
TAKEN: Mapping[str, tuple[str, ...]] = {"customCSS": ("text/css",), "favicon": (*_IMAGES, "image/x-icon")}
"""What Graph takes where that isn't PNG or JPEG."""

KILO = 1024
MOST: Mapping[str, int] = {
    "backgroundImage": 300 * KILO,
    "customCSS": 25 * KILO,
    "squareLogo": 10 * KILO,
    "squareLogoDark": 10 * KILO,
}
"""Documented bounds; the others have none in bytes."""

CDN = ("secure.aadcdn.microsoftonline-p.com", "aadcdn.msftauthimages.net", "aadcdn.msauthimages.net")


def read(ask: Ask, place: Place, relation: Relation, owner: Object) -> Reply:
    """The bytes; of one that isn't set an empty object (documented for branding)."""
    held = ask.tenant.streams.get(f"{place.path}/{relation.name}", {}).get(str(owner["id"]))
    if held is None:
        return Reply(200, {})
    return Reply(200, held[1], {"Content-Type": "image/*" if held[0].startswith("image/") else held[0]})


def write(ask: Ask, place: Place, relation: Relation, owner: Object) -> Reply:
    """PUT of the bytes: 204; 400 for what isn't of an allowed type, or too large."""
    type_, data, name = ask.headers.get("content-type", "").partition(";")[0], ask.body, relation.name
    if type_ not in TAKEN.get(name, _IMAGES):
        raise ApiError(415, "UnsupportedMediaType", f"The content type '{type_}' is not supported for '{name}'.")
    if not isinstance(data, bytes) or not data.startswith(STARTS[type_]):
        raise bad_request(f"The content of '{name}' is no valid {type_}.", "BadRequest")
    if len(data) > MOST.get(name, len(data)):
        raise bad_request(f"The content of '{name}' is larger than {MOST[name]} bytes.", "BadRequest")
    before = dict(owner)
    put(ask.tenant, place.path, owner, name, type_, data)
    audits.record(ask, "Set Company Branding", place.path, before, dict(owner))
    return Reply(204)


def put(tenant: Tenant, path: str, owner: Object, name: str, type_: str, data: bytes) -> None:
    """Store a stream of `owner`, and its new address."""
    tenant.streams.setdefault(f"{path}/{name}", {})[str(owner["id"])] = (type_, data)
    stamp = tenant.stamp()
    owner[f"{name}RelativeUrl"] = f"c1c6b6c8-{tenant.id[:8]}/logintenantbranding/{owner['id']}/{name}?ts={stamp}"
    owner["cdnList"] = list(CDN)
    tenant.touch(path, str(owner["id"]))


def of(tenant: Tenant, path: str, owner: str) -> dict[str, bytes]:
    """The streams of an object, by name."""
    places = ((place.rpartition("/"), owners) for place, owners in tenant.streams.items())
    return {name: owners[owner][1] for (root, _, name), owners in places if root == path and owner in owners}
