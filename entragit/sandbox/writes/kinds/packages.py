"""Requests by which administrators give access packages, change how long they last, and take them back.

Documented for assignmentRequests: Graph takes a request, and carries it out afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from entragit.sandbox import schedules, seats
from entragit.sandbox.replies import not_found
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Kind, Write

ENTITLEMENT = "identityGovernance/entitlementManagement"
ASSIGNMENTS, REQUESTS = f"{ENTITLEMENT}/assignments", f"{ENTITLEMENT}/assignmentRequests"
PACKAGES, POLICIES = f"{ENTITLEMENT}/accessPackages", f"{ENTITLEMENT}/assignmentPolicies"
ADD, UPDATE, REMOVE = "adminAdd", "adminUpdate", "adminRemove"
NAMES = frozenset({"accessPackageId", "assignmentPolicyId", "targetId"})
SUBMITTED, WAITING, LATER = "submitted", "pendingApproval", "scheduled"


def active(tenant: Tenant) -> Iterator[Object]:
    """The assignments that somebody has; those that are over stay in the list (documented for it)."""
    return (item for item in list(lookup.live(tenant, ASSIGNMENTS).values()) if item["state"] != "expired")


def is_automatic(policy: Mapping[str, object]) -> bool:
    """Whether Entra assigns by the rule of a policy."""
    settings = policy.get("automaticRequestSettings")
    return isinstance(settings, Mapping) and settings.get("requestAccessForAllowedTargets") is True


def _named(write: Write, names: frozenset[str]) -> Object:
    """What `assignment` names: for a new one package, policy and target, for any other its id alone (documented)."""
    sent = {name: value for name, value in write.body["assignment"].items() if name != "@odata.type"}
    if sent.keys() != names or not all(isinstance(value, str) for value in sent.values()):
        raise write.kind.bad(f"'assignment' must hold {', '.join(sorted(names))}.")
    return sent


def _addition(write: Write) -> None:
    """For somebody who hasn't got the package and waits for none, by a policy of it that administrators may use."""
    sent, tenant = _named(write, NAMES), write.tenant
    package, policy = sent["accessPackageId"], lookup.get(tenant, POLICIES, sent["assignmentPolicyId"])
    if lookup.get(tenant, PACKAGES, package) is None or policy is None:
        raise not_found(package if policy else sent["assignmentPolicyId"])
    if lookup.directory_object(tenant, sent["targetId"], ("users", "servicePrincipals")) is None:
        raise not_found(sent["targetId"])
    if policy["accessPackage"]["id"] != package or is_automatic(policy):
        raise write.kind.bad("The policy must be one of the access package by which administrators assign.")
    if any(item.get("isRequired") for item in policy.get("questions") or ()) and not write.body.get("answers"):
        raise write.kind.bad("The policy asks for answers.")
    held = {(item["accessPackage"]["id"], item["target"]["objectId"]) for item in active(tenant)}
    waiting = _open(tenant, SUBMITTED, WAITING, LATER)
    if (package, sent["targetId"]) in held or any(_same(item, sent) for item in waiting):
        raise write.kind.bad("There is an assignment, or a request for one, already.")
    _period(write, policy)


def _same(request: Object, sent: Object) -> bool:
    asked = request["assignment"]
    return all(asked.get(name) == sent[name] for name in ("accessPackageId", "targetId"))


def _open(tenant: Tenant, *states: str) -> list[Object]:
    """The requests in one of these states; one that an export brought doesn't say what it is for."""
    held = lookup.live(tenant, REQUESTS).values()
    return [item for item in held if item["state"] in states and item.get("assignment")]


def _existing(write: Write) -> Object:
    """The assignment of a request for a change or an end: one that isn't over."""
    own = _named(write, frozenset({"id"}))["id"]
    found = lookup.get(write.tenant, ASSIGNMENTS, own)
    if found is None:
        raise not_found(own)
    if found["state"] == "expired":
        raise write.kind.bad("The assignment has ended.")
    return found


def _change(write: Write) -> None:
    """Until when: a duration is refused, for nothing says whether it counts from the start or from the change."""
    found = _existing(write)
    expiration = (write.body.get("schedule") or {}).get("expiration")
    if not expiration or expiration.get("duration"):
        raise write.kind.bad("'schedule' must say until when.")
    _period(write, lookup.live(write.tenant, POLICIES)[found["assignmentPolicy"]["id"]])


def _removal(write: Write) -> None:
    found = _existing(write)
    if is_automatic(lookup.live(write.tenant, POLICIES).get(found["assignmentPolicy"]["id"], {})):
        raise write.kind.bad("A rule gives this assignment.")


def _period(write: Write, policy: Object) -> None:
    """No start that is over, and an end to come that the policy's doesn't precede: strict, for nothing says so."""
    now, asked = write.tenant.now(), write.body.get("schedule") or {}
    begin = schedules.moment(asked.get("startDateTime")) or now
    if begin < now:
        raise write.kind.bad("The start is over.")
    over, longest = (_end(write, begin, rule) for rule in (asked.get("expiration"), policy.get("expiration")))
    if over is not None and over <= begin:
        raise write.kind.bad("The end is over.")
    if asked and longest is not None and (over is None or over > longest):
        raise write.kind.bad("The policy gives the access package for a shorter time.")


def _end(write: Write, begin: datetime, rule: Mapping[str, str] | None) -> datetime | None:
    """When something ends that begins then; None where it never does."""
    rule = rule or {}
    sort = rule.get("type") or "notSpecified"
    if sort == "afterDateTime" and rule.get("endDateTime"):
        return schedules.moment(rule["endDateTime"])
    if sort == "afterDuration" and schedules.duration(rule.get("duration")) > timedelta(0):
        return begin + schedules.duration(rule["duration"])
    if sort not in ("noExpiration", "notSpecified") or rule.get("endDateTime") or rule.get("duration"):
        raise write.kind.bad("The expiration must be none, a moment, or a duration.")
    return None


RULES: Mapping[str, Callable[[Write], None]] = {ADD: _addition, UPDATE: _change, REMOVE: _removal}


def _asked(write: Write) -> None:
    rule = RULES.get(write.body["requestType"])
    if rule is None:
        raise write.kind.bad("The sandbox lets administrators add, update and remove.")
    rule(write)
    write.after.update({"state": SUBMITTED, "status": "Accepted"})


# Scope of a policy → the sorts of those it is for, of "Member", "Guest" and "" for what is no person; an organization
# that a guest comes from is not asked for. Any other scope names them one by one.
SCOPES: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"Member", "Guest", ""}),
    "notSpecified": frozenset({"Member", "Guest", ""}),
    "allMemberUsers": frozenset({"Member"}),
    "allDirectoryUsers": frozenset({"Member", "Guest"}),
    "allDirectoryServicePrincipals": frozenset({""}),
    **dict.fromkeys(
        ("specificConnectedOrganizationUsers", "allConfiguredConnectedOrganizationUsers", "allExternalUsers"),
        frozenset({"Guest"}),
    ),
}


def _in_scope(tenant: Tenant, policy: Object, target: str) -> bool:
    """Whether a policy is for somebody; whoever is not never gets the package (documented for direct assignment)."""
    scope, found = policy.get("allowedTargetScope"), tenant.objects["users"].get(target)
    if scope in SCOPES:
        return (found.get("userType") or "Member" if found else "") in SCOPES[scope]
    groups = tenant.links.get("groups/members", {})
    named = policy.get("specificAllowedTargets") or ()
    return any(target in (item.get("userId"), item.get("servicePrincipalId"), *groups.get(item.get("groupId"), ()))
               for item in named)  # fmt: skip


def _outcome(tenant: Tenant, request: Object) -> str:
    """What becomes of a request: it is carried out, waits for its day [K] or for approval, or comes to nothing."""
    sent, begin = request["assignment"], _begin(request)
    if request["requestType"] != ADD:
        return "delivered"
    policy = tenant.objects[POLICIES][sent["assignmentPolicyId"]]
    if not _in_scope(tenant, policy, sent["targetId"]):
        return "deliveryFailed"
    waits = (policy.get("requestApprovalSettings") or {}).get("isApprovalRequiredForAdd")
    return WAITING if waits else LATER if begin is not None and begin > tenant.now() else "delivered"


def _begin(request: Object) -> datetime | None:
    return schedules.moment((request.get("schedule") or {}).get("startDateTime"))


def _given(tenant: Tenant, request: Object) -> None:
    sent, begin = request["assignment"], _begin(request) or tenant.now()
    policy = tenant.objects[POLICIES][sent["assignmentPolicyId"]]
    asked = (request.get("schedule") or {}).get("expiration") or {}
    named = asked if asked.get("type") not in (None, "notSpecified") else policy.get("expiration")
    period = schedules.period(tenant, {"expiration": named or {"type": "noExpiration"}})
    found = lookup.directory_object(tenant, sent["targetId"], ("users", "servicePrincipals"))
    name = found[1].get("displayName") if found else None
    target = {"id": tenant.new_id(), "objectId": sent["targetId"], "displayName": name}
    seats.put(tenant, ASSIGNMENTS, blank("accessPackageAssignment") | {
        "id": tenant.new_id(), "state": "delivered", "status": "Delivered", "target": target,
        "accessPackage": {"id": sent["accessPackageId"]}, "assignmentPolicy": {"id": sent["assignmentPolicyId"]},
        "schedule": period | {"startDateTime": schedules.stamp(begin)},
    })  # fmt: skip


def _carry_out(tenant: Tenant, request: Object) -> None:
    request["state"] = _outcome(tenant, request)
    if request["state"] != "delivered":
        return
    request["completedDateTime"] = schedules.stamp(tenant.now())
    if request["requestType"] == ADD:
        _given(tenant, request)
        return
    found = tenant.objects[ASSIGNMENTS][request["assignment"]["id"]]
    if request["requestType"] == REMOVE:
        _over(tenant, found)
    else:
        found["schedule"] = found["schedule"] | {"expiration": request["schedule"]["expiration"]}
        tenant.touch(ASSIGNMENTS, found["id"], "changed")


def _over(tenant: Tenant, assignment: Object) -> None:
    stamp = schedules.stamp(tenant.now())
    assignment |= {"state": "expired", "status": "Expired", "expiredDateTime": stamp}
    tenant.touch(ASSIGNMENTS, assignment["id"], "changed")


def advance(tenant: Tenant) -> None:
    """What happens by itself: requests are carried out, and what is to end does."""
    for request in _open(tenant, SUBMITTED, LATER):
        _carry_out(tenant, request)
    for item in active(tenant):
        over = schedules.end({"scheduleInfo": item["schedule"]}) if item.get("schedule") else None
        if over is not None and over <= tenant.now():
            _over(tenant, item)


KIND = Kind(
    REQUESTS,
    "accessPackageAssignmentRequest",
    "access package assignment request",
    required=("requestType", "assignment"),
    create_only=frozenset({"requestType", "schedule"}),
    create=(_asked,),
)
