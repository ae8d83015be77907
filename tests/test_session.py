"""The README's terminal session is what a person sees."""

from __future__ import annotations

import re
from pathlib import Path

from worlds import World

from entragit.permissions import reading
from entragit.sandbox import mistakes
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SESSION = README.split("```console\n")[1].split("```")[0]


def lines(text: str) -> list[str]:
    """What a person reads: commit ids, which hold the time, made alike, and empty lines left out."""
    alike = re.sub(r"(?m)(^|snapshot )[0-9a-f]{7,12}\b", r"\1<commit>", text)
    return [line.rstrip() for line in alike.splitlines() if line.strip()]


def shown() -> list[str]:
    """What commands print in the session: all but what is typed, remarks, and ends that are left out."""
    return [line for line in lines(SESSION) if not re.match(r"[$#…]", line)]


def test_the_session(sandbox: Sandbox, tmp_path: Path) -> None:
    tenant = company(users=50, seed=1)
    sandbox.add(tenant)
    world = World(sandbox, tenant, tenant.add_client(*reading()), tmp_path / "company", {"COLUMNS": "120"})
    seen = world.run("init", "company", "--tenant", tenant.id, place=tmp_path).out + world.run("export").out
    mistakes.remove_exclusion(tenant)
    seen += world.run("drift").out.partition("\nnot compared:")[0] + "\n" + world.run("export").out
    seen += world.git("log", "--oneline", "-2")
    assert lines(seen) == shown()
