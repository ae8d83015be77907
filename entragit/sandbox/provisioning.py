"""What a synchronization job holds: its schema and when it runs (facts §5 synchronization)."""

from __future__ import annotations

from typing import Any

from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

JOBS = "servicePrincipals/synchronization/jobs"
OURS, THEIRS = "Entra ID", "The application"
RULE = "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8"
"""Rules have the template's ids (documented for the rule): the same in every job of it."""


def value(type_name: str, **properties: Any) -> Object:
    """A value of a type with its blanks filled."""
    return blank(type_name) | properties


def attribute(ours: str, theirs: str, matching: int = 0) -> Object:
    """A mapping of one attribute to another."""
    source = value("attributeMappingSource", name=ours, type="Attribute", expression=f"[{ours}]")
    return value("attributeMapping", source=source, targetAttributeName=theirs, matchingPriority=matching,
                 flowBehavior="FlowWhenChanged", flowType="Always")  # fmt: skip


def directory(name: str, *attributes: str) -> Object:
    """What is known of one side: users, and what they have there."""
    held = [value("attributeDefinition", name=name, type="String", mutability="ReadWrite", anchor=number == 0)
            for number, name in enumerate(attributes)]  # fmt: skip
    users = value("objectDefinition", name="User", attributes=held)
    return value("directoryDefinition", id=f"{name} 1", name=name, objects=[users], version="1",
                 discoverabilities="None", discoveryDateTime="2026-01-01T00:00:00Z", readOnly=False)  # fmt: skip


def schema(own: str, **changes: Any) -> Object:
    """The one that a job of this id begins with: users alone, found by their names. `changes`: to its one mapping."""
    mapped = [attribute("userPrincipalName", "userName", 1), attribute("mail", "email")]
    mapping = value("objectMapping", name="Users", enabled=True, flowTypes="Add,Update,Delete",
                    sourceObjectName="User", targetObjectName="User", attributeMappings=mapped)  # fmt: skip
    rule = value("synchronizationRule", id=RULE, name="USER_OUTBOUND_USER", editable=True, priority=1,
                 sourceDirectoryName=OURS, targetDirectoryName=THEIRS, objectMappings=[mapping | changes])  # fmt: skip
    ends = [directory(OURS, "userPrincipalName", "mail"), directory(THEIRS, "userName", "email")]
    return value("synchronizationSchema", id=own, version="v1", synchronizationRules=[rule], directories=ends)


def running(state: str) -> Object:
    """The schedule and the status of a job in this state; a start ends a quarantine (documented)."""
    code = {"Disabled": "NotRun"}.get(state, state)
    return {
        "schedule": value("synchronizationSchedule", state=state, interval="PT40M"),
        "status": value("synchronizationStatus", code=code, countSuccessiveCompleteFailures=0),
    }
