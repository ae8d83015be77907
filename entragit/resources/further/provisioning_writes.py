"""How synchronization jobs are written (facts §5 synchronization): made by template, switched by actions."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.writing import Reason, Switch, Writes

RUNS = "schedule"
PAUSED = {"state": "Paused"}
SCHEMA = Reason("part of the job", "Every job has a schema.", "Write what the schema shall be instead.")


def disabled_is_paused(_now: Body | None, wanted: Body) -> Body:
    """A job that shall be disabled is one that shall not run: nothing else stops one."""
    return {**wanted, RUNS: PAUSED} if wanted.get(RUNS) == {"state": "Disabled"} else wanted


JOB = Writes(
    required=frozenset({"servicePrincipalId"}),
    later=frozenset({"synchronizationJobSettings"}),
    probe=("templateId",),
    filtered=False,
    patch=frozenset({"synchronizationJobSettings"}),
    unseen=Reason(
        "secrets",
        "Graph never shows the address and the secrets with which a job signs in where it provisions.",
        "Enter them in the application's provisioning settings, and test the connection.",
    ),
    switch=Switch(
        RUNS,
        PAUSED,
        turn=5,
        late=0,
        by=("start", "pause"),
        asks=Reason(
            "stays paused",
            "A job that runs makes, changes, disables and deletes accounts where it provisions.",
            "See with provision on demand what it would do",
        ),
    ),
    settle=disabled_is_paused,
)
