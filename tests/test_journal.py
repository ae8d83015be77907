"""The journal: what it says after any kill is what happened, and never more."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.errors import EntragitError
from entragit.journal import Result, forget, journal

DONE = Result("done", "id-1", "app-1")
FAILED = Result("failed", why="403 Authorization_RequestDenied: nö")


def fill(folder: Path) -> None:
    with journal(folder, "d1") as found:
        found.begin("r1", None)
        found.intend("a", 1.5)
        found.record("a", DONE)
        found.intend("b", 2.0)
        found.record("b", FAILED)
        found.intend("c", 3.0)


def test_a_rerun_knows_what_is_done_and_what_is_unknown(tmp_path: Path) -> None:
    fill(tmp_path)
    with journal(tmp_path, "d1") as found:
        assert (found.runs, found.unknown) == ({"r1"}, None)
        assert found.results == {"a": DONE, "b": FAILED}
        assert found.open == {"c": 3.0}
        assert (found.done("a"), found.done("b"), found.done("c")) == (DONE, None, None)


def test_each_plan_has_a_journal_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path)
    with journal(tmp_path, "d2") as found:
        assert (found.runs, found.results, found.open) == (set(), {}, {})
    assert sorted(os.listdir(tmp_path)) == ["journal-d1.jsonl", "journal-d2.jsonl"]
    assert (tmp_path / "journal-d1.jsonl").stat().st_mode & 0o777 == 0o600


def test_what_another_machine_did_stays_unknown(tmp_path: Path) -> None:
    for run, unknown in (("r1", None), ("r2", 5.0), ("r3", 4.0), ("r4", None)):
        with journal(tmp_path, "d1") as found:
            found.begin(run, unknown)
    with journal(tmp_path, "d1") as found:
        assert (found.runs, found.unknown) == ({"r1", "r2", "r3", "r4"}, 5.0)


def test_an_apply_that_has_ended_says_nothing_about_the_next(tmp_path: Path) -> None:
    fill(tmp_path)
    with journal(tmp_path, "d1", anew=True) as found:
        assert (found.runs, found.unknown, found.results, found.open) == (set(), None, {}, {})
        found.begin("r2", None)
    with journal(tmp_path, "d1") as found:
        assert (found.runs, found.results) == ({"r2"}, {})
    forget(tmp_path, "d1")
    forget(tmp_path, "d1")
    assert list(tmp_path.iterdir()) == []


def test_sending_again_opens_the_question_again(tmp_path: Path) -> None:
    fill(tmp_path)
    with journal(tmp_path, "d1") as found:
        found.intend("b", 4.0)
        found.record("b", DONE)
        found.intend("a", 5.0)
    with journal(tmp_path, "d1") as found:
        assert found.done("b") == DONE
        assert set(found.open) == {"a", "c"}


def test_a_journal_cut_anywhere_says_what_its_whole_lines_say(tmp_path: Path) -> None:
    fill(tmp_path)
    path = tmp_path / "journal-d1.jsonl"
    data = path.read_bytes()
    for size in range(0, len(data), 11):
        path.write_bytes(data[:size])
        whole = data[:size].count(b"\n")
        with journal(tmp_path, "d1") as found:
            assert len(found.runs) == min(whole, 1)
            assert len(found.results) == max(0, whole - 1) // 2
            assert len(found.open) == max(0, whole - 1) % 2
            found.record("later", DONE)
        with journal(tmp_path, "d1") as found:
            assert found.done("later") == DONE


@pytest.mark.parametrize(
    "line",
    [b"{}", b"[]", b"{", b'{"result": "a", "outcome": "maybe"}', b'{"intent": "a"}', b'{"run": "r"}', b"\xff"],
)
def test_a_line_that_nobody_wrote_is_refused(tmp_path: Path, line: bytes) -> None:
    fill(tmp_path)
    path = tmp_path / "journal-d1.jsonl"
    path.write_bytes(line + b"\n" + path.read_bytes())
    with pytest.raises(EntragitError, match=r"line 1 of .*move the file away"), journal(tmp_path, "d1"):
        pass


@settings(max_examples=20, deadline=None)
@given(st.text(), st.text())
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, key: str, why: str) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with journal(folder, "d") as found:
        found.record(key, Result("failed", why=why))
    with journal(folder, "d") as found:
        assert found.results == {key: Result("failed", why=why)}


def test_a_killed_run_has_written_all_that_it_said(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with journal(tmp_path, "d1") as found:
            found.intend("a", 1.0)
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with journal(tmp_path, "d1") as found:
        assert set(found.open) == {"a"}


def test_a_full_disk_stops_the_run(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (90, 90))
        with journal(tmp_path, "d1") as found:
            found.record("a", Result("done"))
            try:
                found.intend("b", 1.0)
            except EntragitError as error:
                os._exit(7 if "can't be written" in str(error) else 1)
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EntragitError, match="can't be opened"), journal(tmp_path / "no", "d1"):
        pass
