"""One kind of Graph as one literal: its path, what can be asked of it and what can be written to it.

What follows the common rules of Graph needs no more than a `Row` (`rules/rows/`), a rule of its own where writes are
checked (`writes/kinds/`), and something of it in the made-up company (`company/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

How = Literal[
    "links",
    "children",
    "assignments",
    "grants",
    "upward",
    "nested",
    "property",
    "inline",
    "expiry",
    "applied",
    "stream",
    "state",
    "photo",
    "logo",
    "preferred",
    "published",
]


@dataclass(frozen=True)
class Listing:
    """How a collection lists: page size by default, the largest `$top`; `top` None: `$top` is ignored, 0: refused.

    `paged` False: never in pages, whatever the tenant's page size.
    """

    default: int = 100
    top: int | None = 999
    paged: bool = True


WHOLE = Listing(10**9, None)  # facts §1: effectively unpaged, ignores $top [K]


@dataclass(frozen=True)
class Relation:
    """One relationship.

    - "links": `Tenant.links` of "path/name"; "children": `Tenant.children` of "path/name".
    - "assignments": app role assignments, "grants": OAuth2 grants, whose property `by` is the owner's id.
    - "upward": the groups (administrative units, roles) that hold the owner; "nested": members at any depth.
    - "expiry": the policy by which the owner, a group, expires.
    - "inline": children that stand inside the owner, in the list `name`.
    - "property": the object that the owner's property `by` names, in collection `target` ("" for any directory object).
    - "applied": the applications and service principals whose links `by` lead to the owner.
    - "stream": bytes of the owner's, `Tenant.streams` of "path/name".
    - "photo", "logo": bytes, too, by rules of their own (`sandbox.photos`, `sandbox.logos`).
    - "preferred": what a person is asked for first (`sandbox.preferences`).
    - "published": how application proxy publishes the owner, or none (`sandbox.proxy`).
    - "state": one object that is always there, `Tenant.states` of "path/name".

    `expands`: of children, what they hold that is sent only where `$expand` names it. `single`: an object instead of a
    list. `type`: the elements' type. `paged`: False where Graph doesn't page. `only`: the type of the owners that have
    it, which must say so. `at`: the path below the owner, casts included, where that is longer than the name. `beta`:
    only the beta version has it.
    """

    name: str
    how: How
    type: str = "directoryObject"
    single: bool = False
    by: str = ""
    target: str = ""
    paged: bool = True
    expands: tuple[str, ...] = ()
    only: str = ""
    at: str = ""
    beta: bool = False

    @property
    def way(self) -> str:
        """The path below the owner in lower case, as tables of permissions say it: without the namespace of casts."""
        return (self.at or self.name).lower().replace("microsoft.graph.", "")


@dataclass(frozen=True)
class Row:
    """One collection, or (`single`) one object, at a path of its own.

    - `methods`: its writes, "POST PATCH DELETE" or "PUT"; POST is the collection's, the others its objects'.
    - `relations`: what can follow an object's id. `below`: relationship → its writes without the id of what follows,
      and with it ("POST", "PATCH DELETE"). `actions`: of its objects, in Graph's spelling.
    - `permissions`: operation ("GET policies/x/{id}", in lower case) → what opens it, where the table of permissions
      lacks it or is contradicted by its neighbours. `delegated`: the scopes any of which lets a signed-in person in,
      where applications never are (facts §5b); `signed_in`: operation → such scopes, where that is so of some alone.
      Those with "ReadWrite" are for writes. `also`: operation → any one of these is needed beside what opens it.
      `licence`: what the tenant must have bought.
      `closed`: no Global Reader reads it either.
    - `assigned`: collections each of whose objects can have one of these, under the last name of the path; it is
      written there, and read here as well, as "appliesTo".
    - `scoped`: the properties that the `$filter` of a list must name, all of one of these (facts §5 PIM). `expands`:
      what an object holds that is sent only where `$expand` names it → the collection of which it has the id ("": it
      is whole). `nested`: of such a list, what an element names by the id behind its owner's, sent where a nested
      `$expand` of one object asks → its collection. `alone`: what a list leaves out, and the read of one shows.
      `beta`: only the beta version has it.
    - `at`: its address is another row's, where the `$filter` of lists and the ids of objects tell the two apart; the
      path is that of the table of permissions, and nobody's to ask for.
    - `inside`: (collection, property): each object of that collection has a list of its own. They are stored in one
      here: under "owner/id", and with the owner's id in the property, which isn't sent. `parts`: what an object holds
      that has an address below it, read and written (PUT) there alone → its type.
    """

    path: str
    type: str
    single: bool = False
    methods: str = ""
    listing: Listing = WHOLE
    relations: tuple[Relation, ...] = ()
    below: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delegated: tuple[str, ...] = ()
    signed_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    licence: str = ""
    closed: bool = False
    scoped: tuple[tuple[str, ...], ...] = ()
    assigned: tuple[str, ...] = ()
    expands: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    beta: bool = False
    at: str = ""
    inside: tuple[str, str] = ("", "")
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The path in lower case, with {id} for the owner's."""
        holder = self.inside[0].lower()
        return f"{holder}/{{id}}{self.path.lower().removeprefix(holder)}" if holder else self.path.lower()

    @property
    def owner(self) -> str:
        """The template of an object, behind which its relationships stand: that of the only one is the path."""
        return self.template if self.single else f"{self.template}/{{id}}"

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]
