"""Whether what the catalog says of writing agrees with Graph's type table and itself: part of the self-check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from entragit.resources.base import Relation, ResourceType
from entragit.resources.check_facts import all_properties
from entragit.resources.derived import variants
from entragit.resources.metadata import Property, known, properties
from entragit.resources.texts import TEXTS
from entragit.resources.well_known import application_permissions
from entragit.resources.writing import DEEDS, barred

HOOK_LINES = 15
TYPE = "@odata.type"
SWITCHED = "isEnabled"

Flag = Callable[[Property], bool]


def write_problems(catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    """All that is wrong with the words of writing, a sentence each."""
    kinds = (one for kind in catalog.values() for one in (kind, *variants(kind)))
    for kind in kinds:
        if known(kind.type):
            yield from _names(kind)
            yield from _flags(kind)
            yield from _parts(kind, catalog)
            yield from (problem for relation in kind.relations for problem in _relation(kind, relation))
    for name, texts in TEXTS.items():
        yield from (f"{name}.{text}: ids in no such property" for text in sorted(texts - all_properties(name).keys()))


def _said(kind: ResourceType) -> Mapping[str, Collection[str]]:
    """Word → the properties that it names."""
    words = kind.writes
    switch = {words.switch.name} if words.switch and not any(words.switch.by) else set()
    rules = {name for rule in words.refused for name in {*rule.where, *rule.unless, *rule.having, *rule.like}}
    return {
        "given": words.given, "made": words.made, "later": words.later, "required": words.required,
        "optional": words.optional, "secret": {words.secret} - {""}, "new": words.new,
        "probe": () if kind.shape == "singleton" or barred(words, "create") else words.probe,
        "only": words.only or (), "fixed": words.fixed, "loose": words.loose, "repeated": words.repeated,
        "values": words.values, "patch": words.patch or (),
        "actions": words.actions, "switch": switch, "never": words.never, "lost": words.lost, "refused": rules,
        "before_delete": words.before_delete.keys() - words.actions.keys(),
        "needs": words.needs, "opened": words.opened,
        "unique_name": {words.unique_name} - {""}, "also": {name for need in words.also for name in need.where},
        "open": words.open, "disabled": {place[0] for place in words.disabled},
        "backed": {*(words.backed or ())[1:], words.backed_by} - {""},
        "unique": {name for one in words.unique for name in (one.name, *one.where)},
        "request": words.request.about | words.request.says | {*words.request.told} if words.request else (),
    }  # fmt: skip


def _names(kind: ResourceType) -> Iterator[str]:
    rows = all_properties(kind.type)
    relations = {relation.name for relation in kind.relations}
    for word, names in _said(kind).items():
        for name in sorted(set(names) - rows.keys() - {TYPE} - (relations if word in RELATED else set())):
            yield f"{kind.kind}: {word} names {name}, which {kind.type} doesn't have"
    for name in sorted({name for rule in kind.writes.refused for name in rule.but} - rows.keys() - relations):
        yield f"{kind.kind}: but names {name}, which {kind.type} doesn't have"


RELATED = ("never", "required")
"""Words that may name relationships, too."""
# Word → what its properties' flags must be, in words.
FLAGS: Mapping[str, tuple[Flag, str]] = {
    "given": (lambda row: row.read_only or row.name == "id", "isn't read-only"),
    "open": (lambda row: row.read_only, "isn't read-only"),
    "made": (lambda row: not row.read_only, "is read-only anyway"),
    "loose": (lambda row: row.immutable, "isn't immutable"),
    "fixed": (lambda row: not row.immutable and not row.read_only, "is immutable or read-only anyway"),
    "patch": (lambda row: not row.immutable and not row.read_only, "is immutable or read-only"),
    "later": (lambda row: not row.read_only, "is read-only"),
    "optional": (lambda row: row.required_on_create, "isn't required"),
    "switch": (lambda row: not row.immutable and not row.read_only, "is immutable or read-only"),
    "before_delete": (lambda row: not row.immutable and not row.read_only, "is immutable or read-only"),
}


def _flags(kind: ResourceType) -> Iterator[str]:
    rows = all_properties(kind.type)
    for word, names in _said(kind).items():
        if word in FLAGS:
            holds, words = FLAGS[word]
            wrong = sorted(name for name in set(names) & rows.keys() if not holds(rows[name]))
            yield from (f"{kind.kind}: {word} names {name}, which {words}" for name in wrong)


def _parts(kind: ResourceType, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    words, where = kind.writes, kind.kind
    said = {*words.needs.values(), *(need.permission for need in words.also), *_at_address(kind)}
    for permission in said - application_permissions():
        yield f"{where}: {permission} is no application permission of Microsoft Graph"
    for name in {*words.after, *(words.backed or ())[:1]} - catalog.keys():
        yield f"{where}: comes after {name}, which is no kind"
    if words.restore not in ("", kind.type):
        yield f"{where}: a deleted {kind.type} isn't found as {words.restore}"
    if all(barred(words, deed) for deed in DEEDS):
        return
    if kind.tier == 0 and words.weakens is None:
        yield f"{where}: nobody says what makes it weaker"
    if kind.shape != "singleton" and words.create == "POST" and not (words.probe or barred(words, "create")):
        yield f"{where}: nobody can find what a lost POST has made"
    yield from _request(kind, catalog)
    if not (kind.write or kind.delegated or words.signed_in):
        yield f"{where}: no permission to write it"
    if kind.unique and kind.title not in ("id", kind.key, *(one.name for one in words.unique)):
        yield f"{where}: nobody gives a title up that Graph keeps unique"
    if not kind.role:
        yield f"{where}: no directory role to write it"
    yield from (problem for hook in (words.sent, words.settle, words.weakens) for problem in _hook(where, hook))
    yield from (f"{where}: nothing is switched off at {'/'.join(place)}" for place in words.disabled
                if SWITCHED not in _elements(kind.type, place))  # fmt: skip


def _at_address(kind: ResourceType) -> Iterator[str]:
    """The permissions of a derived type."""
    if kind.cast:
        yield from (*kind.cast.write, *kind.cast.remove)
        yield from (permission for permissions in kind.cast.below.values() for permission in permissions)


def _request(kind: ResourceType, catalog: Mapping[str, ResourceType]) -> Iterator[str]:
    rule, where = kind.writes.request, kind.kind
    if (kind.shape == "request") != (rule is not None):
        yield f"{where}: of the shape request without saying how, or the other way round"
    if rule and rule.lasting not in {"", *catalog}:
        yield f"{where}: without an end it is of {rule.lasting}, which is no kind"


def _hook(where: str, hook: Callable[..., Any] | None) -> Iterator[str]:
    if hook is not None and len(inspect.getsource(hook).splitlines()) > HOOK_LINES:
        yield f"{where}: {hook.__name__} is a hook of over {HOOK_LINES} lines"


def _elements(type_name: str, place: tuple[str, ...]) -> Mapping[str, Property]:
    """The properties of the elements of the list at `place`; none where there is no such list."""
    for name in place:
        row = properties(type_name).get(name)
        if row is None:
            return {}
        type_name = row.type
    return all_properties(type_name) if known(type_name) else {}


BARE = Relation("", "refset")
# Shape, words of relationships of that shape alone, and what they do.
SHAPED = (
    ("refset", ("at", "bind", "first", "sown"), "only sets of references are bound, or made with their owner"),
    (
        "child",
        ("alone", "change", "counted", "frees", "full", "key", "sent", "sole"),
        "only children are made and changed",
    ),
    ("single", ("always", "shown"), "only one object is always there, or shown by its values"),
    ("stream", ("media", "sure"), "only bytes are of a media type, and surely there"),
)


def _relation(kind: ResourceType, relation: Relation) -> Iterator[str]:
    where = f"{kind.kind}/{relation.name}"
    for shape, words, sentence in SHAPED:
        if relation.shape != shape and any(getattr(relation, word) != getattr(BARE, word) for word in words):
            yield f"{where}: {sentence}"
    if relation.parent and relation.parent not in properties(relation.type):
        yield f"{where}: its children don't name their owner in {relation.parent}"
    to = relation.reference.to if relation.reference else ()
    if relation.through and (relation.shape, to) != ("refset", relation.through[:1]):
        yield f"{where}: only references to one kind are written through it"
    if (relation.through is None) is not (relation.asks is None):
        yield f"{where}: what is written through a kind asks for it, and nothing else does"
    rows = properties(relation.type)
    unsaid = [name for name in sorted(relation.drop - {"id", relation.parent}) if not rows[name].read_only]
    if unsaid:
        yield f"{where}: nobody says what a new child sends for {', '.join(unsaid)}"
    for name in sorted({*relation.alone} - (properties(relation.type).keys() if relation.type else set())):
        yield f"{where}: alone names {name}, which its children don't have"
    if relation.stays:
        for name in sorted(relation.stays[0].keys() - all_properties(kind.type).keys()):
            yield f"{where}: stays names {name}, which {kind.type} doesn't have"
    yield from _hook(where, relation.sent)
    yield from _hook(where, relation.full)
    yield from _hook(where, relation.weakens)
