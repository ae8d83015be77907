"""A repository with three sides, each one file per resource, as the drift tests need it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from entragit import document, layout, manifest
from entragit.git.commit import commit_tree_changes
from entragit.git.repository import Repository, open_repository
from entragit.layout import Index
from entragit.manifest import FORMATS, Manifest
from entragit.model import Body, Coverage
from entragit.planner import drift
from entragit.references import notes
from entragit.render.report import Report
from entragit.resources.catalog import CATALOG

TENANT = "7f3c0000-0000-4000-8000-000000000000"
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
ALL = Coverage(FORMATS[max(FORMATS)])
POLICIES = "identity/conditionalAccess/policies"
BREAK_GLASS = "1c2a91c4-0000-4000-8000-000000000001"
SALES = "5a1e5000-0000-4000-8000-000000000002"
ADA = "ada00000-0000-4000-8000-000000000003"
EVE = "e7e00000-0000-4000-8000-000000000004"
CA001 = "0b1c2d3e-0000-4000-8000-000000000005"

Tree = Mapping[str, bytes]


def tenant(**changes: Mapping[str, Any] | None) -> dict[str, list[Body]]:
    """A small tenant: kind → bodies. `sales={"members": [ADA]}` changes one resource, None leaves it out."""
    bodies: dict[str, tuple[str, Body]] = {
        "glass": ("groups", {"id": BREAK_GLASS, "displayName": "Break Glass", "members": [ADA]}),
        "sales": ("groups", {"id": SALES, "displayName": "Sales", "members": [ADA, EVE]}),
        "ada": ("users", {"id": ADA, "userPrincipalName": "ada@contoso.com", "accountEnabled": True}),
        "eve": ("users", {"id": EVE, "userPrincipalName": "eve@contoso.com", "accountEnabled": True}),
        "ca001": (
            POLICIES,
            {
                "id": CA001,
                "displayName": "CA001: Require MFA",
                "state": "enabled",
                "conditions": {"users": {"includeUsers": ["All"], "excludeGroups": [BREAK_GLASS]}},
            },
        ),
    }
    found: dict[str, list[Body]] = {}
    for name, (kind, body) in bodies.items():
        change = changes.get(name, {})
        if change is not None:
            found.setdefault(kind, []).append({k: v for k, v in {**body, **change}.items() if v is not None})
    return found


def files(bodies: Mapping[str, list[Body]], coverage: Coverage = ALL, gone: Mapping[str, str] | None = None) -> Tree:
    """The tree that an export would write."""
    ids: dict[str, str] = {}
    for kind, items in bodies.items():
        title = CATALOG[kind].title
        ids |= layout.addresses(CATALOG[kind], ((str(b["id"]), str(b.get(title, ""))) for b in items))
    index = Index(ids, gone=gone or {})
    tree = {manifest.PATH: manifest.emit(Manifest(max(FORMATS), TENANT, coverage))}
    for kind, items in bodies.items():
        for body in items:
            path = layout.path_of(CATALOG[kind], ids[body["id"]], body["id"], CATALOG[kind].sharded)
            tree[path] = document.emit(body, notes(CATALOG[kind], body, index))
    return tree


@dataclass
class Sides:
    """A new repository; `commit` makes commits of whole trees, `drift` compares."""

    path: Path
    repo: Repository = field(init=False)

    def __post_init__(self) -> None:
        subprocess.run(["git", "init", "-q", "-b", "main", self.path], check=True)
        self.repo = open_repository(self.path)

    def commit(self, tree: Tree, *parents: str) -> str:
        changes = list(tree.items())
        return commit_tree_changes(
            self.repo, parents=parents, base=None, changes=changes, deletes=(), message="m", when=WHEN
        ).id

    def drift(
        self, base: Tree, desired: Tree, actual: Tree, covered: Coverage = ALL, index: Index | None = None
    ) -> Report:
        """Compare three trees."""
        old = self.commit(base)
        return drift(self.repo, old, self.commit(desired, old), changed(base, actual), covered, TENANT, index)


def changed(base: Tree, actual: Tree) -> dict[str, bytes | None]:
    """What differs, as an export would write it."""
    return {path: actual.get(path) for path in base.keys() | actual.keys() if base.get(path) != actual.get(path)}
