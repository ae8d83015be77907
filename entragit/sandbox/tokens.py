"""Tokens that only this server reads: access tokens in the form of JWTs, and sealed page and delta tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

SEAL = 10  # bytes of a sealed token's signature


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The inverse of `encode`; ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _dumps(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)


def issue(key: bytes, claims: Mapping[str, Any]) -> str:
    """An access token "header.payload.signature" with these claims."""
    signed = f"{encode(_dumps({'typ': 'JWT', 'alg': 'HS256'}))}.{encode(_dumps(claims))}"
    return f"{signed}.{encode(_mac(key, signed.encode()))}"


def claims(key: bytes, token: str) -> dict[str, Any] | None:
    """The claims of an access token that `issue` made with this key, or None."""
    signed, _, signature = token.rpartition(".")
    if signed.count(".") != 1 or not hmac.compare_digest(encode(_mac(key, signed.encode())), signature):
        return None
    loaded: dict[str, Any] = json.loads(decode(signed.partition(".")[2]))
    return loaded


def seal(key: bytes, value: Mapping[str, Any]) -> str:
    """An opaque token that holds `value`."""
    data = _dumps(value)
    return encode(_mac(key, data)[:SEAL] + data)


def unseal(key: bytes, token: str) -> dict[str, Any] | None:
    """What `seal` put into a token, or None for a token of another origin."""
    try:
        whole = decode(token)
    except ValueError:
        return None
    if not hmac.compare_digest(_mac(key, whole[SEAL:])[:SEAL], whole[:SEAL]):
        return None
    loaded: dict[str, Any] = json.loads(whole[SEAL:])
    return loaded
