"""The local Entra in a process of its own, so that its time and memory are no part of what is measured.

Started with a number of users; speaks JSON, a line each way. First it says {"tenant", "environment", "sizes"}; then it
answers "requests" with the Graph requests since the last time and "change N" after N users got another department.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from entragit.permissions import reading
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

SPEED = 1000.0
"""The gate of Conditional Access (one request a second) shall not be what is measured."""

KEPT = ("Prefer", "ConsistencyLevel", "Content-Type")
"""Headers that belong to a request, beside the token and the connection's own."""


class Recording(Sandbox):
    """A sandbox that keeps every request for Graph as it came."""

    def __init__(self) -> None:
        super().__init__(speed=SPEED)
        self.requests: list[dict[str, Any]] = []

    def _handler(self) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        answer = super()._handler()

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            body = await request.read()
            if request.raw_path.startswith(("/v1.0/", "/beta/")):
                headers = {name: request.headers[name] for name in KEPT if name in request.headers}
                row = {"method": request.method, "target": request.raw_path, "headers": headers, "body": body.decode()}
                self.requests.append(row)
            return await answer(request)

        return handle


def main() -> None:
    """Serve until the other side closes the pipe."""
    tenant = company(users=int(sys.argv[1]))
    tenant.options.quotas = False
    tenant.options.page_token_lifetime = tenant.options.delta_token_lifetime = 1e8
    with Recording() as sandbox:
        sandbox.add(tenant)
        environment = sandbox.environment(tenant, tenant.add_client(*reading()))
        _say({"tenant": tenant.id, "environment": environment, "sizes": _sizes(tenant)})
        for line in sys.stdin:
            word, *rest = line.split()
            if word == "change":
                _say(_change(tenant, int(rest[0])))
            else:
                asked, sandbox.requests = sandbox.requests, []
                _say(asked)


def _sizes(tenant: Tenant) -> dict[str, int]:
    return {
        "users": len(tenant.objects["users"]),
        "objects": sum(map(len, tenant.objects.values())),
        "memberships": sum(map(len, tenant.links["groups/members"].values())),
    }


def _change(tenant: Tenant, count: int) -> list[str]:
    changed = sorted(tenant.objects["users"])[:count]
    for key in changed:
        tenant.objects["users"][key]["department"] = "Moved"
        tenant.touch("users", key)
    return changed


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
