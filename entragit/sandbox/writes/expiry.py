"""Which groups expire: the actions of a group lifecycle policy (documented for addGroup and removeGroup)."""

from __future__ import annotations

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request, not_found
from entragit.sandbox.store import Object
from entragit.sandbox.writes import engine, lookup

LINKS = "groups/groupLifecyclePolicies"
MOST = 500


def change(ask: Ask, policy: Object, *, adding: bool) -> Reply:
    """POST …/addGroup or …/removeGroup: 200 with whether the group came or went.

    Only a policy for selected groups takes any. 400 for what is no Microsoft 365 group, or one too many.
    """
    body = engine.body_of(ask)
    if set(body) != {"groupId"}:
        raise bad_request("The body must hold 'groupId' alone.")
    group = lookup.live(ask.tenant, "groups").get(str(body["groupId"]))
    if group is None:
        raise not_found(str(body["groupId"]))
    if "Unified" not in (group.get("groupTypes") or ()):
        raise bad_request("Only Microsoft 365 groups expire.")
    links = ask.tenant.links.setdefault(LINKS, {})
    held, own = links.setdefault(group["id"], []), policy["id"]
    changes = policy.get("managedGroupTypes") == "Selected" and (own in held) is not adding
    if changes and adding and sum(own in others for others in links.values()) >= MOST:
        raise bad_request(f"A policy takes up to {MOST} groups.")
    if changes:
        held[:] = [*held, own] if adding else [key for key in held if key != own]
        ask.tenant.touch("groups", group["id"])
    return engine.plain_reply(ask, "Edm.Boolean", {"value": changes})
