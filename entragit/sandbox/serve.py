"""From one parsed request to its outcome: faults, permissions, licences, quotas, the read itself, the log."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from entragit.sandbox import access, addresses, finish, objects, quota, reads, schedules
from entragit.sandbox.ask import Ask
from entragit.sandbox.faults import Fault, struck
from entragit.sandbox.paths import Place, unknown_segment
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.rules import layout
from entragit.sandbox.writes import dispatch
from entragit.sandbox.writes.kinds import packages
from entragit.sandbox.writes.kinds.further import reviews

CODES: Mapping[int, str] = {
    400: "BadRequest", 401: "InvalidAuthenticationToken", 403: "Authorization_RequestDenied",
    404: "Request_ResourceNotFound", 409: "Conflict", 410: "Gone", 423: "resourceLocked", 429: "TooManyRequests",
    500: "InternalServerError", 502: "UnknownError", 503: "serviceNotAvailable", 504: "GatewayTimeout",
}  # fmt: skip

FOREIGN = b"<html><h1>Not here</h1></html>"
BREAKS: Mapping[str, str] = {"reset": "reset", "lost": "reset", "half": "half"}  # effect → what becomes of the answer


@dataclass(frozen=True)
class Outcome:
    """What happens to a request: the reply, after `delay` seconds of the sandbox's clock, or a broken connection.

    `broken`: "", "reset" or "half" (see `faults.Fault`).
    """

    reply: Reply
    delay: float = 0.0
    broken: str = ""


def unauthorized(sent: bool = True) -> ApiError:
    """401: no token, or one that is expired or foreign."""
    message = "Lifetime validation failed, the token is expired." if sent else "Access token is empty."
    challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    return ApiError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": challenge})


def failure(error: ApiError, asked: Mapping[str, str]) -> Reply:
    """The error as Graph sends it (facts §1 envelope); `asked` are the request's headers, "request-id" the server's."""
    request_id = asked.get("request-id") or str(uuid.uuid4())
    inner: dict[str, Any] = {
        **error.extra,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": asked.get("client-request-id", request_id),
    }
    body = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Reply(error.status, body, error.headers)


def planted(fault: Fault) -> ApiError | None:
    """The error that a fault answers with, or None for one that breaks or delays."""
    if fault.effect == "expired":
        return unauthorized()
    if fault.effect != "status":
        return None
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    code = fault.code or CODES.get(fault.status, "UnknownError")
    return ApiError(fault.status, code, f"The sandbox answers {fault.status} here.", headers)


def _charged(ask: Ask, place: Place) -> dict[str, str]:
    headers = quota.charge(ask, place.template)
    return {} if objects.is_policy(place.template) else headers


def _done(ask: Ask) -> Reply:
    """The reply to a request that no fault hit; raises ApiError."""
    access.refuse_delegated(ask)
    place = addresses.located(ask)
    if (place.path in layout.BETA or (place.relation and place.relation.beta)) and ask.version != "beta":
        raise unknown_segment(place.relation.name if place.relation else ask.segments[0])
    headers = _charged(ask, place)
    try:
        access.check(ask, place)
        schedules.advance(ask.tenant)
        packages.advance(ask.tenant)
        reviews.expire(ask.tenant)
        answers = reads.read if reads.reading(ask, place) else dispatch.write
        reply = finish.finished(ask, place, answers(ask, place))
    except ApiError as error:
        error.headers.update(headers)
        raise
    return Reply(reply.status, reply.body, {**headers, **reply.headers})


def _work(ask: Ask) -> Outcome:
    return Outcome(_done(ask))


def _met(ask: Ask, fault: Fault | None, work: Callable[[Ask], Outcome]) -> Outcome:
    """What becomes of a request that meets this fault; raises ApiError."""
    if fault is None:
        return work(ask)
    error = planted(fault)
    if error is not None:
        raise error
    if fault.effect == "reset":
        return Outcome(Reply(204))
    if fault.effect == "foreign":
        return Outcome(Reply(fault.status, FOREIGN, {"Content-Type": "text/html"}))
    return work(ask.emptied() if fault.effect == "empty_page" else ask)


def answer(ask: Ask, work: Callable[[Ask], Outcome] = _work) -> Outcome:
    """The outcome of one request (or one item of a batch) as `work` makes it, with faults, logged in the tenant."""
    tenant = ask.tenant
    fault = struck(tenant.faults, f"{ask.method} {ask.target}")
    try:
        outcome = _met(ask, fault, work)
    except ApiError as refused:
        outcome = Outcome(failure(refused, ask.headers))
    broken = (BREAKS.get(fault.effect, "") if fault is not None else "") or outcome.broken
    tenant.requests.append((ask.method, ask.target, 0 if broken == "reset" else outcome.reply.status))
    delay = fault.delay if fault is not None and fault.effect == "delay" else 0.0
    return Outcome(outcome.reply, tenant.options.latency + delay + outcome.delay, broken)
