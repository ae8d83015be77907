"""A plan as a file: JSON that says everything of it, and a digest by which a changed one is told.

Where nothing is there, a key is left out: an edit without `before` adds, one without `after` takes away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from entragit.canonical import canonical_json
from entragit.errors import DocumentError, RefusedError
from entragit.model import ABSENT, Edit, Gap
from entragit.plan import FORMAT, Change, Entry, Finding, Freed, Plan
from entragit.planschema import ACTIONS, CHANGE, EDIT, ENTRY, FINDING, FREED, GAP, MODES, ORIGINS, PLAN, SIDES
from entragit.strict import Place, Value

T = TypeVar("T")

DIGEST = "digest"


def to_json(plan: Plan) -> str:
    """The plan as a JSON object, ASCII, keys sorted, ending with a line feed; the same plan, the same text."""
    shape = to_body(plan)
    # A runner of GitHub Actions takes "##[" for a command wherever it stands in a line.
    return json.dumps(shape, indent=2, sort_keys=True).replace("##[", r"#\u0023[") + "\n"


def from_json(data: bytes | str, path: str = "plan.json") -> Plan:
    """The plan in `data`; `path` is for messages.

    Raises DocumentError for what is no plan, RefusedError for a plan that was changed after it was made or that a later
    version of entragit wrote.
    """
    body = _parsed(data, path)

    def fail(place: Place, message: str) -> NoReturn:
        where = ".".join(map(str, place))
        raise DocumentError(f"{where}: {message}" if where else message, path)

    top = Value(body, (), fail)
    number = top.entries().get("format")
    if number and type(number.value) is int and number.value > FORMAT:
        raise RefusedError(f"{path} has format {number.value}, this entragit knows {FORMAT}; upgrade it and run again")
    found = top.record(PLAN, required=PLAN)
    plan = _plan(found)
    if found[DIGEST].value != digest(plan):
        raise RefusedError(f"{path} isn't the plan that was made: its digest differs; make it again with --out")
    return plan


def digest(plan: Plan) -> str:
    """The SHA-256 of all that a plan says, 64 hexadecimal digits."""
    return _digest(_content(plan))


def to_body(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values, with its digest."""
    content = _content(plan)
    return {**content, DIGEST: _digest(content)}


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content).encode(errors="surrogatepass")).hexdigest()


def _content(plan: Plan) -> dict[str, Any]:
    return {
        "format": plan.format,
        "tenant": plan.tenant_id,
        "commit": plan.commit,
        "base": plan.base,
        "mode": plan.mode,
        "selection": list(plan.selection),
        "prune": list(plan.prune),
        "enable": list(plan.enable),
        "take": dict(plan.take),
        "changes": [_change(change) for change in plan.changes],
        "ledger": [{name: getattr(entry, name) for name in ENTRY} for entry in plan.ledger],
        "findings": [{name: getattr(finding, name) for name in FINDING} for finding in plan.findings],
        "extras": list(plan.extras),
        "conflicts": [dict(zip(SIDES, row, strict=True)) for row in plan.conflicts],
        "id_map": dict(plan.id_map),
        "gaps": [{name: getattr(gap, name) for name in GAP} for gap in plan.gaps],
        "names": dict(plan.names),
        "advice": plan.advice,
    }


def _change(change: Change) -> dict[str, Any]:
    simple = {name: getattr(change, name) for name in CHANGE if name not in ("edits", "origins", "source", "freed")}
    bodies = {name: simple.pop(name) for name in ("desired", "actual")}
    edits = [_edit(edit) for edit in change.edits]
    source = {"source": list(change.source)} if change.source else {}
    held = {name: body for name, body in bodies.items() if body is not None}
    freed = {"freed": [{name: getattr(one, name) for name in FREED} for one in change.freed]} if change.freed else {}
    return {**simple, **held, **source, **freed, "edits": edits, "origins": list(change.origins)}


def _edit(edit: Edit) -> dict[str, Any]:
    sides = {"before": edit.before, "after": edit.after}
    return {"path": list(edit.path)} | {name: value for name, value in sides.items() if value is not ABSENT}


def _parsed(data: bytes | str, path: str) -> Any:
    try:
        return json.loads(data, parse_constant=_constant, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"is no plan: {error}; make one with `entragit plan --out`", path) from None


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def _plan(found: Mapping[str, Value]) -> Plan:
    return Plan(
        tenant_id=found["tenant"].text(),
        commit=found["commit"].text(),
        base=None if found["base"].value is None else found["base"].text(),
        mode=_word(found["mode"], MODES),
        selection=_texts(found["selection"]),
        prune=_texts(found["prune"]),
        enable=_texts(found["enable"]),
        take={address: _word(side, ("git", "tenant")) for address, side in found["take"].entries().items()},
        changes=_each(found["changes"], _read_change),
        ledger=_each(found["ledger"], lambda item: Entry(**_strings(item, ENTRY))),
        findings=_each(found["findings"], _finding),
        extras=_texts(found["extras"]),
        conflicts=_each(found["conflicts"], _conflict),
        id_map=_names(found["id_map"]),
        gaps=_each(found["gaps"], _gap),
        names=_names(found["names"]),
        advice=found["advice"].flag(),
        format=found["format"].integer(),
    )


def _each(value: Value, read: Callable[[Value], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in value.elements())


def _string(value: Value) -> str:
    return value.text("(?s).*")


def _texts(value: Value) -> tuple[str, ...]:
    return _each(value, _string)


def _names(value: Value) -> dict[str, str]:
    return {name: _string(item) for name, item in value.entries().items()}


def _strings(value: Value, keys: Mapping[str, Any]) -> dict[str, str]:
    return {name: _string(item) for name, item in value.record(keys, required=keys).items()}


def _word(value: Value, words: tuple[Any, ...]) -> Any:
    return value.word(words)


def _finding(value: Value) -> Finding:
    found = value.record(FINDING, required=FINDING)
    guard, address, message = (_string(found[name]) for name in ("guard", "address", "message"))
    return Finding(guard, address, message, found["allowed"].flag())


def _conflict(value: Value) -> tuple[str, str, str, str, str]:
    found = _strings(value, SIDES)
    for name in ("base", "git", "tenant"):
        if found[name] and not _is_json(found[name]):
            value.refuse(f"{name} is no JSON")
    return found["address"], found["path"], found["base"], found["git"], found["tenant"]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _gap(value: Value) -> Gap:
    found = value.record(GAP, required=GAP)
    kind, name, own, reason = (_string(found[key]) for key in ("kind", "property", "id", "reason"))
    return Gap(kind, name, own, reason, found["failure"].flag())


def _read_change(value: Value) -> Change:
    may_miss = ("desired", "actual", "source", "freed")
    found = value.record(CHANGE, required=[name for name in CHANGE if name not in may_miss])
    kind, own, live, address, title = (_string(found[name]) for name in ("kind", "id", "live", "address", "title"))
    change = Change(
        kind=kind,
        id=own,
        live=live,
        address=address,
        title=title,
        action=_word(found["action"], ACTIONS),
        tier=found["tier"].integer(),
        desired=_body(found.get("desired")),
        actual=_body(found.get("actual")),
        edits=_each(found["edits"], _read_edit),
        origins=_each(found["origins"], lambda item: _word(item, ORIGINS)),
        source=_source(found["source"]) if "source" in found else None,
        freed=_each(found["freed"], _freed) if "freed" in found else (),
    )
    if len(change.origins) != (1 if change.action == "delete" else len(change.edits)):
        found["origins"].refuse("one is needed for each edit, and one for a deletion")
    return change


def _body(value: Value | None) -> dict[str, Any] | None:
    return None if value is None else {name: item.value for name, item in value.entries().items()}


def _freed(value: Value) -> Freed:
    found = value.record(FREED, required=FREED)
    return Freed(_string(found["name"]), found["value"].value, found["turn"].integer())


def _source(value: Value) -> tuple[str, str]:
    texts = _texts(value)
    if len(texts) != 2:
        value.refuse("write a path and a commit")
    return texts[0], texts[1]


def _read_edit(value: Value) -> Edit:
    found = value.record(EDIT, required=("path",))
    if found["path"].value == []:
        found["path"].refuse("a path has at least one key")
    if not {"before", "after"} & found.keys():
        value.refuse("an edit has a value before it, or one after it")
    before, after = (found[name].value if name in found else ABSENT for name in ("before", "after"))
    return Edit(_texts(found["path"]), before, after)
