"""States of what a signed-in person alone reads and writes."""

from __future__ import annotations

from write_guids import ADA, BOB, OWN, Row

from entragit.model import Body

OWNERLESS = "policies/ownerlessGroupPolicy"
MAIL: Body = {"senderEmailAddress": "it@contoso.com", "subject": "An owner", "body": "Hi"}
OFF: Body = {"id": "ownerlessGroupPolicy", "isEnabled": False}
ON: Body = {"id": "ownerlessGroupPolicy", "isEnabled": True, "emailInfo": MAIL, "enabledGroupIds": [ADA],
            "maxMembersToNotify": 40, "notificationDurationInWeeks": 3}  # fmt: skip
SENT = {name: value for name, value in ON.items() if name != "id"}

ROLLOUTS = "policies/featureRolloutPolicies"
ROLLOUT: Body = {"id": OWN, "displayName": "Hashes", "feature": "passwordHashSync", "isEnabled": True,
                 "isAppliedToOrganization": False}  # fmt: skip
REF = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ADA}"}

SYNCHRONIZATION = "directory/onPremisesSynchronization"
HARD, SOFT = "blockCloudObjectTakeoverThroughHardMatchEnabled", "blockSoftMatchEnabled"
PREVENTION, TYPE = "accidentalDeletionPrevention", "synchronizationPreventionType"
SYNCED: Body = {"id": OWN, "features": {HARD: True, SOFT: True},
                "configuration": {PREVENTION: {TYPE: "enabledForCount", "alertThreshold": 500}}}  # fmt: skip

TERMS = "identityGovernance/termsOfUse/agreements"
AGREED: Body = {"id": OWN, "displayName": "Terms", "isViewingBeforeAcceptanceRequired": True,
                "isPerDeviceAcceptanceRequired": False, "userReacceptRequiredFrequency": "P90D",
                "localizations": [{"fileName": "a.pdf", "isDefault": True, "language": "en"}]}  # fmt: skip

STATES: list[Row] = [
    ("members are asked less often, and all else is said again", OWNERLESS, ON | {"maxMembersToNotify": 90}, ON,
     [("PATCH", f"/{OWNERLESS}", SENT)]),
    ("all groups instead of two: an empty list is said", OWNERLESS, ON | {"enabledGroupIds": [ADA, BOB]},
     ON | {"enabledGroupIds": []}, [("PATCH", f"/{OWNERLESS}", SENT | {"enabledGroupIds": []})]),
    ("nobody is asked any more: Graph clears the rest", OWNERLESS, ON, OFF,
     [("PATCH", f"/{OWNERLESS}", {"isEnabled": False})]),
    ("nobody is asked again if nobody asks for that", OWNERLESS, OFF, ON, []),
    ("a rollout is made, then its groups, then it goes on", ROLLOUTS, None, ROLLOUT | {"appliesTo": [ADA]},
     [("POST", f"/{ROLLOUTS}", {name: value for name, value in ROLLOUT.items() if name != "id"} | {"isEnabled": False}),
      ("POST", f"/{ROLLOUTS}/new/appliesTo/$ref", REF),
      ("PATCH", f"/{ROLLOUTS}/new", {"isEnabled": True})]),
    ("a rollout goes off; another feature would be another rollout", ROLLOUTS, ROLLOUT,
     ROLLOUT | {"isEnabled": False, "feature": "seamlessSso"},
     [("PATCH", f"/{ROLLOUTS}/{{}}", {"isEnabled": False})]),
    ("a group takes part in a rollout, another no more", ROLLOUTS, ROLLOUT | {"appliesTo": [BOB]},
     ROLLOUT | {"appliesTo": [ADA]},
     [("POST", f"/{ROLLOUTS}/{{}}/appliesTo/$ref", REF),
      ("DELETE", f"/{ROLLOUTS}/{{}}/appliesTo/{BOB}/$ref", None)]),
    ("a rollout goes", ROLLOUTS, ROLLOUT, None, [("DELETE", f"/{ROLLOUTS}/{{}}", None)]),
    ("hard matches are blocked again, and deletions", SYNCHRONIZATION, SYNCED | {"features": {
        HARD: False, SOFT: True}, "configuration": {PREVENTION: {TYPE: "disabled"}}}, SYNCED,
     [("PATCH", f"/{SYNCHRONIZATION}/{{}}", {"features": {HARD: True, SOFT: True}, "configuration": {
         PREVENTION: {TYPE: "enabledForCount", "alertThreshold": 500}}})]),
    ("of terms Graph takes a name and whether they must be seen", TERMS, AGREED, AGREED | {
        "displayName": "New", "isViewingBeforeAcceptanceRequired": False, "isPerDeviceAcceptanceRequired": True,
        "userReacceptRequiredFrequency": "P1D"},
     [("PATCH", f"/{TERMS}/{{}}", {"displayName": "New", "isViewingBeforeAcceptanceRequired": False})]),
    ("terms are not made without their documents", TERMS, None, AGREED, []),
    ("a document is nobody's to write", TERMS, AGREED, AGREED | {"localizations": []}, []),
    ("terms go", TERMS, AGREED, None, [("DELETE", f"/{TERMS}/{{}}", None)]),
]  # fmt: skip
