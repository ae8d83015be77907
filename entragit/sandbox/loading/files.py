"""JSON from files and folders, read strictly and within limits."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entragit.sandbox.loading.problem import LoadError

MOST_BYTES = 64 * 1024 * 1024  # of one file
LONGEST = 1024 * 1024  # characters of one string
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Document:
    """One file's JSON. `name` is its path as a person would write it, `folders` those between it and the export."""

    name: str
    folders: tuple[str, ...]
    value: Any


def _decoded(raw: bytes, name: str) -> str:
    encoding = next((name for bom, name in BOMS if raw.startswith(bom)), None)
    if encoding is None:  # JSON starts with an ASCII character, so zero bytes tell the encoding
        encoding = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be" if raw[:1] == b"\0" else "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(f"{name}: not valid {encoding} ({error.reason}); save it as UTF-8 or UTF-16.") from error


def _unique(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise LoadError(f"{name}: the key {twice[:80]!r} stands twice in one object; export it again.")
    return found


def _number(name: str, text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise LoadError(f"{name}: the number {text[:20]} is no JSON number; export it again.")
    return value


def _check_strings(value: Any, name: str) -> None:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            todo += [*item, *item.values()]
        elif isinstance(item, list):
            todo += item
        elif isinstance(item, str) and len(item) > LONGEST:
            raise LoadError(
                f"{name}: holds a string of {len(item):,} characters, more than any property of Entra; leave it out."
            )
        elif isinstance(item, str) and SURROGATE.search(item):
            raise LoadError(f"{name}: holds half of a character pair (a lone surrogate); export it again.")


def parsed(raw: bytes, name: str) -> Any:
    """The JSON value of a file's bytes; LoadError for what is no strict JSON or no text."""
    text = _decoded(raw, name)
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _unique(name, pairs),
            parse_float=lambda number: _number(name, number),
            parse_constant=lambda word: _number(name, word),
        )
    except LoadError:
        raise
    except RecursionError as error:
        raise LoadError(
            f"{name}: nested too deeply for an export of Graph; load a file that Graph's list call sent."
        ) from error
    except ValueError as error:
        raise LoadError(f"{name}: not JSON ({error}); load a file that Graph's list call sent.") from error
    _check_strings(value, name)
    return value


def _read(path: Path, name: str) -> Any:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LoadError(
                f"{name}: {size:,} bytes, more than the {MOST_BYTES:,} that one file may have; split it by collection."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise LoadError(f"{name}: can't be read ({error.strerror}); check the path and its permissions.") from error
    return parsed(raw, name)


def documents(path: Path, skipped: list[str]) -> Iterator[Document]:
    """The JSON files of an export, a file or a folder at any depth, in order of their paths.

    Names of files that are not .json go into `skipped`. Raises LoadError.
    """
    if not path.is_dir():
        yield Document(path.name, (), _read(path, path.name))
        return
    files = sorted(item for item in path.rglob("*") if item.is_file())
    if not files:
        raise LoadError(f"{path.name}: an empty folder; name a folder with the export's .json files.")
    for item in files:
        inner = item.relative_to(path)
        if item.suffix.lower() == ".json":
            yield Document(str(inner), (*inner.parent.parts, item.stem), _read(item, str(inner)))
        else:
            skipped.append(str(inner))
