"""The retry policy, the quotas and the meaning of errors: tables, without a server."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.graph import retry
from entragit.graph.answers import (
    UNTRUSTED,
    Answer,
    clean,
    elements,
    error_of,
    is_denied,
    is_expired,
    is_unlicensed,
    reason,
)
from entragit.graph.batch import SIZE, chunks
from entragit.graph.quota import QUOTAS, Gate, Quota, cost
from entragit.graph.sender import headers_of, relative
from entragit.graph.tasks import windowed
from entragit.model import Request

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Skipping(Clock):
    """A clock whose sleeps pass at once."""

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "moment", 1000.0)

    moment: float

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.moment - 1000)

    def monotonic(self) -> float:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        until = self.moment + max(0.0, seconds)
        await asyncio.sleep(0)
        object.__setattr__(self, "moment", max(self.moment, until))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("0.5", 0.5),
        (" 12 ", 12),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30),
        ("Sun, 01 Mar 2026 12:00:30", 30),
        ("Sun, 01 Mar 2026 11:59:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1,5", None),
        ("nan", None),
        ("1e9", None),
        ("٣", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    assert retry.retry_after(header, NOW) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_none_or_seconds(header: str) -> None:
    found = retry.retry_after(header, NOW)
    assert found is None or found >= 0


@given(st.integers(0, 86_400))
def test_dates_are_as_good_as_seconds(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry.retry_after(header, NOW) == seconds


def judge(status: int, *, headers: dict[str, str] | None = None, broken: str = "", **how: float) -> retry.Verdict:
    answer = Answer(status, headers or {}, {}, broken)
    tries, spent, roll = int(how.get("tries", 1)), how.get("spent", 0.0), how.get("roll", 0.0)
    return retry.verdict(answer, tries, spent, bool(how.get("renewed", False)), NOW, roll)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_answers_are_taken(status: int) -> None:
    assert judge(status).action == "take"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 405, 409, 410, 412, 422, 501, 505])
def test_final_statuses_are_not_sent_again(status: int) -> None:
    assert judge(status, headers={"retry-after": "1"}).action == "fail"


@pytest.mark.parametrize("status", [408, 423, 424, 425, 429, 500, 502, 503, 504, 509, 599])
def test_passing_statuses_are_sent_again(status: int) -> None:
    verdict = judge(status)
    assert (verdict.action, verdict.wait, verdict.shared) == ("again", 1.0, status == 429)


@pytest.mark.parametrize("broken", ["timeout", "unreachable", "connectionLost", "invalidJson"])
@pytest.mark.parametrize("status", [0, 200])
def test_what_is_broken_is_sent_again(broken: str, status: int) -> None:
    assert judge(status, broken=broken).action == "again"


def test_an_untrusted_certificate_is_final() -> None:
    assert judge(0, broken=UNTRUSTED).action == "fail"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_shuts_the_quota_for_all(status: int) -> None:
    assert judge(status, headers={"retry-after": "17"}) == retry.Verdict("again", 17.0, shared=True)


def test_a_longer_retry_after_than_anyone_waits_for_is_final() -> None:
    verdict = judge(429, headers={"retry-after": "3600"})
    assert verdict.action == "fail"
    assert "asks to wait 3600 s" in verdict.why


def test_the_token_is_renewed_once() -> None:
    assert judge(401).action == "renew"
    assert judge(401, renewed=True).action == "fail"


def test_tries_and_time_are_bounded() -> None:
    assert judge(503, tries=retry.TRIES - 1).action == "again"
    assert judge(503, tries=retry.TRIES).action == "fail"
    assert judge(503, spent=retry.TOTAL).action == "fail"
    assert judge(429, tries=retry.TRIES).action == "fail"


def test_who_is_told_how_long_to_wait_does_so_more_often() -> None:
    told = {"retry-after": "1"}
    assert judge(429, tries=retry.PATIENT - 1, headers=told).action == "again"
    assert judge(429, tries=retry.PATIENT, headers=told).action == "fail"
    assert judge(503, tries=retry.TRIES, headers=told).action == "fail"
    assert judge(429, tries=retry.TRIES, spent=retry.TOTAL, headers=told).action == "fail"


@given(st.integers(1, 50), st.floats(0, 1))
def test_backoff_stays_between_half_a_second_and_a_minute(tries: int, roll: float) -> None:
    assert 0.5 <= retry.backoff(tries, roll) <= 60
    assert retry.backoff(tries, 1.0) == retry.backoff(tries, 0.0) / 2


def test_a_trial_counts_renews_once_and_fails_with_the_path() -> None:
    trial, clock = retry.Trial("/users"), Skipping()
    refused = Answer(401, {}, {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime."}})
    assert trial.judge(refused, clock).action == "renew"
    assert trial.judge(Answer(503, {}), clock).action == "again"
    with pytest.raises(GraphError) as raised:
        trial.judge(refused, clock)
    found = raised.value
    assert (found.status, found.code, found.path) == (401, "InvalidAuthenticationToken", "/users")


def error(status: int, code: str, detail: str = "") -> GraphError:
    return GraphError(status, code, detail, "/x")


@pytest.mark.parametrize(
    ("found", "unlicensed", "denied", "expired"),
    [
        (error(400, "AadPremiumLicenseRequired"), True, False, False),
        (error(403, "PimLicenseRequired"), True, False, False),
        (error(403, "AccessDenied", "Your tenant is not licensed for this feature. Upgrade."), True, False, False),
        (error(403, "Forbidden", "Your tenant is not licensed for this feature."), True, False, False),
        (
            error(400, "UnknownError", "The tenant needs to have Microsoft Entra ID P2 license."),
            True,
            False,
            False,
        ),
        (error(403, "Authorization_RequestDenied", "Insufficient privileges"), False, True, False),
        (error(403, "AccessDenied", "required scopes are missing in the token"), False, True, False),
        # Graph sends this also where a permission is missing, so it is no licence for sure
        (error(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"), False, True, False),
        (error(400, "Request_BadRequest", "License assignment cannot be done for user"), False, False, False),
        (error(503, "AadPremiumLicenseRequired"), False, False, False),
        (error(404, "Request_ResourceNotFound"), False, False, False),
        (error(410, "Gone"), False, False, True),
        (error(400, "Directory_ExpiredPageToken"), False, False, True),
        (error(400, "syncStateNotFound"), False, False, True),
        (error(400, "Request_BadRequest"), False, False, False),
    ],
)
def test_what_errors_mean(found: GraphError, unlicensed: bool, denied: bool, expired: bool) -> None:
    assert (is_unlicensed(found), is_denied(found), is_expired(found)) == (unlicensed, denied, expired)


def test_reasons_hold_nothing_that_changes_from_run_to_run() -> None:
    for status in (0, 200, 400, 403, 404, 429, 500, 503):
        assert reason(error(status, "Code", "2026-03-01 request-id 1")) == reason(error(status, "Code", "other"))
        assert "Code" in reason(error(status, "Code"))


@pytest.mark.parametrize("body", [None, [], "text", {}, {"error": None}, {"error": "x"}, {"error": {"code": None}}])
def test_an_error_without_an_envelope_still_has_a_code(body: object) -> None:
    found = error_of(Answer(503, {}, body), "/users")
    assert (found.status, found.code, found.detail) == (503, "Service Unavailable", "Service Unavailable")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\nb\t c\r", "a b c"),
        ("token eyJ0eXAiOiJKV1Qi.eyJhdWQi.c2ln was refused", "token [token] was refused"),
        ("Authorization: Bearer abc.def", "Authorization: [token]"),
        ("x" * 1000, "x" * 299 + "…"),
    ],
)
def test_server_text_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "page", [None, {}, [], {"value": None}, {"value": {}}, {"value": [1]}, {"values": []}, "value"]
)
def test_what_is_no_page_is_an_error_and_not_empty(page: object) -> None:
    with pytest.raises(GraphError, match="/users: 200 notAPage"):
        elements(page, "/users")


@pytest.mark.parametrize(
    ("path", "query", "units"),
    [
        ("/users", (), 2),
        ("/users", (("$select", "id"), ("$top", "999")), 1),
        ("/users", (("$select", "id"), ("$top", "5")), 1),
        ("/users", (("$expand", "manager"),), 3),
        ("/groups", (), 1),
        ("/groups/1/members", (), 3),
        ("/groups/1/members", (("$select", "id"),), 2),
        ("/groups/1/transitiveMembers", (), 5),
        ("/applications", (), 2),
        ("/applications/1", (), 1),
        ("/servicePrincipals/1/appRoleAssignments", (), 2),
        ("/subscribedSkus", (), 3),
    ],
)
def test_resource_units(path: str, query: tuple[tuple[str, str], ...], units: int) -> None:
    assert cost(path, query) == units


def passages(gate: Gate, clock: Skipping, count: int, units: int = 1) -> list[float]:
    """The moments at which `count` requests that come all at once get through."""
    moments: list[float] = []

    async def one(slots: asyncio.Semaphore) -> None:
        async with gate.turn(units, slots):
            moments.append(clock.moment)

    async def main() -> None:
        slots = asyncio.Semaphore(8)
        await asyncio.gather(*(one(slots) for _ in range(count)))

    asyncio.run(main())
    return sorted(moments)


def test_a_quota_is_not_kept_to_before_graph_complains() -> None:
    clock = Skipping()
    assert passages(Gate(QUOTAS["directory"], clock), clock, 100, units=1000) == [1000.0] * 100


@pytest.mark.parametrize("name", ["conditionalAccess", "reports"])
def test_tight_quotas_are_kept_to_from_the_first_request(name: str) -> None:
    clock, quota = Skipping(), QUOTAS[name]
    moments = passages(Gate(quota, clock), clock, 12)
    for start in moments:
        assert sum(start <= moment < start + quota.window for moment in moments) <= quota.units


def test_a_shut_gate_lets_nothing_through_and_keeps_to_the_quota_after() -> None:
    clock, quota = Skipping(), Quota(10, 10)
    gate = Gate(quota, clock)
    gate.shut(30)
    moments = passages(gate, clock, 40)
    assert moments[0] == 1030.0
    for start in moments:
        assert sum(start <= moment < start + 9.99 for moment in moments) <= 10


def test_a_shut_gate_of_a_tight_quota_lets_nothing_through() -> None:
    clock = Skipping()
    gate = Gate(QUOTAS["conditionalAccess"], clock)
    gate.shut(30)
    assert passages(gate, clock, 3) == [1030.0, 1031.0, 1032.0]


def test_a_gate_heeds_the_share_that_graph_reports() -> None:
    clock, quota = Skipping(), Quota(10, 10)
    for share, spaced in (("0.9", True), ("1.2", True), ("0.5", False), ("", False), ("much", False)):
        gate = Gate(quota, clock)
        gate.heed({"x-ms-throttle-limit-percentage": share})
        assert (len(set(passages(gate, clock, 5))) == 5) is spaced


REQUESTS = st.builds(
    Request,
    path=st.sampled_from(["/users", "/groups"]),
    version=st.sampled_from(["v1.0", "beta"]),
    quota=st.sampled_from(sorted(QUOTAS)),
)


@given(st.lists(REQUESTS, max_size=100))
def test_batches_hold_each_request_once_of_one_quota_and_version(requests: list[Request]) -> None:
    parts = list(chunks(requests))
    assert sorted(part.place for chunk in parts for part in chunk) == list(range(len(requests)))
    for chunk in parts:
        assert len({(part.request.quota, part.request.version) for part in chunk}) == 1
        assert len(chunk) <= (1 if QUOTAS[chunk[0].request.quota].always else SIZE)
        assert all(part.request is requests[part.place] for part in chunk)


def test_batches_take_only_what_they_need() -> None:
    taken: list[int] = []

    def endless() -> object:
        while True:
            taken.append(len(taken))
            yield Request(f"/users/{len(taken)}")

    next(chunks(endless()))  # type: ignore[arg-type]  # a generator typed as an object, to keep the helper short
    assert len(taken) == SIZE


def test_addresses_are_escaped_once_and_keep_their_order() -> None:
    query = (("$select", "id,displayName"), ("$filter", "name eq 'A & B #1+2%'"), ("$top", "5"))
    assert relative(Request("/users/a#b?c d", query)) == (
        "/users/a%23b%3Fc%20d?$select=id,displayName&$filter=name%20eq%20'A%20%26%20B%20%231%2B2%25'&$top=5"
    )


def test_a_prefer_of_ones_own_joins_the_common_one() -> None:
    headers = headers_of(
        Request("/users", headers=(("Prefer", "odata.maxpagesize=5"), ("ConsistencyLevel", "eventual")))
    )
    assert headers == {
        "Prefer": "include-unknown-enum-members, odata.maxpagesize=5",
        "ConsistencyLevel": "eventual",
    }
    assert json.dumps(headers)


def test_tasks_are_few_lazy_and_gone_at_the_end() -> None:
    running: set[int] = set()
    top: list[int] = []

    async def one(number: int) -> int:
        running.add(number)
        top.append(len(running))
        try:
            await asyncio.sleep(0.001 if number % 5 else 30)
        finally:
            running.discard(number)
        return number

    async def main() -> tuple[set[int], set[int], set[object]]:
        tasks: set[asyncio.Task[object]] = set()
        begun = (one(number) for number in range(1, 1000))
        results = windowed(begun, 3, tasks)
        first = {await anext(results) for _ in range(4)}
        await results.aclose()
        begun.close()
        return first, set(running), set(tasks)

    first, still_running, still_known = asyncio.run(main())
    assert len(first) == 4
    assert first <= {1, 2, 3, 4, 6}  # in the order in which they end; 5 is slow
    assert (still_running, still_known) == (set(), set())
    assert max(top) == 3
    assert len(top) <= 8


def test_the_first_exception_ends_all_tasks() -> None:
    async def one(number: int) -> int:
        await asyncio.sleep(30 if number else 0.001)
        raise ValueError("first")

    async def main() -> int:
        results = windowed((one(number) for number in range(3)), 3, set())
        with pytest.raises(ValueError, match="first"):
            await anext(results)
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1
