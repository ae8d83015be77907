"""The bytes that a plan puts back, from the commit that it stands on: found by the hash that was reviewed."""

from __future__ import annotations

from collections.abc import Callable

from entragit.canonical import same
from entragit.errors import RefusedError
from entragit.git.repository import Repository
from entragit.plan import Plan
from entragit.resources.catalog import CATALOG
from entragit.sidecars import held
from entragit.streams import streams

Streams = Callable[[str], bytes]
"""SHA-256 → the bytes with it. Raises RefusedError where there are none."""


def of_plan(repo: Repository, plan: Plan) -> Streams:
    """The streams in the commit of a plan. Raises RefusedError where one that the plan writes isn't there."""
    found = held(repo, plan.commit)

    def stream(sha256: str) -> bytes:
        data = found(sha256)
        if data is None:
            raise RefusedError(f"no file of {plan.commit} has the SHA-256 {sha256}, which the plan names; plan anew")
        return data

    for change in plan.changes:
        for relation in streams(CATALOG[change.kind]):
            value, now = ((side or {}).get(relation.name) for side in (change.desired, change.actual))
            if value and not same(value, now):
                stream(str(value["sha256"]))
    return stream
