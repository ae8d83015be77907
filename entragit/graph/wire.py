"""One HTTP call through msgraph-sdk's request adapter, raw: bytes of JSON in, an `Answer` out.

Loads msgraph and httpx: import it only when a connection opens. The adapter gets a plain client without kiota's
middleware, so that its retries, redirects and telemetry do not exist here: `retry` has the one policy.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import httpx
from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.request_option import RequestOption
from kiota_abstractions.response_handler import ResponseHandler
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph import GraphRequestAdapter

from entragit import __version__
from entragit.errors import RefusedError, SignInError
from entragit.graph.answers import UNREACHABLE, UNTRUSTED, Answer
from entragit.graph.sender import BYTES
from entragit.graph.tokens import Tokens

_CONNECT = 30.0
_WHOLE = 5
"""An answer may take this many times the patience in all, however it drips."""


class Wire:
    """Sends calls to one Graph, whose token goes nowhere else."""

    def __init__(self, root: str, tokens: Tokens, *, ca_file: str, width: int, patience: float) -> None:
        self._origin = httpx.URL(root)
        self._prefix = f"{self._origin.scheme}://{self._origin.netloc.decode('ascii')}/"
        self._patience = patience * _WHOLE
        self._http = _client(ca_file, width, patience)
        self._adapter = GraphRequestAdapter(_Authentication(tokens), self._http)
        self._options: list[RequestOption] = [ResponseHandlerOption(_Raw())]

    async def send(
        self, url: str, headers: Mapping[str, str], content: bytes | None = None, method: str = "GET"
    ) -> Answer:
        """Send `method` to `url`, with `content`, JSON unless a header says otherwise; no answer is one too, status 0.

        Raises RefusedError for a URL of another origin, SignInError where no token can be had.
        """
        self._check(url)
        try:
            async with asyncio.timeout(self._patience):
                answer: Answer = await self._adapter.send_primitive_async(
                    self._request(url, headers, content, method), "bytes", None
                )
        except (httpx.RequestError, TimeoutError) as error:
            return _unanswered(error)
        return answer

    def _check(self, url: str) -> None:
        if url.startswith(self._prefix):
            return
        try:
            found = httpx.URL(url)
        except httpx.InvalidURL:
            found = httpx.URL("")
        if (found.scheme, found.host, _port(found)) != (self._origin.scheme, self._origin.host, _port(self._origin)):
            raise RefusedError(
                f"Graph's answer leads to {found.host or 'no server'}, but the token is only for {self._origin.host}; "
                "nothing was sent there: check ENTRAGIT_GRAPH_URL and the proxy"
            )

    def _request(self, url: str, headers: Mapping[str, str], content: bytes | None, method: str) -> RequestInformation:
        info = RequestInformation(Method[method])
        info.url = url
        info.add_request_options(self._options)
        for name, value in headers.items():
            info.headers.add(name, value)
        info.headers.add("client-request-id", str(uuid.uuid4()))
        if content is not None:
            info.content = content
            info.headers.try_add("Content-Type", "application/json")
        return info

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _port(url: httpx.URL) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)


def _client(ca_file: str, width: int, patience: float) -> httpx.AsyncClient:
    """A client with a pool of `width` connections. HTTP/1.1: with one connection per worker HTTP/2 gains nothing."""
    return httpx.AsyncClient(
        headers={"User-Agent": f"entragit/{__version__}", "Accept": "application/json"},
        verify=_trust(ca_file) if ca_file else True,
        limits=httpx.Limits(max_connections=width, max_keepalive_connections=width, keepalive_expiry=60),
        timeout=httpx.Timeout(patience, connect=min(patience, _CONNECT), pool=None),
        follow_redirects=False,
    )


def _trust(path: str) -> ssl.SSLContext:
    try:
        folder = Path(path).is_dir()
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except (OSError, ssl.SSLError) as error:
        raise SignInError(
            f"{path}, which SSL_CERT_FILE or REQUESTS_CA_BUNDLE names, holds no certificates that can be read "
            f"({error}); set it to a PEM file"
        ) from error


class _Authentication(AuthenticationProvider):
    """Puts the current token on a request; kiota asks a second time, with claims, where Graph demands some (CAE)."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def authenticate_request(
        self, request: RequestInformation, additional_authentication_context: dict[str, Any] | None = None
    ) -> None:
        claims = (additional_authentication_context or {}).get("claims")
        token = await self._tokens.current(b64decode(claims).decode() if claims else None)
        request.headers.remove("Authorization")
        request.headers.add("Authorization", f"Bearer {token}")


class _Raw(ResponseHandler):
    """Hands the response on as it is, instead of kiota's models and exceptions, which lose the body."""

    async def handle_response_async(self, response: Any, error_map: object) -> Answer:
        status, headers, content = response.status_code, response.headers, response.content
        if status < 300 and response.request.headers.get("accept") == BYTES:
            return Answer(status, headers, content)
        try:
            # A read that is answered with nothing is broken; a write may have nothing to say.
            expected = status == 200 and response.request.method == "GET"
            return Answer(status, headers, parse(content) if content or expected else None)
        except (ValueError, RecursionError) as error:
            if status >= 400:  # a gateway's HTML page: the status says enough
                return Answer(status, headers)
            return Answer(status, headers, None, "invalidJson", f"the answer is not JSON ({type(error).__name__})")


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse)


def parse(content: bytes) -> Any:
    """JSON as Graph means it: integers exact, NaN and Infinity refused. Raises ValueError or RecursionError."""
    return _decoder.decode(content.decode("utf-8"))


def _unanswered(error: Exception) -> Answer:
    """What a call that got no answer, or half of one, comes to."""
    said = f"{error}" or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return Answer(0, {}, None, UNTRUSTED, "its certificate is not trusted; set SSL_CERT_FILE to its CA's PEM file")
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Answer(0, {}, None, "timeout", "no answer in time")
    if isinstance(error, httpx.ConnectError):
        return Answer(0, {}, None, UNREACHABLE, f"no connection: {said}")
    return Answer(0, {}, None, "connectionLost", f"the connection broke: {said}")
