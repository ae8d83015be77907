"""`python -m entragit.schema DIR` writes the JSON Schema of every kind, and of a plan."""

from __future__ import annotations

import sys
from pathlib import Path

from entragit.schema.generate import documents


def main(folder: str) -> None:
    """Write every schema into `folder`, and take away those that no kind has any more."""
    found = dict(documents())
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in Path(folder).glob("*.schema.json"):
        if path.name not in found:
            path.unlink()
    for name, data in found.items():
        Path(folder, name).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
