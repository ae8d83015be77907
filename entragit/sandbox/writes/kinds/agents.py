"""Blueprints of agents, their principals and agent identities: written at the addresses of their types alone.

Pages "Create agentIdentityBlueprint", "Update …", "Delete …", and the same of agentIdentityBlueprintPrincipal and
agentIdentity. Of what their base types have the pages of the three types list a part; to be strict nothing else is
taken, and of a creation nothing but what its page asks for, where that says what the body holds.
"""

from __future__ import annotations

from dataclasses import replace

from entragit.sandbox import removal
from entragit.sandbox.rules import types
from entragit.sandbox.rules.relations import AGENT_SPONSORS
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import attributes, links, lookup
from entragit.sandbox.writes.core import GRAPH, Kind, References, Write, named
from entragit.sandbox.writes.kinds import applications, mirror, principals
from entragit.sandbox.writes.sponsors import sponsored

PRINCIPALS = "servicePrincipals"
NAMED_BY = "agentIdentityBlueprintId"
NO_PRINCIPAL = "The principal of the agent identity blueprint '{}' does not exist."
BLUEPRINTS = frozenset({
    "api", "appRoles", "certification", "description", "displayName", "groupMembershipClaims", "identifierUris", "info",
    "keyCredentials", "optionalClaims", "passwordCredentials", "requiredResourceAccess", "serviceManagementReference",
    "signInAudience", "tags", "tokenEncryptionKeyId", "uniqueName", "web",
})  # fmt: skip
CHANGED = frozenset({"accountEnabled", "customSecurityAttributes", "displayName", "tags"})


def _but(type_name: str, *taken: str) -> frozenset[str]:
    """All that objects of a type have, but for what a client may say of them."""
    return frozenset(types.properties(type_name)) - {*taken}


def of(tenant: Tenant, app_id: object) -> Object | None:
    """The live principal of a blueprint that replication shows, by the blueprint's appId."""
    found = lookup.principal_of(tenant, app_id)
    kind = GRAPH + "agentIdentityBlueprintPrincipal"
    if found is None or found.get("@odata.type") != kind:
        return None
    return lookup.get(tenant, PRINCIPALS, found["id"])


def _its_principal(write: Write) -> None:
    """[K]: an agent identity hangs on the principal of its blueprint (page "Agent identity deletion")."""
    app_id = write.body[NAMED_BY]
    if of(write.tenant, app_id) is None:
        raise write.kind.bad(NO_PRINCIPAL.format(app_id))


def _identity(write: Write) -> Object:
    return {"appId": write.tenant.new_id(), "servicePrincipalType": "ServiceIdentity", "accountEnabled": True,
            "appRoleAssignmentRequired": False, "createdByAppId": write.ask.caller.client.id}  # fmt: skip


def _owned(write: Write) -> None:
    """Effect: who makes a blueprint or its principal owns it, as each of the pages says."""
    maker = write.ask.caller.client.principal
    if write.created and maker in write.tenant.objects.get(PRINCIPALS, {}):
        links.held(write.tenant, write.kind, "owners", write.id).append(maker)


def _agents_go(write: Write) -> None:
    """Effect: with a blueprint or its principal its agents go to the deleted items (page "Agent identity deletion")."""
    agents = list(lookup.matching(write.tenant, PRINCIPALS, NAMED_BY, write.before.get("appId")))
    for agent in agents:
        removal.remove(write.tenant, PRINCIPALS, str(agent["id"]), soft=True)


BLUEPRINT = replace(
    applications.KIND,
    type="agentIdentityBlueprint",
    noun="agent identity blueprint",
    cast=True,
    bound=("sponsors",),
    server=_but("agentIdentityBlueprint", *BLUEPRINTS),
    effects=(*applications.KIND.effects, _owned),
    gone=(mirror.remove_principal, _agents_go),
    upsert=None,
    references=named(
        References("owners", ("users", "servicePrincipals")),
        References("sponsors", ("users", "groups"), bind=True, rules=(sponsored,)),
    ),
)
PRINCIPAL = replace(
    principals.KIND,
    type="agentIdentityBlueprintPrincipal",
    noun="agent identity blueprint principal",
    cast=True,
    server=_but("agentIdentityBlueprintPrincipal", "appId", "appRoleAssignmentRequired", *CHANGED),
    patch_only=CHANGED | {"appRoleAssignmentRequired"},
    effects=(*principals.KIND.effects, _owned),
    gone=(_agents_go,),
)
_SPONSORS = References(AGENT_SPONSORS, ("users", "groups"), bind=True, rules=(sponsored,))
IDENTITY = Kind(
    path=PRINCIPALS,
    type="agentIdentity",
    noun="agent identity",
    cast=True,
    bound=(AGENT_SPONSORS,),
    required=("displayName", NAMED_BY),
    server=_but("agentIdentity", NAMED_BY, *CHANGED),
    patch_only=CHANGED - {"displayName"},
    made=_identity,
    create=(_its_principal,),
    update=(principals.permitted, attributes.known),
    effects=(attributes.merge,),
    soft=lambda write: True,
    no_empty=True,
    merges=frozenset({"customSecurityAttributes"}),
    references={**named(References("owners", ("users", "servicePrincipals")), _SPONSORS), "sponsors": _SPONSORS},
)
KINDS = {kind.type: kind for kind in (BLUEPRINT, PRINCIPAL, IDENTITY)}
"""Derived type → how its objects are written."""
