"""A wrong word in the catalog turns a test red: each mutation is made in a copy of the package, and tests run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What is wrong, the test that must see it, the file below entragit/resources/, the words there, those instead.
MUTATIONS = [
    (
        "noise that an administrator decides",
        "test_catalog_oracle.py::test_what_can_be_written_is_in_the_files",
        "directory.py",
        "noise=PROFILE | {",
        'noise=PROFILE | {"department", ',
    ),
    (
        "a set whose order is taken to mean something",
        "test_catalog.py::test_lists_pair_by_what_tells_their_elements_apart",
        "conditional_access.py",
        '"allowedCombinations": SET',
        '"allowedCombinations": type(SET)("sequence")',
    ),
    (
        "a key that is not one",
        "test_drift.py::test_an_element_that_changed_is_still_the_same_element[keyCredentials-displayName]",
        "applications.py",
        'keyed("keyId")',
        'keyed("displayName")',
    ),
    (
        "a reference that is forgotten",
        "test_catalog_oracle.py::test_whatever_names_a_resource_says_which",
        "roles.py",
        '"principalId": Reference(("users", "groups", "servicePrincipals")),',
        "",
    ),
    (
        "a reference by the wrong property",
        "test_catalog_oracle.py::test_whatever_names_a_resource_says_which",
        "conditional_access.py",
        'by="appId"',
        'by="id"',
    ),
    (
        "a kind that is taken as it comes",
        "test_catalog_oracle.py::test_what_can_be_written_is_in_the_files",
        "directory.py",
        '        select="all",\n',
        "",
    ),
    (
        "a property that the hook misses",
        "test_catalog_oracle.py::test_direct_licences_are_kept_and_inherited_ones_are_not",
        "directory.py",
        'also_select=frozenset({"licenseAssignmentStates"})',
        "also_select=frozenset()",
    ),
    (
        "a property that a list can't select",
        "test_catalog_oracle.py::test_what_can_be_written_is_in_the_files",
        "directory.py",
        '"mailboxSettings", "print"',
        '"print"',
    ),
    (
        "a missing read permission",
        "test_catalog_oracle.py::test_the_least_permissions_of_a_kind_suffice_for_it[roleManagement/directory/roleAssignments]",
        "roles.py",
        'read=("RoleManagement.Read.Directory",)',
        'read=("User.Read.All",)',
    ),
    (
        "a relationship that is forgotten",
        "test_catalog_oracle.py::test_every_link_stands_on_one_side",
        "directory.py",
        '    Relation(\n        "owners",\n        "refset",\n        OWNERS,\n'
        '        paths=("owners", f"owners/{CAST}"),\n        passing=passing("owner"),\n        bind=True,\n'
        "        stays=writes.LAST_OWNER,\n    ),\n",
        "",
    ),
    (
        "service principals among members that are forgotten",
        "test_catalog_oracle.py::test_every_link_stands_on_one_side",
        "directory.py",
        'paths=("members", f"members/{CAST}"),',
        "",
    ),
    (
        "computed members that are taken for desired",
        "test_catalog_oracle.py::test_every_link_stands_on_one_side",
        "directory.py",
        '        unless={"groupTypes": "DynamicMembership"},\n',
        "",
    ),
    (
        "built-in roles that are taken for the tenant's",
        "test_catalog_oracle.py::test_what_can_be_written_is_in_the_files",
        "roles.py",
        'where={"isBuiltIn": True}',
        'where={"isBuiltIn": None}',
    ),
    (
        "activated roles that are taken for desired",
        "test_export.py::test_an_activated_role_is_no_commit",
        "roles.py",
        "        excluded=",
        "        licence=None or '' and ",
    ),
    (
        "a page size that Graph refuses",
        "test_catalog_oracle.py::test_graph_refused_no_request",
        "directory.py",
        "top=999",
        "top=1000",
    ),
    (
        "changes that Graph doesn't track",
        "test_catalog_oracle.py::test_graph_refused_no_request",
        "policies.py",
        '        shape="singleton",\n',
        '        shape="singleton",\n        delta=True,\n',
    ),
    # What only writing shows.
    (
        "a property that a creation takes",
        "test_writes.py::test_what_leads_from_one_state_to_another",
        "policies_writes.py",
        'given=frozenset({"roleDefinitionId"})',
        "given=frozenset()",
    ),
    (
        "a property that a change takes",
        "test_ledger.py::test_what_cant_be_written_is_in_the_ledger_alone",
        "directory_writes.py",
        'loose=frozenset({"visibility"})',
        "loose=frozenset()",
    ),
    (
        "a wrong write permission",
        "test_writes_sandbox.py::test_what_is_gone_for_good_is_made_again",
        "directory.py",
        'write=("User.ReadWrite.All",)',
        'write=("User.Read.All",)',
    ),
    (
        "a required reference that comes later",
        "test_writes.py::test_kinds_are_made_after_what_they_must_name",
        "policies_writes.py",
        'required=frozenset({"conditions", "grantControls"})',
        'required=frozenset({"grantControls"})',
    ),
    (
        "a policy that is on from the start",
        "test_writes.py::test_what_protects_goes_on_before_something_else_goes_off",
        "policies_writes.py",
        'Switch("state", "disabled"',
        'Switch("state", "enabled"',
    ),
    (
        "a location that is deleted while it is trusted",
        "test_writes.py::test_what_leads_from_one_state_to_another",
        "policies_writes.py",
        '    before_delete={"isTrusted": False},\n',
        "",
    ),
    (
        "identifiers that come with the application",
        "test_writes.py::test_what_leads_from_one_state_to_another",
        "applications_writes.py",
        'later=frozenset({"identifierUris", ',
        "later=frozenset({",
    ),
    (
        "what the on-premises directory decides",
        "test_ledger.py::test_what_cant_be_written_is_in_the_ledger_alone",
        "directory_writes.py",
        '"ageGroup", "assignedLicenses", ',
        '"ageGroup", "assignedLicenses", "city", ',
    ),
    (
        "a secret that can come back",
        "test_ledger.py::test_what_cant_be_written_is_in_the_ledger_alone",
        "applications_writes.py",
        "lost=CREDENTIALS",
        "lost={}",
    ),
    (
        "a weakening that nobody sees",
        "test_weakening.py::test_one_way_weakens_and_the_other_puts_protection_back",
        "weakening.py",
        '["is switched off"] if after.get("state") != "enabled" else []',
        "[]",
    ),
    (
        "an id inside a string that stays the old one",
        "test_rewriting.py::test_what_names_the_old_id_names_the_new_one",
        "texts.py",
        '"identifierUris", ',
        "",
    ),
]

# One of each sort by day: of what is read, of how it is compared, of what is named, asked for, written and feared.
DAILY = {
    "a set whose order is taken to mean something",
    "a reference that is forgotten",
    "a missing read permission",
    "a wrong write permission",
    "a weakening that nobody sees",
}

QUICK = {"a set whose order is taken to mean something"}
"""Whose test shows by day that the copy is a whole one."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its tests, to be spoilt by one test after the other."""
    place = tmp_path_factory.mktemp("copy")
    for folder in ("entragit", "tests"):
        # With what is compiled already, but not with what another process is about to write.
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


@contextmanager
def spoilt(module: Path, old: str, new: str) -> Iterator[None]:
    """A module in which some words are others, for a while."""
    text = module.read_text(encoding="utf-8")
    assert old in text, "the mutation no longer applies; write it anew"
    module.write_text(text.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        module.write_text(text, encoding="utf-8")


def run(copy: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run tests on the copy, up to the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *(f"tests/{name}" for name in names)]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_each_mutation_still_applies() -> None:
    """Also those of the night, whose words may change by day."""
    texts = {file: (ROOT / "entragit" / "resources" / file).read_text(encoding="utf-8") for _, _, file, *_ in MUTATIONS}
    assert [name for name, _, file, old, _ in MUTATIONS if old not in texts[file]] == []
    assert {name for name, *_ in MUTATIONS} > DAILY


@pytest.mark.slow
@pytest.mark.parametrize("names", [QUICK, pytest.param({row[0] for row in MUTATIONS}, marks=pytest.mark.nightly)])
def test_without_a_mutation_the_copy_is_green(copy: Path, names: set[str]) -> None:
    tests = {row[1] for row in MUTATIONS if row[0] in names}
    done = run(copy, *sorted(tests))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "file", "old", "new"),
    [pytest.param(*row[1:], id=row[0], marks=[pytest.mark.nightly] * (row[0] not in DAILY)) for row in MUTATIONS],
)
def test_a_wrong_catalog_turns_a_test_red(copy: Path, test: str, file: str, old: str, new: str) -> None:
    with spoilt(copy / "entragit" / "resources" / file, old, new):
        done = run(copy, test)
    assert done.returncode in (1, 2), done.stdout
    assert "FAILED tests/" in done.stdout or "ERROR tests/" in done.stdout
