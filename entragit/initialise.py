"""Makes a tenant repository: the first commit of the branch, and the state that records branch and remote.

`entragit init` works on a new folder, on an empty clone and on a repository that has other files already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from entragit.errors import RefusedError
from entragit.git.commit import ENTRAGIT, Identity, commit_tree_changes
from entragit.git.lock import exclusive
from entragit.git.objects import top_level
from entragit.git.refs import STATE, TENANT, Update, local, remote_of, resolve, tracking, update
from entragit.git.repository import Repository, init_repository, open_repository
from entragit.git.worktree import finish_half_done
from entragit.publisher.moving import Move, discarded, head_branch, move, plan_move
from entragit.state import State
from entragit.statefiles import changes

SETTINGS = "entragit.yaml"
DEFAULT_BRANCH = "main"

ATTRIBUTES = b"""\
# What Git writes here on any machine is what it stores, so that files can be compared byte by byte.
/organization/branding/** -text
*.yaml text eol=lf
"""


def initialise(
    path: Path | str,
    files: Mapping[str, bytes],
    when: datetime,
    *,
    branch: str | None = None,
    author: Identity = ENTRAGIT,
) -> Repository:
    """Make `path` a tenant repository whose branch gets one commit with `files` (entragit.yaml among them).

    `path`: a folder, created if needed, with a repository of its own or none. A file of `files` that the branch has
    already stays as it is. `branch`: None takes the one that HEAD is on, "main" in a new repository. `when`: the
    commits' time. The remote that there is now is recorded; a later one is found by `remote_of`. Nothing is pushed.
    Raises RefusedError where entragit.yaml or entragit's refs exist already, or a file is in the way.
    """
    repo = _open(Path(path), branch or DEFAULT_BRANCH)
    with exclusive(repo):
        finish_half_done(repo)
        name = branch or head_branch(repo) or DEFAULT_BRANCH
        tip, remote = resolve(repo, local(name)), remote_of(repo, None)
        there = top_level(repo, tip) if tip else {}
        _check(repo, remote, there, name)
        first = commit_tree_changes(
            repo,
            parents=[tip] if tip else [],
            base=tip,
            changes=[(n, data) for n, data in {".gitattributes": ATTRIBUTES, **files}.items() if n not in there],
            message="Set up the tenant repository",
            when=when,
            author=author,
        )
        planned = plan_move(repo, name, tip, first.id)
        if not isinstance(planned, Move):
            update(repo, discarded([first]), "entragit: init refused")
            raise RefusedError(planned)
        recorded = changes(None, State(branch=name, remote=remote))
        state = commit_tree_changes(
            repo, parents=[], base=None, changes=recorded, message="Record branch and remote", when=when
        )
        move(repo, [Update(STATE, state.id, None), *discarded([first, state])], planned, "entragit: init")
    return repo


def _open(path: Path, branch: str) -> Repository:
    """The repository of `path` itself, not one that it lies in."""
    if (path / ".git").exists() or (path / "HEAD").is_file():
        return open_repository(path)
    return init_repository(path, branch)


def _check(repo: Repository, remote: str | None, there: Mapping[str, object], branch: str) -> None:
    """Refuse what is a tenant repository already, here or as last fetched."""
    refs = [STATE, TENANT, *(tracking(remote, ref) for ref in (STATE, TENANT) if remote)]
    found = next((ref for ref in refs if resolve(repo, ref)), None) or (SETTINGS if SETTINGS in there else None)
    if found:
        raise RefusedError(
            f"{repo.path} is a tenant repository already (it has {found}); run `entragit export` there, or choose "
            f"another folder than that of {branch}"
        )
