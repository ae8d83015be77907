"""Rules of writes: policies of access, guests and other tenants (facts §5)."""

from __future__ import annotations

import re

from entragit.sandbox.replies import bad_request
from entragit.sandbox.rules.rows.flows import FLOWS
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import CONFLICT, GRAPH, Kind, Rule, Write
from entragit.sandbox.writes.shelves import shelf

CROSS = "policies/crossTenantAccessPolicy"
NAMED = re.compile(r"(?:/users/|/groups/)([0-9a-fA-F-]{36})")


def _reviewers(write: Write) -> None:
    """Reviewers exist; an enabled policy has some."""
    held = write.after.get("reviewers") or []
    if write.after.get("isEnabled") and not held:
        raise write.kind.bad("Reviewers are needed where requests for consent are enabled.")
    for item in held:
        match = NAMED.search(str(item.get("query")))
        if match and not lookup.directory_object(write.tenant, match[1], ("users", "groups")):
            raise write.kind.bad(f"The reviewer '{match[1]}' does not exist.")


def _members(write: Write) -> None:
    """Who may join devices exists."""
    parts = [(write.after.get("azureADJoin") or {}).get("allowedToJoin"),
             (write.after.get("azureADRegistration") or {}).get("allowedToRegister")]  # fmt: skip
    for part in filter(None, parts):
        for name in ("users", "groups"):
            for key in part.get(name) or []:
                if key not in lookup.live(write.tenant, name):
                    raise write.kind.bad(f"'{key}' is no object of '{name}'.")


DEFAULT, PARTNERS = f"{CROSS}/default", f"{CROSS}/partners"
SYNC = f"{PARTNERS}/identitySynchronization"


def _partner(write: Write) -> None:
    """Another tenant, by its id, once."""
    if not values.is_guid(write.id) or write.id == write.tenant.id:
        raise values.invalid(write.kind, "tenantId")
    if write.id in lookup.live(write.tenant, PARTNERS):
        raise write.kind.bad(CONFLICT)


def _unsynced(write: Write) -> None:
    """No partner goes before its synchronization (facts §5 [K])."""
    if write.tenant.children.get(SYNC, {}).get(write.id):
        raise write.kind.bad("Delete the partner's identitySynchronization first.")


def _of_partner(write: Write) -> Object:
    own = str((write.owner or {})["id"])
    return {"id": own, "tenantId": own}


CAPABILITIES = "m365Capabilities"
SORTS = {"user": ("users",), "group": ("groups",)}


def _by_type(write: Write) -> Object:
    """A capability is called after its type (documented in the examples of its creation)."""
    own = str(write.after["@odata.type"]).removeprefix(GRAPH)
    return {"id": own, "name": own, "lastModifiedDateTime": write.tenant.stamp()}


def _once(write: Write) -> None:
    """Each capability once: [K], as for all that the administrator names."""
    if write.id in shelf(write.tenant, write.kind, write.owner):
        raise write.kind.bad(CONFLICT)
    _scopes(write)


def _of_people(write: Write) -> None:
    """Whoever isn't signed in comes from no partner: the table of permissions has what they see by default alone."""
    if str(write.after["@odata.type"]).startswith(f"{GRAPH}anonymous"):
        raise values.invalid(write.kind, "@odata.type")


def _scopes(write: Write) -> None:
    """Whom it is about exists: a user, a group, or all of them (documented for m365CapabilityResourceScope)."""
    held = (write.after.get("inboundAccess") or {}).get("resourceScopes") or {}
    for item in (item for name in ("included", "excluded") for item in held.get(name) or ()):
        if item.get("resourceType") not in SORTS:
            raise values.invalid(write.kind, "resourceType")
        own, sorts = item.get("resourceId"), SORTS[item["resourceType"]]
        if own != "All" and not lookup.directory_object(write.tenant, own, sorts):
            raise write.kind.bad(f"The resource '{own}' does not exist.")


def _capabilities(owner: str, *checks: Rule) -> Kind:
    """What people of other tenants may see: pages "Create" and "Update Microsoft 365 capability" for either owner."""
    return Kind(f"{owner}/{CAPABILITIES}", "m365CapabilityBase", "Microsoft 365 capability", child=True,
                polymorphic=True, required=("inboundAccess",), made=_by_type, create=(*checks, _once),
                update=(_scopes,))  # fmt: skip


LIFECYCLES = "groupLifecyclePolicies"


def _lifecycle(write: Write) -> None:
    """One in a tenant; 30 days at least; all groups, selected ones or none (facts §5)."""
    if write.created and lookup.live(write.tenant, LIFECYCLES):
        raise write.kind.bad("There can be only one group lifecycle policy.")
    if (write.after.get("groupLifetimeInDays") or 0) < 30:
        raise values.invalid(write.kind, "groupLifetimeInDays")
    if write.after.get("managedGroupTypes") not in ("All", "Selected", "None"):
        raise values.invalid(write.kind, "managedGroupTypes")


def _unexpiring(write: Write) -> None:
    """Effect: no group expires by a policy that is gone."""
    for held in write.tenant.links.get("groups/groupLifecyclePolicies", {}).values():
        held[:] = [key for key in held if key != write.id]


CONSENT = "policies/permissionGrantPolicies"
POLICY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _named_policy(write: Write) -> None:
    if not POLICY_ID.fullmatch(write.id) or write.id.startswith("microsoft-"):
        raise write.kind.bad(f"'{write.id}' is no id for a policy.")
    if write.id in lookup.live(write.tenant, CONSENT):
        raise write.kind.bad(CONFLICT)


def _own_policy(write: Write) -> None:
    """Microsoft's own policies stay as they are (facts §5)."""
    if write.id.startswith("microsoft-"):
        raise write.kind.bad("A built-in policy can't be changed or deleted.")


def _own_conditions(write: Write) -> None:
    if str((write.owner or {}).get("id")).startswith("microsoft-"):
        raise write.kind.bad("A built-in policy can't be changed or deleted.")


# What the conditions are that a new condition set doesn't name (documented with each property).
EVERYTHING = {
    "permissionClassification": "all", "resourceApplication": "any", "permissions": ["all"],
    "clientApplicationIds": ["all"], "clientApplicationPublisherIds": ["all"], "clientApplicationTenantIds": ["all"],
    "clientApplicationsFromVerifiedPublisherOnly": False,
}  # fmt: skip


def _condition_set(name: str) -> Kind:
    return Kind(f"{CONSENT}/{name}", "permissionGrantConditionSet", "permission grant condition set", child=True,
                required=("permissionType",), defaults=EVERYTHING, create=(_own_conditions,),
                delete=(_own_conditions,))  # fmt: skip


SOCIAL = f"{GRAPH}socialIdentityProvider"


def _social(write: Write) -> None:
    """Only social providers can be made, once each, with their secret (documented for the create operation)."""
    if write.after["@odata.type"] != SOCIAL:
        raise write.kind.bad("Only a social identity provider can be created.")
    for name in ("clientId", "clientSecret", "identityProviderType", "displayName"):
        if not write.body.get(name):
            raise write.kind.bad(f"A value is required for property '{name}'.")
    if write.id in lookup.live(write.tenant, "identity/identityProviders"):
        raise write.kind.bad(CONFLICT)


def _own_provider(write: Write) -> None:
    if write.before["@odata.type"] != SOCIAL:
        raise write.kind.bad("A built-in identity provider can't be changed or deleted.")


def _unused(write: Write) -> None:
    """[K]: what nobody says of one in use is refused."""
    used = write.tenant.links.get(f"{FLOWS}/identityProviders", {})
    if any(write.id in used.get(flow, ()) for flow in lookup.live(write.tenant, FLOWS)):
        raise write.kind.bad("A flow uses the identity provider.")


def _hidden(write: Write) -> None:
    """Effect: no secret comes back (facts §5 identityProviders)."""
    write.after["clientSecret"] = "******"


ORGANIZATION = "tenantRelationships/multiTenantOrganization"
TENANTS = f"{ORGANIZATION}/tenants"


def _member(write: Write) -> None:
    """Another tenant, once, of an organization that is there (documented for adding a tenant)."""
    if ORGANIZATION not in write.tenant.singletons:
        raise write.kind.bad("The tenant is in no multitenant organization.")
    if not values.is_guid(write.id):
        raise values.invalid(write.kind, "tenantId")
    if write.id in lookup.live(write.tenant, TENANTS):
        raise bad_request("Tenant is already being added in Multi-Tenant Organization.")


def _pending(write: Write) -> Object:
    """What Graph says of a new one, who has to join yet."""
    return {"state": "pending", "addedByTenantId": write.tenant.id, "role": write.body.get("role") or "member"}


KINDS: tuple[Kind, ...] = (
    Kind(TENANTS, "multiTenantOrganizationMember", "tenant", key="tenantId", required=("tenantId", "displayName"),
         client=frozenset({"tenantId"}), create_only=frozenset({"tenantId", "displayName"}), made=_pending,
         create=(_member,)),
    Kind("policies/authenticationFlowsPolicy", "authenticationFlowsPolicy", "authentication flows policy",
         client=frozenset({"selfServiceSignUp"})),
    Kind("policies/adminConsentRequestPolicy", "adminConsentRequestPolicy", "admin consent request policy",
         required=("isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers"),
         update=(_reviewers,)),
    Kind("policies/deviceRegistrationPolicy", "deviceRegistrationPolicy", "device registration policy",
         required=("azureADJoin", "azureADRegistration", "multiFactorAuthConfiguration", "userDeviceQuota"),
         update=(_members,)),
    Kind(CROSS, "crossTenantAccessPolicy", "cross-tenant access policy",
         patchable=frozenset({"allowedCloudEndpoints", "displayName"})),
    Kind("policies/externalIdentitiesPolicy", "externalIdentitiesPolicy", "external identities policy"),
    Kind(PARTNERS, "crossTenantAccessPolicyConfigurationPartner", "partner", key="tenantId", required=("tenantId",),
         client=frozenset({"tenantId"}), create_only=frozenset({"tenantId"}),
         server=frozenset({"isInMultiTenantOrganization", "isServiceProvider"}), create=(_partner,),
         delete=(_unsynced,)),
    Kind(LIFECYCLES, "groupLifecyclePolicy", "group lifecycle policy",
         required=("groupLifetimeInDays", "managedGroupTypes"), create=(_lifecycle,), update=(_lifecycle,),
         gone=(_unexpiring,)),
    Kind(CONSENT, "permissionGrantPolicy", "permission grant policy", required=("id", "displayName", "description"),
         key="id", client=frozenset({"id"}), create_only=frozenset({"id"}), create=(_named_policy,),
         update=(_own_policy,), delete=(_own_policy,)),
    Kind("identity/identityProviders", "identityProviderBase", "identity provider", polymorphic=True,
         made=lambda write: {"id": f"{write.body.get('identityProviderType')}-OAUTH"}, create=(_social,),
         update=(_own_provider,), delete=(_own_provider, _unused), effects=(_hidden,)),
)  # fmt: skip
CHILDREN: tuple[Kind, ...] = (
    _condition_set("includes"),
    _condition_set("excludes"),
    _capabilities(PARTNERS, _of_people),
    _capabilities(DEFAULT),
    Kind(SYNC, "crossTenantIdentitySyncPolicyPartner", "identity synchronization", child=True, made=_of_partner),
)  # fmt: skip
