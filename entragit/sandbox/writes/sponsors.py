"""Who may sponsor a blueprint of agents, its principal or an agent identity (documented for adding sponsors)."""

from __future__ import annotations

from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Join

MOST, MOST_GROUPS = 100, 5


def sponsored(join: Join) -> None:
    """People, and groups of some sorts: up to 100, of which five groups; [K] the last one stays."""
    there = join.tenant.links.get(f"{join.kind.path}/{join.references.name}", {}).get(str(join.owner["id"]), [])
    if not join.adding:
        if there == [join.target["id"]]:
            raise join.kind.bad("The last sponsor can't be removed.")
        return
    groups = [own for own in there if own in lookup.live(join.tenant, "groups")]
    if len(there) >= MOST or (join.target_path == "groups" and len(groups) >= MOST_GROUPS):
        raise join.kind.bad(f"There can be {MOST} sponsors, {MOST_GROUPS} of which groups.")
    sorts = join.target.get("groupTypes") or []
    if join.target_path == "groups" and (not sorts or join.target.get("isAssignableToRole")):
        raise join.kind.bad("Only Microsoft 365 groups and groups with a rule can be sponsors.")
    if str(join.target.get("@odata.type", "")).endswith("agentUser"):
        raise join.kind.bad("The account of an agent can't be a sponsor.")
