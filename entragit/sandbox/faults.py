"""Faults that a test plants in a tenant, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Effect = Literal["status", "reset", "lost", "half", "expired", "empty_page", "delay", "foreign"]


@dataclass
class Fault:
    """What goes wrong with the requests whose "METHOD path?query" matches `match` (a regular expression, searched).

    The path begins after the version ("GET groups/1c…/members?$select=id"); items of a `$batch` are matched as well.
    The first `after` matches are spared, the next `times` (None: all) are hit. Effects:

    - "status": answer `status` with error `code`; `retry_after` seconds of the sandbox's clock, None for no header.
    - "reset": close the connection; nothing is done. "lost": do what is asked, then close the connection.
      "half": do it, send half of the body under the whole one's Content-Length, then close.
      In a batch each breaks the whole batch's answer.
    - "expired": 401 InvalidAuthenticationToken. "empty_page": an empty page whose nextLink goes on to the data.
    - "foreign": answer `status` with a page that isn't Graph's, as a gateway does; nothing is done.
    - "delay": wait `delay` seconds of the sandbox's clock, then answer as usual.
    """

    match: str
    effect: Effect = "status"
    times: int | None = 1
    after: int = 0
    status: int = 503
    code: str | None = None
    retry_after: float | None = None
    delay: float = 0.0
    hits: int = field(default=0, init=False)

    def strikes(self, request: str) -> bool:
        """Whether this fault hits `request` ("METHOD path?query"); counts the match."""
        if not re.search(self.match, request):
            return False
        self.hits += 1
        return self.hits > self.after and (self.times is None or self.hits <= self.after + self.times)


def struck(faults: list[Fault], request: str) -> Fault | None:
    """The first fault that hits `request`, or None; faults before it count the match too."""
    return next((fault for fault in faults if fault.strikes(request)), None)
