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
from entragit.shapes.changing import assumed
from entragit.shapes.scope import Scope
from entragit.shapes.writing import Work, named, operation, path


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


WAYS: Mapping[ActionName, Callable[[Work, str], Iterator[Operation]]] = {
    "certificates": _certificates,
    "combinations": _combinations,
    "licences": _licences,
    "passwords": _passwords,
}
