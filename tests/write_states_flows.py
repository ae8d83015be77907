"""States of what happens while people sign in and up."""

from __future__ import annotations

from write_guids import API, APP, OWN, Row, guid

from entragit.model import Body

LISTENERS, FLOWS, GRAPH = (
    "identity/authenticationEventListeners",
    "identity/authenticationEventsFlows",
    "#microsoft.graph.",
)
SELF = "ExternalUsersSelfServiceSignUp"
LOAD = f"onAuthenticationMethodLoadStart{SELF}"
PLACE, APPS = f"/{LISTENERS}/{{}}", "conditions/applications/includeApplications"
WAY = f"microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart/microsoft.graph.{LOAD}"
PROVIDERS = f"/{FLOWS}/{{}}/{WAY}/identityProviders"
TYPE = {"@odata.type": f"{GRAPH}onTokenIssuanceStartListener"}


def calling(extension: str) -> Body:
    handler = "onTokenIssuanceStartCustomExtensionHandler"
    return {"@odata.type": f"{GRAPH}{handler}", "customExtension": {"id": extension}}


LISTENER: Body = {**TYPE, "id": OWN, "displayName": "Claims", "handler": calling(guid(50))}
SENDER = LISTENER | {"@odata.type": f"{GRAPH}onEmailOtpSendListener"}
FLOW_TYPE = {"@odata.type": f"{GRAPH}externalUsersSelfServiceSignUpEventsFlow"}
FLOW: Body = {
    **FLOW_TYPE, "id": OWN, "displayName": "Customers", "identityProviders": ["Google-OAUTH"],
    "onAuthenticationMethodLoadStart": {"@odata.type": f"{GRAPH}{LOAD}"},
    "onInteractiveAuthFlowStart": {"@odata.type": f"{GRAPH}onInteractiveAuthFlowStart{SELF}", "isSignUpAllowed": True},
}  # fmt: skip
EMAIL = "EmailPassword-OAUTH"


def asking(*attributes: str) -> Body:
    inputs = [{"attribute": name, "label": name} for name in attributes]
    page = {"attributeCollectionPage": {"views": [{"inputs": inputs}]}}
    return {"onAttributeCollection": {"@odata.type": f"{GRAPH}onAttributeCollection{SELF}", **page}}


def made(body: Body, *attributes: str) -> Body:
    """What a creation sends: with providers, and attributes, where Graph has them."""
    load = body["onAuthenticationMethodLoadStart"] | {"identityProviders": [{"id": "Google-OAUTH"}]}
    sent = {key: value for key, value in body.items() if key not in ("id", "identityProviders", "includeApplications")}
    sent["onAuthenticationMethodLoadStart"] = load
    if attributes:
        asked = {"attributes": [{"id": name} for name in attributes]}
        sent["onAttributeCollection"] = body["onAttributeCollection"] | asked
    return sent


STATES: list[Row] = [
    ("a listener is made, then listens to an application", LISTENERS, None,
     LISTENER | {"includeApplications": [{"appId": APP}]},
     [("POST", f"/{LISTENERS}", {key: value for key, value in LISTENER.items() if key != "id"}),
      ("POST", f"/{LISTENERS}/new/{APPS}", {"appId": APP})]),
    ("a listener calls something else, for another application", LISTENERS,
     LISTENER | {"handler": calling(guid(51)), "includeApplications": [{"appId": API}]},
     LISTENER | {"includeApplications": [{"appId": APP}]},
     [("PATCH", PLACE, TYPE | {"handler": calling(guid(50))}), ("POST", f"{PLACE}/{APPS}", {"appId": APP}),
      ("DELETE", f"{PLACE}/{APPS}/{API}", None)]),
    ("what a sender calls stays, its applications don't", LISTENERS,
     SENDER | {"handler": calling(guid(51)), "includeApplications": [{"appId": APP}]}, SENDER,
     [("DELETE", f"{PLACE}/{APPS}/{APP}", None)]),
    ("a listener goes", LISTENERS, LISTENER, None, [("DELETE", PLACE, None)]),
    ("a flow is made with its providers and attributes", FLOWS, None,
     FLOW | asking("city") | {"includeApplications": [{"appId": APP}]},
     [("POST", f"/{FLOWS}", made(FLOW | asking("city"), "city")), ("POST", f"/{FLOWS}/new/{APPS}", {"appId": APP})]),
    ("a flow has other applications and providers", FLOWS,
     FLOW | {"identityProviders": [EMAIL], "includeApplications": [{"appId": API}]},
     FLOW | {"includeApplications": [{"appId": APP}]},
     [("DELETE", f"/{FLOWS}/{{}}/{APPS}/{API}", None), ("POST", f"/{FLOWS}/{{}}/{APPS}", {"appId": APP}),
      ("POST", f"{PROVIDERS}/$ref", {"@odata.id": "https://graph.microsoft.com/v1.0/identityProviders/Google-OAUTH"}),
      ("DELETE", f"{PROVIDERS}/{EMAIL}/$ref", None)]),
    ("a flow asks for other attributes", FLOWS, FLOW | asking("email"), FLOW | asking("city"),
     [("PATCH", f"/{FLOWS}/{{}}", FLOW_TYPE | asking("city"))]),
    ("a flow that asked for nothing can't begin to", FLOWS, FLOW | {"description": "x"},
     FLOW | asking("city") | {"description": "y"},
     [("PATCH", f"/{FLOWS}/{{}}", FLOW_TYPE | {"description": "y"})]),
    ("the last provider stays", FLOWS, FLOW, {k: v for k, v in FLOW.items() if k != "identityProviders"}, []),
    ("a flow goes, its applications first", FLOWS, FLOW | {"includeApplications": [{"appId": APP}]}, None,
     [("DELETE", f"/{FLOWS}/{{}}/{APPS}/{APP}", None), ("DELETE", f"/{FLOWS}/{{}}", None)]),
]  # fmt: skip
