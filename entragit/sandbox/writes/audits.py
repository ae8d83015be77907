"""Directory audit records of writes, with the activity names that Entra shows."""

from __future__ import annotations

from entragit.sandbox import portal
from entragit.sandbox.ask import Ask
from entragit.sandbox.store import Object

SECRETS = frozenset({"passwordProfile", "keyCredentials", "passwordCredentials"})


def initiator(ask: Ask) -> Object:
    """The person or application that calls, as initiatedBy."""
    client = ask.caller.client
    if ask.caller.person:
        own = ask.tenant.objects.get("users", {}).get(ask.caller.person, {})
        named = {name: own.get(name) for name in ("id", "displayName", "userPrincipalName")}
        return {"app": None, "user": {**named, "ipAddress": None}}
    principal = ask.tenant.objects.get("servicePrincipals", {}).get(client.principal, {})
    app = {
        "appId": client.id,
        "displayName": principal.get("displayName"),
        "servicePrincipalId": client.principal,
        "servicePrincipalName": None,
    }
    return {"app": app, "user": None}


def _plain(body: Object) -> Object:
    """The body with credentials by name alone."""
    return {name: bool(value) if name in SECRETS else value for name, value in body.items()}


def record(ask: Ask, activity: str, path: str, before: Object, after: Object, *more: Object) -> None:
    """Append the record of one object's change; `more` are further targets."""
    changes = portal.modified(_plain(before), _plain(after))
    portal.record(ask.tenant, activity, path, [after or before, *more], changes, initiator(ask))
