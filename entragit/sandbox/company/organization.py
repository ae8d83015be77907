"""The tenant itself: organization, domains, subscriptions, settings, and the policies of which there is one."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

# (part number, sku id, service plans (name, id), seats per 100 users); Microsoft's published ids.
SKUS = (
    ("SPE_E5", "06ebc4ee-1bb5-47dd-8120-11090bc54e06", (
        ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0"),
        ("SHAREPOINTENTERPRISE", "5dbe027f-2339-4123-9542-606e4d348a72"),
        ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
        ("AAD_PREMIUM_P2", "eec0eb4f-6444-4f95-aba0-50c24d67f998"),
        ("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"),
    ), 60),
    ("ENTERPRISEPACK", "6fd2c87f-b296-42f0-b224-1e91e994b900", (
        ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0"),
        ("SHAREPOINTENTERPRISE", "5dbe027f-2339-4123-9542-606e4d348a72"),
        ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ), 80),
    ("AAD_PREMIUM_P2", "84a661c4-e949-4bd2-a560-ed7766fcaf2b", (
        ("AAD_PREMIUM", "41781fb2-bc02-4b7c-bd55-b576c07bb09d"),
        ("AAD_PREMIUM_P2", "eec0eb4f-6444-4f95-aba0-50c24d67f998"),
    ), 110),
    ("POWER_BI_STANDARD", "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", (
        ("BI_AZURE_P0", "2049e525-b859-401b-b2a0-e0a31c4b1fe4"),
    ), 1000),
)  # fmt: skip
# (name, template id, values with their defaults); the ids and names are the same in every tenant.
TEMPLATES: tuple[tuple[str, str, dict[str, tuple[str, str]]], ...] = (
    ("Group.Unified", "62375ab9-6b52-47ed-826b-58e47e0e304b", {
        "EnableMIPLabels": ("System.Boolean", "false"), "CustomBlockedWordsList": ("System.String", ""),
        "EnableMSStandardBlockedWords": ("System.Boolean", "false"), "ClassificationDescriptions": ("System.String",
        ""),
        "DefaultClassification": ("System.String", ""), "PrefixSuffixNamingRequirement": ("System.String", ""),
        "AllowGuestsToBeGroupOwner": ("System.Boolean", "false"), "AllowGuestsToAccessGroups": ("System.Boolean",
        "true"),
        "GuestUsageGuidelinesUrl": ("System.String", ""), "GroupCreationAllowedGroupId": ("System.Guid", ""),
        "AllowToAddGuests": ("System.Boolean", "true"), "UsageGuidelinesUrl": ("System.String", ""),
        "ClassificationList": ("System.String", ""), "EnableGroupCreation": ("System.Boolean", "true"),
    }),
    ("Group.Unified.Guest", "08d542b9-071f-4e16-94b0-74abb372e3d9", {"AllowToAddGuests": ("System.Boolean", "true")}),
    ("Password Rule Settings", "5cf42378-d67d-4f36-ba46-e8b86229381d", {
        "BannedPasswordCheckOnPremisesMode": ("System.String", "Audit"), "BannedPasswordList": ("System.String", ""),
        "EnableBannedPasswordCheckOnPremises": ("System.Boolean", "true"), "LockoutThreshold": ("System.Int32", "10"),
        "EnableBannedPasswordCheck": ("System.Boolean", "false"), "LockoutDurationInSeconds": ("System.Int32", "60"),
    }),
    ("Consent Policy Settings", "dffd5d46-495d-40a9-8e21-954ff55e198a", {
        "EnableGroupSpecificConsent": ("System.Boolean", "false"), "BlockUserConsentForRiskyApps": ("System.Boolean",
        "true"),
        "EnableAdminConsentRequests": ("System.Boolean", "false"),
        "ConstrainGroupSpecificConsentToMembersOfGroupId": ("System.Guid", ""),
    }),
)  # fmt: skip
GUEST_ROLE = "10dae51f-b6af-4016-8d66-8c2a99b929b3"  # "Guest User", the template that every tenant has


def domains(build: Build) -> None:
    """The initial domain, the company's own, one federated and one not verified yet."""
    initial, own = build.known["domain:initial"], build.tenant.domain
    mail = ["Email", "OfficeCommunicationsOnline"]
    for name, state in (
        (initial, {"isInitial": True, "isVerified": True, "supportedServices": mail}),
        (own, {"isDefault": True, "isVerified": True, "supportedServices": mail,
        "passwordValidityPeriodInDays": 2147483647,
               "passwordNotificationWindowInDays": 14}),
        (f"fed.{own}", {"isVerified": True, "isRoot": False, "authenticationType": "Federated"}),
        (f"new-{own}", {}),
    ):  # fmt: skip
        fixed = {"id": name, "authenticationType": "Managed", "isAdminManaged": True, "isRoot": True}
        build.add("domains", fixed | state)


def organization(build: Build) -> None:
    """The one organization, with its verified domains."""
    verified = [item for item in build.all("domains") if item["isVerified"]]
    body = blank("organization") | {
        "id": build.tenant.id,
        "displayName": build.known["company"],
        "city": "Amsterdam", "country": "Netherlands", "countryLetterCode": "NL", "postalCode": "1011 AB",
        "street": "Herengracht 1", "preferredLanguage": "en", "defaultUsageLocation": "NL", "tenantType": "AAD",
        "businessPhones": ["+31 20 555 0100"],
        "createdDateTime": build.moment(2100),
        "onPremisesSyncEnabled": True,
        "onPremisesLastSyncDateTime": build.moment(0.02),
        "mobileDeviceManagementAuthority": "intune",
        "technicalNotificationMails": [f"it@{build.tenant.domain}"],
        "securityComplianceNotificationMails": [f"security@{build.tenant.domain}"],
        "privacyProfile": values("privacyProfile", contactEmail=f"privacy@{build.tenant.domain}"),
        "verifiedDomains": [
            values("verifiedDomain", name=item["id"], type=item["authenticationType"], isDefault=item["isDefault"],
                   isInitial=item["isInitial"], capabilities=", ".join(item["supportedServices"]) or "None")
            for item in verified
        ],
    }  # fmt: skip
    build.tenant.singletons["organization"] = body


def subscriptions(build: Build) -> None:
    """The subscribed licences; consumed seats are counted once users have them."""
    for part, sku, plans, seats in SKUS:
        build.add(
            "subscribedSkus",
            {
                "id": f"{build.tenant.id}_{sku}",
                "accountId": build.tenant.id,
                "accountName": build.known["company"],
                "appliesTo": "User",
                "capabilityStatus": "Enabled",
                "consumedUnits": 0,
                "prepaidUnits": {
                    "enabled": max(25, build.users * seats // 100),
                    "lockedOut": 0,
                    "suspended": 0,
                    "warning": 0,
                },
                "servicePlans": [
                    {
                        "appliesTo": "User",
                        "provisioningStatus": "Success",
                        "servicePlanId": plan,
                        "servicePlanName": name,
                    }
                    for name, plan in plans
                ],
                "skuId": sku,
                "skuPartNumber": part,
                "subscriptionIds": [build.guid()],
            },
        )


def _setting(build: Build, template: Object, changed: dict[str, str]) -> None:
    held = [
        {"name": item["name"], "value": changed.get(item["name"], item["defaultValue"])} for item in template["values"]
    ]
    body = {"displayName": template["displayName"], "templateId": template["id"], "values": held}
    build.add("groupSettings", body, f"setting:{template['displayName']}")


def settings(build: Build) -> None:
    """The templates of group settings and the two that the company uses; needs groups."""
    made = {}
    for name, template, defaults in TEMPLATES:
        entries = [
            values("settingTemplateValue", name=key, type=kind, defaultValue=value, description=f"{key} of {name}.")
            for key, (kind, value) in defaults.items()
        ]
        made[name] = build.add("groupSettingTemplates", {"id": template, "displayName": name, "values": entries})
    creators = build.known["group:creators"]
    _setting(build, made["Group.Unified"], {
        "EnableGroupCreation": "false", "GroupCreationAllowedGroupId": creators,
        "ClassificationList": "Public,Internal,Secret",
        "CustomBlockedWordsList": "CEO,Payroll", "PrefixSuffixNamingRequirement": "grp-[GroupName]-[Department]",
    })  # fmt: skip
    _setting(build, made["Password Rule Settings"], {"LockoutThreshold": "8", "EnableBannedPasswordCheck": "true"})


def single_policies(build: Build) -> None:
    """The authorization policy and the security defaults, which are off because of Conditional Access."""
    permissions = {
        "allowedToCreateApps": False, "allowedToCreateSecurityGroups": False, "allowedToCreateTenants": False,
        "allowedToReadBitlockerKeysForOwnedDevice": True, "allowedToReadOtherUsers": True,
        "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-low"],
    }  # fmt: skip
    build.tenant.singletons["policies/authorizationPolicy"] = blank("authorizationPolicy") | {
        "id": "authorizationPolicy",
        "displayName": "Authorization Policy",
        "description": "Used to manage authorization related settings across the company.",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowedToSignUpEmailBasedSubscriptions": True,
        "allowedToUseSSPR": True,
        "blockMsolPowerShell": True,
        "guestUserRoleId": GUEST_ROLE,
        "defaultUserRolePermissions": values("defaultUserRolePermissions", **permissions),
    }
    path = "policies/identitySecurityDefaultsEnforcementPolicy"
    build.tenant.singletons[path] = blank("identitySecurityDefaultsEnforcementPolicy") | {
        "id": "00000000-0000-0000-0000-000000000005",
        "displayName": "Security Defaults",
        "description": "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.",
        "isEnabled": False,
    }
