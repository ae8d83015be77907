"""What Privileged Identity Management says of who has something, and for how long (facts §5 PIM).

PIM for groups writes the same words with small letters.
"""

from __future__ import annotations

from entragit.resources.base import Each, Passing

STATUS, BEGUN = "status", "Provisioned"
DEAD = {STATUS: ("Canceled", "Denied", "Failed", "Revoked")}
INDIRECT = {"memberType": ("Group", "Inherited", "group", "inherited")}  # who is in a group has what the group has
ACTIVATED = {"assignmentType": ("Activated", "activated")}
# What has begun and never ends is an assignment, in roleAssignments, or a member.
LASTING = {STATUS: (BEGUN,), "scheduleInfo/expiration/type": ("noExpiration",)}

ACTIVE_IN_GROUPS = "identityGovernance/privilegedAccess/group/assignmentSchedules"
READING_ACTIVE = ("PrivilegedAssignmentSchedule.Read.AzureADGroup",)

# Which groups PIM takes: neither those with a rule nor those that come from a directory of one's own (facts §5 PIM).
MANAGEABLE = Each(
    path="groups",
    filter="groupId eq '{id}'",
    where=({"groupTypes": "Unified"}, {"mailEnabled": False, "securityEnabled": True}),
    unless=({"groupTypes": "DynamicMembership"}, {"onPremisesSyncEnabled": True}),
    read=("Group.Read.All",),
)

# Which ones it does manage: a list of ids alone, with $select and $filter (documented for groupResource).
MANAGED = Each(
    path="identityGovernance/privilegedAccess/group/resources",
    filter="scopeId eq '{id}' and scopeType eq 'Group'",
    where=({},),
    read=("PrivilegedAccess.Read.AzureADGroup",),
)


def passing(access: str) -> Passing:
    """Who is in a group ("member", "owner") for some time alone. What begins later is nobody's place in it yet."""
    given = {STATUS: (BEGUN,), "assignmentType": ("Assigned", "assigned"), "memberType": ("Direct", "direct")}
    return Passing(
        kind=ACTIVE_IN_GROUPS,
        owner="groupId",
        element="principalId",
        only={"accessId": (access,)},
        activated=ACTIVATED,
        given=given,
        unless=DEAD,
        lasting={**given, **LASTING},
        read=READING_ACTIVE,
    )
