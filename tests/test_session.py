"""The README's terminal session is what a person sees."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from small_world import SPEED
from worlds import World

from entragit.permissions import reading, writing
from entragit.sandbox import mistakes
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
SESSION = README.split("```console\n")[1].split("```")[0]


COMMIT = r"(^|snapshot |since |to )[0-9a-f]{7,12}\b"


def blocks(text: str) -> list[tuple[str, str]]:
    """What is typed, and what is printed below it; remarks and empty lines left out, commit ids made alike."""
    shown: list[tuple[str, str]] = []
    for line in re.sub(f"(?m){COMMIT}", r"\1<commit>", text).splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ "), ""))
        elif line.strip() and not line.startswith("# "):
            shown[-1] = (shown[-1][0], f"{shown[-1][1]}{line.rstrip()}\n")
    return shown


def as_shown(printed: str) -> re.Pattern[str]:
    """Output that is what the session shows, where "…" stands for any lines."""
    return re.compile("".join("(?:.*\n)*?" if line == "…" else f"{re.escape(line)}\n" for line in printed.splitlines()))


def test_the_session(sandbox: Sandbox, tmp_path: Path) -> None:
    tenant = company(users=50, seed=1)
    sandbox.add(tenant)
    client = tenant.add_client(*reading(), *writing())
    world = World(sandbox, tenant, client, tmp_path / "company", {"COLUMNS": "120", "ENTRAGIT_SPEED": SPEED})
    for typed, printed in blocks(SESSION):
        if typed.startswith("make demo"):
            continue
        found = [seen(world, words) for part in typed.split(" && ") if (words := shlex.split(part))[0] != "cd"]
        ((_, output),) = blocks("$ \n" + "\n".join(found))
        assert as_shown(printed).fullmatch(output), (typed, output)


def seen(world: World, words: list[str]) -> str:
    """What one command of the session prints."""
    if words[0] == "$EDITOR":
        path = world.place / words[1]
        names = "users/breakglass1@fabrikam1.onmicrosoft.com"
        path.write_text(path.read_text().replace("break_glass: []", f"break_glass: [{names}]"))
        return ""
    if words[0] == "git":
        return world.git(*words[1:])
    place = world.place.parent if words[1] == "init" else world.place
    if words[1] == "drift":
        mistakes.remove_exclusion(world.tenant)
    return world.run(*words[1:], place=place).out
