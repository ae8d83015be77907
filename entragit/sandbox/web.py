"""Between HTTP and the server's own values: requests in, replies out, and connections that break on purpose."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from entragit.sandbox import ask as asks
from entragit.sandbox import batch, serve, signin
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.serve import Outcome
from entragit.sandbox.site import Caller, Site

SIGN_IN = re.compile(
    r"/(?P<tenant>[^/]+)/(?P<what>oauth2/v2\.0/(?:token|devicecode)|v2\.0/\.well-known/openid-configuration)"
)
JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SANDBOX"}}'
)


def standing_headers(asked: Mapping[str, str]) -> dict[str, str]:
    """The headers of every answer of Graph (facts §1)."""
    request_id = str(uuid.uuid4())
    return {
        "request-id": request_id,
        "client-request-id": asked.get("client-request-id", request_id),
        "x-ms-ags-diagnostic": DIAGNOSTIC,
        "OData-Version": "4.0",
    }


async def respond(site: Site, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one HTTP request; links in the answer lead to the host that was asked for, as Graph's do."""
    body, site = await request.read(), site.called(request.headers.get("Host", ""))
    path, _, query = request.raw_path.partition("?")
    sign_in = SIGN_IN.fullmatch(path)
    if sign_in:
        return _json_response(_signed_in(site, request.method, sign_in, body), {})
    headers = {name.lower(): value for name, value in request.headers.items()}
    standing = standing_headers(headers)
    headers["request-id"] = standing["request-id"]
    outcome = _graph(site, request.method, path, query, headers, body)
    if outcome.delay > 0:
        await asyncio.sleep(outcome.delay / site.speed)
    return await _sent(request, outcome, standing)


def _signed_in(site: Site, method: str, match: re.Match[str], body: bytes) -> Reply:
    asked = {"token": signin.token, "devicecode": signin.device_code}.get(match["what"].rpartition("/")[2])
    if asked is not None:
        if method != "POST":
            return signin.refusal(400, "invalid_request", 900561, "The endpoint only accepts POST requests.")
        return asked(site, match["tenant"], dict(parse_qsl(body.decode("utf-8", "replace"))))
    return signin.openid_configuration(site, match["tenant"])


def _graph(site: Site, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    version, _, rest = path.lstrip("/").partition("/")
    if version not in asks.VERSIONS:
        return Outcome(serve.failure(ApiError(400, "BadRequest", "Invalid version."), headers))
    who = signin.caller(site, headers.get("authorization"))
    if who is None:
        return Outcome(serve.failure(serve.unauthorized("authorization" in headers), headers))
    target = f"{rest}?{query}" if query else rest
    try:
        return _answered(site, who, method, version, target, headers, _parsed(body, headers))
    except ApiError as error:  # a request too broken for the log's usual path
        who.desk.tenant.requests.append((method, target, error.status))
        return Outcome(serve.failure(error, headers))


def _answered(
    site: Site, who: Caller, method: str, version: str, target: str, headers: Mapping[str, str], body: Any
) -> Outcome:
    ask = asks.ask(site, who, method, version, target, headers, body)
    return batch.answer(ask) if ask.path == "$batch" else serve.answer(ask)


def _parsed(body: bytes, headers: Mapping[str, str]) -> Any:
    """JSON, unless the request says that it sends something else."""
    if not body:
        return None
    if "json" not in headers.get("content-type", "json"):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "BadRequest", f"Unable to read JSON request payload. {error}") from error


def _encoded(body: Any) -> bytes:
    """JSON in UTF-8; text that UTF-8 can't hold (a lone surrogate) is escaped, as Graph would send it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def _json_response(reply: Reply, headers: Mapping[str, str]) -> web.Response:
    held = reply.body
    body = b"" if held is None else held if isinstance(held, bytes) else _encoded(held)
    content_type = "text/plain" if isinstance(reply.body, int) else JSON_TYPE
    content = {} if reply.body is None else {"Content-Type": content_type}
    return web.Response(body=body, status=reply.status, headers={**content, **headers, **reply.headers})


async def _sent(request: web.BaseRequest, outcome: Outcome, headers: Mapping[str, str]) -> web.StreamResponse:
    response = _json_response(outcome.reply, headers)
    if not outcome.broken:
        return response
    transport = request.transport
    if outcome.broken == "half" and isinstance(response.body, bytes):
        whole = response.body
        half = web.StreamResponse(status=response.status, headers=response.headers)
        half.content_length = len(whole)
        await half.prepare(request)
        await half.write(whole[: len(whole) // 2])
        if transport is not None:
            transport.close()
        return half
    if transport is not None:
        transport.abort()
    return response
