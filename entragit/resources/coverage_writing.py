"""What docs/coverage.md says of writing: what it takes, how a kind comes back, and what never does, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from entragit.resources.base import Derived, ResourceType
from entragit.resources.derived import variants
from entragit.resources.fields import fields
from entragit.resources.writing import DEEDS, Deed, Reason, Refusal, barred

SHORT: Mapping[Deed, str] = {"create": "making", "restore": "restoring", "update": "changing", "delete": "deleting"}


def written(kind: ResourceType) -> str:
    """Whether a kind can be changed, in two words."""
    if barred(kind.writes, "update"):
        return "never" if kind.shape == "singleton" or barred(kind.writes, "create") else "made and deleted only"
    return "by a person" if kind.delegated or kind.writes.signed_in else "yes"


def after_deletion(kind: ResourceType) -> str:
    """How a resource comes back that was deleted."""
    if kind.shape == "singleton" and not kind.none:
        return "always there"
    if barred(kind.writes, "create"):
        return "restored" if kind.writes.restore and not barred(kind.writes, "restore") else "never"
    return "restored, else made anew" if kind.writes.restore else "made anew"


def _roles(kind: ResourceType) -> Iterator[str]:
    yield from (f"`{kind.role}`",) if kind.role else ()
    yield from (f"`{one.role}` for `{one.name}`" for one in kind.relations if one.role)


def rows(kind: ResourceType) -> Iterator[tuple[str, str]]:
    """What there is to say of writing a kind: a label and a text, empty ones included."""
    words = kind.writes
    yield "Written by", f"requests to `{words.request.to}`" if words.request else ""
    yield "Written with", "; ".join(_permissions(kind)) if written(kind) != "never" else ""
    yield "Least directory role of a person who writes it", "; ".join(_roles(kind))
    yield "Taken at creation only", _names(_fixed(kind))
    yield "New after a re-creation", _names(words.new) if after_deletion(kind).endswith("made anew") else ""
    yield "Never written", "; ".join(f"`{name}`: {_clause(reason)}" for name, reason in sorted(words.never.items()))
    yield "Never comes back", "; ".join(_lost(kind))
    for rule in words.refused:
        yield f"No {_deeds(rule)}{_whom(rule)}", f"{rule.reason.why} {rule.reason.follow_up}"
    yield from (row for found in variants(kind) if found.cast for row in _derived(found, found.cast))
    said: dict[tuple[str, Reason], list[str]] = {}
    for relation in kind.relations:
        never = {"written": relation.never, "deleted": relation.lasting, "made or deleted": relation.settled,
                 "brought to a new resource": relation.unmade}  # fmt: skip
        for deed, reason in never.items():
            if reason:
                said.setdefault((deed, reason), []).append(relation.name)
    for (deed, reason), names in said.items():
        yield f"{_names(names)} never {deed}", f"{reason.why} {reason.follow_up}"


def _derived(kind: ResourceType, rule: Derived) -> Iterator[tuple[str, str]]:
    """What is otherwise of resources of a derived type."""
    words, name = kind.writes, f"`{rule.type}`"
    below = "".join(f", {_names(permissions)} for `{one}`" for one, permissions in rule.below.items())
    said = f"at addresses of that type alone, with {_names(rule.write)}{below}"
    gone = f"deleted and restored with {_names(rule.remove)}"
    yield f"{name} is written", f"{said}; {gone}; the least directory role of a person is `{rule.role}`"
    firsts = [relation.name for relation in kind.relations if relation.first]
    asked = _names(sorted([*words.required, *firsts]))
    taken = sorted((words.only or frozenset()) - words.lost.keys())
    yield f"{name} takes", f"{_names(taken)}; at creation {asked}"
    for reason in dict.fromkeys(words.never.values()):
        names = _names(sorted(one for one, why in words.never.items() if why == reason))
        yield f"{names} of {name} never written", f"{reason.why} {reason.follow_up}"


def _permissions(kind: ResourceType) -> Iterator[str]:
    if kind.write:
        yield f"{_names(kind.write)}{' of a signed-in person' if kind.delegated else ''}"
    if kind.writes.signed_in:
        yield f"{_names(kind.writes.signed_in)} of a signed-in person"
    yield from (f"`{permission}` for `{name}`" for name, permission in sorted(kind.writes.needs.items()))
    for needed in kind.writes.also:
        yield f"`{needed.permission}`{_where(needed.where)}"
    for relation in kind.relations:
        if relation.write:
            yield f"{_names(relation.write)} for `{relation.name}`"


def _fixed(kind: ResourceType) -> list[str]:
    """Properties that a creation takes and no change does."""
    words = kind.writes
    flagged = {name for name, field in fields(kind.type).items()
               if field.property is not None and field.property.immutable and not field.noise and name != "id"
               and not field.property.read_only}  # fmt: skip
    return sorted((flagged | words.fixed | words.given) - words.loose) if not barred(kind.writes, "create") else []


def _lost(kind: ResourceType) -> Iterator[str]:
    for name, reason in sorted(kind.writes.lost.items()):
        yield f"`{name}`: {_clause(reason)}"
    if kind.writes.unseen:
        yield f"{kind.writes.unseen.what}: {_clause(kind.writes.unseen)}"
    if kind.writes.secret:
        yield f"`{kind.writes.secret}`: nobody can read a password; a new account gets a random one"


def _clause(reason: Reason) -> str:
    return reason.why.rstrip(".")


def _deeds(rule: Refusal) -> str:
    return "writing" if rule.deeds >= DEEDS else " or ".join(SHORT[deed] for deed in SHORT if deed in rule.deeds)


def _whom(rule: Refusal) -> str:
    but = f", but for {_names(sorted(rule.but))}" if rule.but else ""
    alike = "".join(f" where `{name}` is like `{pattern}`" for name, pattern in sorted(rule.like.items()))
    unless = f" unless {_conditions(rule.unless)}" if rule.unless else ""
    having = f" where it has {' or '.join(f'`{name}`' for name in sorted(rule.having))}" if rule.having else ""
    return f"{_where(rule.where)}{having}{alike}{unless}{but}"


def _where(values: Mapping[str, object]) -> str:
    return f" where {_conditions(values)}" if values else ""


def _conditions(values: Mapping[str, object]) -> str:
    return " and ".join(f"`{name}` is `{str(value).lower() if isinstance(value, bool) else value}`"
                        for name, value in sorted(values.items()))  # fmt: skip


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
