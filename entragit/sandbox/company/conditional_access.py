"""Conditional Access policies: the sixteen that a careful company has."""

from __future__ import annotations

import copy
from typing import Any

from entragit.sandbox.company import well_known
from entragit.sandbox.company.build import Build, values
from entragit.sandbox.company.strengths import STRENGTHS
from entragit.sandbox.store import Object

PATH = "identity/conditionalAccess/policies"
ADMINISTRATORS = (
    "Global Administrator", "Privileged Role Administrator", "Security Administrator",
    "Conditional Access Administrator",
    "Exchange Administrator", "SharePoint Administrator", "User Administrator", "Application Administrator",
)  # fmt: skip
FORMER_EMPLOYEE = "0dd0dead-1234-4bad-8abc-0123456789ab"  # deleted for good; policies keep such ids
REPORT_ONLY = "enabledForReportingButNotEnforced"
ALL_GUESTS = (
    "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider"
)


def _users(build: Build, **lists: list[str]) -> Object:
    """Whom a policy is for: everybody but the break-glass group, unless `lists` say otherwise."""
    everybody = {} if any(name.startswith("include") for name in lists) else {"includeUsers": ["All"]}
    return values("conditionalAccessUsers", **{"excludeGroups": [build.known["group:break-glass"]]} | everybody | lists)


def _conditions(build: Build, users: Object | None = None, apps: Object | None = None, **more: Any) -> Object:
    wanted = {"includeApplications": ["All"]} if apps is None else apps
    applications = values("conditionalAccessApplications", **wanted)
    fixed = {"users": users or _users(build), "applications": applications, "clientAppTypes": ["all"]}
    return values("conditionalAccessConditionSet", **fixed | more)


def _grant(*controls: str, operator: str = "OR", strength: Object | None = None) -> Object:
    body = values("conditionalAccessGrantControls", operator=operator, builtInControls=list(controls))
    return body | {"authenticationStrength": copy.deepcopy(strength)}


def _session(**controls: Object) -> Object:
    return values("conditionalAccessSessionControls", **controls)


def _filter(mode: str, rule: str) -> Object:
    return values("conditionalAccessDevices", deviceFilter=values("conditionalAccessFilter", mode=mode, rule=rule))


def _policy(
    build: Build, name: str, conditions: Object, grant: Object | None, session: Object | None = None, **more: Any
) -> None:
    fixed = {
        "displayName": name,
        "state": "enabled",
        "createdDateTime": build.sometime(),
        "modifiedDateTime": build.sometime(90),
    }
    build.add(
        PATH,
        fixed | {"conditions": conditions, "grantControls": grant, "sessionControls": session} | more,
        f"policy:{name[:5]}",
    )


def _base(build: Build) -> None:
    """Everybody."""
    legacy = _conditions(build, clientAppTypes=["exchangeActiveSync", "other"])
    _policy(build, "CA001: Block legacy authentication", legacy, _grant("block"))
    _policy(build, "CA002: Require MFA for all users", _conditions(build), _grant("mfa"))
    roles = [well_known.role(name) for name in ADMINISTRATORS]
    resistant = build.tenant.objects[STRENGTHS][well_known.PHISHING_RESISTANT_STRENGTH]
    admins = _conditions(build, _users(build, includeRoles=roles))
    _policy(build, "CA003: Phishing-resistant MFA for administrators", admins, _grant(strength=resistant))
    azure = {"includeApplications": [well_known.AZURE, "MicrosoftAdminPortals"]}
    _policy(
        build,
        "CA004: MFA for Azure management",
        _conditions(build, apps=azure),
        _grant("mfa"),
        description="Portals too.",
    )
    registration = {"includeUserActions": ["urn:user:registersecurityinfo"]}
    trusted = values("conditionalAccessLocations", includeLocations=["All"], excludeLocations=["AllTrusted"])
    _policy(
        build,
        "CA005: Register security info from trusted networks",
        _conditions(build, apps=registration, locations=trusted),
        _grant("mfa"),
    )


def _places(build: Build) -> None:
    """Where from, and with what."""
    blocked = values("conditionalAccessLocations", includeLocations=[build.known["location:blocked"]])
    _policy(build, "CA101: Block sanctioned countries", _conditions(build, locations=blocked), _grant("block"))
    allowed = values("conditionalAccessLocations", includeLocations=["All"], excludeLocations=[
        build.known["location:allowed"], build.known["location:offices"]])  # fmt: skip
    chief = _users(build, excludeUsers=[build.known["user:chief"], FORMER_EMPLOYEE])
    _policy(
        build, "CA102: Block outside allowed countries", _conditions(build, chief, locations=allowed), _grant("block")
    )
    admins = _users(build, includeRoles=[well_known.role("Global Administrator")])
    rule = 'device.extensionAttribute1 -ne "privileged-access" -and device.trustType -eq "AzureAD"'
    workstation = _conditions(build, admins, devices=_filter("exclude", rule))
    _policy(
        build, "CA103: Administrators only on privileged workstations", workstation, _grant("block"), state=REPORT_ONLY
    )
    phones = values("conditionalAccessPlatforms", includePlatforms=["android", "iOS"])
    office = {"includeApplications": ["Office365"]}
    controls = _grant("compliantDevice", "compliantApplication")
    _policy(
        build,
        "CA104: Managed app or device for Office on phones",
        _conditions(build, apps=office, platforms=phones),
        controls,
    )


def _risk(build: Build) -> None:
    """When something looks wrong."""
    every_time = values("signInFrequencySessionControl", isEnabled=True, frequencyInterval="everyTime",
                        authenticationType="primaryAndSecondaryAuthentication")  # fmt: skip
    user_risk = _conditions(build, userRiskLevels=["high"])
    change = _grant("mfa", "passwordChange", operator="AND")
    _policy(build, "CA201: Password change at high user risk", user_risk, change, _session(signInFrequency=every_time))
    sign_in = _conditions(build, signInRiskLevels=["medium", "high"])
    _policy(build, "CA202: MFA at sign-in risk", sign_in, _grant("mfa"), _session(signInFrequency=every_time))
    flows = values("conditionalAccessAuthenticationFlows", transferMethods="deviceCodeFlow,authenticationTransfer")
    pilot = _users(build, includeGroups=[build.known["group:pilot"]])
    _policy(
        build,
        "CA203: Block device code flow (pilot)",
        _conditions(build, pilot, authenticationFlows=flows),
        _grant("block"),
        state=REPORT_ONLY,
    )


def _particular(build: Build) -> None:
    """Some people, some applications."""
    tenants = {"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"}
    kinds = values(
        "conditionalAccessGuestsOrExternalUsers", guestOrExternalUserTypes=ALL_GUESTS, externalTenants=tenants
    )
    guests = values("conditionalAccessUsers", includeGuestsOrExternalUsers=kinds)
    hours = values("signInFrequencySessionControl", isEnabled=True, type="hours", value=8,
    frequencyInterval="timeBased",
                   authenticationType="primaryAndSecondaryAuthentication")  # fmt: skip
    never = values("persistentBrowserSessionControl", isEnabled=True, mode="never")
    session = _session(signInFrequency=hours, persistentBrowser=never)
    _policy(build, "CA301: Guests sign in every 8 hours", _conditions(build, guests), None, session)
    step_up = {"includeAuthenticationContextClassReferences": ["c1", "c2"]}
    keys = build.tenant.objects[STRENGTHS][build.known["strength:keys"]]
    _policy(
        build, "CA302: Company keys for contracts | payments", _conditions(build, apps=step_up), _grant(strength=keys)
    )
    portal = build.tenant.objects["applications"][build.known["app:portal"]]["appId"]
    apps = {"includeApplications": [portal, well_known.SHAREPOINT], "excludeApplications": [well_known.EXCHANGE]}
    board = _users(build, includeGroups=[build.known["group:board"]], includeUsers=[build.known["user:admin"]])
    enforced = values("applicationEnforcedRestrictionsSessionControl", isEnabled=True)
    watched = values("cloudAppSecuritySessionControl", isEnabled=True, cloudAppSecurityType="monitorOnly")
    _policy(build, "CA303: Watch the board's documents", _conditions(build, board, apps), None,
            _session(applicationEnforcedRestrictions=enforced, cloudAppSecurity=watched))  # fmt: skip
    workload = values(
        "conditionalAccessClientApplications",
        includeServicePrincipals=[build.known[f"principal:{build.known['app:sync']}"]],
    )
    nobody = values("conditionalAccessUsers", includeUsers=["None"])
    outside = values(
        "conditionalAccessLocations", includeLocations=["All"], excludeLocations=[build.known["location:offices"]]
    )
    conditions = _conditions(build, nobody, clientApplications=workload, locations=outside)
    _policy(build, "CA304: HR Sync only from the offices", conditions, _grant("block"), state="disabled")


def policies(build: Build) -> None:
    """All policies; needs users, groups, applications, service principals, roles, locations, contexts and strengths."""
    _base(build)
    _places(build)
    _risk(build)
    _particular(build)
