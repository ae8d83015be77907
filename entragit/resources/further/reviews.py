"""Who must have their access confirmed, and what happens by itself when people come and go (facts §5)."""

from __future__ import annotations

from entragit.resources.base import P2, ResourceType
from entragit.resources.facts import SET, Facts, Reference, keyed
from entragit.resources.further import reviews_writes as writes
from entragit.resources.writing import read_only

REVIEWS, LIFECYCLE = "identityGovernance/accessReviews", "identityGovernance/lifecycleWorkflows"
EXTENSIONS = f"{LIFECYCLE}/customTaskExtensions"
ID = r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
# "/groups/ID/transitiveMembers", "…?$filter=principal/roleDefinitionId eq 'ID'"
NAMED = Reference(
    ("groups", "users", "servicePrincipals", "roleManagement/directory/roleDefinitions"),
    within=rf"(?:/groups/|/users/|/servicePrincipals/|[iI]d eq '){ID}",
)
RECIPIENTS = {"fallbackReviewers": SET, "reviewers": SET}

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="policies/accessReviewPolicy",
        type="accessReviewPolicy",
        shape="singleton",
        version="beta",
        read=("Policy.Read.All",),
        write=("Policy.ReadWrite.AccessReview",),
        role="Identity Governance Administrator",
        title="",
        licence=P2,
    ),
    ResourceType(
        kind=f"{REVIEWS}/definitions",
        type="accessReviewScheduleDefinition",
        read=("AccessReview.Read.All",),
        write=("AccessReview.ReadWrite.All",),
        role="Identity Governance Administrator",
        licence=P2,
        facts=Facts(
            lists={**RECIPIENTS, "additionalNotificationRecipients": SET, "stageSettings": keyed("stageId")},
            atomic=frozenset({"instanceEnumerationScope", "scope", "stageSettings"}),
        ),
        writes=writes.DEFINITION,
        tier=1,
    ),
    ResourceType(
        kind=f"{REVIEWS}/historyDefinitions",
        type="accessReviewHistoryDefinition",
        asked=True,
        read=("AccessReview.ReadWrite.All",),
        licence=P2,
        facts=Facts(lists={"decisions": SET, "scopes": SET}, noise=frozenset({"status"})),
        unread=frozenset({"instances"}),
        writes=read_only(writes.HISTORY),
    ),
    ResourceType(
        kind=f"{LIFECYCLE}/settings",
        type="identityGovernance.lifecycleManagementSettings",
        shape="singleton",
        read=("LifecycleWorkflows.Read.All",),
        write=("LifecycleWorkflows.ReadWrite.All",),
        role="Lifecycle Workflows Administrator",
        title="",
        licence=P2,
        writes=writes.SETTINGS,
    ),
    ResourceType(
        kind=EXTENSIONS,
        type="identityGovernance.customTaskExtension",
        read=("LifecycleWorkflows-CustomExt.Read.All",),
        write=("LifecycleWorkflows-CustomExt.ReadWrite.All",),
        role="Lifecycle Workflows Administrator",
        licence=P2,
        facts=Facts(noise=frozenset({"createdBy", "lastModifiedBy"})),
        tier=1,
        writes=writes.EXTENSION,
    ),
    ResourceType(
        kind=f"{LIFECYCLE}/workflows",
        type="identityGovernance.workflow",
        read=("LifecycleWorkflows-Workflow.Read.All",),
        write=("LifecycleWorkflows-Workflow.ReadWrite.All",),
        role="Lifecycle Workflows Administrator",
        licence=P2,
        facts=Facts(
            lists={"tasks": keyed("executionSequence")},
            noise=frozenset({"createdBy", "lastModifiedBy", "quarantineDetails"}),
            atomic=frozenset({"executionConditions"}),
        ),
        unread=frozenset({"administrationScopeTargets"}),
        whole=True,
        tier=1,
        writes=writes.WORKFLOW,
    ),
)
FACTS: dict[str, Facts] = {
    "accessReviewQueryScope": Facts(references={"query": NAMED}),
    "accessReviewNotificationRecipientQueryScope": Facts(references={"query": NAMED}),
    "principalResourceMembershipsScope": Facts(lists={"principalScopes": SET, "resourceScopes": SET}),
    "accessReviewScheduleSettings": Facts(lists={"applyActions": SET, "recommendationInsightSettings": SET}),
    "accessReviewStageSettings": Facts(
        lists={
            **RECIPIENTS,
            "decisionsThatWillMoveToNextStage": SET,
            "dependsOn": SET,
            "recommendationInsightSettings": SET,
        }
    ),
    # Ids are new with every version; categories are those of what the task does.
    "identityGovernance.task": Facts(
        lists={"arguments": keyed("name")}, noise=frozenset({"category", "id"}), keep_empty=frozenset({"arguments"})
    ),
    "keyValuePair": Facts(
        references={"value": Reference(("groups", "users", EXTENSIONS), within=rf"(?<![^\s,]){ID}(?![^\s,])")}
    ),
    # Azure finds the address by the names; it may hold a signature, which is a secret.
    "logicAppTriggerEndpointConfiguration": Facts(noise=frozenset({"url"})),
    "identityGovernance.attributeChangeTrigger": Facts(lists={"triggerAttributes": SET}),
    "identityGovernance.quarantineConfiguration": Facts(lists={"conditions": SET}),
}
