"""The words of the table of states: the core kinds, what may happen to the sample of one, and what that is called."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applying import named
from worlds import CORE, World

from entragit.sandbox import portal, removal
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

(USERS, GROUPS, DEVICES, UNITS, SETTINGS, ORGANIZATION, DOMAINS, APPS, PRINCIPALS, GRANTS, POLICIES, LOCATIONS,
 CONTEXTS, STRENGTHS, AUTHORIZATION, METHODS, CONFIGURATIONS, DEFAULTS, DEFINITIONS, ASSIGNMENTS) = CORE  # fmt: skip

Deed = Callable[[World], None]


@dataclass(frozen=True)
class Row:
    """What happens to a sample, and what brings it back.

    `part`: which property or relationship of it. `writes`: the calls, {} for ids. `follows`: those on what names the
    sample, which aren't sent where that is made anew itself. `said`: (kind, what) of each line of the ledger that tells
    what will be new, `left`: of those that still tell afterwards what can't come back, without the kind. `together`:
    whether it goes with the other rows of its sort.
    """

    kind: str
    deed: Deed
    writes: list[str]
    part: str = ""
    follows: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    together: bool = True


TITLES = {DEVICES: "IPH-00002", SETTINGS: "Group.Unified", GROUPS: "Sample Outer", UNITS: "Sample Unit",
          APPS: "Sample One", POLICIES: "Sample Policy", LOCATIONS: "Sample Place"}  # fmt: skip
"""Kind → what its sample is called, if not "Sample…"."""

UNVERIFIED = "new-fabrikam.example"


def sample(world: World, kind: str, title: str = "") -> Object:
    """The sample of a kind, or its resource with another title; of a kind that nobody authors, what takes its place."""
    tenant = world.tenant
    if kind in tenant.singletons:
        return tenant.singletons[kind]
    if kind == GRANTS:
        return next(body for body in tenant.objects[kind].values() if "sample" in body["scope"].split())
    if kind == ASSIGNMENTS:
        given = sample(world, DEFINITIONS)["id"], boss(world)
        held = tenant.objects[kind].values()
        return next(body for body in held if (body["roleDefinitionId"], body["principalId"]) == given)
    if kind in (CONTEXTS, DOMAINS):
        return tenant.objects[kind][title or ("c77" if kind == CONTEXTS else tenant.domain)]
    return named(world, kind, title or TITLES.get(kind, "Sample"))


def other(world: World) -> str:
    """The id of a user whom no sample names."""
    return str(named(world, USERS, "daniel.obrien2")["id"])


def boss(world: World) -> str:
    """The id of the user whom the samples name."""
    return str(named(world, USERS, "yuki.weber")["id"])


def all_of(*deeds: Deed) -> Deed:
    """One after the other."""

    def deed(world: World) -> None:
        for one in deeds:
            one(world)

    return deed


def sets(kind: str, title: str = "", **values: Any) -> Deed:
    """Somebody gives properties other values."""

    def deed(world: World) -> None:
        body = sample(world, kind, title)
        portal.edit(world.tenant, kind, "" if kind in world.tenant.singletons else body["id"], "Update", **values)

    return deed


def changes(kind: str, path: str, change: Callable[[World, Any], Any], title: str = "") -> Deed:
    """Somebody gives what stands at a path of property names another value, made of the one that it has."""

    def deed(world: World) -> None:
        first, *names = path.split("/")
        value = copy.deepcopy(sample(world, kind, title)[first])
        if not names:
            value = change(world, value)
        part = value
        for name in names[:-1]:
            part = part[name]
        if names:
            part[names[-1]] = change(world, part[names[-1]])
        sets(kind, title, **{first: value})(world)

    return deed


def plus(kind: str, path: str, element: Any, title: str = "") -> Deed:
    """Somebody adds an element to a list: a value, or what a function makes of the world."""
    return changes(kind, path, lambda world, held: [*held, element(world) if callable(element) else element], title)


def minus(kind: str, path: str, title: str = "") -> Deed:
    """Somebody takes the first element out of a list."""
    return changes(kind, path, lambda _world, held: held[1:], title)


def joins(kind: str, relation: str, title: str = "") -> Deed:
    """Somebody puts another user into a relationship."""
    return lambda world: portal.join(world.tenant, kind, relation, sample(world, kind, title)["id"], other(world))


def leaves(kind: str, relation: str, title: str = "") -> Deed:
    """Somebody takes the first out of a relationship."""

    def deed(world: World) -> None:
        owner = sample(world, kind, title)["id"]
        portal.leave(world.tenant, kind, relation, owner, world.tenant.links[f"{kind}/{relation}"][owner][0])

    return deed


def child(kind: str, relation: str, type_: str, **values: Any) -> Deed:
    """Somebody makes another child."""

    def deed(world: World) -> None:
        tenant, owner = world.tenant, sample(world, kind)["id"]
        body = blank(type_) | {"id": tenant.new_id(), **values}
        tenant.children.setdefault(f"{kind}/{relation}", {}).setdefault(owner, {})[body["id"]] = body
        tenant.touch(kind, owner)

    return deed


def childless(kind: str, relation: str) -> Deed:
    """Somebody deletes the children."""

    def deed(world: World) -> None:
        owner = sample(world, kind)["id"]
        world.tenant.children[f"{kind}/{relation}"][owner].clear()
        world.tenant.touch(kind, owner)

    return deed


def gone(kind: str, *titles: str, soft: bool = False) -> Deed:
    """The sample, or all of these together, are deleted, or gone for good."""

    def deed(world: World) -> None:
        for id_ in [str(sample(world, kind, title)["id"]) for title in titles or ("",)]:
            removal.remove(world.tenant, kind, id_, soft=soft)

    return deed


def patch(kind: str, times: int = 1) -> list[str]:
    """The calls that change a resource of a kind."""
    return [f"PATCH {kind}" if kind in (AUTHORIZATION, METHODS, DEFAULTS) else f"PATCH {kind}/{{}}"] * times
