"""What a plan may touch: everything, or what was selected and the access that is given on and to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from entragit import access
from entragit.model import ABSENT, Edit
from entragit.planner.pairing import Trio
from entragit.resources.catalog import CATALOG


@dataclass(frozen=True, slots=True)
class Scope:
    """`selection`: addresses, none for the whole tenant. `ids`: of the resources that have one of them."""

    selection: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def has(self, id_: str) -> bool:
        """Whether the resource of an id is selected."""
        return not self.selection or id_ in self.ids

    def holds(self, trio: Trio) -> bool:
        """Whether a resource is selected; one that only gives access also where it names a selected one."""
        if not self.selection or self.selection & trio.addresses:
            return True
        kind = CATALOG[trio.kind]
        sides = [side for side in (trio.desired, trio.actual) if side] if kind.access else []
        return any(access.named(kind, side.body) & self.ids for side in sides)

    def gives(self, kind: str, edit: Edit) -> bool:
        """Whether an edit, inside a resource that may not be selected, is of access that a selected one gives."""
        relation = next((item for item in CATALOG[kind].relations if item.name == edit.path[0]), None)
        element = edit.before if edit.after is ABSENT else edit.after
        if relation is None or not relation.access or not isinstance(element, dict):
            return False
        return self.has(str(element.get(relation.access)))


def scope(selection: frozenset[str], trios: Iterable[Trio], names: Mapping[str, str]) -> Scope:
    """The scope of a selection; `names`: id → address in the tenant."""
    if not selection:
        return Scope()
    ids = {trio.id for trio in trios if trio.id and selection & trio.addresses}
    return Scope(selection, frozenset(ids | {id_ for id_, address in names.items() if address in selection}))
