"""What the commands on the local Entra share."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

from entragit.cli.session import say
from entragit.errors import EntragitError, UsageError

if TYPE_CHECKING:
    from entragit.sandbox.store import Tenant


def populated(users: int, seed: int, export: Path | None) -> Tenant:
    """A generated company, with a real export in it where one is given."""
    try:
        from entragit.sandbox.generate import company
        from entragit.sandbox.load import LoadError, load
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the local Entra needs the package {error.name}; install it: pip install 'entragit[sandbox]'"
        ) from error
    tenant = company(users=users, seed=seed)
    if export is not None:
        try:
            report = load(tenant, export)
        except LoadError as error:
            raise EntragitError(str(error)) from error
        for line in report.lines():
            say(line)
    return tenant


def end_tidily() -> None:
    """Let SIGTERM end the process as Ctrl-C does, so that the local Entra leaves no files behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
