"""States of what of somebody's own Entra asks while people sign in."""

from __future__ import annotations

from write_guids import OWN, Row

from entragit.model import Body

EXTENSIONS, GRAPH = "identity/customAuthenticationExtensions", "#microsoft.graph."
TYPE = {"@odata.type": f"{GRAPH}onTokenIssuanceStartCustomExtension"}
ENDPOINT = {"@odata.type": f"{GRAPH}httpRequestEndpoint", "targetUrl": "https://a.com/claims"}
HIDDEN = ENDPOINT | {"targetUrl": "https://a.com/claims?***"}
EXTENSION: Body = {
    **TYPE, "id": OWN, "displayName": "Claims", "endpointConfiguration": ENDPOINT,
    "authenticationConfiguration": {"@odata.type": f"{GRAPH}azureAdPopTokenAuthentication"},
}  # fmt: skip
PLACE = f"/{EXTENSIONS}/{{}}"

STATES: list[Row] = [
    ("an extension is made", EXTENSIONS, None, EXTENSION,
     [("POST", f"/{EXTENSIONS}", {key: value for key, value in EXTENSION.items() if key != "id"})]),
    ("an extension asks something else", EXTENSIONS,
     EXTENSION | {"endpointConfiguration": ENDPOINT | {"targetUrl": "https://evil"}}, EXTENSION,
     [("PATCH", PLACE, TYPE | {"endpointConfiguration": ENDPOINT})]),
    ("an extension goes", EXTENSIONS, EXTENSION, None, [("DELETE", PLACE, None)]),
]  # fmt: skip
