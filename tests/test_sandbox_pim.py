"""Requests for eligible and active roles: what Graph takes, what it refuses, and what comes of it (facts §5 PIM)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from people import signed_in
from rounds import made_up
from sandbox_writing import Writer

from entragit.sandbox import portal, role_rules
from entragit.sandbox.company import well_known
from entragit.sandbox.company.further.roles import GRANTING, ROLES
from entragit.sandbox.generate import company
from entragit.sandbox.schedules import ACTIVE_IN_GROUPS, ELIGIBLE, IN_GROUPS
from entragit.sandbox.server import Sandbox
from entragit.sandbox.writes.kinds import pim_groups
from entragit.sandbox.writes.kinds.granting import CATALOGS

REQUESTS = f"{ELIGIBLE[:-1]}Requests"
NOW = "2020-01-01T00:00:00Z"
LATER = "2098-01-01T00:00:00Z"
FOREVER = {"type": "noExpiration"}


@pytest.fixture
def writer() -> Writer:
    return Writer()


def ask(writer: Writer, action: str = "adminAssign", start: str = NOW, **more: Any) -> dict[str, Any]:
    """A request for the first user to be eligible for a role that nobody is eligible for."""
    expiration = more.pop("expiration", FOREVER)
    body = {"action": action, "principalId": writer.find("users", userType="Member")["id"], "directoryScopeId": "/",
            "roleDefinitionId": well_known.role("Helpdesk Administrator"), "justification": "why",
            "scheduleInfo": {"startDateTime": start, "expiration": expiration}, **more}  # fmt: skip
    return {name: value for name, value in body.items() if value is not None}


def test_a_request_makes_a_schedule_of_its_id(writer: Writer) -> None:
    answer = writer.do("POST", REQUESTS, ask(writer))
    assert (answer["status"], answer["targetScheduleId"]) == ("Provisioned", answer["id"])
    made = writer.do("GET", f"{ELIGIBLE}/{answer['id']}")
    assert (made["createdUsing"], made["memberType"], made["status"]) == (answer["id"], "Direct", "Provisioned")
    assert made["scheduleInfo"]["startDateTime"] > NOW, "a start that is over is the moment of the request"
    assert made["scheduleInfo"]["expiration"]["type"] == "noExpiration"


def test_it_is_changed_in_place_or_anew_and_taken_back(writer: Writer) -> None:
    writer.tenant.options.removable_after = 0.0
    first = writer.make(REQUESTS, ask(writer))
    until = {"type": "afterDateTime", "endDateTime": LATER}
    changed = writer.do("POST", REQUESTS, ask(writer, "adminUpdate", expiration=until))
    assert changed["targetScheduleId"] == first
    assert writer.do("GET", f"{ELIGIBLE}/{first}")["scheduleInfo"]["expiration"]["endDateTime"] == LATER
    writer.tenant.options.schedules_renewed = True
    renewed = writer.do("POST", REQUESTS, ask(writer, "adminUpdate"))
    assert writer.refused("GET", f"{ELIGIBLE}/{first}")[0] == 404
    assert writer.do("GET", f"{ELIGIBLE}/{renewed['id']}")["createdUsing"] == renewed["id"]
    gone = writer.do("POST", REQUESTS, ask(writer, "adminRemove", scheduleInfo=None))
    assert (gone["status"], gone["targetScheduleId"]) == ("Revoked", None)
    assert writer.refused("GET", f"{ELIGIBLE}/{renewed['id']}")[0] == 404


def test_time_begins_and_ends_what_was_asked_for(writer: Writer) -> None:
    until = {"type": "afterDateTime", "endDateTime": "2098-02-01T00:00:00Z"}
    own = writer.make(REQUESTS, ask(writer, start=LATER, expiration=until))
    assert writer.do("GET", f"{ELIGIBLE}/{own}")["status"] == "Granted"
    writer.tenant.offset = datetime(2098, 1, 1, 1, tzinfo=UTC) - writer.tenant.now()
    assert writer.do("GET", f"{ELIGIBLE}/{own}")["status"] == "Provisioned"
    writer.tenant.offset += timedelta(days=40)
    assert writer.refused("GET", f"{ELIGIBLE}/{own}")[0] == 404


def test_what_hasn_t_begun_is_cancelled_and_not_removed(writer: Writer) -> None:
    own = writer.make(REQUESTS, ask(writer, start=LATER))
    assert writer.refused("POST", REQUESTS, ask(writer, "adminRemove"))[1] == "RoleAssignmentDoesNotExist"
    assert writer.reply("POST", f"{REQUESTS}/{own}/cancel").status == 204
    assert writer.refused("GET", f"{ELIGIBLE}/{own}")[0] == 404
    assert writer.refused("POST", f"{REQUESTS}/{own}/cancel")[1] == "RoleAssignmentRequestNotPending"


NOBODY = "00000000-0000-4000-8000-000000000000"
# What is asked for → (status, code).
REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"action": "selfActivate"}, 400, "InvalidRoleAssignmentRequest"),
    ({"action": "adminUpdate"}, 400, "RoleAssignmentDoesNotExist"),
    ({"action": "adminRemove"}, 400, "RoleAssignmentDoesNotExist"),
    ({"principalId": NOBODY}, 404, "SubjectNotFound"),
    ({"roleDefinitionId": NOBODY}, 404, "RoleNotFound"),
    ({"directoryScopeId": f"/administrativeUnits/{NOBODY}"}, 400, "InvalidRoleAssignmentRequest"),
    ({"directoryScopeId": None}, 400, "BadRequest"),
    ({"status": "Provisioned"}, 400, "BadRequest"),
    ({"scheduleInfo": None}, 400, "InvalidRoleAssignmentRequest"),
    ({"scheduleInfo": {"expiration": FOREVER}}, 400, "InvalidRoleAssignmentRequest"),
    ({"expiration": {"type": "afterDateTime"}}, 400, "InvalidRoleAssignmentRequest"),
    ({"expiration": {"type": "noExpiration", "endDateTime": LATER}}, 400, "InvalidRoleAssignmentRequest"),
    ({"expiration": {"type": "afterDateTime", "endDateTime": NOW}}, 400, "ActiveDurationTooShort"),
    ({"expiration": {"type": "afterDuration", "duration": "PT4M"}}, 400, "ActiveDurationTooShort"),
    ({"expiration": {"type": "sometime"}}, 400, "BadRequest"),
]


@pytest.mark.parametrize(("more", "status", "code"), REFUSED)
def test_what_pim_refuses(more: dict[str, Any], status: int, code: str, writer: Writer) -> None:
    found = writer.refused("POST", REQUESTS, ask(writer, **more))
    assert found[:2] == (status, code)


def test_nothing_is_given_twice_nor_taken_back_at_once(writer: Writer) -> None:
    writer.make(REQUESTS, ask(writer))
    assert writer.refused("POST", REQUESTS, ask(writer))[:2] == (400, "RoleAssignmentExists")
    assert writer.refused("POST", REQUESTS, ask(writer, "adminRemove"))[1] == "ActiveDurationTooShort"


def test_schedules_are_written_by_nobody(writer: Writer) -> None:
    own = writer.make(REQUESTS, ask(writer))
    assert writer.refused("DELETE", f"{ELIGIBLE}/{own}")[0] == 405
    assert writer.refused("PATCH", f"{ELIGIBLE}/{own}", {})[0] == 405


def test_it_needs_a_licence_and_a_permission(writer: Writer) -> None:
    reader = Writer("RoleEligibilitySchedule.Read.Directory", tenant=writer.tenant)
    assert reader.refused("POST", REQUESTS, ask(writer))[0] == 403
    writer.tenant.options.licences = {"P1"}
    assert writer.refused("POST", REQUESTS, ask(writer))[1] == "AadPremiumLicenseRequired"
    assert reader.refused("GET", ELIGIBLE)[1] == "AadPremiumLicenseRequired"


def test_with_its_holder_goes_what_he_is_eligible_for(writer: Writer) -> None:
    own = writer.make(REQUESTS, ask(writer))
    writer.administer()
    writer.do("DELETE", f"users/{ask(writer)['principalId']}")
    assert writer.refused("GET", f"{ELIGIBLE}/{own}")[0] == 404


ROLE: dict[str, Any] = {
    "displayName": "New",
    "isEnabled": True,
    "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/users/basic/update"]}],
}
SCOPED = "?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"


def policy_of(writer: Writer, role: str) -> list[str]:
    held = writer.do("GET", f"{role_rules.ASSIGNMENTS}{SCOPED}")["value"]
    return [item["policyId"] for item in held if item["roleDefinitionId"] == role]


def test_a_role_has_a_policy_for_as_long_as_it_is_there(writer: Writer) -> None:
    own = writer.make("roleManagement/directory/roleDefinitions", ROLE)
    policy = policy_of(writer, own)[0]
    rules = writer.do("GET", f"{role_rules.POLICIES}/{policy}/rules")["value"]
    assert len({rule["id"] for rule in rules}) == 17
    writer.do("DELETE", f"roleManagement/directory/roleDefinitions/{own}")
    assert policy_of(writer, own) == []
    assert writer.refused("GET", f"{role_rules.POLICIES}/{policy}")[0] == 404


@pytest.mark.parametrize("path", [role_rules.POLICIES, role_rules.ASSIGNMENTS])
def test_policies_are_listed_of_one_scope_at_a_time(writer: Writer, path: str) -> None:
    assert writer.refused("GET", path)[0] == 400
    assert writer.refused("GET", f"{path}?$filter=scopeId eq '/'")[0] == 400
    assert writer.do("GET", f"{path}{SCOPED}")["value"]
    assert writer.do("GET", f"{path}?$filter=scopeId eq '/' and scopeType eq 'Group'")["value"] == []


def of_group(writer: Writer, group: str, path: str = role_rules.POLICIES) -> list[dict[str, Any]]:
    found = writer.do("GET", f"{path}?$filter=scopeId eq '{group}' and scopeType eq 'Group'")["value"]
    return [dict(item) for item in found]


def test_a_group_has_two_policies_from_the_first_request_on(writer: Writer) -> None:
    """Not before, and for as long as it is there; at the address of roles', and at no other."""
    listed = "identityGovernance/privilegedAccess/group/resources"
    managed = {item["groupId"] for item in writer.tenant.objects[IN_GROUPS].values()}
    group = next(key for key, body in writer.tenant.objects["groups"].items()
                 if pim_groups.is_manageable(body) and key not in managed)  # fmt: skip
    assert (of_group(writer, group), group in {item["id"] for item in writer.do("GET", listed)["value"]}) == ([], False)
    person = writer.find("users", userType="Member")["id"]
    info = {"startDateTime": writer.tenant.stamp(), "expiration": {"type": "noExpiration"}}
    body = {"action": "adminAssign", "accessId": "member", "groupId": group, "principalId": person}
    writer.make(f"{IN_GROUPS[:-1]}Requests", body | {"scheduleInfo": info})
    assert group in {item["id"] for item in writer.do("GET", listed)["value"]}
    held, given = of_group(writer, group), of_group(writer, group, role_rules.ASSIGNMENTS)
    assert {item["roleDefinitionId"] for item in given} == {"member", "owner"}
    assert {item["policyId"] for item in given} == {item["id"] for item in held}
    path = f"{role_rules.POLICIES}/{held[0]['id']}"
    assert len(writer.do("GET", f"{path}/rules")["value"]) == 17
    assert writer.refused("GET", f"{role_rules.OF_GROUPS[0]}/{held[0]['id']}")[0] == 400
    assert writer.refused("DELETE", path)[0] == 405
    portal.delete_group(writer.tenant, group)
    assert writer.refused("GET", path)[0] == 404


@pytest.mark.parametrize(("permission", "seen"), [
    ("RoleManagement.Read.Directory", (200, 403)), ("RoleManagementPolicy.Read.AzureADGroup", (403, 200)),
])  # fmt: skip
def test_who_sees_the_rules_of_roles_sees_none_of_groups(
    writer: Writer, permission: str, seen: tuple[int, int]
) -> None:
    """Nor the other way round."""
    client = writer.tenant.add_client(permission)
    policies = (writer.tenant.objects[path] for path in (role_rules.POLICIES, role_rules.OF_GROUPS[0]))
    (of_role, *_), (of_one, *_) = policies
    writer.client = client
    assert tuple(writer.reply("GET", f"{role_rules.POLICIES}/{own}/rules").status for own in (of_role, of_one)) == seen
    about = next(iter(writer.tenant.objects[role_rules.OF_GROUPS[0]].values()))["scopeId"]
    lists = (SCOPED, f"?$filter=scopeId eq '{about}' and scopeType eq 'Group'")
    assert tuple(writer.reply("GET", f"{role_rules.POLICIES}{query}").status for query in lists) == seen


def test_no_application_writes_a_rule(writer: Writer) -> None:
    for own in ("x", "Group_x"):
        path = f"{role_rules.POLICIES}/{own}/rules/Expiration_EndUser_Assignment"
        assert writer.refused("PATCH", path, {"maximumDuration": "PT1H"})[0] == 403
    assert writer.refused("DELETE", f"{role_rules.POLICIES}/x")[0] == 405


SORT = "#microsoft.graph.unifiedRoleManagementPolicy{}Rule"
TARGET = {"caller": "EndUser", "level": "Assignment", "operations": ["all"]}
RULES: list[tuple[str, str, dict[str, Any], int]] = [
    ("Expiration", "Expiration", {"maximumDuration": "PT1H", "isExpirationRequired": True}, 204),
    ("Expiration", "Expiration", {"maximumDuration": "an hour", "isExpirationRequired": True}, 400),
    ("Expiration", "Enablement", {"enabledRules": []}, 400),
    ("Expiration", "Expiration", {"target": {**TARGET, "caller": "Admin"}}, 400),
    ("Expiration", "Expiration", {"target": None}, 400),
    ("Enablement", "Enablement", {"enabledRules": ["Ticketing"]}, 204),
    ("Enablement", "Enablement", {"enabledRules": ["Dancing"]}, 400),
    ("AuthenticationContext", "AuthenticationContext", {"isEnabled": True, "claimValue": "c99"}, 400),
    (
        "Approval",
        "Approval",
        {
            "setting": {
                "approvalStages": [
                    {"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": "nobody"}]}
                ]
            }
        },
        400,
    ),
]


@pytest.mark.parametrize(("name", "sort", "said", "status"), RULES)
def test_a_rule_is_changed_and_stays_what_it_is(
    sandbox: Sandbox, name: str, sort: str, said: dict[str, Any], status: int
) -> None:
    tenant = company(tenant_id=made_up(f"rule {name} {sort} {said}"))
    sandbox.add(tenant)
    person = next(key for key, body in tenant.objects["users"].items() if body["accountEnabled"])
    portal.give_role(tenant, person, portal.GLOBAL_ADMINISTRATOR)
    policy, rule = next(iter(tenant.children[role_rules.RULES])), f"{name}_EndUser_Assignment"
    body = {"@odata.type": SORT.format(sort), "id": rule, "target": TARGET, **said}
    client = tenant.add_sign_in(person, "RoleManagementPolicy.ReadWrite.Directory")
    with signed_in(sandbox, tenant, client) as graph:
        answer = graph.patch(f"{role_rules.POLICIES}/{policy}/rules/{rule}", json=body)
    assert answer.status_code == status, answer.text


def test_roles_of_entitlement_management_are_given_for_the_tenant_or_a_catalog(writer: Writer) -> None:
    person, role = writer.find("users", userType="Member")["id"], ROLES["Catalog reader"]
    catalog = f"/AccessPackageCatalog/{next(iter(writer.tenant.objects[CATALOGS]))}"
    path, body = f"{GRANTING}/roleAssignments", {"principalId": person, "roleDefinitionId": role}
    whole = writer.make(path, {**body, "directoryScopeId": "/"})
    assert writer.do("GET", f"{path}/{whole}")["appScopeId"] is None
    assert writer.make(path, {**body, "appScopeId": catalog}) != whole
    assert writer.refused("POST", path, {**body, "appScopeId": catalog})[:2] == (400, "RoleAssignmentExists")
    group = writer.find("groups", isAssignableToRole=None)["id"]
    for wrong in ({}, {"directoryScopeId": "/", "appScopeId": catalog}, {"directoryScopeId": f"/{person}"},
                  {"appScopeId": f"/AccessPackageCatalog/{person}"}, {"appScopeId": "/"},
                  {"directoryScopeId": "/", "roleDefinitionId": person},
                  {"directoryScopeId": "/", "principalId": group}):  # fmt: skip
        assert writer.refused("POST", path, {**body, **wrong})[0] == 400, wrong
    assert writer.refused("PATCH", f"{path}/{whole}", {"principalId": person})[0] == 405
    writer.do("DELETE", f"{path}/{whole}")
    assert writer.refused("GET", f"{path}/{whole}")[0] == 404


def test_a_request_keeps_to_the_rules_of_its_role(writer: Writer) -> None:
    other = list(writer.tenant.objects["users"])[-1]
    role = next(iter(writer.tenant.objects[role_rules.ASSIGNMENTS].values()))["roleDefinitionId"]
    ends, asks = (role_rules.of_role(writer.tenant, role, f"{sort}_Admin_Eligibility")
                  for sort in ("Expiration", "Enablement"))  # fmt: skip
    ends |= {"isExpirationRequired": True, "maximumDuration": "P30D"}
    asks["enabledRules"] = ["Justification"]

    def sent(duration: str, **more: Any) -> dict[str, Any]:
        held = {"principalId": other, "roleDefinitionId": role}
        return ask(writer, expiration={"type": "afterDuration", "duration": duration}, **held, **more)

    code = "RoleAssignmentRequestPolicyValidationFailed"
    for wrong in (
        ask(writer, roleDefinitionId=role, principalId=other),
        sent("P31D"),
        sent("P30D", justification=None),
    ):
        assert writer.refused("POST", REQUESTS, wrong)[:2] == (400, code)
    assert writer.do("POST", REQUESTS, sent("P30D"))["status"] == "Provisioned"


GROUPED = f"{IN_GROUPS[:-1]}Requests"


def let_in(writer: Writer, action: str = "adminAssign", **more: Any) -> dict[str, Any]:
    """A request for a person to become a member of a group that nobody may become a member of."""
    own = {"groupId": writer.find("groups", displayName="CA-Pilot")["id"], "accessId": "member", **more}
    return ask(writer, action, directoryScopeId=None, roleDefinitionId=None, **own)


def test_a_place_in_a_group_is_named_after_its_request(writer: Writer) -> None:
    writer.tenant.options.removable_after = 0.0
    body = let_in(writer)
    answer = writer.do("POST", GROUPED, body)
    assert answer["targetScheduleId"] == f"{body['groupId']}_member_{answer['id']}"
    made = writer.do("GET", f"{IN_GROUPS}/{answer['targetScheduleId']}")
    assert (made["memberType"], made["createdUsing"], made["status"]) == ("direct", answer["id"], "Provisioned")
    assert writer.refused("POST", GROUPED, body)[1] == "RoleAssignmentExists"
    assert writer.make(GROUPED, let_in(writer, accessId="owner"))
    writer.do("POST", GROUPED, let_in(writer, "adminRemove", scheduleInfo=None))
    assert writer.refused("GET", f"{IN_GROUPS}/{answer['targetScheduleId']}")[0] == 404
    later = writer.do("POST", GROUPED, let_in(writer, start=LATER))
    assert writer.reply("POST", f"{GROUPED}/{later['id']}/cancel").status == 204
    assert writer.refused("GET", f"{IN_GROUPS}/{later['targetScheduleId']}")[0] == 404


@pytest.mark.parametrize("path", [IN_GROUPS, GROUPED])
def test_places_in_groups_are_listed_of_one_group_or_person(writer: Writer, path: str) -> None:
    assert writer.refused("GET", path)[0] == 400
    assert writer.refused("GET", f"{path}?$filter=accessId eq 'member'")[0] == 400
    held = next(iter(writer.tenant.objects[path].values()))
    for name in ("groupId", "principalId"):
        assert held in writer.do("GET", f"{path}?$filter={name} eq '{held[name]}'")["value"]
    assert writer.do("GET", f"{path}?$filter=groupId eq '{NOBODY}'")["value"] == []


@pytest.mark.parametrize("name", ["All Employees", "GG-Files", "News", "Facilities"])
def test_groups_that_others_fill_are_not_pim_s(writer: Writer, name: str) -> None:
    group = writer.find("groups", displayName=name)["id"]
    assert writer.refused("POST", GROUPED, let_in(writer, groupId=group))[:2] == (400, "InvalidRoleAssignmentRequest")


def test_what_pim_refuses_of_groups(writer: Writer) -> None:
    group, person = let_in(writer)["groupId"], let_in(writer)["principalId"]
    other = writer.find("groups", displayName="All Guests")["id"]
    device = next(iter(writer.tenant.objects["devices"]))
    for wrong, said in (({"groupId": NOBODY}, (404, "ResourceNotFound")), ({"groupId": None}, (400, "BadRequest")),
                        ({"principalId": device}, (404, "SubjectNotFound")),
                        ({"principalId": group}, (400, "InvalidRoleAssignmentRequest")),
                        ({"principalId": other, "accessId": "owner"}, (400, "InvalidRoleAssignmentRequest")),
                        ({"accessId": "guest"}, (400, "BadRequest"))):  # fmt: skip
        assert writer.refused("POST", GROUPED, let_in(writer, **wrong))[:2] == said, wrong
    assert writer.make(GROUPED, let_in(writer, principalId=other))
    reader = Writer("PrivilegedEligibilitySchedule.Read.AzureADGroup", tenant=writer.tenant)
    assert reader.refused("POST", GROUPED, let_in(writer))[0] == 403
    remover = Writer("PrivilegedEligibilitySchedule.Remove.AzureADGroup", tenant=writer.tenant)
    assert remover.refused("POST", GROUPED, let_in(writer))[0] == 403
    writer.tenant.options.licences = {"P1"}
    assert writer.refused("POST", GROUPED, let_in(writer))[1] == "AadPremiumLicenseRequired"
    assert reader.refused("GET", f"{IN_GROUPS}?$filter=principalId eq '{person}'")[1] == "AadPremiumLicenseRequired"


def test_with_a_group_goes_who_may_enter_it(writer: Writer) -> None:
    body = let_in(writer)
    own = writer.do("POST", GROUPED, body)["targetScheduleId"]
    writer.do("DELETE", f"groups/{body['groupId']}")
    assert writer.refused("GET", f"{IN_GROUPS}/{own}")[0] == 404


PRESENT = f"{ACTIVE_IN_GROUPS[:-1]}Requests"


def group_and(writer: Writer) -> tuple[str, list[str], str]:
    """A group that PIM doesn't manage yet, its members, and a person who is none of them."""
    group = writer.find("groups", displayName="All Offices")["id"]
    there = writer.tenant.links["groups/members"][group]
    return group, there, let_in(writer)["principalId"]


def test_who_is_in_a_group_for_some_time_is_a_member_until_then(writer: Writer) -> None:
    writer.tenant.options.removable_after = 0.0
    group, there, person = group_and(writer)
    before = list(there)
    assert writer.do("GET", f"{ACTIVE_IN_GROUPS}?$filter=groupId eq '{group}'")["value"] == []
    until = {"type": "afterDateTime", "endDateTime": LATER}
    body = let_in(writer, groupId=group, expiration=until)
    own = writer.do("POST", PRESENT, body)["targetScheduleId"]
    assert there == [*before, person]
    listed = writer.do("GET", f"{ACTIVE_IN_GROUPS}?$filter=groupId eq '{group}'")["value"]
    ends = {item["principalId"]: item["scheduleInfo"]["expiration"]["type"] for item in listed
            if item["accessId"] == "member"}  # fmt: skip
    assert ends == {person: "afterDateTime"} | dict.fromkeys(before, "noExpiration"), "from its first request on"
    writer.tenant.offset = datetime(2098, 1, 2, tzinfo=UTC) - writer.tenant.now()
    assert writer.refused("GET", f"{ACTIVE_IN_GROUPS}/{own}")[0] == 404
    assert there == before


def test_who_stays_in_a_group_needn_t_be_listed(writer: Writer) -> None:
    writer.tenant.options.members_scheduled = False
    group, there, person = group_and(writer)
    stays = there[0]
    writer.do("POST", PRESENT, let_in(writer, groupId=group))
    listed = writer.do("GET", f"{ACTIVE_IN_GROUPS}?$filter=groupId eq '{group}'")["value"]
    assert [item["principalId"] for item in listed] == [person]
    twice = let_in(writer, groupId=group, principalId=stays)
    assert writer.refused("POST", PRESENT, twice)[1] == "RoleAssignmentExists"


def test_a_place_in_a_group_is_given_once_and_taken_back(writer: Writer) -> None:
    writer.tenant.options.removable_after = 0.0
    group, there, person = group_and(writer)
    stays, own = there[0], writer.do("POST", PRESENT, let_in(writer, groupId=group))["targetScheduleId"]
    for principal in (person, stays):  # whether by a request or not
        body = let_in(writer, groupId=group, principalId=principal)
        assert writer.refused("POST", PRESENT, body)[1] == "RoleAssignmentExists"
    writer.administer()
    writer.do("DELETE", f"groups/{group}/members/{person}/$ref")
    assert writer.refused("GET", f"{ACTIVE_IN_GROUPS}/{own}")[0] == 404
    writer.do("POST", PRESENT, let_in(writer, "adminRemove", groupId=group, principalId=stays, scheduleInfo=None))
    assert stays not in there
    helpers = writer.find("groups", displayName="PIM-Helpdesk")["id"]
    nested = let_in(writer, groupId=helpers, principalId=group)
    assert writer.refused("POST", PRESENT, nested)[1] == "InvalidRoleAssignmentRequest"
    reader = Writer("PrivilegedAssignmentSchedule.Read.AzureADGroup", tenant=writer.tenant)
    assert reader.refused("POST", PRESENT, let_in(writer, groupId=group))[0] == 403
    assert writer.refused("GET", ACTIVE_IN_GROUPS)[0] == 400
