"""Rules of writes: access reviews, settings of lifecycle workflows (facts §5)."""

from __future__ import annotations

import re

from entragit.sandbox import removal, seats
from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, not_found
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import bodies, lookup, values
from entragit.sandbox.writes.core import Kind, Write

DEFINITIONS = "identityGovernance/accessReviews/definitions"
NAMED = re.compile(r"/(groups|users|servicePrincipals)/([0-9a-f-]{36})")
PERSON = re.compile(r"(/v1\.0|/beta)?/users/[^/?]+")
LASTING = ("additionalNotificationRecipients", "instanceEnumerationScope", "scope", "stageSettings")


def _named(write: Write) -> None:
    """Whoever is reviewed and reviews exists."""
    for name in ("scope", "instanceEnumerationScope", "reviewers", "fallbackReviewers", "stageSettings"):
        for kind, own in NAMED.findall(str(write.after.get(name))):
            if lookup.get(write.tenant, kind, own) is None:
                raise not_found(own)


def _same(write: Write) -> None:
    """What stays is said all the same; reviewers change where each is one person (documented for the update)."""
    for name in LASTING:
        if write.changes(name):
            raise write.kind.bad(f"'{name}' of a review can't change.")
    both = [item for side in (write.before, write.after) for item in side.get("reviewers") or []]
    if write.changes("reviewers") and not all(PERSON.fullmatch(str(item.get("query"))) for item in both):
        raise write.kind.bad("Reviewers can only be changed where each is one user.")


def _both(write: Write) -> None:
    """Both are asked for in every change (documented for the update)."""
    if not {"emailSettings", "workflowScheduleIntervalInHours"} <= write.body.keys():
        raise write.kind.bad("'emailSettings' and 'workflowScheduleIntervalInHours' are required.")
    if not 1 <= write.after["workflowScheduleIntervalInHours"] <= 24:
        raise write.kind.bad("'workflowScheduleIntervalInHours' must be between 1 and 24.")


WORKFLOWS = "identityGovernance/lifecycleWorkflows/workflows"
MOST = 50
PATCHABLE = frozenset({"description", "displayName", "isEnabled", "isSchedulingEnabled"})


def _room(tenant: Tenant, body: Object) -> None:
    others = [item for key, item in lookup.live(tenant, WORKFLOWS).items() if key != body["id"]]
    if len(others) >= MOST or any(item["displayName"] == body["displayName"] for item in others):
        raise WORKFLOW.bad(f"There can be {MOST} workflows, each with a displayName of its own.")


def _workflow(write: Write) -> None:
    """Up to 50, each with a name of its own, conditions, and tasks in their order (documented for the creation)."""
    _room(write.tenant, write.after)
    tasks = write.after.get("tasks") or []
    if not tasks or not write.after.get("executionConditions"):
        raise write.kind.bad("A workflow needs tasks and executionConditions.")
    for number, task in enumerate(tasks, 1):
        if not task.get("taskDefinitionId") or not task.get("displayName") or task.get("arguments") is None:
            raise write.kind.bad("A task needs its taskDefinitionId, displayName and arguments.")
        task |= {"id": write.tenant.new_id(), "executionSequence": task.get("executionSequence") or number}


def new_version(ask: Ask, found: Object) -> Reply:
    """POST …/createNewVersion: the whole of it anew, but its category; 200 with the workflow (facts §5)."""
    body = ask.body.get("workflow") if isinstance(ask.body, dict) else None
    if not isinstance(body, dict) or body.get("category") != found["category"]:
        raise WORKFLOW.bad("'workflow' must hold the workflow, with the category that it has.")
    sent = bodies.checked(ask, WORKFLOW, body, {})
    bodies.require(WORKFLOW, sent.plain)
    after = values.merged(WORKFLOW.type, found, sent.plain) | {"version": found["version"] + 1}
    _workflow(Write(ask, WORKFLOW, found["id"], dict(found), sent.plain, after))
    found |= after
    ask.tenant.touch(WORKFLOWS, found["id"], "changed")
    return Reply(200, dict(found))


DELETED = "identityGovernance/lifecycleWorkflows/deletedItems/workflows"


def shelve(tenant: Tenant, body: Object) -> None:
    """Keep a deleted workflow for 30 days, off (documented for the deletion)."""
    seats.put(tenant, DELETED, body | {"deletedDateTime": tenant.stamp(), "isSchedulingEnabled": False})


def expire(tenant: Tenant) -> None:
    """What was deleted 30 days ago is gone for good."""
    for own in removal.expired(tenant, tenant.objects.get(DELETED, {})):
        tenant.bury(DELETED, own)
        tenant.touch(DELETED, own, "deleted")


def restore(ask: Ask, found: Object) -> Reply:
    """POST …/restore: 200 with the workflow, its id, tasks and version; its name must still be its own."""
    if ask.body:
        raise WORKFLOW.bad("A restore takes no body.")
    back = found | {"deletedDateTime": None}
    _room(ask.tenant, back)
    ask.tenant.bury(DELETED, found["id"])
    seats.put(ask.tenant, WORKFLOWS, back)
    return Reply(200, dict(back))


EXTENSIONS = "identityGovernance/lifecycleWorkflows/customTaskExtensions"


def _unused(write: Write) -> None:
    """None goes that a task calls."""
    if any(write.id in str(item["tasks"]) for item in lookup.live(write.tenant, WORKFLOWS).values()):
        raise write.kind.bad("A workflow calls the extension.")


WORKFLOW = Kind(
    WORKFLOWS,
    "identityGovernance.workflow",
    "workflow",
    required=("category", "displayName", "executionConditions", "tasks"),
    patchable=PATCHABLE,
    defaults={"version": 1},
    create=(_workflow,),
    gone=(lambda write: shelve(write.tenant, write.before),),
)
KINDS: tuple[Kind, ...] = (
    Kind("policies/accessReviewPolicy", "accessReviewPolicy", "access review policy"),
    Kind(
        DEFINITIONS,
        "accessReviewScheduleDefinition",
        "access review",
        required=("displayName", "descriptionForAdmins", "descriptionForReviewers", "scope", "settings"),
        client=frozenset({"scope"}),
        defaults={"status": "NotStarted"},
        create=(_named,),
        update=(_same, _named),
    ),
    Kind(
        "identityGovernance/lifecycleWorkflows/settings",
        "identityGovernance.lifecycleManagementSettings",
        "lifecycle workflow settings",
        update=(_both,),
    ),
    Kind(
        EXTENSIONS,
        "identityGovernance.customTaskExtension",
        "custom task extension",
        required=("displayName", "authenticationConfiguration", "endpointConfiguration"),
        delete=(_unused,),
    ),
    WORKFLOW,
    Kind(DELETED, "identityGovernance.workflow", "deleted workflow"),
)
CHILDREN: tuple[Kind, ...] = ()
