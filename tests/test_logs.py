"""Logs go into files beside the repository: whole, once, and for longer than Graph keeps them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from worlds import World

from entragit.sandbox import portal
from entragit.sandbox.faults import Fault

AUDITS, SIGN_INS = "directoryAudits", "signIns"


def lived(world: World, days: int, a_day: int = 3, *, quotas: bool = False) -> None:
    """So many days in which somebody signs in and changes something, up to now."""
    tenant = world.tenant
    tenant.clock = lambda: datetime.now(UTC)  # the sandbox's own is hours ahead of that by now
    people = sorted(tenant.objects["users"])
    for number in range(days * a_day):
        tenant.offset = timedelta(days=-days) + timedelta(days=(number + 1) / a_day)
        portal.sign_in(tenant, people[number % len(people)], 50126 if number % 4 == 0 else 0)
        portal.edit(
            tenant, "users", people[number % len(people)], "Update user", jobTitle=f"Job {number}\u2028\r\n\ud83d"
        )
    tenant.offset = timedelta()
    world.client.permissions.add("AuditLog.Read.All")
    world.extra["ENTRAGIT_SPEED"], tenant.options.quotas = "5000", quotas
    tenant.objects["users"] = {key: body | {"jobTitle": None} for key, body in tenant.objects["users"].items()}


def kept(folder: Path) -> dict[str, dict[str, bytes]]:
    return {log.name: {path.name: path.read_bytes() for path in log.iterdir()} for log in folder.iterdir()}


def records(folder: Path, log: str) -> list[dict[str, object]]:
    return [json.loads(line) for path in sorted((folder / log).iterdir()) for line in path.read_bytes().splitlines()]


def test_every_record_stands_once_in_the_file_of_its_day(world: World, tmp_path: Path) -> None:
    lived(world, 5)
    world.tenant.options.page_size = 2
    folder = tmp_path / "logs"
    done = world.run("export", "--logs", str(folder))
    assert done.code == 0, done
    sign_ins = world.tenant.objects["auditLogs/signIns"].values()
    for log, time, held in ((AUDITS, "activityDateTime", world.tenant.audits), (SIGN_INS, "createdDateTime", sign_ins)):
        found = records(folder, log)
        assert sorted(str(item["id"]) for item in found) == sorted(str(item["id"]) for item in held)
        assert [item[time] for item in found] == sorted(str(item[time]) for item in found)
        for name, data in kept(folder)[log].items():
            assert {str(json.loads(line)[time])[:10] for line in data.splitlines()} == {name.removesuffix(".jsonl")}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))
    assert list(folder.rglob(".*")) == []


def test_a_run_adds_what_is_new_and_forgets_nothing(world: World, tmp_path: Path) -> None:
    lived(world, 3)
    folder = tmp_path / "logs"
    assert world.run("export", "--logs", str(folder)).code == 0
    before, start = kept(folder), len(world.tenant.requests)
    assert world.run("export", "--logs", str(folder)).code == 0
    assert kept(folder) == before
    asked = [path for _, path, _ in world.tenant.requests[start:] if "auditLogs" in path]
    assert len(asked) == 2 * 3, "the days of which records may still arrive"
    world.tenant.audits.clear()
    world.tenant.objects["auditLogs/signIns"].clear()
    portal.sign_in(world.tenant, max(world.tenant.objects["users"]))
    assert world.run("export", "--logs", str(folder)).code == 0
    assert len(records(folder, SIGN_INS)) == sum(len(data.splitlines()) for data in before[SIGN_INS].values()) + 1
    assert kept(folder)[AUDITS] == before[AUDITS]


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Fault("^GET auditLogs/signIns", status=403, times=99), 4, "NOT READ: signIns"),
        (Fault("^GET auditLogs/signIns", "half", times=99, after=2), 4, "NOT READ: signIns"),
    ],
)
def test_what_could_not_be_read_is_read_by_the_next_run(
    fault: Fault, code: int, words: str, world: World, tmp_path: Path
) -> None:
    lived(world, 4)
    world.tenant.faults.append(fault)
    done = world.run("export", "--logs", str(tmp_path / "logs"))
    assert (done.code, words in done.err) == (code, True), done
    assert len(records(tmp_path / "logs", AUDITS)) == len(world.tenant.audits)
    world.tenant.faults.clear()
    assert world.run("export", "--logs", str(tmp_path / "logs")).code == 0
    assert len(records(tmp_path / "logs", SIGN_INS)) == len(world.tenant.objects["auditLogs/signIns"])


def test_what_is_not_licensed_is_no_failure(world: World, tmp_path: Path) -> None:
    lived(world, 1)
    world.tenant.options.licences.clear()
    done = world.run("export", "--logs", str(tmp_path / "logs"))
    assert done.code == 0, done
    assert "not covered: signIns (the tenant has no licence for it" in done.err
    assert "it needs Microsoft Entra ID P1" in done.err


def test_a_folder_in_the_repository_is_refused_before_anything_is_read(world: World) -> None:
    os.symlink(world.place, world.place.parent / "elsewhere")
    for folder in (world.place / "logs", world.place / ".git" / "x", world.place.parent / "elsewhere" / "logs"):
        start = len(world.tenant.requests)
        done = world.run("export", "--logs", str(folder))
        assert (done.code, "choose a folder outside of it" in done.err) == (2, True), done
        assert world.tenant.requests[start:] == []
        assert not folder.exists()


@pytest.mark.parametrize("line", [b"not JSON", b"[]", b"\xff"])
def test_a_file_that_is_not_ours_is_left_alone(line: bytes, world: World, tmp_path: Path) -> None:
    lived(world, 1)
    folder = tmp_path / "logs" / AUDITS
    folder.mkdir(parents=True)
    day = str(world.tenant.audits[-1]["activityDateTime"])[:10]
    (folder / f"{day}.jsonl").write_bytes(b"{}\n" + line + b"\n")
    done = world.run("export", "--logs", str(tmp_path / "logs"))
    assert (done.code, f"{day}.jsonl:2: this is no record" in done.err) == (1, True), done
    assert (folder / f"{day}.jsonl").read_bytes() == b"{}\n" + line + b"\n"
    assert "the tenant is unchanged" in done.out or "snapshot" in done.out, "the snapshot is told of all the same"
