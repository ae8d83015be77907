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
