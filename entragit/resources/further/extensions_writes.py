"""How custom authentication extensions are read without the keys in their addresses, and written (facts §5)."""

from __future__ import annotations

import re

from entragit.model import Body
from entragit.resources.base import Context
from entragit.resources.writing import Reason, Refusal, Writes

ENDPOINT, HIDDEN = "endpointConfiguration", "***"
KEYS = re.compile(r"(?<=://)[^/?#]*(?=@)|(?<=\?).+", re.DOTALL)
"""In an address: who asks and with which password, and the parameters, one of which opens what answers there."""


def keyless(address: object) -> object:
    """An address without who asks and with what; anything else as it is."""
    return KEYS.sub(HIDDEN, address) if isinstance(address, str) and "://" in address else address


def without_keys(raw: Body, _context: Context) -> Body:
    """An address often holds the key of what answers there, which is a secret: its parameters go."""
    held = raw.get(ENDPOINT)
    if not isinstance(held, dict):
        return raw
    return {**raw, ENDPOINT: {name: keyless(value) for name, value in held.items()}}


def elsewhere(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """An extension asks, or believes, something else. A new one counts once something calls it."""
    if before is None or after is None:
        return ()
    names = ("authenticationConfiguration", "behaviorOnError", "claimsForTokenConfiguration", ENDPOINT)
    return tuple(f"has another {name}" for name in names if before.get(name) != after.get(name))


KEY = Reason(
    "key in the address",
    "The address holds a key, which is a secret that entragit doesn't keep.",
    "Set the address with its key in the Entra admin center.",
)
LIKE = {ENDPOINT: r"(?s).*\*\*\*.*"}
EXTENSION = Writes(
    filtered=False,
    typed=True,
    refused=(
        Refusal(KEY, deeds=frozenset({"create"}), like=LIKE),
        Refusal(
            KEY,
            deeds=frozenset({"update"}),
            like=LIKE,
            but=frozenset({
                "authenticationConfiguration", "behaviorOnError", "claimsForTokenConfiguration", "clientConfiguration",
                "description", "displayName",
            }),
            either=True,
        ),
    ),
    weakens=elsewhere,
)  # fmt: skip
