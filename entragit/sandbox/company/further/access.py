"""The made-up company: policies of access, guests and other tenants."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

CROSS = "policies/crossTenantAccessPolicy"
GRAPH = "#microsoft.graph."
NASTY_POLICY = "=cmd|' /C calc'!A0 \u202eown"


def _single(build: Build, path: str, type_name: str, **properties: object) -> None:
    build.tenant.singletons[path] = blank(type_name) | properties


def _target(target: str, kind: str) -> Object:
    return values("crossTenantAccessPolicyTarget", target=target, targetType=kind)


def _setting(users: tuple[str, list[Object]], applications: tuple[str, list[Object]]) -> Object:
    sides = {"usersAndGroups": users, "applications": applications}
    return values("crossTenantAccessPolicyB2BSetting", **{
        name: values("crossTenantAccessPolicyTargetConfiguration", accessType=access, targets=targets)
        for name, (access, targets) in sides.items()
    })  # fmt: skip


EVERYBODY = [_target("AllUsers", "user")]
EVERYTHING = [_target("AllApplications", "application")]


def _flows(build: Build) -> None:
    _single(
        build, "policies/authenticationFlowsPolicy", "authenticationFlowsPolicy", id="authenticationFlowsPolicy",
        displayName="Authentication flows policy", description="Modification of settings related to sign-up.",
        selfServiceSignUp=values("selfServiceSignUpAuthenticationFlowConfiguration", isEnabled=False),
    )  # fmt: skip
    reviewers = [
        f"/users/{min(build.tenant.objects['users'])}",
        f"/groups/{build.known['group:helpdesk']}/transitiveMembers",
    ]
    _single(
        build, "policies/adminConsentRequestPolicy", "adminConsentRequestPolicy", id="adminConsentRequestPolicy",
        isEnabled=True, notifyReviewers=True, remindersEnabled=True, requestDurationInDays=30, version=3,
        reviewers=[values("accessReviewReviewerScope", query=query, queryType="MicrosoftGraph") for query in reviewers],
    )  # fmt: skip


def _devices(build: Build) -> None:
    chosen = {"@odata.type": f"{GRAPH}enumeratedDeviceRegistrationMembership", "users": [],
              "groups": [build.known["group:helpdesk"]]}  # fmt: skip
    everyone, nobody = ({"@odata.type": f"{GRAPH}{name}DeviceRegistrationMembership"} for name in ("all", "no"))
    admins = values("localAdminSettings", enableGlobalAdmins=True, registeringUsers=nobody)
    _single(
        build, "policies/deviceRegistrationPolicy", "deviceRegistrationPolicy", id="deviceRegistrationPolicy",
        displayName="Device Registration Policy", description="Tenant-wide policy that manages device registration.",
        multiFactorAuthConfiguration="notRequired", userDeviceQuota=20,
        localAdminPassword=values("localAdminPasswordSettings", isEnabled=True),
        azureADJoin=values("azureADJoinPolicy", isAdminConfigurable=True, allowedToJoin=chosen, localAdmins=admins),
        azureADRegistration=values("azureADRegistrationPolicy", isAdminConfigurable=False, allowedToRegister=everyone),
    )  # fmt: skip
    _single(
        build, "policies/federatedTokenValidationPolicy", "federatedTokenValidationPolicy",
        id="5e8c2b6f-7a4e-4f0e-9d3f-1f2d8f6f9a10",
        validatingDomains={"@odata.type": f"{GRAPH}enumeratedDomains", "rootDomains": "enumerated",
                           "domainNames": [f"fed.{build.tenant.domain}"]},
    )  # fmt: skip


def _others(build: Build) -> None:
    _single(build, CROSS, "crossTenantAccessPolicy", id="crossTenantAccessPolicy",
            displayName="CrossTenantAccessPolicy", allowedCloudEndpoints=["microsoftonline.us"])  # fmt: skip
    chosen = [_target(build.known["group:helpdesk"], "group")]
    _single(
        build, f"{CROSS}/default", "crossTenantAccessPolicyConfigurationDefault", id="default", isServiceDefault=False,
        inboundTrust=values("crossTenantAccessPolicyInboundTrust", isMfaAccepted=False, isCompliantDeviceAccepted=False,
                            isHybridAzureADJoinedDeviceAccepted=False),
        b2bCollaborationInbound=_setting(("allowed", EVERYBODY), ("allowed", EVERYTHING)),
        b2bCollaborationOutbound=_setting(("allowed", chosen), ("allowed", [_target("Office365", "application")])),
        b2bDirectConnectInbound=_setting(("blocked", EVERYBODY), ("blocked", EVERYTHING)),
        b2bDirectConnectOutbound=_setting(("blocked", EVERYBODY), ("blocked", EVERYTHING)),
        automaticUserConsentSettings=values("inboundOutboundPolicyConfiguration",
                                            inboundAllowed=False, outboundAllowed=False),
        invitationRedemptionIdentityProviderConfiguration=values(
            "defaultInvitationRedemptionIdentityProviderConfiguration", fallbackIdentityProvider="defaultConfiguredIdp",
            primaryIdentityProviderPrecedenceOrder=["externalFederation", "azureActiveDirectory"]),
    )  # fmt: skip


def _seen_by_default(build: Build) -> None:
    """What people of any other tenant may see, and people whom nobody knows."""
    path, group = f"{CROSS}/default", build.known["group:helpdesk"]
    _capability(build, path, "default", "anonymousCalendarSharingFreeBusySimple", False,
                included=[_resource("All", "user")])  # fmt: skip
    _capability(build, path, "default", "crossTenantOpenProfileCard", True, included=[_resource(group, "group")],
                excluded=[_resource(build.known["user:chief"], "user")])  # fmt: skip


def _templates(build: Build) -> None:
    path = f"{CROSS}/templates/multiTenantOrganization"
    _single(build, f"{path}IdentitySynchronization", "multiTenantOrganizationIdentitySyncPolicyTemplate",
            id="multiTenantOrganizationIdentitySynchronization", templateApplicationLevel="newPartners",
            userSyncInbound=values("crossTenantUserSyncInbound", isSyncAllowed=False))  # fmt: skip
    _single(
        build, f"{path}PartnerConfiguration", "multiTenantOrganizationPartnerConfigurationTemplate",
        id="multiTenantOrganizationPartnerConfiguration", templateApplicationLevel="none",
        inboundTrust=values("crossTenantAccessPolicyInboundTrust", isMfaAccepted=True),
        automaticUserConsentSettings=values("inboundOutboundPolicyConfiguration", inboundAllowed=True),
        b2bCollaborationInbound=_setting(("allowed", EVERYBODY), ("allowed", EVERYTHING)),
    )  # fmt: skip
    _single(build, "policies/externalIdentitiesPolicy", "externalIdentitiesPolicy", id="externalIdentitiesPolicy",
            displayName="External Identities Policy", allowExternalIdentitiesToLeave=True)  # fmt: skip
    build.add("groupLifecyclePolicies", {"groupLifetimeInDays": 180, "managedGroupTypes": "Selected",
                                         "alternateNotificationEmails": f"it@{build.tenant.domain}"})  # fmt: skip


def _partners(build: Build) -> None:
    """A tenant that is trusted with nearly everything, and one of which only its own id is said."""
    path = f"{CROSS}/partners"
    own, plain = build.guid(), build.guid()
    build.add(path, {
        "id": own, "tenantId": own,
        "inboundTrust": values("crossTenantAccessPolicyInboundTrust", isMfaAccepted=True,
                               isCompliantDeviceAccepted=True, isHybridAzureADJoinedDeviceAccepted=False),
        "automaticUserConsentSettings": values("inboundOutboundPolicyConfiguration", inboundAllowed=True,
                                               outboundAllowed=True),
        "b2bCollaborationInbound": _setting(("allowed", [_target(build.guid(), "group")]), ("allowed", EVERYTHING)),
        "b2bDirectConnectOutbound": _setting(("allowed", [_target(build.known["group:helpdesk"], "group")]),
                                             ("allowed", [_target("Office365", "application")])),
    })  # fmt: skip
    build.add(path, {"id": plain, "tenantId": plain})
    sync = values("crossTenantUserSyncInbound", isSyncAllowed=True)
    build.add_child(f"{path}/identitySynchronization", own, {
        "id": own, "tenantId": own, "displayName": nasty(3, 1)[0], "userSyncInbound": sync})  # fmt: skip
    group, chief = build.known["group:helpdesk"], build.known["user:chief"]
    _capability(build, path, own, "crossTenantOpenProfileCard", True,
                included=[_resource("All", "user")], excluded=[_resource(chief, "user")])  # fmt: skip
    _capability(build, path, own, "crossTenantMailTipsLimited", False, included=[_resource(group, "group")])


def _capability(build: Build, path: str, owner: str, name: str, allowed: bool, **scopes: list[Object]) -> None:
    """What the people of a partner, or of any tenant, may see of the company's."""
    of = values("m365CapabilityResourceScopes", **scopes)
    build.add_child(f"{path}/m365Capabilities", owner, {
        "@odata.type": f"{GRAPH}{name}", "id": name, "name": name, "lastModifiedDateTime": build.moment(3),
        "inboundAccess": values("m365CapabilityInboundAccess", isAllowed=allowed, resourceScopes=of),
    })  # fmt: skip


def _resource(own: str, sort: str) -> Object:
    return values("m365CapabilityResourceScope", resourceId=own, resourceType=sort)


ANYTHING: Object = {
    "permissionClassification": "all", "resourceApplication": "any", "permissions": ["all"],
    "clientApplicationIds": ["all"], "clientApplicationPublisherIds": ["all"], "clientApplicationTenantIds": ["all"],
    "clientApplicationsFromVerifiedPublisherOnly": False,
}  # fmt: skip


def _consent(build: Build) -> None:
    """Microsoft's policy for low permissions, and one of the company's own with both sorts of conditions."""
    path = "policies/permissionGrantPolicies"
    graph = next(item for item in build.all("servicePrincipals") if item["appDisplayName"] == "Microsoft Graph")
    client, scope = build.all("applications")[0], graph["oauth2PermissionScopes"][0]["id"]
    for own, name, includes, excludes in (
        ("microsoft-user-default-low", "Default User Low Risk Policy",
         [{"permissionType": "delegated", "permissionClassification": "low"}], []),
        ("own-apps", NASTY_POLICY, [
            {"permissionType": "delegated", "resourceApplication": graph["appId"], "permissions": [scope],
             "clientApplicationIds": [client["appId"]]},
            {"permissionType": "delegated", "clientApplicationsFromVerifiedPublisherOnly": True,
             "permissionClassification": "low"},
        ], [{"permissionType": "delegated", "clientApplicationTenantIds": [build.guid(), build.guid()]}]),
        ("plain", "Nothing yet", [], []),
    ):  # fmt: skip
        policy = build.add(path, {"id": own, "displayName": name, "description": f"{name}."})
        for relation, items in (("includes", includes), ("excludes", excludes)):
            for item in items:
                build.add_child(f"{path}/{relation}", policy["id"], ANYTHING | item)


def _providers(build: Build) -> None:
    path = "identity/identityProviders"
    build.add(path, {"@odata.type": f"{GRAPH}socialIdentityProvider", "id": "Google-OAUTH", "displayName": "Google",
                     "clientId": "company.apps.example", "clientSecret": "******",
                     "identityProviderType": "Google"})  # fmt: skip
    for own, name, sort in (("MSASignup-OAUTH", "MicrosoftAccount", "MicrosoftAccount"),
                            ("EmailPassword-OAUTH", "Email with password", "EmailPassword"),
                            ("EmailOtpSignup-OAUTH", "Email one-time passcode", "EmailOTP")):  # fmt: skip
        build.add(path, {"@odata.type": f"{GRAPH}builtInIdentityProvider", "id": own, "displayName": name,
                         "identityProviderType": sort})  # fmt: skip


def _attributes(build: Build) -> None:
    path, own = "identity/userFlowAttributes", build.guid().replace("-", "")
    for key, name, sort, kind in (("city", "City", "builtIn", "identityBuiltInUserFlowAttribute"),
                                  (f"extension_{own}_Hobby", nasty(5, 1)[0], "custom",
                                   "identityCustomUserFlowAttribute")):  # fmt: skip
        build.add(path, {"@odata.type": f"{GRAPH}{kind}", "id": key, "displayName": name, "dataType": "string",
                         "description": f"{name}, asked at sign-up.", "userFlowAttributeType": sort})  # fmt: skip


def organize(build: Build) -> None:
    """Add the multitenant organization that the company has founded; one tenant has joined it, one has not yet."""
    path, day = "tenantRelationships/multiTenantOrganization", build.moment(300)
    _single(build, path, "multiTenantOrganization", id=build.guid(), displayName=nasty(8, 1)[0],
            description="With partners", state="active", createdDateTime=day)  # fmt: skip
    for own, name, role, state in ((build.tenant.id, "Company", "owner", "active"),
                                   (build.guid(), "Partner", "member", "active"),
                                   (build.guid(), nasty(2, 1)[0], "member", "pending"),
                                   (build.guid(), "Former", "member", "removed")):  # fmt: skip
        build.add(f"{path}/tenants", {"id": own, "tenantId": own, "displayName": name, "role": role, "state": state,
                                      "addedByTenantId": build.tenant.id, "addedDateTime": day})  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    for part in (_flows, _devices, _others, _templates, _partners, _seen_by_default, _consent, _providers, _attributes):
        part(build)
