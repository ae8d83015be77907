"""Names a process so that another run can tell whether it still lives."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple

__all__ = ["PIPE", "Process", "current", "is_alive"]


class Process(NamedTuple):
    """Host name, process id, and start ("" where the system doesn't tell): ids are reused, the three together not."""

    host: str
    pid: int
    start: str


def current() -> Process:
    """This process."""
    return Process(socket.gethostname(), os.getpid(), _start(os.getpid()))


def is_alive(process: Process) -> bool:
    """Whether `process` still runs. One of another host counts as gone: only its disk is here."""
    if process.host != socket.gethostname():
        return False
    if sys.platform == "win32":  # os.kill(pid, 0) would not ask there but interrupt
        return True
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's, so it runs
    return _start(process.pid) == process.start


def _start(pid: int) -> str:
    """Clock ticks from boot to the start of `pid`; "" where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
