"""Delta queries: what changed in a collection since a token (facts §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from entragit.sandbox import access, elements, objects, paging, select, targets
from entragit.sandbox.ask import Ask
from entragit.sandbox.delta_tokens import Frozen, filter_ids, frozen_token, gone, link, thawed
from entragit.sandbox.paths import Place
from entragit.sandbox.query import seen, unsupported
from entragit.sandbox.replies import Reply
from entragit.sandbox.rules import layout, types
from entragit.sandbox.rules.relations import EXPANDABLE
from entragit.sandbox.rules.row import Relation
from entragit.sandbox.select import Render, View
from entragit.sandbox.shuffle import shuffled
from entragit.sandbox.store import Object, Tenant

OPTIONS = frozenset({"$select", "$filter", "$deltatoken", "$skiptoken"})
LATEST = "latest"
SIZE = 200  # elements of a page, unless the client prefers fewer
CHUNK = 200  # the most targets in one element; a larger relationship comes in several (facts §3)
MAX_PAGE = re.compile(r"odata\.maxpagesize\s*=\s*(\d+)")
# Relationships that come without being selected (facts §3).
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "groups": ("members",),
    "directory/administrativeUnits": ("members",),
    "directoryRoles": ("members",),
}
Link = tuple[str, str, bool]  # relation, target, whether it is there


@dataclass(frozen=True)
class Part:
    """One element to come: an object with (`whole`) or without its properties, and some of its links."""

    id: str
    links: tuple[Link, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class Round:
    """One sequence of pages: the query's options, what it selects, and the changes told when it is over."""

    frozen: Frozen
    names: tuple[str, ...] | None
    relations: tuple[Relation, ...]
    told: int


def _chosen(ask: Ask, place: Place, text: str | None) -> tuple[tuple[str, ...] | None, tuple[Relation, ...]]:
    """(properties or None, relationships) of a `$select`; 400 for what a delta query can't give."""
    known = EXPANDABLE.get(place.path, {})
    if text is None:
        return None, tuple(known[name] for name in DEFAULTS.get(place.path, ()))
    wanted = [name.strip() for name in text.split(",")]
    relations = tuple(known[name] for name in wanted if name in known)
    if any(relation.how != "links" for relation in relations):
        raise unsupported(f"A delta query can't select all of '{text}'.")
    plain = ",".join(name for name in wanted if name not in known)
    type_name = types.collection_type(place.path)
    names = select.names(plain, type_name, False, seen(ask, place.path)) if plain else ("id",)
    return (names if "id" in names else ("id", *names)), relations


def _settled(tenant: Tenant) -> int:
    """How many changes can be told: those before the first of an object that is still too new to be seen."""
    unseen = objects.hidden_ids(tenant)
    if unseen:
        for number, change in enumerate(tenant.changes):
            if change.id in unseen or change.target in unseen:
                return number
    return len(tenant.changes)


def _parts(object_id: str, links: Sequence[Link], whole: bool) -> Iterator[Part]:
    yield Part(object_id, tuple(links[:CHUNK]), whole)
    for start in range(CHUNK, len(links), CHUNK):
        yield Part(object_id, tuple(links[start : start + CHUNK]), whole=False)


def _everything(ask: Ask, place: Place, now: Round) -> Iterator[Part]:
    """The first round: every object with all its links."""
    for object_id, item in list(objects.visible(ask.tenant, place.path).items()):
        if now.frozen.ids is not None and object_id not in now.frozen.ids:
            continue
        links: list[Link] = []
        for relation in now.relations:
            ids = targets.targets(ask, place.path, relation, item)
            found = targets.without_principals(ask, place.path, relation, ids)
            links += [(relation.name, target, True) for target in found]
        yield from _parts(object_id, links, whole=True)


def _changed(ask: Ask, place: Place, now: Round) -> Iterator[Part]:
    """A later round: the objects that changed, and the links that came or went."""
    relations = {relation.name: relation for relation in now.relations}
    touched: dict[str, dict[tuple[str, str], bool]] = {}
    whole: set[str] = set()
    for change in ask.tenant.changes[now.frozen.told : now.told]:
        if change.collection != place.path or (now.frozen.ids is not None and change.id not in now.frozen.ids):
            continue
        if change.relation is None:
            touched.setdefault(change.id, {})
            whole.add(change.id)
        elif change.relation in relations:
            ids = [str(change.target)]
            for target in targets.without_principals(ask, place.path, relations[change.relation], ids):
                touched.setdefault(change.id, {})[change.relation, target] = bool(change.added)
    minimal = ask.prefers("return=minimal")
    for object_id, found in touched.items():
        item = ask.tenant.objects.get(place.path, {}).get(object_id)
        unseen = item is not None and targets.hidden(ask, place.path, item)
        links = [(*link_, added) for link_, added in found.items() if not (unseen and link_[0] == "members")]
        yield from _parts(object_id, links, whole=object_id in whole or not minimal)


def _begun(ask: Ask, place: Place) -> paging.Run:
    """A new round from this request's options or delta token."""
    token = ask.query.get("$deltatoken")
    if token and token != LATEST:
        frozen = thawed(ask, place, token)
    else:
        frozen = Frozen(ask.query.get("$select"), filter_ids(ask.query.get("$filter")))
    now = Round(frozen, *_chosen(ask, place, frozen.select), _settled(ask.tenant))
    if token == LATEST:
        parts: Sequence[Part] = ()
    else:
        parts = list(_everything(ask, place, now) if frozen.told < 0 else _changed(ask, place, now))
    if ask.tenant.options.shuffle is not None:  # any order, and replays (facts §3)
        parts = shuffled(ask, [*parts, *parts[::10]])
    return paging.Run(f"delta/{ask.version}/{place.path}", parts, ask.tenant.now(), now)


def _target(tenant: Tenant, target: str, added: bool) -> Object:
    paths = layout.DIRECTORY_OBJECTS
    held = (path for path in paths if target in tenant.objects.get(path, {}) or target in tenant.deleted.get(path, {}))
    element: Object = {"@odata.type": f"#microsoft.graph.{paths.get(next(held, ''), 'directoryObject')}", "id": target}
    return element if added else {**element, "@removed": {"reason": "deleted"}}


def _element(ask: Ask, place: Place, render: Render, part: Part) -> Object:
    item = ask.tenant.objects.get(place.path, {}).get(part.id)
    if item is None:
        soft = part.id in ask.tenant.deleted.get(place.path, {})
        return {"id": part.id, "@removed": {"reason": "changed" if soft else "deleted"}}
    element: Object = render(item) if part.whole else {"id": part.id}
    links: dict[str, list[Object]] = {}
    for relation, target, added in part.links:
        links.setdefault(f"{relation}@delta", []).append(_target(ask.tenant, target, added))
    return element | links


def _page_size(ask: Ask) -> int:
    wanted = MAX_PAGE.search(ask.headers.get("prefer", ""))
    size = min(int(wanted[1]) or 1, 999) if wanted else SIZE
    return min(size, ask.tenant.options.page_size or size)


def _position(ask: Ask, place: Place) -> tuple[paging.Run, int, int]:
    """(round, its number or -1, offset) of this request; 410 for a page token that holds no more."""
    token = ask.query.get("$skiptoken")
    if token is None:
        return _begun(ask, place), -1, 0
    found = paging.resumed(ask, token, f"delta/{ask.version}/{place.path}")
    if found is None:
        raise gone(ask, place)
    return ask.caller.desk.pages.open[found[0]], *found


def changes(ask: Ask, place: Place) -> Reply:
    """GET …/delta: a page of changes with its nextLink or, at the end, the deltaLink; raises ApiError."""
    for name in ask.query:
        if name not in OPTIONS:
            raise unsupported(f"The query parameter '{name}' is not supported with delta queries.")
    run, number, offset = _position(ask, place)
    now: Round = run.about
    end = offset if ask.empty else offset + _page_size(ask)
    render = select.renderer(View(types.collection_type(place.path), now.names))
    render = elements.silenced(render, access.check_properties(ask, now.names or ()))
    values = [_element(ask, place, render, part) for part in run.items[offset:end]]
    body: Object = {"@odata.context": f"{ask.root}/$metadata#{place.path}"}
    if end < len(run.items) or ask.empty:
        number = paging.opened(ask, run) if number < 0 else number
        body["@odata.nextLink"] = link(ask, place, skiptoken=paging.skip_token(ask, number, end))
    else:
        made = replace(now.frozen, told=now.told, made=ask.tenant.now().timestamp())
        body["@odata.deltaLink"] = link(ask, place, deltatoken=frozen_token(ask, place, made))
    return Reply(200, {**body, "value": values})
