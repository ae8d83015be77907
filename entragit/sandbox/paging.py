"""Pages of a sequence that was fixed when its first page was asked for (facts §1).

A nextLink is this request's address with an opaque `$skiptoken`; it ends with `options.page_token_lifetime`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from entragit.sandbox import tokens
from entragit.sandbox.replies import ApiError

if TYPE_CHECKING:
    from entragit.sandbox.ask import Ask

MESSAGE = "The specified page token value has expired and can't be included in your request."


@dataclass(frozen=True)
class Run:
    """One open sequence: what it is of, its items, when it was begun, and what else its reader must remember."""

    key: str
    items: Sequence[Any]
    begun: datetime
    about: Any = None


@dataclass
class Pages:
    """The open sequences of one tenant by number, oldest first."""

    open: dict[int, Run] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def add(self, run: Run, oldest: datetime) -> int:
        """Keep a sequence and return its number; those begun before `oldest` are dropped."""
        for number in [number for number, held in self.open.items() if held.begun < oldest]:
            del self.open[number]
        number = next(self.numbers)
        self.open[number] = run
        return number


def expired() -> ApiError:
    """400 for a page token that is too old or of another request (facts §3)."""
    return ApiError(400, "Directory_ExpiredPageToken", MESSAGE)


def _key(ask: Ask) -> str:
    return f"{ask.version}/{ask.path.lower()}?" + "&".join(
        f"{k}={v}" for k, v in ask.query.items() if k != "$skiptoken"
    )


def resumed(ask: Ask, token: str, key: str) -> tuple[int, int] | None:
    """(number, offset) of a page token; None unless it belongs to what `key` names and is young enough."""
    held = tokens.unseal(ask.site.key, token) or {}
    run = ask.caller.desk.pages.open.get(held.get("run", -1))
    lifetime = timedelta(seconds=ask.tenant.options.page_token_lifetime)
    if run is None or run.key != key or run.begun + lifetime < ask.tenant.now():
        return None
    return held["run"], held["offset"]


def _resumed(ask: Ask, token: str) -> tuple[int, int]:
    found = resumed(ask, token, _key(ask))
    if found is None:
        raise expired()
    return found


def opened(ask: Ask, run: Run) -> int:
    """The number under which a sequence is kept from now on."""
    oldest = ask.tenant.now() - timedelta(seconds=ask.tenant.options.page_token_lifetime)
    return ask.caller.desk.pages.add(run, oldest)


def skip_token(ask: Ask, number: int, offset: int) -> str:
    """The opaque token of the page that begins at `offset` of the open sequence `number`."""
    return tokens.seal(ask.site.key, {"run": number, "offset": offset})


def page(
    ask: Ask, build: Callable[[], Sequence[Any]], size: int, render: Callable[[Any], Any | None]
) -> tuple[list[Any], str | None, Sequence[Any]]:
    """(elements, nextLink or None, whole sequence) of the page that `ask` names, at most `size` elements.

    `build` makes the sequence for a first page; `render` makes an element, None for one that is gone since.
    """
    token = ask.query.get("$skiptoken")
    number, offset = _resumed(ask, token) if token is not None else (-1, 0)
    pages = ask.caller.desk.pages
    items = pages.open[number].items if number >= 0 else build()
    end = offset if ask.empty else offset + size
    elements = [element for item in items[offset:end] if (element := render(item)) is not None]
    if end >= len(items) and not ask.empty:
        return elements, None, items
    if number < 0:
        number = opened(ask, Run(_key(ask), list(items), ask.tenant.now()))
    return elements, ask.url(skiptoken=skip_token(ask, number, end)), items
