"""The generated company as it looks in Git: `python tests/example.py` writes examples/tenant-repo anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

from people import administrator, readers
from worlds import World, make

from entragit.git.objects import list_tree, read_blobs
from entragit.git.repository import open_repository
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox

FOLDER = Path(__file__).parent.parent / "examples" / "tenant-repo"
README = FOLDER / "README.md"
"""The format's specification: the one file there that no export writes."""


def export(sandbox: Sandbox, place: Path) -> World:
    """The company and its repository at `place` after `init` and one `export`, by a person, who sees everything."""
    world = make(sandbox, place, tenant=company(users=50, seed=1))
    world.tenant.add_sign_in(administrator(world.tenant), *readers())
    done = world.by_person("export")
    assert done.code == 0, done
    return world


def tree(world: World) -> dict[str, bytes]:
    """Path → content of every file of the branch."""
    repo = open_repository(world.place)
    entries = list_tree(repo, "main")
    blobs = dict(read_blobs(repo, {entry.id for entry in entries.values()}))
    return {path: blobs[entry.id] for path, entry in entries.items()}


def stored() -> dict[str, bytes]:
    """Path → content of every file of the example, less its README."""
    files = (path for path in FOLDER.rglob("*") if path.is_file() and path != README)
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


def write(files: dict[str, bytes]) -> None:
    """Make the example hold `files` and nothing else but its README."""
    for path in stored().keys() - files.keys():
        (FOLDER / path).unlink()
    for path, data in files.items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(data)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Sandbox(speed=50.0) as running:
        write(tree(export(running, Path(folder) / "company")))
