"""The vocabulary of writes: a kind of objects, a relationship, one write, and the rules that hold for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.sandbox import objects
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError, bad_request
from entragit.sandbox.rules.row import Row
from entragit.sandbox.store import Object, Tenant

GRAPH = "#microsoft.graph."


@dataclass(frozen=True)
class Write:
    """One object on its way: `before` is what is stored ({} on create), `body` what was sent, `after` the result.

    `owner` is the object that a child hangs below.
    """

    ask: Ask
    kind: Kind
    id: str
    before: Object
    body: Object
    after: Object
    owner: Object | None = None

    @property
    def tenant(self) -> Tenant:
        """The tenant written to."""
        return self.ask.tenant

    @property
    def created(self) -> bool:
        """Whether the object is new."""
        return not self.before

    def changes(self, name: str) -> bool:
        """Whether this write gives property `name` another value than it has."""
        return self.before.get(name) != self.after.get(name)


Rule = Callable[[Write], None]
"""Raises ApiError if the write breaks one rule of Graph; as an effect, changes what follows from the write."""


@dataclass(frozen=True)
class Join:
    """One target about to join (`adding`) or leave the relationship of `owner`."""

    ask: Ask
    kind: Kind
    references: References
    owner: Object
    target: Object
    target_path: str
    adding: bool

    @property
    def tenant(self) -> Tenant:
        """The tenant written to."""
        return self.ask.tenant


JoinRule = Callable[[Join], None]


@dataclass(frozen=True)
class References:
    """A relationship written through `$ref`: the collections its targets live in, and what forbids a change.

    `address`: the one collection by which an `@odata.id` names a target; without it, any of directory objects and
    the target's own of all others. `bind` allows `name@odata.bind` in bodies; `rules` see each join before it is
    stored, `effects` after.
    """

    name: str
    targets: tuple[str, ...]
    address: str = ""
    single: bool = False
    bind: bool = False
    rules: tuple[JoinRule, ...] = ()
    effects: tuple[JoinRule, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One collection, singleton or sort of children, and what Graph lets a client write to it.

    - `path`, `type`; `noun` names it in audit records ("Add user"), `removed` is the activity of its deletion where
      that isn't "Delete user"; `about`: properties whose objects are targets of the record as well.
    - `required`: must be in a POST. `server`: set by the server, refused in every body, besides the types' read-only.
    - `client`: writable though the types say read-only or immutable. `create_only`: only in a POST; `patch_only`:
      never in a POST. `patchable`: the only properties of a PATCH (None: all).
    - `defaults`: values that a new object starts with.
    - `made`: values that the server makes, from the write so far.
    - `create`, `update`, `delete`: rules; `effects`: run after a create or update is stored, `gone` after a delete.
    - `soft`: whether this object goes to deletedItems; None for kinds that hang on nothing in the directory.
    - `polymorphic`: bodies need "@odata.type". `child`: stored below an owner; `inline`: in a list of the owner's.
    - `key`: the property that a client may choose as id, or must where it is `required`. `upsert`: the natural key of
      a PATCH that creates. `no_empty`: "" is refused for strings (facts §6).
    - `starts`: of a singleton that a tenant needn't have: a PATCH makes it, 201.
    - `cast`: its objects are of a derived type, which their address says. `bound`: relationships that a creation must
      name by `@odata.bind`, and a change never does.
    - `answer`: the status of a change: 204, or with the object 200 or 202.
    - `merges`: complex values whose parts are documented to be kept when they are absent. `references`: by name.
    """

    path: str
    type: str
    noun: str
    removed: str = ""
    about: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    server: frozenset[str] = frozenset()
    client: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    patch_only: frozenset[str] = frozenset()
    patchable: frozenset[str] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    made: Callable[[Write], Object] | None = None
    create: tuple[Rule, ...] = ()
    update: tuple[Rule, ...] = ()
    delete: tuple[Rule, ...] = ()
    effects: tuple[Rule, ...] = ()
    gone: tuple[Rule, ...] = ()
    soft: Callable[[Write], bool] | None = None
    polymorphic: bool = False
    child: bool = False
    inline: str = ""
    key: str | None = None
    no_empty: bool = False
    merges: frozenset[str] = frozenset()
    references: Mapping[str, References] = field(default_factory=dict)
    starts: bool = False
    answer: int = 204
    upsert: str | None = None
    cast: bool = False
    bound: tuple[str, ...] = ()

    def bad(self, message: str, code: str | None = None) -> ApiError:
        """400 in the words of the service that keeps this kind (facts §1 codes)."""
        own = "BadRequest" if objects.is_policy(self.path.lower()) else "Request_BadRequest"
        return ApiError(400, code or own, message)

    @property
    def resource(self) -> str:
        """The type as error messages write it: "User"."""
        return self.type[0].upper() + self.type[1:]


def plain(row: Row) -> Kind:
    """The kind of a row whose writes follow the common rules: what the types say of its properties."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", row.type.rpartition(".")[2]).lower()
    return Kind(row.path, row.type, words)


# Exact words that clients match on (facts §1).
CONFLICT = "A conflicting object with one or more of the specified property values is present in the directory."
DUPLICATE_REFERENCE = "One or more added object references already exist for the following modified properties: '{}'."
MISSING_REFERENCE = "One or more removed object references do not exist for the following modified properties: '{}'."
INVALID_VALUES = "One or more property values specified are invalid."
SYNCED = (
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently "
    "undergoing migration."
)


def taken(name: str) -> ApiError:
    """Another object has this value of a unique property (facts §5 users)."""
    return bad_request(f"Another object with the same value for property {name} already exists.")


def named(*references: References) -> Mapping[str, References]:
    """Relationships by name."""
    return {item.name: item for item in references}
