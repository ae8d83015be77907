"""Ids that are the same in every tenant, from `well_known.json` beside this file (its "note" names the sources)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant that owns Microsoft's own applications
MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
PASSWORDLESS_STRENGTH = "00000000-0000-0000-0000-000000000003"
PHISHING_RESISTANT_STRENGTH = "00000000-0000-0000-0000-000000000004"
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"  # the app role of applications that have none


@cache
def _tables() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("well_known.json").read_text("utf-8"))
    return MappingProxyType(loaded)


def roles() -> Mapping[str, str]:
    """Built-in directory roles: template id (which is the role definition's id) → name."""
    return MappingProxyType(_tables()["roles"])


def role_actions() -> Mapping[str, list[str]]:
    """The roles that a made-up company gets: template id → some of its allowed actions."""
    return MappingProxyType(_tables()["roleActions"])


@cache
def role(name: str) -> str:
    """The template id of a built-in role; KeyError for an unknown name."""
    return {known: key for key, known in roles().items()}[name]


def apps() -> Mapping[str, str]:
    """Microsoft's own applications: appId → name."""
    return MappingProxyType(_tables()["apps"])


def graph_app_roles() -> Mapping[str, str]:
    """Application permissions of Microsoft Graph: value → id."""
    return MappingProxyType(_tables()["graphAppRoles"])


def graph_scopes() -> Mapping[str, str]:
    """Delegated permissions of Microsoft Graph: value → id."""
    return MappingProxyType(_tables()["graphScopes"])
