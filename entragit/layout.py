"""Where a resource stands in the tenant repository, and what an id is called in a comment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from entragit.names import id8, id_full, is_guid, slug
from entragit.resources.base import ResourceType

SUFFIX = ".yaml"

_SHARD = re.compile(r"[0-9a-f]{2}")


def addresses(kind: ResourceType, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The address of every resource of a kind, by id; `pairs` are all their (id, title), in any order.

    A singleton's address is its kind. A unique title that makes a name as it is (but for case) stands alone, in
    lower case; another has ".<id8>" behind it; without a title property the name is the id8. Where names still
    collide on a file system that ignores case, every one of them has the full id (no GUID: its SHA-256) instead.
    """
    titles = _titles(pairs)
    if kind.shape == "singleton":
        return dict.fromkeys(titles, kind.kind)
    names = {key: _name(kind, key, title) for key, title in titles.items()}
    # A full name may collide with one that stood alone until now, so look until nothing is left to lengthen.
    short = set(names)
    while crowd := _colliding(names) & short:
        names |= {key: _full_name(kind, key, titles[key]) for key in crowd}
        short -= crowd
    return {key: f"{kind.kind}/{name}" for key, name in names.items()}


def path_of(kind: ResourceType, address: str, key: str, shard: bool) -> str:
    """The path of the file of a resource; `shard`: below a folder named by two hexadecimal digits of the id."""
    if kind.shape == "singleton" or not shard:
        return address + SUFFIX
    return f"{kind.kind}/{id8(key)[:2]}{address.removeprefix(kind.kind)}{SUFFIX}"


def address_of(path: str, kinds: Mapping[str, ResourceType]) -> tuple[str, str] | None:
    """Kind and address of the resource at `path`, where `kinds` is the catalog; None for any other file.

    The kind with the longest path wins. Any collection may be sharded, so the setting need not be known.
    """
    stem = path.removesuffix(SUFFIX)
    if stem == path:
        return None
    if stem in kinds and kinds[stem].shape == "singleton":
        return stem, stem
    folder, _, name = stem.rpartition("/")
    if not name or name.startswith("."):
        return None
    outer, _, last = folder.rpartition("/")
    for kind in (folder, outer) if _SHARD.fullmatch(last) else (folder,):
        if kind in kinds and kinds[kind].shape != "singleton":
            return kind, f"{kind}/{name}"
    return None


@dataclass(frozen=True, slots=True)
class Index:
    """What the ids in bodies mean.

    `ids`: id → address. `app_ids`: appId → address of its service principal, else of its application.
    `permissions`: id of an app role or scope → its value, such as "User.Read.All". `gone`: id or appId of what isn't
    in the tenant any more → its last address. `apps`: address of an application or service principal → its appId.
    `defined`: appId of an application of the tenant's own → the ids of its app roles and scopes. `inner`: the part of
    an id behind its owner's → address.
    """

    ids: Mapping[str, str]
    app_ids: Mapping[str, str] = field(default_factory=dict)
    permissions: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    apps: Mapping[str, str] = field(default_factory=dict)
    defined: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inner: Mapping[str, str] = field(default_factory=dict)

    def comment(self, by: str, text: str) -> str:
        """The comment behind the reference `text`, which repeats the `by` of its target.

        "id", "appId" and "inner" give an address, "gone: " and the last address, or "unknown"; "permission" gives the
        value or "unknown". A GUID is the same in any case. Raises KeyError for any other `by`.
        """
        known = {"id": self.ids, "appId": self.app_ids, "inner": self.inner, "permission": self.permissions}[by]
        if found := known.get(text) or (is_guid(text) and known.get(text.lower())):
            return found
        if by != "permission" and (last := self.gone.get(text)):
            return f"gone: {last}"
        return "unknown"


def _titles(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Title by id; a page that shifted may list an id twice, and the order of pages must not matter."""
    titles: dict[str, str] = {}
    for key, title in pairs:
        titles[key] = min(title, titles.get(key, title))
    return titles


def _stem(kind: ResourceType, title: str) -> tuple[str, bool]:
    """The part of the name that is made of the title, and whether it is enough alone."""
    if not kind.title:
        return "", False
    name = slug(title)
    if kind.unique and title.isascii() and name.lower() == title.lower():
        return name.lower(), True
    return name, False


def _name(kind: ResourceType, key: str, title: str) -> str:
    stem, alone = _stem(kind, title)
    return stem if alone else _dotted(stem, id8(key))


def _full_name(kind: ResourceType, key: str, title: str) -> str:
    return _dotted(_stem(kind, title)[0], id_full(key))


def _dotted(stem: str, key: str) -> str:
    return f"{stem}.{key}" if stem else key


def _colliding(names: Mapping[str, str]) -> set[str]:
    count = Counter(name.lower() for name in names.values())
    return {key for key, name in names.items() if count[name.lower()] > 1}
