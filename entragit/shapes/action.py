"""Properties that are read with their object but written in another way than its other properties (facts §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from entragit.canonical import same
from entragit.model import Request
from entragit.plan import Operation
from entragit.resources.base import ResourceType
from entragit.resources.writing import ActionName
from entragit.shapes.bodies import TYPE, bare
from entragit.shapes.changing import assumed, at_first
from entragit.shapes.scope import Scope
from entragit.shapes.writing import Work, named, operation, path

ATTRIBUTES = "#Microsoft.DirectoryServices.CustomSecurityAttributeValue"


def reads(_kind: ResourceType, _scope: Scope) -> tuple[Request, ...]:
    """Nothing: the property comes with its object."""
    return ()


def writes(work: Work, name: str) -> Iterator[Operation]:
    """The operations that write one property."""
    return WAYS[work.kind.writes.actions[name]](work, name)


def _sides(work: Work, name: str, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The elements of a list by their key: those that are there, and those wanted."""
    now, wanted = ({item[key]: item for item in body.get(name) or ()} for body in (assumed(work), work.wanted))
    return now, wanted


def _licences(work: Work, name: str) -> Iterator[Operation]:
    """One assignLicense with all that come, change and go."""
    now, wanted = _sides(work, name, "skuId")
    add = [{"skuId": sku, "disabledPlans": item.get("disabledPlans", [])}
           for sku, item in sorted(wanted.items()) if not same(item, now.get(sku))]  # fmt: skip
    remove = sorted(now.keys() - wanted.keys())
    if add or remove:
        body = {"addLicenses": add, "removeLicenses": remove}
        words = f"Change the licences of {named(work)}"
        yield operation(work, "licences", "POST", path(work, "assignLicense"), words, body)


def _combinations(work: Work, name: str) -> Iterator[Operation]:
    value = work.wanted.get(name)
    if not same(value, assumed(work).get(name)):
        words = f"Change what {named(work)} allows"
        yield operation(work, name, "POST", path(work, "updateAllowedCombinations"), words, {name: value})


def _passwords(work: Work, name: str) -> Iterator[Operation]:
    """Passwords that nobody wants go; those that are missing can't come back."""
    now, wanted = _sides(work, name, "keyId")
    for key in sorted(now.keys() - wanted.keys()):
        words = f"Remove the password {now[key].get('displayName') or key} of {named(work)}"
        found = operation(work, f"{name} -{key}", "POST", path(work, "removePassword"), words, {"keyId": key})
        yield replace(found, done=("No password credential found with keyId",))


def _certificates(work: Work, name: str) -> Iterator[Operation]:
    """One PATCH that names those that stay, for it replaces them all; without their keys, which Graph keeps."""
    now, wanted = _sides(work, name, "keyId")
    if now.keys() - wanted.keys():
        stay = [item for key, item in sorted(now.items()) if key in wanted]
        yield operation(work, name, "PATCH", path(work), f"Remove certificates of {named(work)}", {name: stay})


def _attributes(work: Work, name: str) -> Iterator[Operation]:
    """A PATCH for each attribute that comes, changes or goes: it keeps the others, and fails alone."""
    now, wanted = (_flat(body.get(name) or {}) for body in (assumed(work), work.wanted))
    for group, own in sorted(now.keys() | wanted.keys()):
        before, after = now.get((group, own)), wanted.get((group, own))
        if not same(before, after):
            words = f"Change the security attribute {group}_{own} of {named(work)}"
            body = {name: {group: {TYPE: ATTRIBUTES, **_attribute(own, before, after)}}}
            yield operation(work, f"{group}_{own}", "PATCH", path(work), words, body)


def _flat(groups: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    return {(group, name): value for group, inner in groups.items() for name, value in inner.items()}


def _attribute(name: str, before: Any, after: Any) -> dict[str, Any]:
    """One attribute as Graph takes it: lists and numbers with their type, an empty list or null for none."""
    if isinstance(before, list) and after is None:
        after = []
    first = ([*(after or ()), *(before or ())] if isinstance(after, list) else [after])[0]
    number = isinstance(first, int) and not isinstance(first, bool)
    if isinstance(after, list):
        return {f"{name}@odata.type": f"#Collection({'Int32' if number else 'String'})", name: after}
    return {f"{name}@odata.type": "#Int32", name: after} if number else {name: after}


def _version(work: Work, name: str) -> Iterator[Operation]:
    """A new version of a workflow, once for all that changes: it has the whole of it, but what goes on later."""
    now, names = assumed(work), sorted(name for name, way in work.kind.writes.actions.items() if way == "version")
    changed = [key for key in names if not same(now.get(key), work.wanted.get(key))]
    if not changed or changed[0] != name:
        return
    whole, switch = at_first(work, now), work.kind.writes.switch
    body = bare(work.kind, whole) | ({switch.name: whole.get(switch.name, switch.off)} if switch else {})
    words = f"Make a new version of {named(work)}"
    yield operation(work, "version", "POST", path(work, "createNewVersion"), words, {"workflow": body})


WAYS: Mapping[ActionName, Callable[[Work, str], Iterator[Operation]]] = {
    "attributes": _attributes,
    "certificates": _certificates,
    "combinations": _combinations,
    "licences": _licences,
    "passwords": _passwords,
    "version": _version,
}
