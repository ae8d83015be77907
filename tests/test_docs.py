"""The pages for people say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from entragit.permissions import reading
from entragit.resources.catalog import CATALOG
from entragit.resources.coverage import markdown
from entragit.resources.metadata import navigation
from entragit.resources.uncovered import UNCOVERED

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("examples/**/*.md")]
)
COVERAGE = ROOT / "docs" / "coverage.md"


def test_the_page_of_what_is_covered_is_fresh() -> None:
    assert COVERAGE.read_text(encoding="utf-8") == markdown(), "docs/coverage.md is stale; run `make docs`"


def test_it_names_every_permission_and_every_relationship_of_graph() -> None:
    named = set(re.findall(r"`([^`]+)`", markdown()))
    assert named >= set(reading())
    for kind in CATALOG.values():
        assert named >= {kind.kind, *navigation(kind.type), *(relation.name for relation in kind.relations)}


def test_nothing_is_covered_and_not_covered_at_once() -> None:
    assert not {path for path, _, _ in UNCOVERED} & CATALOG.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []
