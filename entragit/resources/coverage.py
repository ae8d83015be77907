"""docs/coverage.md, made from the catalog: what of a tenant is kept, how it comes back, and what is left out.

`python -m entragit.resources.coverage FILE` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from entragit.model import TENANT
from entragit.resources import coverage_writing as writing
from entragit.resources.base import SOME, Inherited, Relation, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import ListRule
from entragit.resources.fields import Field, fields
from entragit.resources.metadata import derived, lineage, navigation
from entragit.resources.uncovered import EACH, LIVE, OF_SOME, OUT_OF_SCOPE, UNCOVERED, WRITERS_ONLY

HEAD = ("kind", "tier", "written", "after a deletion", "evidence", "followed", "properties")
INTRODUCTION = """\
# What entragit covers

Made from the catalog by `make docs`; don't edit it. [The format](../examples/tenant-repo/README.md) says how all this
looks in Git.

Every permission here is an application permission of Microsoft Graph, but where a signed-in person is named. Reading
needs none that writes, but for what is off by default; `entragit permissions` prints those of a tenant repository or a
plan.

- *Written*: whether a plan can change it; **by a person**: Graph takes it from a signed-in person alone.
- *After a deletion*: **restored** from the deleted items while they last, else made anew, under a new id that every
  reference follows; **made anew** likewise; **never**: what a person does instead is in the kind's own table, and in
  the ledger of each plan that meets it.
- *Evidence*: **sandbox**: read, changed and brought back in tests against a local Entra that keeps Microsoft's
  documented rules; **live**: on a real tenant, too, on that day.
- *Tier*: 0 can lock administrators out or hand the tenant over, 1 holds access, 2 is the rest. Drift sorts by it.
- *Followed*: Graph tracks changes of the kind, so what changes while an export reads is read once more.
- *Properties*: Graph sends those of some kinds only if they are asked for **by name**, so there one that Graph has
  invented since is not read. Of all others it sends everything, and what entragit has never heard of is kept.
- What is not listed as left out is kept wherever it has a value.

"""


def markdown() -> str:
    """The whole page."""
    kinds = sorted(CATALOG.values(), key=lambda kind: kind.kind)
    parts = [INTRODUCTION, *_table(HEAD, map(_summary, kinds))]
    for kind in kinds:
        parts += [f"\n## `{kind.kind}`\n\n", *_table((kind.shape, f"`{kind.type}`"), _rows(kind))]
    parts += ["\n## Planned\n\n", *_table(("in Graph", "what", "why not"), _uncovered())]
    parts += ["\n## Out of scope\n\n", *_table(("what", "why"), OUT_OF_SCOPE)]
    return "".join(parts)


def _summary(kind: ResourceType) -> tuple[object, ...]:
    link = f"[`{kind.kind}`](#{kind.kind.replace('/', '').lower()})"
    asked = "by name" if kind.select == "all" else "as sent"
    followed = "yes" if kind.delta else "no"
    return link, kind.tier, writing.written(kind), writing.after_deletion(kind), evidence(kind), followed, asked


def _rows(kind: ResourceType) -> Iterator[tuple[str, str]]:
    """What there is to say of one kind: a label and a text, where it isn't empty."""
    said = (
        ("Licence", kind.licence),
        ("Only in Graph's beta", "yes" if kind.version == "beta" else ""),
        (
            "Off by default",
            f"read only where `kinds: also` names it: {WRITERS_ONLY}" if kind.asked else "",
        ),
        ("Options", "; ".join(_option(kind, relation) for relation in kind.relations if relation.asked)),
        ("Read with", "; ".join(_permissions(kind))),
        ("Least directory role of a person who reads it", f"`{kind.reader}`" if kind.reader else ""),
        ("Where it was never set up", f"read as {_conditions(kind.absent)}" if kind.absent else ""),
        ("Relationships", "; ".join(_relation(relation) for relation in kind.relations)),
        ("Not read yet", _words(kind.unread)),
        ("Left out, read-only in Graph", _words(_left_out(kind, read_only=True))),
        ("Left out by entragit", _words(_left_out(kind, read_only=False))),
        ("Write-only in Graph", _words(_secret(fields(kind.type)))),
        ("Left out inside", "; ".join(_inside(kind))),
        ("Only kept", "; ".join(_inherited(rule) for rule in kind.inherited)),
        ("Listed", _listed(kind)),
        ("Resources left out", "; ".join(filter(None, (*_undesired(kind), _excluded(kind))))),
        ("Resources kept", _belonging(kind)),
        ("Other relationships in Graph", _words(_other_relationships(kind))),
        *writing.rows(kind),
    )
    return (row for row in said if row[1])


def evidence(kind: ResourceType) -> str:
    """What shows that a kind is read and written as said here."""
    return f"live, {LIVE[kind.kind]}" if kind.kind in LIVE else "sandbox"


def _permissions(kind: ResourceType) -> Iterator[str]:
    if kind.delegated:
        yield f"a signed-in person with {_words(kind.delegated, ' or ')}"
    if kind.read and not kind.delegated:
        yield _words(kind.read)
    yield from (f"`{permission}` for {_words([name])}" for name, permission in sorted(kind.needs.items()))
    for relation in kind.relations:
        yield from (f"`{permission}` for {_words([relation.name])}" for permission in relation.read)
        if relation.hidden:
            name, value, permission = relation.hidden
            yield f"`{permission}` for {_words([relation.name])} where `{name}` is `{value}`"
        if relation.passing:
            yield f"{_words(relation.passing.read)} to tell which {_words([relation.name])} pass"
    if kind.excluded:
        yield f"{_words(kind.excluded.read)} to tell which resources to leave out"
    if kind.each:
        yield f"{_words(kind.each.read)} to list `{kind.each.path}`"


def _relation(relation: Relation) -> str:
    to = f" of {_words(relation.reference.to, ' or ')}" if relation.reference else ""
    what = {
        "ref": "one id", "cast": "one id, given at creation alone", "refset": "ids",
        "child": f"`{relation.type}`{_by(relation.rule)}", "single": f"one `{relation.type}`",
        "stream": "bytes, in a file of their own",
    }[relation.shape]  # fmt: skip
    what = "how many of which type, and nothing else of them" if relation.counted else what
    unless = f", unless {_conditions(relation.unless)}" if relation.unless else ""
    other = "".join(f", not where `{name}` is {_words(found, ' or ')}" for name, found in relation.elsewhere.items())
    only = f", where {_conditions(relation.where)}" if relation.where else ""
    passing = f", less those who are there by a passing one of `{relation.passing.kind}`" if relation.passing else ""
    clouds = f", in the clouds {_words(relation.clouds, ' and ')} alone" if relation.clouds else ""
    return f"`{relation.name}`: {what}{to}{only}{unless}{other}{passing}{clouds}"


def _option(kind: ResourceType, relation: Relation) -> str:
    """What is read only where it is asked for."""
    beta = ", in Graph's beta alone" if relation.version == "beta" else ""
    own = f"it needs {_words(relation.read)}, which nothing else does, and a list more for each export"
    why = own if relation.shape == "cast" else OF_SOME if relation.where else EACH
    why = WRITERS_ONLY if any("ReadWrite" in permission for permission in relation.read) else why
    return f"`{relation.name}`, read only where `kinds: also` names `{kind.kind}/{relation.name}`: {why}{beta}"


def _listed(kind: ResourceType) -> str:
    """What of a collection is listed, where that isn't all of it in one list."""
    if kind.each:
        return f"for each of `{kind.each.path}` that can have one"
    return f"those with `{kind.filter}`" if kind.filter else ""


def _by(rule: ListRule) -> str:
    return f" by {_words(rule.by, ' and ')}" if rule.by else ""


def _left_out(kind: ResourceType, *, read_only: bool) -> list[str]:
    """Names of noise at the top of the kind's bodies that Graph lets nobody write, or does."""
    noise = {name: field for name, field in fields(kind.type).items() if field.noise}
    elsewhere = {*_secret(noise), *kind.unread, *(relation.name for relation in kind.relations)}
    return [name for name, field in noise.items() if name not in elsewhere and _is_read_only(field) is read_only]


def _is_read_only(field: Field) -> bool:
    return field.property is not None and field.property.read_only


def _secret(known: Mapping[str, Field]) -> list[str]:
    return [name for name, field in known.items() if field.property is not None and field.property.write_only]


def _inside(kind: ResourceType) -> Iterator[str]:
    """What is left out of the maps inside a body, by their Graph type, beyond what their base types leave out."""
    for name in sorted(_reachable(kind) - {kind.type}):
        base = fields(lineage(name)[1]) if len(lineage(name)) > 1 else {}
        noise = sorted(key for key, field in fields(name).items() if field.noise and key not in base)
        if noise:
            yield f"`{name}`: {_words(noise)}"


def _reachable(kind: ResourceType) -> set[str]:
    """The Graph types of all values in the kind's bodies, those that are derived from them included."""
    found: set[str] = set()
    todo = [kind.type, *(relation.type for relation in kind.relations if relation.type)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [*derived(name), *(field.type for field in fields(name).values() if not field.noise)]
    return {name for name in found if lineage(name)}


def _inherited(rule: Inherited) -> str:
    return f"where {_conditions(rule.where)}: {_words(rule.keep)}, relationships"


def _excluded(kind: ResourceType) -> str:
    rule = kind.excluded
    if rule is None:
        return ""
    only = "".join(f" where `{name}` is {_words(found, ' or ')}" for name, found in rule.only.items())
    ends = f" or `{rule.ends}` is there" if rule.ends else ""
    return f"those whose id is `{rule.property}` in `{rule.path}`{only}{ends}, for the same `{rule.alike}`"


def _undesired(kind: ResourceType) -> Iterator[str]:
    for rule in kind.undesired:
        yield "where " + " and ".join(f"`{way}` {_among(values)}" for way, values in rule.items())


def _among(values: tuple[str | bool, ...]) -> str:
    return "has a value" if SOME in values else "is " + " or ".join(map(_shown, values))


def _belonging(kind: ResourceType) -> str:
    rule = kind.belongs
    return f"those whose `{rule.name}` is `{rule.property}` of one of `{rule.path}`" if rule else ""


def _other_relationships(kind: ResourceType) -> set[str]:
    own = {relation.name for relation in kind.relations} | fields(kind.type).keys() | kind.unread
    return navigation(kind.type).keys() - own


def _uncovered() -> Iterator[tuple[str, str, str]]:
    return ((f"`{path}`", what, why) for path, what, why in sorted(UNCOVERED))


def _conditions(values: Mapping[str, object]) -> str:
    return " and ".join(
        f"`{name}` {'has a value' if value == SOME else f'is {_shown(value)}'}" for name, value in values.items()
    )


def _shown(value: object) -> str:
    if value == TENANT:
        return "this tenant's id"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def _words(names: Iterable[str], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in (sorted(names) if between == ", " else names))


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    yield from (f"| {' | '.join(str(cell) for cell in row)} |\n" for row in rows)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(markdown().encode())
