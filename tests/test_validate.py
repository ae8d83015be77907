"""Validation says what a person got wrong, where, and what to write instead; and nothing about what is right."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from drift_checks import ADA, BREAK_GLASS, CA001, EVE, POLICIES, SALES, Sides, files, tenant

from entragit import document
from entragit.checker import check
from entragit.git.refs import TENANT, Update, update
from entragit.layout import Index, address_of
from entragit.resources.catalog import CATALOG
from entragit.validate import Finding, Known, validate

BASE = files(tenant())
SALES_PATH, GLASS_PATH = "groups/5a/Sales.5a1e5000.yaml", "groups/1c/Break-Glass.1c2a91c4.yaml"
POLICY_PATH = f"{POLICIES}/CA001-Require-MFA.0b1c2d3e.yaml"
ADDRESSES = {
    str(document.parse(data)["id"]): found[1] for path, data in BASE.items() if (found := address_of(path, CATALOG))
}
UNKNOWN = "99999999-0000-4000-8000-000000000009"
FORMER = {(SALES, "groups/Old-Sales.5a1e5000"), (UNKNOWN, "groups/Break-Glass.1c2a91c4")}
READ_ALL = "df021288-bdef-4463-88db-98f22de89214"
KNOWN = Known(
    Index(ADDRESSES, permissions={READ_ALL: "User.Read.All"}),
    kept={BREAK_GLASS: GLASS_PATH, ADA: "users/ad/ada@contoso.com.yaml", EVE: "users/e7/eve@contoso.com.yaml"},
    former=lambda own, address: (own, address) in FORMER,
    properties=lambda kind: frozenset({("newThing",), ("newThing", "inside")}) if kind == "groups" else frozenset(),
)


def said(changes: Mapping[str, str | bytes], known: Known = KNOWN) -> list[str]:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in changes.items()}
    return [str(finding) for finding in validate(data, known)]


def group(extra: str = "", own: str | None = SALES) -> str:
    return "displayName: Sales\n" + (f"id: {own}\n" if own else "") + extra


def policy(reference: str) -> str:
    return (
        f"conditions:\n  users:\n    excludeGroups:\n      - {reference}\n    includeUsers:\n      - All\n"
        f'displayName: "CA001: Require MFA"\nid: {CA001}\nstate: enabled\n'
    )


def test_a_snapshot_has_nothing_to_find() -> None:
    resources = {path: data for path, data in BASE.items() if path != "snapshot.yaml"}
    assert said(resources, Known(Index(ADDRESSES))) == []


@pytest.mark.parametrize(
    "text",
    [
        group(),
        group(f"members:\n  - {ADA}\n"),
        group(f"members:\n  - {ADA}  # users/ada@contoso.com\n"),
        group("members:\n  - users/ada@contoso.com\n"),
        group("newThing:\n  inside: 1\n"),
        "# anything may stand here\n" + group(),
    ],
)
def test_what_is_right_passes(text: str) -> None:
    assert said({SALES_PATH: text}) == []


@pytest.mark.parametrize(
    ("text", "line", "severity", "words"),
    [
        ("a: &x 1\n", 1, "error", ""),
        (group(own=None), 0, "error", "the id is missing"),
        (group(own=ADA.replace("a", "b")), 0, "error", "write the old id back"),
        (group(own=BREAK_GLASS), 0, "error", "write the old id back"),
        (group("membrs:\n  - x\n"), 3, "error", "the property `membrs`; did you mean `members`?"),
        (group("brandNew: 1\n"), 3, "error", "neither the catalog nor the last snapshot"),
        (group("newThing:\n  other: 1\n"), 4, "", ""),
    ],
)
def test_what_is_wrong_with_one_file(text: str, line: int, severity: str, words: str) -> None:
    found = [finding for finding in validate({SALES_PATH: text.encode()}, KNOWN) if words in finding.message]
    if not severity:  # inside a property of no known type nothing can be told
        assert found == []
        return
    assert found
    assert (found[0].line, found[0].severity) == (line, severity)


def test_the_schema_and_enum_values_count() -> None:
    wrong = (
        policy(BREAK_GLASS).replace("state: enabled", "state: enabld").replace("- All", "- All\n  clientAppTypes: all")
    )
    found = said({POLICY_PATH: wrong})
    assert [line for line in found if ":10:1: error" in line and "`enabld`; did you mean `enabled`?" in line]
    assert [line for line in found if ":7:3: error" in line and "write a list" in line]
    assert len(found) == 2
    newer = Known(KNOWN.index, texts=lambda kind: frozenset({"enabld"}) if kind == POLICIES else frozenset())
    assert len(said({POLICY_PATH: wrong}, newer)) == 1


@pytest.mark.parametrize(
    ("reference", "severity", "words"),
    [
        (f"{BREAK_GLASS}  # groups/Break-Glass.1c2a91c4", "", ""),
        (f"{BREAK_GLASS}  # groups/Sales.5a1e5000", "error", "the comment names another object"),
        (f"{BREAK_GLASS}  # groups/Board.1c2a91c4", "error", "names something that no snapshot has seen"),
        (f"{BREAK_GLASS}  # our break-glass group", "error", "put remarks on a line of their own"),
        (f"{BREAK_GLASS}  # unknown", "warning", "the next export writes"),
        (f"{BREAK_GLASS}  # gone: groups/Break-Glass.1c2a91c4", "warning", "the next export writes"),
        (f"{SALES}  # groups/Old-Sales.5a1e5000", "warning", "a former name"),
        (f"{BREAK_GLASS}  # groups/Old-Sales.5a1e5000", "error", "no snapshot has seen"),
        (UNKNOWN, "warning", "nothing is known of"),
        (f"{UNKNOWN}  # unknown", "warning", "nothing is known of"),
        (f"{UNKNOWN}  # groups/Break-Glass.1c2a91c4", "error", "names another object"),
        (f"{UNKNOWN}  # gone: groups/Boss.99999999", "error", "no snapshot has seen"),
        ("groups/Break-Glass.1c2a91c4", "", ""),
        ("groups/Break-Glass", "error", "did you mean `groups/Break-Glass.1c2a91c4`?"),
        ("groups/Break-Glas.1c2a91c4", "error", "did you mean `groups/Break-Glass.1c2a91c4`?"),
        ("groups/Nothing-Like-It", "error", "write the id, or add the file"),
        ("users/ada@contoso.com", "error", "is no address of groups"),
    ],
)  # fmt: skip
def test_a_reference_and_its_comment(reference: str, severity: str, words: str) -> None:
    found = validate({POLICY_PATH: policy(reference).encode()}, KNOWN)
    assert [finding.severity for finding in found] == ([severity] if severity else [])
    assert all(words in finding.message and finding.line == 4 for finding in found)


def test_an_address_that_fits_two_objects_is_ambiguous() -> None:
    twins = {UNKNOWN: "groups/Break-Glass.99999999", **ADDRESSES}
    (found,) = said({POLICY_PATH: policy("groups/Break-Glass")}, Known(Index(twins)))
    assert "ambiguous; write one of groups/Break-Glass.1c2a91c4, groups/Break-Glass.99999999" in found


def test_files_of_the_same_tree_know_each_other() -> None:
    new = {"groups/New.yaml": "displayName: New\n", POLICY_PATH: policy("groups/New")}
    assert said(new) == []
    back = {f"groups/99/Back.{UNKNOWN[:8]}.yaml": f"displayName: Back\nid: {UNKNOWN}\n"}
    named = policy(f"{UNKNOWN}  # groups/Back.99999999")
    assert [line for line in said({**back, POLICY_PATH: named}) if POLICY_PATH in line] == []


def test_a_permission_that_is_called_something_else() -> None:
    app = (
        "displayName: App\nrequiredResourceAccess:\n  - resourceAccess:\n      - id: {id}  # {said}\n"
        "        type: Role\n"
        "    resourceAppId: 00000003-0000-0000-c000-000000000000\n"
    )
    where = "applications/App.yaml"

    def about_line_4(text: str) -> list[str]:
        return [line for line in said({where: text}) if f"{where}:4" in line]

    assert about_line_4(app.format(id=READ_ALL, said="User.Read.All")) == []
    (lie,) = about_line_4(app.format(id=READ_ALL, said="Directory.ReadWrite.All"))
    assert f"error: {READ_ALL} is User.Read.All, and the comment says Directory.ReadWrite.All" in lie
    (claim,) = about_line_4(app.format(id=UNKNOWN, said="User.Read.All"))
    assert "error: no snapshot knows" in claim


def test_an_id_that_an_administrator_chooses_is_kept() -> None:
    where = "identity/conditionalAccess/authenticationContextClassReferences/c77.yaml"
    (line,) = said({where: "displayName: Secret\nid: c77\nisAvailable: true\n"})
    assert line.endswith("no snapshot knows the id c77; correct it, unless it is new")


@pytest.mark.parametrize("path", ["groups/copy.yaml", "groups/Z.yaml"])
def test_the_same_id_twice(path: str) -> None:
    copied = group(own=BREAK_GLASS)
    assert any(
        f"{path}:2:1: error" in line and f"already that of {GLASS_PATH}" in line for line in said({path: copied})
    )
    both = {SALES_PATH: group(), path: group()}
    assert [line for line in said(both) if "already that of" in line]
    moved = Known(KNOWN.index, former=KNOWN.former)
    assert not [line for line in said({path: group()}, moved) if "error" in line]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("groups/deep/down/x.yaml", "there is no kind groups/deep/down"),
        ("groups/README.md", "its name does not end in .yaml"),
        ("groups/x.yml", "its name does not end in .yaml"),
        ("identity/conditionalAccess/policy/x.yaml", f"did you mean `{POLICIES}`?"),
        ("group/x.yaml", "did you mean `groups`?"),
        ("Users/x.yaml", "did you mean `users`?"),
        ("snapshot.yml", "did you mean `snapshot.yaml`?"),
        ("entragit.yml", "did you mean `entragit.yaml`?"),
        ("snapshot.yaml", "only export writes the manifest"),
        ("README.md", ""),
        ("docs/notes.yaml", ""),
        (".github/workflows/ci.yml", ""),
    ],
)
def test_where_files_may_stand(path: str, words: str) -> None:
    found = said({path: "a: 1\n"})
    assert len(found) == bool(words)
    assert all(words in line and "error" in line for line in found)


def test_settings_are_checked() -> None:
    (found,) = said({"entragit.yaml": "tenant: 7f3c0000-0000-4000-8000-000000000000\nsharrd: {}\n"})
    assert found.startswith("entragit.yaml:2:1: error")


def test_findings_are_sorted_and_hostile_names_stay_data() -> None:
    nasty = "groups/\x1b[31m::error::.yaml"
    found = validate({nasty: b"a: &x 1\n", "groups/a.yaml": b"- 1\n"}, KNOWN)
    assert found == sorted(found)
    assert {finding.path for finding in found} == {nasty, "groups/a.yaml"}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    """A checked-out branch on the one snapshot of the small tenant."""
    made = Sides(tmp_path / "r")
    commit = made.commit({**BASE, "entragit.yaml": b"tenant: 7f3c0000-0000-4000-8000-000000000000\n"})
    update(made.repo, [Update(TENANT, commit, None), Update("refs/heads/main", commit, None)])
    made.repo.run("reset", "-q", "--hard", "main")
    return made


def advance(sides: Sides, commit: str) -> None:
    """Make a commit the last snapshot and what is checked out."""
    refs = (TENANT, "refs/heads/main")
    update(sides.repo, [Update(ref, commit, sides.repo.run("rev-parse", ref).decode().strip()) for ref in refs])
    sides.repo.run("reset", "-q", "--hard", "main")


def checked(sides: Sides) -> list[Finding]:
    return check(sides.repo)


def test_a_clean_checkout_has_no_findings(sides: Sides) -> None:
    assert checked(sides) == []
    (sides.path / "groups" / "5a").joinpath("Sales.5a1e5000.yaml").touch()
    assert checked(sides) == []


def test_only_what_differs_is_read(sides: Sides) -> None:
    bad = sides.commit({**BASE, SALES_PATH: b"a: &x 1\n"})
    advance(sides, bad)
    assert checked(sides) == []


def test_edits_that_are_not_committed_count(sides: Sides) -> None:
    (sides.path / SALES_PATH).write_text(group("membrs: []\n"))
    (sides.path / "groups" / "new.yaml").write_text("displayName: [\n")
    (sides.path / "ignored.yaml").write_text("a: &x 1\n")
    found = checked(sides)
    assert [finding.path for finding in found] == [SALES_PATH, "groups/new.yaml"]
    assert check(sides.repo, "HEAD") == []


def test_a_commit_is_checked_as_it_is(sides: Sides) -> None:
    head = sides.repo.run("rev-parse", "HEAD").decode().strip()
    tree = {**BASE, "entragit.yaml": b"tenant: 7f3c0000-0000-4000-8000-000000000000\n", SALES_PATH: b"a: &x 1\n"}
    edited = sides.commit(tree, head)
    (finding,) = check(sides.repo, edited)
    assert (finding.path, finding.line, finding.severity) == (SALES_PATH, 1, "error")
    assert checked(sides) == []


@pytest.mark.parametrize(("path", "words"), [(SALES_PATH, "a symbolic link"), (GLASS_PATH, "executable")])
def test_only_plain_files_are_documents(sides: Sides, path: str, words: str) -> None:
    file = sides.path / path
    if words == "executable":
        file.chmod(0o755)
    else:
        file.unlink()
        os.symlink("/etc/passwd", file)
    (finding,) = checked(sides)
    assert words in finding.message
    sides.repo.run("add", path)
    (finding,) = checked(sides)
    assert words in finding.message


def test_a_link_that_git_does_not_know_is_no_document(sides: Sides) -> None:
    os.symlink("/etc/passwd", sides.path / "groups" / "x.yaml")
    (finding,) = checked(sides)
    assert "a symbolic link" in finding.message


def test_bytes_that_are_no_text_and_files_that_are_too_large(sides: Sides) -> None:
    (sides.path / SALES_PATH).write_bytes(b"\xff\xfe")
    with (sides.path / GLASS_PATH).open("wb") as file:
        file.truncate(document.MAX_BYTES + 1)
    large, text = checked(sides)
    assert (large.path, text.path) == (GLASS_PATH, SALES_PATH)
    assert "at most" in large.message
    assert "UTF-8" in text.message


def test_the_manifest_is_only_exports_to_write(sides: Sides) -> None:
    manifest = sides.path / "snapshot.yaml"
    manifest.write_bytes(manifest.read_bytes() + b"# mine\n")
    assert ["only export" in finding.message for finding in checked(sides)] == [True]
    manifest.unlink()
    assert ["is gone" in finding.message for finding in checked(sides)] == [True]


def test_a_former_address_is_found_in_history(sides: Sides) -> None:
    old = sides.repo.run("rev-parse", "main").decode().strip()
    renamed = {**files(tenant(sales={"displayName": "Sales EMEA"})), "entragit.yaml": BASE.get("entragit.yaml", b"")}
    new = sides.commit(renamed, old)
    advance(sides, new)
    (sides.path / POLICY_PATH).write_text(policy(f"{SALES}  # groups/Sales.5a1e5000"))
    (finding,) = checked(sides)
    assert finding.severity == "warning"
    (sides.path / POLICY_PATH).write_text(policy(f"{SALES}  # groups/Salex.5a1e5000"))
    (finding,) = checked(sides)
    assert finding.severity == "error"


def test_what_the_last_snapshot_had_passes(sides: Sides) -> None:
    old = sides.repo.run("rev-parse", "main").decode().strip()
    new = sides.commit({**BASE, GLASS_PATH: BASE[GLASS_PATH] + b"newThing:\n  deep: 1\n"}, old)
    advance(sides, new)
    (sides.path / SALES_PATH).write_text(group("newThing:\n  deep: 2\nnewThin: 1\n"))
    assert [re.findall("`(.*)`; did", finding.message) for finding in checked(sides)] == [["newThin"]]


def test_before_the_first_export_every_file_is_checked(tmp_path: Path) -> None:
    sides = Sides(tmp_path / "new")
    (sides.path / "groups").mkdir()
    (sides.path / "groups" / "New.yaml").write_text("displayNam: x\n")
    (finding,) = [finding for finding in checked(sides) if "`displayNam`" in finding.message]
    assert "did you mean `displayName`?" in finding.message
