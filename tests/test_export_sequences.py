"""Whatever happens between exports, each snapshot is the tenant, but for what its manifest says that it isn't.

Random sequences of changes, faults, lost permissions, settings, edits of the branch, and exports.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_world import again, bodies, kind_of, pattern, relations
from worlds import World

from entragit import manifest
from entragit.layout import address_of
from entragit.model import Coverage
from entragit.permissions import reading
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import resource_fields
from entragit.sandbox import portal, removal
from entragit.sandbox.changes import random_change
from entragit.sandbox.faults import Fault

Bodies = dict[tuple[str, str], dict[str, Any]]
Files = dict[str, str]

PARTS = sorted(
    [
        *CATALOG,
        *(f"{k}/{name}" for k, kind in CATALOG.items() for name in resource_fields(k, kind.type) if name != "id"),
    ]
)
SHARDED = sorted(kind.kind for kind in CATALOG.values() if kind.shape == "collection")
GONE = re.compile(r"# gone: .*")


@dataclass
class Story:
    """A world, a folder for others, the bodies of its last snapshot, and numbers for folders."""

    world: World
    place: Path
    last: Bodies
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def tenant(self) -> Any:
        return self.world.tenant


def change(story: Story, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 12)):
        random_change(story.tenant, rng)


def rename(story: Story, rng: random.Random) -> None:
    kind, name = rng.choice([("groups", "displayName"), ("users", "userPrincipalName"), ("applications", "displayName"),
                             ("identity/conditionalAccess/policies", "displayName")])  # fmt: skip
    body = rng.choice(list(story.tenant.objects[kind].values()))
    others = [str(other[name]) for other in story.tenant.objects[kind].values()]
    portal.edit(story.tenant, kind, body["id"], "Rename", **{name: f"{rng.choice(others).upper()}{rng.choice(' .é/')}"})


def delete(story: Story, rng: random.Random) -> None:
    kind = rng.choice(["users", "groups", "applications"])
    if len(story.tenant.objects[kind]) > 2:
        removal.remove(story.tenant, kind, rng.choice(list(story.tenant.objects[kind])), soft=True)


def leave_out(story: Story, rng: random.Random) -> None:
    """Other settings: what is left out, and where files stand."""
    parts = rng.sample(PARTS, rng.choice([0, 0, 1, 3, 8]))
    shard = {kind: rng.random() < 0.5 for kind in rng.sample(SHARDED, rng.choice([0, 0, 2]))}
    lines = [f"tenant: {story.tenant.id}"]
    if parts:
        lines += ["kinds:", "  exclude:", *(f"    - {part}" for part in parts)]
    if shard:
        lines += ["shard:", *(f"  {kind}: {str(flag).lower()}" for kind, flag in shard.items())]
    (story.world.place / "entragit.yaml").write_text("\n".join([*lines, ""]))
    story.world.git("add", "-A")
    story.world.git("commit", "-qm", "Settings", "--allow-empty")


def edit(story: Story, rng: random.Random) -> None:
    """An edit of the branch that nobody applies."""
    found = [path for path in story.world.place.rglob("*.yaml") if kind_of(str(path.relative_to(story.world.place)))]
    path = rng.choice(sorted(found))
    if rng.random() < 0.5:
        path.unlink()
    else:
        path.write_text(path.read_text() + "zzz: edited\n")
    story.world.git("commit", "-qam", "Edit")


def give_up(story: Story, rng: random.Random) -> None:
    """The branch's edits go: it is the last snapshot again, with the branch's settings."""
    story.world.git("checkout", "-q", "entragit/tenant", "--", ".")
    story.world.git("commit", "-qm", "Back", "--allow-empty")
    story.world.git("merge", "-q", "-s", "ours", "-m", "Merge", "entragit/tenant")


def break_something(story: Story, rng: random.Random) -> None:
    """Faults that last until the next export is over."""
    for _ in range(rng.randrange(1, 4)):
        kind, relation = rng.choice(relations())
        whole = rng.choice(list(CATALOG))
        match = rng.choice([
            rf"^GET {pattern(CATALOG[whole])}(\?(?!.*expand)|$)",
            rf"^GET {pattern(kind)}/[^/]+/{relation.name}",
            rf"^GET {pattern(kind)}/[^/]*[0-7]/{relation.name}",
            rf"^GET {kind.kind}\?.*expand={relation.name}",
            rf"^GET {kind.kind}/delta",
        ])  # fmt: skip
        status, code = rng.choice(
            [(403, "Authorization_RequestDenied"), (400, "Request_BadRequest"), (503, "serviceNotAvailable")]
        )
        after = rng.choice([0, 0, 1])
        story.tenant.faults.append(Fault(match, status=status, code=code, times=None, after=after))


def lose_permissions(story: Story, rng: random.Random) -> None:
    lost = rng.sample(sorted(reading()), rng.randrange(1, 3))
    story.world.client.permissions.difference_update(lost)


def shuffle(story: Story, rng: random.Random) -> None:
    story.tenant.options.shuffle, story.tenant.options.page_size = rng.randrange(99), rng.choice([1, 2, 3, 50])


STEPS: list[Callable[[Story, random.Random], None]] = [
    change, rename, delete, leave_out, edit, give_up, break_something, lose_permissions, shuffle,
]  # fmt: skip


def fresh(story: Story) -> Files:
    """The files of a first export of all, without faults, elsewhere."""
    world = story.world
    client = story.tenant.add_client(*reading())
    other = World(world.sandbox, world.tenant, client, story.place / f"fresh{next(story.numbers)}", world.extra)
    other.run("init", str(other.place), "--tenant", world.tenant.id, place=story.place)
    done = other.run("export")
    assert (done.code, done.err) == (0, ""), done
    return other.files()


def export(story: Story) -> None:
    """Export, and hold the snapshot against the tenant, the last one, and what the manifest says."""
    world = story.world
    done = world.run("export")
    if "nothing of the tenant could be read" in done.err:
        assert done.code == 1
        return
    assert done.code in (0, 4), done
    story.tenant.faults.clear()
    story.world.client.permissions.update(reading())
    files, whole = world.files(), fresh(story)
    coverage = manifest.parse(files["snapshot.yaml"].encode()).coverage
    assert (done.code == 4) == any(gap.failure for gap in coverage.gaps), done
    now, there = bodies(files), bodies(whole)
    assert now == expected(coverage, there, story.last)
    check_places(coverage, files, whole)
    story.last = now


def expected(coverage: Coverage, there: Bodies, last: Bodies) -> Bodies:
    """What a snapshot with this coverage of the tenant `there` holds."""
    found = {}
    for kind, id_ in there.keys() | last.keys():
        old, new = last.get((kind, id_)), there.get((kind, id_))
        if not coverage.covers(kind, "", id_):
            body = old
        elif new is None:
            body = None
        else:
            names = new.keys() | (old or {}).keys()
            sides = {name: new if coverage.covers(kind, name, id_) else old or {} for name in names}
            body = {name: side[name] for name, side in sides.items() if name in side}
        if body is not None:
            found[kind, id_] = body
    return found


def check_places(coverage: Coverage, files: Files, whole: Files) -> None:
    """Where everything is covered, names and comments are those of a fresh export, but for last known names."""
    if any(gap.reason != "not read by this version" for gap in coverage.gaps):
        return
    ours, theirs = ({(address_of(p, CATALOG) or p): GONE.sub("# unknown", t) for p, t in side.items()}
                    for side in (files, whole))  # fmt: skip
    assert ours == theirs


def tell(small: World, place: Path, seed: int, steps: list[int]) -> None:
    rng = random.Random(seed)
    story = Story(again(small, place / "company", changed=False), place, bodies(small.files()))
    for number in steps:
        STEPS[number](story, rng)
        if rng.random() < 0.5:
            export(story)
    export(story)
    leave_nothing_out(story)


def leave_nothing_out(story: Story) -> None:
    """In the end all is well again, and so is the snapshot."""
    (story.world.place / "entragit.yaml").write_text(f"tenant: {story.tenant.id}\n")
    story.world.git("commit", "-qam", "Settings", "--allow-empty")
    export(story)
    assert story.last == bodies(fresh(story))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [87, pytest.param(393, marks=pytest.mark.nightly)])  # between them every step
def test_each_snapshot_is_the_tenant_but_for_its_gaps(small: World, seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    tell(small, tmp_path, seed, [rng.randrange(len(STEPS)) for _ in range(rng.randrange(3, 10))])


@pytest.mark.nightly
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1 << 16), steps=st.lists(st.integers(0, len(STEPS) - 1), min_size=3, max_size=10))
def test_each_snapshot_is_the_tenant_but_for_its_gaps_whatever_happens(
    small: World, tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[int]
) -> None:
    tell(small, tmp_path_factory.mktemp("story"), seed, steps)
