"""Create, update and delete one object of any kind; what a kind allows is data (`kinds`)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from entragit.sandbox import listing, removal, select
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request
from entragit.sandbox.rules import types
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.select import View
from entragit.sandbox.store import Object
from entragit.sandbox.writes import audits, bodies, links, restricted, values
from entragit.sandbox.writes.bodies import Sent
from entragit.sandbox.writes.core import GRAPH, Kind, Write
from entragit.sandbox.writes.shelves import shelf


def body_of(ask: Ask) -> Object:
    """The request's body; 400 for anything but an object."""
    if not isinstance(ask.body, dict):
        raise bad_request("Empty Payload. JSON content expected.", "BadRequest")
    return ask.body


def _touch(write: Write, reason: str) -> None:
    """Log a change; that of a child is its owner's."""
    if write.kind.child and write.owner is not None:
        write.tenant.touch(write.kind.path.rpartition("/")[0], str(write.owner["id"]))
    elif reason == "created":
        write.tenant.touch(write.kind.path, write.id, "created")
    else:
        write.tenant.touch(write.kind.path, write.id, "deleted" if reason == "deleted" else "changed")


def _run(rules: Iterable[Callable[[Write], None]], write: Write) -> None:
    for rule in rules:
        rule(write)


def _new(ask: Ask, kind: Kind, sent: Sent) -> Object:
    after: Object = {"@odata.type": GRAPH + sent.type} if kind.polymorphic or kind.cast else {}
    after |= blank(sent.type) | copy.deepcopy(dict(kind.defaults))
    for name in ("createdDateTime", "modifiedDateTime"):
        if name in types.properties(sent.type):
            after[name] = ask.tenant.stamp()
    after["id"] = str(sent.plain[kind.key]) if kind.key and sent.plain.get(kind.key) else ask.tenant.new_id()
    return values.merged(sent.type, after, sent.plain) | sent.extensions


def _about(write: Write, item: Object) -> list[Object]:
    """The objects that an assignment or a grant is about, as further targets of its audit record; a child's owner."""
    found = [write.owner] if write.kind.child and write.owner is not None else []
    for name in write.kind.about:
        path = write.tenant.kind_of(str(item.get(name)))
        found += [] if path is None else [write.tenant.objects[path][str(item[name])]]
    return found


def shown(ask: Ask, kind: Kind, name: str, item: Object) -> Object:
    """An object as the answer of a write holds it: the properties that come without being selected."""
    render = select.renderer(View(kind.type, None, single=True))
    return {"@odata.context": listing.context(ask, name, entity=True), **copy.deepcopy(render(item))}


def create(ask: Ask, kind: Kind, body: Object, owner: Object | None = None) -> Reply:
    """Make a new object: 201 with it and its address; raises ApiError."""
    tenant, sent = ask.tenant, bodies.checked(ask, kind, body, {})
    bodies.require(kind, sent.plain)
    bodies.require_bound(kind, sent.binds)
    after = _new(ask, kind, sent)
    if kind.made is not None:
        after |= kind.made(Write(ask, kind, after["id"], {}, sent.plain, after, owner))
    write = Write(ask, kind, str(after["id"]), {}, sent.plain, after, owner)
    _run(kind.create, write)
    joins = links.bound(ask, kind, after, sent.binds)
    shelf(tenant, kind, owner)[write.id] = after
    tenant.removed.pop(write.id, None)
    _touch(write, "created")
    links.store(joins)
    _run(kind.effects, write)
    audits.record(ask, f"Add {kind.noun}", kind.path, {}, after, *_about(write, after))
    address = f"{ask.root}/{ask.path}/{write.id}"
    return Reply(201, shown(ask, kind, ask.path if owner is None else kind.path, after), {"Location": address})


def update(ask: Ask, kind: Kind, body: Object, before: Object, owner: Object | None = None) -> Reply:
    """Change an object in place, or all of it by PUT: 204, or with it where the kind or the client wants that.

    Raises ApiError.
    """
    restricted.check(ask, before)
    sent = bodies.checked(ask, kind, body, before)
    if sent.binds.keys() & {*kind.bound}:
        raise kind.bad("Sponsors are added and removed one by one.")
    if ask.method == "PUT":
        bodies.require(kind, {"id": before.get("id"), **sent.plain})
        after = bodies.changed(ask, kind, sent, bodies.emptied(kind, sent.type, before))
    else:
        after = bodies.changed(ask, kind, sent, before)
    for name in ("modifiedDateTime", "lastModifiedDateTime"):
        if name in types.properties(sent.type):
            after[name] = ask.tenant.stamp()
    old = copy.deepcopy(before)
    write = Write(ask, kind, str(before.get("id", "")), old, sent.plain, after, owner)
    _run(kind.update, write)
    joins = links.bound(ask, kind, before, sent.binds)
    before.clear()
    before |= after
    _touch(write, "changed")
    links.store(joins)
    _run(kind.effects, Write(ask, kind, write.id, old, sent.plain, before, owner))
    audits.record(ask, f"Update {kind.noun}", kind.path, old, before)
    if kind.soft is not None and ask.prefers("return=representation"):  # facts §1: users, groups, applications
        return Reply(200, shown(ask, kind, kind.path, before), {"Preference-Applied": "return=representation"})
    return Reply(204) if kind.answer == 204 else Reply(kind.answer, shown(ask, kind, kind.path, before))


def delete(ask: Ask, kind: Kind, item: Object, owner: Object | None = None) -> Reply:
    """Delete an object: 204; raises ApiError."""
    restricted.check(ask, item)
    tenant, object_id = ask.tenant, str(item["id"])
    write = Write(ask, kind, object_id, item, {}, {}, owner)
    _run(kind.delete, write)
    about = [dict(body) for body in _about(write, item)]
    if kind.soft is not None:
        removal.remove(tenant, kind.path, object_id, kind.soft(write))
    elif kind.child:
        del shelf(tenant, kind, owner)[object_id]
        _touch(write, "deleted")
    else:
        tenant.bury(kind.path, object_id)
        removal.empty(tenant, kind.path, object_id)
        _touch(write, "deleted")
    _run(kind.gone, write)
    audits.record(ask, kind.removed or f"Delete {kind.noun}", kind.path, item, {}, *about)
    return Reply(204)


def plain_reply(ask: Ask, name: str, value: Any) -> Reply:
    """200 with the result of an action."""
    return Reply(200, {"@odata.context": f"{ask.root}/$metadata#{name}", **value})
