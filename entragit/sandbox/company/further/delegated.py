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


def make(build: Build) -> None:
    """Add it to the company; needs its groups."""
    _ownerless(build)
    _rollouts(build)
    _synchronization(build)
