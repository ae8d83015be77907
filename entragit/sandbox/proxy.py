"""How application proxy publishes an application (Graph's reference of onPremisesPublishing, beta alone)."""

from __future__ import annotations

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant

PUBLISHED = "applications/onPremisesPublishing"
TYPE = "onPremisesPublishing"
# Documented as what holds where nobody has said anything.
DEFAULTS = {"applicationServerTimeout": "default", "isSecureCookieEnabled": True, "isTranslateHostHeaderEnabled": True}
FALSE = ("isHttpOnlyCookieEnabled", "isOnPremPublishingEnabled", "isPersistentCookieEnabled",
         "isTranslateLinksInBodyEnabled")  # fmt: skip


def publish(tenant: Tenant, owner: str, **values: object) -> None:
    """Store how an application is published."""
    held = blank(TYPE) | DEFAULTS | dict.fromkeys(FALSE, False) | {"isOnPremPublishingEnabled": True} | values
    tenant.states.setdefault(PUBLISHED, {})[owner] = held


def read(ask: Ask, owner: Object) -> Reply:
    """GET of how an application is published; of one that isn't, as the tenant's options have it [K]."""
    held, way = ask.tenant.states.get(PUBLISHED, {}).get(str(owner["id"])), ask.tenant.options.unpublished
    if held is None and way == "absent":
        raise ApiError(404, "ResourceNotFound", "Resource not found.")
    if held is None and way == "empty":
        return Reply(204)
    root = f"{ask.root}/$metadata#applications('{owner['id']}')/onPremisesPublishing"
    none: Object = {"@odata.null": True} if way == "null" else blank(TYPE) | DEFAULTS | dict.fromkeys(FALSE, False)
    found = none if held is None else held
    return Reply(200, {"@odata.context": root, **found})
