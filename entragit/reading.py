"""What every job that reads the tenant needs: the tools handed in, the settings, a spool, one read into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass

from entragit import settings as configuration
from entragit.clock import Clock
from entragit.errors import GitError
from entragit.git import process
from entragit.git.objects import read_file
from entragit.git.repository import Repository, private_dir
from entragit.graph.client import Graph
from entragit.publisher.protected import protected
from entragit.settings import Settings
from entragit.snapshotter import snapshot
from entragit.snapshotter.reader import Notice, Progress
from entragit.spool import Spool

SETTINGS = "entragit.yaml"

Connect = Callable[[Settings], AbstractAsyncContextManager[Graph]]
"""Signs in to the tenant that the settings name."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the command line hands in: the clock, the sign-in, and whom to tell."""

    clock: Clock
    connect: Connect
    progress: Progress
    notice: Notice


def settings_of(repo: Repository, commit: str | None, name: str) -> Settings:
    """`entragit.yaml` in `commit`, which is called `name` in the sentence that says that there is none."""
    data = read_file(repo, commit, SETTINGS) if commit else None
    if data is None:
        raise GitError(f"{name} has no {SETTINGS}; make a tenant repository with `entragit init DIR --tenant ID`")
    return configuration.parse(data)


def protected_settings(repo: Repository) -> Settings:
    """What `entragit.yaml` says at the tip of the protected branch, as last fetched; no other tree decides anything.

    Raises GitError where there is none.
    """
    branch, tip, _ = protected(repo)
    return settings_of(repo, tip, branch)


@contextmanager
def spooled(repo: Repository) -> Iterator[Spool]:
    """A spool of this process; those that killed runs left behind go."""
    folder = private_dir(repo)
    own = process.current()
    for path in folder.glob("spool-*.db"):
        pid, _, start = path.stem.removeprefix("spool-").partition("-")
        if not pid.isdecimal() or not process.is_alive(process.Process(own.host, int(pid), start)):
            path.unlink(missing_ok=True)
    path = folder / f"spool-{own.pid}-{own.start}.db"
    path.unlink(missing_ok=True)
    with Spool(path) as spool:
        yield spool


async def read(settings: Settings, spool: Spool, tools: Tools) -> dict[str, str]:
    """Fill `spool` from the tenant; returns kind → delta link. Raises SignInError, RefusedError for another tenant."""
    async with tools.connect(settings) as graph:
        return await snapshot(graph, spool, exclude=settings.excluded, progress=tools.progress, notice=tools.notice)
