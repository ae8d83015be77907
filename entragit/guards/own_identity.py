"""entragit's own application, service principal and, where one signed in, person: they stay what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from entragit.access import CREDENTIALS
from entragit.canonical import canonical_json
from entragit.guards.blocking import keeps_out
from entragit.guards.losing import those_of
from entragit.guards.sides import result, sides
from entragit.guards.world import POLICIES, PRINCIPALS, GuardWorld, called, finding
from entragit.model import Body
from entragit.plan import Change, Finding, Plan
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import of

WORD = "own-identity"
CLIENT, SCOPE = "clientId", "scope"
STAY = "leave that out of the plan, or sign in as another application"


def guard(plan: Plan, world: GuardWorld) -> Iterator[Finding]:
    """What the plan takes from the identity that makes it."""
    both = sides(plan, world)
    own = world.own | _resources(both.before.get(PRINCIPALS, {}), world.own)
    found = [(change, f"what entragit signs in with or works through {loss.what}")
             for change, loss in those_of(own, both, plan)]  # fmt: skip
    for change in plan.changes:
        found += [(change, clause) for clause in _grant(change, world.own)]
        found += [(change, clause) for clause in _shut_out(change, both.before.get(PRINCIPALS, {}).keys() & world.own)]
        if called(change) & world.own:
            found += [(change, clause) for clause in _inside(change)]
    yield from (finding(WORD, change.address, f"{clause}; {STAY}") for change, clause in found)


def _resources(principals: Mapping[str, Body], own: frozenset[str]) -> frozenset[str]:
    """The service principals whose app roles entragit's own has: with them its permissions would go."""
    rows = (row for id_ in own for row in principals.get(id_, {}).get("appRoleAssignments") or ())
    return frozenset(str(row.get("resourceId")).lower() for row in rows if isinstance(row, Mapping))


def _grant(change: Change, own: frozenset[str]) -> Iterator[str]:
    """A delegated permission that goes, or allows less."""
    before, after = change.actual or {}, result(change) or {}
    if str(before.get(CLIENT)).lower() in own and not _words(before) <= _words(after):
        yield "a delegated permission of entragit's own application goes"


def _shut_out(change: Change, own: Collection[str]) -> Iterator[str]:
    """A policy for workloads that blocks entragit's own service principal, and did not before."""
    before, after = change.actual or {}, result(change) or {}
    if change.kind == POLICIES and keeps_out(after, own) and not keeps_out(before, own):
        yield "what entragit signs in with would be blocked by this policy"


def _words(grant: Mapping[str, Any]) -> set[str]:
    return set(str(grant.get(SCOPE) or "").split())


def _inside(change: Change) -> Iterator[str]:
    """Credentials, owners, app roles of an application or service principal itself that go or change."""
    before, after = change.actual, result(change)
    known = of(CATALOG[change.kind], before or {})
    if before is None or after is None or all(field.type not in CREDENTIALS for field in known.values()):
        return
    for name, field in known.items():
        if field.relation or field.type in CREDENTIALS:
            left = {canonical_json(item) for item in _list(after.get(name))}
            if any(canonical_json(item) not in left for item in _list(before.get(name))):
                yield f"some of entragit's own {name} go or change"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
