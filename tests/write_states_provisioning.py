"""States of synchronization jobs: made by template, their schema put whole, switched by actions."""

from __future__ import annotations

from write_guids import APP, OWN, Row

from entragit.model import Body

JOBS = "servicePrincipals/synchronization/jobs"
BELOW = f"/servicePrincipals/{APP}/synchronization/jobs"
MADE, THERE = "scim.t.1", f"{APP}/scim.t.1"
DIRECTORIES = [{"name": "Entra ID", "readOnly": False}, {"name": "The application", "readOnly": False}]
RULE: Body = {"id": OWN, "name": "USERS", "editable": True, "priority": 1, "sourceDirectoryName": "Entra ID",
              "targetDirectoryName": "The application"}  # fmt: skip
SCHEMA: Body = {"directories": DIRECTORIES, "synchronizationRules": [RULE]}
OTHER = SCHEMA | {"synchronizationRules": [RULE | {"priority": 2}]}
JOB: Body = {"id": THERE, "servicePrincipalId": APP, "templateId": "scim", "schedule": {"state": "Paused"},
             "schema": SCHEMA}  # fmt: skip
RUNNING = JOB | {"schedule": {"state": "Active"}}
SETTINGS = [{"name": "Zone", "value": "eu"}]

STATES: list[Row] = [
    ("a job is made, then its settings and its schema; it stays paused", JOBS, None,
     RUNNING | {"synchronizationJobSettings": SETTINGS},
     [("POST", BELOW, {"templateId": "scim"}),
      ("PATCH", f"{BELOW}/new", {"synchronizationJobSettings": SETTINGS}), ("PUT", f"{BELOW}/new/schema", SCHEMA)]),
    ("a schema changes, and is said whole", JOBS, JOB | {"schema": OTHER}, JOB,
     [("PUT", f"{BELOW}/{MADE}/schema", SCHEMA)]),
    ("settings go", JOBS, JOB | {"synchronizationJobSettings": SETTINGS}, JOB,
     [("PATCH", f"{BELOW}/{MADE}", {"synchronizationJobSettings": []})]),
    ("a job that runs is paused", JOBS, RUNNING, JOB, [("POST", f"{BELOW}/{MADE}/pause", None)]),
    ("a job that is to be disabled is paused", JOBS, RUNNING, JOB | {"schedule": {"state": "Disabled"}},
     [("POST", f"{BELOW}/{MADE}/pause", None)]),
    ("a paused job isn't started, since nobody asked for that", JOBS, JOB, RUNNING, []),
    ("nor one that is paused where it is to be disabled", JOBS, JOB, JOB | {"schedule": {"state": "Disabled"}}, []),
    ("a job goes", JOBS, RUNNING, None, [("DELETE", f"{BELOW}/{MADE}", None)]),
]  # fmt: skip
