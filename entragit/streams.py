"""Streams of Graph (images, style sheets): what a body says of one, and the file beside the document with its bytes.

A body holds a hash, a size and a type, so everything that compares, merges and plans goes by value. The bytes are only
ever carried: nothing here, or anywhere else, looks into them beyond their first few.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from entragit.layout import SUFFIX, address_of
from entragit.model import Body
from entragit.resources.base import Relation, ResourceType

LARGEST = 4 * 1024 * 1024
"""Bytes of one stream: many times what Graph takes of any of them."""

UNTOLD = "application/octet-stream"
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\0\0\1\0", "image/x-icon"),
)
_ENDS: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/x-icon": "ico",
    "text/css": "css",
}
_OTHER = "bin"
_FILES = frozenset({*_ENDS.values(), _OTHER})


def streams(kind: ResourceType) -> tuple[Relation, ...]:
    """The relationships of a kind that are streams."""
    return tuple(relation for relation in kind.relations if relation.shape == "stream")


def received(answer: bytes) -> bytes:
    """What an answer holds of a stream, b"" for none: Graph says that one isn't set by an empty object, too."""
    return b"" if answer.strip() in (b"", b"{}") else answer


def described(relation: Relation, data: bytes) -> Body:
    """What a body says of these bytes. The type is told by how they begin, whatever Graph calls it ("image/*")."""
    told = (type_ for start, type_ in _STARTS if data.startswith(start))
    type_ = next(told, relation.media or UNTOLD)
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "type": type_}


def file_of(path: str, name: str, value: Mapping[str, Any]) -> str:
    """The path of the file that holds the stream `name` of the resource at `path`; nothing of `value` gets into it."""
    end = _ENDS.get(str(value.get("type")), _OTHER)
    return f"{path.removesuffix(SUFFIX)}.{name}.{end}"


def resource_of(path: str, kinds: Mapping[str, ResourceType]) -> str | None:
    """The path of the resource whose stream's file may be at `path`; None for any other file."""
    stem, _, end = path.rpartition(".")
    if end not in _FILES:
        return None
    owner, _, name = stem.rpartition(".")
    found = address_of(owner + SUFFIX, kinds)
    known = found is not None and name in {relation.name for relation in streams(kinds[found[0]])}
    return owner + SUFFIX if known else None


def files(kind: ResourceType, body: Body, path: str) -> dict[str, tuple[Relation, Body]]:
    """Path → the stream there and what the body of the resource at `path` says of it."""
    held = ((relation, body.get(relation.name)) for relation in streams(kind))
    return {file_of(path, relation.name, value): (relation, value) for relation, value in held
            if isinstance(value, dict)}  # fmt: skip


def problems(kind: ResourceType, body: Body, path: str, held: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """(file, what is wrong with it) of the resource at `path`; `held`: the files of its streams, with their content.

    An empty body is that of a resource which isn't there.
    """
    for relation in streams(kind):
        if not isinstance(body.get(relation.name, {}), dict):
            yield path, f"{relation.name} must be a map of sha256, size and type"
    spoken = files(kind, body, path)
    for file in sorted(held.keys() - spoken.keys()):
        yield file, f"{path} speaks of no such stream; remove the file, or write its sha256, size and type there"
    for file, (relation, value) in spoken.items():
        if file not in held:
            yield file, f"is missing, though {path} speaks of it; take it back, or take {relation.name} out there"
        elif len(held[file]) > LARGEST:
            yield file, f"{len(held[file]):,} bytes; a stream has at most {LARGEST:,}"
        elif (found := described(relation, held[file])) != value:
            yield file, f"is another file than {path} says; write what holds: {json.dumps(found)}"
