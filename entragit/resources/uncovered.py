"""What Entra has and the catalog has not, so that nobody takes its absence from a repository for emptiness."""

from __future__ import annotations

WRITERS_ONLY = "Graph shows it to nobody who may not change it, too"
MADE = "computed by Entra"
UNSAID = "no page of Graph's documentation says what is in it, or who may read it"
EACH_LANGUAGE = "not yet: bytes, and a request for each page of each language"

PROXY = "Graph shows it to a signed-in person only, who may also write the whole directory"
SEGMENTS = "not yet: beta, and lists of their own, which cost one more request for each application"
EACH = "it costs a request for each resource"
OF_SOME = "it costs a request for each resource that can have one"
HIDDEN = "Graph never shows them"

UNCOVERED: tuple[tuple[str, str, str], ...] = (
    (
        "applications/{id}/onPremisesPublishing/segmentsConfiguration/{type}/applicationSegments",
        "segments of wildcard applications and of private access, where Graph doesn't send them with the application",
        SEGMENTS,
    ),
    ("applications/{id}/connectorGroup", "which connectors publish an application", PROXY),
    ("onPremisesPublishingProfiles/applicationProxy/connectorGroups", "connectors and their groups", PROXY),
    ("directoryRoles", "activated roles; `roleManagement/directory` says the same", MADE),
    ("identity/b2xUserFlows/{id}/languages/{id}/overridesPages", "the words of user flows", EACH_LANGUAGE),
    ("policies/crossTenantAccessPolicy/partners/{id}/serviceProviderConstraints", "what a provider may", UNSAID),
    ("policies/roleManagementPolicies/{id}/effectiveRules", "what follows from the rules", MADE),
    ("servicePrincipals/{id}/synchronization/secrets", "with what provisioning signs in", HIDDEN),
    ("servicePrincipals/{id}/synchronization/templates", "what jobs are made from", "Microsoft's, by the application"),
    ("tenantRelationships/multiTenantOrganization/joinRequest", "how far this tenant has joined one", MADE),
    ("directory/administrativeUnits/{id}/scopedRoleMembers", "said by the role assignments of that scope", MADE),
)
"""Collections and singletons of Graph: path, what it holds, why it isn't covered."""

OUT_OF_SCOPE: tuple[tuple[str, str], ...] = (
    (
        "Intune (`deviceManagement`, `deviceAppManagement`)",
        "another product with tools of its own; of devices Entra's side is kept",
    ),
    ("Azure role assignments and policies", "they belong to Azure Resource Manager, not to Graph"),
    ("BitLocker keys, LAPS passwords, and any other secret", "no secret is ever written, to Git least of all"),
    ("Azure AD B2C: its policies, keys and user flows", "a tenant of another kind with a product of its own"),
    ("mailboxes, files, teams and their contents", "data of Microsoft 365, for which there are other backups"),
    (
        "sign-in and audit logs",
        "records, not configuration; `export --logs DIR` keeps them outside the repository",
    ),
    ("risk detections and risky users", "computed by Microsoft from signals that it keeps"),
)
"""What entragit doesn't cover and is not going to, and why."""

LIVE: dict[str, str] = {}
"""Kind → the day on which all of it was seen to hold on a real tenant."""
