"""Who must have their access confirmed, and what happens by itself when people come and go (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Row

ROWS: tuple[Row, ...] = (
    Row("policies/accessReviewPolicy", "accessReviewPolicy", single=True, methods="PATCH", beta=True, licence="P2"),
    Row(
        "identityGovernance/accessReviews/definitions",
        "accessReviewScheduleDefinition",
        methods="POST PUT DELETE",
        listing=Listing(100, 100),  # facts §1 [K]
        licence="P2",
    ),
    Row("identityGovernance/accessReviews/historyDefinitions", "accessReviewHistoryDefinition", licence="P2"),
    Row(
        "identityGovernance/lifecycleWorkflows/settings",
        "identityGovernance.lifecycleManagementSettings",
        single=True,
        methods="PATCH",
        licence="P2",
    ),
    Row(
        "identityGovernance/lifecycleWorkflows/workflows",
        "identityGovernance.workflow",
        methods="POST PATCH DELETE",
        listing=Listing(100, 100),  # facts §1 [K]
        actions=("createNewVersion",),
        alone=frozenset({"executionConditions", "tasks"}),
        licence="P2",
    ),
    Row(
        "identityGovernance/lifecycleWorkflows/deletedItems/workflows",
        "identityGovernance.workflow",
        methods="DELETE",
        listing=Listing(100, 100),  # facts §1 [K]
        actions=("restore",),
        alone=frozenset({"executionConditions", "tasks"}),
        licence="P2",
    ),
    Row(
        "identityGovernance/lifecycleWorkflows/customTaskExtensions",
        "identityGovernance.customTaskExtension",
        methods="POST PATCH DELETE",
        listing=Listing(100, 100),  # facts §1 [K]
        licence="P2",
    ),
)
