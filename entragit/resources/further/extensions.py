"""What of somebody's own Entra asks while people sign in or up (facts §5 customAuthenticationExtensions)."""

from __future__ import annotations

from entragit.resources.base import ResourceType
from entragit.resources.facts import Facts, Reference, keyed
from entragit.resources.further import extensions_writes as writes

# "api://host/ID", or the id alone.
API = Reference(("applications", "servicePrincipals"), by="appId", within=r"(?:^|/)([0-9a-fA-F-]{36})$")

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="identity/customAuthenticationExtensions",
        type="customAuthenticationExtension",
        read=("CustomAuthenticationExtension.Read.All",),
        write=("CustomAuthenticationExtension.ReadWrite.All",),
        role="Authentication Extensibility Administrator",
        facts=Facts(atomic=frozenset({"authenticationConfiguration", "endpointConfiguration"})),
        hook=writes.without_keys,
        tier=0,  # it is sent codes and passwords, and says what stands in tokens
        writes=writes.EXTENSION,
    ),
)
FACTS = {
    "azureAdTokenAuthentication": Facts(references={"resourceId": API}),
    "onTokenIssuanceStartCustomExtension": Facts(lists={"claimsForTokenConfiguration": keyed("claimIdInApiResponse")}),
}
