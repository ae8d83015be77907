"""Directory audit and sign-in logs as JSON Lines, a file per log and day: records for auditors, never restored.

They name people and addresses, so they stay out of the repository. A day is read anew as long as records of it may
still arrive; what a file holds stays in it, also once Graph has forgotten it (facts §5: after 7 or 30 days).
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from pathlib import Path

from entragit.errors import EntragitError, GraphError, UsageError
from entragit.git.repository import Repository
from entragit.graph.answers import is_unlicensed, reason
from entragit.graph.client import Graph
from entragit.model import Raw, Request
from entragit.reading import Tools, protected_settings
from entragit.resources.base import P1
from entragit.settings import Settings

KEPT = 30
"""Days for which Graph keeps records at the most (facts §5)."""

LATE = 2
"""Days for which records of a day may still arrive."""

PAGE = 1000

TABLE = "create table record (time text, id text, line text, primary key (time, id)) without rowid"


@dataclass(frozen=True, slots=True)
class Log:
    """One log: the folder of its files, its path in Graph, and the property with a record's time."""

    name: str
    path: str
    time: str


LOGS = (
    Log("directoryAudits", "/auditLogs/directoryAudits", "activityDateTime"),
    Log("signIns", "/auditLogs/signIns", "createdDateTime"),
)

PERMISSION = "AuditLog.Read.All"


@dataclass(frozen=True, slots=True)
class LogRead:
    """What became of one log: how many files are new or longer, and why it ends there ("": it doesn't).

    `failure`: that is bad, else the tenant has no licence. `needs`: what may help.
    """

    name: str
    files: int
    why: str = ""
    failure: bool = False
    needs: str = ""


def check(folder: Path, repo: Repository) -> None:
    """Raises UsageError where `folder` is in the repository."""
    if any(folder.resolve().is_relative_to(place.resolve()) for place in (repo.path, repo.git_dir)):
        raise UsageError(
            f"{folder} is in the repository, where records about people would be kept for ever; "
            "choose a folder outside of it"
        )


def keep(repo: Repository, folder: Path, tools: Tools) -> list[LogRead]:
    """Bring the files in `folder` up to date, one result per log. Raises SignInError, EntragitError, OSError."""
    for log in LOGS:
        (folder / log.name).mkdir(mode=0o700, parents=True, exist_ok=True)
    return asyncio.run(_keep(protected_settings(repo), folder, tools))


async def _keep(settings: Settings, folder: Path, tools: Tools) -> list[LogRead]:
    today = tools.clock.now().astimezone(UTC).date()
    async with tools.connect(settings) as graph:
        return [await _log(graph, log, folder / log.name, today, tools) for log in LOGS]


async def _log(graph: Graph, log: Log, folder: Path, today: date, tools: Tools) -> LogRead:
    changed = 0
    with _sorter(folder) as records:
        for day in _days(folder, today):
            try:
                changed += await _day(graph, log, folder, day, records)
            except GraphError as error:
                unlicensed = is_unlicensed(error)
                return LogRead(log.name, changed, reason(error), not unlicensed, P1 if unlicensed else PERMISSION)
            tools.progress(log.name, 1)
    return LogRead(log.name, changed)


@contextmanager
def _sorter(folder: Path) -> Iterator[sqlite3.Connection]:
    """A table on disk for one day's records at a time: a large tenant has millions of them."""
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".") as private,
        closing(sqlite3.connect(Path(private) / "records.db", isolation_level=None)) as records,
    ):
        records.executescript("pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-8000;" + TABLE)
        yield records


def _days(folder: Path, today: date) -> Iterator[date]:
    """The days to read, oldest first: all that Graph still has, but for those that are complete."""
    days = [today - timedelta(days=number) for number in range(KEPT, -1, -1)]
    held = max((number for number, day in enumerate(days) if _path(folder, day).exists()), default=0)
    yield from days[max(0, held - LATE) :]


def _path(folder: Path, day: date) -> Path:
    return folder / f"{day.isoformat()}.jsonl"


async def _day(graph: Graph, log: Log, folder: Path, day: date, records: sqlite3.Connection) -> bool:
    """Read the records of one day into its file; whether that changed. Raises GraphError, and then it didn't."""
    path = _path(folder, day)
    start, end = (f"{moment.isoformat()}T00:00:00Z" for moment in (day, day + timedelta(days=1)))
    query = (("$filter", f"{log.time} ge {start} and {log.time} lt {end}"), ("$top", str(PAGE)))
    records.execute("delete from record")
    _add(records, log, _held(path))
    before = records.total_changes
    async for page in graph.pages(Request(log.path, query, quota="reports")):
        _add(records, log, page)
    if records.total_changes == before:
        return False  # nothing new; nor would an empty file say that nothing was: Graph may have forgotten it
    _write(path, (line for (line,) in records.execute("select line from record order by time, id")))
    return True


def _held(path: Path) -> Iterator[Raw]:
    """The records of a file. Raises EntragitError where it isn't one of ours."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            record = _record(line)
            if record is None:
                raise EntragitError(f"{path}:{number}: this is no record; move the file away, and its day is read anew")
            yield record


def _record(line: bytes) -> Raw | None:
    """The record in a line; None where there is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _add(records: sqlite3.Connection, log: Log, found: Iterable[Raw]) -> None:
    """Add what isn't there yet: a record never changes once it is written."""
    rows = ((_text(item.get(log.time)), _text(item.get("id")), _text(item)) for item in found)
    records.executemany("insert or ignore into record values (?, ?, ?)", rows)


def _text(value: object) -> str:
    """JSON in ASCII: one line whatever is in it, half a surrogate pair included."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _write(path: Path, lines: Iterable[str]) -> None:
    """Put a file in the place of the old one, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
