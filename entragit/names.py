"""File names from what people call things: harmless on every system, the same on every machine."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 80
"""Characters of a slug."""

# Unicode 3.2, which Python keeps frozen: a newer table would name a file differently on a newer Python.
_UNICODE = unicodedata.ucd_3_2_0

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_FOREIGN = re.compile(r"-*[^A-Za-z0-9._@-][^A-Za-z0-9._@]*")
# Windows takes these for devices, with any extension.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def slug(text: str) -> str:
    """`text` as (part of) a file name: ASCII letters, digits, ".", "_", "@" and "-", 1 to LONGEST characters.

    Accents go, every run of other characters becomes one "-". It neither starts nor ends with "." or "-", and is no
    reserved name on Windows; where nothing is left it is "_". A slug's slug is itself.
    """
    if not text.isascii():
        text = "".join(char for char in _UNICODE.normalize("NFKD", text) if not _UNICODE.combining(char))
    name = _FOREIGN.sub("-", text).strip(".-")
    if _RESERVED.match(name):
        name = f"_{name}"
    return name[:LONGEST].rstrip(".-") or "_"


def is_guid(text: str) -> bool:
    """Whether `text` is a GUID, in any case."""
    return _GUID.fullmatch(text) is not None


def id8(key: str) -> str:
    """Eight hexadecimal digits, in lower case: the first of a GUID, of anything else the first of its SHA-256."""
    return key[:8].lower() if _GUID.fullmatch(key) else _digest(key)[:8]


def id_full(key: str) -> str:
    """All of a GUID in lower case; of any other id its SHA-256. Different ids never share it."""
    return key if _GUID.fullmatch(key) and key == key.lower() else _digest(key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
