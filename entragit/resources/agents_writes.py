"""How blueprints of agents, their principals and agent identities are written: at the addresses of their types.

Pages "Create agentIdentityBlueprint" and the like. The lists of applications and service principals show them, too.
"""

from __future__ import annotations

from dataclasses import replace

from entragit.resources.applications_writes import APPLICATION, SERVICE_PRINCIPAL
from entragit.resources.base import Derived
from entragit.resources.writing import Reason, Writes

ADMINISTRATOR = "Agent ID Administrator"
PORTAL = "Do it in the Entra admin center, under Agent ID."
CREDENTIALS = Reason(
    "credentials of agents", "Agents and the principals of blueprints sign in with what their blueprint has.", PORTAL
)
UNKNOWN = Reason(
    "not of agents", "No page of Graph's documentation says that agents and their blueprints have it.", PORTAL
)
UNIQUE = Reason("unique name", "entragit gives a blueprint no name that it can be found by.", PORTAL)
CHANGED = frozenset({"accountEnabled", "customSecurityAttributes", "displayName", "tags"})
SECRETS = {"keyCredentials": CREDENTIALS, "passwordCredentials": CREDENTIALS}
OF_PRINCIPALS = {**SECRETS, "delegatedPermissionClassifications": UNKNOWN}

BLUEPRINT = Derived(
    "agentIdentityBlueprint",
    write=("AgentIdentityBlueprint.ReadWrite.All",),
    remove=("AgentIdentityBlueprint.DeleteRestore.All",),
    role=ADMINISTRATOR,
    below=dict.fromkeys(("owners", "removePassword"), ("AgentIdentityBlueprint.ReadWrite.All",)),
    writes=replace(
        APPLICATION,
        unique_name="",
        only=frozenset({
            "api", "appRoles", "description", "displayName", "groupMembershipClaims", "identifierUris", "info",
            "keyCredentials", "optionalClaims", "passwordCredentials", "requiredResourceAccess",
            "serviceManagementReference", "signInAudience", "tags", "tokenEncryptionKeyId", "web",
        }),
        never={**APPLICATION.never, "extensionProperties": UNKNOWN, "logo": UNKNOWN, "uniqueName": UNIQUE},
    ),
)  # fmt: skip

PRINCIPAL = Derived(
    "agentIdentityBlueprintPrincipal",
    write=("AgentIdentityBlueprintPrincipal.ReadWrite.All",),
    remove=("AgentIdentityBlueprintPrincipal.DeleteRestore.All",),
    role=ADMINISTRATOR,
    below={"owners": ("AgentIdentityBlueprint.ReadWrite.All",)},  # as its page says, not the principal's own
    writes=replace(
        SERVICE_PRINCIPAL,
        only=CHANGED | {"appId", "appRoleAssignmentRequired"},
        later=CHANGED | {"appRoleAssignmentRequired"},
        actions={"customSecurityAttributes": "attributes"},
        lost={},
        never=OF_PRINCIPALS,
        refused=(),
    ),
)

IDENTITY = Derived(
    "agentIdentity",
    write=("AgentIdentity.ReadWrite.All",),
    remove=("AgentIdentity.DeleteRestore.All",),
    role=ADMINISTRATOR,
    below={"owners": ("AgentIdentity.ReadWrite.All",)},
    writes=Writes(
        only=CHANGED,
        required=frozenset({"agentIdentityBlueprintId"}),
        later=CHANGED - {"displayName"},
        new=("id", "appId"),
        probe=("displayName", "servicePrincipalType"),
        restore="servicePrincipal",
        backed=("servicePrincipals", "appId", ""),
        backed_by="agentIdentityBlueprintId",
        late=True,
        actions={"customSecurityAttributes": "attributes"},
        needs=SERVICE_PRINCIPAL.needs,
        never=OF_PRINCIPALS,
    ),
)
