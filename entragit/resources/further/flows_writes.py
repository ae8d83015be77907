"""How listeners and flows are written (facts §5 authenticationEventListeners, authenticationEventsFlows)."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.base import Context
from entragit.resources.further.extensions_writes import keyless
from entragit.resources.writing import Reason, Refusal, Writes

COLLECT, LOAD = "onAttributeCollection", "onAuthenticationMethodLoadStart"
EVENTS = frozenset({
    "onAttributeCollectionStart", "onAttributeCollectionSubmit", "onInteractiveAuthFlowStart", "onUserCreateStart",
})  # fmt: skip
CHANGED = EVENTS | {COLLECT, LOAD, "handler", "identityProviders", "includeApplications"}
"""What people are asked, and by whom, before they get in."""


def other(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """Whatever changes in what is asked of people: nobody can tell from outside what protects there."""
    if before is None:
        return () if after is None else ("asks people who get in",)
    return tuple(f"has another {name}" for name in sorted(CHANGED) if before.get(name) != (after or {}).get(name))


def begun(taken: Body, wanted: Body) -> Body:
    """A flow as it is created: with its identity providers, and with the attributes that its page asks for."""
    providers = [{"id": own} for own in wanted.get("identityProviders", ())]
    body = {**taken, LOAD: {**wanted.get(LOAD, {}), "identityProviders": providers}}
    if COLLECT not in taken:
        return body
    views = (taken[COLLECT].get("attributeCollectionPage") or {}).get("views", ())
    asked = [{"id": item["attribute"]} for view in views for item in view.get("inputs", ())]
    return {**body, COLLECT: {**taken[COLLECT], "attributes": asked}}


def without_keys(raw: Body, _context: Context) -> Body:
    """The address that an API connector asks, without the key of what answers there."""
    return {**raw, "targetUrl": keyless(raw["targetUrl"])} if "targetUrl" in raw else raw


USER_FLOWS = Reason(
    "user flow",
    "entragit reads what user flows ask people for, and writes nothing of it yet.",
    "Change it in the Entra admin center, under External Identities.",
)
LISTENER = Writes(
    probe=("handler", "displayName"),
    filtered=False,
    typed=True,
    required=frozenset({"handler"}),
    # Nothing says whether a list of applications in a change adds to those that are there or takes their place.
    fixed=frozenset({"conditions"}),
    refused=(
        Refusal(
            Reason(
                "handler",
                "Graph changes what is called for the issuance of tokens alone.",
                "Delete the listener, and apply again: it is made anew.",
            ),
            deeds=frozenset({"update"}),
            unless={"@odata.type": "#microsoft.graph.onTokenIssuanceStartListener"},
            but=frozenset({"displayName", "includeApplications"}),
        ),
    ),
    weakens=other,
)
FLOW = Writes(
    filtered=False,
    typed=True,
    required=EVENTS | {COLLECT, LOAD},
    fixed=frozenset({"conditions"}),
    refused=(
        Refusal(
            Reason(
                "attributes",
                "Graph changes what a flow asks people for only where it was made with such a page.",
                "Add one attribute in the Entra admin center, and apply again.",
            ),
            deeds=frozenset({"update"}),
            where={COLLECT: None},
            but=EVENTS | {LOAD, "description", "displayName", "identityProviders", "includeApplications"},
        ),
    ),
    sent=begun,
    weakens=other,
)
LAST = Reason(
    "last provider",
    "A flow has an identity provider at least.",
    "Write another one in the file, or delete the flow.",
)
