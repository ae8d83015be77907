"""A server that answers as it is told, for what no decent Graph would send: on the loopback, over TLS."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import trustme
from aiohttp import web

from entragit.clock import Clock
from entragit.graph.auth import connection
from entragit.graph.client import Graph, open_graph

T = TypeVar("T")
TENANT = "11111111-1111-4111-8111-111111111111"
CLAIMS = {"tid": TENANT, "roles": ["User.Read.All"]}
CA = trustme.CA()


class Reply(NamedTuple):
    """Bytes are sent as they are, everything else as JSON; `cut`: close the connection after that many bytes."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = {}
    cut: int | None = None


class Seen(NamedTuple):
    """One request that arrived."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


Answers = list[Reply] | Callable[[Seen], Reply]


def jwt(claims: Mapping[str, Any]) -> str:
    parts = ({"alg": "none"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + ".c2ln"
    )


@dataclass
class Stub:
    """Answers a path by its function, or by its replies in turn, the last of them again and again.

    `tokens`: replies of the token endpoint likewise; without any, tokens of `CLAIMS`.
    """

    answers: dict[str, Answers] = field(default_factory=dict)
    tokens: list[Reply] = field(default_factory=list)
    device: Reply | None = None
    seen: list[Seen] = field(default_factory=list)
    signed_in: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        text = await request.text()
        if "/v2.0" in request.path:
            return await self._sent(request, self._sign_in(request.path, text))
        body = json.loads(text) if text else None
        path = request.path.removeprefix("/v1.0")
        self.seen.append(Seen(path, request.query_string, request.headers, body))
        answers = self.answers[path]
        reply = answers(self.seen[-1]) if callable(answers) else answers.pop(0) if len(answers) > 1 else answers[0]
        return await self._sent(request, reply)

    def _sign_in(self, path: str, text: str) -> Reply:
        root = f"{self.url}/{TENANT}/oauth2/v2.0"
        if path.endswith("openid-configuration"):
            names = {"authorization": "authorize", "token": "token", "device_authorization": "devicecode"}
            found = {f"{name}_endpoint": f"{root}/{end}" for name, end in names.items()}
            return Reply(found | {"issuer": f"{self.url}/{TENANT}/v2.0"})
        if path.endswith("devicecode"):
            assert self.device is not None
            return self.device
        self.signed_in.append(dict(parse_qsl(text)))
        if self.tokens:
            return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        return token(CLAIMS | {"jti": len(self.signed_in)})

    async def _sent(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        headers = {"Content-Type": "application/json", **reply.headers}
        if reply.cut is None:
            return web.Response(body=content, status=reply.status, headers=headers)
        response = web.StreamResponse(status=reply.status, headers=headers)
        response.content_length = len(content)
        await response.prepare(request)
        await response.write(content[: reply.cut])
        assert request.transport is not None
        request.transport.close()
        return response


def token(claims: Mapping[str, Any], **more: Any) -> Reply:
    return Reply({"token_type": "Bearer", "expires_in": 3600, "access_token": jwt(claims), **more})


@asynccontextmanager
async def served(stub: Stub) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert("127.0.0.1").configure_cert(context)
    server = web.Server(stub, access_log=None)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, ssl=context)
    stub.url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        listener.close()
        await server.shutdown(0.1)


def talk(
    stub: Stub,
    work: Callable[[Graph], Awaitable[T]],
    clock: Clock,
    environ: Mapping[str, str] | None = None,
    **how: Any,
) -> T:
    """Serve `stub`, sign in to it, do `work`."""
    if environ is None:
        environ = {"AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "s3cr3t-value"}

    async def main() -> T:
        async with served(stub):
            with CA.cert_pem.tempfile() as ca:
                urls = {"ENTRAGIT_GRAPH_URL": stub.url, "AZURE_AUTHORITY_HOST": stub.url, "SSL_CERT_FILE": ca}
                sign_in = how.pop("sign_in", "")
                where = connection({**environ, **urls}, TENANT, "public", sign_in)
                async with open_graph(where, clock, **how) as graph:
                    return await work(graph)

    return asyncio.run(main())
