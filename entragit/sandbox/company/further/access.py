"""The made-up company: policies of access, guests and other tenants."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

CROSS = "policies/crossTenantAccessPolicy"
GRAPH = "#microsoft.graph."


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


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    for part in (_flows, _devices, _others):
        part(build)
