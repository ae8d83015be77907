"""examples/tenant-repo is what an export makes now, and holds what the format promises."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from example import FOLDER, README, export, stored, tree
from worlds import World

from entragit import document, manifest, schema, settings
from entragit.checker.memory import remembered
from entragit.git.repository import open_repository
from entragit.layout import address_of
from entragit.normalize import normalize
from entragit.references import notes
from entragit.resources.base import Context
from entragit.resources.catalog import ASKED, CATALOG, FORMAT
from entragit.sandbox.server import Sandbox
from entragit.streams import resource_of
from entragit.validate import Known, validate

FILES = stored()
RESOURCES = {path: found[0] for path in FILES if (found := address_of(path, CATALOG))}


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    return export(sandbox, tmp_path_factory.mktemp("example") / "company")


@pytest.fixture(scope="module")
def known(company: World) -> Known:
    """What the snapshot's ids are called, as `validate` learns it: from the files alone."""
    return remembered(open_repository(company.place), "entragit/tenant", {})


def test_it_is_what_an_export_makes(company: World) -> None:
    made = tree(company)
    different = sorted(path for path in made.keys() | FILES.keys() if made.get(path) != FILES.get(path))
    assert different == [], f"{FOLDER} is stale; run `make examples`"


def test_every_kind_is_there() -> None:
    assert set(RESOURCES.values()) == CATALOG.keys() - ASKED


def test_the_other_files_are_those_that_the_specification_names() -> None:
    streams = {path for path in FILES if resource_of(path, CATALOG) in RESOURCES}
    assert {path.rpartition(".")[2] for path in streams} == {"css", "ico", "jpg", "png"}
    assert FILES.keys() - RESOURCES.keys() - streams == {".gitattributes", manifest.PATH, settings.PATH}
    assert manifest.parse(FILES[manifest.PATH]).format == FORMAT
    assert settings.parse(FILES[settings.PATH]).tenant == manifest.parse(FILES[manifest.PATH]).tenant_id


def test_validate_has_nothing_to_say_but_of_what_is_unknown(known: Known) -> None:
    files = {path: FILES[path] for path in [*RESOURCES, settings.PATH]}
    findings = [finding for finding in validate(files, known) if "nothing is known of" not in finding.message]
    assert findings == []


def test_every_file_is_canonical(known: Known) -> None:
    """Body and comments follow from the file itself: read, normalized again and written, it has the same bytes."""
    tenant = Context(settings.parse(FILES[settings.PATH]).tenant)
    for path, kind in RESOURCES.items():
        body = document.parse(FILES[path], path)
        assert schema.check(CATALOG[kind], body) == [], path
        assert normalize(CATALOG[kind], body, tenant) == body, path
        assert document.emit(body, notes(CATALOG[kind], body, known.index)) == FILES[path], path


SPECIFICATION = README.read_text(encoding="utf-8")


def test_the_specification_quotes_files_as_they_are() -> None:
    """A block of YAML names its file in the first line, and "# …" stands for lines left out."""
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", SPECIFICATION, re.DOTALL)
    assert len(blocks) == SPECIFICATION.count("```yaml")
    for path, block in blocks:
        rest = FILES[path].decode()
        for part in block.split("# …\n"):
            assert part in rest, (path, part)
            rest = rest.partition(part)[2]


def test_the_specification_s_tables_show_what_is_there() -> None:
    lines = {line.strip() for path in RESOURCES for line in FILES[path].decode().splitlines()}
    shown = [quote for cell in cells_in_this_folder() for quote in re.findall(r"`([^`]+)`", cell)]
    assert len(shown) > 20
    assert [quote for quote in shown if quote not in (FILES if quote.endswith(".yaml") else lines)] == []


def cells_in_this_folder() -> list[str]:
    """The cells of the columns "in this folder", which are the last."""
    tables = re.findall(r"^\|.*\| in this folder \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", SPECIFICATION, re.MULTILINE)
    return [row.strip("|").rpartition("|")[2] for table in tables for row in table.splitlines()]


def test_the_specification_says_where_each_fact_has_its_home() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", SPECIFICATION.partition("## 5.")[2], re.MULTILINE)
    home = {kind: set(re.findall(r"`(\w+)`", said)) for cell, said in rows for kind in re.findall("`(.*?)`", cell)}
    for kind in CATALOG.values():
        assert home.get(kind.kind, set()) == {relation.name for relation in kind.relations}


def test_the_specification_names_each_key_and_each_reason() -> None:
    keys = {"kinds" if item.name == "excluded" else item.name for item in fields(settings.Settings)} - {"guards"}
    keys |= {f"guards.{item.name}" for item in fields(settings.Guards)}
    assert set(re.findall(r"^\| `([\w.]+)` \|", SPECIFICATION.partition("## 9.")[2], re.MULTILINE)) == keys
    assert all(f"| `{reason}" in SPECIFICATION for reason in (*manifest.NO_FAULT, manifest.FAILED, manifest.NEEDS))


def test_the_specification_is_short() -> None:
    assert len(SPECIFICATION.splitlines()) < 390
