"""Who may come in, and how: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Relation, Row

_CROSS = "policies/crossTenantAccessPolicy"
_ORGANIZATION = "tenantRelationships/multiTenantOrganization"
_CAPABILITIES = Relation("m365Capabilities", "children", "m365CapabilityBase")
_TEMPLATES = f"{_CROSS}/templates/multiTenantOrganization"


def _by_name(owner: str, *methods: str) -> dict[str, tuple[str, ...]]:
    """What opens one capability: the table of permissions has a row for each one's name."""
    path, write = f"{_CROSS.lower()}/{owner}/m365capabilities/{{id}}", "Policy.ReadWrite.CrossTenantCapability"
    return {f"GET {path}": ("Policy.Read.All", write)} | {f"{method} {path}": (write,) for method in methods}


def _template(name: str, type_name: str) -> Row:
    """A template of multitenant organizations; the table of permissions has the folder alone."""
    path = f"{_TEMPLATES}{name}"
    return Row(path, type_name, single=True, methods="PATCH", permissions={
        f"GET {path.lower()}": ("MultiTenantOrganization.Read.All", "MultiTenantOrganization.ReadWrite.All"),
        f"PATCH {path.lower()}": ("MultiTenantOrganization.ReadWrite.All",),
    })  # fmt: skip


_CONSENT = "policies/permissiongrantpolicies"

ROWS: tuple[Row, ...] = (
    Row("policies/authenticationFlowsPolicy", "authenticationFlowsPolicy", single=True, methods="PATCH"),
    Row("policies/adminConsentRequestPolicy", "adminConsentRequestPolicy", single=True, methods="PUT"),
    Row("policies/deviceRegistrationPolicy", "deviceRegistrationPolicy", single=True, methods="PUT"),
    Row("policies/federatedTokenValidationPolicy", "federatedTokenValidationPolicy", single=True, methods="PATCH"),
    Row(_CROSS, "crossTenantAccessPolicy", single=True, methods="PATCH"),
    Row(
        f"{_CROSS}/default",
        "crossTenantAccessPolicyConfigurationDefault",
        single=True,
        methods="PATCH",
        relations=(_CAPABILITIES,),
        # No page and no row of the table has a deletion: "Create" and "Update Microsoft 365 capability for default".
        below={"m365Capabilities": ("POST", "PATCH")},
        permissions=_by_name("default", "PATCH"),
    ),
    Row(
        f"{_CROSS}/partners",
        "crossTenantAccessPolicyConfigurationPartner",
        methods="POST PATCH DELETE",
        relations=(
            Relation("identitySynchronization", "children", "crossTenantIdentitySyncPolicyPartner", single=True),
            _CAPABILITIES,
        ),
        below={"identitySynchronization": ("PUT PATCH DELETE", ""), "m365Capabilities": ("POST", "PATCH DELETE")},
        permissions={
            f"PATCH {_CROSS.lower()}/partners/{{id}}/identitysynchronization": ("Policy.ReadWrite.CrossTenantAccess",),
            **_by_name("partners/{id}", "PATCH", "DELETE"),
        },
    ),
    _template("IdentitySynchronization", "multiTenantOrganizationIdentitySyncPolicyTemplate"),
    _template("PartnerConfiguration", "multiTenantOrganizationPartnerConfigurationTemplate"),
    Row(
        _ORGANIZATION,
        "multiTenantOrganization",
        single=True,
        methods="PATCH",
        # no row; that of joining holds
        permissions={f"PATCH {_ORGANIZATION.lower()}": ("MultiTenantOrganization.ReadWrite.All",)},
    ),
    Row(
        f"{_ORGANIZATION}/tenants",
        "multiTenantOrganizationMember",
        methods="POST PATCH DELETE",
        # the row of one tenant lacks the reading permission of their list
        permissions={
            f"GET {_ORGANIZATION.lower()}/tenants/{{id}}": (
                "MultiTenantOrganization.Read.All",
                "MultiTenantOrganization.ReadWrite.All",
            )
        },
    ),
    Row("policies/externalIdentitiesPolicy", "externalIdentitiesPolicy", single=True, methods="PATCH", beta=True),
    Row(
        "groupLifecyclePolicies",
        "groupLifecyclePolicy",
        methods="POST PATCH DELETE",
        actions=("addGroup", "removeGroup"),
    ),
    Row(
        "policies/permissionGrantPolicies",
        "permissionGrantPolicy",
        methods="POST PATCH DELETE",
        relations=tuple(Relation(name, "children", "permissionGrantConditionSet") for name in ("includes", "excludes")),
        below=dict.fromkeys(("includes", "excludes"), ("POST", "DELETE")),
        permissions={
            f"GET {_CONSENT}/{{id}}/{name}/{{id}}": ("Policy.Read.PermissionGrant", "Policy.ReadWrite.PermissionGrant")
            for name in ("includes", "excludes")
        },
    ),
    Row("identity/userFlowAttributes", "identityUserFlowAttribute"),
    Row("identity/identityProviders", "identityProviderBase", methods="POST PATCH DELETE"),
)
