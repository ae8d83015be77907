"""Requests by which administrators let others into groups, or own them, when they need it (facts §5 PIM for groups)."""

from __future__ import annotations

from entragit.sandbox import presence, schedules
from entragit.sandbox.replies import ApiError
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Kind, Rule, Write
from entragit.sandbox.writes.kinds import pim

WHO = presence.WHO
INVALID = "The role assignment request is invalid."


def is_manageable(group: Object) -> bool:
    """Security groups and Microsoft 365 groups whose members neither a rule nor a directory of one's own decides."""
    unified = "Unified" in group["groupTypes"]
    sort = unified or (group["securityEnabled"] and not group["mailEnabled"])
    return bool(sort and "DynamicMembership" not in group["groupTypes"] and not group["onPremisesSyncEnabled"])


def _group(write: Write) -> None:
    group = lookup.get(write.tenant, "groups", write.body["groupId"])
    if write.body["action"] == pim.REMOVE:
        return
    if group is None:
        raise ApiError(404, "ResourceNotFound", "The group is not found.")
    if not is_manageable(group) or write.body["accessId"] not in ("member", "owner"):
        raise pim.bad(INVALID)


def _principal(write: Write) -> None:
    """People, and groups as members; who isn't seen yet is not found (facts §1: SubjectNotFound)."""
    body = write.body
    if body["action"] == pim.REMOVE:
        return
    found = lookup.directory_object(write.tenant, body["principalId"], ("users", "groups"))
    if found is None:
        raise ApiError(404, "SubjectNotFound", "The subject is not found.")
    if found[0] == "groups" and (body["accessId"] == "owner" or body["principalId"] == body["groupId"]):
        raise pim.bad(INVALID)


def _own(request: Object) -> str:
    """The id of what comes of a request."""
    return presence.own_id(request["groupId"], request["accessId"], request["id"])


def _not_in_it(write: Write) -> None:
    """Who is in a group has what he would be given, whether PIM shows it or not; but not if he activated it [K]."""
    body, rows = write.body, write.tenant.objects.get(schedules.ACTIVE_IN_GROUPS, {}).values()
    activated = any(item["assignmentType"] == "activated" and presence.who(item) == presence.who(body) for item in rows)
    there = body["action"] == pim.ASSIGN and body["principalId"] in presence.holders(write.tenant, body)
    if there and not activated:
        raise pim.bad("The Role assignment already exists.", "RoleAssignmentExists")


def _nested(write: Write) -> None:
    """Nothing can be nested in a group that is assignable to roles (facts §5 groups)."""
    body = write.body
    group = lookup.get(write.tenant, "groups", body["groupId"]) or {}
    nested = group.get("isAssignableToRole") and body["principalId"] in write.tenant.objects["groups"]
    if body["action"] != pim.REMOVE and nested:
        raise pim.bad(INVALID)


def _of_groups(path: str, type_name: str, noun: str, given: Object, *more: Rule) -> Kind:
    checks = (pim.known_action, _group, _principal, pim.period, *more)
    return pim.requests(pim.Sort(path, type_name, noun, WHO, WHO, ("principalId", "groupId"), checks, given, _own))


DIRECT = {"memberType": "direct"}
ELIGIBILITY = _of_groups(schedules.IN_GROUPS, "privilegedAccessGroupEligibilitySchedule", "eligible member to group",
                         DIRECT)  # fmt: skip
ACTIVITY = _of_groups(schedules.ACTIVE_IN_GROUPS, "privilegedAccessGroupAssignmentSchedule", "member to group",
                      DIRECT | {"assignmentType": "assigned"}, _nested, _not_in_it)  # fmt: skip
