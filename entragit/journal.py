"""What an apply has sent and what came of it, on this machine's disk before and after each call.

`<git dir>/entragit/journal-<digest>.jsonl`, one JSON object a line, each on the disk before the run goes on: a run
{"run": its name, "unknown": seconds or null}, an intent {"intent": key, "at": seconds} right before each sending,
{"result": key, "outcome", "id", "app_id", "why"} after it. A rerun of the same plan (its digest) skips what is done; an
intent without a result may have happened. No line holds a body, so none holds a secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from entragit.errors import EntragitError

Outcome = Literal["done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an operation: `id` and `app_id` of what it made, `why` it failed or was skipped.

    `unsure`: it failed, and may have happened all the same; such a result is not written down, so that a rerun looks.
    """

    outcome: Outcome
    id: str = ""
    app_id: str = ""
    why: str = ""
    unsure: bool = False


@dataclass
class Journal:
    """One plan's journal, open for appending; made by `journal`.

    `runs`: the names of the runs that it holds, `unknown`: when one of the plan that it doesn't hold can have sent
    something last (seconds since 1970), None if there was none. `results`: operation → what came of it. `open`:
    operation → when it was sent last, of those whose result is unknown.
    """

    path: Path
    stream: BinaryIO
    runs: set[str] = field(default_factory=set)
    unknown: float | None = None
    results: dict[str, Result] = field(default_factory=dict)
    open: dict[str, float] = field(default_factory=dict)

    def begin(self, run: str, unknown: float | None) -> None:
        """Write down that a run begins, and when one that isn't here can have sent something last.

        Raises EntragitError where the disk refuses.
        """
        self._append({"run": run, "unknown": unknown})
        self._heed_run(run, unknown)

    def intend(self, key: str, at: float) -> None:
        """Write down that an operation is about to be sent. Raises EntragitError where the disk refuses."""
        self._append({"intent": key, "at": at})
        self.open[key] = at

    def record(self, key: str, result: Result) -> None:
        """Write down what came of an operation, unless nobody knows. Raises EntragitError where the disk refuses."""
        if result.unsure:
            return
        texts = {"id": result.id, "app_id": result.app_id, "why": result.why}
        self._append({"result": key, "outcome": result.outcome, **texts})
        self._heed_result(key, result)

    def done(self, key: str) -> Result | None:
        """The result of an operation that is done; None where it is to be sent, for the first time or again."""
        found = self.results.get(key)
        return found if found and found.outcome == "done" else None

    def _heed_run(self, run: str, unknown: float | None) -> None:
        self.runs.add(run)
        self.unknown = max((at for at in (self.unknown, unknown) if at is not None), default=None)

    def _heed_result(self, key: str, result: Result) -> None:
        self.open.pop(key, None)
        self.results[key] = result

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            self.stream.write(json.dumps(line, sort_keys=True).encode() + b"\n")
            self.stream.flush()
            os.fsync(self.stream.fileno())
        except OSError as error:
            raise EntragitError(
                f"the journal {self.path} can't be written ({error}); nothing more was sent: free space and run again"
            ) from error

    def take_in(self, line: Mapping[str, Any]) -> None:
        """Take in a line that an earlier run wrote. Raises KeyError, TypeError or ValueError for any other."""
        if "run" in line:
            self._heed_run(str(line["run"]), None if line["unknown"] is None else float(line["unknown"]))
            return
        if "intent" in line:
            self.open[str(line["intent"])] = float(line["at"])
            return
        outcome: Outcome = line["outcome"]
        if outcome not in ("done", "failed", "skipped"):
            raise ValueError(outcome)
        result = Result(outcome, str(line["id"]), str(line["app_id"]), str(line["why"]))
        self._heed_result(str(line["result"]), result)


@contextmanager
def journal(folder: Path, digest: str, *, anew: bool = False) -> Iterator[Journal]:
    """The journal of the plan `digest`, in `folder`; read, and open for more.

    `anew`: what it holds is of an apply that has ended, and goes: the same plan may be right again another day. A last
    line that a dying run left unfinished counts as not written. Raises EntragitError where another line can't
    be read, or the file can't be opened.
    """
    path = folder / f"journal-{digest}.jsonl"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EntragitError(f"the journal {path} can't be opened ({error}); make it writable and run again") from error
    with open(descriptor, "r+b") as stream:
        data = b"" if anew else stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        found = Journal(path, stream)
        for number, line in enumerate(whole.splitlines(), 1):
            _take_in(found, number, line)
        stream.seek(len(whole))
        stream.truncate()
        if not whole:
            _sync_folder(folder)
        yield found


def forget(folder: Path, digest: str) -> None:
    """Remove the journal of a plan whose apply has ended."""
    (folder / f"journal-{digest}.jsonl").unlink(missing_ok=True)


def _take_in(found: Journal, number: int, line: bytes) -> None:
    try:
        found.take_in(json.loads(line))
    except (ValueError, KeyError, TypeError):
        raise EntragitError(
            f"line {number} of {found.path} can't be read; see there what was sent, move the file away, and plan again"
        ) from None


def _sync_folder(folder: Path) -> None:
    """Make the new file's name as durable as its lines; there is no such call on Windows."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
