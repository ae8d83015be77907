"""What an operation sends and what answers mean to it: whether it is seen, what its probe has found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from entragit.canonical import canonical_json
from entragit.model import Body
from entragit.plan import Operation
from entragit.resources.prepare import has_all
from entragit.shapes.writing import FOUND, put


def seen(operation: Operation, answer: Any) -> bool:
    """Whether the answer to a read of what an operation awaits shows it."""
    if operation.awaits is None:
        return True
    _, name, value = operation.awaits
    return _shows(answer.get(name) if name else answer, value)


def _shows(found: Any, value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(found, dict) and all(_shows(found.get(name), item) for name, item in value.items())
    if isinstance(value, list):
        return isinstance(found, list) and all(any(_shows(item, part) for item in found) for part in value)
    return bool(found == value)


def matching(operation: Operation, elements: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The elements of what an operation's probe lists that it means; strings are the same in any case.

    One that has no id (`Operation.made`) gets it, one of an owner's list (`Operation.within`) the whole one.
    """
    found = [item for item in elements
             if all(_alike(item.get(name), value) for name, value in operation.matches.items())
             and not has_all(operation.unlike, item)]  # fmt: skip
    found = [{"id": item.get(operation.made), **item} for item in found] if operation.made else found
    return [{**item, "id": f"{operation.within}{item.get('id')}"} for item in found] if operation.within else found


def _alike(found: object, value: object) -> bool:
    """Strings in any case, lists in any order, an empty one as good as none; of maps what `value` says."""
    if isinstance(found, str) and isinstance(value, str):
        return found.casefold() == value.casefold()
    if isinstance(found, dict) and isinstance(value, dict):
        return all(_alike(found.get(name), item) for name, item in value.items())
    if isinstance(found, list | None) and isinstance(value, list | None):
        return sorted(map(canonical_json, found or ())) == sorted(map(canonical_json, value or ()))
    return found == value


def on_found(operation: Operation) -> bool:
    """Whether an operation is about the element of a list that its probe finds."""
    return FOUND in operation.path or bool(operation.found)


def with_found(operation: Operation, id_: str) -> Operation:
    """The same with the id of that element, in its path or in its body."""
    body = put(operation.body or {}, operation.found, id_) if operation.found else operation.body
    return replace(operation, path=operation.path.replace(FOUND, id_), body=body, found=())


def sent(operation: Operation, secrets: Callable[[], str]) -> Body | None:
    """The body of an operation as it is sent: with a new password where one is asked for. Not to be stored."""
    if not operation.secret or operation.body is None:
        return operation.body
    head, *rest = operation.secret
    inner = operation.body.get(head) or {}
    return {**operation.body, head: {**inner, rest[0]: secrets()} if rest else secrets()}
