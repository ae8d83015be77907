"""What tells the values of a property apart, names other resources in them, or leaves them out: data by Graph type.

It stands with the type, so that `keyCredential` or `conditionalAccessUsers` is described once and holds wherever the
type occurs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class ListRule:
    """How the elements of a list are told apart.

    `Set`: sorted by canonical JSON, no duplicates. `Keyed(by)`: elements are maps that pair by these properties,
    sorted by them. `Sequence`: the order is the administrator's and stays.
    """

    order: Literal["set", "keyed", "sequence"]
    by: tuple[str, ...] = ()


SET = ListRule("set")
SEQUENCE = ListRule("sequence")
ONLY = ListRule("keyed")
"""A list of at most one element, which pairs with whatever is there."""


def keyed(*by: str) -> ListRule:
    """A list whose elements pair by the properties `by`."""
    return ListRule("keyed", by)


@dataclass(frozen=True, slots=True)
class Reference:
    """A property whose strings (or list of strings) name other resources.

    `to`: the kinds it may name, the likeliest first. `by`: what of the target the string repeats: its "id", its
    "appId", "inner", the part of its id behind its owner's (`Each.below`), or "permission", the id of one of its app
    roles or scopes. `within`: a regular expression whose group 1 is the id, where it stands inside a longer string
    ("/administrativeUnits/{id}"). `words`: what is not a reference there ("All"); where `guid` is True, everything that
    is not a GUID is such a word. `own`: an id there is the resource's own name, and not commented; but a person may
    write an address instead. `anywhere`: what it names needn't be in the tenant for Graph to take it. `needed`: what
    holds it can't be without it. `of`: beside a permission that is given, the property that names the service principal
    whose permission it is; where that is left out, it is the resource's own.
    """

    to: tuple[str, ...]
    by: str = "id"
    within: str | None = None
    words: frozenset[str] = frozenset()
    guid: bool = True
    own: bool = False
    anywhere: bool = False
    needed: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalog knows of the properties of one Graph type, by property name.

    `lists`: every list has a rule. `references`: strings that name resources. `noise`: left out of the body,
    relationships that Graph sends with the object included. `keep`: properties that stay in the body although
    `graph.json` flags them read-only (all others with that flag are left out). `keep_empty`: null and [] mean
    something here and stay. `atomic`: maps and lists that a merge takes whole from one side, for their parts mean
    something only together (design section 8). `open`: its properties are the tenant's own, lists of which are sets and
    whose types follow from their values. What a type says of a property goes before what its base says.
    """

    lists: Mapping[str, ListRule] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)
    noise: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    keep_empty: frozenset[str] = frozenset()
    atomic: frozenset[str] = frozenset()
    open: bool = False
