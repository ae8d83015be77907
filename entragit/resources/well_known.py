"""Ids that are the same in every tenant, by `well_known.json`: what to call them where the tenant doesn't say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def _table() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("well_known.json").read_text("utf-8"))
    return MappingProxyType(loaded)


@cache
def permissions() -> Mapping[str, str]:
    """The app roles and scopes of Microsoft Graph: id → value ("User.Read.All")."""
    return MappingProxyType({**_table()["graphScopes"], **_table()["graphAppRoles"]})


@cache
def application_permissions() -> frozenset[str]:
    """The values of Microsoft Graph's app roles: what an application can be given."""
    return frozenset(_table()["graphAppRoles"].values())


@cache
def roles() -> Mapping[str, str]:
    """Microsoft's directory roles: template id, which is the id of the definition as well, → name."""
    return MappingProxyType(_table()["directoryRoles"])


@cache
def apps() -> Mapping[str, str]:
    """Microsoft's applications that are often named: appId → name."""
    return MappingProxyType(_table()["firstPartyApps"])
