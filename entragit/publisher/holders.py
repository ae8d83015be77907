"""Who has, or ever had, an address: a name may move to another object, and an id doesn't."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from entragit.git.history import versions
from entragit.git.objects import read_objects
from entragit.git.repository import Repository
from entragit.layout import SUFFIX, address_of
from entragit.resources.catalog import CATALOG

_ID = re.compile(rb"""^["']?id["']?:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z0-9._@/-]+")


def holders_of(repo: Repository, tip: str | None, addresses: Collection[str]) -> Iterator[tuple[str, str]]:
    """(address, id) of all whose files had one of `addresses` in any commit that `tip` was, as far as history is here.

    Of a file that nobody could read as a document, the line that says its id counts.
    """
    names = [address for address in addresses if _ADDRESS.fullmatch(address) and "/" in address]
    if tip is None or not names:
        return
    parts = [address.rpartition("/") for address in names]
    patterns = [f"{folder}/{shard}{name}{SUFFIX}" for folder, _, name in parts for shard in ("", "*/")]
    held: dict[str, set[str]] = {}
    for path, blob in versions(repo, tip, patterns):
        place = address_of(path, CATALOG)
        if place and place[1] in addresses:
            held.setdefault(blob, set()).add(place[1])
    for blob, kind, data in read_objects(repo, held):
        for found in _ID.findall(data) if kind == "blob" else ():
            yield from ((address, found.decode(errors="replace").lower()) for address in sorted(held[blob]))
