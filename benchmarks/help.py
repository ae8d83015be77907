"""How long `entragit --help` takes, beside a bare interpreter and beside importing all libraries at once."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

ROUNDS = 9

FLOOR = ("-c", "pass")
HELP = ("-m", "entragit", "--help")
EAGER = ("-c", "import msgraph, azure.identity, git, deepdiff, jsonschema, click, yaml")


def main() -> None:
    """Print the medians and their ratios."""
    for arguments in (FLOOR, HELP, EAGER):  # fills the caches of the disk and of bytecode
        _seconds(arguments)
    # In turns, so that a busy moment of the machine hits all three alike.
    rounds = [[_seconds(arguments) for arguments in (FLOOR, HELP, EAGER)] for _ in range(ROUNDS)]
    floor, shown, eager = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"medians of {ROUNDS}")
    print(f"entragit --help     {1000 * shown:6.0f} ms")
    print(f"python -c pass      {1000 * floor:6.0f} ms   the help takes {shown / floor:.1f} x as long")
    print(f"eager import        {1000 * eager:6.0f} ms   the help takes 1/{eager / shown:.1f} of it")


def _seconds(arguments: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
