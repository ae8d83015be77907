"""How users, groups, devices, administrative units, settings, the organization and domains are written (facts §5)."""

from __future__ import annotations

from entragit.resources.settling import default_domain, person
from entragit.resources.weakening import authorities, domain
from entragit.resources.writing import Needed, Reason, Refusal, Switch, Unique, Writes

MASTERED = Reason(
    "mastered on premises",
    "The on-premises directory decides it, and Graph refuses to change it here.",
    "Change it in the on-premises directory and let it synchronise.",
)
# What of a synced user is the cloud's all the same (facts §5 users [K]).
CLOUD_SIDE = frozenset({
    "ageGroup", "assignedLicenses", "authorizationInfo", "consentProvidedForMinor", "customSecurityAttributes",
    "employeeLeaveDateTime", "otherMails", "passwordPolicies", "photo", "preferredDataLocation", "requirements",
    "signInPreferences", "sponsors", "usageLocation", "userType",
})  # fmt: skip
SYNCED = {"onPremisesSyncEnabled": True}

USER = Writes(
    optional=frozenset({"onPremisesImmutableId"}),  # needed in a federated domain alone (facts §5 users)
    after=("domains", "directory/customSecurityAttributeDefinitions"),
    secret="passwordProfile",  # noqa: S106 the name of a property
    probe=("userPrincipalName",),
    restore="user",
    actions={"assignedLicenses": "licences", "customSecurityAttributes": "attributes"},
    refused=(
        Refusal(
            Reason(
                "agent's user",
                "The account of an agent is made for its agent identity, at an address of its own.",
                "Make it in the Entra admin center, under Agent ID.",
            ),
            deeds=frozenset({"create"}),
            where={"@odata.type": "#microsoft.graph.agentUser"},
        ),
        Refusal(
            Reason(
                "mastered on premises",
                "A synced user can't be made in the cloud.",
                "Bring the user back in the on-premises directory and let it synchronise.",
            ),
            deeds=frozenset({"create"}),
            where=SYNCED,
        ),
        Refusal(MASTERED, deeds=frozenset({"restore", "update"}), where=SYNCED, but=CLOUD_SIDE),
    ),
    needs={
        "customSecurityAttributes": "CustomSecAttributeAssignment.ReadWrite.All",
        "employeeLeaveDateTime": "User-LifeCycleInfo.ReadWrite.All",
        "identities": "User.ManageIdentities.All",
    },
    opened=frozenset({"identities"}),
    unique=(Unique("userPrincipalName", comes="newUserPrincipalName"), Unique("onPremisesImmutableId")),
    settle=person,
)

REGISTERED = Reason(
    "registered by people",
    "How somebody signs in is registered by that person; of it only types and counts are kept, never numbers or keys.",
    "Let the person register again at aka.ms/mysecurityinfo, with a Temporary Access Pass where nothing else is left.",
)

PREFERRED = Reason(
    "registered by people",
    "What a person is asked for first is one of the methods that this person has registered.",
    "Let the person register, then choose the default sign-in method at aka.ms/mysecurityinfo.",
)

REQUIRED = Reason(
    "always there",
    "Whether a person must use multifactor authentication is always said.",
    "Write requirements with a perUserMfaState: disabled, enabled or enforced.",
)

EXCHANGE = Reason(
    "mail-enabled group",
    "Exchange decides about distribution lists and mail-enabled security groups.",
    "Make or change the group in Exchange.",
)

EXPIRES = Reason(
    "stays out",
    "Graph mails the owners of a group that expires, and deletes it if nobody renews it.",
    "See when the group was renewed, and who owns it",
)

GROUP = Writes(
    unique_name="uniqueName",
    made=frozenset({"onPremisesExtensionAttributes"}),
    probe=("mailNickname", "displayName"),
    restore="group",
    loose=frozenset({"visibility"}),
    fixed=frozenset({"mailEnabled"}),
    values={"groupTypes": frozenset({"Unified"}), "visibility": frozenset({"HiddenMembership"})},
    never={
        "assignedLabels": Reason(
            "label", "Only a signed-in person may label a group.", "Set the label in the group's properties."
        ),
        "resourceProvisioningOptions": Reason(
            "team", "A group becomes a team in Teams, not by its properties.", "Make the team anew from the group."
        ),
    },
    actions={"assignedLicenses": "licences"},
    before_delete={"assignedLicenses": []},  # a group that gives licences can't be deleted (group-based licensing)
    switch=Switch("membershipRuleProcessingState", "Paused", turn=4),
    # Documented: "unique for Microsoft 365 groups in the organization"; security groups may share theirs.
    unique=(Unique("mailNickname", where={"groupTypes": "Unified"}), Unique("uniqueName")),
    refused=(
        Refusal(
            Reason(
                "mastered on premises",
                "A synced group can't be made or deleted in the cloud.",
                "Do it in the on-premises directory and let it synchronise.",
            ),
            deeds=frozenset({"create", "delete"}),
            where=SYNCED,
        ),
        Refusal(MASTERED, deeds=frozenset({"restore", "update"}), where=SYNCED, but=frozenset({"assignedLicenses"})),
        Refusal(EXCHANGE, where={"mailEnabled": True}, unless={"groupTypes": "Unified"}),
    ),
    also=(Needed("RoleManagement.ReadWrite.Directory", {"isAssignableToRole": True}),),
)

LAST_OWNER = (
    {"groupTypes": "Unified"},
    Reason(
        "last owner",
        "A Microsoft 365 group keeps its last owner.",
        "Name another owner in Git, or delete the group.",
    ),
)

DEVICE = Writes(
    patch=frozenset({"accountEnabled", "extensionAttributes"}),
    refused=(
        Refusal(
            Reason(
                "device",
                "A device is made when it joins or registers; no entry of the directory joins it again.",
                "Join or register the device again.",
            ),
            deeds=frozenset({"create"}),
        ),
    ),
)

DELEGATED = Reason(
    "delegated only",
    "Graph lets only a signed-in person change it, no application.",
    "Change it in the Entra admin center.",
)

UNIT = Writes(
    restore="administrativeUnit",
    fixed=frozenset({"visibility"}),
    switch=Switch("membershipRuleProcessingState", "Paused", turn=4),
)

SETTING = Writes(
    given=frozenset({"templateId"}),
    unique=(Unique("templateId"),),
    probe=("templateId",),
    filtered=False,
    known=("A conflicting object with one or more of the specified property values is present in the directory",),
)

ORGANIZATION = Writes(
    patch=frozenset({
        "marketingNotificationEmails", "privacyProfile", "securityComplianceNotificationMails",
        "securityComplianceNotificationPhones", "technicalNotificationMails",
    }),
    below=True,
    weakens=authorities,
)  # fmt: skip

DOMAIN = Writes(
    probe=("id",),
    patch=frozenset({
        "isDefault", "passwordNotificationWindowInDays", "passwordValidityPeriodInDays", "supportedServices",
    }),
    refused=(
        Refusal(
            Reason(
                "domain",
                "A domain counts once a DNS record has proven whose it is.",
                "Add the domain in the Entra admin center and verify it.",
            ),
            deeds=frozenset({"create"}),
        ),
        Refusal(
            Reason("unverified domain", "Only a verified domain can be changed.", "Verify the domain first."),
            deeds=frozenset({"update"}),
            where={"isVerified": False},
        ),
    ),
    never={
        "authenticationType": Reason(
            "read-only",
            "A domain is federated exactly if it has a federationConfiguration.",
            "Nothing, where that is in the plan; else federate the domain, or end that, where its people sign in.",
        )
    },
    settle=default_domain,
    weakens=domain,
)  # fmt: skip
