"""What bad input gets: one sentence with the cause and the next step, the exit code of the design, nothing moved."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from rounds import made_up
from small_world import again, bodies, kind_of
from small_world import small as small_tenant
from worlds import World

from entragit.cli.main import outcome
from entragit.git.commit import commit_tree_changes
from entragit.git.refs import STATE, Update, update
from entragit.git.repository import open_repository
from entragit.sandbox.faults import Fault
from entragit.state import Lease, stamp
from entragit.statefiles import changes, load

SECRET = "n0t-the-r1ght-s3cret"


@pytest.fixture
def world(small: World, tmp_path: Path) -> World:
    """The small company with changes that no snapshot has."""
    return again(small, tmp_path / "company")


def refused(world: World, code: int, *words: str) -> str:
    """Export; check that it ends with `code` and a sentence that holds `words`, and that nothing has moved."""
    before = world.git("for-each-ref"), world.git("status", "--porcelain"), world.git("rev-parse", "HEAD")
    done = world.run("export")
    assert (done.code, done.out) == (code, ""), done
    assert re.fullmatch(r"entragit: [^\n]+", done.err), done
    for word in words:
        assert word in done.err, done
    assert (world.git("for-each-ref"), world.git("status", "--porcelain"), world.git("rev-parse", "HEAD")) == before
    assert world.client.secret not in done.err
    assert SECRET not in done.err
    assert not list((world.place / ".git" / "entragit").glob("spool*"))
    return done.err


def nobody() -> str:
    """The root of a server that doesn't answer."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        return f"https://127.0.0.1:{held.getsockname()[1]}"


def other_authority(folder: Path) -> str:
    """The PEM file of an authority that has signed nothing here."""
    path = folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return str(path)


UNKNOWN = made_up("unknown")
ENVIRONMENTS: dict[str, tuple[Callable[[Path], dict[str, str]], int, tuple[str, ...]]] = {
    "wrong secret": (lambda _: {"AZURE_CLIENT_SECRET": SECRET}, 1, ("AZURE_CLIENT_SECRET is not one of", "set the ")),
    "unknown client": (lambda _: {"AZURE_CLIENT_ID": UNKNOWN}, 1, (UNKNOWN, "check AZURE_CLIENT_ID")),
    "unknown tenant": (lambda _: {"AZURE_TENANT_ID": UNKNOWN}, 1, (UNKNOWN, "check the tenant id")),
    "no secret": (lambda _: {"AZURE_CLIENT_SECRET": ""}, 1, ("no credential is set", "set AZURE_CLIENT_ID with")),
    "no client": (lambda _: {"AZURE_CLIENT_ID": ""}, 1, ("AZURE_CLIENT_ID is not set", "set it to")),
    "no authority": (lambda _: {"AZURE_AUTHORITY_HOST": nobody()}, 1, ("can't be reached", "check the network")),
    "no Graph": (lambda _: {"ENTRAGIT_GRAPH_URL": nobody()}, 1, ("nothing of the tenant", "check the network")),
    "Graph without TLS": (lambda _: {"ENTRAGIT_GRAPH_URL": "http://127.0.0.1:1"}, 2, ("https", "correct or unset it")),
    "authority untrusted": (
        lambda tmp: {"SSL_CERT_FILE": other_authority(tmp), "REQUESTS_CA_BUNDLE": other_authority(tmp)},
        1,
        ("is not trusted", "set REQUESTS_CA_BUNDLE"),
    ),
    "Graph untrusted": (
        lambda tmp: {"SSL_CERT_FILE": other_authority(tmp)}, 1, ("is not trusted", "set SSL_CERT_FILE")
    ),
    "no certificates": (
        lambda tmp: {"SSL_CERT_FILE": str(tmp / "none.pem")}, 1, ("none.pem", "set it to a PEM file")
    ),
    "speed is a word": (lambda _: {"ENTRAGIT_SPEED": "fast"}, 2, ("'fast'", "unset it")),
    "speed is nothing": (lambda _: {"ENTRAGIT_SPEED": "0"}, 2, ("'0'", "unset it")),
    "speed is no number": (lambda _: {"ENTRAGIT_SPEED": "nan"}, 2, ("'nan'", "unset it")),
}  # fmt: skip


@pytest.mark.parametrize("case", ENVIRONMENTS)
def test_a_wrong_environment(world: World, case: str, tmp_path: Path) -> None:
    variables, code, words = ENVIRONMENTS[case]
    world.extra.update(variables(tmp_path))
    refused(world, code, *words)


def test_an_expired_secret(world: World) -> None:
    world.tenant.clients[world.client.id] = replace(world.client, expired=True)
    refused(world, 1, "has expired", "make a new one")


def test_a_credential_of_another_tenant(world: World) -> None:
    other = small_tenant(made_up("unknown"))
    world.sandbox.add(other)
    client = other.add_client("User.Read.All")
    world.extra |= {
        "AZURE_TENANT_ID": other.id, "AZURE_CLIENT_ID": client.id, "AZURE_CLIENT_SECRET": client.secret
    }  # fmt: skip
    said = refused(world, 5, other.id, world.tenant.id, "set AZURE_TENANT_ID")
    assert client.secret not in said
    assert not other.requests


OUTAGES = {
    "403": (Fault("^GET ", status=403, code="Authorization_RequestDenied", times=None), "grant the application"),
    "503": (Fault("", status=503, times=None), "run again later"),
    "reset": (Fault("", "reset", times=None), "run again later"),
    "401": (Fault("", "expired", times=None), "run again later"),
}


@pytest.mark.parametrize("name", OUTAGES)
def test_where_nothing_can_be_read_there_is_no_snapshot(world: World, name: str) -> None:
    fault, step = OUTAGES[name]
    world.tenant.faults.append(fault)
    refused(world, 1, "nothing of the tenant could be read", step)


def test_an_apply_holds_the_tenant(world: World) -> None:
    repo, tip, now = open_repository(world.place), world.git("rev-parse", "entragit/state"), datetime.now(UTC)
    held = load(repo, tip)
    lease = Lease("run", "sha256:1", "host-of-ada", stamp(now), stamp(now + timedelta(hours=1)))
    edits = changes(held, replace(held, lease=lease))
    made = commit_tree_changes(repo, parents=[tip], base=tip, changes=edits, message="Lease", when=now)
    update(repo, [Update(STATE, made.id, tip), Update(made.ref, None, made.id)])
    asked = len(world.tenant.requests)
    refused(world, 4, "an apply on host-of-ada holds the tenant", "run the export again after it")
    assert len(world.tenant.requests) == asked


def limited(world: World, size: int) -> subprocess.CompletedProcess[str]:
    """Export in a process that can't write files of more than `size` bytes."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    code = f"{limit}; import sys; from entragit.cli.main import run; run(sys.argv[1:])"
    command = [sys.executable, "-c", code, "-C", str(world.place), "export"]
    environment = {**os.environ, **world.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, pytest.param(40_000, marks=pytest.mark.nightly)])
def test_a_full_disk_leaves_everything_as_it_was(world: World, after: Mapping[str, str], size: int) -> None:
    before = world.git("for-each-ref")
    done = limited(world, size)
    assert (done.returncode, done.stdout) == (1, ""), done
    assert re.fullmatch(r"entragit: [^\n]+; free space[^\n]+ run again\n", done.stderr), done
    assert "the spool" in done.stderr
    assert intact(world, before)
    assert world.run("export").code == 0
    assert world.files() == after


def test_what_the_system_refuses_is_one_harmless_sentence() -> None:
    code, said = outcome(None, OSError(28, "No space left on device", "/x/\x1b[31m\n"))
    assert (code, "\x1b" in said, "\n" in said) == (1, False, False)
    assert said.startswith("entragit: the system refuses: [Errno 28] No space left on device")
    assert said.endswith("; free space or give the permission, then run again")


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("blocks", [0, 8])
def test_a_disk_that_fills_while_git_writes_leaves_everything_as_it_was(
    world: World, after: Mapping[str, str], blocks: int, tmp_path: Path
) -> None:
    """Git may write files of so many blocks at most."""
    before, path = world.git("for-each-ref"), tmp_path / "bin" / "git"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nulimit -f {blocks}\nexec {shutil.which("git")} "$@"\n')
    path.chmod(0o755)
    world.extra["PATH"] = f"{path.parent}{os.pathsep}{os.environ['PATH']}"
    done = world.run("export")
    assert (done.code, done.out) == (1, ""), done
    assert re.fullmatch(r"entragit: `git fast-import` failed: [^\n]+", done.err), done
    del world.extra["PATH"]
    assert intact(world, before)
    assert world.run("export").code == 0
    assert world.files() == after


def intact(world: World, before: str) -> bool:
    """Whether the repository is sound, clean, and where it was; and holds nothing of the tenant that no commit has."""
    world.git("fsck", "--strict", "--no-dangling")
    return (
        world.git("for-each-ref") == before
        and world.git("status", "--porcelain") == ""
        and not list((world.place / ".git" / "entragit").glob("spool*"))
        and not list((world.place / ".git").glob("fast_import_crash*"))
    )


HOSTILE = [
    "two\nlines\r\n::error::three",
    "\x1b[2J\x1b]0;title\x07 red",
    "\u202egnp.exe\u2066",
    "::error file=x::not an error",
    "##[error]not an error",
    "../../.git/hooks/post-checkout",
    "..\\..\\CON",
    "\U0001f9d1\u200d\U0001f680 \U0001d56c",
    "Same Name",
    "same name",
    "SAME NAME",
    "con",
    " . ",
    "\x00",
    "-rf",
    "<script>alert(1)</script>",
    "# comment: [a](b)",
]
COMMAND = re.compile(r"^\s*::|##\[", re.M)
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)


@pytest.mark.slow
def test_hostile_names_are_only_names(world: World) -> None:
    kinds = ("groups", "applications", "servicePrincipals", "devices")
    for kind in kinds:
        table = world.tenant.objects[kind]
        model = table[min(table)]
        for number, name in enumerate(HOSTILE):
            # eight digits in common, as a tenant of millions has them
            id_ = f"{kind[:1].encode().hex()}aaaaaa-0000-4000-8000-{number:012x}"
            table[id_] = model | {"id": id_, "displayName": name, "appId": f"{number:08x}-0000-4000-8000-{number:012x}"}
    world.tenant.options.page_size = None
    world.tenant.faults.append(Fault(r"/owners|registeredOwners", status=403, times=None))
    done = world.run("export")
    assert done.code == 4, done
    files, found = world.files(), bodies(world.files())
    for kind in kinds:
        names = [body.get("displayName") for (name, _), body in found.items() if name == kind]
        assert set(HOSTILE) <= set(names), kind
    paths = [path for path in files if kind_of(path) in kinds]
    assert len({path.lower() for path in files}) == len(files)
    for part in {part for path in paths for part in path.split("/")}:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._@-]*", part), part
        assert not RESERVED.match(part), part
        assert len(part) <= 140
    said = [done.out, done.err, world.git("log", "-3", "--format=%B", "entragit/tenant")]
    for kind in kinds:
        for body in world.tenant.objects[kind].values():
            body["accountEnabled"] = body["description"] = body["tags"] = None
    for form in ("text", "markdown", "json"):
        report = world.run("drift", "--format", form)
        assert report.code == 4
        assert "same name" in report.out
        said += [report.out, report.err]
    for text in said:
        assert text.replace("\n", "").isprintable(), text
        assert not COMMAND.search(text), text
    world.git("fsck", "--strict", "--no-dangling")
    world.tenant.faults.clear()
    world.tenant.options.shuffle = 3
    assert world.run("export").code == 0
    assert world.files().keys() == files.keys()


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_failure_to_shout_about() -> None:
    code = "from entragit.cli.main import run; run(['--help'])"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
