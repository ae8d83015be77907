"""A small tenant by hand, with one object of every form that the sandbox serves."""

from __future__ import annotations

from typing import Any

from entragit.sandbox.store import Tenant

ASSIGNMENT = "appRoleAssignments"
POLICIES = "identity/conditionalAccess/policies"
METHODS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"


def put(tenant: Tenant, path: str, **body: Any) -> str:
    """Store an object, return its id."""
    body.setdefault("id", tenant.new_id())
    tenant.objects.setdefault(path, {})[body["id"]] = body
    return str(body["id"])


def user(tenant: Tenant, name: str, **body: Any) -> str:
    """Store a user, return its id."""
    upn = f"{name.lower()}@{tenant.domain}"
    return put(tenant, "users", displayName=name, userPrincipalName=upn, accountEnabled=True, businessPhones=[], **body)


def link(tenant: Tenant, relation: str, owner: str, *targets: str) -> None:
    """Link an owner to targets."""
    tenant.links.setdefault(relation, {}).setdefault(owner, []).extend(targets)


def furnish(tenant: Tenant) -> dict[str, str]:
    """Fill a tenant; name → id."""
    ids = {name: user(tenant, name, department="Sales") for name in ("Ada", "Bob", "Eve")}
    ids["principal"] = put(
        tenant,
        "servicePrincipals",
        appId=tenant.new_id(),
        displayName="Robot",
        keyCredentials=[{"keyId": tenant.new_id(), "key": "QUJD", "type": "AsymmetricX509Cert"}],
        passwordCredentials=[{"keyId": tenant.new_id(), "secretText": "s3cret", "hint": "s3c"}],
        customSecurityAttributes={"Set": {"Attribute": "value"}},
    )
    ids["app"] = put(
        tenant,
        "applications",
        appId=tenant.objects["servicePrincipals"][ids["principal"]]["appId"],
        displayName="Robot",
        keyCredentials=[{"keyId": tenant.new_id(), "key": "QUJD", "type": "AsymmetricX509Cert"}],
        passwordCredentials=[{"keyId": tenant.new_id(), "secretText": "s3cret", "hint": "s3c"}],
    )
    ids["group"] = put(tenant, "groups", displayName="Sales", groupTypes=[], visibility=None, uniqueName="sales")
    ids["nested"] = put(tenant, "groups", displayName="Nested", groupTypes=["Unified"], allowExternalSenders=True)
    ids["hidden"] = put(tenant, "groups", displayName="Hidden", groupTypes=["Unified"], visibility="HiddenMembership")
    ids["device"] = put(tenant, "devices", displayName="PC", deviceId=tenant.new_id())
    ids["unit"] = put(tenant, "directory/administrativeUnits", displayName="West")
    ids["role"] = put(tenant, "directoryRoles", displayName="Global Administrator", roleTemplateId=tenant.new_id())
    link(tenant, "groups/members", ids["group"], ids["Ada"], ids["nested"], ids["principal"], ids["device"])
    link(tenant, "groups/members", ids["nested"], ids["Bob"])
    link(tenant, "groups/members", ids["hidden"], ids["Ada"], ids["Bob"])
    link(tenant, "groups/owners", ids["group"], ids["Eve"], ids["principal"])
    link(tenant, "users/manager", ids["Ada"], ids["Eve"])
    link(tenant, "directory/administrativeUnits/members", ids["unit"], ids["Ada"])
    link(tenant, "directoryRoles/members", ids["role"], ids["Eve"])
    link(tenant, "applications/owners", ids["app"], ids["Ada"])
    ids["assignment"] = put(
        tenant, ASSIGNMENT, principalId=ids["group"], resourceId=ids["principal"], principalType="Group"
    )
    ids["grant"] = put(
        tenant, "oauth2PermissionGrants", clientId=ids["principal"], principalId=None, scope=" User.Read"
    )
    ids["credential"] = tenant.new_id()
    tenant.children["applications/federatedIdentityCredentials"] = {
        ids["app"]: {ids["credential"]: {"id": ids["credential"], "name": "github", "audiences": ["a", "b"]}}
    }
    ids["policy"] = put(
        tenant,
        POLICIES,
        displayName="CA001",
        state="enabled",
        conditions={"insiderRiskLevels": "elevated", "clientAppTypes": ["all"], "servicePrincipalRiskLevels": []},
        grantControls={"operator": "OR", "builtInControls": ["mfa", "riskRemediation"]},
    )
    ids["location"] = put(
        tenant,
        "identity/conditionalAccess/namedLocations",
        **{"@odata.type": "#microsoft.graph.countryNamedLocation"},
        displayName="Home",
        countriesAndRegions=["DE", "FR"],
    )
    ids["strength"] = put(tenant, "policies/authenticationStrengthPolicies", displayName="MFA", policyType="builtIn")
    ids["definition"] = put(tenant, "roleManagement/directory/roleDefinitions", displayName="Reader", isBuiltIn=True)
    ids["roleAssignment"] = put(
        tenant,
        "roleManagement/directory/roleAssignments",
        principalId=ids["Ada"],
        roleDefinitionId=ids["definition"],
        directoryScopeId="/",
    )
    ids["instance"] = put(
        tenant,
        "roleManagement/directory/roleAssignmentScheduleInstances",
        principalId=ids["Ada"],
        assignmentType="Activated",
    )
    put(tenant, METHODS, id="Fido2", **{"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration"})
    put(tenant, "domains", id=tenant.domain, isVerified=True)
    tenant.singletons["policies/authorizationPolicy"] = {"id": "authorizationPolicy", "allowInvitesFrom": "everyone"}
    tenant.singletons["policies/authenticationMethodsPolicy"] = {"id": "authenticationMethodsPolicy"}
    tenant.singletons["organization"] = {"id": tenant.id, "displayName": "Contoso"}
    return ids
