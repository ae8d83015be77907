"""States of what decides about applications beside themselves, and what leads from one to another."""

from __future__ import annotations

from typing import Any

from entragit.model import Body

Row = tuple[str, str, Body | None, Body | None, list[tuple[str, str, Any]]]

OWN = "00000001-0000-4000-8000-000000000000"
DEFAULT = "policies/defaultAppManagementPolicy"
RESTRICTED = "policies/appManagementPolicies"
SECRET = {"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled"}


def _tokens(path: str) -> list[Row]:
    """A policy of one sort is made, changed and deleted."""
    body: Body = {"displayName": "A", "definition": ["{}"], "isOrganizationDefault": False}
    return [
        (f"{path} are made", path, None, {"id": OWN, **body}, [("POST", f"/{path}", body)]),
        (f"{path} change", path, {"id": OWN, **body}, {"id": OWN, **body, "definition": ["[]"]},
         [("PATCH", f"/{path}/{{}}", {"definition": ["[]"]})]),
        (f"{path} go", path, {"id": OWN, **body}, None, [("DELETE", f"/{path}/{{}}", None)]),
    ]  # fmt: skip


SORTS = ("activityBasedTimeout", "claimsMapping", "homeRealmDiscovery", "tokenIssuance", "tokenLifetime")

STATES: list[Row] = [
    *(row for name in SORTS for row in _tokens(f"policies/{name}Policies")),
    ("restrictions of one kind of credential are said whole", RESTRICTED,
     {"id": OWN, "isEnabled": True, "restrictions": {"passwordCredentials": [SECRET]}},
     {"id": OWN, "isEnabled": True, "restrictions": {"passwordCredentials": [SECRET | {"maxLifetime": "P30D"}]}},
     [("PATCH", f"/{RESTRICTED}/{{}}", {"restrictions": {"passwordCredentials": [SECRET | {"maxLifetime": "P30D"}]}})]),
    ("the default is switched off", DEFAULT, {"id": OWN, "isEnabled": True}, {"id": OWN, "isEnabled": False},
     [("PATCH", f"/{DEFAULT}", {"isEnabled": False})]),
]  # fmt: skip
