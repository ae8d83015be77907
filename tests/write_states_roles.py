"""States of eligible and active roles, before and after, and the requests that lead from one to the other."""

from __future__ import annotations

from typing import Any

from write_guids import ADA, BOB, EVE, OWN, ROLE, Row

from entragit.model import Body

DIRECTORY = "roleManagement/directory"
ELIGIBLE = f"{DIRECTORY}/roleEligibilitySchedules"
FOREVER = {"expiration": {"type": "noExpiration"}}
LATER = {"expiration": {"type": "afterDateTime", "endDateTime": "2098-01-01T00:00:00Z"}}
PLANNED = {"startDateTime": "2097-01-01T00:00:00Z", **LATER}
WHO: Body = {"directoryScopeId": "/", "principalId": ADA, "roleDefinitionId": ROLE}
GIVEN: Body = {"id": OWN, **WHO, "scheduleInfo": LATER}


def asked(action: str, schedule: Body | None = None, **more: Any) -> Body:
    """A request as it is sent."""
    info = {} if schedule is None else {"scheduleInfo": schedule}
    return {"action": action, "justification": "entragit apply", **WHO, **info, **more}


POLICIES = "policies/roleManagementPolicies"
SORT, NAME = "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule", "Expiration_EndUser_Assignment"
TARGET = {"caller": "EndUser", "level": "Assignment", "operations": ["all"]}
RULE: Body = {
    "@odata.type": SORT,
    "id": NAME,
    "isExpirationRequired": True,
    "maximumDuration": "PT8H",
    "target": TARGET,
}
POLICY: Body = {"id": "DirectoryRole_t_p", "scopeId": "/", "scopeType": "DirectoryRole", "rules": [RULE]}

OF_GROUPS = "identityGovernance/privilegedAccess/group/roleManagementPolicies"
POLICY_OF_GROUP: Body = {"id": f"Group_{EVE}_p", "scopeId": EVE, "scopeType": "Group", "rules": [RULE]}

ACTIVE = f"{DIRECTORY}/roleAssignmentSchedules"
GRANTING = "roleManagement/entitlementManagement/roleAssignments"
CATALOG = {"appScopeId": f"/AccessPackageCatalog/{BOB}", "principalId": ADA, "roleDefinitionId": ROLE}
GRANTED: Body = {"id": "g1", **CATALOG}

IN_GROUPS = "identityGovernance/privilegedAccess/group/eligibilitySchedules"
IN_GROUPS_NOW = "identityGovernance/privilegedAccess/group/assignmentSchedules"
PLACE: Body = {"accessId": "member", "groupId": EVE, "principalId": ADA}
PLACED: Body = {"id": f"{EVE}_member_{OWN}", **PLACE, "scheduleInfo": LATER}


def placed(action: str, schedule: Body | None = None, **more: Any) -> Body:
    """A request for a place in a group, as it is sent."""
    info = {} if schedule is None else {"scheduleInfo": schedule}
    return {"action": action, "justification": "entragit apply", **PLACE, **info, **more}


STATES: list[Row] = [
    ("a rule of a group changes at the address of roles'", OF_GROUPS, POLICY_OF_GROUP, POLICY_OF_GROUP | {
        "rules": [RULE | {"maximumDuration": "PT1H"}]},
     [("PATCH", f"/{POLICIES}/{{}}/rules/{{found}}",
       {"@odata.type": SORT, "id": NAME, "maximumDuration": "PT1H", "target": TARGET})]),
    ("a policy of a group is PIM's to make", OF_GROUPS, None, POLICY_OF_GROUP, []),
    ("and to delete", OF_GROUPS, POLICY_OF_GROUP, None, []),
    ("someone may become a member", IN_GROUPS, None, PLACED,
     [("POST", f"/{IN_GROUPS[:-1]}Requests", placed("adminAssign", LATER))]),
    ("for longer", IN_GROUPS, PLACED, PLACED | {"scheduleInfo": FOREVER},
     [("POST", f"/{IN_GROUPS[:-1]}Requests", placed("adminUpdate", FOREVER))]),
    ("an owner instead", IN_GROUPS, PLACED, PLACED | {"accessId": "owner"},
     [("POST", f"/{IN_GROUPS[:-1]}Requests", placed("adminAssign", LATER, accessId="owner")),
      ("POST", f"/{IN_GROUPS[:-1]}Requests", placed("adminRemove"))]),
    ("what hasn't begun goes by the id of its request", IN_GROUPS, PLACED | {"scheduleInfo": PLANNED}, None,
     [("POST", f"/{IN_GROUPS[:-1]}Requests/{OWN}/cancel", None),
      ("POST", f"/{IN_GROUPS[:-1]}Requests", placed("adminRemove"))]),
    ("someone is a member for some time", IN_GROUPS_NOW, None, PLACED,
     [("POST", f"/{IN_GROUPS_NOW[:-1]}Requests", placed("adminAssign", LATER))]),
    ("a member for longer", IN_GROUPS_NOW, PLACED, PLACED | {"scheduleInfo": FOREVER},
     [("POST", f"/{IN_GROUPS_NOW[:-1]}Requests", placed("adminUpdate", FOREVER))]),
    ("a member no more", IN_GROUPS_NOW, PLACED, None,
     [("POST", f"/{IN_GROUPS_NOW[:-1]}Requests", placed("adminRemove"))]),
    ("who isn't a member yet never gets one", IN_GROUPS_NOW, PLACED | {"scheduleInfo": PLANNED}, None,
     [("POST", f"/{IN_GROUPS_NOW[:-1]}Requests/{OWN}/cancel", None),
      ("POST", f"/{IN_GROUPS_NOW[:-1]}Requests", placed("adminRemove"))]),
    ("someone gets a catalog", GRANTING, None, GRANTED, [("POST", f"/{GRANTING}", CATALOG)]),
    ("someone else gets it instead", GRANTING, GRANTED, GRANTED | {"principalId": BOB},
     [("POST", f"/{GRANTING}", CATALOG | {"principalId": BOB}), ("DELETE", f"/{GRANTING}/{{}}", None)]),
    ("it is taken back", GRANTING, GRANTED, None, [("DELETE", f"/{GRANTING}/{{}}", None)]),
    ("a role is activated for an hour", POLICIES, POLICY, POLICY | {"rules": [RULE | {"maximumDuration": "PT1H"}]},
     [("PATCH", f"/{POLICIES}/{{}}/rules/{{found}}",
       {"@odata.type": SORT, "id": NAME, "maximumDuration": "PT1H", "target": TARGET})]),
    ("someone gets a role for some time", ACTIVE, None, GIVEN,
     [("POST", f"/{ACTIVE[:-1]}Requests", asked("adminAssign", LATER))]),
    ("a role ends later", ACTIVE, GIVEN | {"scheduleInfo": PLANNED}, GIVEN,
     [("POST", f"/{ACTIVE[:-1]}Requests", asked("adminUpdate", LATER))]),
    ("a role ends now", ACTIVE, GIVEN, None, [("POST", f"/{ACTIVE[:-1]}Requests", asked("adminRemove"))]),
    ("someone becomes eligible", ELIGIBLE, None, GIVEN,
     [("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminAssign", LATER))]),
    ("it lasts for longer", ELIGIBLE, GIVEN, GIVEN | {"scheduleInfo": FOREVER},
     [("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminUpdate", FOREVER))]),
    ("nobody is eligible any more", ELIGIBLE, GIVEN, None,
     [("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminRemove"))]),
    ("what hasn't begun is cancelled, and goes if it has by then", ELIGIBLE, GIVEN | {"scheduleInfo": PLANNED}, None,
     [("POST", f"/{ELIGIBLE[:-1]}Requests/{{}}/cancel", None),
      ("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminRemove"))]),
    ("somebody else is eligible instead, and first", ELIGIBLE, GIVEN, GIVEN | {"principalId": BOB},
     [("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminAssign", LATER, principalId=BOB)),
      ("POST", f"/{ELIGIBLE[:-1]}Requests", asked("adminRemove"))]),
]  # fmt: skip
