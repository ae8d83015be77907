"""The words in which a kind says how it is written: what Graph takes, when, and what it never takes.

Everything is taken unless a word here or a flag of `graph.json` says otherwise: read-only properties are never sent,
immutable ones with the creation alone. What can't be sent becomes a line of the ledger, in the words of a `Reason`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from entragit.model import Body

Deed = Literal["create", "restore", "update", "delete"]
DEEDS: frozenset[Deed] = frozenset(("create", "restore", "update", "delete"))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something can't be written: `what` it is, in two or three words, `why`, and what a person does instead."""

    what: str
    why: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Resources that Graph won't let be made, changed or deleted.

    Those that have the values `where` (a list contains the value), not all the values `unless`, one of the properties
    `having` where some are named, and match the regular
    expressions `like` (a string as it is, all else as JSON without spaces); all of them where nothing is said. For an
    update and a deletion the tenant's values count, for a creation those asked for; for an update those of `either`
    side, where that is said. `deeds`: what is refused. `but`: the properties and relationships that an update may
    change all the same. `asked`: not where the plan was asked to enable the kind, for it acts by itself once it is
    there (design section 9).
    """

    reason: Reason
    deeds: frozenset[Deed] = DEEDS
    where: Mapping[str, object] = field(default_factory=dict)
    unless: Mapping[str, object] = field(default_factory=dict)
    having: frozenset[str] = frozenset()
    like: Mapping[str, str] = field(default_factory=dict)
    but: frozenset[str] = frozenset()
    either: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """The property by which a resource acts of its own accord: it goes on last, once all that it names exists.

    `sole`: one resource of the kind at most can be on, so one that is to be deleted goes off before another goes on.
    A new one is made with the value `off`. `turn`: its place within the stage "enable" when it goes on. `late`: its
    place there when it goes off, so that something else protects by then; None: it goes off with the other changes.
    `asks`: of what can delete, deprovision or mail by itself: what it does, and how a person sees whom it would hit. It
    goes on only where the plan was asked to enable the kind (design section 9). `by`: the actions that turn it
    on and off, instead of a PATCH. `whole`: what is off has no other values, for Graph clears them, and what goes on
    gets them all in that same change.
    """

    name: str
    off: object
    turn: int = 1
    late: int | None = None
    asks: Reason | None = None
    sole: bool = False
    by: tuple[str, str] = ("", "")
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """A permission that writing needs beyond its kind's: for the resources that have the values `where`."""

    permission: str
    where: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unique:
    """A property whose value, or of a list each element, one resource of the kind alone can have, in whatever case.

    `where`: of the resources that have these values; any other may share it (a list contains the value). `comes`: what
    a restore calls the value with which the resource comes back instead of the one with which it went.
    """

    name: str
    where: Mapping[str, object] = field(default_factory=dict)
    comes: str = ""


@dataclass(frozen=True, slots=True)
class Requests:
    """How a kind is changed that nobody writes: by requests, which Entra carries out by and by (facts §5 PIM).

    `to`: the collection that they are posted to. `about`: the properties by which a request names the resource, which
    has no id before. `says`: the properties that a request may change. `told`: values of the resource, beside those of
    the probe, that tell it from computed ones. `after`: what the request's id stands behind in the resource's, where
    that says more. `lasting`: the kind whose resources are the same without an end. `gone`: what Graph says where there
    is nothing to take away. `unmet`: values of the answer with which nothing has happened, and nothing will before a
    person acts.
    `verb`: the property that says what is asked for, and its values for what is new, changes and goes. `names`: where
    a request has the resource in a property of its own, that property, and beside it its parts for a new one → where in
    the resource they stand; one that is there goes by its id, and Graph shows it only once it has begun. `open`: of
    the request, the property that says how far it has come and the values with which it is still on its way.
    """

    to: str
    about: frozenset[str]
    says: frozenset[str]
    told: Mapping[str, object] = field(default_factory=dict)
    after: str = ""
    lasting: str = ""
    gone: tuple[str, ...] = ()
    unmet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verb: tuple[str, str, str, str] = ("action", "adminAssign", "adminUpdate", "adminRemove")
    names: tuple[str, Mapping[str, tuple[str, str]]] | None = None
    open: tuple[str, tuple[str, ...]] | None = None


Settle = Callable[[Body | None, Body], Body]
"""(the tenant's body or None, the one asked for) → the one asked for, with what Graph makes follow from the rest."""

Sent = Callable[[Body, Body], Body]
"""(a creation's body without relationships, the whole one) → the creation's body as Graph takes it."""

Weakens = Callable[[Body | None, Body | None], tuple[str, ...]]
"""(before or None, after or None) → in which respects protection gets weaker, a clause each ("is switched off")."""

ActionName = Literal["attributes", "licences", "combinations", "passwords", "certificates", "version"]
"""How `shapes.action` writes a property that no PATCH takes."""


@dataclass(frozen=True, slots=True)
class Writes:
    """How one kind is written (facts §5, §6).

    A creation:
    - `create`: POST to the collection, or PATCH to the id that the administrator has chosen. `unique_name`: a property
      that only a creation by PATCH to that very name takes, with the header that asks for it.
    - `given`: properties that a creation takes though they are flagged read-only. `made`: those that Graph makes itself
      though they are not.
    - `later`: properties that it doesn't take yet. References are later, too, but those in `required`.
    - `after`: kinds whose resources come first, beside those that required references name.
    - `optional`: properties that it doesn't need though they are flagged so.
    - `secret`: a property with a password that Graph asks for and nobody shall know.
    - `unseen`: what it needs beside that Graph never shows.
    - `new`: properties that a new resource gets from Graph whatever the old one had.
    - `probe`: properties by which a list shows what a lost POST has made, the first one asked for by $filter if
      `filtered`. `known`: what Graph says if these have a resource already; then it is the one.
    - `restore`: the type below /directory/deletedItems from where a deleted one comes back; "": from nowhere. `bin`:
      the path of those of the kind, where they are elsewhere. `backed`:
      (kind, property, owner): of what the tenant `owner`, another property, names is this one ("": all are the
      tenant's), a restore needs the resource of that kind with the same value there again. `backed_by`: the property
      with that value, where it is called otherwise here.
    - `late`: it comes when the others of its kind are there, for it names one of them.

    A change:
    - `update`: by PATCH of what changes, or by PUT of all that can be written. `open`: flagged read-only, taken all the
      same.
    - `fixed`: taken at creation only, beside what is flagged immutable. `loose`: flagged so, taken all the same.
    - `only`: the properties that Graph takes at all, beside the required ones; None: all.
    - `repeated`: said in every change, as they are where it isn't about them.
    - `values`: property → values or elements that can't come or go after the creation.
    - `patch`: the only properties that a PATCH takes; None: all. `typed`: it needs the "@odata.type".
    - `replaced`: what can't be changed is made anew, and the old one deleted after.
    - `below`: its PATCH goes to the id below the path, though there is only one.
    - `signed_in`: the scopes of a signed-in person without which nobody writes it, though applications read it.
    - `request`: of the shape "request", see `Requests`.
    - `actions`: property → how it is written instead. `disabled`: lists whose elements must be switched off before they
      change or go, as paths. `switch`: see `Switch`.

    Never: `never`: properties with the reason. `lost`: lists whose elements can be taken away, and not brought back.
    `refused`: see `Refusal`. A deletion needs the values `before_delete` first, and seen.
    `unique`: see `Unique`.
    `needs`: property → permission beyond the kind's, which a creation doesn't need for those in `opened`. `also`: see
    `Needed`.
    `sent`: (what a creation takes, the whole body) → it with the relationships that Graph wants in it at once.
    `settle`, `weakens`, `sent`: hooks of at most 15 lines.
    """

    create: Literal["POST", "PATCH"] = "POST"
    unique_name: str = ""
    given: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    after: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    secret: str = ""
    unseen: Reason | None = None
    new: tuple[str, ...] = ("id",)
    probe: tuple[str, ...] = ("displayName",)
    filtered: bool = True
    known: tuple[str, ...] = ()
    restore: str = ""
    bin: str = ""
    open: frozenset[str] = frozenset()
    update: Literal["PATCH", "PUT"] = "PATCH"
    backed: tuple[str, str, str] | None = None
    backed_by: str = ""
    late: bool = False
    only: frozenset[str] | None = None
    fixed: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    patch: frozenset[str] | None = None
    typed: bool = False
    replaced: bool = False
    below: bool = False
    signed_in: tuple[str, ...] = ()
    request: Requests | None = None
    actions: Mapping[str, ActionName] = field(default_factory=dict)
    disabled: tuple[tuple[str, ...], ...] = ()
    switch: Switch | None = None
    never: Mapping[str, Reason] = field(default_factory=dict)
    lost: Mapping[str, Reason] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    before_delete: Mapping[str, object] = field(default_factory=dict)
    unique: tuple[Unique, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    also: tuple[Needed, ...] = ()
    sent: Sent | None = None
    settle: Settle | None = None
    weakens: Weakens | None = None


def has(body: Mapping[str, object], values: Mapping[str, object]) -> bool:
    """Whether a body has all these values; a list has those that it contains."""
    return all(value in found if isinstance(found := body.get(name), list) else found == value
               for name, value in values.items())  # fmt: skip


def refusal(words: Writes, deed: Deed, body: Body, other: Body | None = None) -> Refusal | None:
    """The first refusal that fits the resource and what is to be done with it; `other`: what an update makes of it."""
    fit = (rule for rule in words.refused if deed in rule.deeds
           and (_fits(rule, body) or (rule.either and other is not None and _fits(rule, other))))  # fmt: skip
    return next(fit, None)


def _fits(rule: Refusal, body: Body) -> bool:
    alike = all(re.fullmatch(pattern, _text(body.get(name))) for name, pattern in rule.like.items())
    alike = alike and (not rule.having or any(body.get(name) for name in rule.having))
    return alike and has(body, rule.where) and not (rule.unless and has(body, rule.unless))


def _text(value: object) -> str:
    """What a `like` is compared with."""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def enabled(words: Writes) -> bool:
    """Whether resources of a kind act by themselves so that a plan must be asked to enable them."""
    return any(rule.asked for rule in words.refused) or bool(words.switch and words.switch.asks)


def read_only(reason: Reason) -> Writes:
    """The words of a kind that nobody writes through Graph, and why."""
    return Writes(probe=(), refused=(Refusal(reason),))


def barred(words: Writes, deed: Deed) -> Reason | None:
    """Why no resource of a kind can be made (changed, …); None where some can."""
    found = (rule for rule in words.refused if deed in rule.deeds)
    return next(
        (
            rule.reason
            for rule in found
            if not (rule.where or rule.unless or rule.having or rule.like or rule.but or rule.asked)
        ),
        None,
    )
