"""What was sent, taken apart and checked against the kind: types, read-only, required, extensions (facts §6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import ApiError
from entragit.sandbox.rules import types
from entragit.sandbox.rules.relations import INSIDE
from entragit.sandbox.rules.stored import default
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import GRAPH, Kind

EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+")
# Kept in other services: no application may write a person's own words (facts §5 users).
PROFILE = frozenset({
    "aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities",
    "schools", "skills", "mailboxSettings",
})  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A checked body: its type, its properties, name → references of `@odata.bind`, directory extensions."""

    type: str
    plain: Object
    binds: dict[str, Any] = field(default_factory=dict)
    extensions: Object = field(default_factory=dict)


def _split(kind: Kind, body: Object) -> Sent:
    """The body taken apart, not checked yet."""
    sent = Sent(kind.type, {})
    for name, value in body.items():
        references = kind.references.get(name.removesuffix("@odata.bind"))
        if name.endswith("@odata.bind") and references is not None and references.bind:
            sent.binds[references.name] = value
        elif EXTENSION.fullmatch(name):
            sent.extensions[name] = value
        else:
            sent.plain[name] = value
    return sent


def _check_extensions(tenant: Tenant, kind: Kind, extensions: Object) -> None:
    """400 for a directory extension that no live application offers for this kind."""
    if not extensions:
        return
    children = tenant.children.get("applications/extensionProperties", {})
    apps = lookup.live(tenant, "applications")
    held = {item["name"]: item for app, items in children.items() if app in apps for item in items.values()}
    unknown = sorted(name for name in extensions if kind.resource not in held.get(name, {}).get("targetObjects", ()))
    if unknown:
        raise kind.bad(f"The following extension properties are not available: {','.join(unknown)}.")


def _read_only(kind: Kind, name: str, known: types.Property, created: bool) -> bool:
    if name in kind.server:
        return True
    if created:
        return (known.read_only and name not in kind.client | kind.create_only) or name in kind.patch_only
    if (known.read_only or known.immutable) and name not in kind.client:
        return True
    return name in kind.create_only or (kind.patchable is not None and name not in kind.patchable)


def _refusal(kind: Kind, name: str, known: types.Property | None, created: bool) -> ApiError | None:
    """What Graph says to a property of this name, or None if it takes it."""
    if known is None:
        return kind.bad(f"Invalid property '{name}'.")
    if name in PROFILE and kind.path == "users":
        return ApiError(403, "Authorization_RequestDenied", f"Property '{name}' can't be set by an application.")
    if _read_only(kind, name, known, created):
        return kind.bad(f"Property '{name}' is read-only and cannot be set.")
    return None


def _holds(value: Any, name: str) -> bool:
    if isinstance(value, dict):
        return name in value or any(_holds(item, name) for item in value.values())
    return isinstance(value, list) and any(_holds(item, name) for item in value)


def _newer(ask: Ask, kind: Kind) -> Callable[[str], bool]:
    """Whether a property is newer than the types: none has it, and an object of the tenant has or had it."""
    tenant, own = ask.tenant, INSIDE[kind.path].inside[1] if kind.path in INSIDE else ""

    def newer(name: str) -> bool:
        if "@" in name or name in types.names() or name == own:  # the last is the sandbox's own
            return False
        stored = (tenant.objects.get(kind.path, {}).values(), tenant.deleted.get(kind.path, {}).values())
        gone = (body for path, body, _ in tenant.removed.values() if path == kind.path)
        return any(_holds(body, name) for body in (*stored[0], *stored[1], *gone, tenant.singletons.get(kind.path)))

    return newer


def _check_writable(ask: Ask, kind: Kind, sent: Sent, before: Object) -> Object:
    """The properties to set: an `id` that matches is dropped, the rest refused if it can't be set (facts §6)."""
    known, newer = values.fields(sent.type), _newer(ask, kind)
    plain: Object = {}
    for name, value in sent.plain.items():
        if name == "@odata.type" or (before and name == "id" and value == before.get("id")):
            continue
        if name not in known and newer(name):
            plain[name] = value
            continue
        refusal = _refusal(kind, name, known.get(name), not before)
        if refusal is not None:
            raise refusal
        plain[name] = value
    values.check(kind, sent.type, plain, newer)
    values.check_strings(kind, plain)
    return plain


def body_type(kind: Kind, body: Object, before: Object) -> str:
    """The type of the object: what "@odata.type" names, needed for polymorphic kinds and fixed once created."""
    if kind.polymorphic and "@odata.type" not in body:
        raise kind.bad(f"A '{kind.type}' needs its '@odata.type'.")
    actual = values.actual_type(kind, kind.type, body)
    if values.is_abstract(actual):
        raise kind.bad(f"A value of the abstract type '{actual}' can't be made.")
    if not before and not kind.polymorphic and actual != kind.type:  # [K]: documented at the address of a cast alone
        raise kind.bad(f"A '{actual}' isn't made as one of '{kind.path}'.")
    stored = str(before.get("@odata.type", GRAPH + actual)).removeprefix(GRAPH)
    if kind.polymorphic and stored != actual:
        raise kind.bad(f"The type of an existing object can't change from '{stored}' to '{actual}'.")
    return actual


def checked(ask: Ask, kind: Kind, body: Object, before: Object) -> Sent:
    """A body that the kind takes, for the object `before` ({} for a new one); raises ApiError 400."""
    split = _split(kind, body)
    sent = Sent(body_type(kind, split.plain, before), split.plain, split.binds, split.extensions)
    plain = _check_writable(ask, kind, sent, before)
    _check_extensions(ask.tenant, kind, sent.extensions)
    return Sent(sent.type, plain, sent.binds, sent.extensions)


def require(kind: Kind, body: Object) -> None:
    """400 for a new object without what it needs."""
    for name in kind.required:
        if body.get(name) is None:
            raise kind.bad(f"A value is required for property '{name}' of resource '{kind.resource}'.")


def require_bound(kind: Kind, binds: Mapping[str, object]) -> None:
    """400 for a new object that doesn't name those who must be there at once."""
    for name in kind.bound:
        if not binds.get(name):
            raise kind.bad(f"A value is required for relationship '{name}' of resource '{kind.resource}'.")


def _refused_partly(kind: Kind, name: str) -> ApiError:
    return kind.bad(
        f"The sandbox takes '{name}' only whole: whether Graph keeps or clears the absent parts of a complex value "
        "is not documented (option partial_values)."
    )


def emptied(kind: Kind, type_name: str, before: Object) -> Object:
    """`before` as a PUT starts from: what a client may set is as if nobody had, the rest stays."""
    known = values.fields(type_name)
    free = (name for name in before if name in known and not _read_only(kind, name, known[name], created=False))
    return before | {name: default(known[name]) for name in free}


def changed(ask: Ask, kind: Kind, sent: Sent, before: Object) -> Object:
    """`before` with the properties sent on top (facts §6; option `partial_values`)."""
    merged, replaced = (make(sent.type, before, sent.plain) for make in (values.merged, values.replaced))
    reading = ask.tenant.options.partial_values
    for name in sent.plain.keys() - kind.merges:
        if values.bare(merged.get(name)) != values.bare(replaced.get(name)) and name in replaced:
            if reading == "refuse":
                raise _refused_partly(kind, name)
            merged[name] = (merged if reading == "merge" else replaced)[name]
    return merged | sent.extensions
