"""How applications, service principals and their grants are written (facts §5)."""

from __future__ import annotations

import re

from entragit.model import Body
from entragit.resources.settling import redirect_settings
from entragit.resources.writing import Reason, Refusal, Unique, Writes

SECRET = Reason(
    "secret",
    "A secret can't be brought back: Graph shows it once.",
    "Make a new one and hand it to who uses the application.",
)
CERTIFICATE = Reason(
    "certificate",
    "A certificate can't be brought back: its key was never read.",
    "Upload the certificate again, or a new one.",
)
CREDENTIALS = {"keyCredentials": CERTIFICATE, "passwordCredentials": SECRET}
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant of Microsoft's own applications

LOGO = Reason(
    "logo",
    "Graph documents no way to take the logo of an application away.",
    "Remove it in the Entra admin center, under App registrations, Branding & properties.",
)
PUBLISHED = Reason(
    "application proxy",
    "entragit only reads how application proxy publishes an application: the password of its certificate never comes "
    "back, and only a person sees and chooses its connector group.",
    "Publish it in the Entra admin center, under Enterprise applications, Application proxy, with the values that Git "
    "shows; choose its connector group there, and upload the certificate of a domain of your own.",
)
LAST_SPONSOR = Reason("last sponsor", "Somebody has to answer for agents.", "Name another sponsor in the file.")

APPLICATION = Writes(
    unique_name="uniqueName",
    later=frozenset({"identifierUris", "tokenEncryptionKeyId"}),
    new=("id", "appId"),
    restore="application",
    actions={"keyCredentials": "certificates", "passwordCredentials": "passwords"},
    disabled=(("appRoles",), ("api", "oauth2PermissionScopes")),
    never={
        "verifiedPublisher": Reason(
            "delegated only",
            "Only a signed-in person may set the verified publisher.",
            "Set it in the application's branding.",
        ),
    },
    lost=CREDENTIALS,
    unique=(Unique("identifierUris"), Unique("uniqueName")),
    settle=redirect_settings,
)

SERVICE_PRINCIPAL = Writes(
    made=frozenset({"servicePrincipalType"}),
    required=frozenset({"appId"}),
    later=frozenset({"displayName", "preferredTokenSigningKeyThumbprint", "tokenEncryptionKeyId"}),
    after=("applications", "directory/customSecurityAttributeDefinitions"),
    probe=("appId",),
    known=("is already in use", "Request_MultipleObjectsWithSameKeyValue"),
    restore="servicePrincipal",
    # facts §0.1: it doesn't come back with its application, nor without
    backed=("applications", "appId", "appOwnerOrganizationId"),
    actions={
        "customSecurityAttributes": "attributes",
        "keyCredentials": "certificates",
        "passwordCredentials": "passwords",
    },
    needs={"customSecurityAttributes": "CustomSecAttributeAssignment.ReadWrite.All"},
    lost=CREDENTIALS,
    unique=(Unique("appId"), Unique("servicePrincipalNames")),
    refused=(
        Refusal(
            Reason(
                "managed identity",
                "Azure makes a managed identity with its resource, and deletes it with that.",
                "Make or delete the resource in Azure.",
            ),
            deeds=frozenset({"create", "restore", "delete"}),
            where={"servicePrincipalType": "ManagedIdentity"},
        ),
        Refusal(
            Reason("managed identity", "Azure decides what a managed identity is.", "Change the resource in Azure."),
            deeds=frozenset({"update"}),
            where={"servicePrincipalType": "ManagedIdentity"},
            but=frozenset({
                "accountEnabled", "appRoleAssignedTo", "appRoleAssignmentRequired", "appRoleAssignments",
                "customSecurityAttributes", "delegatedPermissionClassifications", "notes", "owners", "tags",
            }),
        ),
        Refusal(
            Reason(
                "Microsoft's application",
                "The service principals of Microsoft's applications can't be deleted.",
                "Switch it off instead: accountEnabled: false.",
            ),
            deeds=frozenset({"delete"}),
            where={"appOwnerOrganizationId": MICROSOFT},
        ),
    ),
)  # fmt: skip

GRANT = Writes(
    required=frozenset({"clientId", "principalId", "resourceId"}),
    probe=("clientId", "resourceId", "consentType", "principalId"),
    known=("Permission entry already exists", "Request_MultipleObjectsWithSameKeyValue"),
    replaced=True,
)


PREFIXED = re.compile(r"extension_[0-9a-f]{32}_(?=.)")


def short_name(child: Body) -> Body:
    """An extension property as its creation takes it: Graph puts the application in front of the name itself."""
    return {**child, "name": PREFIXED.sub("", child["name"])}


def full_name(owner: Body, child: Body) -> Body:
    """An extension property under the name that Graph gives it; as it is where nobody knows the application's id."""
    app_id, name = owner.get("appId"), child.get("name")
    if not (isinstance(app_id, str) and isinstance(name, str)) or PREFIXED.match(name):
        return child
    full = f"extension_{app_id.replace('-', '').lower()}_{name}"
    return {**child, "name": full} if PREFIXED.match(full) else child
