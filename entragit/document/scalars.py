"""One value as the text of a YAML scalar, and back.

A string stands plain only where every YAML 1.1 and 1.2 reader takes it for that same string: it starts with a letter
or "/", so it is no number, date or indicator; it holds no ": " or " #"; it is none of the words of YAML 1.1. A GUID
always stands plain: no number, date or sexagesimal of any version has four "-" after eight hexadecimal digits.

All tables are written out here, never taken from Python's Unicode database, which differs between versions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from types import NoneType
from typing import Any

MAX_DEPTH = 64
"""Maps and lists inside each other, the document itself included."""

# What a person can't see in a text, or what moves the text around it: control characters, line and paragraph
# separators, Unicode's default-ignorable characters (bidi, zero-width, variation selectors, tags), annotation marks
# and noncharacters.
UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
_SURROGATES = r"\ud800-\udfff"
_SPACES = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

# No group below is possessive: Python before 3.11.5 matches too much with one (CPython's issue 106052).
_GUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_PLAIN = re.compile(rf"{_GUID}|[A-Za-z/\xa1-\uffff](?:[!-9;-~\xa1-\uffff]++|:(?=[A-Za-z0-9/])| ++(?=[^#]))*")
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*+")
_NEVER_PLAIN = re.compile(rf"[{UNSEEN}{_SURROGATES}{_SPACES}\U00010000-\U0010ffff]")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPED = re.compile(rf'["\\{UNSEEN}]')
_HARMFUL = re.compile(rf"[{UNSEEN}{_SURROGATES}]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

SHORT = 80
"""Characters of a text worth remembering."""

# YAML demands that a key and its ":" stand within 1,024 characters; a longer key needs the "? " form.
_LONGEST_KEY = 1000

_CORE: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*+)|0x[0-9A-Fa-f]++")
_FLOAT = re.compile(r"(?:[-+]?[0-9]++\.[0-9]*+|\.[0-9]++)(?:[eE][-+][0-9]++)?")
# Everything else that some reader takes for a number: octal, binary, digits in groups, base 60, .inf, .nan.
_NUMBERLIKE = re.compile(
    r"[-+]?(?:0[bB][01_]++|0[oO][0-7_]++|0[xX][0-9A-Fa-f_]++|[0-9][0-9_]*+(?::[0-5]?[0-9])+(?:\.[0-9_]*+)?"
    r"|(?:[0-9][0-9_,]*+(?:\.[0-9_]*+)?|\.[0-9_]++)(?:[eE][-+]?[0-9]++)?|\.(?:inf|Inf|INF|nan|NaN|NAN))"
)
_NUMERIC = frozenset("+-.0123456789")


def text_of(value: Any) -> str:
    """The scalar for a JSON string, number, bool or null, or for an empty map or list.

    Raises ValueError for nan, an infinity, an integer beyond Python's limit of 4,300 digits, and other types.
    """
    return _WRITERS.get(type(value), _refused)(value)


def string(text: str) -> str:
    """The scalar for a string: plain where that is safe everywhere, else in double quotes on one line."""
    if (text.isascii() or not _NEVER_PLAIN.search(text)) and _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """`text` in double quotes, on one line, with all that can't be seen escaped; lone surrogates stay."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def commented(text: str, note: str | None) -> str:
    """The scalar for a string, with `note` as its comment unless that is empty."""
    shown = harmless(note.strip(" ")) if note else ""
    return f"{string(text)}  # {shown}" if shown else string(text)


short_commented = lru_cache(maxsize=1 << 16)(commented)
"""`commented`, for texts of at most SHORT characters: ids, addresses and words come again and again."""


@lru_cache(maxsize=1 << 10)
def heads(names: tuple[str, ...], pad: str) -> tuple[tuple[str, str], ...]:
    """The keys of a map in their order, each with how its line starts, in a map whose lines `pad` starts.

    Raises ValueError for a key that is no string.
    """
    return tuple((name, _head(name, pad)) for name in sorted(names))


def _head(name: str, pad: str) -> str:
    if type(name) is not str:
        _refused(name)
    shown = name if _PLAIN_KEY.fullmatch(name) and name.lower() not in _WORDS else quoted(name)
    return f"{shown}:" if len(shown) <= _LONGEST_KEY else f"? {shown}\n{pad}:"


def harmless(text: str) -> str:
    """`text` on one line, with all that can't be seen, and lone surrogates, written as escapes."""
    return text if text.isascii() and text.isprintable() else _HARMFUL.sub(_escape, text)


def value_of(text: str) -> Any:
    """What a plain scalar means in YAML 1.2's core schema, where readers of YAML 1.1 don't see a number otherwise.

    Raises ValueError saying what to write instead, for numbers that readers disagree about and for those that JSON
    hasn't. Words like "yes" and dates are strings.
    """
    if text[:1] in _NUMERIC:
        return _number_of(text)
    if text in ("<<", "="):
        raise ValueError(f'{text} has a meaning of its own for some YAML readers; write "{text}", in double quotes')
    return _CORE.get(text, text)


def _number_of(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        return int(text, 16) if text.startswith("0x") else _integer_of(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    if _NUMBERLIKE.fullmatch(text):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise ValueError(
            f'YAML readers disagree about {shown}; write "{shown}" in double quotes for a text, else a plain decimal '
            "number such as 12 or 1.0e+20"
        )
    return text


def _integer_of(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"a number of {len(text)} digits is too long; write it in double quotes") from None


def _float(number: float) -> str:
    if not math.isfinite(number):
        _refused(number)
    shown = repr(number)
    # YAML 1.1 sees a number in 1.0e+20, and a text in 1e+20.
    return shown.replace("e", ".0e") if "e" in shown and "." not in shown else shown


def _refused(value: Any) -> str:
    raise ValueError(f"{value!r} is no JSON value")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _SHORT.get(char) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: string,
    int: str,
    float: _float,
    bool: lambda value: "true" if value else "false",
    NoneType: lambda _: "null",
    dict: lambda _: "{}",
    list: lambda _: "[]",
}
