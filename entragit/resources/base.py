"""The words in which a kind is described: what `graph.json` can't know, as data.

A `ResourceType` is one entry of the catalog. How its values are to be read, `facts` says by Graph type; how they are
written, `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from entragit.model import Body
from entragit.resources.facts import SET, Facts, ListRule, Reference
from entragit.resources.writing import Reason, Weakens, Writes

P1, P2 = "Microsoft Entra ID P1", "Microsoft Entra ID P2"
"""Licences, as people know them."""

Shape = Literal["collection", "singleton", "request", "child", "refset", "ref", "cast", "action", "single", "stream"]

ONE: frozenset[Shape] = frozenset({"ref", "cast", "single", "stream"})
"""The shapes of relationships with one value or none."""


@dataclass(frozen=True, slots=True)
class Errand:
    """How children come and go that nobody writes: by requests, which Entra carries out (facts §5).

    `to`: the collection of the requests. `child`: the property of a request that holds the child as it shall be, or the
    id of one that goes. `owner`: the one with the owner's id.
    """

    to: str
    child: str
    owner: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a new child must name by an id that a list alone tells, for it changes with every re-creation.

    `path`: of the list, "{}" for what stands at `owner` in the body of the owner. `alike`: property of its elements →
    where in the child the same value stands. `into`: where in the creation the id goes.
    """

    path: str
    owner: tuple[str, ...]
    alike: Mapping[str, tuple[str, ...]]
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """Which elements of a relationship are there for some time alone, and so no one's desired state.

    `kind`: its resources say so, which are listed for one owner at a time (`Each`). `owner` and `element`: their
    properties with the id of the owner and of the element. `only`: the values of those that are about this
    relationship. Those with the values `activated` count, and those with the values `given` that end
    (`ResourceType.period`), but none of `unless`. `lasting`: one with these values shows that the element stays all the
    same. `read`: permissions to list them.
    """

    kind: str
    owner: str
    element: str
    only: Mapping[str, tuple[str, ...]]
    activated: Mapping[str, tuple[str, ...]]
    given: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    lasting: Mapping[str, tuple[str, ...]]
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship that is read apart from its object and stands inline, under its navigation name.

    `shape`: "refset" (ids of other resources, written by $ref), "ref" (one such id), "child" (objects that live below
    theirs, of Graph type `type`), "single" (one such object or none, written whole), "cast" (a property of one derived
    type, one id, that reads at the type's own addresses alone show: `way` is that cast), "stream" (bytes or none, of
    media type `media` where they don't tell it themselves: a body holds their hash, size and type, a file beside it the
    bytes). `reference`: what the ids name.
    `paths`: the paths below the object whose results make up the relationship together (default: its name). `way`: the
    path below the object by which it is read and written, where that isn't its name. `where`:
    property values that an object must have for the relationship to be read (a list contains the value; "/" leads into
    maps, and `SOME` is any value); `unless`: values with which it is not, for the server computes it. `sure`: an object
    with these values has such a stream, so that none is a failure. `elsewhere`: property → values of elements that have
    their home elsewhere. `drop`: properties of a child that are left out, beside those that its type's facts leave
    out. `read` and `write`: permissions it needs beyond its kind's. `role`: the least of Entra's directory roles with
    which a person writes it, where the kind's isn't enough. `hidden`: (property, value, permission): objects with that
    value answer with an empty list unless the token has that permission. `expand`: read with the objects,
    by $expand, instead of one request per object; Graph expands one relationship a request (facts §1), so each has a
    listing of its own. `passing`: see `Passing`. `inner`: relationships of a child, or of the one
    object, that are read with it, by $expand.
    `access`: the property of a child that names the resource which it gives access to, where that isn't its own.

    To write it: `far`: the relationship of the others by which it is written, for Graph takes it at that end alone;
    each of them can have one such resource. `at`: the collection by which a reference names the others, where that
    isn't directoryObjects. `bind`: a PATCH of the object takes up to 20 new ones at once. `through`: the kind of what
    the ids name and its two actions, which add and remove, with their parameter, instead of `$ref`; what is added acts
    by itself, and waits for who asks for that kind, since it `asks`. `key`: the property that is a child's id in paths.
    `sole`: one object of the kind at most can have a child of the same key, so those that go do so before any comes.
    `first`: a creation names them, by `@odata.bind`, for it takes none without.
    `sown`: a creation makes them, too (`Writes.sent`). `parent`: the property of a child that names its owner, sent
    with a new one; `sent`: a child as its creation takes it; `full`: owner and child, as a person wrote that → the
    child under the name that Graph gives it. `change`: how a child changes that stays: by PATCH, by making it anew, or
    never. `frees`: those that go do so first, for they hold what new ones need. `alone`: properties whose values
    together one child of an object alone can have, beside its key. `stays`: of resources with these values the last one
    can't go. `errand`: they come and go by requests, the last one before its owner. `lookup`: see `Lookup`. `lasting`:
    a child never goes, and why. `settled`: Graph decides which children there are, and why. `echoed`: properties of a
    child that a change repeats. `shown`: of the shape "single": one of these properties has a value where there is one;
    where there is none, Graph may also answer with an object of defaults, or with no content. `always`: of the shape
    "single": it is always there, and this is the method of its changes, PUT with all of it. `never`: nothing of it is
    written, and why; `unmade`: nothing of it on a new resource.

    `version`: Graph's, where it isn't the kind's. `asked`: read only where the settings name it behind its kind, for it
    costs a request per object. `counted`: nothing is kept of children but how many there are of each type
    (`snapshotter.counting`). `clouds`: those that have it, where that isn't all of them. `weakens`: of what protects
    whatever the kind's tier, as `Writes.weakens`.
    """

    name: str
    shape: Shape
    reference: Reference | None = None
    type: str = ""
    media: str = ""
    rule: ListRule = SET
    paths: tuple[str, ...] = ()
    way: str = ""
    where: Mapping[str, object] = field(default_factory=dict)
    unless: Mapping[str, object] = field(default_factory=dict)
    sure: bool = False
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    role: str = ""
    hidden: tuple[str, object, str] | None = None
    expand: bool = False
    inner: tuple[str, ...] = ()
    passing: Passing | None = None
    access: str = ""
    far: str = ""
    at: str = ""
    bind: bool = False
    through: tuple[str, str, str, str] | None = None
    asks: Reason | None = None
    key: str = "id"
    sole: bool = False
    first: bool = False
    sown: bool = False
    parent: str = ""
    sent: Callable[[Body], Body] | None = None
    full: Callable[[Body, Body], Body] | None = None
    change: Literal["patch", "replace", "never"] = "replace"
    frees: bool = False
    alone: tuple[str, ...] = ()
    stays: tuple[Mapping[str, object], Reason] | None = None
    errand: Errand | None = None
    lookup: Lookup | None = None
    lasting: Reason | None = None
    settled: Reason | None = None
    echoed: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    always: Literal["", "PUT", "PATCH"] = ""
    never: Reason | None = None
    unmade: Reason | None = None
    version: str = ""
    asked: bool = False
    counted: bool = False
    clouds: tuple[str, ...] = ()
    weakens: Weakens | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A list in Graph whose elements name resources of a kind that are never desired state.

    The resources whose id stands in `property` of the elements of `path` that have the values `only`, or any value in
    `ends`, are left out, where they have the same value in `alike` as the element. An answer that says the feature is
    not licensed means that there are none.
    """

    path: str
    property: str
    alike: str
    ends: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose resources the tenant's are, where Graph lists those of other tenants, too.

    Those whose property `name` repeats `property` of an element of `path`.
    """

    name: str
    path: str
    property: str


@dataclass(frozen=True, slots=True)
class Each:
    """Where Graph lists the resources of a kind only for one resource of another kind at a time.

    `path`: the other kind's, or a mere list of ids, whose resources are listed with the properties of `where` and
    `unless`. `filter`: the `$filter` of a list, with the other resource's id for {id}. `below`, instead: the list below
    the other resource, whose id is then in the property `owner`, which Graph doesn't send, and in front of the
    resource's own id.
    `where`: one of these fits the other resource, and none of `unless`; any other can't have one (a list contains the
    value). `read`: permissions to list the others.
    """

    path: str
    where: tuple[Mapping[str, object], ...]
    unless: tuple[Mapping[str, object], ...] = ()
    read: tuple[str, ...] = ()
    filter: str = ""
    below: str = ""
    owner: str = ""


SOME = "{some}"
"""In `ResourceType.undesired`: whatever value there is, as TENANT is the tenant's id."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """Resources of which Microsoft, Azure or another tenant decides everything but the properties `keep`.

    Those that have the values `where`, in which TENANT is the tenant's id. The other properties that the type table
    knows are left out; what it doesn't know stays.
    """

    keep: frozenset[str]
    where: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a hook may know beside the object: the tenant's id."""

    tenant_id: str


@dataclass(frozen=True, slots=True)
class Own:
    """The one resource of a kind, by its id, that Graph changes and deletes at another path, with these headers."""

    id: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()


Hook = Callable[[Body, Context], Body]


@dataclass(frozen=True, slots=True)
class Derived:
    """How resources of a derived type are written that Graph takes at the addresses of that type alone (its cast).

    `write`: permissions to make and change them, `remove`: to delete and restore them, both beside the kind's, which
    are for what is below them. `role`: the least directory role of a person who does. `below`: relationships that are
    written behind the cast, too, by name, with the permissions that takes. `writes`: instead of the kind's.
    """

    type: str
    write: tuple[str, ...]
    remove: tuple[str, ...]
    role: str
    writes: Writes
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One kind: an entry of the catalog.

    `kind`: its folder, which is the collection's (or singleton's) path in Graph, but where that holds the tenant's id
    or is another kind's, too: then that path is `at`. `own`: the resource with this id has a path and headers of its
    own for PATCH and DELETE. `type`: its Graph type, without the namespace. `shape`: "collection", "singleton", or
    "request": a collection that is read, and changed by requests to another (`Writes.request`). `read` and `write`: the
    least application permissions; all of them are needed. `title`: the property that its file is named after; "" for
    kinds that have only an id. `unique`: Graph guarantees that no two resources share a title. `key`: the property that
    is the id, where the type has none of that name. `facts`: of its own type. `relations`: read apart. `select`: "all"
    asks for every property of the type by name, because Graph hides some or to shed bulk; "default" takes what it
    sends. `also_select`: noise that the hook reads. `unselectable`: properties that a list request can't or needn't
    select. `unread`: properties and relationships that this version doesn't read though an administrator decides them;
    the manifest says so. `needs`: property → permission without which Graph refuses to send it. `inherited`: see
    `Inherited`; the first that fits holds. `links`: paths to a property of another resource that Graph embeds; only
    that property stays, the rest has its home there. `expand`: relationships that Graph embeds where `$expand` asks for
    them. `tier`: 0 for what can lock an administrator out or hand the tenant over, 1 for what holds access, 2 for the
    rest; drift sorts by it. `sharded`: two hex digits of the id as a folder. `role`: the least of Entra's directory
    roles with which a person writes it; `reader`: that which reads it, where Global Reader doesn't. `delegated`: the
    scopes of a signed-in person without which nobody reads it, for Graph refuses applications (facts §5b). `absent`: of
    a singleton that a tenant needn't have, the body that its 404 stands for. `delta`: whether Graph tracks its changes.
    `quota`: in `graph/quota.py`. `top`: the page size to ask for, 0 where Graph takes none. `licence`: what it needs,
    in words. `hook`: a named pure function of at most 15 lines, raw → raw, before all else. `excluded`: see
    `Exclusion`. `belongs`: see `Belonging`. `version`: Graph's. `none`: a 404 says that the tenant has none of it.
    `asked`: read only where the settings name it, for Graph shows it to nobody who may not change it, too. `filter`:
    the `$filter` of what is listed. `each`: see `Each`. `whole`: the list leaves out what the read of one shows, or
    isn't documented to expand it. `undesired`: resources with all the values of one of these are no one's desired
    state, for Entra computes them, somebody activated them, or their home is elsewhere; "/" leads into maps, and `SOME`
    is any value. `period`: the property that says from when until when (`periods`). `access`: of a kind that only gives
    access, the properties that together say to whom to what: one that Git doesn't have is taken back, and two that
    agree in them are the same whatever their ids. `writes`: see `Writes`. `derived`: see
    `Derived`; `cast`: the one in whose words a kind is, which `derived.of` alone sets.
    """

    kind: str
    type: str
    shape: Shape = "collection"
    at: str = ""
    own: Own | None = None
    none: bool = False
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    title: str = "displayName"
    unique: bool = False
    key: str = "id"
    facts: Facts = field(default_factory=Facts)
    relations: tuple[Relation, ...] = ()
    select: Literal["all", "default"] = "default"
    also_select: frozenset[str] = frozenset()
    unselectable: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    needs: Mapping[str, str] = field(default_factory=dict)
    inherited: tuple[Inherited, ...] = ()
    links: tuple[tuple[str, ...], ...] = ()
    whole: bool = False
    expand: tuple[str, ...] = ()
    tier: int = 2
    sharded: bool = False
    delta: bool = False
    quota: str = "directory"
    top: int = 0
    licence: str = ""
    hook: Hook | None = None
    excluded: Exclusion | None = None
    belongs: Belonging | None = None
    filter: str = ""
    each: Each | None = None
    undesired: tuple[Mapping[str, tuple[str | bool, ...]], ...] = ()
    period: str = ""
    version: str = "v1.0"
    asked: bool = False
    access: tuple[str, ...] = ()
    role: str = ""
    reader: str = ""
    absent: Mapping[str, object] = field(default_factory=dict)
    delegated: tuple[str, ...] = ()
    writes: Writes = field(default_factory=Writes)
    derived: tuple[Derived, ...] = ()
    cast: Derived | None = None

    @property
    def path(self) -> str:
        """Its path in Graph, with TENANT for the tenant's id."""
        return self.at or self.kind
