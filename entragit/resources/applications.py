"""Applications, service principals and OAuth2 permission grants (facts §5).

What an application says of itself stands with the application: its service principal in the same tenant repeats it.
The names of app roles and scopes come from there, too; those of Microsoft Graph from `well_known`.
"""

from __future__ import annotations

from dataclasses import replace

from entragit.model import TENANT
from entragit.resources import agents_writes as agents
from entragit.resources import applications_writes as writes
from entragit.resources.base import SOME, Inherited, Relation, ResourceType
from entragit.resources.directory import OWNERS
from entragit.resources.facts import SET, Facts, Reference, keyed
from entragit.resources.hooks import scope_words

PRINCIPALS = Reference(("users", "groups", "servicePrincipals"))
SERVICE_PRINCIPALS = Reference(("servicePrincipals",))
API = Reference(("servicePrincipals", "applications"), by="appId")
PERMISSION = Reference(("applications", "servicePrincipals"), by="permission")
# An app role assignment without a role: access to the application as such (facts §5).
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"

APPLICATION = Facts(
    lists={
        "addIns": keyed("id"),
        "appRoles": keyed("id"),
        "identifierUris": SET,
        "keyCredentials": keyed("keyId"),
        "passwordCredentials": keyed("keyId"),
        "requiredResourceAccess": keyed("resourceAppId"),
        "tags": SET,
    },
    # appId, applicationTemplateId, uniqueName: given at creation, they identify; verifiedPublisher: set by an action.
    keep=frozenset({"appId", "applicationTemplateId", "uniqueName", "verifiedPublisher"}),
)

SERVICE_PRINCIPAL = Facts(
    lists={
        "alternativeNames": SET,
        "keyCredentials": keyed("keyId"),
        "notificationEmailAddresses": SET,
        "passwordCredentials": keyed("keyId"),
        "replyUrls": SET,
        "servicePrincipalNames": SET,
        "tags": SET,
    },
    references={"appId": Reference(("applications",), by="appId", own=True)},
    noise=frozenset({"addIns", "appRoles"}),  # copies of the application's (facts §5), and the bulk of the listing
    keep=frozenset({"appOwnerOrganizationId"}),  # tells whose application it is
)

# What the tenant decides of a service principal whose application says the rest: itself, or another tenant's.
DECIDED = frozenset({
    "id", "appId", "displayName", "servicePrincipalType", "appOwnerOrganizationId", "accountEnabled",
    "alternativeNames", "appRoleAssignmentRequired", "customSecurityAttributes", "description", "keyCredentials",
    "loginUrl", "notes", "notificationEmailAddresses", "passwordCredentials", "preferredSingleSignOnMode",
    "preferredTokenSigningKeyThumbprint", "samlSingleSignOnSettings", "tags", "tokenEncryptionKeyId",
})  # fmt: skip

# Azure makes and renews a managed identity, credentials included; alternativeNames name the Azure resource it is of.
MANAGED = frozenset({
    "id", "appId", "displayName", "servicePrincipalType", "accountEnabled", "alternativeNames",
    "appRoleAssignmentRequired", "customSecurityAttributes", "notes", "tags",
})  # fmt: skip

INHERITED = (
    Inherited(MANAGED, where={"servicePrincipalType": "ManagedIdentity"}),
    Inherited(DECIDED, where={"servicePrincipalType": "Application", "appOwnerOrganizationId": TENANT}),
    # A tenant may give Microsoft's service principals names of its own, for Exchange hybrid for one.
    Inherited(DECIDED | {"servicePrincipalNames"}, where={"servicePrincipalType": "Application"}),
)


def _sponsors(type_name: str, *to: str, first: bool = False) -> Relation:
    """Who answers for the agents of a blueprint."""
    where = {"@odata.type": f"#microsoft.graph.{type_name}"}
    return Relation("sponsors", "refset", Reference(to), where=where, first=first, stays=({}, writes.LAST_SPONSOR))


AGENT_IDENTITY = "agentIdentity"
BLUEPRINT_OF = Relation(
    "agentIdentityBlueprintId",
    "cast",
    API,
    way=f"microsoft.graph.{AGENT_IDENTITY}",
    where={"@odata.type": f"#microsoft.graph.{AGENT_IDENTITY}"},
    read=("AgentIdentity.Read.All",),
    expand=True,
    asked=True,
)
# Under a name of their own, for they are covered apart from those of a blueprint's principal, which any reader sees.
AGENT_SPONSORS = Relation(
    "agentIdentitySponsors",
    "refset",
    Reference(("users", "groups")),
    way=f"microsoft.graph.{AGENT_IDENTITY}/sponsors",
    where={"@odata.type": f"#microsoft.graph.{AGENT_IDENTITY}"},
    read=("AgentIdentity.ReadWrite.All",),
    write=("AgentIdentity.ReadWrite.All",),
    stays=({}, writes.LAST_SPONSOR),
    first=True,
    asked=True,
)

APPLICATION_RELATIONS = (
    Relation("owners", "refset", OWNERS),
    _sponsors("agentIdentityBlueprint", "users", "groups", first=True),
    Relation(
        "inheritablePermissions",  # what its agents may without anybody's consent
        "child",
        type="inheritablePermission",
        rule=keyed("resourceAppId"),
        way="microsoft.graph.agentIdentityBlueprint/inheritablePermissions",
        key="resourceAppId",
        where={"@odata.type": "#microsoft.graph.agentIdentityBlueprint"},
        change="patch",
        write=agents.BLUEPRINT.write,
    ),
    Relation(
        "federatedIdentityCredentials",
        "child",
        type="federatedIdentityCredential",
        rule=keyed("name"),
        change="patch",
        frees=True,  # there are 20 at most
        alone=("issuer", "subject"),
    ),
    Relation(
        "extensionProperties",
        "child",
        type="extensionProperty",
        rule=keyed("name"),
        change="never",  # with an extension property its values go
        sent=writes.short_name,
        full=writes.full_name,
    ),
    Relation("logo", "stream", where={"info/logoUrl": SOME}, sure=True, lasting=writes.LOGO, asked=True),
    Relation(
        "onPremisesPublishing",  # how application proxy publishes it
        "single",
        type="onPremisesPublishing",
        version="beta",
        asked=True,
        shown=("externalUrl", "internalUrl", "applicationType", "isOnPremPublishingEnabled", "segmentsConfiguration"),
        never=writes.PUBLISHED,
    ),
)

SERVICE_PRINCIPAL_RELATIONS = (
    Relation("owners", "refset", OWNERS),
    _sponsors("agentIdentityBlueprintPrincipal", "users", "groups", "servicePrincipals"),
    AGENT_SPONSORS,
    BLUEPRINT_OF,
    Relation(
        "appRoleAssignments",
        "child",
        type="appRoleAssignment",
        rule=keyed("resourceId", "appRoleId"),
        drop=frozenset({"principalId"}),  # the service principal itself
        parent="principalId",
        write=("AppRoleAssignment.ReadWrite.All",),
        access="resourceId",
    ),
    Relation(
        "appRoleAssignedTo",
        "child",
        type="appRoleAssignment",
        rule=keyed("principalId", "appRoleId"),
        elsewhere={"principalType": ("ServicePrincipal",)},  # they stand with it (design section 4)
        drop=frozenset({"resourceId"}),  # the service principal itself
        parent="resourceId",
        write=("AppRoleAssignment.ReadWrite.All",),
    ),
    Relation(
        "delegatedPermissionClassifications",
        "child",
        type="delegatedPermissionClassification",
        rule=keyed("permissionId"),
        write=("Policy.ReadWrite.PermissionGrant",),
    ),
)

KINDS = (
    ResourceType(
        kind="applications",
        type="application",
        read=("Application.Read.All",),
        write=("Application.ReadWrite.All",),
        role="Cloud Application Administrator",
        facts=APPLICATION,
        relations=APPLICATION_RELATIONS,
        writes=writes.APPLICATION,
        derived=(agents.BLUEPRINT,),
        select="all",  # authenticationBehaviors is hidden (facts §1)
        tier=1,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="servicePrincipals",
        type="servicePrincipal",
        read=("Application.Read.All",),
        write=("Application.ReadWrite.All",),
        role="Cloud Application Administrator",
        facts=SERVICE_PRINCIPAL,
        relations=SERVICE_PRINCIPAL_RELATIONS,
        writes=writes.SERVICE_PRINCIPAL,
        derived=(agents.PRINCIPAL, agents.IDENTITY),
        select="all",  # sheds the app roles and scopes of Microsoft's applications
        needs={"customSecurityAttributes": "CustomSecAttributeAssignment.Read.All"},
        inherited=INHERITED,
        tier=1,
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="oauth2PermissionGrants",
        type="oAuth2PermissionGrant",
        read=("Directory.Read.All",),
        write=("DelegatedPermissionGrant.ReadWrite.All",),
        role="Privileged Role Administrator",
        title="",
        facts=Facts(
            references={
                "clientId": SERVICE_PRINCIPALS,
                "resourceId": SERVICE_PRINCIPALS,
                "principalId": Reference(("users",)),
            }
        ),
        tier=1,
        delta=True,
        top=999,
        hook=scope_words,
        writes=writes.GRANT,
        access=("clientId", "consentType", "principalId", "resourceId"),
    ),
)

FACTS = {
    "addIn": Facts(lists={"properties": keyed("key")}),
    "apiApplication": Facts(
        lists={
            "knownClientApplications": SET,
            "oauth2PermissionScopes": keyed("id"),
            "preAuthorizedApplications": keyed("appId"),
        },
        references={"knownClientApplications": API},
    ),
    "appRole": Facts(lists={"allowedMemberTypes": SET}),
    # Its id is Graph's and another after each re-creation (facts §5).
    "appRoleAssignment": Facts(
        references={
            "appRoleId": replace(PERMISSION, words=frozenset({DEFAULT_ACCESS}), of="resourceId"),
            "principalId": PRINCIPALS,
            "resourceId": SERVICE_PRINCIPALS,
        },
        noise=frozenset({"id"}),
    ),
    "delegatedPermissionClassification": Facts(references={"permissionId": PERMISSION}, noise=frozenset({"id"})),
    "extensionProperty": Facts(lists={"targetObjects": SET}, noise=frozenset({"id"})),
    "enumeratedScopes": Facts(lists={"scopes": SET}),
    "inheritablePermission": Facts(references={"resourceAppId": API}),
    "inheritableScopes": Facts(noise=frozenset({"kind"})),  # says the type again
    "federatedIdentityCredential": Facts(lists={"audiences": SET}, noise=frozenset({"id"})),
    "optionalClaim": Facts(lists={"additionalProperties": SET}),
    "optionalClaims": Facts(
        lists={
            "accessToken": keyed("name", "source"),
            "idToken": keyed("name", "source"),
            "saml2Token": keyed("name", "source"),
        }
    ),
    "parentalControlSettings": Facts(lists={"countriesBlockedForMinors": SET}),
    # keyId: Graph's, the key of the list. hint stays out: it is the first characters of the secret.
    "passwordCredential": Facts(keep=frozenset({"keyId"})),
    "permissionScope": Facts(noise=frozenset({"origin"})),  # who defined it, computed, as an app role's
    "preAuthorizedApplication": Facts(
        lists={"delegatedPermissionIds": SET},
        references={"appId": API, "delegatedPermissionIds": PERMISSION},
    ),
    "publicClientApplication": Facts(lists={"redirectUris": SET}),
    "requiredResourceAccess": Facts(
        lists={"resourceAccess": keyed("id", "type")},
        # Consent is asked for on what another tenant offers, too, before anything of it is here.
        references={"resourceAppId": replace(API, anywhere=True)},
    ),
    "resourceAccess": Facts(references={"id": PERMISSION}),
    "spaApplication": Facts(lists={"redirectUris": SET}),
    # The publisher's id is what an administrator sets; the rest follows from it.
    "verifiedPublisher": Facts(noise=frozenset({"addedDateTime", "displayName"})),
    "webApplication": Facts(lists={"redirectUris": SET, "redirectUriSettings": keyed("uri")}),
}
