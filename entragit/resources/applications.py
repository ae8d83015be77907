"""Applications, service principals and OAuth2 permission grants (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, Relation, ResourceType, keyed
from entragit.resources.directory import OWNERS
from entragit.resources.hooks import scope_words

KINDS = (
    ResourceType(
        kind="applications",
        type="application",
        shape="collection",
        read=("Application.Read.All",),
        write=("Application.ReadWrite.All",),
        relations=(
            Relation("owners", "refset", OWNERS),
            Relation("federatedIdentityCredentials", "child", type="federatedIdentityCredential", rule=keyed("name")),
            Relation("extensionProperties", "child", type="extensionProperty", rule=keyed("name")),
        ),
        select="all",
        tier=1,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="servicePrincipals",
        type="servicePrincipal",
        shape="collection",
        read=("Application.Read.All",),
        write=("Application.ReadWrite.All",),
        relations=(
            Relation("owners", "refset", OWNERS),
            Relation("appRoleAssignments", "child", type="appRoleAssignment", rule=keyed("resourceId", "appRoleId")),
            Relation("appRoleAssignedTo", "child", type="appRoleAssignment", rule=keyed("principalId", "appRoleId")),
            Relation(
                "delegatedPermissionClassifications",
                "child",
                type="delegatedPermissionClassification",
                rule=keyed("permissionId"),
            ),
        ),
        select="all",
        tier=1,
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="oauth2PermissionGrants",
        type="oAuth2PermissionGrant",
        shape="collection",
        read=("Directory.Read.All",),
        write=("DelegatedPermissionGrant.ReadWrite.All",),
        title="",
        tier=1,
        delta=True,
        hook=scope_words,
    ),
)

FACTS: dict[str, Facts] = {}
