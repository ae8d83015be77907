"""Drift: the tenant read once more, and held against what Git asks for and the snapshot that both stand on."""

from __future__ import annotations

import asyncio

from entragit import planner
from entragit.errors import GitError
from entragit.git.history import base as base_of
from entragit.git.refs import resolve
from entragit.git.repository import Repository
from entragit.kept import last_manifest
from entragit.publisher.protected import tenant_tip
from entragit.reading import Tools, protected_settings, read, spooled
from entragit.render.report import Report
from entragit.rendering import render
from entragit.resources.base import Context
from entragit.resources.catalog import ROOTS


def drift(repo: Repository, ref: str, tools: Tools) -> Report:
    """How the tenant and the commit that `ref` names differ from the snapshot that `ref` stands on.

    Nothing is written: not to the tenant, and of the repository no ref, file or commit. Raises GitError where there
    is no such commit or no snapshot yet, IncompleteError where a shallow clone hides the snapshot, RefusedError for
    another tenant's snapshot.
    """
    desired = resolve(repo, ref)
    if desired is None:
        raise GitError(f"there is no commit {ref}; look at `git log --all` and fetch what is missing")
    base = _base(repo, desired)
    # Of the protected branch: a pull request must not decide what its own drift leaves out.
    settings = protected_settings(repo)
    last_manifest(repo, base, settings.tenant)  # before anything is read for nothing
    with spooled(repo) as spool:
        asyncio.run(read(settings, spool, tools))
        rendered = render(repo, base, spool, settings.shard, Context(settings.tenant))
        coverage = spool.coverage()
        return planner.drift(repo, base, desired, dict(rendered.changes), coverage, settings.tenant, rendered.index)


def _base(repo: Repository, desired: str) -> str:
    tenant = tenant_tip(repo)
    base = base_of(repo, desired, tenant, ROOTS) if tenant else None
    if base is None:
        raise GitError("there is no snapshot to compare with yet; take one with `entragit export`")
    return base
