"""Applications: one of each sort that matters, then as many as a company of this size has."""

from __future__ import annotations

from collections.abc import Iterable

from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.company.names import DEPARTMENTS, PROJECTS
from entragit.sandbox.store import Object

PER_USER, MOST = 0.01, 2000
ONE_CERTIFICATE = "AsymmetricX509Cert"


def _fixed(build: Build) -> Object:
    """What every application has."""
    return {
        "appId": build.guid(), "createdDateTime": build.sometime(), "publisherDomain": build.tenant.domain,
        "signInAudience": "AzureADMyOrg", "web": values("webApplication", implicitGrantSettings=values(
            "implicitGrantSettings", enableAccessTokenIssuance=False, enableIdTokenIssuance=False)),
        "spa": values("spaApplication"), "publicClient": values("publicClientApplication"),
        "api": values("apiApplication", requestedAccessTokenVersion=2), "info": values("informationalUrl"),
        "parentalControlSettings": values("parentalControlSettings", legalAgeGroupRule="Allow"),
        "isFallbackPublicClient": False, "oauth2RequirePostResponse": False,
        "servicePrincipalLockConfiguration": values("servicePrincipalLockConfiguration", isEnabled=True,
        allProperties=True,
            credentialsWithUsageSign=True, credentialsWithUsageVerify=True, tokenEncryptionKeyId=True),
    }  # fmt: skip


def web(build: Build, base: str) -> Object:
    """The `web` part of an application with pages at `base`."""
    uris = [f"{base}/signin-oidc", f"{base}/auth/callback"]
    return values(
        "webApplication", homePageUrl=base, logoutUrl=f"{base}/signout", redirectUris=uris,
        redirectUriSettings=[{"uri": uri, "index": None} for uri in uris],
        implicitGrantSettings=values("implicitGrantSettings", enableAccessTokenIssuance=False,
        enableIdTokenIssuance=True),
    )  # fmt: skip


def secret(build: Build, name: str, until: float) -> Object:
    """What Graph shows of a secret that runs out so many days from the last day on (less than 0: it has)."""
    return values(
        "passwordCredential", displayName=name, keyId=build.guid(), hint=build.guid()[:3],
        startDateTime=build.moment(365 - until), endDateTime=build.moment(-until),
    )  # fmt: skip


def certificate(build: Build, name: str, usage: str = "Verify") -> Object:
    """What Graph shows of a certificate: no key."""
    thumbprint = build.guid().replace("-", "").upper()[:27] + "="
    return values(
        "keyCredential", displayName=name, keyId=build.guid(), type=ONE_CERTIFICATE, usage=usage,
        customKeyIdentifier=thumbprint, startDateTime=build.moment(200), endDateTime=build.moment(-165),
    )  # fmt: skip


def scope(build: Build, value: str, kind: str = "User") -> Object:
    """A delegated permission that an application offers."""
    text = f"Allow the application to use {value} on your behalf."
    return values(
        "permissionScope", id=build.guid(), value=value, type=kind, isEnabled=True, adminConsentDisplayName=value,
        adminConsentDescription=text, userConsentDisplayName=value, userConsentDescription=text,
    )  # fmt: skip


def app_role(build: Build, value: str, *members: str) -> Object:
    """An app role that an application offers."""
    return values(
        "appRole", id=build.guid(), value=value, displayName=value, description=f"Can {value.lower()}.",
        allowedMemberTypes=list(members), isEnabled=True, origin="Application",
    )  # fmt: skip


def on_graph(roles: Iterable[str] = (), scopes: Iterable[str] = ()) -> Object:
    """Permissions on Microsoft Graph, as one element of requiredResourceAccess."""
    wanted = [{"id": well_known.graph_scopes()[name], "type": "Scope"} for name in scopes]
    wanted += [{"id": well_known.graph_app_roles()[name], "type": "Role"} for name in roles]
    return {"resourceAppId": well_known.GRAPH, "resourceAccess": wanted}


def _offering(build: Build) -> Object:
    """The company's API: what others ask for."""
    app = _fixed(build) | {"displayName": "Company API", "description": "Orders, invoices and stock."}
    scopes = [scope(build, "orders.read"), scope(build, "orders.write", "Admin"), scope(build, "access_as_user")]
    app["api"] = app["api"] | {"oauth2PermissionScopes": scopes}
    app["appRoles"] = [app_role(build, "Orders.Read.All", "Application"), app_role(build, "Orders.Approve", "User")]
    app["identifierUris"] = [f"api://{app['appId']}", f"https://{build.tenant.domain}/api"]
    return build.add("applications", app, "app:api")


def _asking(build: Build, api: Object) -> None:
    """Clients of the API; two of them need no consent of their own there."""
    scopes = [item["id"] for item in api["api"]["oauth2PermissionScopes"]]
    on_api = {"resourceAppId": api["appId"], "resourceAccess": [{"id": item, "type": "Scope"} for item in scopes[:2]]}
    base = f"https://portal.{build.tenant.domain}"
    claims = [values("optionalClaim", name=name, essential=name == "email") for name in ("email", "upn", "ipaddr")]
    portal = _fixed(build) | {
        "displayName": "Company Portal", "web": web(build, base), "tags": ["HideApp", "Internal"],
        "spa": values("spaApplication", redirectUris=[f"{base}/spa", "http://localhost:3000"]),
        "appRoles": [app_role(build, "Reader", "User"), app_role(build, "Editor", "User", "Application")],
        "requiredResourceAccess": [on_graph((), ("User.Read", "openid", "profile")), on_api],
        "optionalClaims": values("optionalClaims", idToken=claims, accessToken=claims[:1]),
        "groupMembershipClaims": "SecurityGroup", "passwordCredentials": [secret(build, "2026", 200)],
        "info": values("informationalUrl", privacyStatementUrl=f"{base}/privacy", supportUrl=f"{base}/help"),
    }  # fmt: skip
    portal = build.add("applications", portal, "app:portal")
    uris = [f"msal{portal['appId']}://auth", "https://login.microsoftonline.com/common/oauth2/nativeclient"]
    mobile = _fixed(build) | {
        "displayName": "Company Mobile", "isFallbackPublicClient": True, "signInAudience": "AzureADMultipleOrgs",
        "publicClient": values("publicClientApplication", redirectUris=uris),
        "requiredResourceAccess": [on_graph((), ("User.Read", "offline_access")), on_api],
    }  # fmt: skip
    mobile = build.add("applications", mobile, "app:mobile")
    api["api"]["preAuthorizedApplications"] = [
        {"appId": portal["appId"], "delegatedPermissionIds": scopes},
        {"appId": mobile["appId"], "delegatedPermissionIds": scopes[:1]},
    ]
    api["api"]["knownClientApplications"] = [mobile["appId"]]


def _daemons(build: Build) -> None:
    """Applications that sign in as themselves, with much power."""
    roles = ("User.ReadWrite.All", "GroupMember.ReadWrite.All", "Mail.Send", "AuditLog.Read.All")
    sync = _fixed(build) | {
        "displayName": "HR Sync", "notes": "Owned by HR-IT.\nRuns at 02:00.",
        "requiredResourceAccess": [on_graph(roles)],
        "passwordCredentials": [secret(build, "prod", 90), secret(build, "old", -30)],
        "keyCredentials": [certificate(build, f"CN=hr-sync.{build.tenant.domain}")],
    }  # fmt: skip
    sync = build.add("applications", sync, "app:sync")
    prefix = f"extension_{sync['appId'].replace('-', '')}_"
    for name, kind, targets in (("costCenter", "String", ["User"]), ("reviewed", "Boolean", ["User", "Group"])):
        build.add_child("applications/extensionProperties", sync["id"], {
            "name": prefix + name, "dataType": kind, "targetObjects": targets, "appDisplayName": sync["displayName"],
            "isMultiValued": False, "isSyncedFromOnPremises": False,
        })  # fmt: skip
    deploy = _fixed(build) | {
        "displayName": "GitHub Deploy",
        "requiredResourceAccess": [on_graph(("Application.ReadWrite.OwnedBy",))],
    }
    deploy = build.add("applications", deploy, "app:deploy")
    for branch in ("main", "release"):
        build.add_child("applications/federatedIdentityCredentials", deploy["id"], {
            "name": f"github-{branch}", "issuer": "https://token.actions.githubusercontent.com",
            "subject": f"repo:example/app:ref:refs/heads/{branch}", "audiences": ["api://AzureADTokenExchange"],
            "description": f"Deploys {branch}.",
        })  # fmt: skip


def _older(build: Build) -> None:
    """A SAML application from the gallery, and one that nobody has touched for years."""
    saml = _fixed(build) | {
        "displayName": "Payroll (SAML)", "identifierUris": [f"https://payroll.{build.tenant.domain}/saml"],
        "applicationTemplateId": "8adf8e6e-67b2-4cf2-a259-e3dc5476c621", "web": web(build,
        f"https://payroll.{build.tenant.domain}"),
        "optionalClaims": values("optionalClaims", saml2Token=[values("optionalClaim", name="groups",
        additionalProperties=["sam_account_name"])]),
    }  # fmt: skip
    build.add("applications", saml, "app:saml")
    legacy = _fixed(build) | {
        "displayName": "Legacy LOB",
        "passwordCredentials": [secret(build, "never rotated", -700)],
    }
    build.add("applications", legacy, "app:legacy")


def _more(build: Build) -> None:
    count = min(MOST, max(6, int(build.users * PER_USER)))
    names = nasty(23, 4) + [f"{DEPARTMENTS[n % 8]} {PROJECTS[n % 22]} {n}" for n in range(count - 4)]
    readable = ("User.Read.All", "Group.Read.All", "Sites.Read.All", "Device.Read.All")
    for number, name in enumerate(names):
        app = _fixed(build) | {
            "displayName": name,
            "requiredResourceAccess": [on_graph((readable[number % 4],), ("User.Read",))],
        }
        app["web"] = web(build, f"https://app{number}.{build.tenant.domain}")
        app["passwordCredentials"] = [secret(build, f"key {number}", 300 - number % 500)]
        build.add("applications", app)


def applications(build: Build) -> None:
    """All applications with their children and owners; needs users."""
    _asking(build, _offering(build))
    _daemons(build)
    _older(build)
    _more(build)
    employees = [user["id"] for user in build.all("users") if user["employeeId"]]
    for number, app in enumerate(build.all("applications")):
        if number % 4 != 3:
            build.link("applications/owners", app["id"], build.rng.sample(employees, 1 + number % 2))
