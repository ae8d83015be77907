"""The main job on a real export: load it into a tenant, export, export again, look for drift, change, go back.

`python tests/real.py FILE`: a JSON file or a folder of them, as Graph's list calls return it. Exits non-zero where a
promise doesn't hold.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from worlds import Result, World, make

from entragit.permissions import reading, writing
from entragit.render.escape import terminal
from entragit.sandbox import mistakes
from entragit.sandbox.generate import company
from entragit.sandbox.load import load
from entragit.sandbox.server import Sandbox

TOLD = ("done: ", "not brought back: ", "LEFT: ", "FAILED: ", "planned again: ")
"""How lines begin that say what an apply did, rather than what it planned."""


def main(path: Path) -> int:
    """Run the job; the number of broken promises."""
    broken: list[str] = []

    def promise(text: str, kept: bool) -> None:
        sys.stdout.write(f"{'kept  ' if kept else 'BROKEN'}  {text}\n")
        if not kept:
            broken.append(text)

    tenant = company(users=50, seed=1)
    for line in load(tenant, path).lines():
        sys.stdout.write(f"        {terminal(line)}\n")
    with tempfile.TemporaryDirectory() as folder, Sandbox(speed=50.0) as sandbox:
        world = make(sandbox, Path(folder) / "tenant", tenant=tenant)
        walk(world, promise)
    sys.stdout.write(f"{len(broken)} broken\n")
    return len(broken)


def walk(world: World, promise: object) -> None:
    """Each step, and what it promises."""
    assert callable(promise)
    first = world.run("export")
    promise("the first export reads everything", _clean(first))
    snapshot = world.git("rev-parse", "entragit/tenant")
    promise("every object has a file", _objects(world) == _files(world))
    world.tenant.options.shuffle, world.tenant.options.page_size = 7, 10
    again = world.run("export")
    promise(
        "a second export, pages and lists shuffled, makes no commit",
        _clean(again) and world.git("rev-parse", "entragit/tenant") == snapshot,
    )
    promise("an unchanged tenant has no drift", world.run("drift", "--exit-code").code == 0)
    promise("the files are valid", world.run("validate").code == 0)
    sys.stdout.write(f"        {terminal(mistakes.remove_exclusion(world.tenant))}\n")
    drifted = world.run("drift", "--exit-code")
    sys.stdout.write("".join(f"        {line}\n" for line in drifted.out.splitlines()))
    promise("a mistake is drift", drifted.code == 3 and "excludeGroups" in drifted.out)
    third = world.run("export")
    promise("the mistake is a commit of one file", _clean(third) and len(world.changed()) == 1)
    promise("after it there is no drift", world.run("drift", "--exit-code").code == 0)
    way_back(world, snapshot, promise)


def way_back(world: World, snapshot: str, promise: object) -> None:
    """Put the first snapshot back, after a group that nobody can restore was deleted, too."""
    assert callable(promise)
    for mistake in (mistakes.purge_group, mistakes.strip_permissions, mistakes.promote_guest):
        sys.stdout.write(f"        {terminal(mistake(world.tenant))}\n")
    writer = replace(world, client=world.tenant.add_client(*reading(), *writing()))
    refused = writer.run("apply", snapshot, "--yes")
    promise("without a word from anybody, the guards refuse", refused.code == 5 and "REFUSED tier-0" in refused.out)
    done = writer.run("apply", snapshot, "--yes", "--allow", "tier-0")
    told = [line for line in done.out.splitlines() if line.startswith(TOLD)]
    sys.stdout.write("".join(f"        {line}\n" for line in told))
    promise("the first snapshot comes back", _clean(done))
    second = world.run("plan", snapshot, "--exit-code")
    promise("a second plan is empty", second.code == 0 and ": nothing to do" in second.out)
    promise("as many objects have a file as before", _objects(world) == _files(world))


def _clean(result: Result) -> bool:
    if result.code or result.err:
        sys.stdout.write(f"        exit {result.code}\n{result.out}{result.err}\n")
    return result.code == 0


def _files(world: World) -> int:
    """How many files of resources there are; what stands beside them is theirs."""
    return sum(path.endswith(".yaml") for path in world.files()) - 1


def _objects(world: World) -> int:
    """How many resources the tenant has that an application's export keeps."""
    from small_world import SEEN
    from test_catalog_oracle import stored

    kinds = {kind.kind: kind.shape for kind in SEEN}
    singletons = [kind for kind, shape in kinds.items() if shape == "singleton"]
    kept = [kind for kind, _, _ in stored(world) if kind in kinds and kind not in singletons]
    return len(kept) + len(singletons) + len(world.tenant.objects["subscribedSkus"])


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
