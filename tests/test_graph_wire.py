"""The client against a server that answers as no decent Graph would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from graph_stub import CLAIMS, Reply, Seen, Stub, jwt, served, talk

from entragit.clock import Clock
from entragit.errors import GraphError, RefusedError
from entragit.graph.client import Graph
from entragit.graph.retry import TRIES
from entragit.model import Request

FAST = Clock(2000.0)
USERS = Request("/users")
PAGE = {"value": [{"id": "a"}, {"id": "b"}]}


async def everything(graph: Graph) -> list[str]:
    return [element["id"] async for page in graph.pages(USERS) for element in page]


def read(*replies: Reply) -> list[str]:
    return talk(Stub({"/users": list(replies)}), everything, FAST)


@pytest.mark.parametrize("seconds", ["20", "20.5"])
def test_retry_after_is_waited_for_on_the_clock(seconds: str) -> None:
    clock = Clock(50.0)
    stub = Stub({"/users": [Reply({}, 429, {"Retry-After": seconds}), Reply(PAGE)]})

    async def work(graph: Graph) -> float:
        start = clock.monotonic()
        assert await everything(graph) == ["a", "b"]
        return clock.monotonic() - start

    assert talk(stub, work, clock) >= float(seconds)


def test_retry_after_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    clock = Clock(100.0)
    stub = Stub({"/users": [Reply({}, 503, {"Retry-After": date}), Reply(PAGE)]})

    async def work(graph: Graph) -> float:
        start = clock.monotonic()
        await everything(graph)
        return clock.monotonic() - start

    assert talk(stub, work, clock) >= 50


@pytest.mark.parametrize("way", ["single", "batch"])
def test_a_limit_that_is_near_slows_down(way: str) -> None:
    clock = Clock(10.0)
    near = {"x-ms-throttle-limit-percentage": "0.9"}
    stub = Stub({"/big": [Reply({"id": "x"}, headers=near)]})
    stub.answers["/$batch"] = lambda seen: batched(seen, lambda _: Reply({"id": "x"}, headers=near))

    async def work(graph: Graph) -> float:
        big = Request("/big", quota="identity")  # 0.3 s each, once it is kept to
        await (graph.get(big) if way == "single" else graph.read_many([big] * 2))
        start = clock.monotonic()
        await asyncio.gather(*(graph.get(big) for _ in range(20)))
        return clock.monotonic() - start

    assert talk(stub, work, clock) >= 19 * 0.3


BROKEN = [
    Reply(b""),
    Reply(b"<html>sign in to the proxy</html>"),
    Reply(b'{"value": [{"id": "a"}'),
    Reply(b'{"value": [{"id": NaN}]}'),
    Reply(b"\xff\xfe"),
    Reply(b"[" * 100_000),
    Reply(PAGE, cut=10),
    Reply(PAGE, cut=0),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda reply: repr(reply.body)[:20] + str(reply.cut))
def test_a_broken_answer_is_asked_for_again(broken: Reply) -> None:
    assert read(broken, broken, Reply(PAGE)) == ["a", "b"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda reply: repr(reply.body)[:20] + str(reply.cut))
def test_a_broken_answer_that_stays_is_an_error(broken: Reply) -> None:
    with pytest.raises(GraphError) as raised:
        read(broken)
    assert raised.value.code in {"invalidJson", "connectionLost"}
    assert f"given up after {TRIES} tries" in raised.value.detail


@pytest.mark.parametrize("body", [{}, {"value": None}, [], 5, {"value": [1]}, None, {"@odata.context": "x"}])
def test_a_page_without_a_list_is_an_error_and_not_empty(body: object) -> None:
    with pytest.raises(GraphError, match="notAPage"):
        read(Reply(body))

    async def many(graph: Graph) -> object:
        return (await graph.read_many([USERS]))[0]

    if body not in ({}, [], 5):  # an object without a "value" is one object
        assert isinstance(talk(Stub({"/users": [Reply(body)]}), many, FAST), GraphError)


def test_numbers_stay_exact() -> None:
    body = b'{"big": 123456789012345678901234567890, "small": 0.1, "e": 1e3, "null": null, "text": "\\ud800"}'
    found = talk(Stub({"/x": [Reply(body)]}), lambda graph: graph.get(Request("/x")), FAST)
    assert found == {"big": 123456789012345678901234567890, "small": 0.1, "e": 1000.0, "null": None, "text": "\ud800"}
    assert isinstance(found["big"], int)


def test_no_content_is_none() -> None:
    assert talk(Stub({"/x": [Reply(b"", 204)]}), lambda graph: graph.get(Request("/x")), FAST) is None


@pytest.mark.parametrize(
    "shape",
    [
        "https://127.0.0.1:{other}/v1.0/users?$skiptoken=1",
        "http://127.0.0.1:{port}/v1.0/users?$skiptoken=1",
        "https://127.0.0.1:{port}@localhost:{other}/v1.0/users",
        "https://127.0.0.1:{port}.example/v1.0/users",
        "https://localhost:{port}/v1.0/users",
        "//127.0.0.1:{other}/v1.0/users",
        "/v1.0/users?$skiptoken=1",
        "https://127.0.0.1:{port}\\@127.0.0.1:{other}/",
        "https://[::1/users",
        "file:///etc/passwd",
        "nonsense",
    ],
)
def test_a_token_goes_to_no_other_server(shape: str) -> None:
    stub, other = Stub(), Stub({"/users": [Reply(PAGE)]})

    def first(_: Seen) -> Reply:
        link = shape.format(port=stub.url.rsplit(":", 1)[1], other=other.url.rsplit(":", 1)[1])
        return Reply(PAGE | {"@odata.nextLink": link})

    async def work(graph: Graph) -> None:
        async with served(other):
            with pytest.raises(RefusedError, match="the token is only for"):
                await everything(graph)
            with pytest.raises(RefusedError, match="the token is only for"):
                await graph.read_many([USERS] * 3)

    stub.answers = {"/users": first, "/$batch": lambda seen: batched(seen, lambda _: first(seen))}
    talk(stub, work, FAST)
    assert not other.seen
    assert len(stub.seen) == 2


def test_redirects_are_not_followed() -> None:
    stub, other = Stub(), Stub({"/users": [Reply(PAGE)]})

    async def work(graph: Graph) -> None:
        async with served(other):
            stub.answers["/users"] = [Reply({}, 307, {"Location": f"{other.url}/v1.0/users"})]
            with pytest.raises(GraphError) as raised:
                await everything(graph)
            assert raised.value.status == 307

    talk(stub, work, FAST)
    assert not other.seen


def test_links_in_a_circle_end_in_an_error() -> None:
    stub = Stub()
    stub.answers["/users"] = lambda _: Reply(PAGE | {"@odata.nextLink": f"{stub.url}/v1.0/users?$skiptoken=1"})
    with pytest.raises(GraphError, match="repeatedPage"):
        talk(stub, everything, FAST)
    assert len(stub.seen) < 10


def test_every_page_carries_the_headers() -> None:
    stub = Stub()
    first = Reply({"value": [], "@odata.nextLink": "later"})
    request = Request(
        "/users", (("$count", "true"),), (("ConsistencyLevel", "eventual"), ("Prefer", "odata.maxpagesize=5"))
    )

    def answer(seen: Seen) -> Reply:
        link = {"@odata.nextLink": f"{stub.url}/v1.0/users?$skiptoken=1"}
        return Reply(PAGE if "skiptoken" in seen.query else first.body | link)

    async def work(graph: Graph) -> None:
        assert [page async for page in graph.pages(request)] == [[], PAGE["value"]]

    stub.answers["/users"] = answer
    talk(stub, work, FAST)
    ids = set()
    for seen in stub.seen:
        assert seen.headers["Prefer"] == "include-unknown-enum-members, odata.maxpagesize=5"
        assert seen.headers["ConsistencyLevel"] == "eventual"
        assert seen.headers["User-Agent"].startswith("entragit/")
        assert seen.headers["Authorization"].startswith("Bearer ")
        ids.add(seen.headers["client-request-id"])
    assert len(ids) == len(stub.seen) == 2


def batched(seen: Seen, answer: Callable[[str], Reply], order: int = -1) -> Reply:
    """A batch's answer, item by item, in reverse order."""
    responses = []
    for item in seen.body["requests"]:
        reply = answer(item["url"])
        responses.append({"id": item["id"], "status": reply.status, "headers": dict(reply.headers), "body": reply.body})
    return Reply({"responses": responses[::order]})


def many(stub: Stub, count: int = 5) -> list[Any]:
    """What becomes of users 0 … count-1 read at once: their ids, or "status code"."""

    async def work(graph: Graph) -> list[Any]:
        results = await graph.read_many([Request(f"/users/{number}") for number in range(count)])
        return [f"{r.status} {r.code}" if isinstance(r, GraphError) else r[0]["id"] for r in results]

    return talk(stub, work, FAST)


def user(url: str) -> Reply:
    return Reply({"id": url.rsplit("/", 1)[1]})


IDS = ["0", "1", "2", "3", "4"]


def test_items_come_in_any_order() -> None:
    assert many(Stub({"/$batch": lambda seen: batched(seen, user)})) == IDS


def test_items_carry_the_headers_and_batches_hold_twenty() -> None:
    stub = Stub({"/$batch": lambda seen: batched(seen, user), "/users/40": [Reply({"id": "40"})]})
    assert many(stub, 41) == [str(number) for number in range(41)]
    assert sorted(len(seen.body["requests"]) for seen in stub.seen if seen.path == "/$batch") == [20, 20]
    item = next(seen.body["requests"][0] for seen in stub.seen if seen.path == "/$batch")
    assert item["method"] == "GET"
    assert item["headers"] == {"Prefer": "include-unknown-enum-members"}


PASSING_ITEMS = [
    Reply({}, 429, {"Retry-After": "3"}),
    Reply({}, 429, {"retry-after": "3"}),
    Reply({}, 429),
    Reply({}, 424),
    Reply({}, 500),
    Reply({}, 503),
    Reply({"error": {"code": "InvalidAuthenticationToken"}}, 401),
    Reply("bm8gSlNPTg==", 200),
    Reply(None, 200),
]


@pytest.mark.parametrize("reply", PASSING_ITEMS, ids=lambda reply: f"{reply.status}-{reply.headers}-{reply.body}")
def test_only_the_failed_item_is_sent_again(reply: Reply) -> None:
    failed: list[str] = []

    def answer(url: str) -> Reply:
        if url == "/users/3" and not failed:
            failed.append(url)
            return reply
        return user(url)

    stub = Stub({"/$batch": lambda seen: batched(seen, answer)})
    assert many(stub) == IDS
    assert [[item["url"] for item in seen.body["requests"]] for seen in stub.seen][1:] == [["/users/3"]]
    assert len(stub.signed_in) == (2 if reply.status == 401 else 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda responses: responses.pop(),
        lambda responses: responses.append("garbage"),
        lambda responses: responses[0].pop("status"),
        lambda responses: responses[0].update(status="200"),
        lambda responses: responses[0].update(headers=["x"]),
        lambda responses: responses[0].update(id=7),
        lambda responses: responses[0].update(id="²"),
        lambda responses: responses.append({"id": "99", "status": 200, "body": {}}),
        lambda responses: responses.clear(),
    ],
)
def test_items_without_a_formed_answer_are_asked_again_and_never_empty(spoil: Callable[[list[Any]], Any]) -> None:
    def answer(seen: Seen) -> Reply:
        reply = batched(seen, user)
        if times:
            times.pop()
            spoil(reply.body["responses"])
        return reply

    times = [1, 2]
    assert many(Stub({"/$batch": answer})) == IDS
    times = [0] * 1000
    for expected, got in zip(IDS, many(Stub({"/$batch": answer})), strict=True):
        assert got in {expected, "0 missingInBatch"}


@pytest.mark.parametrize("body", [{}, [], {"responses": None}, {"responses": {}}, "text"])
def test_a_batch_without_responses_is_an_error_of_each_item(body: object) -> None:
    assert many(Stub({"/$batch": [Reply(body)]})) == ["0 missingInBatch"] * 5


@pytest.mark.parametrize("reply", [Reply({}, 503), Reply({}, 429), Reply({"responses": []}, cut=5), Reply(b"<html>")])
def test_a_batch_that_breaks_is_sent_again_as_a_whole(reply: Reply) -> None:
    replies = [reply, reply]
    stub = Stub({"/$batch": lambda seen: replies.pop() if replies else batched(seen, user)})
    assert many(stub) == IDS
    assert [len(seen.body["requests"]) for seen in stub.seen] == [5, 5, 5]


def test_a_batch_that_stays_broken_fails_each_item_under_its_own_path() -> None:
    async def work(graph: Graph) -> list[Any]:
        return await graph.read_many([Request(f"/users/{number}") for number in range(20)])

    stub = Stub({"/$batch": [Reply({"error": {"code": "serviceNotAvailable", "message": "m"}}, 503)]})
    results = talk(stub, work, FAST)
    assert [(r.status, r.code, r.path) for r in results] == [
        (503, "serviceNotAvailable", f"/users/{n}") for n in range(20)
    ]
    assert len(stub.seen) == TRIES


def test_what_stands_with_others_in_a_batch_that_stays_broken_goes_alone() -> None:
    async def work(graph: Graph) -> list[Any]:
        return await graph.read_many([Request(f"/users/{number}") for number in range(3)])

    answers = {f"/users/{number}": [Reply({"id": f"{number}"})] for number in range(3)}
    stub = Stub({"/$batch": [Reply({"error": {"code": "serviceNotAvailable", "message": "m"}}, 503)], **answers})
    assert talk(stub, work, FAST) == [[{"id": f"{number}"}] for number in range(3)]
    assert len(stub.seen) == TRIES + 3


def test_no_more_than_the_width_is_in_flight() -> None:
    flying: list[int] = []
    top: list[int] = []

    class Slow(Stub):
        async def __call__(self, request: Any) -> Any:
            if "/v1.0" not in request.path:
                return await super().__call__(request)
            flying.append(1)
            top.append(len(flying))
            await asyncio.sleep(0.01)
            flying.pop()
            return await super().__call__(request)

    async def work(graph: Graph) -> None:
        await asyncio.gather(*(graph.get(Request(f"/users/{number % 3}")) for number in range(60)))

    talk(Slow({f"/users/{number}": [Reply({"id": "x"})] for number in range(3)}), work, FAST)
    assert max(top) == 8


def test_an_error_shows_no_token() -> None:
    bearer = jwt(CLAIMS)
    message = f"CompactToken parsing failed: Bearer {bearer}\nnext {bearer}"
    with pytest.raises(GraphError) as raised:
        read(Reply({"error": {"code": "BadRequest", "message": message}}, 400))
    assert bearer.split(".")[1] not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.detail.startswith("CompactToken parsing failed: [token]")


def test_the_request_is_plain_json() -> None:
    stub = Stub({"/$batch": lambda seen: batched(seen, user)})
    many(stub, 2)
    assert stub.seen[0].headers["Content-Type"] == "application/json"
    assert json.dumps(stub.seen[0].body).count('"method"') == 2
