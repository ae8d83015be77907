"""What happens while people sign in and up: listeners and flows (facts §5 authenticationEventListeners)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Relation, Row

READ = ("EventListener.Read.All", "EventListener.ReadWrite.All")
LISTENERS, FLOWS = "identity/authenticationEventListeners", "identity/authenticationEventsFlows"
CAST = "microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart"
PROVIDERS = f"{CAST}/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders"
APPLICATIONS = Relation(
    "includeApplications",
    "children",
    "authenticationConditionApplication",
    at="conditions/applications/includeApplications",
)


def _one(path: str) -> dict[str, tuple[str, ...]]:
    """No row: one application needs what the list of them needs."""
    return {f"GET {path.lower()}/{{id}}/{APPLICATIONS.way}/{{id}}": READ}


ROWS: tuple[Row, ...] = (
    Row(
        LISTENERS,
        "authenticationEventListener",
        methods="POST PATCH DELETE",
        relations=(APPLICATIONS,),
        below={APPLICATIONS.name: ("POST", "DELETE")},
        permissions=_one(LISTENERS),
    ),
    Row(
        FLOWS,
        "authenticationEventsFlow",
        methods="POST PATCH DELETE",
        relations=(
            APPLICATIONS,
            Relation(
                "identityProviders", "links", "identityProviderBase", target="identity/identityProviders", at=PROVIDERS
            ),
        ),
        below={APPLICATIONS.name: ("POST", "DELETE"), "identityProviders": ("POST", "DELETE")},
        permissions=_one(FLOWS),
    ),
    Row(
        "identity/b2xUserFlows",
        "b2xIdentityUserFlow",
        relations=(
            Relation("userAttributeAssignments", "children", "identityUserFlowAttributeAssignment"),
            Relation("languages", "children", "userFlowLanguageConfiguration"),
            Relation(  # page "Get userFlowApiConnectorConfiguration"
                "apiConnectorConfiguration",
                "children",
                "userFlowApiConnectorConfiguration",
                single=True,
                expands=("postAttributeCollection", "postFederationSignup"),
            ),
            Relation("userFlowIdentityProviders", "links", "identityProviderBase", target="identity/identityProviders"),
        ),
    ),
    Row("identity/apiConnectors", "identityApiConnector"),
)
