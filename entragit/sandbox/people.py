"""How a person must sign in: multifactor authentication by user (Graph's reference of authentication, beta alone)."""

from __future__ import annotations

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import audits, values
from entragit.sandbox.writes.core import Kind
from entragit.sandbox.writes.engine import body_of

REQUIREMENTS = "users/requirements"
METHODS = "users/methods"
STATES = ("disabled", "enabled", "enforced")
NONE = {"perUserMfaState": "disabled"}
"""What holds for a person of whom nobody has decided it."""
_KIND = Kind(REQUIREMENTS, "strongAuthenticationRequirements", "user")


def requirements(tenant: Tenant, owner: str) -> Object:
    """What is required of a person."""
    return tenant.states.get(REQUIREMENTS, {}).get(owner, NONE)


def require(tenant: Tenant, owner: str, state: str) -> None:
    """Store what is required of a person; "enabled" becomes "enforced" once he has registered a method (documented)."""
    methods = tenant.children.get(METHODS, {}).get(owner, {}).values()
    registered = any("password" not in str(item["@odata.type"]).lower() for item in methods)
    state = "enforced" if state == "enabled" and registered else state
    tenant.states.setdefault(REQUIREMENTS, {})[owner] = {"perUserMfaState": state}


def register(tenant: Tenant, owner: str, method: str, **values_: object) -> None:
    """Store one more method of a person; his number counts."""
    held = tenant.children.setdefault(METHODS, {}).setdefault(owner, {})
    own, type_ = f"{owner[:-2]}{len(held):02x}", f"{method}AuthenticationMethod"
    held[own] = blank(type_) | {"@odata.type": f"#microsoft.graph.{type_}", "id": own, **values_}


def read(ask: Ask, owner: Object) -> Reply:
    """GET of what is required of a person: it is always there."""
    root = f"{ask.root}/$metadata#users('{owner['id']}')/authentication/requirements"
    return Reply(200, {"@odata.context": root, **requirements(ask.tenant, owner["id"])})


def write(ask: Ask, owner: Object) -> Reply:
    """PATCH: 204; 400 for anything but one of the three states."""
    body = body_of(ask)
    values.check(_KIND, _KIND.type, body)
    state = body.get("perUserMfaState")
    if state not in STATES:
        raise values.invalid(_KIND, "perUserMfaState")
    before = dict(requirements(ask.tenant, owner["id"]))
    require(ask.tenant, owner["id"], state)
    audits.record(ask, "Update user", "users", owner | before, owner | requirements(ask.tenant, owner["id"]))
    return Reply(204)
