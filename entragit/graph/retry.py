"""The one retry policy: what to do about an answer. Pure; `client` and `batch` do it.

A read, or a `$batch` of reads, may be sent again at will, and so may a write that says what shall be. A POST may make
two of what one was asked for: it is sent again only where Graph says that it did nothing, or was never reached.
Whoever sent it looks for what it may have made, and decides (design section 6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from entragit.clock import Clock
from entragit.errors import GraphError
from entragit.graph.answers import UNREACHABLE, UNTRUSTED, Answer, error_of

TRIES = 8
"""How often one request is sent at most."""

PATIENT = 24
"""How often one is sent at most that Graph puts off and says until when: others use the same quota (facts §4)."""

TOTAL = 1800.0
"""Seconds from a request's first failure after which no wait for it begins."""

LONGEST = 600.0
"""Seconds of Retry-After beyond which a run gives up at once."""

CONFLICTS = 4
"""How often a write is sent at most that Graph refuses because another one is under way (409, facts §2)."""

Sort = Literal["read", "write", "make"]
"""What sending a request twice may do: nothing, the same again, or make two of something (a POST)."""

_FIRST, _CEILING = 1.0, 60.0
_AGAIN = frozenset({0, 408, 423, 424, 425, 429})
_UNDONE = frozenset({423, 425, 429})
_CONCURRENT = frozenset({"conflict", "concurrencyviolation", "directory_concurrencyviolation"})
_FINAL = frozenset({501, 505})
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


class Verdict(NamedTuple):
    """What to do: take the answer, fail with it, send again, or get a new token and send again.

    `wait`: seconds of the clock until then. `shared`: the wait is for all requests of the quota. `why`: for a failure,
    what a person should know beside Graph's words.
    """

    action: Literal["take", "fail", "again", "renew"]
    wait: float = 0.0
    shared: bool = False
    why: str = ""


@dataclass(slots=True)
class Trial:
    """The tries of one request so far: how many were answered, since when they fail, whether the token was renewed."""

    path: str
    sort: Sort = "read"
    tries: int = 0
    since: float | None = None
    renewed: bool = False

    def judge(self, answer: Answer, clock: Clock) -> Verdict:
        """What to do about the answer to the latest try; counts it. Raises GraphError where it is final."""
        self.tries += 1
        if _is_answered(answer):
            return Verdict("take")
        now = clock.monotonic()
        self.since = now if self.since is None else self.since
        found = verdict(
            answer, self.tries, now - self.since, self.renewed, clock.now(), clock.random.random(), self.sort
        )
        self.renewed = self.renewed or found.action == "renew"
        if found.action == "fail":
            raise _final(answer, self.path, found.why, self.sort)
        return found


def _final(answer: Answer, path: str, why: str, sort: Sort) -> GraphError:
    """The error; half an answer to a POST says no more than none, and so has status 0."""
    error = error_of(answer, path)
    status = 0 if answer.broken and sort == "make" else error.status
    return GraphError(status, error.code, f"{error.detail.rstrip('.')}; {why}" if why else error.detail, path)


def verdict(
    answer: Answer, tries: int, spent: float, renewed: bool, now: datetime, roll: float, sort: Sort = "read"
) -> Verdict:
    """Judge one answer.

    `tries`: how often the request was sent, this time included. `spent`: seconds since its first failure. `renewed`:
    whether a token was renewed for it. `now`: the time of day, for a Retry-After that is a date. `roll`: 0…1.
    """
    if _is_answered(answer):
        return Verdict("take")
    if answer.status == 401:
        return Verdict("fail") if renewed else Verdict("renew")
    if not _may_repeat(answer, tries, sort):
        return Verdict("fail")
    asked = retry_after(answer.headers.get("retry-after", ""), now)
    if asked is not None and asked > LONGEST:
        return Verdict("fail", why=f"it asks to wait {asked:.0f} s, more than entragit waits; run again later")
    wait = backoff(tries, roll) if asked is None else asked
    most = TRIES if answer.status != 429 or asked is None else PATIENT
    if tries >= most or spent + wait > TOTAL:
        return Verdict("fail", why=f"given up after {tries} tries; run again later")
    return Verdict("again", wait, shared=answer.status == 429 or asked is not None)


def _is_answered(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and not answer.broken


def _may_repeat(answer: Answer, tries: int, sort: Sort) -> bool:
    """Whether a second try may end better, and can do no harm."""
    if sort == "make":
        throttled = answer.status == 503 and "retry-after" in answer.headers
        return answer.broken == UNREACHABLE or (not answer.broken and (answer.status in _UNDONE or throttled))
    if sort == "write" and answer.status == 409:
        return error_of(answer, "").code.lower() in _CONCURRENT and tries < CONFLICTS
    return _is_passing(answer)


def _is_passing(answer: Answer) -> bool:
    """Whether a second try may end better: no or half an answer, throttled, or the server's own failure."""
    if answer.broken:
        return answer.broken != UNTRUSTED
    return answer.status in _AGAIN or (answer.status >= 500 and answer.status not in _FINAL)


def backoff(tries: int, roll: float) -> float:
    """Seconds to wait after `tries` failures: doubling from 1 to 60, of which chance (0…1) takes up to a half off."""
    return float(min(_CEILING, _FIRST * 2 ** (tries - 1)) * (1 - roll / 2))


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number, with a fraction or not, or an HTTP date); None for none.

    A date that has passed is 0; a header that says neither counts as none.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
