"""What an application or a service principal can have one of: a policy of each sort (facts §5 servicePrincipals)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox.replies import bad_request
from entragit.sandbox.rules.row import Row
from entragit.sandbox.rules.rows import ROWS
from entragit.sandbox.writes import links
from entragit.sandbox.writes.core import CONFLICT, Join, References, Write


def _only_one(join: Join) -> None:
    """A second one is refused, not put in the place of the first."""
    held = links.held(join.tenant, join.kind, join.references.name, str(join.owner["id"]))
    if join.adding and held and join.target["id"] not in held:
        raise bad_request(CONFLICT)


def _references(row: Row) -> References:
    return References(row.name, (row.path,), rules=(_only_one,))


REFERENCES: Mapping[str, Mapping[str, References]] = {
    holder: {row.name: _references(row) for row in ROWS if holder in row.assigned}
    for holder in {holder for row in ROWS for holder in row.assigned}
}
"""Collection → relationship → how its objects are given one."""


def unassigned(write: Write) -> None:
    """What is assigned to something can't be deleted ([K]: the sandbox is strict)."""
    name = write.kind.path.rpartition("/")[2]
    for holder in REFERENCES:
        live = write.tenant.objects.get(holder, {})
        held = write.tenant.links.get(f"{holder}/{name}", {})
        if any(write.id in ids and owner in live for owner, ids in held.items()):
            raise write.kind.bad("The policy is assigned to an application or a service principal.")


def forget(write: Write) -> None:
    """Effect: deleted applications that come back don't have what is gone."""
    for holder in REFERENCES:
        for ids in write.tenant.links.get(f"{holder}/{write.kind.path.rpartition('/')[2]}", {}).values():
            if write.id in ids:
                ids.remove(write.id)
