"""The state: stored canonically, read strictly, merged without losing or inventing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.errors import GitError, RefusedError
from entragit.git.commit import commit_tree_changes
from entragit.git.repository import Repository, init_repository
from entragit.state import (
    NEXT,
    AuditRecord,
    Authored,
    Begun,
    DeltaLink,
    Lease,
    Run,
    State,
    at,
    held_by_other,
    links,
    merge,
    stamp,
)
from entragit.statefiles import changes, files, load, parse

NOW = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)

words = st.text(min_size=1, max_size=12)
names = st.text("abc-09", min_size=1, max_size=6)
times = st.datetimes(timezones=st.just(UTC)).map(stamp)
pairs = st.tuples(words, words)


def several(what: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(what, max_size=3).map(tuple)


states = st.builds(
    State,
    branch=words,
    remote=st.none() | words,
    id_map=st.dictionaries(words, words, max_size=3),
    authored=st.dictionaries(st.builds(Authored, words, words), words, max_size=3),
    delta=st.dictionaries(words, st.builds(DeltaLink, words, words), max_size=3),
    run=st.none() | st.builds(Run, words, times),
    audit=st.dictionaries(
        names,
        st.builds(
            AuditRecord,
            who=words,
            why=st.text(max_size=9),
            plan=words,
            start=words,
            results=several(pairs),
            allowed=several(words),
        ),
    ),
    lease=st.none() | st.builds(Lease, words, words, words, times, times),
    plan=st.none() | st.dictionaries(words, words | st.lists(st.none() | st.integers()), min_size=1, max_size=3),
    begun=st.none() | st.builds(Begun, words, st.dictionaries(words, several(words), max_size=3)),
)

FULL = State(
    branch="main",
    remote="origin",
    id_map={"old-2": "new-2", "old-1": "new-1"},
    authored={Authored("groups/Neü.yaml", "c1"): "id-1", Authored("groups/Neü.yaml", "c0"): "id-0"},
    delta={"users": DeltaLink("s1", "https://graph/delta?$deltatoken=x")},
    run=Run("s1", "2026-03-01T02:03:04Z"),
    audit={"r1": AuditRecord("Ada", "", "sha256:1", "2026-03-01T02:03:04Z", (("PATCH /users/1", "204"),))},
    lease=Lease("r1", "sha256:1", "host", "2026-03-01T02:03:04Z", "2026-03-01T03:03:04Z"),
    plan={"commit": "c1", "changes": [{"kind": "groups", "title": "Neü"}]},
    begun=Begun("sha256:1", {"groups/g create create": ("id-1", "id-2")}),
)


@given(states)
def test_what_is_stored_reads_back_equal(state: State) -> None:
    stored = files(state)
    assert parse(stored) == state
    assert files(parse(stored)) == stored
    assert all(data.endswith(b"\n") and b"\r" not in data for data in stored.values())


@given(states, states)
def test_changes_turn_one_into_the_other(old: State, new: State) -> None:
    stored = {**files(old), **dict(changes(old, new))}
    assert {path: data for path, data in stored.items() if data is not None} == files(new)
    assert list(changes(new, new)) == []


def test_files_are_readable_line_by_line() -> None:
    stored = files(FULL)
    assert sorted(stored) == [
        "audit/r1.json", "authored.json", "begun.json", "delta.json", "idmap.json", "lease.json", "plan.json",
        "run.json", "state.json",
    ]  # fmt: skip
    assert stored["idmap.json"] == b'{\n "old-1": "new-1",\n "old-2": "new-2"\n}\n'
    assert "Neü" in stored["authored.json"].decode()
    assert b'\n  ["PATCH /users/1", "204"]\n' in stored["audit/r1.json"], "a line for each operation"
    assert parse({**stored, "idmap.json": b'{"old-1":"new-1","old-2":"new-2"}'}) == FULL, "a repair by hand is fine"
    assert set(files(State())) == {"state.json"}
    assert dict(changes(None, FULL)) == stored


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return init_repository(tmp_path / "r")


def put(repo: Repository, stored: Mapping[str, bytes]) -> str:
    return commit_tree_changes(repo, parents=[], base=None, changes=stored.items(), message="m", when=NOW).id


def test_a_commit_holds_a_state(repo: Repository) -> None:
    assert load(repo, put(repo, files(FULL))) == FULL
    assert load(repo, None) == State()
    later = replace(FULL, lease=None, id_map={**FULL.id_map, "old-3": "new-3"})
    first = put(repo, files(FULL))
    second = commit_tree_changes(
        repo, parents=[first], base=first, changes=changes(FULL, later), message="m", when=NOW
    ).id
    assert load(repo, second) == later


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("state.json", None, "state.json at entragit/state is missing"),
        ("state.json", b'{"branch": "main", "remote": null}', "names no format"),
        ("state.json", b'{"format": true, "branch": "main", "remote": null}', "names no format"),
        ("state.json", b'{"format": 1, "branch": "", "remote": null}', "has no text under 'branch'"),
        ("state.json", b'{"format": 1, "branch": "main", "remote": 1}', "has no text under 'remote'"),
        ("state.json", b'{"format": 1, "branch": "main", "remote": null, "x": 1}', "doesn't write"),
        ("idmap.json", b"<<<<<<< ours\n", "idmap.json at entragit/state is no JSON"),
        ("idmap.json", b'{"a": "1", "a": "2"}', "a key occurs twice"),
        ("idmap.json", b'{"a": NaN}', "NaN is no JSON"),
        ("idmap.json", b'{"a": 1}', "has no text under 'a'"),
        ("idmap.json", b'["a"]', "is no object"),
        ("idmap.json", b"[" * 100_000, "is no JSON"),
        ("idmap.json", b"\xff", "is no JSON"),
        ("authored.json", b'{"a": {}}', "doesn't write"),
        ("authored.json", b'{"a": "b"}', "has no object"),
        ("delta.json", b'{"users": {"snapshot": "s"}}', "has no text under 'link'"),
        ("delta.json", b'{"users": {"snapshot": "s", "link": "l", "more": "m"}}', "doesn't write"),
        ("delta.json", b'{"users": "s"}', "has no text under 'snapshot'"),
        ("run.json", b'{"snapshot": "s", "time": "yesterday"}', "has 'yesterday' for a time"),
        ("run.json", b'{"snapshot": "s", "time": "2026-03-01T00:00:00"}', "for a time"),
        ("lease.json", b"{}", "has no text under 'run'"),
        ("begun.json", b"{}", "has no lists of ids under 'others'"),
        ("begun.json", b'{"plan": "p", "others": {"a": "b"}}', "has no lists of ids under 'others'"),
        ("begun.json", b'{"plan": "p", "others": {"a": [1]}}', "has no lists of ids under 'others'"),
        ("begun.json", b'{"plan": "", "others": {}}', "has no text under 'plan'"),
        ("audit/r1.json", b'{"who": "a", "why": "b", "plan": "c", "start": "d", "results": [["x"]]}', "no list"),
        (
            "audit/r1.json",
            b'{"who": "a", "why": "b", "plan": "c", "start": "d", "results": [], "allowed": 1}',
            "no list",
        ),
        ("audit/r1.txt", b'{"who": "a", "why": "b", "plan": "c", "start": "d", "results": []}', "doesn't write"),
        ("notes.json", b"{}", "notes.json at entragit/state holds something that entragit doesn't write"),
    ],
)
def test_a_damaged_state_is_an_error_that_names_the_file(path: str, data: bytes | None, says: str) -> None:
    stored = {**files(FULL), path: data}
    with pytest.raises(GitError, match=says) as error:
        parse({name: content for name, content in stored.items() if content is not None})
    assert "commit that file again on top" in str(error.value)


def test_a_newer_format_is_refused() -> None:
    stored = {**files(FULL), "state.json": b'{"format": 2, "branch": "main", "new": {}}', "new.bin": b"{}"}
    with pytest.raises(RefusedError, match="has format 2, this entragit knows 1; upgrade"):
        parse(stored)


def test_a_link_in_the_tree_is_no_part(repo: Repository) -> None:
    target = repo.run("hash-object", "-w", "--stdin", input=b"/etc/hostname").decode().strip()
    made = commit_tree_changes(
        repo, parents=[], base=None, changes=[], links=[("idmap.json", "120000", target)], message="m", when=NOW
    )
    with pytest.raises(GitError, match=r"idmap\.json at entragit/state is no plain file"):
        load(repo, made.id)


@given(st.data())
def test_any_damage_reads_or_raises_our_error(data: st.DataObject) -> None:
    stored = files(FULL)
    path = data.draw(st.sampled_from(sorted(stored)))
    cut = data.draw(st.integers(0, len(stored[path]) - 1))
    stored[path] = stored[path][:cut] + data.draw(st.binary(max_size=3)) + stored[path][cut + 1 :]
    try:
        found = parse(stored)
    except (GitError, RefusedError):
        return
    assert parse(files(found)) == found


def test_the_next_snapshot_gets_its_id() -> None:
    state = State(run=Run(NEXT, stamp(NOW)), delta={"users": DeltaLink(NEXT, "a"), "groups": DeltaLink("s0", "b")})
    done = at(state, "s1")
    assert done.run == Run("s1", "2026-03-01T02:03:04Z")
    assert (links(done, "s1"), links(done, "s0"), links(done, None)) == ({"users": "a"}, {"groups": "b"}, {})
    assert at(done, "s2") == done


def test_a_time_is_utc() -> None:
    assert stamp(NOW.astimezone(timezone(timedelta(hours=9)))) == "2026-03-01T02:03:04Z"


def test_merge_unites_both_sides() -> None:
    base = replace(FULL, lease=None)
    ours = replace(base, id_map={**base.id_map, "a": "1"}, run=Run(NEXT, "2026-03-02T00:00:00Z"), remote="backup")
    grown = replace(base.audit["r1"], results=(*base.audit["r1"].results, ("DELETE /users/2", "204")))
    theirs = replace(
        base,
        id_map={**base.id_map, "b": "2"},
        authored={**base.authored, Authored("users/x.yaml", "c2"): "x"},
        run=Run("s2", "2026-03-01T23:00:00Z"),
        audit={"r1": grown, "r2": base.audit["r1"]},
        lease=FULL.lease,
        branch="trunk",
    )
    merged = merge(base, ours, theirs)
    assert merged.id_map == {**base.id_map, "a": "1", "b": "2"}
    assert merged.authored == theirs.authored
    assert merged.audit == theirs.audit
    assert (merged.run, merged.lease, merged.delta) == (ours.run, FULL.lease, {})
    assert (merged.branch, merged.remote) == ("trunk", "backup")
    assert merge(base, theirs, ours).audit == theirs.audit, "a record that grew here is not cut back"
    assert merge(base, replace(ours, lease=FULL.lease), base).lease is None, "the lease is theirs"
    assert merge(base, replace(ours, begun=None), base).begun == FULL.begun, "and what goes with it"


@given(states, states, states)
def test_merge_loses_nothing_or_refuses(base: State, ours: State, theirs: State) -> None:
    try:
        merged = merge(base, ours, theirs)
    except RefusedError:
        twice = [key for key in ours.id_map if theirs.id_map.get(key, ours.id_map[key]) != ours.id_map[key]]
        files_twice = [file for file in ours.authored if theirs.authored.get(file, "") not in {"", ours.authored[file]}]
        assert twice or files_twice
        return
    for side in (ours, theirs):
        assert side.id_map.items() <= merged.id_map.items()
        assert side.authored.items() <= merged.authored.items()
        assert side.audit.keys() <= merged.audit.keys()
    assert len(merged.id_map) == len({*ours.id_map, *theirs.id_map})
    assert merged.delta == {}


def test_two_objects_for_one_id_are_refused() -> None:
    base = State()
    with pytest.raises(RefusedError, match="the object old was re-created twice, as n1 here and n2 on the remote"):
        merge(base, State(id_map={"old": "n1"}), State(id_map={"old": "n2"}))
    file = Authored("users/x.yaml", "c")
    with pytest.raises(RefusedError, match=r"the file users/x\.yaml was created twice") as error:
        merge(base, State(authored={file: "1"}), State(authored={file: "2"}))
    assert error.value.exit_code == 5


@pytest.mark.parametrize(
    ("lease", "plan", "seconds", "held"),
    [
        (None, "", 0, False),
        (FULL.lease, "", 3599, True),
        (FULL.lease, "", 3600, False),
        (FULL.lease, "sha256:1", 0, False),
        (FULL.lease, "sha256:2", 0, True),
        (replace(FULL.lease, plan=""), "", 0, True) if FULL.lease else (None, "", 0, False),
    ],
)
def test_who_holds_the_lease(lease: Lease | None, plan: str, seconds: int, held: bool) -> None:
    found = held_by_other(State(lease=lease), NOW + timedelta(seconds=seconds), plan)
    assert found == (lease if held else None)
