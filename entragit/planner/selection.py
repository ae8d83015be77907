"""PATH on the command line → the addresses that it means.

An address, a Git pathspec into the tenant repository, an id or a unique name: the first of these that names something.
A folder that is also a resource's address ends in "/" where the folder is meant.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from entragit.errors import UsageError
from entragit.git.objects import FILE
from entragit.git.repository import Repository, private_dir
from entragit.strict import shown, suggestion

MOST_NAMED = 5
"""Addresses that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Places:
    """Everything that a PATH may mean, in the commit, in the tenant and in base.

    `files`: path → address. `ids`: id → address. `titled`: title → addresses.
    """

    files: Mapping[str, str]
    ids: Mapping[str, str]
    titled: Callable[[str], frozenset[str]]


def selected(repo: Repository, words: Iterable[str], places: Places) -> dict[str, frozenset[str]]:
    """Each PATH with its addresses, at least one.

    Raises UsageError for a PATH that means nothing, and for a name that more than one resource has.
    """
    asked = list(dict.fromkeys(words))
    if not asked:
        return {}
    with tempfile.TemporaryDirectory(dir=private_dir(repo)) as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder, "index")), "GIT_LITERAL_PATHSPECS": "0"}
        empty = hashlib.new(repo.object_format, b"blob 0\0", usedforsecurity=False).hexdigest()
        rows = (f"{FILE} {empty}\t".encode() + os.fsencode(path) + b"\0" for path in places.files)
        # An index of our own, for only there Git knows all of its pathspecs.
        repo.run("update-index", "-z", "--index-info", input=b"".join(rows), env=env)
        return {word: _meaning(repo, word, places, env) for word in asked}


def _meaning(repo: Repository, word: str, places: Places, env: Mapping[str, str]) -> frozenset[str]:
    known = frozenset(places.files.values())
    if word in known:
        return frozenset({word})
    # What Git can't read as a pathspec may be a name all the same.
    result = repo.attempt("ls-files", "-z", "--cached", "--full-name", "--", word, env=env)
    paths = [os.fsdecode(path) for path in result.out.split(b"\0")[:-1]] if result.status == 0 else []
    if found := frozenset(places.files[path] for path in paths):
        return found
    if word.lower() in places.ids or word in places.ids:
        return frozenset({places.ids.get(word) or places.ids[word.lower()]})
    return _by_title(word, places, known)


def _by_title(word: str, places: Places, known: frozenset[str]) -> frozenset[str]:
    named = sorted(places.titled(word))
    if len(named) > 1:
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        raise UsageError(f"{shown(word)} names {', '.join(named[:MOST_NAMED])}{more}; give one of these")
    if not named:
        near = suggestion(word, known) if len(known) < 5_000 else ""  # a hint that is slow to find
        raise UsageError(
            f"nothing in the commit or the tenant is called {shown(word)}"
            f"{near or '; give a path of the repository, an address, an id or a name'}"
        )
    return frozenset(named)
