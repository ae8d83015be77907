"""examples/tenant-repo is what an export makes now, and holds what the format promises."""

from __future__ import annotations

import pytest
from example import FOLDER, export, stored, tree
from worlds import World

from entragit import document, manifest, schema, settings
from entragit.checker.memory import remembered
from entragit.git.repository import open_repository
from entragit.layout import address_of
from entragit.normalize import normalize
from entragit.references import notes
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG, FORMAT
from entragit.sandbox.server import Sandbox
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
    assert set(RESOURCES.values()) == CATALOG.keys()


def test_the_other_files_are_those_that_the_specification_names() -> None:
    assert FILES.keys() - RESOURCES.keys() == {".gitattributes", manifest.PATH, settings.PATH}
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
