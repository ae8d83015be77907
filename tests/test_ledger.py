"""The ledger: what can't be written, why, and what a person does; and no operation ever tries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from write_guids import PLACE
from write_states import (
    ADA,
    APP,
    APPLICATION,
    BOB,
    DEFINITION,
    EVE,
    EXTENSION,
    FEDERATED,
    GRANT,
    GROUP,
    KEYS,
    LOCATION,
    METHOD,
    OWN,
    POLICY,
    PRINCIPAL,
    RULE,
    SECRETS,
    STATES,
    STRENGTH,
    TEAM,
    USER,
)
from write_states_extensions import EXTENSION as CALL
from write_states_extensions import EXTENSIONS as ASKED
from write_states_extensions import HIDDEN
from write_states_roles import POLICY as SETTINGS
from write_states_roles import RULE as PIM_RULE
from writing import creation, deletion, restoring, update

from entragit.ledger import ledger
from entragit.model import Body, Edit
from entragit.permissions import writing
from entragit.plan import STAGES, Change
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, writable, writes

CONTEXT = WriteContext("tenant")
POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
CONFIGURATIONS = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
STRENGTHS = "policies/authenticationStrengthPolicies"
SYNCED = USER | {"onPremisesSyncEnabled": True}
DEVICE: Body = {"id": OWN, "deviceId": ADA, "displayName": "PC", "accountEnabled": True}
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"

Line = tuple[str, str]
# What it shows, the change, (property, what) of each line, the properties that are written all the same.
LINES: list[tuple[str, Change, list[Line], list[str]]] = [
    ("a new password", creation("users", USER), [("id", "new id"), ("passwordProfile", "password")],
     ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"]),
    ("new ids of an application", creation("applications", APPLICATION), [("appId", "new appId"), ("id", "new id")],
     ["appId", "displayName"]),
    ("nothing new of what is restored", restoring("applications", APPLICATION), [], ["appId", "displayName"]),
    ("the first of its kind has no old id", creation("groups", {**GROUP, "id": ""}), [],
     ["displayName", "mailEnabled", "mailNickname", "securityEnabled"]),
    ("secrets of a new application",
     creation("applications", APPLICATION | {"keyCredentials": KEYS, "passwordCredentials": SECRETS}),
     [("appId", "new appId"), ("id", "new id"), ("keyCredentials", "certificate"), ("passwordCredentials", "secret")],
     ["appId", "displayName"]),
    ("a secret that is gone", update("applications", APPLICATION, APPLICATION | {"passwordCredentials": SECRETS[:1]}),
     [(f'passwordCredentials/"{SECRETS[0]["keyId"]}"', "secret")], []),
    ("a secret too many goes", update("applications", APPLICATION | {"passwordCredentials": SECRETS[:1]}, APPLICATION),
     [], ["passwordCredentials"]),
    ("a synced user",
     update("users", SYNCED | {"city": "a", "usageLocation": "DE"}, SYNCED | {"city": "b", "usageLocation": "FR"}),
     [("city", "mastered on premises")], ["usageLocation"]),
    ("a synced user's manager", update("users", SYNCED, SYNCED | {"manager": ADA}),
     [("manager", "mastered on premises")], []),
    ("a synced user that is gone", creation("users", SYNCED), [("", "mastered on premises")], []),
    ("members of a synced group", update("groups", GROUP | {"onPremisesSyncEnabled": True, "members": [ADA]},
                                         GROUP | {"onPremisesSyncEnabled": True}),
     [(f'members/"{ADA}"', "mastered on premises")], []),
    ("a distribution list", creation("groups", GROUP | {"mailEnabled": True}), [("", "mail-enabled group")], []),
    ("what a group is", update("groups", GROUP, TEAM),
     [('groupTypes/"Unified"', "fixed at creation"), ("mailEnabled", "fixed at creation")], ["securityEnabled"]),
    ("hidden membership", update("groups", TEAM | {"visibility": "Private"}, TEAM | {"visibility": "HiddenMembership"}),
     [("visibility", "fixed at creation")], []),
    ("another visibility", update("groups", TEAM | {"visibility": "Private"}, TEAM | {"visibility": "Public"}),
     [], ["visibility"]),
    ("a role-assignable group", update("groups", GROUP, GROUP | {"isAssignableToRole": True}),
     [("isAssignableToRole", "fixed at creation")], []),
    ("the last owner of a team", update("groups", TEAM | {"owners": [ADA, BOB]}, TEAM),
     [(f'owners/"{BOB}"', "last owner")], ["owners"]),
    ("the last owner of a security group", update("groups", GROUP | {"owners": [ADA]}, GROUP), [], ["owners"]),
    ("a label", update("groups", TEAM, TEAM | {"assignedLabels": [{"labelId": ADA}]}),
     [(f'assignedLabels/"{ADA}"', "label")], []),
    ("a new device", creation("devices", DEVICE), [("", "device")], []),
    ("what a device says of itself", update("devices", DEVICE,
                                            DEVICE | {"displayName": "Mac", "accountEnabled": False}),
     [("displayName", "read-only")], ["accountEnabled"]),
    ("who owns a device", update("devices", DEVICE, DEVICE | {"registeredOwners": [ADA]}),
     [(f'registeredOwners/"{ADA}"', "delegated only")], []),
    ("a new domain", creation("domains", {"id": "a.com"}), [("", "domain")], []),
    ("an unverified domain", update("domains", {"id": "a.com", "isVerified": False},
                                    {"id": "a.com", "isVerified": False, "supportedServices": ["Email"]}),
     [("", "unverified domain")], []),
    ("who signs a domain in", update("domains", {"id": "a.com", "authenticationType": "Managed"},
                                     {"id": "a.com", "authenticationType": "Federated"}),
     [("authenticationType", "read-only")], []),
    ("an address that had a key, of a new one",
     creation(ASKED, CALL | {"endpointConfiguration": HIDDEN}), [("", "key in the address")], []),
    ("an address that has a key", update(ASKED, CALL | {"endpointConfiguration": HIDDEN}, CALL),
     [("endpointConfiguration/targetUrl", "key in the address")], []),
    ("an address that had a key", update(ASKED, CALL, CALL | {
        "endpointConfiguration": HIDDEN, "displayName": "x"}),
     [("endpointConfiguration/targetUrl", "key in the address")], ["displayName"]),
    ("the tenant's name", update("organization", {"id": OWN, "displayName": "A"}, {"id": OWN, "displayName": "B"}),
     [("displayName", "read-only")], []),
    ("an extension property that changes",
     update("applications", APPLICATION | {"extensionProperties": [EXTENSION]},
            APPLICATION | {"extensionProperties": [EXTENSION | {"dataType": "Integer"}]}),
     [(f'extensionProperties/"{EXTENSION["name"]}"/dataType', "fixed at creation")], []),
    ("a federated credential that changes",
     update("applications", APPLICATION | {"federatedIdentityCredentials": [FEDERATED]},
            APPLICATION | {"federatedIdentityCredentials": [FEDERATED | {"subject": "t"}]}),
     [], ["federatedIdentityCredentials"]),
    ("a verified publisher", update("applications", APPLICATION,
                                    APPLICATION | {"verifiedPublisher": {"verifiedPublisherId": "1"}}),
     [("verifiedPublisher", "delegated only")], []),
    ("another appId", update("servicePrincipals", PRINCIPAL, PRINCIPAL | {"appId": EVE}),
     [("appId", "fixed at creation")], []),
    ("a managed identity", creation("servicePrincipals", PRINCIPAL | {"servicePrincipalType": "ManagedIdentity"}),
     [("", "managed identity")], []),
    ("what Azure decides",
     update("servicePrincipals", PRINCIPAL | {"servicePrincipalType": "ManagedIdentity"},
            PRINCIPAL | {"servicePrincipalType": "ManagedIdentity", "displayName": "x", "notes": "n"}),
     [("displayName", "managed identity")], ["notes"]),
    ("Microsoft's own", deletion("servicePrincipals", PRINCIPAL | {"appOwnerOrganizationId": MICROSOFT}),
     [("", "Microsoft's application")], []),
    ("another client of a grant is another grant", update("oauth2PermissionGrants", GRANT, GRANT | {"clientId": EVE}),
     [], ["clientId"]),
    ("a Microsoft-managed policy", update(POLICIES, POLICY | {"displayName": "Microsoft-managed: MFA"},
                                          POLICY | {"displayName": "Mine", "state": "disabled"}),
     [("displayName", "Microsoft-managed policy")], ["state"]),
    ("deleting one of them", deletion(POLICIES, POLICY | {"displayName": "Microsoft-managed: MFA"}),
     [("", "Microsoft-managed policy")], []),
    ("where a policy came from", update(POLICIES, POLICY, POLICY | {"templateId": EVE}),
     [("templateId", "template")], []),
    ("another sort of location", update(LOCATIONS, LOCATION,
                                        {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": OWN,
                                         "displayName": "Office", "countriesAndRegions": ["DE"]}),
     [("", "fixed at creation")], []),
    ("a built-in strength", update(STRENGTHS, STRENGTH | {"policyType": "builtIn"},
                                   STRENGTH | {"policyType": "builtIn", "displayName": "x"}), [("", "built in")], []),
    ("a strength that allows nothing",
     update(STRENGTHS, STRENGTH, {"id": OWN, "displayName": "Keys", "policyType": "custom"}),
     [("allowedCombinations", "needed")], []),
    ("a built-in method", deletion(CONFIGURATIONS, METHOD), [("", "built in")], []),
    ("a built-in role", update("roleManagement/directory/roleDefinitions", DEFINITION | {"isBuiltIn": True},
                               DEFINITION | {"isBuiltIn": True, "isEnabled": False}), [("", "built in")], []),
    ("a singleton", deletion(DEFAULTS, {"id": OWN, "isEnabled": True}), [("", "one of a kind")], []),
    ("a value that can't be empty", update("users", USER, {k: v for k, v in USER.items() if k != "mailNickname"}),
     [("mailNickname", "needed")], []),
    ("a security default that says nothing", update(DEFAULTS, {"id": OWN, "isEnabled": True}, {"id": OWN}),
     [("isEnabled", "needed")], []),
    ("a file that lacks something", creation("groups", {"displayName": "Sales"}), [("", "incomplete")], []),
]  # fmt: skip


@pytest.mark.parametrize(("change", "lines", "written"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_what_cant_be_written_is_in_the_ledger_alone(change: Change, lines: list[Line], written: list[str]) -> None:
    entries = ledger([change], CONTEXT)
    assert [(entry.property, entry.what) for entry in entries] == lines
    for entry in entries:
        assert (entry.kind, entry.address) == (change.kind, change.address)
        assert entry.why.endswith(".")
        assert entry.follow_up.endswith(".")
    taken = writable(CATALOG[change.kind], change, CONTEXT)
    assert sorted({edit.path[0] for edit in taken.edits} if taken else set()) == written


@pytest.mark.parametrize("change", [row[1] for row in LINES], ids=[row[0] for row in LINES])
def test_what_is_written_is_planned_again_without_a_line_of_its_own(change: Change) -> None:
    taken = writable(CATALOG[change.kind], change, CONTEXT)
    if taken is None or change.action != "update":
        return
    assert ledger([taken], CONTEXT) == ()
    assert writable(CATALOG[change.kind], taken, CONTEXT) == taken


GONE = frozenset({BOB})


def test_what_names_something_gone_is_written_without_it() -> None:
    context = replace(CONTEXT, gone=GONE)
    excluded = {**POLICY["conditions"], "users": {"includeUsers": ["All"], "excludeUsers": sorted([ADA, BOB])}}
    change = update(POLICIES, {**POLICY, "description": "x"}, {**POLICY, "conditions": excluded})
    (line,) = ledger([change], context)
    assert (line.property.rsplit("/", 1)[-1], line.what) == (BOB, "gone")
    taken = writable(CATALOG[POLICIES], change, context)
    assert taken is not None
    assert [edit.path for edit in taken.edits] == [("description",)]
    made = writable(CATALOG[POLICIES], creation(POLICIES, {**POLICY, "conditions": excluded}), context)
    assert made is not None
    assert made.desired is not None
    assert made.desired["conditions"]["users"]["excludeUsers"] == [ADA]


def test_a_stale_exclusion_that_nobody_touches_is_not_sent_along() -> None:
    context = replace(CONTEXT, gone=GONE)
    stale = {**POLICY["conditions"], "users": {"includeUsers": ["All"], "excludeUsers": [BOB]}}
    wanted = {**stale, "clientAppTypes": ["browser"]}
    found = update(POLICIES, {**POLICY, "conditions": stale}, {**POLICY, "conditions": wanted})
    change = writable(CATALOG[POLICIES], found, context)
    assert change is not None
    assert {edit.path[1] for edit in change.edits} == {"clientAppTypes", "users"}
    assert [entry.what for entry in ledger([found], context)] == ["gone"], "it doesn't come back, so a person is told"
    (patch,) = writes(CATALOG[POLICIES], change, change.desired, OWN, change.actual, "link", context)
    assert patch.body is not None
    assert patch.body["conditions"]["users"]["excludeUsers"] == []


def test_a_stale_exclusion_is_left_alone_where_nothing_else_of_its_value_changes() -> None:
    stale = {**POLICY["conditions"], "users": {"includeUsers": ["All"], "excludeUsers": [BOB]}}
    found = update(POLICIES, {**POLICY, "conditions": stale}, {**POLICY, "conditions": stale, "state": "disabled"})
    change = writable(CATALOG[POLICIES], found, replace(CONTEXT, gone=GONE))
    assert change is not None
    assert [edit.path for edit in change.edits] == [("state",)]
    assert ledger([found], replace(CONTEXT, gone=GONE)) == ()


def test_an_assignment_to_somebody_gone_is_not_made() -> None:
    kind = "roleManagement/directory/roleAssignments"
    change = creation(kind, {"id": "a", "principalId": BOB, "roleDefinitionId": EVE, "directoryScopeId": "/"})
    context = replace(CONTEXT, gone=GONE)
    assert writable(CATALOG[kind], change, context) is None
    assert [entry.what for entry in ledger([change], context)] == ["gone"]


# A permission that the token lacks, a change, the properties in the ledger.
LACKING = [
    ("Group.ReadWrite.All", update("groups", GROUP, GROUP | {"description": "x"}), [""]),
    ("RoleManagement.ReadWrite.Directory", update("groups", GROUP, GROUP | {"description": "x"}), []),
    ("RoleManagement.ReadWrite.Directory", update("groups", GROUP | {"isAssignableToRole": True},
                                                  GROUP | {"isAssignableToRole": True, "description": "x"}), [""]),
    ("User.ManageIdentities.All", update("users", USER, USER | {"city": "a", "identities": [
        {"signInType": "federated", "issuer": "i", "issuerAssignedId": "x"}]}),
     ['identities/["federated","i","x"]']),
    ("User-LifeCycleInfo.ReadWrite.All", creation("users", USER | {"employeeLeaveDateTime": "2030-01-01T00:00:00Z"}),
     ["employeeLeaveDateTime", "id", "passwordProfile"]),
    ("AppRoleAssignment.ReadWrite.All", update("servicePrincipals", PRINCIPAL, PRINCIPAL | {
        "notes": "n", "appRoleAssignments": [{"appRoleId": ADA, "resourceId": APP}]}),
     [f'appRoleAssignments/["{APP}","{ADA}"]']),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "change", "properties"), LACKING)
def test_what_the_token_may_not_is_not_attempted(permission: str, change: Change, properties: list[str]) -> None:
    context = replace(CONTEXT, permissions=frozenset(writing()) - {permission})
    entries = ledger([change], context)
    assert [entry.property for entry in entries] == properties
    assert all(permission in entry.why for entry in entries if entry.what == "permission")
    full = replace(CONTEXT, permissions=frozenset(writing()))
    assert not any(entry.what == "permission" for entry in ledger([change], full))


def test_what_the_tenant_has_no_licence_for_is_not_attempted() -> None:
    change = update(POLICIES, POLICY, POLICY | {"state": "disabled"})
    (entry,) = ledger([change], replace(CONTEXT, licences=frozenset({"Microsoft Entra ID Free"})))
    assert entry.what == "licence"
    assert ledger([change], replace(CONTEXT, licences=frozenset({"Microsoft Entra ID P1"}))) == ()


def test_members_that_a_rule_computes_are_no_edit() -> None:
    change = update("groups", GROUP | {"members": [ADA]}, GROUP | RULE)
    taken = writable(CATALOG["groups"], change, CONTEXT)
    assert taken is not None
    found = [item for stage in STAGES for item in
             writes(CATALOG["groups"], taken, taken.desired, OWN, taken.actual, stage, CONTEXT)]  # fmt: skip
    assert all(item.method == "PATCH" for item in found)


def test_an_edit_that_only_follows_its_object_is_kept() -> None:
    change = update(POLICIES, POLICY, POLICY)
    path = ("conditions", "users", "excludeUsers", f'"{ADA}"')
    following = replace(change, edits=(Edit(path, ADA, ADA),), origins=("follows",))
    taken = writable(CATALOG[POLICIES], following, CONTEXT)
    assert taken is not None
    assert taken.edits == following.edits
    moved = {
        **POLICY,
        "conditions": {**POLICY["conditions"], "users": {"includeUsers": ["All"], "excludeUsers": [BOB]}},
    }
    (patch,) = writes(CATALOG[POLICIES], taken, moved, OWN, POLICY, "link", CONTEXT)
    assert patch.body is not None
    assert patch.body["conditions"]["users"]["excludeUsers"] == [BOB]


LINES = {
    "a tenant may not manage it any more, and keeps its name": "fixed at creation",
    "of terms Graph takes a name and whether they must be seen": "fixed at creation",
    "a rollout goes off; another feature would be another rollout": "fixed at creation",
    "of an agent nothing changes that its type doesn't have": "not of its type",
    "what a sender calls stays, its applications don't": "handler",
    "a flow that asked for nothing can't begin to": "attributes",
    "what else there is of it changes all the same": "reviewers",
}
"""States of which a part is never written, as their names say, and its line."""


def test_no_state_of_the_table_has_a_line_but_for_what_is_never_written() -> None:
    found = {}
    for name, kind, before, after, operations in STATES:
        if before is not None and after is not None and operations:
            found[name] = {entry.what for entry in ledger([update(kind, before, after)], CONTEXT)} - {"read-only"}
    assert {name: lines for name, lines in found.items() if lines} == {name: {line} for name, line in LINES.items()}


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [(None, "All", "None"), (None, "None", "None"), ("None", "All", None), ("None", "Selected", None),
     ("Selected", "All", "All"), ("All", "None", "None")],
)  # fmt: skip
def test_what_deletes_by_itself_goes_on_only_where_somebody_asks(
    before: str | None, after: str, made: str | None
) -> None:
    kind, body = "groupLifecyclePolicies", {"id": OWN, "groupLifetimeInDays": 180}
    wanted = {**body, "managedGroupTypes": after}
    change = update(kind, {**body, "managedGroupTypes": before}, wanted) if before else creation(kind, wanted)
    taken = writable(CATALOG[kind], change, CONTEXT)
    assert ((taken and taken.desired) or {}).get("managedGroupTypes") == made
    off = [entry for entry in ledger([change], CONTEXT) if entry.what == "stays off"]
    assert [entry.property for entry in off] == (["managedGroupTypes"] if made != after else [])
    assert all(f"--enable {kind}" in entry.follow_up for entry in off)
    asked = replace(CONTEXT, enable=frozenset({kind}))
    taken = writable(CATALOG[kind], change, asked)
    assert taken is not None
    assert (taken.desired or {})["managedGroupTypes"] == after
    assert [entry for entry in ledger([change], asked) if entry.what == "stays off"] == []


@pytest.mark.parametrize("rules", [[PIM_RULE | {"id": "A"}, PIM_RULE], [PIM_RULE | {"id": "A"}]])
def test_which_rules_a_policy_has_is_not_ours_to_say(rules: list[Body]) -> None:
    kind = "policies/roleManagementPolicies"
    change = update(kind, SETTINGS, SETTINGS | {"rules": rules})
    assert writable(CATALOG[kind], change, CONTEXT) is None
    assert {entry.what for entry in ledger([change], CONTEXT)} == {"rule of a policy"}


@pytest.mark.parametrize("make", [lambda after: update("groups", TEAM, after), lambda after: creation("groups", after)])
def test_a_group_expires_again_only_where_somebody_asks(make: Callable[[Body], Change]) -> None:
    policies = "groupLifecyclePolicies"
    change = make(TEAM | {"groupTypes": ["Unified"], policies: [PLACE]})
    taken = writable(CATALOG["groups"], change, CONTEXT)
    assert policies not in ((taken and taken.desired) or {})
    (out,) = (entry for entry in ledger([change], CONTEXT) if entry.what == "stays out")
    assert (out.property, f"--enable {policies}" in out.follow_up) == (f'{policies}/"{PLACE}"', True)
    asked = replace(CONTEXT, enable=frozenset({policies}))
    taken = writable(CATALOG["groups"], change, asked)
    assert taken is not None
    assert [entry for entry in ledger([change], asked) if entry.what == "stays out"] == []
    live = dict(TEAM) | {"groupTypes": ["Unified"]}
    steps = [list(writes(CATALOG["groups"], taken, taken.desired, OWN, live, stage, asked)) for stage in STAGES]
    added = [(step.path, step.body) for step in steps[STAGES.index("enable")]]
    assert added == [(f"/{policies}/{PLACE}/addGroup", {"groupId": OWN})]
    assert not any("addGroup" in step.path for found in steps[: STAGES.index("enable")] for step in found)


def test_a_restored_group_keeps_the_policy_that_came_back_with_it() -> None:
    policies = "groupLifecyclePolicies"
    team = TEAM | {"groupTypes": ["Unified"]}
    change = writable(CATALOG["groups"], restoring("groups", team | {policies: [PLACE]}), CONTEXT)
    assert change is not None
    absent: Body = {}
    for there in (absent, {policies: [PLACE]}):
        found = [
            step
            for stage in ("link", "enable")
            for step in writes(CATALOG["groups"], change, change.desired, OWN, team | there, stage, CONTEXT)
        ]
        assert [step for step in found if policies in step.path] == []
