"""Distil the permissions of the served paths from `../shared/graph/permissions_any_of.json`.

`python -m entragit.sandbox.rules.distil_permissions ../shared/graph/permissions_any_of.json` rewrites
`permissions.json` beside this file: "GET users/{id}" → the application permissions any of which opens it; none for
what only a signed-in user may do. Where the metadata has no row, or one that its own neighbours contradict,
`CORRECTED` says what holds and why. A write that is no operation here doesn't exist (405).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from entragit.sandbox.rules import layout, operations
from entragit.sandbox.rules.relations import RELATIONS, WITH_CHILD
from entragit.sandbox.rules.rows import ROWS, below

# Permissions that open an operation for a few properties or objects only (facts §0.7); to be strict, they don't.
PARTIAL = frozenset(
    {
        "AgentIdentity.CreateAsManager",  # a blueprint's, of its own agents
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
_METHOD_WRITES = ("Policy.ReadWrite.AuthenticationMethod",)
_STRENGTH_WRITES = ("Policy.ReadWrite.AuthenticationMethod", "Policy.ReadWrite.ConditionalAccess")
_STRENGTHS = "policies/authenticationstrengthpolicies"
_ROLE_GRANTS = ("AppRoleAssignment.ReadWrite.All",)
_CREDENTIALS = ("Application.ReadWrite.All",)
_MEMBERS = ("Directory.ReadWrite.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All")
_DELETED = (
    "User.DeleteRestore.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All",
    "AdministrativeUnit.ReadWrite.All", "AgentIdentity.DeleteRestore.All", "AgentIdentityBlueprint.DeleteRestore.All",
    "AgentIdentityBlueprintPrincipal.DeleteRestore.All", "PublicKeyInfrastructure.ReadWrite.All",
)  # fmt: skip
_AGENTS = ("AgentIdentity.ReadWrite.All",)
_INHERITED = "applications/{id}/agentidentityblueprint/inheritablepermissions"
_CASTS = {
    "applications/{id}/agentidentityblueprint": "AgentIdentityBlueprint",
    "serviceprincipals/{id}/agentidentityblueprintprincipal": "AgentIdentityBlueprintPrincipal",
    "serviceprincipals/{id}/agentidentity": "AgentIdentity",
}
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
    # no rows: documented for the list of inheritable permissions
    **{f"GET applications/{{id}}/agentidentityblueprint/inheritablepermissions{end}":
       ("AgentIdentityBlueprint.Read.All", "Application.Read.All") for end in ("", "/{id}")},
    # pages "List agentIdentity sponsors", "Add …", "Remove …": the rows name a permission that no application can have
    **{f"{operation} serviceprincipals/{{id}}/agentidentity/sponsors": _AGENTS for operation in ("GET", "POST")},
    "DELETE serviceprincipals/{id}/agentidentity/sponsors/{id}": _AGENTS,
    # rows whose id stands behind the cast; changes by what opens all of them, and of the others the pages' owners
    **{f"GET {place}": (f"{name}.Read.All", f"{name}.ReadWrite.All") for place, name in _CASTS.items()},
    **{f"PATCH {place}": (f"{name}.ReadWrite.All",) for place, name in _CASTS.items()},
    **{f"DELETE {place}": (f"{name}.DeleteRestore.All", f"{name}.ReadWrite.All") for place, name in _CASTS.items()},
    "DELETE serviceprincipals/{id}/agentidentity": ("AgentIdentity.DeleteRestore.All",),  # as its page says
    **{f"{method} {place}/owners{end}": (f"{name.removesuffix('Principal')}.ReadWrite.All",)
       for place, name in _CASTS.items() for method, end in (("POST", ""), ("DELETE", "/{id}"))},
    **{f"POST applications/{{id}}/agentidentityblueprint/{name}password":
       ("AgentIdentityBlueprint.AddRemoveCreds.All", "AgentIdentityBlueprint.ReadWrite.All")
       for name in ("add", "remove")},
    # pages "Create inheritablePermission" (that with which a blueprint is made would do), "Update …", "Delete …"
    **{f"{operation}": ("AgentIdentityBlueprint.ReadWrite.All",)
       for operation in (f"POST {_INHERITED}", f"PATCH {_INHERITED}/{{id}}", f"DELETE {_INHERITED}/{{id}}")},
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
    "GET directory/deleteditems/microsoft.graph.certificatebasedauthpki": ("PublicKeyInfrastructure.Read.All",),
    "GET directory/deleteditems/{id}": _DIRECTORY,
    "GET groups/{id}/settings/{id}": (*_SETTINGS, *_DIRECTORY),
    # facts §5b: only a signed-in user may
    "POST devices": (),
    "POST devices/{id}/registeredowners": (),
    "POST devices/{id}/registeredusers": (),
    "DELETE devices/{id}/registeredowners/{id}": (),
    "DELETE devices/{id}/registeredusers/{id}": (),
    # no row; that of removing a member holds
    "POST groups/{id}/members": _MEMBERS,
    # the row knows creating groups inside alone
    "POST directory/administrativeunits/{id}/members": ("AdministrativeUnit.ReadWrite.All",),
    # facts §5 servicePrincipals: what the rows add is needed as well, and opens nothing by itself
    **{f"POST serviceprincipals/{{id}}/{name}": _ROLE_GRANTS for name in ("approleassignments", "approleassignedto")},
    **{f"DELETE serviceprincipals/{{id}}/{name}/{{id}}": _ROLE_GRANTS
       for name in ("approleassignments", "approleassignedto")},
    # facts §5 applications, servicePrincipals: credentials are written by who writes applications
    **{f"POST {path}/{{id}}/{action}": _CREDENTIALS
       for path in ("applications", "serviceprincipals") for action in ("addpassword", "removepassword")},
    # facts §5 policies: the security defaults' own permission, for nobody else's opens them
    "PATCH policies/identitysecuritydefaultsenforcementpolicy": ("Policy.ReadWrite.SecurityDefaults",),
    # no rows: the methods' own permission (facts §5)
    "POST policies/authenticationmethodspolicy/authenticationmethodconfigurations": _METHOD_WRITES,
    "PATCH policies/authenticationmethodspolicy/authenticationmethodconfigurations/{id}": _METHOD_WRITES,
    # rows at the other address alone (facts §5 authenticationStrength)
    **{f"GET {_STRENGTHS}/{{id}}/combinationconfigurations{end}": (*_METHODS, "Policy.ReadWrite.ConditionalAccess")
       for end in ("", "/{id}")},
    f"POST {_STRENGTHS}/{{id}}/combinationconfigurations": _STRENGTH_WRITES,
    f"PATCH {_STRENGTHS}/{{id}}/combinationconfigurations/{{id}}": _STRENGTH_WRITES,
    f"DELETE {_STRENGTHS}/{{id}}/combinationconfigurations/{{id}}": _STRENGTH_WRITES,
    # facts §5 users: what of users in particular may be restored or deleted, each kind checks by itself
    "POST directory/deleteditems/{id}/restore": _DELETED,
    "DELETE directory/deleteditems/{id}": _DELETED,
    **below.PERMISSIONS,
    **{operation: any_of for row in ROWS for operation, any_of in row.permissions.items()},
}  # fmt: skip
# Below these no application permission opens anything.
_SIGNED_IN = tuple(row.path.lower() for row in ROWS if row.delegated)


def templates() -> Iterator[str]:
    """Every template that a read can have (see `paths.Place`)."""
    for path in sorted({*layout.SERVED, *layout.ALIASES}):
        root = path.lower()
        owner = root if path in layout.SINGLETONS else f"{root}/{{id}}"
        yield from dict.fromkeys((root, owner))
        if path in layout.DELTAS:
            yield f"{root}/delta"
        for cast in layout.CASTS.get(path, ()):
            yield from (f"{root}/{cast.lower()}", f"{root}/{{id}}/{cast.lower()}")
        for relation in RELATIONS.get(layout.ALIASES.get(path, path), {}).values():
            yield f"{owner}/{relation.way}"
            if relation.how in WITH_CHILD and not relation.single:
                yield f"{owner}/{relation.way}/{{id}}"
    for row in ROWS:
        if row.at:
            yield from (f"{row.template}{end}" for end in ("", "/{id}"))
            yield from (f"{row.template}/{{id}}/{item.way}{end}" for item in row.relations for end in ("", "/{id}"))
        if row.inside[0]:
            yield from (row.template, f"{row.template}/{{id}}")
            yield from (f"{row.template}/{{id}}/{name.lower()}" for name in row.parts)
    yield from (f"directory/deleteditems/microsoft.graph.{layout.DELETABLE[path].lower()}" for path in
                sorted(layout.DELETABLE))  # fmt: skip
    yield from ("directory/deleteditems/{id}", "directoryobjects/{id}")


def _aliased(operation: str) -> str:
    for alias, path in layout.ALIASES.items():
        operation = operation.replace(alias.lower(), path.lower())
    return operation


def _opens(permission: str, method: str) -> bool:
    """Whether a permission of a row opens the operation alone; a reading one is only needed as well by a write."""
    return permission not in PARTIAL and (method == "GET" or ".Read." not in permission)


def distil(source: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Operation → permissions of the served paths; KeyError for one that neither the rows nor `CORRECTED` know."""
    found: dict[str, list[str]] = {}
    reads = [f"GET {template}" for template in templates()]
    for operation in [*reads, "POST directoryobjects/getbyids", *operations.writes()]:
        held = CORRECTED.get(operation) or CORRECTED.get(_aliased(operation))
        method, _, path = _aliased(operation).partition(" ")
        alone = path.startswith(_SIGNED_IN) if _SIGNED_IN else False
        rows = () if alone else source[f"{method} /{path}"] if held is None else held
        reading = "GET" if path == "directoryobjects/getbyids" else method
        found[operation] = sorted(permission for permission in set(rows) if _opens(permission, reading))
    return found


def main(path: str) -> None:
    """Read permissions_any_of.json at `path`, write the distilled copy, one operation a line."""
    found = distil(json.loads(Path(path).read_text("utf-8")))
    lines = [f"{json.dumps(operation)}: {json.dumps(any_of)}" for operation, any_of in sorted(found.items())]
    Path(__file__).with_name("permissions.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
