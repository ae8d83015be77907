"""Service principals: of the company's applications, of Microsoft's, of partners', and managed identities."""

from __future__ import annotations

from entragit.sandbox.company import well_known
from entragit.sandbox.company.applications import app_role, certificate, scope
from entragit.sandbox.company.build import Build, values
from entragit.sandbox.store import Object

PATH = "servicePrincipals"
VISIBLE = "WindowsAzureActiveDirectoryIntegratedApp"


def _of(build: Build, app: Object) -> Object:
    """The service principal of one of the company's own applications."""
    web = app["web"]
    return {
        "appId": app["appId"], "displayName": app["displayName"], "appDisplayName": app["displayName"],
        "appDescription": app["description"], "appOwnerOrganizationId": build.tenant.id, "accountEnabled": True,
        "servicePrincipalType": "Application", "signInAudience": app["signInAudience"], "homepage": web["homePageUrl"],
        "logoutUrl": web["logoutUrl"], "replyUrls": [*web["redirectUris"], *app["spa"]["redirectUris"]],
        "servicePrincipalNames": [app["appId"], *app["identifierUris"]], "info": dict(app["info"]),
        "appRoles": [dict(role) for role in app["appRoles"]], "tags": [VISIBLE],
        "applicationTemplateId": app["applicationTemplateId"],
        "oauth2PermissionScopes": [dict(item) for item in app["api"]["oauth2PermissionScopes"]],
    }  # fmt: skip


def _own(build: Build) -> None:
    for app in build.all("applications"):
        made = build.add(PATH, _of(build, app))
        build.known[f"principal:{app['id']}"] = made["id"]
        build.tenant.links.setdefault(f"{PATH}/owners", {})[made["id"]] = list(
            build.tenant.links["applications/owners"].get(app["id"], [])
        )
    principals = build.tenant.objects[PATH]
    saml = principals[build.known[f"principal:{build.known['app:saml']}"]]
    signing = [
        certificate(build, "CN=Microsoft Azure Federated SSO Certificate", usage) for usage in ("Verify", "Sign")
    ]
    saml |= {
        "preferredSingleSignOnMode": "saml", "loginUrl": saml["homepage"], "appRoleAssignmentRequired": True,
        "samlSingleSignOnSettings": values("samlSingleSignOnSettings", relayState="https://payroll.example/start"),
        "keyCredentials": signing, "preferredTokenSigningKeyThumbprint": build.guid().replace("-", "").upper(),
        "notificationEmailAddresses": [f"it@{build.tenant.domain}"], "tags": [VISIBLE,
        "WindowsAzureActiveDirectoryCustomSingleSignOnApplication"],
    }  # fmt: skip
    legacy = principals[build.known[f"principal:{build.known['app:legacy']}"]]
    legacy |= {"accountEnabled": False, "notes": "Switched off, not deleted: nobody knows."}


def microsoft(build: Build, app_id: str) -> Object:
    """The service principal of one of Microsoft's applications; Microsoft Graph's offers its permissions."""
    name = well_known.apps()[app_id]
    body: Object = {
        "appId": app_id, "displayName": name, "appDisplayName": name, "appOwnerOrganizationId": well_known.MICROSOFT,
        "accountEnabled": True, "servicePrincipalType": "Application", "signInAudience": "AzureADMultipleOrgs",
        "servicePrincipalNames": [app_id], "info": values("informationalUrl"),
    }  # fmt: skip
    if app_id == well_known.GRAPH:
        body["servicePrincipalNames"] = [app_id, "https://graph.microsoft.com", "https://graph.microsoft.com/"]
        body["appRoles"] = [
            app_role(build, value, "Application") | {"id": key} for value, key in well_known.graph_app_roles().items()
        ]
        body["oauth2PermissionScopes"] = [
            scope(build, value, "Admin" if value.endswith(".All") else "User") | {"id": key}
            for value, key in well_known.graph_scopes().items()
        ]
    return body


def _microsofts(build: Build) -> None:
    first = [well_known.GRAPH, well_known.EXCHANGE, well_known.SHAREPOINT, well_known.AZURE]
    rest = [app for app in well_known.apps() if app not in first]
    for app in [*first, *rest[: 12 + build.users // 50]]:
        build.add(PATH, microsoft(build, app), f"first-party:{app}")


def _foreign(build: Build) -> None:
    """An application that another tenant owns: only what this tenant decides may be changed."""
    app_id, name = build.guid(), "Contoso Expenses"
    publisher = values(
        "verifiedPublisher", displayName="Contoso Ltd.", verifiedPublisherId="1234567", addedDateTime=build.moment(900)
    )
    build.add(PATH, {
        "appId": app_id, "displayName": name, "appDisplayName": name, "appOwnerOrganizationId": build.guid(),
        "accountEnabled": True, "servicePrincipalType": "Application", "signInAudience": "AzureADMultipleOrgs",
        "servicePrincipalNames": [app_id, "https://expenses.contoso.example"], "tags": [VISIBLE],
        "verifiedPublisher": publisher,
        "appRoleAssignmentRequired": True, "appRoles": [app_role(build, "Submitter", "User"), app_role(build,
        "Auditor", "User")],
        "oauth2PermissionScopes": [scope(build, "expenses.read")],
        "replyUrls": ["https://expenses.contoso.example/callback"],
        "homepage": "https://expenses.contoso.example", "info": values("informationalUrl"),
        "applicationTemplateId": "5b2ef5f1-6b4c-4b7e-9d0a-2f0c1d6d9a10",
    }, "principal:foreign")  # fmt: skip


def _managed(build: Build) -> None:
    for number in range(2 + build.users // 500):
        app_id, name = build.guid(), f"vm-batch-{number:03d}"
        resource = (
            f"/subscriptions/{build.guid()}/resourcegroups/batch/providers/Microsoft.Compute/virtualMachines/{name}"
        )
        build.add(PATH, {
            "appId": app_id, "displayName": name, "accountEnabled": True, "servicePrincipalType": "ManagedIdentity",
            "alternativeNames": [f"isExplicit={bool(number % 2)}", resource], "servicePrincipalNames": [app_id],
            "keyCredentials": [certificate(build, "CN=managed identity")], "info": values("informationalUrl"),
            "tags": ["AppServiceIntegratedApp"] if number == 1 else [],
        }, f"managed:{number}")  # fmt: skip


def service_principals(build: Build) -> None:
    """All service principals; two of them join a group. Needs applications and groups."""
    _own(build)
    _microsofts(build)
    _foreign(build)
    _managed(build)
    body = {
        "displayName": "Workload Identities",
        "securityEnabled": True,
        "mailEnabled": False,
        "mailNickname": "workloads",
    }
    group = build.add("groups", body | {"createdDateTime": build.moment(400)}, "group:workloads")
    sync = build.known[f"principal:{build.known['app:sync']}"]
    build.link("groups/members", group["id"], [sync, build.known["managed:0"], build.known["user:admin"]])
