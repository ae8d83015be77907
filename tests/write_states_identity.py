"""States of what the directory itself has: contacts, attributes, branding, certificates, federation."""

from __future__ import annotations

from typing import Any

from write_guids import OWN, Row

from entragit.model import Body

PROFILES = "identity/verifiedId/profiles"
PROFILE: Body = {"id": OWN, "name": "Recovery", "description": "d", "state": "enabled", "verifierDid": "did:web:a",
                 "verifiedIdUsageConfigurations": [{"purpose": "recovery", "isEnabledForTestOnly": False}]}  # fmt: skip


def _but(body: Body, *names: str, **more: Any) -> Body:
    return {name: value for name, value in body.items() if name not in names} | more


STATES: list[Row] = [
    ("reports show names", "admin/reportSettings", {"id": "reportSettings", "displayConcealedNames": True},
     {"id": "reportSettings", "displayConcealedNames": False},
     [("PATCH", "/admin/reportSettings", {"displayConcealedNames": False})]),
    ("a profile is made", PROFILES, None, PROFILE, [("POST", f"/{PROFILES}", _but(PROFILE, "id"))]),
    ("a profile changes", PROFILES, PROFILE, PROFILE | {"state": "disabled"},
     [("PATCH", f"/{PROFILES}/{{}}", {"state": "disabled"})]),
    ("a profile goes", PROFILES, PROFILE, None, [("DELETE", f"/{PROFILES}/{{}}", None)]),
]  # fmt: skip
