"""The catalog against the sandbox's own knowledge of Graph: what a tenant holds is in the files, and nothing else.

The sandbox knows nothing of the catalog, so a wrong literal shows here. `test_mutations.py` proves that.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from people import administrator, readers
from worlds import World

from entragit import document
from entragit.clock import Clock
from entragit.document import Document
from entragit.graph.auth import connection
from entragit.graph.client import open_graph
from entragit.resources.catalog import ASKED, CATALOG, OPTIONS
from entragit.sandbox import presence, role_rules
from entragit.sandbox.rules import types
from entragit.snapshotter import snapshot
from entragit.spool import Spool
from entragit.streams import resource_of

Body = Mapping[str, Any]

# Properties that Graph lets be written but no administrator decides here, or that stand elsewhere: kind → names.
LEFT_OUT = {
    # Exchange's, which applications can't read in a list (facts §1).
    "groups": {"allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients"},
    # Reported by the device or its management.
    "devices": {
        "alternativeSecurityIds", "deviceOwnership", "isManaged", "isRooted", "managementType",
        "operatingSystemVersion", "physicalIds", "profileType",
    },
    # The application's, or another tenant's, or Azure's where it is a managed identity.
    "servicePrincipals": {"appRoles", "homepage", "keyCredentials", "logoutUrl", "replyUrls", "servicePrincipalNames"},
    # Microsoft's, of built-in ones.
    "roleManagement/directory/roleDefinitions": {"description", "resourceScopes", "rolePermissions", "version"},
    "policies/authenticationStrengthPolicies": {"allowedCombinations", "description"},
    "roleManagement/entitlementManagement/roleDefinitions": {"resourceScopes"},
    "roleManagement/directory/roleAssignments": {"principalOrganizationId"},  # the tenant's own id
    "roleManagement/entitlementManagement/roleAssignments": {"principalOrganizationId"},
    "contacts": {"onPremisesLastSyncDateTime"},  # the synchronization's, not marked read-only
    # How it came about; all that are somebody's wish are direct.
    "roleManagement/directory/roleEligibilitySchedules": {"createdUsing", "memberType", "status"},
    "roleManagement/directory/roleAssignmentSchedules": {"assignmentType", "createdUsing", "memberType", "status"},
    "identityGovernance/privilegedAccess/group/eligibilitySchedules": {"createdUsing", "memberType", "status"},
    presence.ACTIVE: {"assignmentType", "createdUsing", "memberType", "status"},
}  # fmt: skip
# Read-only properties that identify an object, say who masters it, or what nature it has: kind → names.
KEPT = {
    "domains": {"isAdminManaged", "isInitial", "isVerified"},
    "users": {"assignedLicenses", "onPremisesSyncEnabled"},
    "groups": {"assignedLicenses", "onPremisesSyncEnabled"},
    "devices": {"onPremisesSyncEnabled", "trustType"},
    "applications": {"appId", "applicationTemplateId"},
    "servicePrincipals": {"appOwnerOrganizationId"},
    "roleManagement/directory/roleDefinitions": {"isBuiltIn"},
    "roleManagement/directory/roleAssignments": {"roleDefinitionId"},
    "roleManagement/entitlementManagement/roleDefinitions": {"isBuiltIn"},
    "roleManagement/entitlementManagement/roleAssignments": {"roleDefinitionId"},
    "policies/authenticationStrengthPolicies": {"policyType"},
    "groupSettings": {"displayName", "templateId"},
    "policies/roleManagementPolicies": {"scopeId", "scopeType"},
    role_rules.OF_GROUPS[0]: {"scopeId", "scopeType"},
    "schemaExtensions": {"owner"},
    "servicePrincipals/synchronization/jobs": {"schedule"},  # whether it runs
    "policies/crossTenantAccessPolicy/partners": {"tenantId"},
    "identity/userFlowAttributes": {"userFlowAttributeType"},
    # Flagged so, and documented for creations and changes.
    "identityGovernance/entitlementManagement/connectedOrganizations": {"identitySources"},
    "identityGovernance/entitlementManagement/catalogs": {"catalogType"},
    "identityGovernance/entitlementManagement/assignments": {"schedule"},
}
# Collections that are no kind of their own.
ENTITLEMENT = "identityGovernance/entitlementManagement"
ELSEWHERE = {
    f"{ENTITLEMENT}/assignmentRequests",
    "identityGovernance/lifecycleWorkflows/deletedItems/workflows",
    "roleManagement/directory/roleAssignmentScheduleRequests",
    "roleManagement/directory/roleEligibilityScheduleRequests",
    "identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
    "identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
    role_rules.MANAGED,
    "appRoleAssignments", "directoryRoles", "subscribedSkus", "groupSettingTemplates",
    "roleManagement/directory/roleAssignmentScheduleInstances",
}  # fmt: skip
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def files(whole: World) -> dict[str, Document]:
    """The exported files by path, read strictly."""
    return {path: document.read(text.encode(), path) for path, text in whole.files().items()}


@pytest.fixture(scope="module")
def bodies(files: dict[str, Document]) -> dict[str, Body]:
    """Id → body; of those that have the tenant's id, both in one."""
    found: dict[str, Body] = {}
    for path, file in files.items():
        if path != "snapshot.yaml":
            own = str(file.body["id"])
            found[own] = {**found.get(own, {}), **file.body}
    return found


def ends(schedule: Body) -> bool:
    """Whether somebody is in a group until some day, given him by an administrator."""
    return schedule["assignmentType"] == "assigned" and schedule["scheduleInfo"]["expiration"]["type"] != "noExpiration"


def passing(world: World, relation: str, owner: str) -> set[str]:
    """Who is a member or an owner of a group for some time alone."""
    access = {"groups/members": "member", "groups/owners": "owner"}.get(relation)
    rows = (item for item in world.tenant.objects[presence.ACTIVE].values() if item["groupId"] == owner
            and item["accessId"] == access and item["status"] == "Provisioned")  # fmt: skip
    return {item["principalId"] for item in rows
            if item["assignmentType"] == "activated" or (ends(item) and item["memberType"] == "direct")}  # fmt: skip


def stored(world: World) -> Iterator[tuple[str, str, Body]]:
    """(kind, Graph type, object) of what the tenant holds; of roles, what somebody was given himself, and its own."""
    instances = world.tenant.objects["roleManagement/directory/roleAssignmentScheduleInstances"].values()
    elsewhere = {i["roleAssignmentOriginId" if i["endDateTime"] else "roleAssignmentScheduleId"] for i in instances}
    elsewhere |= {i["roleAssignmentScheduleId"] for i in instances if i["assignmentType"] == "Activated"}
    elsewhere |= {own for own, item in world.tenant.objects[presence.ACTIVE].items() if not ends(item)}
    own_apps = {app["appId"] for app in world.tenant.objects["applications"].values()}
    foreign = {id_ for id_, item in world.tenant.objects["schemaExtensions"].items() if item["owner"] not in own_apps}
    rules = {id_ for id_, item in world.tenant.objects[f"{ENTITLEMENT}/assignmentPolicies"].items()
             if item["automaticRequestSettings"]}  # fmt: skip
    for kind, objects in world.tenant.objects.items():
        for id_, value in objects.items():
            own = kind not in ELSEWHERE and id_ not in elsewhere | foreign and kind not in ASKED
            own = own and (value.get("assignmentPolicy") or {}).get("id") not in rules
            own = own and not value.get("authenticationEventsFlowId")  # made by its flow
            own = own and value.get("state") not in ("expired", "removed")
            own = own and value.get("tenantId") != world.tenant.id  # it is in the organization as long as that is
            if own and value.get("memberType", "Direct").lower() == "direct":
                own = str(value.get("@odata.type", "")).removeprefix("#microsoft.graph.")
                yield kind, own or types.collection_type(kind), value


def test_what_can_be_written_is_in_the_files(whole: World, bodies: dict[str, Body]) -> None:
    missing = {
        (kind, name)
        for kind, type_name, value in stored(whole)
        for name, row in types.properties(type_name).items()
        if not (row.read_only or row.write_only) and value.get(name) not in (None, [])
        if name not in bodies.get(value["id"], {})
    }
    assert missing == {(kind, name) for kind, names in LEFT_OUT.items() for name in names}


def test_what_can_only_be_read_is_not(whole: World, bodies: dict[str, Body]) -> None:
    kept = {
        (kind, name)
        for kind, type_name, value in stored(whole)
        for name, row in types.properties(type_name).items()
        if (row.read_only or row.write_only) and name != "id" and name in bodies[value["id"]]
    }
    assert kept == {(kind, name) for kind, names in KEPT.items() for name in names}


def test_custom_definitions_are_whole(whole: World, bodies: dict[str, Body]) -> None:
    roles = whole.tenant.objects["roleManagement/directory/roleDefinitions"].values()
    for role in (role for role in roles if not role["isBuiltIn"]):
        assert bodies[role["id"]]["rolePermissions"]
    strengths = whole.tenant.objects["policies/authenticationStrengthPolicies"].values()
    for strength in (strength for strength in strengths if strength["policyType"] == "custom"):
        assert set(bodies[strength["id"]]["allowedCombinations"]) == set(strength["allowedCombinations"])


def test_every_link_stands_on_one_side(whole: World, bodies: dict[str, Body]) -> None:
    tenant = whole.tenant
    for relation, owners in tenant.links.items():
        kind, _, name = relation.rpartition("/")
        if name in {"registeredUsers"} or kind == "directoryRoles":
            continue
        if relation in OPTIONS:  # read where they are asked for, in the tests of their rows
            assert not [owner for owner in owners if name in bodies[owner]]
            continue
        if f"policies/{name}" in CATALOG:  # written with applications, and said by the policy
            found = {(owner, target) for owner, held in owners.items() for target in held}
            assert found == {(owner, target) for _, target in found for owner in bodies[target]["appliesTo"]
                             if owner in tenant.objects[kind]}  # fmt: skip
            continue
        for owner, targets in owners.items():
            raw = tenant.objects[kind][owner]
            if name == "members" and "Dynamic" in json.dumps([raw.get("groupTypes"), raw.get("membershipType")]):
                assert "members" not in bodies[owner]
                continue
            value = bodies[owner].get(name, [])
            lasting = set(targets) - passing(whole, relation, owner)
            assert {value} if isinstance(value, str) else set(value) == lasting, (relation, owner)


def test_every_child_and_assignment_stands_with_its_owner(whole: World, bodies: dict[str, Body]) -> None:
    tenant = whole.tenant
    for relation, owners in tenant.children.items():
        if relation in OPTIONS:
            continue
        _, _, name = relation.rpartition("/")
        for owner, children in owners.items():
            held = bodies[owner].get(name, [])
            assert (1 if isinstance(held, dict) else len(held)) == len(children), (relation, owner)
    found = [
        (body["id"], item.get("principalId", body["id"]), item.get("resourceId", body["id"]), item["appRoleId"])
        for body in bodies.values()
        for name in ("appRoleAssignments", "appRoleAssignedTo")
        for item in body.get(name, [])
    ]
    wanted = {
        (a["principalId"], a["resourceId"], a["appRoleId"]) for a in tenant.objects["appRoleAssignments"].values()
    }
    assert {row[1:] for row in found} == wanted
    assert len(found) == len(wanted)


def test_every_stream_stands_beside_its_owner(whole: World) -> None:
    kept = {resource_of(path, CATALOG): path for path in whole.contents()}
    found = {(resource_of(path, CATALOG), path.split(".")[-2], data) for path, data in whole.contents().items()
             if resource_of(path, CATALOG)}  # fmt: skip
    held = {(f"{place.rpartition('/')[0]}/{owner.lower()}.yaml", place.rpartition("/")[2], data)
            for place, owners in whole.tenant.streams.items() if place not in OPTIONS
            for owner, (_, data) in owners.items()}  # fmt: skip
    assert found == held
    assert kept.keys() - {None} <= whole.files().keys()


def test_direct_licences_are_kept_and_inherited_ones_are_not(whole: World, bodies: dict[str, Body]) -> None:
    for user in whole.tenant.objects["users"].values():
        direct = {s["skuId"] for s in user["licenseAssignmentStates"] if s["assignedByGroup"] is None}
        assert {licence["skuId"] for licence in bodies[user["id"]].get("assignedLicenses", [])} == direct


def test_whatever_names_a_resource_says_which(whole: World, files: dict[str, Document]) -> None:
    """Each id of a live object, and each appId and permission id, has its address or value behind it."""
    address = {
        str(file.body["id"]): re.sub(r"/[0-9a-f]{2}/(?=[^/]+$)", "/", path.removesuffix(".yaml"))
        for path, file in files.items()
        if path != "snapshot.yaml" and file.body["id"] != NOTHING
    }
    for kind in ("applications", "servicePrincipals"):  # the principal names an appId that both have
        address |= {v["appId"]: address[v["id"]] for v in whole.tenant.objects[kind].values()}
    unnamed = []
    for path, file in files.items():
        comments = {(comment.path, comment.text): comment.comment for comment in file.comments}
        for place, text in scalars(file.body, ()):
            mentioned = [id_ for id_ in GUID.findall(text) if id_ in address and place not in OWN]
            said = comments.get((place, text), "")
            unnamed += [(path, place, id_) for id_ in mentioned if address[id_] != said]
    assert {(row[0].split("/")[0], row[1][0]) for row in unnamed} <= UNNAMED


OWN = {("id",), ("appId",)}
# Ids that are no references: inside rules, texts and URIs, a role's own once more, the tenant's.
NOTHING = "00000000-0000-0000-0000-000000000000"  # the id of one policy, and a word for none in many places
UNNAMED = {
    ("groups", "membershipRule"), ("roleManagement", "templateId"), ("groupSettings", "values"),
    ("servicePrincipals", "appOwnerOrganizationId"), ("snapshot.yaml", "tenantId"),
    ("applications", "identifierUris"), ("applications", "publicClient"),
    ("servicePrincipals", "servicePrincipalNames"),
    ("policies", "b2bDirectConnectOutbound"),
    ("policies", "tenantId"), ("tenantRelationships", "tenantId"),
    ("policies", "policyId"), ("identityGovernance", "policyId"),  # hold the tenant's, and the group's
    ("policies", "b2bCollaborationOutbound"),  # inbound, ids are of another tenant's people
}  # fmt: skip


def scalars(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string below `value`, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from scalars(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from scalars(item, (*place, number))


def test_no_key_material_and_no_secret(whole: World) -> None:
    # Synchronization jobs have settings and metadata by "key", and branding texts.
    keyed = ("servicePrincipals/synchronization/jobs/", "organization/branding/")
    for path, text in whole.files().items():
        names = "secretText|hint|password" if path.startswith(keyed) else "key|secretText|hint|password"
        assert not re.search(rf"^\s*(-\s+)?\"?({names})\"?:", text, re.MULTILINE), path


@pytest.mark.parametrize("kind", sorted(CATALOG))
def test_the_least_permissions_of_a_kind_suffice_for_it(whole: World, tmp_path: Path, kind: str) -> None:
    """Graph checks each request; a relationship that it would silently leave empty counts as missed, too."""
    tenant, own, alone = whole.tenant, readers([CATALOG[kind]]), CATALOG[kind].delegated
    client = tenant.add_sign_in(administrator(tenant), *own) if alone else tenant.add_client(*own)
    environment = whole.sandbox.environment(tenant, client)

    async def read(spool: Spool) -> None:
        where = connection(environment, tenant.id, "public", "device-code" if alone else "")
        others = frozenset(CATALOG) - {kind}
        async with open_graph(where, Clock(float(environment["ENTRAGIT_SPEED"]))) as graph:
            await snapshot(graph, spool, exclude=others, progress=lambda _kind, _count: None, notice=print)

    with Spool(tmp_path / "spool") as spool:
        asyncio.run(read(spool))
        assert [gap for gap in spool.coverage().gaps if gap.failure] == []
        assert spool.ids(kind)


def test_graph_refused_no_request(whole: World) -> None:
    """A wrong $select, $top, $filter or delta is a 400; that a user has no manager is a 404."""
    assert [row for row in whole.tenant.requests if row[2] == 400] == []
