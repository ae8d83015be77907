"""Validates a work tree or a commit against the snapshot that it stands on.

`changes`: what differs from that snapshot; `memory`: what the snapshots know.
"""

from __future__ import annotations

from entragit import manifest
from entragit.checker.changes import Changed, contents, in_commit, in_work_tree
from entragit.checker.memory import remembered
from entragit.checker.sidecars import beside
from entragit.git.history import base
from entragit.git.objects import list_tree
from entragit.git.refs import resolve
from entragit.git.repository import Repository
from entragit.publisher.protected import tenant_tip
from entragit.resources.catalog import ROOTS
from entragit.validate import Finding, validate


def check(repo: Repository, commit: str | None = None) -> list[Finding]:
    """What is wrong with the files of a commit or, without one, with those that are checked out; sorted.

    Only files that aren't the snapshot's are read. Raises IncompleteError where a shallow clone hides the snapshot,
    GitError where Git fails.
    """
    tip = tenant_tip(repo)
    head = commit or resolve(repo, "HEAD")
    stands_on = base(repo, head, tip, ROOTS) if head and tip else None
    files = list_tree(repo, stands_on) if stands_on else {}
    # Without a manifest it is what the first export stood on, and no snapshot: all files are somebody's own.
    snapshot = stands_on if manifest.PATH in files else None
    changes = list(in_commit(repo, snapshot, commit) if commit else in_work_tree(repo, snapshot))
    read = dict(contents(repo, changes))
    findings = [result for result in read.values() if isinstance(result, Finding)]
    if Changed(manifest.PATH, None) in changes:
        message = "the manifest is gone; take it back with `git checkout`"
        findings.append(Finding(manifest.PATH, 0, 0, "error", message))
    if not changes:
        return findings
    touched = {change.path for change in changes}
    kept = {path: entry for path, entry in files.items() if path not in touched} if snapshot else {}
    known = remembered(repo, tip, kept)
    findings += beside(repo, {**dict.fromkeys(touched - read.keys()), **read}, kept)
    return sorted([*findings, *validate({path: data for path, data in read.items() if isinstance(data, bytes)}, known)])
