"""States of what decides about applications beside themselves, and what leads from one to another."""

from __future__ import annotations

from typing import Any

from entragit.model import Body

Row = tuple[str, str, Body | None, Body | None, list[tuple[str, str, Any]]]

OWN = "00000001-0000-4000-8000-000000000000"
DEFAULT = "policies/defaultAppManagementPolicy"
RESTRICTED = "policies/appManagementPolicies"
SECRET = {"restrictionType": "passwordLifetime", "maxLifetime": "P90D", "state": "enabled"}


def _tokens(path: str) -> list[Row]:
    """A policy of one sort is made, changed and deleted."""
    body: Body = {"displayName": "A", "definition": ["{}"], "isOrganizationDefault": False}
    return [
        (f"{path} are made", path, None, {"id": OWN, **body}, [("POST", f"/{path}", body)]),
        (f"{path} change", path, {"id": OWN, **body}, {"id": OWN, **body, "definition": ["[]"]},
         [("PATCH", f"/{path}/{{}}", {"definition": ["[]"]})]),
        (f"{path} go", path, {"id": OWN, **body}, None, [("DELETE", f"/{path}/{{}}", None)]),
    ]  # fmt: skip


ADA, BOB = ("00000002-0000-4000-8000-000000000000", "00000003-0000-4000-8000-000000000000")
SERVICE = "servicePrincipals"
BLUEPRINT: Body = {"@odata.type": "#microsoft.graph.agentIdentityBlueprint", "id": OWN, "displayName": "Clerks"}
ROOT = "https://graph.microsoft.com/v1.0"
PRINCIPAL: Body = {"@odata.type": "#microsoft.graph.agentIdentityBlueprintPrincipal", "id": OWN, "appId": OWN,
                   "displayName": "Clerks"}  # fmt: skip
AGENT: Body = {"@odata.type": "#microsoft.graph.agentIdentity", "id": OWN, "appId": OWN, "displayName": "Clerk"}
CAST = "microsoft.graph.agentIdentity"
OF_BLUEPRINT, OF_PRINCIPAL = f"{CAST}Blueprint", f"{CAST}BlueprintPrincipal"
SOME = {"inheritableScopes": {"@odata.type": "#microsoft.graph.enumeratedScopes", "scopes": ["User.Read"]}}
ALL = {"inheritableScopes": {"@odata.type": "#microsoft.graph.allAllowedScopes"}}
MADE = AGENT | {"agentIdentityBlueprintId": BOB, "agentIdentitySponsors": [ADA]}
TOKEN: Body = {"id": OWN, "displayName": "A", "definition": ["{}"], "isOrganizationDefault": False}


def _assigned(path: str, holder: str) -> list[Row]:
    """It is written at the other end, and who has it no longer lets it go first."""
    place, far = f"policies/{path}", f"/{holder}/{{target}}/{path}"
    made = {"@odata.id": f"https://graph.microsoft.com/v1.0/{place}/{OWN}"}
    return [
        (f"{path} go from one to another", place, TOKEN | {"appliesTo": [ADA]}, TOKEN | {"appliesTo": [BOB]},
         [("DELETE", f"{far.format(target=ADA)}/{OWN}/$ref", None),
          ("POST", f"{far.format(target=BOB)}/$ref", made)]),
        (f"{path} that are assigned go", place, TOKEN | {"appliesTo": [ADA]}, None,
         [("DELETE", f"{far.format(target=ADA)}/{OWN}/$ref", None), ("DELETE", f"/{place}/{{}}", None)]),
    ]  # fmt: skip


PRINCIPALS = ("claimsMapping", "homeRealmDiscovery")
EITHER = ("tokenIssuance", "tokenLifetime", "appManagement")
LIFETIMES = "policies/tokenLifetimePolicies"
SORTS = ("activityBasedTimeout", "claimsMapping", "homeRealmDiscovery", "tokenIssuance", "tokenLifetime")

PLAIN: Body = {"id": OWN, "displayName": "Plain"}
PNG: Body = {"sha256": "a" * 64, "size": 3, "type": "image/png"}
PUBLISHED: Body = {"externalUrl": "https://a.example/", "internalUrl": "https://a.intern/"}
STATES: list[Row] = [
    *(row for name in SORTS for row in _tokens(f"policies/{name}Policies")),
    *(row for name in PRINCIPALS for row in _assigned(f"{name}Policies", "servicePrincipals")),
    *(row for name in EITHER for row in _assigned(f"{name}Policies", "applications")),
    ("a default is made as none, and becomes it last", LIFETIMES, None, TOKEN | {"isOrganizationDefault": True},
     [("POST", f"/{LIFETIMES}", {name: value for name, value in TOKEN.items() if name != "id"}),
      ("PATCH", f"/{LIFETIMES}/new", {"isOrganizationDefault": True})]),
    ("a default that goes makes room first", LIFETIMES, TOKEN | {"isOrganizationDefault": True}, None,
     [("PATCH", f"/{LIFETIMES}/{{}}", {"isOrganizationDefault": False}), ("DELETE", f"/{LIFETIMES}/{{}}", None)]),
    ("restrictions of one kind of credential are said whole", RESTRICTED,
     {"id": OWN, "isEnabled": True, "restrictions": {"passwordCredentials": [SECRET]}},
     {"id": OWN, "isEnabled": True, "restrictions": {"passwordCredentials": [SECRET | {"maxLifetime": "P30D"}]}},
     [("PATCH", f"/{RESTRICTED}/{{}}", {"restrictions": {"passwordCredentials": [SECRET | {"maxLifetime": "P30D"}]}})]),
    ("a logo is set, and another one", "applications", PLAIN | {"logo": PNG}, PLAIN | {"logo": PNG | {"size": 4}},
     [("PUT", "/applications/{}/logo", None)]),
    ("an application made anew gets its logo", "applications", None, PLAIN | {"logo": PNG},
     [("POST", "/applications", {"displayName": "Plain"}), ("PUT", "/applications/new/logo", None)]),
    ("a logo is not taken away", "applications", PLAIN | {"logo": PNG}, PLAIN, []),
    ("how an application is published is never written", "applications", PLAIN | {"onPremisesPublishing": PUBLISHED},
     PLAIN | {"onPremisesPublishing": PUBLISHED | {"internalUrl": "https://b.intern/"}}, []),
    ("nor is it unpublished", "applications", PLAIN | {"onPremisesPublishing": PUBLISHED}, PLAIN, []),
    ("a blueprint of agents is made at its type's address, with who answers for it", "applications", None,
     BLUEPRINT | {"sponsors": [ADA], "notes": "never taken"},
     [("POST", f"/applications/{OF_BLUEPRINT}",
       {"displayName": "Clerks", "sponsors@odata.bind": [f"{ROOT}/users/{ADA}"]})]),
    ("a password of a blueprint is taken away at its type's address, a certificate with what changes", "applications",
     BLUEPRINT | {"passwordCredentials": [{"keyId": BOB, "displayName": "evil"}], "keyCredentials": [{"keyId": ADA}]},
     BLUEPRINT,
     [("PATCH", f"/applications/{{}}/{OF_BLUEPRINT}", {"keyCredentials": []}),
      ("POST", f"/applications/{{}}/{OF_BLUEPRINT}/removePassword", {"keyId": BOB})]),
    ("nobody makes a blueprint for which nobody answers", "applications", None, BLUEPRINT, []),
    ("a blueprint of agents changes at its type's address", "applications", BLUEPRINT,
     BLUEPRINT | {"description": "b", "owners": [BOB]},
     [("PATCH", f"/applications/{{}}/{OF_BLUEPRINT}", {"description": "b"}),
      ("POST", f"/applications/{{}}/{OF_BLUEPRINT}/owners/$ref", {"@odata.id": f"{ROOT}/directoryObjects/{BOB}"})]),
    ("a blueprint of agents goes at its type's address", "applications", BLUEPRINT, None,
     [("DELETE", f"/applications/{{}}/{OF_BLUEPRINT}", None)]),
    ("sponsors of a blueprint come and go, new ones first", "applications", BLUEPRINT | {"sponsors": [ADA]},
     BLUEPRINT | {"sponsors": [BOB]},
     [("POST", "/applications/{}/sponsors/$ref", {"@odata.id": f"{ROOT}/directoryObjects/{BOB}"}),
      ("DELETE", f"/applications/{{}}/sponsors/{ADA}/$ref", None)]),
    ("an agent's sponsors come and go at an address of their own", SERVICE, AGENT | {"agentIdentitySponsors": [ADA]},
     AGENT | {"agentIdentitySponsors": [BOB]},
     [("POST", f"/{SERVICE}/{{}}/{CAST}/sponsors/$ref", {"@odata.id": f"{ROOT}/directoryObjects/{BOB}"}),
      ("DELETE", f"/{SERVICE}/{{}}/{CAST}/sponsors/{ADA}/$ref", None)]),
    ("an agent stays what it was made from", SERVICE, AGENT | {"agentIdentityBlueprintId": ADA},
     AGENT | {"agentIdentityBlueprintId": BOB}, []),
    ("what agents inherit comes, changes and goes", "applications",
     BLUEPRINT | {"inheritablePermissions": [SOME | {"resourceAppId": ADA}, SOME | {"resourceAppId": BOB}]},
     BLUEPRINT | {"inheritablePermissions": [ALL | {"resourceAppId": BOB}, SOME | {"resourceAppId": OWN}]},
     [("POST", f"/applications/{{}}/{OF_BLUEPRINT}/inheritablePermissions", SOME | {"resourceAppId": OWN}),
      ("PATCH", f"/applications/{{}}/{OF_BLUEPRINT}/inheritablePermissions/{BOB}", ALL),
      ("DELETE", f"/applications/{{}}/{OF_BLUEPRINT}/inheritablePermissions/{ADA}", None)]),
    ("the last sponsor stays", SERVICE, PRINCIPAL | {"sponsors": [ADA]}, PRINCIPAL, []),
    ("the principal of a blueprint is made of its appId alone", SERVICE, None, PRINCIPAL | {"accountEnabled": False},
     [("POST", f"/{SERVICE}/{OF_PRINCIPAL}", {"appId": OWN}),
      ("PATCH", f"/{SERVICE}/new/{OF_PRINCIPAL}", {"accountEnabled": False, "displayName": "Clerks"})]),
    ("an agent is made of its blueprint, with who answers for it", SERVICE, None, MADE | {"tags": ["a"]},
     [("POST", f"/{SERVICE}/{CAST}",
       {"agentIdentityBlueprintId": BOB, "displayName": "Clerk",
        "sponsors@odata.bind": [f"{ROOT}/users/{ADA}"]}),
      ("PATCH", f"/{SERVICE}/new/{CAST}", {"tags": ["a"]})]),
    ("an agent of which nobody knows the blueprint isn't made", SERVICE, None,
     AGENT | {"agentIdentitySponsors": [ADA]}, []),
    ("an agent goes at its type's address", SERVICE, AGENT, None, [("DELETE", f"/{SERVICE}/{{}}/{CAST}", None)]),
    ("an agent is switched off at its type's address", SERVICE, AGENT | {"accountEnabled": True},
     AGENT | {"accountEnabled": False}, [("PATCH", f"/{SERVICE}/{{}}/{CAST}", {"accountEnabled": False})]),
    ("an agent's account is no user to make", "users", None,
     {"@odata.type": "#microsoft.graph.agentUser", "id": OWN, "displayName": "Clerk", "accountEnabled": True,
      "mailNickname": "clerk", "userPrincipalName": "clerk@a.com"}, []),
    ("of an agent nothing changes that its type doesn't have", SERVICE,
     AGENT | {"notes": "evil", "appRoleAssignments": [{"resourceId": ADA, "appRoleId": BOB}]}, AGENT,
     [("DELETE", f"/{SERVICE}/{{}}/appRoleAssignments/{{found}}", None)]),
    ("the default is switched off", DEFAULT, {"id": OWN, "isEnabled": True}, {"id": OWN, "isEnabled": False},
     [("PATCH", f"/{DEFAULT}", {"isEnabled": False})]),
]  # fmt: skip
