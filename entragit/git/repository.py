"""Finds a repository and runs Git in it, the same way whatever the user's configuration and environment say."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from entragit.errors import GitError
from entragit.git.lookup import COMMAND, Found, Lookup

if TYPE_CHECKING:
    from git import Repo

NAME, EMAIL = "entragit", "entragit@localhost"
"""Who commits, and who stands in the reflog."""

# What a user's configuration must not change. Line endings are not here: a checkout has to look as Git would write it.
OPTIONS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.filesRefLockTimeout": "10000",
    "core.packedRefsTimeout": "10000",
    "core.warnAmbiguousRefs": "false",
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "push.useForceIfIncludes": "false",
    "advice.detachedHead": "false",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
}
_OPTIONS = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]

# The first pattern that occurs in what Git said decides what the sentence advises.
ADVICE = (
    ("No space left on device", "the disk is full; free some space and run again"),
    ("Out of diskspace", "free some space and run again"),
    ("Disk quota exceeded", "the disk quota is used up; free some space and run again"),
    ("dubious ownership", "the repository belongs to another user; run `git config --global --add safe.directory DIR`"),
    ("index.lock", "another git command is running there; wait for it and run again, or remove a stale index.lock"),
    (".lock': File exists", "another git command holds that ref; wait for it and run again, or remove a stale lock"),
    ("' exists; cannot create", "a branch of that name is in the way; rename it with `git branch -m` and run again"),
    ("Not a valid object name", "there is no such commit; look at `git log --all` and fetch what is missing"),
    ("bad revision", "there is no such commit; look at `git log --all` and fetch what is missing"),
    ("Permission denied", "this user may not write there; fix the permissions and run again"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """How one git command ended: exit status, standard output, standard error."""

    status: int
    out: bytes
    error: str

    @property
    def first_line(self) -> str:
        """The first line on standard error, without Git's prefix; control characters removed."""
        line = next((line for line in self.error.splitlines() if line.strip()), f"exit status {self.status}")
        clean = "".join(c if c.isprintable() else " " for c in line)
        return clean.removeprefix("fatal: ").removeprefix("error: ").strip()


@dataclass(frozen=True, slots=True)
class Repository:
    """One work tree of a repository, or a bare repository.

    `path`: the top of the work tree, or the git directory of a bare repository. `git_dir`: the work tree's own git
    directory. `common_dir`: the git directory that all work trees share. `object_format`: "sha1" or "sha256".
    """

    path: Path
    git_dir: Path
    common_dir: Path
    bare: bool
    object_format: str
    repo: Repo = field(repr=False, compare=False)
    _lookup: Lookup = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Let all lookups share one process, which ends with this object: it must not hold the object itself."""
        begin = partial(_spawned, self.repo.git, COMMAND, self._environment(), subprocess.PIPE)
        object.__setattr__(self, "_lookup", Lookup(begin))

    @property
    def zero(self) -> str:
        """The id that stands for "no object"."""
        return "0" * (64 if self.object_format == "sha256" else 40)

    def attempt(self, *args: str, input: bytes | None = None, env: Mapping[str, str] | None = None) -> Result:  # noqa: A002 subprocess's own word
        """Run `git args` and return how it ended. `input` goes to its standard input, of any size."""
        with buffered(input) as stream:
            return _execute(self.repo.git, args, {**self._environment(), **(env or {})}, stream)

    def run(self, *args: str, input: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:  # noqa: A002 as above
        """Run `git args` and return its standard output; raises GitError with Git's first line of complaint."""
        result = self.attempt(*args, input=input, env=env)
        if result.status:
            raise failure(args, result)
        return result.out

    def find(self, name: str) -> Found | None:
        """The object that an id or a full ref names (see `Lookup.find`); for many use `objects.read_objects`."""
        return self._lookup.find(name)

    @contextmanager
    def start(self, *args: str, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
        """Start `git args`, yield its standard output, and end it when the reader has had enough."""
        process = self.spawn(*args, stdin=stdin)
        try:
            yield process.stdout
        finally:
            process.stdout.close()
            process.stderr.close()
            process.proc.wait()

    def spawn(self, *args: str, stdin: int | BinaryIO | None) -> Any:
        """Start `git args` as GitPython's process, which is ended when nobody holds it any more."""
        return _spawned(self.repo.git, args, self._environment(), stdin)

    def _environment(self) -> dict[str, str]:
        """What must hold even if we run inside a git hook, which sets these for another repository or index."""
        places = {"GIT_DIR": str(self.git_dir), "GIT_INDEX_FILE": str(self.git_dir / "index")}
        if not self.bare:
            places["GIT_WORK_TREE"] = str(self.path)
        return {**places, **_PERSON, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_LITERAL_PATHSPECS": "1"}


_PERSON = {
    "GIT_AUTHOR_NAME": NAME,
    "GIT_AUTHOR_EMAIL": EMAIL,
    "GIT_COMMITTER_NAME": NAME,
    "GIT_COMMITTER_EMAIL": EMAIL,
}


def failure(args: tuple[str, ...], result: Result) -> GitError:
    """The sentence for a git command that failed: what, why, next step."""
    advice = next((advice for pattern, advice in ADVICE if pattern in result.error), "")
    return GitError(f"`git {args[0]}` failed: {result.first_line}" + (f"; {advice}" if advice else ""))


def open_repository(path: Path | str) -> Repository:
    """The repository that `path` lies in: a work tree, a linked work tree or a bare repository.

    Raises GitError where there is none, where git is missing, or where Git does not trust its owner.
    """
    git = _gitpython()
    try:
        repo = git.Repo(Path(path).absolute(), search_parent_directories=True, expand_vars=False)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        raise GitError(f"{path} is not in a Git repository; create one with `entragit init DIR --tenant ID`") from None
    # Git checks who owns a repository only when it finds it by itself, so the first call does without our GIT_DIR.
    _checked(repo.git, ("rev-parse", "--git-dir"), {})
    facts = _checked(
        repo.git, ("rev-parse", "--show-object-format", "--git-common-dir"), {"GIT_DIR": str(repo.git_dir)}
    )
    object_format, common = os.fsdecode(facts).split("\n")[:2]
    top = Path(repo.working_tree_dir or repo.git_dir)
    common_dir = Path(os.path.normpath(Path(repo.working_dir) / common))
    return Repository(top, Path(repo.git_dir), common_dir, repo.working_tree_dir is None, object_format, repo)


def init_repository(path: Path | str, branch: str = "main") -> Repository:
    """Make `path` (created if needed) a new repository whose HEAD is the unborn `branch`; no templates, no hooks."""
    git = _gitpython()
    folder = Path(path).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GitError(f"{path} can't be created: {error.strerror}; choose another folder") from None
    args = ("init", "--quiet", "--template=", f"--initial-branch={branch}", str(folder))
    _checked(git.Git(folder), args, {})
    return open_repository(path)


def private_dir(repo: Repository) -> Path:
    """`<common git dir>/entragit`, for this user alone; created if needed."""
    path = repo.common_dir / "entragit"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise GitError(f"{path} can't be created: {error.strerror}; fix the permissions or free some space") from None
    return path


def _checked(git: Any, args: tuple[str, ...], env: Mapping[str, str]) -> bytes:
    result = _execute(git, args, env, None)
    if result.status:
        raise failure(args, result)
    return result.out


def _gitpython() -> Any:
    """GitPython. Importing it runs `git version`, so that is where a missing git shows."""
    try:
        import git
    except ImportError as error:
        raise GitError(f"git can't be run ({str(error).splitlines()[0]}); install Git 2.34 or later") from None
    return git


def _spawned(git: Any, args: tuple[str, ...], env: Mapping[str, str], stdin: int | BinaryIO | None) -> Any:
    return git.execute(["git", *_OPTIONS, *args], istream=stdin, as_process=True, env=env)


def _execute(git: Any, args: tuple[str, ...], env: Mapping[str, str], stream: BinaryIO | None) -> Result:
    """Run `git args` with a GitPython runner and hand back all that it said."""
    try:
        status, out, error = git.execute(
            ["git", *_OPTIONS, *args],
            istream=stream,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            env=env,
        )
    except _gitpython().GitCommandNotFound:
        raise GitError("git can't be run: it is not on the PATH; install Git 2.34 or later") from None
    return Result(status, out or b"", error)


@contextmanager
def buffered(data: bytes | None) -> Iterator[BinaryIO | None]:
    """`data` as a file at its start: no pipe, so no deadlock, whatever its size."""
    if data is None:
        yield None
        return
    with tempfile.TemporaryFile() as stream:
        try:
            stream.write(data)
            stream.seek(0)
        except OSError as error:
            raise GitError(f"git's input can't be buffered: {error.strerror}; free some space and run again") from None
        yield stream
