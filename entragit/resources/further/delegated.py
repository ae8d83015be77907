"""What Graph shows to a signed-in person alone, and lets nobody else write (facts §5b)."""

from __future__ import annotations

from entragit.resources.base import P1, Relation, ResourceType
from entragit.resources.conditional_access import AGREEMENTS
from entragit.resources.facts import SET, Facts, Reference, keyed
from entragit.resources.further import delegated_writes as writes
from entragit.resources.hooks import off_alone

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="policies/ownerlessGroupPolicy",
        type="ownerlessGroupPolicy",
        shape="singleton",
        read=("Group.Read.All",),
        write=("Group.ReadWrite.All",),
        delegated=("Group.Read.All", "Group.ReadWrite.All"),
        role="Groups Administrator",
        reader="Groups Administrator",
        title="",
        absent={"isEnabled": False},
        # None means all groups; to Graph they needn't be there.
        facts=Facts(
            lists={"enabledGroupIds": SET},
            references={"enabledGroupIds": Reference(("groups",), anywhere=True)},
            keep_empty=frozenset({"enabledGroupIds"}),
            atomic=frozenset({"enabledGroupIds"}),  # of no groups and of some no one is made that both sides meant
        ),
        hook=off_alone,
        writes=writes.OWNERLESS,
    ),
    ResourceType(
        kind="policies/featureRolloutPolicies",
        type="featureRolloutPolicy",
        read=("Policy.Read.HybridAuthentication",),
        write=("Policy.ReadWrite.HybridAuthentication",),
        delegated=("Policy.Read.HybridAuthentication", "Policy.ReadWrite.HybridAuthentication"),
        role="Hybrid Identity Administrator",
        relations=(Relation("appliesTo", "refset", Reference(("groups",))),),
        tier=0,
        writes=writes.ROLLOUT,
    ),
    ResourceType(
        kind="directory/onPremisesSynchronization",
        type="onPremisesDirectorySynchronization",
        shape="singleton",
        read=("OnPremDirectorySynchronization.Read.All",),
        write=("OnPremDirectorySynchronization.ReadWrite.All",),
        delegated=("OnPremDirectorySynchronization.Read.All", "OnPremDirectorySynchronization.ReadWrite.All"),
        role="Global Administrator",
        reader="Global Administrator",
        title="",
        tier=0,  # whoever's objects match people's here becomes them
        writes=writes.SYNCHRONIZATION,
    ),
    ResourceType(
        kind=AGREEMENTS,
        type="agreement",
        read=("Agreement.Read.All",),
        write=("Agreement.ReadWrite.All",),
        delegated=("Agreement.Read.All", "Agreement.ReadWrite.All"),
        role="Conditional Access Administrator",
        relations=(
            Relation(
                "localizations",
                "child",
                type="agreementFileLocalization",
                rule=keyed("language"),
                way="file/localizations",  # `files` of the type says the same, and is deprecated
                never=writes.DOCUMENT,
            ),
        ),
        licence=P1,
        writes=writes.TERMS,
    ),
)

FACTS: dict[str, Facts] = {
    # Documented as not in use.
    "onPremisesDirectorySynchronizationFeature": Facts(noise=frozenset({"passwordWritebackEnabled"})),
    "targetOwners": Facts(lists={"securityGroups": SET}),  # mail addresses
    # Flagged read-only, for they are given with the document; its id is another one whenever the terms are made anew.
    "agreementFileLocalization": Facts(keep=frozenset({"fileName", "isDefault", "language"}), noise=frozenset({"id"})),
}
