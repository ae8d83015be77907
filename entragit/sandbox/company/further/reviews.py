"""The made-up company: access reviews, settings of lifecycle workflows."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

GRAPH = "#microsoft.graph."
NIL = "00000000-0000-0000-0000-000000000000"


def _who(query: str) -> Object:
    return values("accessReviewReviewerScope", query=query, queryType="MicrosoftGraph")


def _review(build: Build, name: str, query: str, *reviewers: str, apply: bool) -> None:
    scope = {"@odata.type": f"{GRAPH}accessReviewQueryScope"} | values(
        "accessReviewQueryScope", query=query, queryType="MicrosoftGraph")  # fmt: skip
    build.add("identityGovernance/accessReviews/definitions", {
        "displayName": name, "descriptionForAdmins": "Every quarter.", "descriptionForReviewers": "Who still needs it?",
        "scope": scope, "reviewers": [_who(reviewer) for reviewer in reviewers], "status": "InProgress",
        "fallbackReviewers": [_who(f"/users/{build.known['user:chief']}")],
        "settings": values(
            "accessReviewScheduleSettings", mailNotificationsEnabled=True, defaultDecision="None",
            instanceDurationInDays=14, autoApplyDecisionsEnabled=apply, recurrence=values(
                "patternedRecurrence",
                pattern=values("recurrencePattern", type="absoluteMonthly", interval=3, month=0, dayOfMonth=5),
                range=values("recurrenceRange", type="noEnd", startDate="2026-01-05", numberOfOccurrences=0))),
    })  # fmt: skip


def _task(build: Build, number: int, definition: str, name: str, **arguments: str) -> Object:
    found = values("identityGovernance.task", displayName=name, description=f"{name}.", taskDefinitionId=definition,
                   executionSequence=number, isEnabled=True, category="joiner,leaver",
                   arguments=[{"name": key, "value": value} for key, value in arguments.items()])  # fmt: skip
    return found | {"id": build.guid()}


def _extension(build: Build) -> str:
    """The id of a Logic App that tasks may call, and that answers as an application of the company."""
    spaces = f"{GRAPH}identityGovernance."
    endpoint = values("logicAppTriggerEndpointConfiguration", logicAppWorkflowName="Mailbox", subscriptionId=NIL,
                      resourceGroupName="People")  # fmt: skip
    return str(build.add("identityGovernance/lifecycleWorkflows/customTaskExtensions", {
        "displayName": nasty(3, 1)[0], "description": "Keeps the mailbox.",
        "endpointConfiguration": {"@odata.type": f"{GRAPH}logicAppTriggerEndpointConfiguration"} | endpoint,
        "authenticationConfiguration": {"@odata.type": f"{GRAPH}azureAdTokenAuthentication"} | values(
            "azureAdTokenAuthentication", resourceId=build.all("applications")[0]["appId"]),
        "clientConfiguration": values("customExtensionClientConfiguration", maximumRetries=1,
                                      timeoutInMilliseconds=1000),
        "callbackConfiguration": {"@odata.type": f"{spaces}customTaskExtensionCallbackConfiguration"} | values(
            "identityGovernance.customTaskExtensionCallbackConfiguration", timeoutDuration="PT5M"),
    })["id"])  # fmt: skip


def _workflow(build: Build, name: str, category: str, rule: str, *tasks: Object, on: bool) -> None:
    scope = values("identityGovernance.ruleBasedSubjectSet", rule=rule)
    trigger = values("identityGovernance.timeBasedAttributeTrigger", timeBasedAttribute="employeeHireDate")
    spaces = f"{GRAPH}identityGovernance."
    build.add("identityGovernance/lifecycleWorkflows/workflows", {
        "displayName": name, "description": f"{name}.", "category": category, "version": 3, "isEnabled": True,
        "isSchedulingEnabled": on, "tasks": list(tasks), "executionConditions": {
            "@odata.type": f"{spaces}triggerAndScopeBasedConditions",
            "scope": {"@odata.type": f"{spaces}ruleBasedSubjectSet"} | scope,
            "trigger": {"@odata.type": f"{spaces}timeBasedAttributeTrigger"} | trigger | {"offsetInDays": -7},
        },
    })  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    group, user = build.known["group:helpdesk"], build.known["user:chief"]
    _review(build, nasty(2, 1)[0], f"/groups/{group}/transitiveMembers", f"/users/{user}", apply=True)
    _review(build, "Owners decide", f"/groups/{group}/transitiveMembers", "./owners", apply=False)
    joins = _task(build, 1, "22085229-5809-45e8-97fd-270d28d66910", "Add to groups", groupID=group)
    mails = _task(build, 2, "70b29d51-b59a-4773-9280-8841dfd3f2ea", nasty(5, 1)[0])
    _workflow(build, "Before they come", "joiner", "(department eq 'Sales')", joins, mails, on=True)
    leaves = _task(
        build, 1, "8d18588d-9ad3-4c0f-99d0-ec215f0e3dff", "Delete the account", customTaskExtensionID=_extension(build)
    )
    _workflow(build, nasty(1, 1)[0], "leaver", "(department eq 'IT')", leaves, on=False)
    held = build.tenant.singletons
    held["policies/accessReviewPolicy"] = blank("accessReviewPolicy") | {
        "id": "accessReviewPolicy", "displayName": "Access reviews", "description": "Who may review",
        "isGroupOwnerManagementEnabled": True}  # fmt: skip
    path, kind = "identityGovernance/lifecycleWorkflows/settings", "identityGovernance.lifecycleManagementSettings"
    held[path] = blank(kind) | {
        "id": "lifecycleManagementSettings", "workflowScheduleIntervalInHours": 3,
        "emailSettings": values("emailSettings", senderDomain=build.tenant.domain, useCompanyBranding=True),
    }  # fmt: skip


def report(build: Build) -> None:
    """Add a report of past reviews that comes every month."""
    pattern = values("recurrencePattern", type="absoluteMonthly", interval=1, dayOfMonth=1)
    term = values("recurrenceRange", type="noEnd", startDate="2026-01-01")
    scope = {"@odata.type": "#microsoft.graph.accessReviewQueryScope", "queryType": "MicrosoftGraph",
             "query": "/identityGovernance/accessReviews/definitions?$filter=contains(scope/query, 'accessPackage')",
             "queryRoot": None}  # fmt: skip
    build.add("identityGovernance/accessReviews/historyDefinitions", {
        "displayName": nasty(3, 1)[0], "decisions": ["approve", "deny"], "status": "done", "scopes": [scope],
        "scheduleSettings": values("accessReviewHistoryScheduleSettings", reportRange="P1M",
                                   recurrence=values("patternedRecurrence", pattern=pattern, range=term)),
        "createdBy": values("userIdentity", id=build.known["user:chief"]), "createdDateTime": build.moment(9),
    })  # fmt: skip
