"""The local Entra: an HTTPS server on the loopback, in a thread of its own, for many tenants."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import trustme
from aiohttp import web

from entragit.sandbox.site import Site
from entragit.sandbox.store import Client, Tenant
from entragit.sandbox.web import respond

HOST = "127.0.0.1"
GRACE = 0.1  # real seconds that open requests have when the server stops


class Sandbox:
    """A server of tenants, running between `__enter__` and `__exit__`.

    `speed`: seconds of its clock in a real second. `port`: 0 for any free one. `names`: host names beside its address
    that its certificate is for, such as those of a cloud, which a proxy may lead here.
    """

    def __init__(self, speed: float = 1.0, port: int = 0, names: Iterable[str] = ()) -> None:
        self.site = Site(speed)
        self._port, self._names = port, tuple(names)
        self._directory = Path()
        self._authority = trustme.CA()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread = threading.Thread(target=self._run, name="entragit-sandbox", daemon=True)
        self._started: Future[None] = Future()

    @property
    def url(self) -> str:
        """The root of Graph (without a version) and of the sign-in, "https://127.0.0.1:PORT"."""
        return self.site.url

    @property
    def ca_file(self) -> Path:
        """The PEM file of the authority that signed the server's certificate, in a private directory."""
        return self._directory / "ca.pem"

    def add(self, tenant: Tenant) -> None:
        """Serve this tenant too; its clock becomes the server's."""
        self.site.add(tenant)

    def environment(self, tenant: Tenant, client: Client) -> dict[str, str]:
        """The environment variables with which a client of this tenant finds the server."""
        return {
            "ENTRAGIT_GRAPH_URL": self.url,
            "AZURE_AUTHORITY_HOST": self.url,
            "SSL_CERT_FILE": str(self.ca_file),
            "REQUESTS_CA_BUNDLE": str(self.ca_file),
            "AZURE_TENANT_ID": tenant.id,
            "AZURE_CLIENT_ID": client.id,
            "AZURE_CLIENT_SECRET": client.secret,
            "ENTRAGIT_SPEED": str(self.site.speed),
        }

    def __enter__(self) -> Sandbox:
        """Start serving; raises OSError if the port is taken."""
        self._directory = Path(tempfile.mkdtemp(prefix="entragit-sandbox-"))
        self._authority.cert_pem.write_to_path(str(self.ca_file))
        self._thread.start()
        try:
            self._started.result()
        except OSError:
            shutil.rmtree(self._directory)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving, close every connection and remove the private directory."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        shutil.rmtree(self._directory)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(HOST, "localhost", *self._names).configure_cert(context)
        return context

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._started.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = web.Server(self._handler(), access_log=None)
        listener = await self._loop.create_server(
            server, HOST, self._port, ssl=self._context(), backlog=512, ssl_shutdown_timeout=GRACE
        )
        self.site.url = f"https://{HOST}:{listener.sockets[0].getsockname()[1]}"
        self._started.set_result(None)
        await self._stop.wait()
        listener.close()
        transports = [connection.transport for connection in server.connections]
        await server.shutdown(GRACE)
        for transport in transports:  # a TLS client that doesn't answer the goodbye would keep its transport open
            if isinstance(transport, asyncio.WriteTransport):
                with suppress(AttributeError):  # Python 3.11.2 raises it where the transport was closed twice
                    transport.abort()
        await asyncio.sleep(0)

    def _handler(self) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            return await respond(self.site, request)

        return handle
