"""What came back from one call, and what Graph's errors mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from entragit.errors import GraphError


class Answer(NamedTuple):
    """One answer of Graph, over HTTP or out of a batch.

    `status`: 0 where none arrived. `headers`: looked up in lower case. `body`: the parsed JSON, None for none.
    `broken`: "" or, where there is no usable body, a word for why ("timeout", "invalidJson"), and `detail` a sentence.
    """

    status: int
    headers: Mapping[str, str]
    body: Any = None
    broken: str = ""
    detail: str = ""


NEXT = "@odata.nextLink"
"""Where a page names the one after it."""

UNTRUSTED = "untrustedCertificate"
"""`Answer.broken` for a server whose certificate can't be checked: no second try makes it better."""

UNREACHABLE = "unreachable"
"""`Answer.broken` where there was no connection, so that nothing was sent."""

UNTOLD = "noError"
"""The code of a 404 that doesn't carry Graph's own error: a gateway's page, or a wrong address."""

NOTHING = "noContent"
"""The code of an answer without content to a read: a property of an object that is null, by OData."""

_UNLICENSED = frozenset({"aadpremiumlicenserequired", "pimlicenserequired"})
# Conditional Access and Identity Protection: 403 AccessDenied or Forbidden "Your tenant is not licensed for this
# feature."; PIM: "The tenant needs to have Microsoft Entra ID P2 …" or "needs an AAD Premium …". The sign-in logs'
# Authentication_RequestFromNonPremiumTenantOrB2CTenant is left out: Graph also sends it where a permission is missing.
_UNLICENSED_WORDS = re.compile(r"tenant is not licensed for|tenant needs (to have|an?) .*(licen[cs]e|premium)", re.I)
_EXPIRED = frozenset({"directory_expiredpagetoken", "syncstatenotfound", "syncstateinvalid", "resyncrequired"})
_SECRET = re.compile(r"eyJ[\w-]{8,}(\.[\w-]*)*|(?i:bearer)\s+\S+")
_LONGEST_DETAIL = 300


def error_of(answer: Answer, path: str) -> GraphError:
    """The answer as an error; `path` is the request's, without its query."""
    if answer.broken:
        return GraphError(answer.status, answer.broken, clean(answer.detail), path)
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    error = error if isinstance(error, dict) else {}
    code, message = error.get("code"), error.get("message")
    phrase = _phrase(answer.status)
    code = code or (UNTOLD if answer.status == 404 else None)
    return GraphError(answer.status, clean(str(code or phrase)), clean(str(message or phrase)), path)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unexpected status"


def clean(text: str) -> str:
    """Text of a server made fit for a message: one line, at most 300 characters, nothing that looks like a token."""
    line = " ".join(_SECRET.sub("[token]", text[: 4 * _LONGEST_DETAIL]).split())
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 1] + "…"


def is_unlicensed(error: GraphError) -> bool:
    """Whether the tenant lacks a licence for what was asked: surely so, never by guess."""
    if error.status not in {400, 403}:
        return False
    return error.code.lower() in _UNLICENSED or bool(_UNLICENSED_WORDS.search(error.detail))


def is_denied(error: GraphError) -> bool:
    """Whether the token may not ask this (facts §1: 403 Authorization_RequestDenied, AccessDenied, Forbidden)."""
    return error.status == 403 and not is_unlicensed(error)


def is_absent(error: GraphError) -> bool:
    """Whether Graph says that there is nothing where a read looked.

    Another server's 404 says nothing about the tenant: failure is never emptiness (design section 2).
    """
    return error.status == 404 and error.code != UNTOLD


def is_nothing(error: GraphError) -> bool:
    """Whether Graph says by no content that what a read looked for is null."""
    return error.code == NOTHING


def is_unsure(error: GraphError) -> bool:
    """Whether what was asked may have been done all the same: no answer, or the server's own failure."""
    return error.status in {0, 408} or error.status >= 500


def is_expired(error: GraphError) -> bool:
    """Whether a page's or a delta's token has run out: 410, or 400 with a code that says so (facts §3)."""
    return error.status == 410 or (error.status == 400 and error.code.lower() in _EXPIRED)


def reason(error: GraphError) -> str:
    """Why a read failed, in a few words that stay the same from run to run: no messages, times or ids."""
    cause = f"{error.status} {error.code}" if error.status else error.code
    if is_unlicensed(error):
        return f"the tenant has no licence for it ({cause})"
    if is_denied(error):
        return f"the credential may not read it ({cause})"
    if is_absent(error):
        return f"it does not exist ({cause})"
    if error.status == 429:
        return f"Graph kept throttling ({cause})"
    if error.status >= 500:
        return f"Graph kept failing ({cause})"
    return f"no answer arrived ({cause})" if error.status == 0 else f"Graph refused ({cause})"


def elements(page: Any, path: str) -> list[dict[str, Any]]:
    """The objects of a page; GraphError where it is none, since failure is never emptiness."""
    found = page.get("value") if isinstance(page, dict) else None
    if not isinstance(found, list) or not all(isinstance(element, dict) for element in found):
        raise GraphError(200, "notAPage", "the answer holds no list of objects", path)
    return found


def link(page: Mapping[str, Any], name: str) -> str:
    """The page's `name` (NEXT); "" where there is none, some text that is no link where something else is there."""
    found = page.get(name)
    return found if isinstance(found, str) else "" if found is None else "no link"


class Trail:
    """The links followed so far. A page without elements may lead to itself for a while; a circle may not go on."""

    _MOST = 3

    def __init__(self, path: str) -> None:
        self._path, self._followed = path, Counter[str]()

    def step(self, url: str) -> str:
        """The link, if it may be followed; GraphError where it was too often."""
        self._followed[url] += 1
        if self._followed[url] > self._MOST:
            raise GraphError(200, "repeatedPage", "the links to further pages go round in a circle", self._path)
        return url
