"""Rules of writes: synchronization jobs of service principals and their schemas (facts §5 synchronization)."""

from __future__ import annotations

import copy
from typing import Any

from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import resolve
from entragit.sandbox.provisioning import JOBS, running, schema
from entragit.sandbox.replies import Reply, not_found
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import Kind, Write
from entragit.sandbox.writes.engine import body_of


def _made(write: Write) -> Object:
    """What the template decides; a new job is disabled (documented for the creation)."""
    owner = resolve(write.ask.segments).owner
    if lookup.get(write.tenant, "servicePrincipals", owner) is None:
        raise not_found(owner)
    own = f"{write.body['templateId']}.{write.tenant.id.replace('-', '')}.{write.tenant.new_id()}"
    return {"id": f"{owner}/{own}", "servicePrincipalId": owner, "schema": schema(own), **running("Disabled")}


def turn(ask: Ask, job: Object, *, on: bool) -> Reply:
    """POST …/start and …/pause: 204."""
    job |= running("Active" if on else "Paused")
    ask.tenant.touch(JOBS, job["id"])
    return Reply(204)


SCHEMA = Kind(f"{JOBS}/schema", "synchronizationSchema", "synchronization schema")


def whole_schema(ask: Ask, job: Object) -> Reply:
    """PUT …/schema: 204; it takes the place of the old one, so it must be whole (documented for the update).

    A rule needs an id that the template knows (documented for the rule); its two ends are defined in `directories`.
    """
    body = body_of(ask)
    values.check(SCHEMA, SCHEMA.type, body)
    rules: list[Any] = body.get("synchronizationRules") or []
    known = {rule["id"] for rule in job["schema"]["synchronizationRules"]}
    ends = {rule.get(end) or "" for rule in rules for end in ("sourceDirectoryName", "targetDirectoryName")}
    if not rules or not {rule.get("id") for rule in rules} <= known:
        raise SCHEMA.bad("A schema needs rules, each with an id that its template has.")
    if not ends <= {item.get("name") for item in body.get("directories") or []}:
        raise SCHEMA.bad("A rule is between directories that the schema defines.")
    held = values.filled(SCHEMA.type, copy.deepcopy(body))
    job["schema"] = held | {name: job["schema"][name] for name in ("id", "version")}
    for item in held["directories"]:
        item["id"] = f"{item['name']} {ask.tenant.new_id()}"
    ask.tenant.touch(JOBS, job["id"])
    return Reply(204)


KINDS: tuple[Kind, ...] = (
    Kind(
        JOBS,
        "synchronizationJob",
        "synchronization job",
        required=("templateId",),
        patchable=frozenset({"synchronizationJobSettings"}),
        patch_only=frozenset({"synchronizationJobSettings"}),  # [K]: templateId alone is documented for the creation
        made=_made,
    ),
)
CHILDREN: tuple[Kind, ...] = ()
