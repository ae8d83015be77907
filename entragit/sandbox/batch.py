"""POST /$batch: up to 20 requests in one (facts §1)."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from entragit.sandbox import ask as asks
from entragit.sandbox import serve
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.serve import Outcome

MOST = 20
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


def invalid(message: str) -> ApiError:
    """400 for the whole batch."""
    return ApiError(400, "BadRequest", f"Invalid batch payload format: {message}")


def _check_item(item: Any, known: set[str]) -> None:
    if not isinstance(item, Mapping):
        raise invalid("a request must be an object.")
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise invalid("each request needs an 'id' that is a string.")
    if item["id"].lower() in known:
        raise invalid(f"the id '{item['id']}' is not unique.")
    if str(item.get("method", "")).upper() not in METHODS:
        raise invalid(f"request '{item['id']}' has no known method.")
    url = item.get("url")
    if not isinstance(url, str) or "://" in url or url.lstrip("/").split("/")[0] in asks.VERSIONS:
        raise invalid(f"the url of request '{item['id']}' must be relative to the version.")
    for needed in item.get("dependsOn") or []:
        if str(needed).lower() not in known:
            raise invalid(f"request '{item['id']}' depends on '{needed}', which does not come before it.")


def requests(body: Any) -> list[dict[str, Any]]:
    """The requests of a batch's body; 400 unless they are 1 to 20 well-formed ones."""
    items = body.get("requests") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or not items:
        raise invalid("'requests' must be a list of requests.")
    if len(items) > MOST:
        raise invalid(f"the number of requests exceeds the limit of {MOST}.")
    known: set[str] = set()
    for item in items:
        _check_item(item, known)
        known.add(item["id"].lower())
    return items


def _headers(ask: Ask, item: Mapping[str, Any]) -> dict[str, str]:
    """An item's own headers; nothing of the batch's but the token carries over."""
    given = item.get("headers") or {}
    if not isinstance(given, Mapping):
        raise invalid(f"the headers of request '{item['id']}' must be an object.")
    return {str(name).lower(): str(value) for name, value in given.items()}


def _item_outcome(ask: Ask, item: Mapping[str, Any]) -> Outcome:
    method, headers = str(item["method"]).upper(), _headers(ask, item)
    body = item.get("body")
    typed = headers.get("content-type", "").startswith("application/json")
    try:
        if body is not None and not typed:
            raise invalid(f"request '{item['id']}' has a body but no Content-Type header.")
        inner = asks.ask(ask.site, ask.caller, method, ask.version, item["url"].lstrip("/"), headers, body)
        if inner.path.lower() == "$batch":
            raise invalid("a batch can't hold a batch.")
    except ApiError as error:
        ask.tenant.requests.append((method, str(item["url"]).lstrip("/"), error.status))
        return Outcome(serve.failure(error, headers))
    return serve.answer(inner)


def _dependency_failed(headers: Mapping[str, str]) -> Outcome:
    error = ApiError(424, "FailedDependency", "A request that this one depends on has failed.")
    return Outcome(serve.failure(error, headers))


def _response(item: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    headers = {"Cache-Control": "no-cache", **reply.headers}
    if reply.body is not None:
        headers["Content-Type"] = "application/json"
    response = {"id": item["id"], "status": reply.status, "headers": headers}
    body = b64encode(reply.body).decode() if isinstance(reply.body, bytes) else reply.body
    return response if body is None else {**response, "body": body}


def _needs(item: Mapping[str, Any]) -> list[str]:
    return [str(name).lower() for name in item.get("dependsOn") or []]


def _run_order(ask: Ask, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The order in which items run: any that `dependsOn` allows, as soon as one of them writes (facts §1)."""
    if all(str(item["method"]).upper() == "GET" for item in items):
        return items
    left = random.Random(f"{ask.tenant.seed}/{len(ask.tenant.requests)}").sample(items, len(items))
    order: list[dict[str, Any]] = []
    while left:
        waiting = {item["id"].lower() for item in left}
        order.append(next(item for item in left if waiting.isdisjoint(_needs(item))))
        left.remove(order[-1])
    return order


def _outcomes(ask: Ask, items: list[dict[str, Any]]) -> dict[str, Outcome]:
    """Item id → outcome; dependents of a failure get 424."""
    found: dict[str, Outcome] = {}
    for item in _run_order(ask, items):
        needed = [found[name].reply.status for name in _needs(item)]
        if any(status >= 400 for status in needed):
            found[item["id"].lower()] = _dependency_failed(ask.headers)
        else:
            found[item["id"].lower()] = _item_outcome(ask, item)
    return found


def _work(ask: Ask) -> Outcome:
    if ask.method != "POST":
        raise ApiError(405, "BadRequest", "Specified HTTP method is not allowed for the request target.")
    items = requests(ask.body)
    outcomes = _outcomes(ask, items)
    order = random.Random(f"{ask.tenant.seed}/{[item['url'] for item in items]}").sample(items, len(items))
    responses = [_response(item, outcomes[item["id"].lower()].reply) for item in order]
    broken = next((outcome.broken for outcome in outcomes.values() if outcome.broken), "")
    slowest = max(outcome.delay for outcome in outcomes.values()) - ask.tenant.options.latency
    return Outcome(Reply(200, {"responses": responses}), max(0.0, slowest), broken)


def answer(ask: Ask) -> Outcome:
    """The outcome of a batch: 200 with one response per request, in arbitrary order; an item's break is the whole's."""
    return serve.answer(ask, _work)
