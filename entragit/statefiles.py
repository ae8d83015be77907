"""How the state is stored: the tree of canonical JSON at `entragit/state`, one file per part.

state.json     format, branch, remote       idmap.json  old object id → new object id
authored.json  path → commit → object id    delta.json  kind → {snapshot, link}
run.json       the last complete run        lease.json  the apply that holds the tenant
plan.json      the plan of that apply       begun.json  {plan, others}, once it may have made something
audit/<run>.json  one record per apply

Keys are sorted, one per line, so that Git's own merge and diff are readable; so is an operation with its result. An
empty part has no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from entragit.errors import GitError, RefusedError
from entragit.git.objects import FILE, list_tree, read_blobs
from entragit.git.repository import Repository
from entragit.state import AuditRecord, Authored, Begun, DeltaLink, Lease, Run, State

FORMAT = 1
"""Rises when an older entragit could not read or merge the state without losing something."""

AUDIT = "audit/"

PAIR = re.compile(r'\[\n +("(?:[^"\\]|\\.)*"),\n +("(?:[^"\\]|\\.)*")\n +\]')
"""A list of two strings, as json.dumps lays it out; no string holds a line feed."""

Files = dict[str, bytes]


def load(repo: Repository, commit: str | None) -> State:
    """The state at `commit`; None: nothing is recorded yet.

    Raises GitError where it is damaged, RefusedError where a newer entragit wrote it.
    """
    if commit is None:
        return State()
    entries = list_tree(repo, commit)
    strange = sorted(path for path, entry in entries.items() if entry.mode != FILE)
    if strange:
        raise _damaged(strange[0], "is no plain file")
    blobs = dict(read_blobs(repo, {entry.id for entry in entries.values()}))
    return parse({path: blobs[entry.id] for path, entry in entries.items()})


def changes(old: State | None, new: State) -> Iterator[tuple[str, bytes | None]]:
    """(path, content) of the files that differ from `old` (None: no file yet) to `new`; None deletes."""
    before, after = files(old) if old else {}, files(new)
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield path, after.get(path)


def files(state: State) -> Files:
    """The files that hold `state`."""
    authored: dict[str, dict[str, str]] = {}
    for file, id_ in state.authored.items():
        authored.setdefault(file.path, {})[file.commit] = id_
    parts = {
        "state.json": {"format": FORMAT, "branch": state.branch, "remote": state.remote},
        "idmap.json": dict(state.id_map),
        "authored.json": authored,
        "delta.json": {kind: asdict(link) for kind, link in state.delta.items()},
        "run.json": asdict(state.run) if state.run else None,
        "lease.json": asdict(state.lease) if state.lease else None,
        "plan.json": dict(state.plan) if state.plan else None,
        "begun.json": asdict(state.begun) if state.begun else None,
        **{f"{AUDIT}{run}.json": _told(record) for run, record in state.audit.items()},
    }
    return {path: _emit(part) for path, part in parts.items() if part}


def _told(record: AuditRecord) -> dict[str, Any]:
    """A record without the keys that are of no use in it."""
    return {name: value for name, value in asdict(record).items() if value or name != "allowed"}


def _emit(part: object) -> bytes:
    # Paths of files may hold bytes that are no UTF-8, which Python keeps as lone surrogates.
    text = json.dumps(part, indent=1, sort_keys=True, ensure_ascii=False)
    return PAIR.sub(r"[\1, \2]", text).encode(errors="surrogatepass") + b"\n"


def parse(stored: Mapping[str, bytes]) -> State:
    """The state that these files hold; raises as `load` does."""
    parts = {path: _read(path, data) for path, data in sorted(stored.items())}
    if "state.json" not in parts:
        raise _damaged("state.json", "is missing")
    head = parts.pop("state.json")
    _check_format(head)
    audit = {path: parts.pop(path) for path in list(parts) if path.startswith(AUDIT)}
    state = State(
        branch=_text("state.json", head, "branch"),
        remote=_text("state.json", head, "remote") if head.get("remote") is not None else None,
        id_map=_texts("idmap.json", parts.pop("idmap.json", {})),
        authored=_authored("authored.json", parts.pop("authored.json", {})),
        delta=_each("delta.json", parts.pop("delta.json", {}), lambda path, part: _record(path, part, DeltaLink)),
        run=_record("run.json", parts.pop("run.json"), Run, ("time",)) if "run.json" in parts else None,
        lease=_lease("lease.json", parts.pop("lease.json")) if "lease.json" in parts else None,
        plan=parts.pop("plan.json", None),
        begun=_begun("begun.json", parts.pop("begun.json")) if "begun.json" in parts else None,
        audit={path.removeprefix(AUDIT).removesuffix(".json"): _audit(path, part) for path, part in audit.items()},
    )
    understood = files(state)
    for path in stored:
        # Whoever repairs a file by hand need not lay it out as we do.
        if path not in understood or _read(path, stored[path]) != _read(path, understood[path]):
            raise _damaged(path, "holds something that entragit doesn't write")
    return state


def _check_format(head: Mapping[str, Any]) -> None:
    found = head.get("format")
    if type(found) is not int or found < 1:
        raise _damaged("state.json", "names no format")
    if found > FORMAT:
        raise RefusedError(f"entragit/state has format {found}, this entragit knows {FORMAT}; upgrade it and run again")


def _read(path: str, data: bytes) -> dict[str, Any]:
    try:
        part = json.loads(data, parse_constant=_constant, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"is no JSON ({error})") from None
    if not isinstance(part, dict):
        raise _damaged(path, "is no object")
    return part


def _constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


Part = TypeVar("Part")
Record = TypeVar("Record", DeltaLink, Run, Lease)


def _each(path: str, part: Mapping[str, Any], read: Callable[[str, Any], Part]) -> dict[str, Part]:
    return {name: read(path, value) for name, value in part.items()}


def _text(path: str, part: Any, name: str, *, may_be_empty: bool = False) -> str:
    text = part.get(name) if isinstance(part, dict) else None
    if not isinstance(text, str) or not (text or may_be_empty):
        raise _damaged(path, f"has no text under {name!r}")
    return text


def _texts(path: str, part: Any) -> dict[str, str]:
    if not isinstance(part, dict):
        raise _damaged(path, "has no object where it must have one")
    return {name: _text(path, part, name) for name in part}


def _authored(path: str, part: Mapping[str, Any]) -> dict[Authored, str]:
    return {Authored(file, commit): id_ for file in part for commit, id_ in _texts(path, part[file]).items()}


def _record(path: str, part: Any, kind: type[Record], times: tuple[str, ...] = ()) -> Record:
    record = kind(**{field.name: _text(path, part, field.name) for field in fields(kind)})
    for name in times:
        _check_time(path, getattr(record, name))
    return record


def _lease(path: str, part: Any) -> Lease:
    return _record(path, part, Lease, ("start", "expiry"))


def _begun(path: str, part: Mapping[str, Any]) -> Begun:
    others = part.get("others")
    if not isinstance(others, dict) or not all(_is_texts(ids) for ids in others.values()):
        raise _damaged(path, "has no lists of ids under 'others'")
    return Begun(_text(path, part, "plan"), {key: tuple(ids) for key, ids in others.items()})


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(type(text) is str for text in value)


def _check_time(path: str, text: str) -> None:
    try:
        aware = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise _damaged(path, f"has {text!r} for a time")


def _audit(path: str, part: Mapping[str, Any]) -> AuditRecord:
    results = part.get("results")
    pairs = [tuple(pair) for pair in results if isinstance(pair, list)] if isinstance(results, list) else []
    if not isinstance(results, list) or not all(len(p) == 2 and all(type(t) is str for t in p) for p in pairs):
        raise _damaged(path, "has no list of results")
    who, why, plan, start = (_text(path, part, n, may_be_empty=n == "why") for n in ("who", "why", "plan", "start"))
    allowed = part.get("allowed", [])
    if not _is_texts(allowed):
        raise _damaged(path, "has no list of what was allowed")
    return AuditRecord(who, why, plan, start, tuple(pairs), tuple(allowed))


def _damaged(path: str, what: str) -> GitError:
    return GitError(
        f"{path} at entragit/state {what}; find the last good commit with `git log entragit/state` and commit that "
        "file again on top"
    )
