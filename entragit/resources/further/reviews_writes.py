"""How access reviews and the settings of lifecycle workflows are written (facts §5)."""

from __future__ import annotations

from entragit.resources.writing import Reason, Refusal, Switch, Writes

ONCE = frozenset({"additionalNotificationRecipients", "instanceEnumerationScope", "stageSettings"})
"""What the documentation of changes doesn't name, though it asks for the whole review."""

PERSON = r'\{[^{}]*"query":"(?:/v1\.0|/beta)?/users/[^/?"]+"[^{}]*\}'
"""A reviewer who is one person; not their manager, nor those who report to them."""

DEFINITION = Writes(
    update="PUT",
    fixed=ONCE,
    repeated=ONCE | {"scope"},
    required=ONCE | {"fallbackReviewers", "reviewers", "scope"},
    optional=frozenset({"reviewers"}),  # without any, people review themselves
    filtered=False,
    refused=(
        Refusal(
            Reason(
                "not made anew",
                "A new review begins at once: it mails reviewers, and may take access away.",
                "See whom it is about and who reviews",
            ),
            deeds=frozenset({"create"}),
            asked=True,
        ),
        Refusal(
            Reason(
                "reviewers",
                "Graph changes reviewers only where each is one person.",
                "Change them in the Entra admin center, in the settings of the review.",
            ),
            deeds=frozenset({"update"}),
            like={"reviewers": rf"(?s)(?!(?:null|\[(?:{PERSON},?)*\])$).*"},
            either=True,
            but=frozenset({
                "descriptionForAdmins", "descriptionForReviewers", "displayName", "fallbackReviewers", "settings",
            }),
        ),
    ),
)  # fmt: skip
SETTINGS = Writes(repeated=frozenset({"emailSettings", "workflowScheduleIntervalInHours"}))
WORKFLOW = Writes(
    restore="identityGovernance.workflow",
    bin="identityGovernance/lifecycleWorkflows/deletedItems/workflows",
    required=frozenset({"tasks"}),
    filtered=False,
    actions={"executionConditions": "version", "tasks": "version"},
    patch=frozenset({"description", "displayName", "isEnabled", "isSchedulingEnabled"}),
    switch=Switch(
        "isSchedulingEnabled",
        False,
        asks=Reason(
            "stays off",
            "Once its schedule is on, a workflow mails, and may disable or delete people's accounts.",
            "See whom its scope takes in today",
        ),
    ),
)
EXTENSION = Writes(required=frozenset({"authenticationConfiguration"}), filtered=False)
HISTORY = Reason(
    "report",
    "It is a report of what was decided, which Graph forgets after 30 days.",
    "Ask for the report again in the Entra admin center.",
)
