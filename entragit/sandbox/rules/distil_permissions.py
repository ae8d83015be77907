"""Distil the permissions of the served paths from `../shared/graph/permissions_any_of.json`.

`python -m entragit.sandbox.rules.distil_permissions ../shared/graph/permissions_any_of.json` rewrites
`permissions.json` beside this file: "GET users/{id}" → the application permissions any of which opens it. Where the
metadata has no row, or one that its own neighbours contradict, `CORRECTED` says what holds and why.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from entragit.sandbox.rules import layout
from entragit.sandbox.rules.relations import RELATIONS

# Permissions that open an operation for a few properties or objects only (facts §0.7); to be strict, they don't.
PARTIAL = frozenset(
    {
        "Application.ReadWrite.OwnedBy",  # lists owned objects alone
        "User.ReadBasic.All",
        "User.ReadWrite.CrossCloud",
        "Group.ReadBasic.All",
        "GroupMember.ReadBasic.All",
        "Group-NestingSupport.ReadWrite.All",
        "Group-PreferredDataLocation.ReadWrite.All",
        "Group-XTenantIdentitySync.Read.All",
        "Group.ManageProtection.All",
    }
)
_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
_APPLICATION = ("Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy")
_METHODS = ("Policy.Read.All", "Policy.Read.AuthenticationMethod", "Policy.ReadWrite.AuthenticationMethod")
_SETTINGS = ("GroupSettings.Read.All", "GroupSettings.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All")
_ACCESS = ("Policy.Read.All", "Policy.Read.ConditionalAccess")
_DEVICE = ("Device.Read.All", "Device.ReadWrite.All")
CORRECTED: Mapping[str, tuple[str, ...]] = {
    # facts §5 conditionalAccess: the narrower permission reads policies and locations too
    "GET identity/conditionalaccess/policies": _ACCESS,
    "GET identity/conditionalaccess/policies/{id}": _ACCESS,
    "GET identity/conditionalaccess/namedlocations": _ACCESS,
    "GET identity/conditionalaccess/namedlocations/{id}": _ACCESS,
    # no row for the list; the policy's own row and that of one configuration hold for it
    "GET policies/authenticationmethodspolicy/authenticationmethodconfigurations": _METHODS,
    # the row knows User.Read.All alone; that of the list holds
    "GET organization/{id}": (*_DIRECTORY, "Organization.Read.All", "Organization.ReadWrite.All", "User.Read.All"),
    # the row of one child lacks the reading permission of its list
    "GET applications/{id}/federatedidentitycredentials/{id}": _APPLICATION,
    # the row lacks the other kinds of devices' neighbours
    "GET devices/delta": (*_DEVICE, *_DIRECTORY),
    # no rows: one assignment needs what the list of them needs
    "GET serviceprincipals/{id}/approleassignments/{id}": (*_APPLICATION, *_DIRECTORY),
    "GET serviceprincipals/{id}/approleassignedto/{id}": (*_APPLICATION, *_DIRECTORY),
    "GET users/{id}/approleassignments/{id}": ("AppRoleAssignment.ReadWrite.All", "Directory.Read.All"),
    "GET groups/{id}/approleassignments/{id}": ("AppRoleAssignment.ReadWrite.All", *_DIRECTORY),
    "GET serviceprincipals/{id}/delegatedpermissionclassifications/{id}": (*_APPLICATION, "Directory.Read.All"),
    # no rows: a deleted object needs what a live one needs, whichever type
    "GET directory/deleteditems/microsoft.graph.user": ("User.Read.All", "User.ReadWrite.All", *_DIRECTORY),
    "GET directory/deleteditems/microsoft.graph.group": ("Group.Read.All", "Group.ReadWrite.All", *_DIRECTORY),
    "GET directory/deleteditems/microsoft.graph.application": (*_APPLICATION, *_DIRECTORY),
    "GET directory/deleteditems/microsoft.graph.serviceprincipal": (*_APPLICATION, *_DIRECTORY),
    "GET directory/deleteditems/microsoft.graph.administrativeunit": ("AdministrativeUnit.Read.All", *_DIRECTORY),
    "GET directory/deleteditems/{id}": _DIRECTORY,
    "GET groups/{id}/settings/{id}": (*_SETTINGS, *_DIRECTORY),
}


def templates() -> Iterator[str]:
    """Every template that a read can have (see `paths.Place`)."""
    for path in sorted({*layout.SERVED, *layout.ALIASES}):
        root = path.lower()
        yield root
        if path not in layout.SINGLETONS:
            yield f"{root}/{{id}}"
        if path in layout.DELTAS:
            yield f"{root}/delta"
        for relation in RELATIONS.get(path, {}).values():
            yield f"{root}/{{id}}/{relation.name.lower()}"
            if relation.how in ("children", "assignments"):
                yield f"{root}/{{id}}/{relation.name.lower()}/{{id}}"
    yield from (f"directory/deleteditems/microsoft.graph.{layout.DIRECTORY_OBJECTS[path].lower()}" for path in
                sorted(layout.DELETABLE))  # fmt: skip
    yield from ("directory/deleteditems/{id}", "directoryobjects/{id}")


def _aliased(operation: str) -> str:
    for alias, path in layout.ALIASES.items():
        operation = operation.replace(alias.lower(), path.lower())
    return operation


def distil(source: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Operation → permissions of the served paths; KeyError for one that neither the rows nor `CORRECTED` know."""
    found: dict[str, list[str]] = {}
    for operation in [*(f"GET {template}" for template in templates()), "POST directoryobjects/getbyids"]:
        held = CORRECTED.get(operation)
        method, _, path = _aliased(operation).partition(" ")
        rows = source[f"{method} /{path}"] if held is None else held
        found[operation] = sorted(set(rows) - PARTIAL)
    return found


def main(path: str) -> None:
    """Read permissions_any_of.json at `path`, write the distilled copy, one operation a line."""
    found = distil(json.loads(Path(path).read_text("utf-8")))
    lines = [f"{json.dumps(operation)}: {json.dumps(any_of)}" for operation, any_of in sorted(found.items())]
    Path(__file__).with_name("permissions.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
