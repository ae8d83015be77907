"""Lets one run at a time move refs and work trees of a repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from entragit.git.repository import Repository, private_dir

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def claimed(repo: Repository, name: str) -> Iterator[bool]:
    """Hold what `name` stands for on this machine; False where another run does. The system lets go if we die."""
    descriptor = os.open(private_dir(repo) / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def exclusive(repo: Repository) -> Iterator[None]:
    """Wait until no other run on this machine holds the repository, then hold it; the system lets go if we die."""
    descriptor = os.open(private_dir(repo) / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
