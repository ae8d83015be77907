"""What makes accounts in other systems by itself: synchronization jobs with their schemas (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Each, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, Reference, keyed
from entragit.resources.further import provisioning_writes as writes
from entragit.resources.hooks import runs_or_not

PRINCIPALS = "servicePrincipals"

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind=f"{PRINCIPALS}/synchronization/jobs",
        type="synchronizationJob",
        read=("Synchronization.Read.All",),
        write=("Synchronization.ReadWrite.All",),
        role="Cloud Application Administrator",
        title="templateId",
        # Any application's service principal can have some: Graph documents no mark of those that do.
        each=Each(PRINCIPALS, ({"servicePrincipalType": "Application"},), read=("Application.Read.All",),
                  below="synchronization/jobs", owner="servicePrincipalId"),
        facts=Facts(
            lists={"synchronizationJobSettings": keyed("name")},
            references={"servicePrincipalId": Reference((PRINCIPALS,))},
            keep=frozenset({"schedule"}),  # whether it runs; written by actions
        ),
        relations=(
            Relation("schema", "single", type="synchronizationSchema", always="PUT", settled=writes.SCHEMA),
        ),
        hook=runs_or_not,
        tier=1,
        writes=writes.JOB,
    ),
)  # fmt: skip
FACTS: dict[str, Facts] = {
    "synchronizationSchedule": Facts(noise=frozenset({"expiration", "interval"})),  # the template's
    "synchronizationSchema": Facts(
        lists={"directories": keyed("name"), "synchronizationRules": keyed("id")},
        noise=frozenset({"id", "version"}),  # the job's, and new with every change
    ),
    # A rule's id is the template's, the same in each of its jobs.
    "synchronizationRule": Facts(lists={"metadata": SET, "objectMappings": SET}, keep=frozenset({"editable", "id"})),
    "objectMapping": Facts(lists={"attributeMappings": SET, "metadata": SET}),
    "attributeMappingSource": Facts(lists={"parameters": SEQUENCE}),
    "filter": Facts(lists={"categoryFilterGroups": SET, "groups": SET, "inputFilterGroups": SET}),
    "filterGroup": Facts(lists={"clauses": SET}),
    "filterOperand": Facts(lists={"values": SET}),
    "containerFilter": Facts(lists={"includedContainers": SET}),
    "groupFilter": Facts(
        lists={"includedGroups": SET}, references={"includedGroups": Reference(("groups",), anywhere=True)}
    ),
    # What was discovered, and when; of another job the ids are others.
    "directoryDefinition": Facts(
        lists={"objects": SET},
        noise=frozenset({"discoveryDateTime", "id"}),
        keep=frozenset({"discoverabilities", "readOnly"}),
    ),
    "objectDefinition": Facts(lists={"attributes": SET, "metadata": SET, "supportedApis": SET}),
    "attributeDefinition": Facts(lists={"apiExpressions": SET, "metadata": SET, "referencedObjects": SET}),
}
