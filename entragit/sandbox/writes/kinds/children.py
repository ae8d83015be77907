"""What hangs below an application, a service principal or a group (facts §5 applications, servicePrincipals)."""

from __future__ import annotations

import re

from entragit.sandbox.company.build import joined_id
from entragit.sandbox.replies import bad_request
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import CONFLICT, Kind, Write
from entragit.sandbox.writes.kinds import further, places, policies
from entragit.sandbox.writes.shelves import shelf

MOST_CREDENTIALS = 20  # facts §4
NAME = re.compile(r"[A-Za-z0-9_-]{3,120}")
PROPERTY = re.compile(r"\w+", re.ASCII)
DATA_TYPES = ("Binary", "Boolean", "DateTime", "Integer", "LargeInteger", "String")
TARGETS = ("AdministrativeUnit", "Application", "Device", "Group", "Organization", "User")
GUESTS = "08d542b9-071f-4e16-94b0-74abb372e3d9"  # Group.Unified.Guest: the one template for a single group


def siblings(write: Write) -> list[Object]:
    """The other children of the same owner."""
    held = shelf(write.tenant, write.kind, write.owner)
    return [item for key, item in held.items() if key != write.id]


def _credential(write: Write) -> None:
    """One audience; name, and issuer with subject, once in an application; at most 20 (facts §5)."""
    body, others = write.after, siblings(write)
    if len(body.get("audiences") or []) != 1:
        raise bad_request("Property audiences must hold one audience.")
    if not NAME.fullmatch(body["name"]):
        raise bad_request("Property name is invalid.")
    if write.created and len(others) >= MOST_CREDENTIALS:
        raise bad_request(f"An application can't have more than {MOST_CREDENTIALS} federated identity credentials.")
    for other in others:
        same = all(other.get(name) == body.get(name) for name in ("issuer", "subject"))
        if same or other.get("name") == body["name"]:
            raise bad_request("FederatedIdentityCredential with the same name, or issuer and subject, already exists.")
    if not body.get("issuer") or not body.get("subject"):
        raise bad_request("Properties issuer and subject are needed.")


CREDENTIAL = Kind(
    path="applications/federatedIdentityCredentials",
    type="federatedIdentityCredential",
    noun="federated identity credential",
    required=("name", "issuer", "subject", "audiences"),
    server=frozenset({"claimsMatchingExpression"}),
    child=True,
    create=(_credential,),
    update=(_credential,),
    upsert="name",
)


def _extension_name(write: Write) -> Object:
    """The full name holds the application's id (facts §5)."""
    owner = write.owner or {}
    name = f"extension_{str(owner['appId']).replace('-', '')}_{write.body['name']}"
    return {"name": name, "appDisplayName": owner.get("displayName"), "isSyncedFromOnPremises": False}


def _extension(write: Write) -> None:
    if not PROPERTY.fullmatch(write.body["name"]):
        raise bad_request("Property name is invalid.")
    if write.after.get("dataType") not in DATA_TYPES or not set(write.after.get("targetObjects") or []) <= set(TARGETS):
        raise bad_request("'dataType' or 'targetObjects' is invalid.")
    if any(other["name"] == write.after["name"] for other in siblings(write)):
        raise bad_request("An extension property exists with the name " + write.after["name"])


EXTENSION = Kind(
    path="applications/extensionProperties",
    type="extensionProperty",
    noun="extension property",
    required=("name", "dataType", "targetObjects"),
    child=True,
    made=_extension_name,
    create=(_extension,),
)


def _classification_id(write: Write) -> Object:
    owner = write.owner or {}
    scopes = owner.get("oauth2PermissionScopes") or []
    scope = next((item for item in scopes if item["id"] == write.body["permissionId"]), None)
    if scope is None or write.body.get("permissionName") not in (None, scope.get("value")):
        raise bad_request("The permission is none that the service principal offers.")
    return {"id": joined_id("classified", str(owner["id"]), scope["id"])[:22], "permissionName": scope.get("value")}


def _classified_once(write: Write) -> None:
    if write.after.get("classification") is None:
        raise bad_request("A value is required for property 'classification'.")
    if any(other.get("permissionId") == write.after["permissionId"] for other in shelf(
            write.tenant, write.kind, write.owner).values()):  # fmt: skip
        raise bad_request(CONFLICT)


CLASSIFICATION = Kind(
    path="servicePrincipals/delegatedPermissionClassifications",
    type="delegatedPermissionClassification",
    noun="delegated permission classification",
    required=("permissionId",),
    child=True,
    made=_classification_id,
    create=(_classified_once,),
)


def _scopes(write: Write) -> None:
    """Once for each resource, of which the tenant has a service principal [K]; where scopes are listed, some are."""
    if write.created and write.id in shelf(write.tenant, write.kind, write.owner):
        raise bad_request(CONFLICT)
    if lookup.principal_of(write.tenant, write.after["resourceAppId"]) is None:
        raise bad_request(f"The resource application '{write.after['resourceAppId']}' does not exist.")
    sort = str(write.after["inheritableScopes"].get("@odata.type", "")).rpartition(".")[2]
    if bool(write.after["inheritableScopes"].get("scopes")) is not (sort == "enumeratedScopes"):
        raise bad_request("Property 'scopes' is needed of enumeratedScopes, and of no other.")


def _sort(write: Write) -> None:
    """Effect: what is inherited says its sort a second time."""
    words = {"allAllowedScopes": "allAllowed", "enumeratedScopes": "enumerated", "noScopes": "none"}
    scopes = write.after["inheritableScopes"]
    scopes["kind"] = words[scopes["@odata.type"].rpartition(".")[2]]


# Pages "Create inheritablePermission", "Update …", "Delete …".
INHERITED = Kind(
    path="applications/inheritablePermissions",
    type="inheritablePermission",
    noun="inheritable permission",
    required=("resourceAppId", "inheritableScopes"),
    patchable=frozenset({"inheritableScopes"}),
    child=True,
    key="resourceAppId",
    create=(_scopes,),
    update=(_scopes,),
    effects=(_sort,),
)


def _for_groups(write: Write) -> None:
    if write.after["templateId"] != GUESTS or siblings(write):
        raise bad_request("A group can have one setting, of the template 'Group.Unified.Guest'.")


GROUP_SETTING = Kind(
    path="groups/settings",
    type="groupSetting",
    noun="group setting",
    required=policies.SETTINGS.required,
    client=policies.SETTINGS.client,
    create_only=policies.SETTINGS.create_only,
    child=True,
    made=policies.SETTINGS.made,
    create=(policies.checked_values, _for_groups),
    update=(policies.checked_values,),
)


def _of_combinations(write: Write) -> None:
    """For combinations that the strength allows, each configured once (facts §5 authenticationStrength)."""
    owner, wanted = write.owner or {}, set(write.after.get("appliesToCombinations") or [])
    if owner.get("policyType") == "builtIn":
        raise write.kind.bad("A built-in authentication strength can't be changed or deleted.")
    taken = {name for other in siblings(write) for name in other.get("appliesToCombinations") or []}
    if not wanted or not wanted <= set(owner.get("allowedCombinations") or []) or wanted & taken:
        raise write.kind.bad("'appliesToCombinations' names allowed combinations that have no configuration yet.")


def _shown(write: Write) -> None:
    """Effect: the strength shows it, and so do the policies that ask for the strength."""
    if write.owner is not None:
        write.owner["modifiedDateTime"] = write.tenant.stamp()
        places.show(write.ask, write.owner)


COMBINATION = Kind(
    path="policies/authenticationStrengthPolicies/combinationConfigurations",
    type="authenticationCombinationConfiguration",
    noun="authentication combination configuration",
    required=("appliesToCombinations",),
    child=True,
    inline="combinationConfigurations",
    polymorphic=True,
    create=(_of_combinations,),
    update=(_of_combinations,),
    effects=(_shown,),
    gone=(_shown,),
)
_OWN = (CREDENTIAL, EXTENSION, INHERITED, CLASSIFICATION, GROUP_SETTING, COMBINATION)
KINDS = {kind.path: kind for kind in (*_OWN, *further.CHILDREN)}
