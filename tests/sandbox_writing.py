"""A made-up company and a client that may write everything in it, without HTTP between them."""

from __future__ import annotations

import copy
import re
from typing import Any

from entragit.sandbox import access, portal, serve
from entragit.sandbox import ask as asks
from entragit.sandbox.generate import company
from entragit.sandbox.replies import Reply
from entragit.sandbox.rules import layout, types
from entragit.sandbox.rules.relations import RELATIONS
from entragit.sandbox.site import Caller, Site
from entragit.sandbox.store import Client, Object, Tenant
from entragit.sandbox.writes import values
from entragit.sandbox.writes.core import GRAPH, Kind

EXTRA = (
    "User-LifeCycleInfo.ReadWrite.All", "User.ManageIdentities.All", "User-PasswordProfile.ReadWrite.All",
    "CustomSecAttributeAssignment.ReadWrite.All",
)  # fmt: skip
EVERYTHING = frozenset(EXTRA).union(*access.permissions().values())
PASSWORD = {"password": "Corr3ct-horse"}
ROOT = "https://graph.microsoft.com/v1.0"


BETA = tuple(f"/{one.way}" for held in RELATIONS.values() for one in held.values() if one.beta)
"""How the paths end that the beta version alone has."""


def with_casts(path: str) -> str:
    """A template's path as Graph has it: casts with their namespace."""
    for cast in (cast for casts in layout.CASTS.values() for cast in casts):
        path = re.sub(rf"/{cast.lower()}(?=/|$)", f"/microsoft.graph.{cast}", path)
    return path


class Writer:
    """A signed-in client of a tenant (a new company unless one is given) with these permissions (all of them)."""

    def __init__(self, *permissions: str, tenant: Tenant | None = None) -> None:
        self.site = Site(url="https://127.0.0.1:1")
        self.tenant = company() if tenant is None else tenant
        self.site.add(self.tenant)
        self.tenant.options.quotas = False
        self.client: Client = self.tenant.add_client(*(permissions or EVERYTHING))

    def reply(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """The answer to one request; header names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        may = self.client.scopes or frozenset(self.client.permissions)
        who = Caller(self.site.desks[self.tenant.id], self.client, may, self.client.person)
        beta = any(path.lower().startswith(root.lower()) for root in layout.BETA) or path.endswith(BETA)
        ask = asks.ask(self.site, who, method, "beta" if beta else "v1.0", path, named, copy.deepcopy(body))
        return serve.answer(ask).reply

    def do(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The body of an answer that is no error."""
        reply = self.reply(method, path, body, **headers)
        assert reply.status < 400, (method, path, reply.body)
        return reply.body

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, str]:
        """(status, code, message) of an answer that is an error."""
        reply = self.reply(method, path, body, **headers)
        assert reply.status >= 400, (method, path, reply)
        assert isinstance(reply.body, dict)
        return reply.status, reply.body["error"]["code"], reply.body["error"]["message"]

    def make(self, path: str, body: Any) -> str:
        """The id of a new object."""
        return str(self.do("POST", path, body)["id"])

    def administer(self, role: str = portal.GLOBAL_ADMINISTRATOR) -> None:
        """Give the client a directory role."""
        portal.give_role(self.tenant, self.client.principal, role)

    def find(self, path: str, **properties: Any) -> Object:
        """The first stored object with these properties."""
        held = self.tenant.objects[path].values()
        return next(item for item in held if all(item.get(name) == value for name, value in properties.items()))

    def audited(self) -> Object:
        """The newest audit record."""
        return self.tenant.audits[-1]

    def user(self, name: str = "new", **more: Any) -> str:
        """A new user's id."""
        return self.make("users", new_user(self.tenant, name, **more))

    def group(self, name: str = "new", **more: Any) -> str:
        """A new security group's id."""
        return self.make("groups", new_group(name, **more))

    def app(self, name: str = "new", **more: Any) -> str:
        """A new application's id."""
        return self.make("applications", {"displayName": name, **more})

    def principal(self, app_id: str) -> str:
        """The id of a new service principal of an application's object id."""
        return self.make("servicePrincipals", {"appId": self.tenant.objects["applications"][app_id]["appId"]})


def new_user(tenant: Tenant, name: str, **more: Any) -> Object:
    """The least that a new user needs."""
    upn = {"userPrincipalName": f"{name}@{tenant.domain}", "mailNickname": name}
    return {"accountEnabled": True, "displayName": name, "passwordProfile": PASSWORD, **upn, **more}


def new_group(name: str, **more: Any) -> Object:
    """The least that a new security group needs."""
    return {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True, **more}


def ref(object_id: str) -> Object:
    """The body of a reference."""
    return {"@odata.id": f"{ROOT}/directoryObjects/{object_id}"}


def policy(**more: Any) -> Object:
    """A Conditional Access policy that may be created."""
    conditions = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]},
                  "clientAppTypes": ["all"]}  # fmt: skip
    controls = {"operator": "OR", "builtInControls": ["mfa"]}
    return {"displayName": "new", "state": "disabled", "conditions": conditions, "grantControls": controls, **more}


def _bare(value: Any) -> Any:
    """Without what a client may not send inside complex values, and without what is not set."""
    if isinstance(value, dict):
        skipped = {"origin", "logoUrl"} | ({"displayName"} if "labelId" in value else set())
        return {name: _bare(item) for name, item in value.items() if name not in skipped and item is not None}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def writable(kind: Kind, body: Object) -> Object:
    """What of a stored object a client could send to make it again."""
    known = values.fields(str(body.get("@odata.type", kind.type)).removeprefix(GRAPH))
    sent = {name: _bare(copy.deepcopy(value)) for name, value in body.items()
            if name in known and value is not None and value != []}  # fmt: skip
    hidden = kind.server | kind.patch_only | {"customSecurityAttributes"}
    kept = {name: value for name, value in sent.items() if not _hidden(known[name], kind) and name not in hidden}
    return kept | ({"@odata.type": body["@odata.type"]} if kind.polymorphic else {})


def _hidden(known: types.Property, kind: Kind) -> bool:
    return known.read_only and known.name not in kind.client
