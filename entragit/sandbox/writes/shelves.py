"""Where the objects of a kind are stored: in a collection, below an owner, or in a list inside it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes.core import Kind


class Inline(MutableMapping[str, Object]):
    """A list of objects inside another, by their ids."""

    def __init__(self, items: list[Object]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Object:
        """The object with this id; KeyError without one."""
        return self._items[self._position(key)]

    def __setitem__(self, key: str, value: Object) -> None:
        """Add an object, or put it in the place of the one with its id."""
        if key in self:
            self._items[self._position(key)] = value
        else:
            self._items.append(value)

    def __delitem__(self, key: str) -> None:
        """Take an object out; KeyError without one."""
        del self._items[self._position(key)]

    def __iter__(self) -> Iterator[str]:
        """The ids."""
        return (str(item["id"]) for item in self._items)

    def __len__(self) -> int:
        """How many."""
        return len(self._items)

    def _position(self, key: str) -> int:
        found = [number for number, item in enumerate(self._items) if item["id"] == key]
        if not found:
            raise KeyError(key)
        return found[0]


def shelf(tenant: Tenant, kind: Kind, owner: Object | None) -> MutableMapping[str, Object]:
    """Where the objects of a kind (children: those of `owner`) are stored, by id."""
    if owner is None or not kind.child:
        return tenant.objects.setdefault(kind.path, {})
    if kind.inline:
        return Inline(owner.setdefault(kind.inline, []))
    return tenant.children.setdefault(kind.path, {}).setdefault(str(owner["id"]), {})
