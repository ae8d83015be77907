"""What decides about applications beside themselves (facts §5).

Which application has a policy is said by the policy, in `appliesTo`: Graph lists that at the other end to nobody who
may not also write applications, and asks for each of them.
"""

from __future__ import annotations

from entragit.resources.base import Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, ListRule, Reference, keyed
from entragit.resources.further import applications_writes as writes

READ = ("Policy.Read.All",)
WRITE = ("Policy.ReadWrite.ApplicationConfiguration",)
ROLE = "Cloud Application Administrator"
EITHER = ("applications", "servicePrincipals")
LISTS = ("Application.Read.All",)
ASSIGNS = ("Application.ReadWrite.All",)
RESTRICTIONS: ListRule = keyed("restrictionType")  # one of each


def _tokens(name: str, *to: str) -> ResourceType:
    """A policy of tokens or sign-in whose definition is one text of JSON."""
    path = f"{name.removesuffix('Policy')}Policies"
    applies = Relation("appliesTo", "refset", Reference(to), far=path, read=LISTS, write=ASSIGNS)
    return ResourceType(
        kind=f"policies/{path}",
        type=name,
        read=READ,
        write=WRITE,
        role=ROLE,
        tier=1,
        relations=(applies,) if to else (),
        facts=Facts(lists={"definition": SEQUENCE}),
        writes=writes.TOKENS,
    )


KINDS: tuple[ResourceType, ...] = (
    _tokens("activityBasedTimeoutPolicy"),  # for the whole organization, or not at all
    _tokens("claimsMappingPolicy", "servicePrincipals"),
    _tokens("homeRealmDiscoveryPolicy", "servicePrincipals"),
    _tokens("tokenIssuancePolicy", *EITHER),
    _tokens("tokenLifetimePolicy", *EITHER),
    ResourceType(
        kind="policies/appManagementPolicies",
        type="appManagementPolicy",
        read=READ,
        write=WRITE,
        role=ROLE,
        tier=1,
        relations=(
            Relation("appliesTo", "refset", Reference(EITHER), far="appManagementPolicies", read=LISTS, write=LISTS),
        ),
    ),
    ResourceType(
        kind="policies/defaultAppManagementPolicy",
        type="tenantAppManagementPolicy",
        shape="singleton",
        read=READ,
        write=WRITE,
        role=ROLE,
        title="",
        tier=1,
    ),
)
FACTS = {
    f"{name}Configuration": Facts(lists={"keyCredentials": RESTRICTIONS, "passwordCredentials": RESTRICTIONS})
    for name in ("appManagementApplication", "appManagementServicePrincipal", "customAppManagement")
} | {
    "appManagementPolicyActorExemptions": Facts(lists={"customSecurityAttributes": keyed("id")}),
    "onPremisesPublishing": Facts(
        lists={"wafIpRanges": SET},
        # The first is deprecated, and answered with nothing by now; whether it is published follows from the rest.
        noise=frozenset({"onPremisesApplicationSegments"}),
        # Of what sort it is, and of the certificate what tells a person which one to upload.
        keep=frozenset({"applicationType", "verifiedCustomDomainCertificatesMetadata"}),
    ),
    "webSegmentConfiguration": Facts(lists={"applicationSegments": SET}),
    "webApplicationSegment": Facts(lists={"corsConfigurations": SET}, noise=frozenset({"id"})),
    "corsConfiguration_v2": Facts(lists=dict.fromkeys(("allowedHeaders", "allowedMethods", "allowedOrigins"), SET)),
    "ipSegmentConfiguration": Facts(lists={"applicationSegments": SET}),
    # Its application stands around it; of ports the list holds, as documented.
    "ipApplicationSegment": Facts(lists={"ports": SET}, noise=frozenset({"application", "id", "port"})),
    "wafAllowedHeadersDictionary": Facts(open=True),
}
