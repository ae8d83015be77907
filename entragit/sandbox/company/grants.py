"""Access of and to applications: app role assignments, delegated grants, and how scopes are classified."""

from __future__ import annotations

from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, joined_id
from entragit.sandbox.store import Object

TYPES = {"users": "User", "groups": "Group", "servicePrincipals": "ServicePrincipal"}


def assign_role(build: Build, path: str, principal: str, resource: str, role: str) -> None:
    """Give an app role of `resource` to a user, group or service principal."""
    holder = build.tenant.objects[path][principal]
    build.add("appRoleAssignments", {
        "id": joined_id("role", principal, resource, role), "appRoleId": role, "createdDateTime": build.sometime(800),
        "principalId": principal, "principalDisplayName": holder["displayName"], "principalType": TYPES[path],
        "resourceId": resource,
        "resourceDisplayName": build.tenant.objects["servicePrincipals"][resource]["displayName"],
    })  # fmt: skip


def grant(build: Build, client: str, resource: str, scopes: str, principal: str | None = None) -> None:
    """Let `client` act for everybody, or for one user, with these scopes of `resource`."""
    build.add("oauth2PermissionGrants", {
        "id": joined_id("grant", client, resource, principal or ""), "clientId": client, "resourceId": resource,
        "consentType": "Principal" if principal else "AllPrincipals", "principalId": principal, "scope": scopes,
    })  # fmt: skip


def _principal(build: Build, word: str) -> Object:
    return build.tenant.objects["servicePrincipals"][build.known[f"principal:{build.known[word]}"]]


def _permissions(build: Build) -> None:
    """Application permissions: what the applications ask for, and what managed identities were given."""
    graph = build.known[f"first-party:{well_known.GRAPH}"]
    for app in build.all("applications"):
        client = build.known[f"principal:{app['id']}"]
        for access in app["requiredResourceAccess"]:
            for item in access["resourceAccess"]:
                if item["type"] == "Role":
                    assign_role(build, "servicePrincipals", client, graph, item["id"])
    assign_role(build, "servicePrincipals", build.known["managed:0"], graph, well_known.graph_app_roles()["Mail.Send"])
    api = _principal(build, "app:api")
    assign_role(build, "servicePrincipals", _principal(build, "app:sync")["id"], api["id"], api["appRoles"][0]["id"])


def _access(build: Build) -> None:
    """Users and groups that may use an application, some by the default role."""
    portal, saml = _principal(build, "app:portal"), _principal(build, "app:saml")
    foreign = build.tenant.objects["servicePrincipals"][build.known["principal:foreign"]]
    for word, role in (("group:employees", 0), ("group:board", 1)):
        assign_role(build, "groups", build.known[word], portal["id"], portal["appRoles"][role]["id"])
    assign_role(build, "groups", build.known["group:employees"], saml["id"], well_known.DEFAULT_ACCESS)
    assign_role(build, "groups", build.known["group:board"], foreign["id"], foreign["appRoles"][1]["id"])
    for number, user in enumerate(build.all("users")):
        if number % 20 == 5:
            assign_role(build, "users", user["id"], foreign["id"], foreign["appRoles"][number // 20 % 2]["id"])


def _delegated(build: Build) -> None:
    graph = build.known[f"first-party:{well_known.GRAPH}"]
    portal, api, foreign = (
        _principal(build, "app:portal"),
        _principal(build, "app:api"),
        build.known["principal:foreign"],
    )
    grant(build, portal["id"], graph, "User.Read openid profile")
    grant(build, portal["id"], api["id"], "orders.read orders.write")
    grant(build, _principal(build, "app:mobile")["id"], graph, "User.Read offline_access")
    for number, user in enumerate(build.all("users")):
        if number % 25 == 6:
            grant(build, foreign, graph, "User.Read Mail.Read", user["id"])


def grants(build: Build) -> None:
    """All app role assignments, delegated grants and classifications; needs applications and service principals."""
    _permissions(build)
    _access(build)
    _delegated(build)
    graph = build.known[f"first-party:{well_known.GRAPH}"]
    for value in ("openid", "profile", "email", "User.Read"):
        build.add_child("servicePrincipals/delegatedPermissionClassifications", graph, {
            "id": joined_id("classified", graph, value)[:22], "classification": "low", "permissionName": value,
            "permissionId": well_known.graph_scopes()[value],
        })  # fmt: skip
