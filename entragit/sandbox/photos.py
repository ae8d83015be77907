"""People's photos (Graph's reference of profilePhoto: get, update, delete)."""

from __future__ import annotations

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, Reply, bad_request
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits

PHOTOS = "users/photo"
TYPE = "image/jpeg"
START = b"\xff\xd8\xff"
MOST = 4 * 1024 * 1024
"""The size of the photo is limited to 4 MB (documented for the update)."""


def put(tenant: Tenant, owner: str, data: bytes) -> None:
    """Store the photo of a person."""
    tenant.streams.setdefault(PHOTOS, {})[owner] = (TYPE, data)


def read(ask: Ask, owner: Object) -> Reply:
    """The bytes; 404 where there is no photo (documented)."""
    held = ask.tenant.streams.get(PHOTOS, {}).get(str(owner["id"]))
    if held is None:
        raise _missing()
    return Reply(200, held[1], {"Content-Type": held[0]})


def write(ask: Ask, owner: Object) -> Reply:
    """PUT, or PATCH, of the bytes of a JPEG: 200, as documented; nothing but image/jpeg is. DELETE: 204."""
    if ask.method == "DELETE":
        if ask.tenant.streams.get(PHOTOS, {}).pop(str(owner["id"]), None) is None:
            raise _missing()
        audits.record(ask, "Update user", "users", owner, owner)
        return Reply(204)
    type_, data = ask.headers.get("content-type", "").partition(";")[0], ask.body
    if type_ != TYPE:
        raise ApiError(415, "UnsupportedMediaType", f"The content type '{type_}' is not supported for photos.")
    if not isinstance(data, bytes) or not data.startswith(START):
        raise bad_request("The photo is no valid image.", "ErrorInvalidImage")
    if len(data) > MOST:
        raise ApiError(413, "RequestEntityTooLarge", "The photo is larger than 4 MB.")
    put(ask.tenant, str(owner["id"]), data)
    audits.record(ask, "Update user", "users", owner, owner)
    return Reply(200)


def _missing() -> ApiError:
    return ApiError(404, "ImageNotFound", "The photo wasn't found.")
