"""Which second factor a person is asked for first (Graph's reference of signInPreferences, beta alone)."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.sandbox.ask import Ask
from entragit.sandbox.people import METHODS
from entragit.sandbox.replies import Reply, bad_request
from entragit.sandbox.rules import types
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, values
from entragit.sandbox.writes.core import Kind
from entragit.sandbox.writes.engine import body_of

PREFERENCES = "users/signInPreferences"
SYSTEM, OWN = "isSystemPreferredAuthenticationMethodEnabled", "userPreferredMethodForSecondaryAuthentication"
NONE: Object = {SYSTEM: True, OWN: None}
"""What holds for a person who has chosen nothing."""
BY_PHONE = {"mobile": ("voiceMobile", "sms"), "alternateMobile": ("voiceAlternateMobile",), "office": ("voiceOffice",)}
BY_METHOD = {"microsoftAuthenticator": ("push", "oath"), "softwareOath": ("oath",), "hardwareOath": ("oath",)}
_KIND = Kind(PREFERENCES, "signInPreferences", "user")


def preferences(tenant: Tenant, owner: str) -> Object:
    """What a person is asked for first, and whether Entra decides that."""
    return tenant.states.get(PREFERENCES, {}).get(owner, NONE)


def prefer(tenant: Tenant, owner: str, **changes: object) -> None:
    """Store other preferences of a person."""
    tenant.states.setdefault(PREFERENCES, {})[owner] = {**preferences(tenant, owner), **changes}


def _possible(tenant: Tenant, owner: str) -> Iterator[str]:
    """What the methods that a person has registered can be asked for."""
    for method in tenant.children.get(METHODS, {}).get(owner, {}).values():
        sort = str(method["@odata.type"]).rpartition(".")[2].removesuffix("AuthenticationMethod")
        yield from BY_METHOD.get(sort, ())
        yield from BY_PHONE.get(str(method.get("phoneType")), ()) if sort == "phone" else ()


def read(ask: Ask, owner: Object) -> Reply:
    """GET of a person's preferences: they are always there."""
    root = f"{ask.root}/$metadata#users('{owner['id']}')/authentication/signInPreferences"
    return Reply(200, {"@odata.context": root, **preferences(ask.tenant, owner["id"])})


def write(ask: Ask, owner: Object) -> Reply:
    """PATCH: 204; 400 for null, of which no page speaks, and for a method that the person hasn't registered [K]."""
    body = body_of(ask)
    values.check(_KIND, _KIND.type, body)
    if not body or any(value is None for value in body.values()):
        raise bad_request("Values of sign-in preferences can't be taken away.")
    known = types.enum_members("userDefaultAuthenticationMethodType")
    if OWN in body and (body[OWN] not in known or body[OWN] not in _possible(ask.tenant, owner["id"])):
        raise bad_request(f"The method '{body[OWN]}' isn't registered for the user.")
    before = dict(preferences(ask.tenant, owner["id"]))
    prefer(ask.tenant, owner["id"], **body)
    audits.record(ask, "Update user", "users", owner | before, owner | preferences(ask.tenant, owner["id"]))
    return Reply(204)
