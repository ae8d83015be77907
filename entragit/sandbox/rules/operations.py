"""Which writes Graph has below the served paths (facts §5 matrix; status.json), as "METHOD template"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entragit.sandbox.rules import layout
from entragit.sandbox.rules.row import Row
from entragit.sandbox.rules.rows import ROWS, below

# Template → methods. A collection's template takes POST, an object's the others.
_OBJECTS: Mapping[str, str] = {
    "users": "POST PATCH DELETE",
    "groups": "POST PATCH DELETE",
    "devices": "POST PATCH DELETE",
    "directory/administrativeunits": "POST PATCH DELETE",
    "applications": "POST PATCH DELETE",
    "serviceprincipals": "POST PATCH DELETE",
    "oauth2permissiongrants": "POST PATCH DELETE",
    "groupsettings": "POST PATCH DELETE",
    "organization": "PATCH",
    "domains": "POST PATCH DELETE",
    "directoryroles": "POST",
    "identity/conditionalaccess/policies": "POST PATCH DELETE",
    "identity/conditionalaccess/namedlocations": "POST PATCH DELETE",
    "identity/conditionalaccess/authenticationcontextclassreferences": "POST PATCH PUT DELETE",
    "policies/authenticationstrengthpolicies": "POST PATCH DELETE",
    "policies/authenticationmethodspolicy/authenticationmethodconfigurations": "POST PATCH DELETE",
    "rolemanagement/directory/roledefinitions": "POST PATCH DELETE",
    "rolemanagement/directory/roleassignments": "POST DELETE",  # facts §5: no PATCH
}
_SINGLETONS = (
    "policies/authorizationpolicy",
    "policies/authenticationmethodspolicy",
    "policies/identitysecuritydefaultsenforcementpolicy",
)
# Relationships and children: methods without the id of what follows, and with it.
_BELOW: Mapping[str, tuple[str, str]] = {
    "users/{id}/manager": ("PUT DELETE", ""),
    "users/{id}/sponsors": ("POST", "DELETE"),
    "users/{id}/approleassignments": ("POST", "DELETE"),
    "groups/{id}/members": ("POST", "DELETE"),
    "groups/{id}/owners": ("POST", "DELETE"),
    "groups/{id}/approleassignments": ("POST", "DELETE"),
    "groups/{id}/settings": ("POST", "PATCH DELETE"),
    "domains/{id}/federationconfiguration": ("POST", "PATCH DELETE"),
    "organization/{id}/certificatebasedauthconfiguration": ("POST", "DELETE"),  # facts §5: no PATCH
    "devices/{id}/registeredowners": ("POST", "DELETE"),
    "devices/{id}/registeredusers": ("POST", "DELETE"),
    "directory/administrativeunits/{id}/members": ("POST", "DELETE"),
    "directoryroles/{id}/members": ("POST", "DELETE"),
    "applications/{id}/owners": ("POST", "DELETE"),
    "applications/{id}/sponsors": ("POST", "DELETE"),
    "applications/{id}/federatedidentitycredentials": ("POST", "PATCH DELETE"),
    "applications/{id}/extensionproperties": ("POST", "DELETE"),
    "applications/{id}/agentidentityblueprint/inheritablepermissions": ("POST", "PATCH DELETE"),
    "policies/authenticationstrengthpolicies/{id}/combinationconfigurations": ("POST", "PATCH DELETE"),
    "serviceprincipals/{id}/owners": ("POST", "DELETE"),
    "serviceprincipals/{id}/sponsors": ("POST", "DELETE"),
    "serviceprincipals/{id}/agentidentity/sponsors": ("POST", "DELETE"),
    "serviceprincipals/{id}/approleassignments": ("POST", "DELETE"),
    "serviceprincipals/{id}/approleassignedto": ("POST", "DELETE"),
    "serviceprincipals/{id}/delegatedpermissionclassifications": ("POST", "DELETE"),
    **below.WRITES,
}
# Collection → its objects' actions in Graph's spelling.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "users": ("assignLicense",),
    "groups": ("assignLicense",),
    "applications": ("addPassword", "removePassword"),
    "servicePrincipals": ("addPassword", "removePassword"),
    "policies/authenticationStrengthPolicies": ("updateAllowedCombinations",),
    "domains": ("verify",),
    **{row.path: row.actions for row in ROWS if row.actions},
}

TEMPLATES: Mapping[str, str] = {row.path: row.template for row in ROWS}


def _all() -> Iterator[str]:
    for path, methods in _OBJECTS.items():
        yield from (f"{method} {path}" + ("" if method == "POST" else "/{id}") for method in methods.split())
    yield from (f"PATCH {path}" for path in _SINGLETONS)
    for template, (bare, keyed) in _BELOW.items():
        yield from (f"{method} {template}" for method in bare.split())
        yield from (f"{method} {template}/{{id}}" for method in keyed.split())
    for path, names in ACTIONS.items():
        yield from (f"POST {TEMPLATES.get(path, path.lower())}/{{id}}/{name.lower()}" for name in names)
    for row in ROWS:
        yield from _row(row)
    for path, casts in layout.CASTS.items():
        for root, cast in ((path.lower(), cast.lower()) for cast in casts):
            yield f"POST {root}/{cast}"
            yield from (f"{method} {root}/{{id}}/{cast}" for method in ("PATCH", "DELETE"))
            yield f"POST {root}/{{id}}/{cast}/owners"
            yield f"DELETE {root}/{{id}}/{cast}/owners/{{id}}"
    # Of a blueprint alone: agents and principals sign in with what that has.
    yield from (f"POST applications/{{id}}/agentidentityblueprint/{name}password" for name in ("add", "remove"))
    yield "POST directory/deleteditems/{id}/restore"
    yield "DELETE directory/deleteditems/{id}"


def _row(row: Row) -> Iterator[str]:
    root, owner = row.template, row.owner
    for method in row.methods.split():
        yield f"{method} {root}" + ("" if row.single or method == "POST" else "/{id}")
    for holder in row.assigned:
        yield f"POST {holder.lower()}/{{id}}/{row.name.lower()}"
        yield f"DELETE {holder.lower()}/{{id}}/{row.name.lower()}/{{id}}"
    yield from (f"PUT {root}/{{id}}/{name.lower()}" for name in row.parts)
    ways = {relation.name: relation.way for relation in row.relations}
    for name, (bare, keyed) in row.below.items():
        way = ways.get(name, name.lower())
        yield from (f"{method} {owner}/{way}" for method in bare.split())
        yield from (f"{method} {owner}/{way}/{{id}}" for method in keyed.split())


def writes() -> Iterator[str]:
    """Every write, once for each address that its path has."""
    for operation in _all():
        yield operation
        for alias, path in layout.ALIASES.items():
            if f" {path.lower()}" in operation:
                yield operation.replace(path.lower(), alias.lower())
