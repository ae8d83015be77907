"""Rules of writes: custom authentication extensions (documented for the creation)."""

from __future__ import annotations

from entragit.sandbox.rules.rows.flows import FLOWS, LISTENERS
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import GRAPH, Kind, Write

EXTENSIONS = "identity/customAuthenticationExtensions"
CALLING = ("handler", "onAttributeCollectionStart", "onAttributeCollectionSubmit")
"""What of listeners and flows calls one."""

MOST = 100


def _room(write: Write) -> None:
    if len(lookup.live(write.tenant, EXTENSIONS)) >= MOST:
        raise write.kind.bad(f"There can be up to {MOST} custom authentication extensions.")


def _address(write: Write) -> None:
    """Each says how it is called, and a web address is one."""
    own, endpoint = write.after.get("authenticationConfiguration"), write.after.get("endpointConfiguration") or {}
    if not own or own.get("@odata.type") not in (f"{GRAPH}azureAdTokenAuthentication",
                                                 f"{GRAPH}azureAdPopTokenAuthentication"):  # fmt: skip
        raise write.kind.bad("'authenticationConfiguration' is needed, with its type.")
    url = endpoint.get("targetUrl")
    if endpoint.get("@odata.type") == f"{GRAPH}httpRequestEndpoint" and not str(url).startswith("https://"):
        raise write.kind.bad("'targetUrl' must be an https address.")


def _uncalled(write: Write) -> None:
    """[K]: what nobody says of one in use is refused."""
    callers = (item.get(name) or {} for path in (LISTENERS, FLOWS)
               for item in lookup.live(write.tenant, path).values() for name in CALLING)  # fmt: skip
    if any((caller.get("customExtension") or {}).get("id") == write.id for caller in callers):
        raise write.kind.bad("A listener or a flow calls the extension.")


KINDS: tuple[Kind, ...] = (
    Kind(EXTENSIONS, "customAuthenticationExtension", "custom authentication extension", polymorphic=True,
         required=("authenticationConfiguration",), create=(_room, _address), update=(_address,),
         delete=(_uncalled,)),
)  # fmt: skip
CHILDREN: tuple[Kind, ...] = ()
