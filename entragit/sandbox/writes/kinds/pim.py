"""Requests by which administrators give and take eligible and active roles (facts §5 PIM)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from entragit.sandbox import role_rules, schedules
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import ApiError, Reply
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.seats import ALIKE, GIVEN
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import INVALID_VALUES, Kind, Rule, Write
from entragit.sandbox.writes.kinds import rbac

SERVER = frozenset({
    "approvalId", "completedDateTime", "createdBy", "createdDateTime", "customData", "isValidationOnly", "status",
    "targetScheduleId",
})  # fmt: skip
REFUSED = "RoleAssignmentRequestPolicyValidationFailed"
ASSIGN, UPDATE, REMOVE = "adminAssign", "adminUpdate", "adminRemove"


@dataclass(frozen=True)
class Sort:
    """One collection of schedules.

    `keys`: the properties that together say to whom to what; `named`: those that a request must have. `checks`: what a
    request must be, beside what holds of all. `given`: what a schedule says beside what was asked for. `own`: the id of
    a schedule from the request that makes it.
    """

    path: str
    type: str
    noun: str
    keys: tuple[str, ...]
    named: tuple[str, ...]
    about: tuple[str, ...]
    checks: tuple[Rule, ...]
    given: Object = field(default_factory=dict)
    own: Callable[[Object], str] = lambda request: str(request["id"])


def bad(message: str, code: str = "InvalidRoleAssignmentRequest") -> ApiError:
    """400 in the words of PIM."""
    return ApiError(400, code, message)


def known_action(write: Write) -> None:
    """Administrators assign, update and remove; what people do for themselves is not served."""
    if write.body["action"] not in (ASSIGN, UPDATE, REMOVE):
        raise bad(f"The sandbox lets administrators assign, update and remove, not '{write.body['action']}'.")


def _principal(write: Write) -> None:
    """Who isn't seen yet is not found (facts §1: SubjectNotFound). Nobody but people can activate anything."""
    if write.body["action"] == REMOVE:
        return
    paths = ("users", "groups") if "Eligibility" in write.kind.path else ("users", "groups", "servicePrincipals")
    found = lookup.directory_object(write.tenant, write.body["principalId"], paths)
    if found is None:
        raise ApiError(404, "SubjectNotFound", "The subject is not found.")
    if found[0] == "groups" and not found[1].get("isAssignableToRole"):
        raise bad("The group is not assignable to roles.")


def _role(write: Write) -> None:
    role = lookup.get(write.tenant, rbac.DEFINITIONS_PATH, write.body["roleDefinitionId"])
    if write.body["action"] != REMOVE and (role is None or not role.get("isEnabled")):
        raise ApiError(404, "RoleNotFound", "The role is not found.")


def _scope(write: Write) -> None:
    if write.body["action"] == REMOVE:
        return
    if write.body.get("appScopeId") or not rbac.is_scope(write.tenant, str(write.body.get("directoryScopeId"))):
        raise bad(INVALID_VALUES)


def period(write: Write) -> None:
    """A start, and an end that is one thing (facts §5 PIM; expirationPattern)."""
    info = write.body.get("scheduleInfo")
    if write.body["action"] == REMOVE:
        return
    if not info or not info.get("startDateTime") or not info.get("expiration"):
        raise bad("'scheduleInfo' with its start and its expiration is required.")
    expiration = blank("expirationPattern") | info["expiration"]
    needs = {"noExpiration": (), "afterDateTime": ("endDateTime",), "afterDuration": ("duration",)}
    given = tuple(name for name in ("endDateTime", "duration") if expiration[name])
    if info.get("recurrence") or needs.get(expiration["type"]) != given:
        raise bad("The expiration must be none, a moment, or a duration.")
    settled = schedules.period(write.tenant, info)
    over, begin = schedules.end({"scheduleInfo": settled}), schedules.moment(settled["startDateTime"])
    if over is not None and begin is not None and over - begin < schedules.LEAST:
        raise bad("The duration is too short, or the end is over.", "ActiveDurationTooShort")


def _by_the_rules(write: Write) -> None:
    """What the role's policy asks of whoever gives it: an end, not too far off; why, and on whose order (facts §5)."""
    body, level = write.body, "Eligibility" if "Eligibility" in write.kind.path else "Assignment"
    if body["action"] == REMOVE:
        return
    ends, asks = (role_rules.of_role(write.tenant, body["roleDefinitionId"], f"{sort}_Admin_{level}")
                  for sort in ("Expiration", "Enablement"))  # fmt: skip
    info = schedules.period(write.tenant, body["scheduleInfo"])
    over, begin = schedules.end({"scheduleInfo": info}), schedules.moment(info["startDateTime"])
    longest = schedules.duration(ends.get("maximumDuration"))
    if ends.get("isExpirationRequired") and (over is None or begin is None or over - begin > longest):
        raise bad('The following policy rules failed: ["ExpirationRule"]', REFUSED)
    said = {"Justification": body.get("justification"), "Ticketing": body.get("ticketInfo")}
    if any(not value for name, value in said.items() if name in (asks.get("enabledRules") or ())):
        raise bad('The following policy rules failed: ["EnablementRule"]', REFUSED)


_GIVEN = (None, "Assigned", "assigned")  # PIM for roles and PIM for groups spell it in their own ways


def same(tenant: Tenant, sort: Sort, body: Object) -> Iterator[Object]:
    """The schedules of a sort that give the same to the same, by themselves and not by an activation."""
    for item in list(tenant.objects.get(sort.path, {}).values()):
        direct = str(item.get("memberType")).lower() == "direct" and item.get("assignmentType") in _GIVEN
        if direct and all(item.get(name) == body.get(name) for name in sort.keys):
            yield item


def _once(write: Write, sort: Sort) -> None:
    """One of a sort is assigned once; another can't be changed or removed."""
    held = list(same(write.tenant, sort, write.body))
    if write.body["action"] == ASSIGN and held:
        raise bad("The Role assignment already exists.", "RoleAssignmentExists")
    if write.body["action"] != ASSIGN and not held:
        raise bad("The Role assignment does not exist.", "RoleAssignmentDoesNotExist")
    if write.body["action"] == REMOVE:
        _removable(write.tenant, held[0])


def _removable(tenant: Tenant, schedule: Object) -> None:
    """What hasn't begun is cancelled [K]; what is younger than five minutes stays (facts §5 PIM)."""
    if schedule["status"] == schedules.PENDING:
        raise bad("The Role assignment does not exist.", "RoleAssignmentDoesNotExist")
    born = schedules.moment(schedule["createdDateTime"])
    if born is not None and (tenant.now() - born).total_seconds() < tenant.options.removable_after:
        raise bad("The minimum required time since the assignment has not elapsed.", "ActiveDurationTooShort")


def _answer(sort: Sort) -> Callable[[Write], Object]:
    """What a request becomes at once: carried out, or granted for later (facts §5 PIM)."""

    def made(write: Write) -> Object:
        for check in sort.checks:
            check(write)
        _once(write, sort)
        now, body, own = schedules.stamp(write.tenant.now()), write.body, sort.own(write.after)
        fixed = {"createdDateTime": now, "completedDateTime": now, "isValidationOnly": False}
        if write.tenant.options.request_status:
            return fixed | {"status": write.tenant.options.request_status, "targetScheduleId": own}
        if body["action"] == REMOVE:
            return fixed | {"status": "Revoked", "targetScheduleId": None, "scheduleInfo": None}
        info = schedules.period(write.tenant, body["scheduleInfo"])
        kept = body["action"] == UPDATE and not write.tenant.options.schedules_renewed
        target = next((str(item["id"]) for item in same(write.tenant, sort, body)), "") if kept else own
        status = schedules.state(write.tenant, info)
        return fixed | {"status": status, "targetScheduleId": target, "scheduleInfo": info}

    return made


def _carried_out(sort: Sort) -> Rule:
    """Effect: the schedule is there, other or gone."""

    def effect(write: Write) -> None:
        tenant, request = write.tenant, write.after
        if tenant.options.request_status:
            return
        held = list(same(tenant, sort, request))
        if request["action"] == REMOVE:
            schedules.bury(tenant, sort.path, held[0])
            return
        made = blank(sort.type) | {name: request.get(name) for name in (*sort.keys, "scheduleInfo", "createdDateTime")}
        made |= sort.given | {"id": request["targetScheduleId"], "status": request["status"], "createdUsing": write.id}
        if held:
            schedules.change(tenant, sort.path, held[0], made)
        else:
            schedules.place(tenant, sort.path, made)

    return effect


def cancel(ask: Ask, place: Place, request: Object) -> Reply:
    """A request that is granted for later doesn't come true: 204 (facts §5 PIM)."""
    target = schedules.REQUESTS[place.path]
    held = ask.tenant.objects.get(target, {}).get(str(request["targetScheduleId"]))
    if held is None or held["status"] != schedules.PENDING:
        raise bad("Only requests that are pending can be cancelled.", "RoleAssignmentRequestNotPending")
    schedules.bury(ask.tenant, target, held)
    request["status"] = "Canceled"
    return Reply(204)


def requests(sort: Sort) -> Kind:
    """The requests for schedules of a sort."""
    return Kind(
        path=f"{sort.path[:-1]}Requests",
        type=f"{sort.type}Request",
        noun=sort.noun,
        about=sort.about,
        required=("action", *sort.named),
        server=SERVER,
        made=_answer(sort),
        effects=(_carried_out(sort),),
    )


CHECKS: tuple[Rule, ...] = (known_action, _principal, _role, _scope, period, _by_the_rules)


def _of_roles(path: str, type_name: str, noun: str, given: Object) -> Kind:
    about = ("principalId", "roleDefinitionId")
    return requests(Sort(path, type_name, noun, ALIKE, GIVEN, about, CHECKS, given))


DIRECT = {"memberType": "Direct"}
ELIGIBILITY = _of_roles(schedules.ELIGIBLE, "unifiedRoleEligibilitySchedule", "eligible member to role", DIRECT)
ACTIVITY = _of_roles(schedules.ACTIVE, "unifiedRoleAssignmentSchedule", "member to role",
                     DIRECT | {"assignmentType": "Assigned"})  # fmt: skip
