"""The made-up company: what happens while people sign in and up."""

from __future__ import annotations

from typing import Any

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.company.further.extensions import EXTENSIONS, GRAPH, extension
from entragit.sandbox.rules.rows.flows import FLOWS, LISTENERS
from entragit.sandbox.store import Object
from entragit.sandbox.writes.kinds.further.flows import APPLICATIONS, PROVIDERS, listeners, show

SELF_SERVICE = "ExternalUsersSelfServiceSignUp"


def _of(event: str, **more: Any) -> Object:
    return {"@odata.type": f"{GRAPH}{event}{SELF_SERVICE}", **more}


def _calling(build: Build, sort: str) -> Object:
    """A handler that calls the company's extension of this sort."""
    held = build.tenant.objects[EXTENSIONS].values()
    (own,) = (item["id"] for item in held if item["@odata.type"] == f"{GRAPH}{sort}")
    return {"@odata.type": f"{GRAPH}{sort}Handler", "configuration": None, "customExtension": {"id": own}}


def _made(build: Build, path: str, applications: list[str], **properties: Any) -> Object:
    made = build.add(path, properties)
    build.tenant.children.setdefault(f"{path}/{APPLICATIONS}", {})[made["id"]] = {
        own: {"id": own, "appId": own} for own in applications
    }
    return made


def _page(attributes: list[str]) -> Object:
    option = values("authenticationAttributeCollectionOptionConfiguration", label="=1+1", value="yes")
    inputs = [
        values("authenticationAttributeCollectionInputConfiguration", attribute=key, label=nasty(at + 2, 1)[0],
               inputType="radioSingleSelect" if at else "text", editable=True, hidden=False, required=at == 0,
               writeToDirectory=True, validationRegEx="^.*", options=[option] if at else [])
        for at, key in enumerate(attributes)
    ]  # fmt: skip
    view = values("authenticationAttributeCollectionPageViewConfiguration", title="Who are you?", inputs=inputs)
    return values("authenticationAttributeCollectionPage", views=[view])


def _flows(build: Build, app_id: str) -> None:
    """One with everything, which has an application, and one with what a flow must have."""
    start = {
        "onInteractiveAuthFlowStart": _of("onInteractiveAuthFlowStart", isSignUpAllowed=True),
        "onAuthenticationMethodLoadStart": _of("onAuthenticationMethodLoadStart"),
    }
    attributes = sorted(build.tenant.objects["identity/userFlowAttributes"])
    flow = {"@odata.type": f"{GRAPH}externalUsersSelfServiceSignUpEventsFlow"}
    rich = _made(build, FLOWS, [app_id], **flow, **start, displayName=nasty(12, 1)[0], description="For customers",
                 onAttributeCollection=_of("onAttributeCollection", attributeCollectionPage=_page(attributes)),
                 onUserCreateStart=_of("onUserCreateStart", userTypeToCreate="guest"),
                 onAttributeCollectionStart=_calling(build, "onAttributeCollectionStartCustomExtension"))  # fmt: skip
    plain = _made(build, FLOWS, [], **flow, **start, displayName="Partners")
    build.link(f"{FLOWS}/identityProviders", rich["id"], sorted(build.tenant.objects[PROVIDERS]))
    build.link(f"{FLOWS}/identityProviders", plain["id"], ["EmailPassword-OAUTH"])
    for item in (rich, plain):
        show(build.tenant, FLOWS, item)
        listeners(build.tenant, item, new=True)


def _user_flows(build: Build) -> None:
    """What people are asked for who come in by themselves; the second flow asks for nothing."""
    flows, asked = ("B2X_1_Partners", "B2X_1_Events"), "identity/b2xUserFlows/userAttributeAssignments"
    for key in flows:
        build.add("identity/b2xUserFlows", {"id": key, "userFlowType": "signUpOrSignIn", "userFlowTypeVersion": 1})
    for key, name in (("en", "English"), ("de", "Deutsch"), ("pt-BR", "português (Brasil)")):
        build.add_child("identity/b2xUserFlows/languages", flows[0],
                        {"id": key, "displayName": name, "isEnabled": key != "de"})  # fmt: skip
    build.link("identity/b2xUserFlows/userFlowIdentityProviders", flows[0], sorted(build.tenant.objects[PROVIDERS])[:2])
    hobby = next(key for key in build.tenant.objects["identity/userFlowAttributes"] if key.startswith("extension_"))
    build.add_child(asked, flows[0], {"id": "city", "displayName": "City", "isOptional": False,
                                      "requiresVerification": False, "userInputType": "textBox"})  # fmt: skip
    choices = [{"name": name, "value": str(place), "isDefault": place == 1} for place, name in enumerate(nasty(7, 3))]
    build.add_child(asked, flows[0], {"id": hobby, "displayName": nasty(5, 1)[0], "isOptional": True,
                                      "requiresVerification": False, "userInputType": "radioSingleSelect",
                                      "userAttributeValues": choices})  # fmt: skip


def _connectors(build: Build) -> None:
    """What user flows call: one with a password, whose address holds a key, and one with a certificate."""
    own = f"https://connect.{build.tenant.domain}/api"
    word = {"@odata.type": f"{GRAPH}basicAuthentication", "username": "entra", "password": "******"}
    held = [{"thumbprint": str(at) * 40, "isActive": at == 1, "notBefore": 1, "notAfter": 2} for at in range(2)]
    proof = {"@odata.type": f"{GRAPH}clientCertificateAuthentication", "certificateList": held}
    for name, url, way in (("Approve", f"{own}/a?code=c2VjcmV0LWtleQ==", word), (nasty(1, 1)[0], f"{own}/b", proof)):
        build.add("identity/apiConnectors", {"displayName": name, "targetUrl": url, "authenticationConfiguration": way})


def _calls(build: Build) -> None:
    """Of two user flows one calls somebody as soon as a person has signed in elsewhere; the other calls nobody."""
    held, flows = build.tenant.objects["identity/apiConnectors"], build.tenant.objects["identity/b2xUserFlows"]
    for key, connector in zip(sorted(flows, reverse=True), (next(iter(held.values())), None), strict=True):
        build.add_child("identity/b2xUserFlows/apiConnectorConfiguration", key, {
            "id": key, "postFederationSignup": connector, "postAttributeCollection": None})  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs its applications, providers, attributes and extensions."""
    start = f"https://functions.{build.tenant.domain}/api/start"
    extension(build, "onAttributeCollectionStartCustomExtension", "Who may sign up", start)
    apps = [item["appId"] for item in build.all("applications")]
    app_ids = [own for own in apps if any(item["appId"] == own for item in build.all("servicePrincipals"))]
    issuing, sending = (
        _made(build, LISTENERS, held, **{"@odata.type": f"{GRAPH}{sort}Listener"}, displayName=name, handler=handler)
        for held, sort, name, handler in (
            (app_ids[:2], "onTokenIssuanceStart", "Claims of HR",
             _calling(build, "onTokenIssuanceStartCustomExtension")),
            ([], "onEmailOtpSend", "yes", _calling(build, "onOtpSendCustomExtension")),
        )
    )  # fmt: skip
    for item in (issuing, sending):
        show(build.tenant, LISTENERS, item)
    _flows(build, app_ids[0])
    _user_flows(build)
    _connectors(build)
    _calls(build)
