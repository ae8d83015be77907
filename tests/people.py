"""A person who signs in to the sandbox, for what Graph shows to no application."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

import httpx

from entragit.permissions import reading
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.sandbox.portal import GLOBAL_ADMINISTRATOR
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Tenant

SCOPE = "https://graph.microsoft.com/.default"


def signed_in(sandbox: Sandbox, tenant: Tenant, client: Client, version: str = "v1.0") -> httpx.Client:
    """An HTTP client of Graph with a token that a device code gave; to be closed."""
    root = f"{sandbox.url}/{tenant.id}/oauth2/v2.0"
    trusted = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with httpx.Client(verify=trusted) as http:
        code = http.post(f"{root}/devicecode", data={"client_id": client.id, "scope": SCOPE}).json()["device_code"]
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": client.id}
        answer = http.post(f"{root}/token", data={**form, "device_code": code})
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return httpx.Client(base_url=f"{sandbox.url}/{version}", verify=trusted, headers=headers)


def administrator(tenant: Tenant) -> str:
    """The id of a user who is a Global Administrator."""
    rows = tenant.objects["roleManagement/directory/roleAssignments"].values()
    return next(row["principalId"] for row in rows if row["roleDefinitionId"] == GLOBAL_ADMINISTRATOR
                and row["directoryScopeId"] == "/" and row["principalId"] in tenant.objects["users"])  # fmt: skip


def readers(kinds: Iterable[ResourceType] = CATALOG.values()) -> tuple[str, ...]:
    """The scopes with which a person reads these kinds; none of them writes."""
    found = tuple(kinds)
    alone = (scope for kind in found for scope in kind.delegated if "ReadWrite" not in scope)
    return tuple(sorted({*reading(found), *alone}))
