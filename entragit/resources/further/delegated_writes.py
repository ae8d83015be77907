"""How a signed-in person writes what no application may (facts §5b)."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.writing import Reason, Refusal, Switch, Writes

BLOCKS = ("blockCloudObjectTakeoverThroughHardMatchEnabled", "blockSoftMatchEnabled",
          "cloudPasswordPolicyForPasswordSyncedUsersEnabled", "passwordSyncEnabled")  # fmt: skip
"""Features of synchronization that protect people here, or let them sign in, as long as they are on."""
OPENS = ("allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled", "passwordSyncEnabled", "softMatchOnUpnEnabled",
         "synchronizeUpnForManagedUsersEnabled")  # fmt: skip
"""Those by which the on-premises directory decides who somebody here is, or what lets them in."""
PREVENTION = "accidentalDeletionPrevention"

OWNERLESS = Writes(
    # Each change takes the place of all that was there.
    repeated=frozenset({
        "emailInfo", "enabledGroupIds", "isEnabled", "maxMembersToNotify", "notificationDurationInWeeks",
        "policyWebUrl", "targetOwners",
    }),
    switch=Switch(
        "isEnabled",
        False,
        whole=True,
        asks=Reason(
            "stays off",
            "Once it is on, Graph mails members of groups that have no owner.",
            "See which groups have none, and whom it would ask",
        ),
    ),
)  # fmt: skip


def rollout(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """A staged rollout: somebody else checks people's passwords."""
    return ("signs people in otherwise",) if after is not None and after != before else ()


# One of each feature; `feature` is no property of the documented change.
ROLLOUT = Writes(
    fixed=frozenset({"feature"}),
    probe=("displayName", "feature"),
    filtered=False,
    switch=Switch("isEnabled", False),
    weakens=rollout,
)


def synchronization(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """Synchronization: less in the way of who takes over somebody here, or of a deletion of everybody."""
    old, new = ((side or {}).get("features", {}) for side in (before, after))
    found = [f"switches {name} off" for name in BLOCKS if old.get(name) and not new.get(name)]
    found += [f"switches {name} on" for name in OPENS if new.get(name) and not old.get(name)]
    held, now = ((side or {}).get("configuration", {}).get(PREVENTION, {}) for side in (before, after))
    sorts = [limit.get("synchronizationPreventionType", "disabled") for limit in (held, now)]
    less = sorts[0] == sorts[1] and now.get("alertThreshold", 0) <= held.get("alertThreshold", 0)
    return (*found, *(() if less or sorts[0] == "disabled" else ("lets synchronization delete more at once",)))


SYNCHRONIZATION = Writes(below=True, weakens=synchronization)

DOCUMENT = Reason(
    "document",
    "Graph takes a document when terms are made or a language is added, and shows nobody what is in it.",
    "Upload the right document in the Entra admin center.",
)
FIXED = Reason(
    "fixed at creation",
    "Of terms Graph changes only the name, and whether people must open them before they accept.",
    "Make the terms anew, with their documents, in the Entra admin center.",
)
TERMS = Writes(
    never=dict.fromkeys(("isPerDeviceAcceptanceRequired", "termsExpiration", "userReacceptRequiredFrequency"), FIXED),
    probe=(),
    refused=(
        Refusal(
            Reason(
                "document needed",
                "Graph makes no terms of use without their documents, which it never shows.",
                "Make the terms anew, upload their documents, and let the Conditional Access policies in Git name the "
                "new ones: until then no policy that names the old ones is made or changed so as to.",
            ),
            deeds=frozenset({"create"}),
        ),
    ),
)
