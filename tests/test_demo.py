"""The tour: what a person sees who tries entragit for the first time, from a bad day to the proof that it is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from worlds import git

from entragit.cli.main import COMMANDS

pytestmark = pytest.mark.slow

GROUP = "20000000-0000-4000-8000-000000000001"
POLICY = {
    "id": "30000000-0000-4000-8000-000000000001",
    "displayName": "CA900: Loaded",
    "state": "enabled",
    "conditions": {
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"], "excludeGroups": [GROUP]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}
"""As Graph lists it; the group that it names is made up."""


GOOD = "HEAD~1^2"
"""The edit of the settings: the night's snapshot came on top of the first one and of it."""


def toured(place: Path, *args: str) -> dict[str, str]:
    """Each command that a tour shows, and what it printed with the remarks behind it."""
    command = [sys.executable, "-m", "entragit", "demo", str(place), *args]
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(command, env={**os.environ, **nobody}, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    blocks = done.stdout.split("\n$ ")[1:]
    return {line: rest for line, _, rest in (block.partition("\n") for block in blocks)}


def only(shown: dict[str, str], start: str) -> str:
    """What the one command printed that begins so."""
    (found,) = (rest for line, rest in shown.items() if line.startswith(start))
    return found


def check(shown: dict[str, str], place: Path) -> None:
    """What every tour ends with: nothing is left to do, and it is on record who did what and why."""
    typed = [line.split()[1] for line in shown if line.startswith("entragit ")]
    assert {"init", "export", "drift", "plan", "apply"} == set(typed) <= COMMANDS.keys()
    good = git(place, "rev-parse", "--short", GOOD)
    assert ": nothing to do\n" in only(shown, f"entragit plan {good} --exit-code")
    assert "planned again: nothing is left to do" in only(shown, "entragit apply ")
    record = json.loads(only(shown, "git show entragit/state:audit/").partition("\n\n")[0])
    assert (record["allowed"], record["why"]) == (["tier-0"], "Undo a bad day")
    assert record["who"].startswith("Ada Lovelace <")
    assert {result.split()[0] for _, result in record["results"]} == {"done"}
    assert record["plan"] == json.loads((place / "plan.json").read_text())["digest"]
    assert "REFUSED tier-0" in only(shown, f"entragit plan {good} -- ")
    assert "Global-Administrator" in only(shown, "entragit drift")
    assert all("SECRET=…  #" in line for line in shown if line.startswith("export ")), "not even a local one is shown"


@pytest.mark.nightly  # `make demo` takes the tour on every push, and `make test-real` a real export
def test_the_tour_goes_all_the_way_with_a_real_export(tmp_path: Path) -> None:
    place, export = tmp_path / "company", tmp_path / "export.json"
    export.write_text(json.dumps([POLICY]))
    shown = toured(place, "--load", str(export))
    check(shown, place)
    applied = only(shown, "entragit apply ")
    assert "done: Restore group Board" in applied
    assert "done: Create group CA-Pilot" in applied
    renamed = git(place, "diff", "--name-status", "--no-renames", GOOD, "HEAD").splitlines()
    assert sorted(row.partition("\t")[0] for row in renamed) == [*"AAAAAADDDDDDMM"], (
        "the group, who is in it for some time, its two policies of PIM, which is whose, and what names it"
    )
    assert git(place, "status", "--porcelain") == "?? plan.json", "the repository is left to look at"
    assert "CA900" in git(place, "ls-files")


@pytest.mark.nightly
def test_the_tour_goes_all_the_way(tmp_path: Path) -> None:
    place = tmp_path / "company"
    check(toured(place), place)


def test_a_sandbox_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "entragit", "sandbox"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert b"export ENTRAGIT_GRAPH_URL=" in running.stdout.readline()
        assert list(tmp_path.iterdir()), "the certificate is there while it runs"
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 130
    assert list(tmp_path.iterdir()) == []
