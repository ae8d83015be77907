"""The made-up company: what only people see of it."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values


def _ownerless(build: Build) -> None:
    """Members of one group are asked to own it."""
    build.tenant.singletons["policies/ownerlessGroupPolicy"] = values(
        "ownerlessGroupPolicy", id="ownerlessGroupPolicy", isEnabled=True, notificationDurationInWeeks=3,
        maxMembersToNotify=40,
        enabledGroupIds=[build.known["group:town-square"]], policyWebUrl=f"https://{build.tenant.domain}/owners",
        targetOwners={"notifyMembers": "allowSelected", "securityGroups": [f"it@{build.tenant.domain}"]},
        emailInfo={"senderEmailAddress": f"it@{build.tenant.domain}", "subject": f"$Group.Name {nasty(3, 1)[0]}",
                   "body": "Hi $User.DisplayName,\n\nthe group has no owner.\n"},
    )  # fmt: skip


def _rollouts(build: Build) -> None:
    """Two groups try cloud authentication, and nobody single sign-on."""
    hashes = build.add("policies/featureRolloutPolicies", {
        "displayName": "Password hashes", "description": nasty(4, 1)[0], "feature": "passwordHashSync",
        "isEnabled": True, "isAppliedToOrganization": False,
    })  # fmt: skip
    pilot = [item["id"] for item in build.all("groups") if not item["membershipRule"]][:2]
    build.link("policies/featureRolloutPolicies/appliesTo", hashes["id"], pilot)
    build.add("policies/featureRolloutPolicies", {
        "displayName": nasty(5, 1)[0], "feature": "seamlessSso", "isEnabled": False,
        "isAppliedToOrganization": False,
    })  # fmt: skip


def _synchronization(build: Build) -> None:
    """Nothing on premises takes over what the cloud has; five hundred go at once, no more."""
    limit = {"synchronizationPreventionType": "enabledForCount", "alertThreshold": 500}
    on = ("blockCloudObjectTakeoverThroughHardMatchEnabled", "blockSoftMatchEnabled", "passwordSyncEnabled",
          "quarantineUponProxyAddressesConflictEnabled", "quarantineUponUpnConflictEnabled")  # fmt: skip
    build.add("directory/onPremisesSynchronization", {
        "id": build.tenant.id, "configuration": {"accidentalDeletionPrevention": limit},
        "features": values("onPremisesDirectorySynchronizationFeature") | dict.fromkeys(on, True) | {
            "passwordWritebackEnabled": False, "softMatchOnUpnEnabled": False},
    })  # fmt: skip


AGREEMENTS = "identityGovernance/termsOfUse/agreements"


def _document(build: Build, terms: str, name: str, language: str, **more: object) -> None:
    build.add_child(f"{AGREEMENTS}/localizations", terms, {
        "fileName": f"{name}.pdf", "displayName": name, "language": language, "isDefault": False,
        "isMajorVersion": False, "createdDateTime": build.moment(90), **more})  # fmt: skip


def _terms(build: Build) -> None:
    """Terms that a policy asks guests to accept, in two languages, again each quarter; and plain ones."""
    guests = build.add(AGREEMENTS, {
        "displayName": "Terms for guests", "isViewingBeforeAcceptanceRequired": True,
        "isPerDeviceAcceptanceRequired": False, "userReacceptRequiredFrequency": "P90D",
        "termsExpiration": values("termsExpiration", startDateTime=build.moment(30), frequency="P365D"),
    })  # fmt: skip
    _document(build, guests["id"], "Terms of use", "en-GB", isDefault=True)
    _document(build, guests["id"], f"Conditions {nasty(6, 1)[0]}", "fr-FR", isMajorVersion=True)
    plain = build.add(AGREEMENTS, {"displayName": nasty(7, 1)[0], "isViewingBeforeAcceptanceRequired": False,
                                   "isPerDeviceAcceptanceRequired": False})  # fmt: skip
    _document(build, plain["id"], "Terms", "en", isDefault=True)
    asking = build.tenant.objects["identity/conditionalAccess/policies"][build.known["policy:CA301"]]
    asking["grantControls"] = values("conditionalAccessGrantControls", operator="OR", termsOfUse=[guests["id"]])


def make(build: Build) -> None:
    """Add it to the company; needs its groups and policies."""
    _ownerless(build)
    _rollouts(build)
    _synchronization(build)
    _terms(build)
