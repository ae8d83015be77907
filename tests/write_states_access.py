"""States of the policies of access, guests and other tenants, and what leads from one to another."""

from __future__ import annotations

from typing import Any

from entragit.model import Body

Row = tuple[str, str, Body | None, Body | None, list[tuple[str, str, Any]]]

FLOWS = "policies/authenticationFlowsPolicy"
REQUESTS = "policies/adminConsentRequestPolicy"
DEVICES = "policies/deviceRegistrationPolicy"
TOKENS = "policies/federatedTokenValidationPolicy"
CROSS = "policies/crossTenantAccessPolicy"
TYPE = "@odata.type"
EVERYONE = {TYPE: "#microsoft.graph.allDeviceRegistrationMembership"}
NOBODY = {TYPE: "#microsoft.graph.noDeviceRegistrationMembership"}
CONSENT: Body = {"id": REQUESTS, "isEnabled": False, "notifyReviewers": False, "remindersEnabled": False,
                 "requestDurationInDays": 30}  # fmt: skip
REGISTRATION: Body = {"id": DEVICES, "multiFactorAuthConfiguration": "notRequired", "userDeviceQuota": 20,
                      "azureADJoin": {"allowedToJoin": EVERYONE, "isAdminConfigurable": True}}  # fmt: skip
REFUSED = {"azureADJoin": {"allowedToJoin": NOBODY, "isAdminConfigurable": True}}
ALL, ONE = ({TYPE: f"#microsoft.graph.{name}", "rootDomains": word}
            for name, word in (("allDomains", "all"), ("enumeratedDomains", "enumerated")))  # fmt: skip
TRUST = {"isMfaAccepted": False, "isCompliantDeviceAccepted": False}

LEAVING = "policies/externalIdentitiesPolicy"
TEMPLATES = f"{CROSS}/templates/multiTenantOrganization"
EXPIRY = "groupLifecyclePolicies"
EXPIRES: Body = {"id": "l1", "groupLifetimeInDays": 180, "managedGroupTypes": "All"}
CONSENTS = "policies/permissionGrantPolicies"
OWN_CONSENT: Body = {"id": "own", "displayName": "Own", "description": "Own."}
LOW: Body = {"permissionType": "delegated", "permissionClassification": "low"}
EVERY = {
    "clientApplicationIds": ["all"], "clientApplicationPublisherIds": ["all"], "clientApplicationTenantIds": ["all"],
    "clientApplicationsFromVerifiedPublisherOnly": False, "permissions": ["all"], "resourceApplication": "any",
}  # fmt: skip
PROVIDERS = "identity/identityProviders"
GOOGLE: Body = {TYPE: "#microsoft.graph.socialIdentityProvider", "id": "Google-OAUTH", "displayName": "Google",
                "clientId": "a", "identityProviderType": "Google"}  # fmt: skip
STRENGTHS = "policies/authenticationStrengthPolicies"
STRENGTH: Body = {"id": "s1", "displayName": "Keys", "policyType": "custom",
                  "allowedCombinations": ["fido2", "x509CertificateMultiFactor"]}  # fmt: skip
KEYS: Body = {TYPE: "#microsoft.graph.fido2CombinationConfiguration", "appliesToCombinations": ["fido2"],
              "allowedAAGUIDs": ["a"]}  # fmt: skip
CARDS: Body = {TYPE: "#microsoft.graph.x509CertificateCombinationConfiguration",
               "appliesToCombinations": ["x509CertificateMultiFactor"], "allowedIssuerSkis": ["b"]}  # fmt: skip

PARTNERS, OTHER = f"{CROSS}/partners", "99999999-0000-4000-8000-000000000000"
PARTNER: Body = {"id": OTHER, "tenantId": OTHER, "inboundTrust": TRUST}
MAIL: Body = {TYPE: "#microsoft.graph.crossTenantMailTipsAll", "name": "crossTenantMailTipsAll", "inboundAccess": {
    "isAllowed": True, "resourceScopes": {"included": [{"resourceId": "All", "resourceType": "user"}]}}}  # fmt: skip
MIGRATES: Body = MAIL | {TYPE: "#microsoft.graph.crossTenantMigration", "name": "crossTenantMigration"}
BUSY: Body = MAIL | {TYPE: "#microsoft.graph.anonymousCalendarSharingFreeBusySimple",
                     "name": "anonymousCalendarSharingFreeBusySimple"}  # fmt: skip
ANYONE: Body = {"id": "default"}
SYNC: Body = {"displayName": "Other", "userSyncInbound": {"isSyncAllowed": True}}

ORGANIZATION, TENANTS = (f"tenantRelationships/multiTenantOrganization{end}" for end in ("", "/tenants"))
MEMBER: Body = {"id": OTHER, "tenantId": OTHER, "displayName": "Other", "role": "member"}

STATES: list[Row] = [
    ("an organization is called otherwise", ORGANIZATION, {"id": "o", "displayName": "x", "description": "y"},
     {"id": "o", "displayName": "Ours"}, [("PATCH", f"/{ORGANIZATION}", {"description": None, "displayName": "Ours"})]),
    ("an organization is founded by people", ORGANIZATION, None, {"id": "o", "displayName": "Ours"}, []),
    ("a tenant belongs to the organization again", TENANTS, None, MEMBER,
     [("POST", f"/{TENANTS}", {key: value for key, value in MEMBER.items() if key != "id"})]),
    ("a tenant may not manage it any more, and keeps its name", TENANTS, MEMBER | {"displayName": "x", "role": "owner"},
     MEMBER, [("PATCH", f"/{TENANTS}/{OTHER}", {"role": "member"})]),
    ("a tenant goes", TENANTS, MEMBER, None, [("DELETE", f"/{TENANTS}/{OTHER}", None)]),
    ("what is flagged read-only and changes all the same", FLOWS,
     {"id": FLOWS, "selfServiceSignUp": {"isEnabled": True}}, {"id": FLOWS, "selfServiceSignUp": {"isEnabled": False}},
     [("PATCH", f"/{FLOWS}", {"selfServiceSignUp": {"isEnabled": False}})]),
    ("a policy that is only written whole", REQUESTS, CONSENT | {"remindersEnabled": True}, CONSENT,
     [("PUT", f"/{REQUESTS}", {name: value for name, value in CONSENT.items() if name != "id"})]),
    ("who may join devices", DEVICES, REGISTRATION, REGISTRATION | REFUSED,
     [("PUT", f"/{DEVICES}", {**{k: v for k, v in REGISTRATION.items() if k != "id"}, **REFUSED})]),
    ("domains whose tokens are validated", TOKENS, {"id": TOKENS, "validatingDomains": ALL},
     {"id": TOKENS, "validatingDomains": ONE | {"domainNames": ["a.example"]}},
     [("PATCH", f"/{TOKENS}", {"validatingDomains": ONE | {"domainNames": ["a.example"]}})]),
    ("clouds that may be asked", CROSS, {"id": CROSS}, {"id": CROSS, "allowedCloudEndpoints": ["microsoftonline.us"]},
     [("PATCH", f"/{CROSS}", {"allowedCloudEndpoints": ["microsoftonline.us"]})]),
    ("what is believed of other tenants", f"{CROSS}/default",
     {"id": "default", "inboundTrust": TRUST | {"isMfaAccepted": True}}, {"id": "default", "inboundTrust": TRUST},
     [("PATCH", f"/{CROSS}/default", {"inboundTrust": TRUST})]),
    ("people of any tenant may see more", f"{CROSS}/default", ANYONE | {"m365Capabilities": [MAIL]},
     ANYONE | {"m365Capabilities": [BUSY, MAIL]},
     [("POST", f"/{CROSS}/default/m365Capabilities", {k: v for k, v in BUSY.items() if k != "name"})]),
    ("people of any tenant may see less, but nothing goes", f"{CROSS}/default",
     ANYONE | {"m365Capabilities": [MAIL, BUSY]},  # in an order that no file has, so as one edit of all
     ANYONE | {"m365Capabilities": [MAIL | {"inboundAccess": {"isAllowed": False}}]},
     [("PATCH", f"/{CROSS}/default/m365Capabilities/crossTenantMailTipsAll",
       {TYPE: MAIL[TYPE], "inboundAccess": {"isAllowed": False, "resourceScopes": None}})]),
    ("whether guests may leave", LEAVING, {"id": LEAVING, "allowExternalIdentitiesToLeave": True},
     {"id": LEAVING, "allowExternalIdentitiesToLeave": False},
     [("PATCH", f"/{LEAVING}", {"allowExternalIdentitiesToLeave": False})]),
    ("what a joining tenant is believed", f"{TEMPLATES}PartnerConfiguration", {"id": "t", "inboundTrust": TRUST},
     {"id": "t", "inboundTrust": TRUST, "templateApplicationLevel": "newPartners"},
     [("PATCH", f"/{TEMPLATES}PartnerConfiguration", {"templateApplicationLevel": "newPartners"})]),
    ("whether a joining tenant makes users here", f"{TEMPLATES}IdentitySynchronization",
     {"id": "t", "userSyncInbound": {"isSyncAllowed": True}}, {"id": "t", "userSyncInbound": {"isSyncAllowed": False}},
     [("PATCH", f"/{TEMPLATES}IdentitySynchronization", {"userSyncInbound": {"isSyncAllowed": False}})]),
    ("groups expire later", EXPIRY, EXPIRES, EXPIRES | {"groupLifetimeInDays": 365},
     [("PATCH", f"/{EXPIRY}/l1", {"groupLifetimeInDays": 365})]),
    ("groups may expire again, once somebody says so", EXPIRY, None, EXPIRES,
     [("POST", f"/{EXPIRY}", {"groupLifetimeInDays": 180, "managedGroupTypes": "None"})]),
    ("a policy for consent is made under its own id, then filled", CONSENTS, None, OWN_CONSENT | {"includes": [LOW]},
     [("POST", f"/{CONSENTS}", OWN_CONSENT), ("POST", f"/{CONSENTS}/new/includes", LOW | EVERY)]),
    ("a condition set that changes is another one", CONSENTS, OWN_CONSENT | {"excludes": [LOW | EVERY]},
     OWN_CONSENT | {"excludes": [LOW | EVERY | {"permissionType": "application"}]},
     [("POST", f"/{CONSENTS}/own/excludes", LOW | EVERY | {"permissionType": "application"}),
      ("DELETE", f"/{CONSENTS}/own/excludes/{{found}}", None)]),
    ("a condition that nobody names holds for everything", CONSENTS, OWN_CONSENT | {"excludes": [LOW | EVERY]},
     OWN_CONSENT | {"excludes": [LOW]}, []),
    ("a provider says its type", PROVIDERS, GOOGLE, GOOGLE | {"clientId": "b"},
     [("PATCH", f"/{PROVIDERS}/Google-OAUTH", {TYPE: GOOGLE[TYPE], "clientId": "b"})]),
    ("a provider is not made without its secret", PROVIDERS, None, GOOGLE, []),
    ("a provider goes", PROVIDERS, GOOGLE, None, [("DELETE", f"/{PROVIDERS}/Google-OAUTH", None)]),
    ("a combination is narrowed, another one is open again", STRENGTHS,
     STRENGTH | {"combinationConfigurations": [KEYS, CARDS]},
     STRENGTH | {"combinationConfigurations": [KEYS | {"allowedAAGUIDs": ["c"]}]},
     [("PATCH", f"/{STRENGTHS}/s1/combinationConfigurations/{{found}}", {TYPE: KEYS[TYPE], "allowedAAGUIDs": ["c"]}),
      ("DELETE", f"/{STRENGTHS}/s1/combinationConfigurations/{{found}}", None)]),
    ("a strength is made, then narrowed", STRENGTHS, None, STRENGTH | {"combinationConfigurations": [KEYS]},
     [("POST", f"/{STRENGTHS}", {k: v for k, v in STRENGTH.items() if k not in ("id", "policyType")}),
      ("POST", f"/{STRENGTHS}/new/combinationConfigurations", KEYS)]),
    ("a partner is made, then may make users here", PARTNERS, None, PARTNER | {"identitySynchronization": SYNC},
     [("POST", f"/{PARTNERS}", {k: v for k, v in PARTNER.items() if k != "id"}),
      ("PUT", f"/{PARTNERS}/new/identitySynchronization", SYNC)]),
    ("a partner makes no users any more", PARTNERS, PARTNER | {"identitySynchronization": SYNC},
     PARTNER | {"identitySynchronization": {"userSyncInbound": {"isSyncAllowed": False}}},
     [("PATCH", f"/{PARTNERS}/{OTHER}/identitySynchronization",
       {"displayName": None, "userSyncInbound": {"isSyncAllowed": False}})]),
    ("a partner's synchronization goes, and its trust", PARTNERS, PARTNER | {"identitySynchronization": SYNC},
     {k: v for k, v in PARTNER.items() if k != "inboundTrust"},
     [("PATCH", f"/{PARTNERS}/{OTHER}", {"inboundTrust": None}),
      ("DELETE", f"/{PARTNERS}/{OTHER}/identitySynchronization", None)]),
    ("a partner's people may see more", PARTNERS, PARTNER, PARTNER | {"m365Capabilities": [MAIL]},
     [("POST", f"/{PARTNERS}/{OTHER}/m365Capabilities", {k: v for k, v in MAIL.items() if k != "name"})]),
    ("a partner's people may see less, and others", PARTNERS, PARTNER | {"m365Capabilities": [MAIL, MIGRATES]},
     PARTNER | {"m365Capabilities": [MAIL | {"inboundAccess": {"isAllowed": False}}]},
     [("PATCH", f"/{PARTNERS}/{OTHER}/m365Capabilities/crossTenantMailTipsAll",
       {TYPE: MAIL[TYPE], "inboundAccess": {"isAllowed": False, "resourceScopes": None}}),
      ("DELETE", f"/{PARTNERS}/{OTHER}/m365Capabilities/crossTenantMigration", None)]),
    ("a partner goes after its synchronization", PARTNERS, PARTNER | {"identitySynchronization": SYNC}, None,
     [("DELETE", f"/{PARTNERS}/{OTHER}/identitySynchronization", None), ("DELETE", f"/{PARTNERS}/{OTHER}", None)]),
]  # fmt: skip
