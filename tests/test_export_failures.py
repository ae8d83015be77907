"""Failure is never emptiness: what can't be read keeps its old values, is named, and ends with 4 (promise 1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_world import (
    PAGE,
    POLICIES,
    SEEN,
    again,
    bodies,
    kind_of,
    merged,
    owner_of,
    path_of,
    pattern,
    relations,
)  # fmt: skip
from worlds import World

from entragit import manifest
from entragit.layout import address_of
from entragit.model import Gap
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import ONLY
from entragit.sandbox import presence
from entragit.sandbox.faults import Fault
from entragit.sandbox.writes.kinds.pim_groups import is_manageable

Files = dict[str, str]

DENIED = Fault("", status=403, code="Authorization_RequestDenied", times=None)
FAULTS = {
    "403": DENIED,
    "400": Fault("", status=400, code="Request_BadRequest", times=None),
    "401": Fault("", "expired", times=None),
    "429": Fault("", status=429, code="TooManyRequests", times=None),
    "503": Fault("", status=503, code="serviceNotAvailable", times=None),
    "reset": Fault("", "reset", times=None),
    "half": Fault("", "half", times=None),
}


def listing(kind: ResourceType) -> str:
    """What the listing of a kind matches, its later pages too, but not its `$expand` passes."""
    passes = "" if kind.expand else r"(?!.*expand)"
    asked = re.escape((kind.each.filter if kind.each else kind.filter) or "").replace(re.escape("{id}"), "[^&]*")
    return rf"^GET {pattern(kind)}(\?(?=.*{asked}){passes}|$)"


def gaps_of(world: World) -> frozenset[Gap]:
    """What the last snapshot says that it doesn't cover for a fault."""
    return frozenset(
        gap for gap in manifest.parse(world.files()["snapshot.yaml"].encode()).coverage.gaps if gap.failure
    )


def test_each_kind_changes(before: Files, after: Files) -> None:
    """The company is one on which the tests below can fail."""
    changed = {kind_of(path) for path in before if before[path] != after.get(path)}
    assert changed == {kind.kind for kind in SEEN}
    assert {kind_of(path) for path in after.keys() ^ before.keys()} == {"groups", POLICIES}
    old, new = bodies(before), bodies(after)
    for kind, relation in relations():
        moved = {id_ for name, id_ in old if name == kind.kind
                 and old[name, id_].get(relation.name) != new[name, id_].get(relation.name)}  # fmt: skip
        assert len(moved) == (1 if kind.shape == "singleton" else 2), (kind.kind, relation.name)


def broken_run(world: World, kinds: Iterable[ResourceType], fault: Fault, before: Files, after: Files) -> None:
    """Export with the listing of these kinds broken, and check the snapshot; not of those behind another of them."""
    kinds = list(kinds)
    names = {kind.kind for kind in kinds}
    behind = {name for name, kind in CATALOG.items() if {*before_it(kind)} & names}
    world.tenant.faults += [replace(fault, match=listing(kind), after=later(world, kind, fault))
                            for kind in kinds if kind.kind not in behind]  # fmt: skip
    done = world.run("export")
    assert done.code == 4, done
    assert [f for f in world.tenant.faults if f.hits <= f.after] == []
    names |= behind
    for name in names:
        assert f"NOT READ, old values kept: {name} (" in done.err, done
    files = world.files()
    unsure = unsure_groups(world, names)
    assert gaps_of(world) == {Gap(name) for name in names} | {Gap("groups", *place) for place in unsure}
    assert {path: text for path, text in files.items() if whose(text) not in groups_of(unsure)} == {
        path: text for path, text in merged(before, after, names).items() if whose(text) not in groups_of(unsure)
    } | {"snapshot.yaml": files["snapshot.yaml"]}  # fmt: skip
    old, new, found = bodies(before), bodies(after), bodies(files)
    for group in groups_of(unsure):
        kept = {name: old["groups", group][name] for name in PLACES if name in old.get(("groups", group), {})}
        assert found["groups", group] == {k: v for k, v in new["groups", group].items() if k not in PLACES} | kept


PLACES = ("members", "owners")


def unsure_groups(world: World, broken: set[str]) -> set[tuple[str, str]]:
    """(relationship, group) of which nobody knows who is in it for some time alone, where these kinds are broken."""
    if presence.ACTIVE not in broken or "groups" in broken:
        return set()
    return {(name, own) for own, body in world.tenant.objects["groups"].items() if is_manageable(body)
            for name in PLACES}  # fmt: skip


def groups_of(unsure: set[tuple[str, str]]) -> set[str]:
    return {own for _, own in unsure}


def whose(text: str) -> str:
    """The id in a file."""
    return next((line[4:] for line in text.splitlines() if line.startswith("id: ")), "")


def before_it(kind: ResourceType) -> Iterator[str]:
    """The kinds that must be listed before this one can be."""
    yield from (rule.path for rule in (kind.belongs, kind.each) if rule)


def recovers(world: World, after: Files) -> None:
    """The faults end: the next export is as if nothing had been."""
    world.tenant.faults.clear()
    done = world.run("export")
    assert (done.code, done.err) == (0, ""), done
    assert world.files() == after


def later(world: World, kind: ResourceType, fault: Fault) -> int:
    """How many requests to spare, so that the fault comes in the second page, if there is one."""
    return int(fault is not DENIED and len(world.tenant.objects.get(kind.kind, ())) > PAGE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "half"),
    [("403", 0), ("503", 1), *(pytest.param(name, half, marks=pytest.mark.nightly) for half in (0, 1) for name in FAULTS
                               if (name, half) not in {("403", 0), ("503", 1)})],
)  # fmt: skip
def test_a_kind_that_breaks_keeps_its_files(
    small: World, before: Files, after: Files, name: str, half: int, tmp_path: Path
) -> None:
    kinds = SEEN[half::2]
    world = again(small, tmp_path / "company")
    broken_run(world, kinds, FAULTS[name], before, after)
    if name == "half":  # the snapshot is the same, whatever broke
        recovers(world, after)


@pytest.mark.slow
def test_a_kind_behind_another_that_breaks_keeps_its_files(
    small: World, before: Files, after: Files, tmp_path: Path
) -> None:
    behind = [kind for kind in CATALOG.values() if any(before_it(kind))]
    assert behind
    broken_run(again(small, tmp_path / "company"), behind, DENIED, before, after)


def relation_faults(world: World, before: Files, fault: Fault, page: int = 1) -> dict[tuple[str, str], str]:
    """Break every relationship of one resource in its first or second page; (kind, relationship) → whose."""
    broken, held = {}, bodies(before)
    for kind, relation in relations():
        owner = owner_of(world.tenant, kind, relation)
        single = relation.shape in ("single", "stream") or relation.rule == ONLY or relation.through
        single = single or (relation.expand and relation.name != "sponsors")
        if page == 2 and (single or len(held[kind.kind, owner][relation.name]) <= PAGE):
            continue
        path = f"^GET {path_of(kind, owner)}/{relation.way or relation.name}"
        world.tenant.faults.append(replace(fault, match=path + (r"\?.*skiptoken" if page == 2 else r"(\?|$)")))
        if relation.expand:
            world.tenant.faults.append(replace(DENIED, match=rf"^GET {pattern(kind)}\?.*expand={relation.name}"))
        broken[kind.kind, relation.name] = owner
    return broken


def mixed(old: Files, new: Files, broken: dict[tuple[str, str], str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The new bodies, with the old values of the broken relationships; without `old` they are absent."""
    kept, found = bodies(old), bodies(new)
    for (kind, name), owner in broken.items():
        body = found[kind, owner]
        body.pop(name, None)
        if (kind, owner) in kept:
            body[name] = kept[kind, owner][name]
    return found


@pytest.mark.slow
# A connection that breaks in a batch takes the whole batch with it; later pages come alone.
@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("403", 1),
        ("503", 2),
        *(
            pytest.param(*row, marks=pytest.mark.nightly)
            for row in (("400", 1), ("401", 1), ("429", 1), ("503", 1), ("half", 2), ("reset", 2))
        ),
    ],
)
def test_a_relationship_that_breaks_keeps_its_value(
    small: World, before: Files, after: Files, name: str, page: int, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company")
    broken = relation_faults(world, before, FAULTS[name], page)
    done = world.run("export")
    assert done.code == 4, done
    assert gaps_of(world) == {Gap(kind, relation, owner) for (kind, relation), owner in broken.items()}
    assert bodies(world.files()) == mixed(before, after, broken)
    for (kind, relation), owner in broken.items():
        assert f"NOT READ, old values kept: {kind}: {relation} of {address(before, owner)} (" in done.err, done
    if name == "503":  # the snapshot is the same, whatever broke
        recovers(world, after)


def address(files: Files, id_: str) -> str:
    """Where the resource with this id stands, without shard and suffix."""
    lines = (f"\nid: {id_}\n", f'\nid: "{id_}"\n')
    path = next(path for path, text in files.items() if any(line in f"\n{text}" for line in lines))
    found = address_of(path, CATALOG)
    assert found
    return found[1]


@pytest.mark.slow
def test_on_the_first_export_what_breaks_is_absent_and_named(
    small: World, before: Files, after: Files, tmp_path: Path
) -> None:
    world = again(small, tmp_path / "company")
    world.place = tmp_path / "new"
    world.run("init", str(world.place), "--tenant", world.tenant.id, place=tmp_path)
    broken = relation_faults(world, before, DENIED)
    world.tenant.faults.append(replace(DENIED, match=listing(CATALOG["groupSettings"])))
    done = world.run("export")
    assert done.code == 4, done
    assert gaps_of(world) == {Gap(*place, owner) for place, owner in broken.items()} | {Gap("groupSettings")}
    expected = {key: body for key, body in mixed({}, after, broken).items() if key[0] != "groupSettings"}
    assert bodies(world.files()) == expected
    world.tenant.faults.clear()
    done = world.run("drift", "--format", "json")
    report = json.loads(done.out)
    assert (done.code, report["drift"], report["pending"]) == (4, [], []), report
    recovers(world, after)
