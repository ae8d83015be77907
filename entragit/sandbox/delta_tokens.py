"""What a delta token holds, and when it holds no more (facts §3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import quote

from entragit.sandbox import filters, tokens
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError

MOST_IDS = 50  # facts §3 [K]


@dataclass(frozen=True)
class Frozen:
    """The options of a delta query: `select` as given, `ids` of its filter; and `told`, the changes already told.

    `told` is -1 before the first round. `made`: when the token was made, in seconds.
    """

    select: str | None = None
    ids: tuple[str, ...] | None = None
    told: int = -1
    made: float = 0.0


def _owner(ask: Ask, place: Place) -> str:
    return f"{ask.tenant.id}/{ask.version}/{place.path}"


def link(ask: Ask, place: Place, **tokens_by_name: str) -> str:
    """The absolute address of the delta query with nothing but these tokens."""
    options = dict.fromkeys((name[1:] for name in ask.query), None)
    return ask.url(**{**options, **tokens_by_name})


def frozen_token(ask: Ask, place: Place, frozen: Frozen) -> str:
    """A `$deltatoken`."""
    return tokens.seal(ask.site.key, {"of": _owner(ask, place), **asdict(frozen)})


def gone(ask: Ask, place: Place, select: str | None = None) -> ApiError:
    """410 with the address at which to begin anew."""
    begin = link(ask, place)
    selected = f"$select={quote(select, safe=',')}&" if select else ""
    message = "The delta token is invalid or has expired; start over without it."
    return ApiError(410, "syncStateNotFound", message, {"Location": f"{begin}?{selected}$deltatoken="})


def thawed(ask: Ask, place: Place, token: str) -> Frozen:
    """What a `$deltatoken` holds; 410 if it is foreign, too old or ahead of the tenant's log."""
    held = tokens.unseal(ask.site.key, token) or {}
    if held.pop("of", None) != _owner(ask, place):
        raise gone(ask, place)
    frozen = Frozen(**{**held, "ids": None if held["ids"] is None else tuple(held["ids"])})
    expiry = frozen.made + ask.tenant.options.delta_token_lifetime
    if expiry < ask.tenant.now().timestamp() or frozen.told > len(ask.tenant.changes):
        raise gone(ask, place, frozen.select)
    return frozen


def filter_ids(text: str | None) -> tuple[str, ...] | None:
    """The ids of a `$filter=id eq 'a' or id eq 'b'`; 400 for any other filter."""
    if text is None:
        return None
    parts = [part.strip().strip("()").split() for part in text.split(" or ")]
    if not all(len(part) == 3 and part[:2] == ["id", "eq"] and part[2][:1] == part[2][-1:] == "'" for part in parts):
        raise filters.bad("a delta query can only be filtered by 'id eq' joined by 'or'.")
    if len(parts) > MOST_IDS:
        raise filters.bad(f"a delta query can be filtered by at most {MOST_IDS} ids.")
    return tuple(part[2].strip("'").lower() for part in parts)
