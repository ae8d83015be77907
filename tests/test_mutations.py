"""A wrong word in the catalog turns a test red: each mutation is made in a copy of the package, and tests run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What is wrong, the tests that must see it, the file below entragit/resources/, the words there, those instead.
MUTATIONS = [
    (
        "noise that an administrator decides",
        "test_catalog_oracle",
        "directory.py",
        "noise=PROFILE | {",
        'noise=PROFILE | {"department", ',
    ),
    (
        "a set whose order is taken to mean something",
        "test_catalog",
        "conditional_access.py",
        '"allowedCombinations": SET',
        '"allowedCombinations": type(SET)("sequence")',
    ),
    ("a key that is not one", "test_drift", "applications.py", 'keyed("keyId")', 'keyed("displayName")'),
    (
        "a reference that is forgotten",
        "test_catalog_oracle",
        "roles.py",
        '"principalId": Reference(("users", "groups", "servicePrincipals")),',
        "",
    ),
    ("a reference by the wrong property", "test_catalog_oracle", "conditional_access.py", 'by="appId"', 'by="id"'),
    ("a kind that is taken as it comes", "test_catalog_oracle", "directory.py", '        select="all",\n', ""),
    (
        "a property that the hook misses",
        "test_catalog_oracle",
        "directory.py",
        'also_select=frozenset({"licenseAssignmentStates"})',
        "also_select=frozenset()",
    ),
    (
        "a property that a list can't select",
        "test_catalog_oracle",
        "directory.py",
        '"mailboxSettings", "print"',
        '"print"',
    ),
    (
        "a missing read permission",
        "test_catalog_oracle",
        "roles.py",
        'read=("RoleManagement.Read.Directory",)',
        'read=("User.Read.All",)',
    ),
    (
        "a relationship that is forgotten",
        "test_catalog_oracle",
        "directory.py",
        '    Relation("owners", "refset", OWNERS, paths=("owners", f"owners/{CAST}"), bind=True, '
        "stays=writes.LAST_OWNER),\n",
        "",
    ),
    (
        "service principals among members that are forgotten",
        "test_catalog_oracle",
        "directory.py",
        'paths=("members", f"members/{CAST}"),',
        "",
    ),
    (
        "computed members that are taken for desired",
        "test_catalog_oracle",
        "directory.py",
        '        unless={"groupTypes": "DynamicMembership"},\n',
        "",
    ),
    (
        "built-in roles that are taken for the tenant's",
        "test_catalog_oracle",
        "roles.py",
        'where={"isBuiltIn": True}',
        'where={"isBuiltIn": None}',
    ),
    (
        "activated roles that are taken for desired",
        "test_export",
        "roles.py",
        "        excluded=",
        "        licence=None or '' and ",
    ),
    ("a page size that Graph refuses", "test_catalog_oracle", "directory.py", "top=999", "top=1000"),
    (
        "changes that Graph doesn't track",
        "test_catalog_oracle",
        "policies.py",
        '        shape="singleton",\n',
        '        shape="singleton",\n        delta=True,\n',
    ),
    # What only writing shows.
    (
        "a property that a creation takes",
        "test_writes",
        "policies_writes.py",
        'given=frozenset({"roleDefinitionId"})',
        "given=frozenset()",
    ),
    (
        "a property that a change takes",
        "test_ledger",
        "directory_writes.py",
        'loose=frozenset({"visibility"})',
        "loose=frozenset()",
    ),
    (
        "a wrong write permission",
        "test_writes_sandbox",
        "directory.py",
        'write=("User.ReadWrite.All",)',
        'write=("User.Read.All",)',
    ),
    (
        "a required reference that comes later",
        "test_writes",
        "policies_writes.py",
        'required=frozenset({"conditions", "grantControls"})',
        'required=frozenset({"grantControls"})',
    ),
    (
        "a policy that is on from the start",
        "test_writes",
        "policies_writes.py",
        'Switch("state", "disabled"',
        'Switch("state", "enabled"',
    ),
    (
        "a location that is deleted while it is trusted",
        "test_writes",
        "policies_writes.py",
        '    before_delete={"isTrusted": False},\n',
        "",
    ),
    (
        "identifiers that come with the application",
        "test_writes",
        "applications_writes.py",
        'later=frozenset({"identifierUris", ',
        "later=frozenset({",
    ),
    (
        "what the on-premises directory decides",
        "test_ledger",
        "directory_writes.py",
        '"ageGroup", "assignedLicenses", ',
        '"ageGroup", "assignedLicenses", "city", ',
    ),
    ("a secret that can come back", "test_ledger", "applications_writes.py", "lost=CREDENTIALS", "lost={}"),
    (
        "a weakening that nobody sees",
        "test_weakening",
        "weakening.py",
        '["is switched off"] if after.get("state") != "enabled" else []',
        "[]",
    ),
    ("an id inside a string that stays the old one", "test_rewriting", "texts.py", '"identifierUris", ', ""),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its tests, to be spoilt."""
    for folder in ("entragit", "tests"):
        # With what is compiled already, but not with what another process is about to write.
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(copy: Path) -> Run:
    """Runs test modules on the copy, up to the first failure."""

    def run(*names: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *(f"tests/{name}" for name in names)]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.slow
def test_without_a_mutation_the_copy_is_green(run: Run) -> None:
    done = run("test_catalog.py", "test_catalog_oracle.py")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suite", "file", "old", "new"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS]
)
def test_a_wrong_catalog_turns_a_test_red(copy: Path, run: Run, suite: str, file: str, old: str, new: str) -> None:
    module = copy / "entragit" / "resources" / file
    text = module.read_text(encoding="utf-8")
    assert old in text, "the mutation no longer applies; write it anew"
    module.write_text(text.replace(old, new), encoding="utf-8")
    done = run(f"{suite}.py")
    assert done.returncode in (1, 2), done.stdout
    assert "FAILED tests/" in done.stdout or "ERROR tests/" in done.stdout
