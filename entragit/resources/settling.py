"""Hooks of writing: what Graph makes follow from other properties, so that nobody has to write it.

(the tenant's body or None, the one asked for) → the one asked for, completed. Idempotent, arguments left alone.
"""

from __future__ import annotations

from typing import Any

from entragit.model import Body

BY_NAME = "userPrincipalName"
REQUIRED, STATE = "requirements", "perUserMfaState"


def sign_in_name(now: Body | None, wanted: Body) -> Body:
    """The identity of a user that repeats the user principal name: Graph makes it follow (facts §5 users)."""

    def others(body: Body) -> list[Any]:
        return [item for item in body.get("identities", []) if item.get("signInType") != BY_NAME]

    own = others(wanted)
    if now is not None and own == others(now):
        return _with(wanted, "identities", now.get("identities"))
    repeated = [item for item in (now or {}).get("identities", []) if item.get("signInType") == BY_NAME]
    return _with(wanted, "identities", own + repeated)


def person(now: Body | None, wanted: Body) -> Body:
    """A user: `sign_in_name`, and multifactor authentication that is enabled stays enforced where it is that.

    Graph enforces what is enabled as soon as the person has registered a method (reference of
    strongAuthenticationRequirements).
    """
    own, asked = (((side or {}).get(REQUIRED) or {}).get(STATE) for side in (now, wanted))
    found = sign_in_name(now, wanted)
    return {**found, REQUIRED: (now or {})[REQUIRED]} if (own, asked) == ("enforced", "enabled") else found


def default_domain(now: Body | None, wanted: Body) -> Body:
    """A domain stops being the default one when another becomes it, and in no other way (facts §5 domains)."""
    return {**wanted, "isDefault": True} if (now or {}).get("isDefault") and "isDefault" in wanted else wanted


def redirect_settings(_now: Body | None, wanted: Body) -> Body:
    """Each redirect URI of the web platform has its settings, and nothing else has (facts §5 applications)."""
    web = wanted.get("web")
    if not isinstance(web, dict):
        return wanted
    held = {item.get("uri"): item for item in web.get("redirectUriSettings", [])}
    settings = [held.get(uri, {"uri": uri}) for uri in web.get("redirectUris", [])]
    return {**wanted, "web": _with(web, "redirectUriSettings", settings)}


def _with(body: Body, name: str, value: Any) -> Body:
    """`body` with one property; without it where the value is empty."""
    rest = {key: item for key, item in body.items() if key != name}
    return {**rest, name: value} if value else rest
