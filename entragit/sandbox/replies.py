"""Answers of the sandbox before they become HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: a status, a JSON body or None (a bare number for `$count`, bytes of a stream), and extra headers."""

    status: int
    body: dict[str, Any] | list[Any] | int | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """An error answer: status, Graph's error code and message.

    `headers` go onto the answer, `extra` into innerError.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.headers, self.extra = dict(headers or {}), dict(extra or {})
        super().__init__(f"{status} {code}: {message}")


def not_found(object_id: str) -> ApiError:
    """404 of directory objects (facts §1 codes)."""
    return ApiError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not present.",
    )


def bad_request(message: str, code: str = "Request_BadRequest") -> ApiError:
    """400 of directory objects (facts §1 codes)."""
    return ApiError(400, code, message)
