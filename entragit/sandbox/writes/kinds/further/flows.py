"""Rules of writes: listeners and flows (documented for their creation, update and relationships)."""

from __future__ import annotations

from entragit.sandbox.rules.rows.flows import FLOWS, LISTENERS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import links, lookup
from entragit.sandbox.writes.core import CONFLICT, GRAPH, Join, Kind, References, Write, named
from entragit.sandbox.writes.kinds.further.extensions import CALLING, EXTENSIONS

APPLICATIONS, PROVIDERS = "includeApplications", "identity/identityProviders"
ATTRIBUTES = "identity/userFlowAttributes"
ISSUANCE = f"{GRAPH}onTokenIssuanceStartListener"
LOAD, COLLECT = "onAuthenticationMethodLoadStart", "onAttributeCollection"
NEEDED = ("onInteractiveAuthFlowStart", LOAD)
LISTENS = (*NEEDED, COLLECT, "onUserCreateStart")
MOST = 250


def named_in(body: Object) -> list[str]:
    """The applications that the conditions in a body name."""
    applications = (body.get("conditions") or {}).get("applications") or {}
    return [str(item.get("appId")) for item in applications.get(APPLICATIONS) or []]


def _shelf(tenant: Tenant, path: str, owner: str) -> dict[str, Object]:
    return tenant.children.setdefault(f"{path}/{APPLICATIONS}", {}).setdefault(owner, {})


def _application(tenant: Tenant, path: str, owner: str, app_id: str) -> None:
    """It has a service principal here, and one flow alone ("an application can only be linked to one user flow")."""
    if lookup.principal_of(tenant, app_id) is None:
        raise LISTENER.bad(f"The application '{app_id}' was not found.")
    held = tenant.children.get(f"{path}/{APPLICATIONS}", {})
    others = (key for key, items in held.items() if app_id in items and key in lookup.live(tenant, path))
    if any(path == FLOWS or key == owner for key in others):
        raise LISTENER.bad(CONFLICT)


def _conditions(write: Write) -> None:
    """The applications of a new one; what a change of the list means is not documented, so none is taken."""
    asked, path = named_in(write.body), write.kind.path
    if write.created:
        for app_id in asked:
            _application(write.tenant, path, write.id, app_id)
    elif "conditions" in write.body and {*asked} != {*_shelf(write.tenant, path, write.id)}:
        raise write.kind.bad("Add and remove applications one by one.")


def _stored(write: Write) -> None:
    """Effect: applications and extensions as Graph shows them inside."""
    if not write.before:
        held = _shelf(write.tenant, write.kind.path, write.id)
        held |= {app_id: {"id": app_id, "appId": app_id} for app_id in named_in(write.body)}
    show(write.tenant, write.kind.path, write.after)


def show(tenant: Tenant, path: str, item: Object) -> None:
    """What an object names stands inside it, whole."""
    held = tenant.children.get(f"{path}/{APPLICATIONS}", {}).get(str(item["id"]), {})
    item["conditions"] = {"applications": {APPLICATIONS: [{"appId": app_id} for app_id in held]}}
    for name in CALLING:
        called = (item.get(name) or {}).get("customExtension")
        if called:
            item[name]["customExtension"] = dict(lookup.live(tenant, EXTENSIONS)[called["id"]])
    if item.get(LOAD):
        ids = tenant.links.get(f"{path}/identityProviders", {}).get(str(item["id"]), ())
        item[LOAD]["identityProviders"] = [dict(lookup.live(tenant, PROVIDERS)[key]) for key in ids]
    if item.get(COLLECT):
        item[COLLECT]["attributes"] = [dict(lookup.live(tenant, ATTRIBUTES)[key]) for key in asked_for(item)]


def asked_for(item: Object) -> list[str]:
    """The attributes that the page of a flow asks for."""
    page = (item.get(COLLECT) or {}).get("attributeCollectionPage") or {}
    return [entry["attribute"] for view in page.get("views") or [] for entry in view.get("inputs") or []]


def _calls(write: Write) -> None:
    """Whatever is called exists, and is of the handler's own sort."""
    for name in CALLING:
        handler = write.after.get(name)
        if not handler:
            continue
        called = lookup.live(write.tenant, EXTENSIONS).get(str((handler.get("customExtension") or {}).get("id")))
        sort = str(handler.get("@odata.type", "")).removesuffix("Handler")
        if called is None or called["@odata.type"] != sort:
            raise write.kind.bad(f"'{name}' calls no custom authentication extension of its sort.")


def _listener(write: Write) -> None:
    if write.created and len(lookup.live(write.tenant, LISTENERS)) >= MOST:
        raise write.kind.bad(f"There can be up to {MOST} event listeners.")
    if not write.after.get("handler"):
        raise write.kind.bad("A value is required for property 'handler'.")
    if not write.created and "handler" in write.body and write.after["@odata.type"] != ISSUANCE:
        raise write.kind.bad("The handler can be updated for listeners of the issuance of tokens alone.")


def _of_no_flow(write: Write) -> None:
    """[K]: what a flow manages is changed with the flow."""
    if write.before.get("authenticationEventsFlowId"):
        raise write.kind.bad("The listener belongs to an events flow.")


def _linked(write: Write) -> None:
    """Child: an application by its id."""
    path = write.kind.path.rpartition("/")[0]
    _application(write.tenant, path, str((write.owner or {})["id"]), write.id)


def _shown_in_owner(write: Write) -> None:
    show(write.tenant, write.kind.path.rpartition("/")[0], write.owner or {})


def _own_id(write: Write) -> Object:
    return {"id": str(write.body["appId"])}


def _linking(path: str) -> Kind:
    return Kind(
        f"{path}/{APPLICATIONS}",
        "authenticationConditionApplication",
        "application condition",
        required=("appId",),
        child=True,
        made=_own_id,
        create=(_linked,),
        effects=(_shown_in_owner,),
        gone=(_shown_in_owner,),
    )


def _flow(write: Write) -> None:
    """A name that no other has, providers that exist, one at least; a page for the attributes that it collects."""
    name = str(write.after["displayName"]).casefold()
    others = (item for key, item in lookup.live(write.tenant, FLOWS).items() if key != write.id)
    if any(str(item["displayName"]).casefold() == name for item in others):
        raise write.kind.bad(CONFLICT)
    if not write.created and COLLECT in write.body and not write.before.get(COLLECT):
        raise write.kind.bad(f"'{COLLECT}' was not configured when the flow was created.")
    for name in NEEDED:
        if not write.after.get(name):
            raise write.kind.bad(f"A value is required for property '{name}'.")
    for key in asked_for(write.after):
        if key not in lookup.live(write.tenant, ATTRIBUTES):
            raise write.kind.bad(f"The attribute '{key}' does not exist.")
    _providers(write)
    collect = write.body.get(COLLECT) or {}
    sent = [str(item.get("id")) for item in collect.get("attributes") or []]
    if (write.created or "attributes" in collect) and sorted(sent) != sorted(asked_for(write.after)):
        raise write.kind.bad("The attributes must be those of the page.")


def _providers(write: Write) -> None:
    """Those of a new one, each once; they are changed by reference alone, so that no other list is taken."""
    load, held = write.body.get(LOAD) or {}, write.tenant.links.setdefault(f"{FLOWS}/identityProviders", {})
    sent = [str(item.get("id")) for item in load.get("identityProviders") or []]
    if not write.created:
        if "identityProviders" in load and {*sent} != {*held[write.id]}:
            raise write.kind.bad("Add and remove identity providers one by one.")
        return
    if not sent or len({*sent}) < len(sent) or not {*sent} <= lookup.live(write.tenant, PROVIDERS).keys():
        raise write.kind.bad("A flow needs identity providers, and they must exist.")
    held[write.id] = sent


def listeners(tenant: Tenant, flow: Object, new: bool) -> None:
    """A flow has a listener for each of its events, and takes them with it ("it creates, modifies, or deletes")."""
    held = tenant.objects.setdefault(LISTENERS, {})
    for key in [key for key, item in held.items() if item.get("authenticationEventsFlowId") == flow["id"]]:
        del held[key]
    for event in (event for event in LISTENS if flow.get(event)) if new else ():
        sort = f"{event[0].lower()}{event[1:]}Listener"
        key = tenant.new_id()
        held[key] = {"@odata.type": GRAPH + sort} | blank(sort)
        held[key] |= {"id": key, "authenticationEventsFlowId": flow["id"], "handler": flow[event],
                      "conditions": flow["conditions"]}  # fmt: skip


def _managed(write: Write) -> None:
    if not write.before:
        listeners(write.tenant, write.after, new=True)


def _unmanaged(write: Write) -> None:
    listeners(write.tenant, write.before, new=False)
    write.tenant.links.get(f"{FLOWS}/identityProviders", {}).pop(write.id, None)


def _apart(write: Write) -> None:
    write.tenant.children.get(f"{write.kind.path}/{APPLICATIONS}", {}).pop(write.id, None)


def _keeps_one(join: Join) -> None:
    """ "Must have at least one identity provider linked"."""
    if not join.adding and len(links.held(join.tenant, join.kind, "identityProviders", str(join.owner["id"]))) < 2:
        raise join.kind.bad("A flow needs an identity provider.")


def _shown_in_flow(join: Join) -> None:
    show(join.tenant, FLOWS, join.owner)


LISTENER = Kind(
    LISTENERS,
    "authenticationEventListener",
    "authentication event listener",
    polymorphic=True,
    server=frozenset({"authenticationEventsFlowId"}),
    merges=frozenset({"handler", "conditions"}),
    create=(_listener, _calls, _conditions),
    update=(_of_no_flow, _listener, _calls, _conditions),
    delete=(_of_no_flow,),
    effects=(_stored,),
    gone=(_apart,),
)
FLOW = Kind(
    FLOWS,
    "authenticationEventsFlow",
    "authentication events flow",
    polymorphic=True,
    required=("displayName", *NEEDED),
    merges=frozenset({"conditions", LOAD, *LISTENS, *CALLING[1:]}),
    create=(_calls, _conditions, _flow),
    update=(_calls, _conditions, _flow),
    effects=(_stored, _managed),
    gone=(_apart, _unmanaged),
    references=named(
        References(
            "identityProviders",
            (PROVIDERS,),
            address="identityProviders",
            rules=(_keeps_one,),
            effects=(_shown_in_flow,),
        )
    ),
)
KINDS: tuple[Kind, ...] = (LISTENER, FLOW)
CHILDREN: tuple[Kind, ...] = (_linking(LISTENERS), _linking(FLOWS))
