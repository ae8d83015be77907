"""Access tokens: fetched once, kept while fresh, renewed when Graph no longer takes them; and what they say."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from entragit.clock import Clock
from entragit.errors import SignInError
from entragit.graph.retry import backoff

TRIES = 4
"""How often a sign-in is tried while the authority doesn't answer."""

_MARGIN = 300.0
"""Seconds before its end at which a token is replaced; a tenth of its life for short ones."""


class Unreachable(SignInError):
    """The authority did not answer, or not with a decision: a later try may get further."""


@dataclass(frozen=True)
class Token:
    """An access token and the moment, in seconds of Unix time, at which it ends."""

    text: str = field(repr=False)
    ends: float


class Source(Protocol):
    """Where tokens come from. Its methods block, so they run in a thread."""

    def fetch(self, claims: str | None, *, anew: bool) -> Token:
        """A token; `claims`: what Graph demands of it (JSON), `anew`: not one that is already known.

        Raises SignInError, of which `Unreachable` may pass.
        """

    def close(self) -> None:
        """Let go of connections and secrets."""


class Kept:
    """A source that outlives a connection, for a person must not sign in once more for the next one."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def fetch(self, claims: str | None, *, anew: bool) -> Token:
        """See `Source`."""
        return self._source.fetch(claims, anew=anew)

    def close(self) -> None:
        """Nothing: whoever keeps the source closes it, at the latest the end of the process."""


class Identity(NamedTuple):
    """What a token says: its tenant, what it may do, and whose it is.

    `permissions`: application permissions; None for a person's token, which has `scopes` instead. `app_id`: of the
    application that signed in. `object_id`: of its service principal, or of the person; "" where the token doesn't say.
    """

    tenant_id: str
    permissions: frozenset[str] | None
    scopes: frozenset[str]
    app_id: str = ""
    object_id: str = ""


def identity(token: str) -> Identity:
    """Read a token's claims; SignInError where it isn't a JWT of a tenant. Nothing is verified: Graph does that."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        tenant, roles, scopes = str(claims["tid"]), frozenset(map(str, claims.get("roles", ()))), claims.get("scp")
    except (IndexError, ValueError, KeyError, TypeError, AttributeError):
        # not chained: the token itself would be in the cause
        raise SignInError(
            "the authority's access token names no tenant, so it can't be checked; see that AZURE_AUTHORITY_HOST and "
            "ENTRAGIT_GRAPH_URL belong together"
        ) from None
    app, own = (str(claims.get(name) or "").lower() for name in ("azp" if "azp" in claims else "appid", "oid"))
    if isinstance(scopes, str):
        return Identity(tenant, None, frozenset(scopes.split()), app, own)
    return Identity(tenant, roles, frozenset(), app, own)


class Tokens:
    """The one current token of a connection, for any number of requests at once."""

    def __init__(self, make: Callable[[], Source], clock: Clock) -> None:
        self._make, self._clock = make, clock
        self._source: Source | None = None
        self._token = Token("", 0.0)
        self._fresh_until = 0.0
        self._lock = asyncio.Lock()
        self.serial = 0
        """How many tokens there were; names the current one."""

    async def current(self, claims: str | None = None) -> str:
        """A token that is fresh, and has `claims` where Graph demands some."""
        if claims is None and self._is_fresh():
            return self._token.text
        async with self._lock:
            if claims is not None or not self._is_fresh():
                await self._fetch(claims, anew=False)
            return self._token.text

    async def renew(self, serial: int) -> None:
        """Replace the token numbered `serial`, which Graph refused; nothing where that is done already."""
        async with self._lock:
            if serial == self.serial:
                await self._fetch(None, anew=True)

    def _is_fresh(self) -> bool:
        return self._clock.now().timestamp() < self._fresh_until

    async def _fetch(self, claims: str | None, *, anew: bool) -> None:
        for tries in range(1, TRIES + 1):
            try:
                # a second time anew, for msal gives the authority's failures again out of a cache of its own
                token = await asyncio.to_thread(self._blocking, claims, anew or tries > 1)
                break
            except Unreachable:
                if tries == TRIES:
                    raise
                await self._clock.sleep(backoff(tries, self._clock.random.random()))
        now = self._clock.now().timestamp()
        self._token, self.serial = token, self.serial + 1
        self._fresh_until = token.ends - min(_MARGIN, (token.ends - now) / 10)

    def _blocking(self, claims: str | None, anew: bool) -> Token:
        self._source = self._source or self._make()
        return self._source.fetch(claims, anew=anew)

    def close(self) -> None:
        """Forget the token and close where it came from."""
        self._token, self._fresh_until = Token("", 0.0), 0.0
        if self._source is not None:
            self._source.close()
