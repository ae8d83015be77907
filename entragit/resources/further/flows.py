"""What happens while people sign in and up (facts §5 authenticationEventListeners, authenticationEventsFlows)."""

from __future__ import annotations

from dataclasses import replace

from entragit.resources.base import SOME, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, Facts, Reference, keyed
from entragit.resources.further import flows_writes as writes
from entragit.resources.writing import read_only

CAST = "microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart"
PROVIDERS = f"{CAST}/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders"
APPLICATIONS = Relation(
    "includeApplications",
    "child",
    type="authenticationConditionApplication",
    rule=keyed("appId"),
    way="conditions/applications/includeApplications",
    key="appId",
)

CALLING = ("postAttributeCollection", "postFederationSignup")
"""When a user flow can call somebody."""
BY_PEOPLE = read_only(writes.USER_FLOWS)

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="identity/authenticationEventListeners",
        type="authenticationEventListener",
        read=("EventListener.Read.All",),
        write=("EventListener.ReadWrite.All",),
        role="Authentication Extensibility Administrator",
        facts=Facts(noise=frozenset({"authenticationEventsFlowId"})),
        relations=(APPLICATIONS,),
        links=(("handler", "customExtension", "id"), ("handler", "signUp", "fraudProtectionProvider", "id")),
        undesired=({"authenticationEventsFlowId": (SOME,)},),  # made by the flow, changed with it
        tier=0,  # says what stands in tokens, and who sends codes
        writes=writes.LISTENER,
    ),
    ResourceType(
        kind="identity/authenticationEventsFlows",
        type="authenticationEventsFlow",
        read=("EventListener.Read.All",),
        write=("EventListener.ReadWrite.All",),
        role="External ID User Flow Administrator",
        relations=(
            replace(APPLICATIONS, sole=True),
            Relation(
                "identityProviders",
                "refset",
                reference=Reference(("identity/identityProviders",), guid=False),
                way=PROVIDERS,
                at="identityProviders",
                sown=True,
                stays=({}, writes.LAST),
            ),
        ),
        links=tuple((name, "customExtension", "id") for name in sorted(writes.EVENTS) if "Attribute" in name),
        tier=0,  # says who may sign up, and with whose account
        writes=writes.FLOW,
    ),
    # What such a flow calls is shown to those alone who may change it, too; as is who signs in to it.
    ResourceType(
        kind="identity/b2xUserFlows",
        type="b2xIdentityUserFlow",
        read=("IdentityUserFlow.Read.All",),
        title="id",
        unique=True,
        unread=frozenset({"identityProviders"}),
        links=tuple(("apiConnectorConfiguration", name, "id") for name in CALLING),
        relations=(
            Relation(
                "userAttributeAssignments",
                "child",
                type="identityUserFlowAttributeAssignment",
                rule=keyed("id"),
                never=writes.USER_FLOWS,
            ),
            Relation(
                "languages",
                "child",
                type="userFlowLanguageConfiguration",
                rule=keyed("id"),
                clouds=("public", "china"),
                never=writes.USER_FLOWS,
            ),
            Relation(
                "apiConnectorConfiguration",
                "single",
                type="userFlowApiConnectorConfiguration",
                read=("IdentityUserFlow.ReadWrite.All",),
                inner=CALLING,
                shown=CALLING,
                clouds=("public", "china"),
                asked=True,
                never=writes.USER_FLOWS,
            ),
            Relation(
                "userFlowIdentityProviders",
                "refset",
                Reference(("identity/identityProviders",), guid=False),
                read=("IdentityUserFlow.ReadWrite.All",),
                asked=True,
                never=writes.USER_FLOWS,
            ),
        ),
        writes=BY_PEOPLE,
    ),
    ResourceType(
        kind="identity/userFlowAttributes",
        type="identityUserFlowAttribute",
        read=("IdentityUserFlow.Read.All",),
        title="id",
        unique=True,
        facts=Facts(keep=frozenset({"userFlowAttributeType"})),  # tells Microsoft's from the tenant's
        writes=BY_PEOPLE,
    ),
    ResourceType(
        kind="identity/apiConnectors",
        type="identityApiConnector",
        asked=True,
        read=("APIConnectors.ReadWrite.All",),
        hook=writes.without_keys,
        writes=BY_PEOPLE,
    ),
)
FACTS: dict[str, Facts] = {
    "apiConnectorLink": Facts(references={"id": Reference(("identity/apiConnectors",))}),
    "authenticationAttributeCollectionInputConfiguration": Facts(
        lists={"options": SEQUENCE}, references={"attribute": Reference(("identity/userFlowAttributes",), guid=False)}
    ),
    "authenticationAttributeCollectionPage": Facts(lists={"views": SEQUENCE}),
    "authenticationAttributeCollectionPageViewConfiguration": Facts(lists={"inputs": SEQUENCE}),
    "authenticationConditionApplication": Facts(
        references={"appId": Reference(("servicePrincipals", "applications"), by="appId")}
    ),
    "authenticationConditionsApplications": Facts(noise=frozenset({"includeApplications"})),
    "customAuthenticationExtensionLink": Facts(
        references={"id": Reference(("identity/customAuthenticationExtensions",), needed=True)}
    ),
    "clientCertificateAuthentication": Facts(lists={"certificateList": keyed("thumbprint")}),
    "identityUserFlowAttributeAssignment": Facts(lists={"userAttributeValues": SEQUENCE}),  # as people are shown them
    # What the page asks for.
    "onAttributeCollectionExternalUsersSelfServiceSignUp": Facts(noise=frozenset({"attributes"})),
    "onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp": Facts(noise=frozenset({"identityProviders"})),
}
