"""An export of 10,000 users with 100,000 memberships, beside its floor in the same run.

The floor sends the same requests with bare httpx and json and writes the raw objects with git fast-import. The local
Entra runs in a process of its own: wall time holds its share of the machine too, CPU time doesn't. The first export
also checks its files out, which the floor doesn't; what Git takes for that alone is shown. Peak memory, at two sizes,
is the largest resident set of the process or of any Git that it ran.

Arguments: the numbers of users of the small and of the large tenant, when other ones are wanted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PARTS = Path(__file__).parent / "parts"
SIZES = ("1000", "10000")
CHANGES = 10
ENTRAGIT = (sys.executable, "-m", "entragit")


class Cost(NamedTuple):
    """What a process and its children took: seconds, seconds of CPU, and the largest resident set in MiB."""

    wall: float
    cpu: float
    peak: float


class Entra:
    """The local Entra's process: its environment for clients, the sizes of its tenant, and what it was asked."""

    def __init__(self, pipe: subprocess.Popen[str]) -> None:
        self._pipe = pipe
        said = self._hear()
        self.tenant, self.sizes = said["tenant"], said["sizes"]
        self.environment: Mapping[str, str] = {**os.environ, **said["environment"]}

    def ask(self, line: str) -> Any:
        """Send a line, return the answer."""
        self._pipe.stdin.write(line + "\n")
        self._pipe.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        return json.loads(self._pipe.stdout.readline())


def main() -> None:
    """Measure both sizes and print."""
    smaller, larger = map(int, sys.argv[1:] or SIZES)
    with tempfile.TemporaryDirectory(prefix="entragit-bench-") as folder:
        small, small_users = _first_only(smaller, Path(folder, "small"))
        with _entra(larger) as entra:
            large = _all(entra, Path(folder, "large"))
            users = entra.sizes["users"]
    growth = (large.peak - small.peak) * 1024 / (users - small_users)
    print(f"peak memory at {small_users:,} users: {small.peak:.0f} MiB")
    print(f"peak memory at {users:,} users: {large.peak:.0f} MiB, {growth:.1f} KiB more for each user more")


def _first_only(users: int, place: Path) -> tuple[Cost, int]:
    with _entra(users) as entra:
        _init(entra, place)
        return _export(entra, place), entra.sizes["users"]


def _all(entra: Entra, place: Path) -> Cost:
    """Three exports, with the floor between them and at the end; returns the cost of the first."""
    print(", ".join(f"{count:,} {what}" for what, count in entra.sizes.items()))
    _init(entra, place)
    first, requests = _recorded(entra, place, "first export")
    floors = [_floor(entra, requests, place)]
    checkout = _checkout(place)
    again, _ = _recorded(entra, place, "nothing changed")
    entra.ask(f"change {CHANGES}")
    changed, requests = _recorded(entra, place, f"{CHANGES} users changed")
    floors.append(_floor(entra, requests, place))
    floor = Cost(*(sum(parts) / len(parts) for parts in zip(*floors, strict=True)))
    _line("floor", floor, entra.ask("requests"))
    print(f"{'checkout alone':16} {checkout.wall:6.1f} s wall  {checkout.cpu:6.1f} s CPU, by git clone --shared")
    for name, cost in (("first export", first), ("nothing changed", again), (f"{CHANGES} users changed", changed)):
        print(f"{name:16} {cost.wall / floor.wall:5.1f} x the floor's wall time, {cost.cpu / floor.cpu:.1f} x its CPU")
    return first


def _recorded(entra: Entra, place: Path, name: str) -> tuple[Cost, list[dict[str, Any]]]:
    """One export, and the requests that it sent."""
    entra.ask("requests")
    cost = _export(entra, place)
    requests = entra.ask("requests")
    _line(name, cost, requests)
    return cost, requests


def _line(who: str, cost: Cost, requests: list[dict[str, Any]]) -> None:
    items = sum(len(json.loads(r["body"])["requests"]) for r in requests if r["method"] == "POST")
    print(
        f"{who:16} {cost.wall:6.1f} s wall  {cost.cpu:6.1f} s CPU  {cost.peak:5.0f} MiB"
        f"  {len(requests):,} requests, {items:,} reads in batches"
    )


@contextmanager
def _entra(users: int) -> Iterator[Entra]:
    command = [sys.executable, str(PARTS / "sandbox.py"), str(users)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as pipe:
        try:
            yield Entra(pipe)
        finally:
            pipe.terminate()


def _init(entra: Entra, place: Path) -> None:
    _run([*ENTRAGIT, "init", str(place), "--tenant", entra.tenant], entra.environment)


def _export(entra: Entra, place: Path) -> Cost:
    return _run([*ENTRAGIT, "-C", str(place), "export"], entra.environment)


def _floor(entra: Entra, requests: list[dict[str, Any]], place: Path) -> Cost:
    """Send what an export sent; later pages are left out, for the floor follows the links that it gets."""
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        record = Path(folder, "requests.json")
        record.write_text(json.dumps([r for r in requests if "skiptoken" not in r["target"]]), encoding="utf-8")
        return _run([sys.executable, str(PARTS / "floor.py"), str(record), f"{folder}/raw.git"], entra.environment)


def _checkout(place: Path) -> Cost:
    """What Git takes to write the files of a snapshot into a fresh folder."""
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        return _run(["git", "clone", "--quiet", "--shared", str(place), f"{folder}/clone"], os.environ)


def _run(command: list[str], environment: Mapping[str, str]) -> Cost:
    """Run a program to its end; ends the benchmark where that is no good one."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said.read().decode()}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss: bytes there, KiB elsewhere
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


if __name__ == "__main__":
    main()
