"""The bytes of streams in a commit, by the hash that its documents say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

from entragit.git.objects import FILE, list_tree, read_blobs
from entragit.git.repository import Repository
from entragit.resources.catalog import CATALOG
from entragit.streams import LARGEST, resource_of

Held = Callable[[str], bytes | None]
"""SHA-256 → the bytes with it; None where there are none."""


def held(repo: Repository, commit: str) -> Held:
    """The streams in `commit`, whose files are read when the first one is asked for."""

    @cache
    def blobs() -> dict[str, str]:
        files = {entry.id for path, entry in list_tree(repo, commit).items()
                 if entry.mode == FILE and resource_of(path, CATALOG)}  # fmt: skip
        found = ((hashlib.sha256(data).hexdigest(), blob) for blob, data in read_blobs(repo, sorted(files))
                 if len(data) <= LARGEST)  # fmt: skip
        return dict(found)

    def stream(sha256: str) -> bytes | None:
        blob = blobs().get(sha256)
        return next(read_blobs(repo, [blob]))[1] if blob else None

    return stream
