"""Photos of people and of Microsoft 365 groups (Graph's reference of profilePhoto: get, update, delete)."""

from __future__ import annotations

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, Reply, bad_request
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits

PHOTOS, OF_GROUPS = "users/photo", "groups/photo"
TYPE = "image/jpeg"
START = b"\xff\xd8\xff"
MOST = 4 * 1024 * 1024
"""The size of the photo is limited to 4 MB (documented for the update)."""


def put(tenant: Tenant, owner: str, data: bytes, photos: str = PHOTOS) -> None:
    """Store the photo of a person, or of a group."""
    tenant.streams.setdefault(photos, {})[owner] = (TYPE, data)


def read(ask: Ask, owner: Object) -> Reply:
    """The bytes; 404 where there is no photo (documented)."""
    held = ask.tenant.streams.get(_photos(ask), {}).get(str(owner["id"]))
    if held is None:
        raise _missing()
    return Reply(200, held[1], {"Content-Type": held[0]})


def write(ask: Ask, owner: Object) -> Reply:
    """PUT, or PATCH, of the bytes of a JPEG: 200, as documented; nothing but image/jpeg is. DELETE: 204."""
    photos = _photos(ask)
    if ask.method == "DELETE":
        if ask.tenant.streams.get(photos, {}).pop(str(owner["id"]), None) is None:
            raise _missing()
        _recorded(ask, photos, owner)
        return Reply(204)
    type_, data = ask.headers.get("content-type", "").partition(";")[0], ask.body
    if photos == OF_GROUPS and "Unified" not in (owner.get("groupTypes") or ()):
        raise bad_request("Only a Microsoft 365 group has a photo.", "ErrorInvalidRequest")
    if type_ != TYPE:
        raise ApiError(415, "UnsupportedMediaType", f"The content type '{type_}' is not supported for photos.")
    if not isinstance(data, bytes) or not data.startswith(START):
        raise bad_request("The photo is no valid image.", "ErrorInvalidImage")
    if len(data) > MOST:
        raise ApiError(413, "RequestEntityTooLarge", "The photo is larger than 4 MB.")
    put(ask.tenant, str(owner["id"]), data, photos)
    _recorded(ask, photos, owner)
    return Reply(200)


def _photos(ask: Ask) -> str:
    """Those of groups, or of people, as the path says."""
    return OF_GROUPS if ask.segments[0].lower() == "groups" else PHOTOS


def _recorded(ask: Ask, photos: str, owner: Object) -> None:
    path = photos.partition("/")[0]
    audits.record(ask, f"Update {path[:-1]}", path, owner, owner)


def _missing() -> ApiError:
    return ApiError(404, "ImageNotFound", "The photo wasn't found.")
