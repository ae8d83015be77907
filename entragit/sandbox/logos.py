"""Logos of applications (Graph's reference: Update application; of PowerShell: Get-MgApplicationLogo)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, Reply, bad_request
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, lookup

LOGOS = "applications/logo"
STARTS: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
"""The media types that it takes, and how they begin."""
MOST = 100 * 1024
"""A logo has at most 100 KB."""


def put(tenant: Tenant, app: Object, type_: str, data: bytes) -> None:
    """Store the logo of an application, and its new address, which its service principal repeats."""
    tenant.streams.setdefault(LOGOS, {})[str(app["id"])] = (type_, data)
    address = (
        f"https://aadcdn.msftauthimages.net/{tenant.id[:8]}/appbranding/{app['id']}/bannerlogo?ts={tenant.stamp()}"
    )
    principal = lookup.principal_of(tenant, app.get("appId"))
    for path, holder in (("applications", app), ("servicePrincipals", principal)):
        if holder is not None:
            holder["info"] = (holder.get("info") or blank("informationalUrl")) | {"logoUrl": address}
            tenant.touch(path, str(holder["id"]))


def read(ask: Ask, app: Object) -> Reply:
    """The bytes; 404 where there is no logo [K]."""
    held = ask.tenant.streams.get(LOGOS, {}).get(str(app["id"]))
    if held is None:
        raise ApiError(404, "Request_ResourceNotFound", f"Resource 'logo' of application '{app['id']}' does not exist.")
    return Reply(200, held[1], {"Content-Type": held[0]})


def write(ask: Ask, app: Object) -> Reply:
    """PUT of the bytes: 204; nothing is documented to take a logo away."""
    type_, data = ask.headers.get("content-type", "").partition(";")[0], ask.body
    if type_ not in STARTS:
        raise ApiError(415, "UnsupportedMediaType", f"The content type '{type_}' is not supported for logos.")
    if not isinstance(data, bytes) or not data.startswith(STARTS[type_]):
        raise bad_request(f"The logo is no valid {type_}.", "Request_BadRequest")
    if len(data) > MOST:
        raise bad_request("The logo is larger than 100 KB.", "Request_BadRequest")
    before = dict(app)
    put(ask.tenant, app, type_, data)
    audits.record(ask, "Update application", "applications", before, dict(app))
    return Reply(204)
