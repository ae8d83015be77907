"""Rules of writes: what a signed-in person alone may write (facts §5b)."""

from __future__ import annotations

from entragit.sandbox.rules.stored import blank
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import CONFLICT, Join, Kind, References, Write, named

# What each change must say unless it switches the policy off, and what the rest becomes (documented for the upsert).
SAID = ("emailInfo", "enabledGroupIds", "maxMembersToNotify", "notificationDurationInWeeks")
UNSAID = {"policyWebUrl": "", "targetOwners": {"notifyMembers": "all", "securityGroups": []}}
CLEARED = UNSAID | {
    "emailInfo": {"senderEmailAddress": "", "subject": "", "body": ""}, "enabledGroupIds": [],
    "maxMembersToNotify": 0, "notificationDurationInWeeks": 0,
}  # fmt: skip
RANGES = {"maxMembersToNotify": range(91), "notificationDurationInWeeks": range(1, 8)}


def _said(write: Write) -> None:
    """All of an enabled policy, within its ranges; what is off has nothing else to say."""
    if "isEnabled" not in write.body:
        raise write.kind.bad("A value is required for property 'isEnabled'.")
    for name in SAID if write.body["isEnabled"] else ():
        if write.body.get(name) is None:
            raise write.kind.bad(f"A value is required for property '{name}'.")
        if name in RANGES and write.body[name] not in RANGES[name]:
            raise values.invalid(write.kind, name)


def _replaced(write: Write) -> None:
    """Effect: the change takes the place of all that was there."""
    on = write.body["isEnabled"]
    write.after.update(CLEARED if not on else {name: value for name, value in UNSAID.items()
                                               if write.body.get(name) is None})  # fmt: skip
    write.after["id"] = "ownerlessGroupPolicy"


ROLLOUTS = "policies/featureRolloutPolicies"
MOST = 10  # documented: groups of a feature


def _first(write: Write) -> None:
    """[K] One policy for each feature."""
    if any(item["feature"] == write.after["feature"] for item in lookup.live(write.tenant, ROLLOUTS).values()):
        raise write.kind.bad(CONFLICT)


def _staged(join: Join) -> None:
    """Ten groups at most, whose members are said one by one (documented limitations)."""
    held = join.tenant.links.get(f"{ROLLOUTS}/appliesTo", {}).get(str(join.owner["id"]), [])
    if join.adding and len(held) >= MOST:
        raise join.kind.bad(f"A feature is rolled out to {MOST} groups at most.")
    if join.adding and "DynamicMembership" in (join.target.get("groupTypes") or []):
        raise join.kind.bad("Dynamic groups are not supported.")


def _in_use(write: Write) -> None:
    """Documented as not in use: updating it isn't supported."""
    if "passwordWritebackEnabled" in (write.body.get("features") or {}):
        raise write.kind.bad("'passwordWritebackEnabled' can't be updated.")


AGREEMENTS = "identityGovernance/termsOfUse/agreements"
# Documented as required for each of the new terms' documents.
FILE = ("fileName", "language", "isDefault", "fileData")


def _documents(write: Write) -> None:
    """New terms come with their documents, in `files`, each in a language of its own (documented for the creation)."""
    sent = write.body.get("files") or []
    languages = [str(item.get("language")).lower() for item in sent]
    if not sent or len({*languages}) < len(sent):
        raise write.kind.bad("'files' must hold the documents, one for each language.")
    for item in sent:
        if any(item.get(name) is None for name in FILE) or not item["fileData"].get("data"):
            raise write.kind.bad(f"A document needs {', '.join(FILE)}.")


def _filed(write: Write) -> None:
    """Effect: each document is the one of its language from then on, and its bytes are shown to nobody."""
    sent = write.after.pop("files", None) or []
    held = write.tenant.children.setdefault(f"{AGREEMENTS}/localizations", {})
    for item in sent if write.created else ():
        own = blank("agreementFileLocalization") | {name: item.get(name) for name in ("displayName", *FILE)}
        own |= {"id": write.tenant.new_id(), "isMajorVersion": False, "fileData": None,
                "createdDateTime": write.tenant.stamp()}  # fmt: skip
        held.setdefault(write.id, {})[own["id"]] = own


KINDS: tuple[Kind, ...] = (
    Kind("policies/ownerlessGroupPolicy", "ownerlessGroupPolicy", "ownerless group policy", starts=True, answer=200,
         update=(_said,), effects=(_replaced,)),
    Kind(ROLLOUTS, "featureRolloutPolicy", "feature rollout policy", required=("displayName", "feature", "isEnabled"),
         create_only=frozenset({"feature"}), create=(_first,),
         references=named(References("appliesTo", ("groups",), rules=(_staged,)))),
    Kind("directory/onPremisesSynchronization", "onPremisesDirectorySynchronization", "directory synchronization",
         update=(_in_use,), merges=frozenset({"configuration", "features"})),
    Kind(AGREEMENTS, "agreement", "terms of use", required=("displayName", "isViewingBeforeAcceptanceRequired"),
         patchable=frozenset({"displayName", "isViewingBeforeAcceptanceRequired"}), create=(_documents,),
         effects=(_filed,), answer=200),
)  # fmt: skip
CHILDREN: tuple[Kind, ...] = ()
