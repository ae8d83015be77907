"""A run's private spool: what was read of the tenant, on disk, so that memory holds only the index.

One SQLite file below `.git/entragit/`, readable by its owner alone, removed when the run ends.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any

from entragit.errors import EntragitError
from entragit.model import Body, Coverage, Gap, Raw

SCHEMA = """
create table object (kind text, id text, title text, app_id text, raw text, old integer,
                     primary key (kind, id)) without rowid;
create table relation (kind text, id text, name text, part integer, items text,
                       primary key (kind, id, name, part)) without rowid;
create table kept (kind text, id text, body text, primary key (kind, id)) without rowid;
create table gap (kind text, property text, id text, reason text, failure integer,
                  primary key (kind, property, id)) without rowid;
create table written (path text primary key, data blob) without rowid;
create table covered (kind text primary key) without rowid;
create table stream (sha256 text primary key, data blob);
"""

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Spool:
    """Objects, relationships, gaps and kept bodies of one run. A context manager; leaving it removes the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None)
        # The spool needs no durability: a killed run starts a new one.
        settings = "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-8000;"
        try:
            self._db.executescript(settings + SCHEMA)
        except sqlite3.OperationalError as error:
            self.__exit__()
            raise _unwritable(path, error) from error

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._db.close()
        self.path.unlink(missing_ok=True)

    def add(self, kind: str, title: str, raws: Iterable[Raw], *, old: bool = False) -> None:
        """Store objects of a kind; a later one of the same id replaces an earlier one (pages may overlap).

        `title`: the property that their files are named after, "" where there is none. `old`: they stand for what
        could not be read. Raises UnicodeEncodeError, and stores none, where one holds a lone surrogate.
        """
        rows = ((kind, str(r["id"]), _text(r.get(title)), _text(r.get("appId")), _dump(r), int(old)) for r in raws)
        self._many("insert or replace into object values (?, ?, ?, ?, ?, ?)", rows)

    def add_relations(self, kind: str, parts: Iterable[tuple[str, str, int, list[Raw]]]) -> None:
        """Store parts of resources' relationships: (id, name, part, elements as Graph listed them).

        Raises UnicodeEncodeError, and stores none, where one holds a lone surrogate.
        """
        rows = ((kind, id, name, part, _dump(items)) for id, name, part, items in parts)
        self._many("insert or replace into relation values (?, ?, ?, ?, ?)", rows)

    def add_stream(self, sha256: str, data: bytes) -> None:
        """Store the bytes of a stream by their hash."""
        self._many("insert or ignore into stream values (?, ?)", [(sha256, data)])

    def stream(self, sha256: str) -> bytes | None:
        """The bytes of a stream with this hash; None where none was read or kept."""
        return next((bytes(data) for (data,) in self._rows("select data from stream where sha256 = ?", sha256)), None)

    def keep(self, kind: str, bodies: Iterable[Body]) -> None:
        """Store bodies of the last snapshot, for the values that this run could not read."""
        self._many("insert or replace into kept values (?, ?, ?)", ((kind, str(b["id"]), _dump(b)) for b in bodies))

    def forget_kept(self) -> None:
        """Forget the last snapshot, and what of it stands for the unread: another one takes its place."""
        self._many("delete from object where old", [()])
        self._many("delete from kept", [()])

    def remove(self, kind: str, id: str) -> None:
        """Forget a resource and all that was said of it: it is gone from the tenant."""
        for table in ("object", "relation", "gap"):
            self._many(f"delete from {table} where kind = ? and id = ?", [(kind, id)])  # noqa: S608 (three fixed names)

    def remove_kind(self, kind: str) -> None:
        """Forget what was read of a kind."""
        for table in ("object", "relation"):
            self._many(f"delete from {table} where kind = ?", [(kind,)])  # noqa: S608 (two fixed names)
        self._many("delete from gap where kind = ? and id <> ''", [(kind,)])

    def cover(self, kind: str) -> None:
        """Say that this run covers a kind, less the gaps."""
        self._many("insert or ignore into covered values (?)", [(kind,)])

    def add_gap(self, gap: Gap) -> None:
        """Say that something could not be read."""
        row = (gap.kind, gap.property, gap.id, gap.reason, int(gap.failure))
        self._many("insert or replace into gap values (?, ?, ?, ?, ?)", [row])

    def coverage(self) -> Coverage:
        """What this run covers."""
        gaps = frozenset(Gap(k, p, i, r, bool(f)) for k, p, i, r, f in self._rows("select * from gap"))
        return Coverage(frozenset(kind for (kind,) in self._rows("select kind from covered")), gaps)

    def has(self, kind: str, id: str) -> bool:
        """Whether a resource was read or kept as a whole."""
        return any(True for _ in self._rows("select 1 from object where kind = ? and id = ?", kind, id))

    def ids(self, kind: str) -> list[str]:
        """The ids of a kind."""
        return [id for (id,) in self._rows("select id from object where kind = ?", kind)]

    def titles(self, kind: str) -> Iterator[tuple[str, str, str]]:
        """(id, title, appId) of each resource of a kind; empty strings where there is none."""
        yield from self._rows("select id, title, app_id from object where kind = ?", kind)

    def objects(self, kind: str) -> Iterator[Raw]:
        """Each object of a kind in the order of their ids, without relationships that were read apart."""
        for (text,) in self._rows("select raw from object where kind = ? order by id", kind):
            yield json.loads(text)

    def object(self, kind: str, id: str) -> Raw | None:
        """One object, or None."""
        return self._one("select raw from object where kind = ? and id = ?", kind, id)

    def kept(self, kind: str, id: str) -> Body | None:
        """One body of the last snapshot, if it was stored."""
        return self._one("select body from kept where kind = ? and id = ?", kind, id)

    def kept_bodies(self, kind: str) -> Iterator[Body]:
        """The bodies of the last snapshot of a kind that were stored."""
        for (text,) in self._rows("select body from kept where kind = ?", kind):
            yield json.loads(text)

    def related(self, kind: str, name: str) -> set[str]:
        """The ids of the resources whose relationship `name` was read."""
        return {id for (id,) in self._rows("select id from relation where kind = ? and name = ?", kind, name)}

    def relations(self, kind: str, id: str) -> dict[str, list[Any]]:
        """The relationships of one resource: name → elements of all parts, as Graph listed them."""
        found: dict[str, list[Any]] = {}
        query = "select name, items from relation where kind = ? and id = ? order by name, part"
        for name, items in self._rows(query, kind, id):
            found.setdefault(name, []).extend(json.loads(items))
        return found

    def naming(self, ids: Set[str]) -> Iterator[tuple[str, str]]:
        """(kind, id) of the resources that hold one of these GUIDs, in lower case, anywhere; some more than once."""
        for query in ("select kind, id, raw from object", "select kind, id, items from relation"):
            for kind, id, text in self._rows(query):
                if not ids.isdisjoint(map(str.lower, _GUID.findall(text))):
                    yield kind, id

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Store the files to commit, in place of those of an earlier attempt."""
        self._many("delete from written", [()])
        self._many("insert into written values (?, ?)", files)

    def written_paths(self) -> list[str]:
        """The paths of the files to commit, sorted."""
        return [path for (path,) in self._rows("select path from written order by path")]

    def written(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of the files to commit, in the order of their paths."""
        yield from self._rows("select path, data from written order by path")

    def _one(self, query: str, *values: str) -> Body | None:
        for (text,) in self._rows(query, *values):
            body: Body = json.loads(text)
            return body
        return None

    def _rows(self, query: str, *values: str) -> Iterator[Any]:
        return iter(self._db.execute(query, values))

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        try:
            with self._db:  # commits, or rolls back what a failing source of rows leaves half-written
                self._db.execute("begin")
                self._db.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise _unwritable(self.path, error) from error


def _unwritable(path: Path, error: sqlite3.OperationalError) -> EntragitError:
    return EntragitError(f"the spool {path} can't be written ({error}); free space on that disk and run again")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
