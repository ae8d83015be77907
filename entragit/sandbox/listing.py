"""What lists have in common: context, pages, counts, and which objects a query keeps (facts §1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from entragit.sandbox import query
from entragit.sandbox.ask import Ask
from entragit.sandbox.paging import page
from entragit.sandbox.paths import Place
from entragit.sandbox.query import Query
from entragit.sandbox.replies import Reply
from entragit.sandbox.rules import layout
from entragit.sandbox.shuffle import shuffled
from entragit.sandbox.store import Object


def context(ask: Ask, name: str, selected: Query | None = None, entity: bool = False) -> str:
    """The `@odata.context` of an answer."""
    names = f"({','.join(selected.names)})" if selected is not None and selected.names else ""
    return f"{ask.root}/$metadata#{name}{names}" + ("/$entity" if entity else "")


def listed(
    ask: Ask, found: Query, name: str, build: Callable[[], Sequence[Any]], render: Callable[[Any], Object | None]
) -> Reply:
    """One page of a list."""

    def built() -> Sequence[Any]:
        return shuffled(ask, build())

    values, link, items = page(ask, built, found.size, render)
    body: dict[str, Any] = {"@odata.context": context(ask, name, found)}
    if found.count and "$skiptoken" not in ask.query:
        body["@odata.count"] = len(items)
    if link is not None:
        body["@odata.nextLink"] = link
    return Reply(200, {**body, "value": values})


def counted(ask: Ask, place: Place, number: int) -> Reply:
    """`…/$count`: a bare number, for those who ask for it eventually (facts §1)."""
    if place.path in layout.ADVANCED and ask.headers.get("consistencylevel", "").lower() != "eventual":
        raise query.unsupported("$count is not currently supported without 'ConsistencyLevel: eventual'.")
    return Reply(200, number)


def kept(found: Query, objects: Mapping[str, Object], cast: str) -> list[str]:
    """The ids of a list's objects: filtered, cast, sorted."""
    items = list(objects.items())
    if found.filter is not None:
        items = [(object_id, item) for object_id, item in items if found.filter.keep(item)]
    if cast:
        items = [(object_id, item) for object_id, item in items if str(item.get("@odata.type")).lower() == cast]
    if found.order is not None:
        key = query.sort_key(found.order[0])
        items.sort(key=lambda pair: key(pair[1]), reverse=found.order[1])
    return [object_id for object_id, _ in items]
