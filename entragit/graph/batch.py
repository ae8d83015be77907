"""Many reads in one call: `$batch` of at most twenty, each with an answer and retries of its own (facts §1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from entragit.errors import GraphError
from entragit.graph.answers import Answer
from entragit.graph.quota import QUOTAS
from entragit.graph.retry import Trial, Verdict
from entragit.graph.sender import BATCH, Call, Sender, headers_of, relative, units
from entragit.model import Request

SIZE = 20
"""Graph's limit."""

_MISSING = Answer(0, {}, None, "missingInBatch", "the batch's answer leaves it out")


class Part(NamedTuple):
    """One request of a sequence, and its place there."""

    place: int
    request: Request


def chunks(requests: Iterable[Request]) -> Iterator[list[Part]]:
    """Cut a sequence into batches, each of one quota and one version; what may not be batched stands alone.

    Takes no more of `requests` than the next batch needs.
    """
    open_: dict[tuple[str, str], list[Part]] = {}
    for part in (Part(place, request) for place, request in enumerate(requests)):
        size = 1 if QUOTAS[part.request.quota].always else SIZE
        key = (part.request.quota, part.request.version)
        open_.setdefault(key, []).append(part)
        if len(open_[key]) == size:
            yield open_.pop(key)
    yield from open_.values()


async def first_answers(sender: Sender, requests: Sequence[Request]) -> list[Any | GraphError]:
    """The JSON, or the final error, of each of up to twenty requests that share quota and version; in order.

    A batch whose own answer fails is sent again as a whole; if it fails for good, so does each request.
    """
    if len(requests) == 1:
        return [await _single(sender, requests[0])]
    results: list[Any | GraphError] = [None] * len(requests)
    trials = {index: Trial(request.path) for index, request in enumerate(requests)}
    while trials:
        serial = sender.tokens.serial
        try:
            answers = await _post(sender, {index: requests[index] for index in trials})
        except GraphError as error:
            for index, trial in trials.items():
                results[index] = GraphError(error.status, error.code, error.detail, trial.path)
            break
        verdicts = [
            verdict
            for index, answer in answers.items()
            if (verdict := _settle(sender, requests[0].quota, index, answer, trials, results)) is not None
        ]
        for verdict in _merged(verdicts):
            await sender.comply(verdict, requests[0].quota, serial)
    return results


async def _single(sender: Sender, request: Request) -> Any | GraphError:
    try:
        return await sender.fetch(sender.call(request))
    except GraphError as error:
        return error


def _settle(
    sender: Sender,
    quota: str,
    index: int,
    answer: Answer,
    trials: dict[int, Trial],
    results: list[Any | GraphError],
) -> Verdict | None:
    """Put a final answer into `results` and end its trial; else say what must come before the next try."""
    sender.gates[quota].heed(answer.headers)
    try:
        verdict = trials[index].judge(answer, sender.clock)
    except GraphError as error:
        results[index] = error
    else:
        if verdict.action != "take":
            return verdict
        results[index] = answer.body
    del trials[index]
    return None


def _merged(verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    """One wait for all that go into the next batch: the longest of each sort, and one new token."""
    sorts: dict[tuple[str, bool], Verdict] = {}
    for verdict in verdicts:
        sort = (verdict.action, verdict.shared)
        sorts[sort] = max(verdict, sorts.get(sort, verdict), key=lambda v: v.wait)
    yield from sorts.values()


async def _post(sender: Sender, requests: Mapping[int, Request]) -> dict[int, Answer]:
    """Send one batch; every request gets an answer, if only that there is none."""
    body = await sender.fetch(_call(sender, requests))
    found = dict.fromkeys(requests, _MISSING)
    responses = body.get("responses") if isinstance(body, dict) else None
    for response in responses if isinstance(responses, list) else ():
        index = _index(response)
        if index in found:
            found[index] = _answer(response)
    return found


def _call(sender: Sender, requests: Mapping[int, Request]) -> Call:
    first = next(iter(requests.values()))
    items = [
        {"id": str(index), "method": "GET", "url": relative(request), "headers": headers_of(request)}
        for index, request in requests.items()
    ]
    sender.sent.items += len(items)
    content = json.dumps({"requests": items}, separators=(",", ":")).encode()
    cost = sum(map(units, requests.values()))
    return Call(f"{sender.root}/{first.version}/$batch", BATCH, first.quota, cost, {}, content, "POST")


def _index(response: Any) -> int | None:
    name = response.get("id") if isinstance(response, dict) else None
    return int(name) if isinstance(name, str) and name.isdecimal() and name.isascii() else None


def _answer(response: Mapping[str, Any]) -> Answer:
    """One element of a batch's answer; whatever isn't formed like one counts as none."""
    status, headers, body = response.get("status"), response.get("headers") or {}, response.get("body")
    if not isinstance(status, int) or not isinstance(headers, dict):
        return _MISSING
    if status == 200 and not isinstance(body, dict):
        return Answer(status, {}, None, "invalidJson", "the answer in the batch is not a JSON object")
    return Answer(status, {str(name).lower(): str(value) for name, value in headers.items()}, body)
