"""Operations: what leads from one state to another, stage by stage, and nothing where that is reached."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from write_guids import ADA, APP, BOB, OWN, Row, guid
from write_states import GROUP, POLICIES, POLICY, ROOT, STATES, USER
from writing import creation, deletion, restoring, update

from entragit.errors import RefusedError
from entragit.model import Body, Coverage
from entragit.plan import STAGES, Change, Operation
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import ONLY
from entragit.resources.writing import DEEDS, barred
from entragit.shapes import (
    WriteContext,
    after,
    filled,
    matching,
    on_found,
    order,
    seen,
    sent,
    turn,
    with_found,
    writable,
    writes,
)
from entragit.shapes.order import edges, whole
from entragit.shapes.writing import sort

CONTEXT = WriteContext("tenant")
IDS = [f"{row[1].rsplit('/', 1)[-1]}: {row[0]}" for row in STATES]


def change_of(kind: str, before: Body | None, after: Body | None) -> Change:
    if before is None:
        return creation(kind, after or {})
    return deletion(kind, before) if after is None else update(kind, before, after)


def operations(kind: str, before: Body | None, after: Body | None) -> list[Operation]:
    """All operations of a change, in the order of an apply; what is made has the id "new" then."""
    change = writable(CATALOG[kind], change_of(kind, before, after), CONTEXT)
    live = str(before["id"]) if before else ""
    found: list[Operation] = []
    for stage in STAGES if change else ():
        assert change is not None
        made = [operation for operation in found if operation.creates]
        actual = None if not before else before if not made else {**(change.desired or {}), "id": "new"}
        here = writes(CATALOG[kind], change, change.desired, live, actual, stage, CONTEXT)
        if any(operation.creates for operation in here):
            live = "new" if here[0].method == "POST" or "(" in here[0].path else str((after or {})["id"])
        found += here
    return found


@pytest.mark.parametrize("row", STATES, ids=IDS)
def test_what_leads_from_one_state_to_another(row: Row) -> None:
    _, kind, before, after, expected = row
    own = str((before or {}).get("id", ""))
    wanted = [(method, path.replace("{}", own), body) for method, path, body in expected]
    assert [(item.method, item.path, item.body) for item in operations(kind, before, after)] == wanted


def test_every_kind_and_every_relationship_has_a_state() -> None:
    written = {name for name, kind in CATALOG.items() if not all(barred(kind.writes, deed) for deed in DEEDS)}
    assert {row[1] for row in STATES} == written
    named = {f"{row[1]}/{name}" for row in STATES for body in row[2:4] if body for name in body}
    relations = {f"{name}/{relation.name}" for name, kind in CATALOG.items() for relation in kind.relations
                 if relation.never is None}  # fmt: skip
    assert relations <= named


@pytest.mark.parametrize("row", STATES, ids=IDS)
def test_nothing_is_to_do_where_a_state_is_reached(row: Row) -> None:
    _, kind, before, after, _ = row
    change = writable(CATALOG[kind], change_of(kind, before, after), CONTEXT)
    if change is None or any(item.creates for item in operations(kind, before, after) if before):
        return
    live = change.live or "new"
    reached = change.desired and {**change.desired, "id": live}
    left = [writes(CATALOG[kind], change, change.desired, live, reached, stage, CONTEXT) for stage in STAGES]
    assert left == [()] * len(STAGES)


@pytest.mark.parametrize("row", STATES, ids=IDS)
def test_operations_are_named_once_and_serialise(row: Row) -> None:
    found = operations(*row[1:4])
    keys = [item.key for item in found]
    assert len(set(keys)) == len(keys)
    for item in found:
        assert item.words
        assert "None" not in item.words
        assert json.dumps(item.body)
        assert not item.path.endswith("/")
        assert "//" not in item.path


def of_stage(kind: str, change: Change, now: Body | None, stage: Any, **context: Any) -> list[Operation]:
    change_ = writable(CATALOG[kind], change, replace(CONTEXT, **context))
    assert change_ is not None
    return list(writes(CATALOG[kind], change_, change_.desired, change.live, now, stage, replace(CONTEXT, **context)))


def test_only_the_planned_values_are_touched() -> None:
    before = GROUP | {"description": "a", "members": [ADA, BOB]}
    after = GROUP | {"description": "b", "members": [ADA]}
    now = GROUP | {"description": "a", "displayName": "Moved", "members": sorted([ADA, BOB, guid(99)])}
    patch, removal = of_stage("groups", update("groups", before, after), now, "link")
    assert (patch.body, removal.path) == ({"description": "b"}, f"/groups/{OWN}/members/{BOB}/$ref")


def test_only_the_planned_part_of_a_whole_value_is_changed() -> None:
    users = POLICY["conditions"]["users"]
    after = {**POLICY, "conditions": {**POLICY["conditions"], "users": {"includeUsers": ["All"]}}}
    moved = {**POLICY["conditions"], "users": {**users, "excludeUsers": sorted([ADA, BOB])}}
    (patch,) = of_stage(POLICIES, update(POLICIES, POLICY, after), {**POLICY, "conditions": moved}, "link")
    assert patch.body is not None
    assert patch.body["conditions"]["users"]["excludeUsers"] == [BOB]


def test_an_edit_inside_something_that_is_gone_is_refused() -> None:
    role = {"id": guid(31), "displayName": "a", "isEnabled": False}
    before, after = ({"id": OWN, "appRoles": [role | {"displayName": name}]} for name in "ab")
    with pytest.raises(RefusedError, match="is gone since the plan was made"):
        of_stage("applications", update("applications", before, after), {"id": OWN}, "link")


@pytest.mark.parametrize("already", [0, 1, 20, 21, 40])
def test_shares_of_references_are_the_same_however_many_are_there_by_then(already: int) -> None:
    members = [guid(number) for number in range(100, 145)]
    change = update("groups", GROUP, GROUP | {"members": members})
    now = GROUP | ({"members": members[:already]} if already else {})
    found = of_stage("groups", change, now, "link")
    names = [item.key.rsplit("+", 1)[-1] for item in found]
    assert names == [name for name, end in (("0", 20), ("20", 40), ("40", 45)) if already < end]
    asked = [address for item in found for address in (item.body or {})["members@odata.bind"]]
    assert asked == [f"{ROOT}/{member}" for member in members[already:]]
    parts = [part for item in found for part in item.parts]
    assert [(part.method, part.body) for part in parts] == [
        ("POST", {"@odata.id": f"{ROOT}/{member}"}) for member in members[already:]
    ]


def test_a_restore_comes_before_the_rest_and_only_once() -> None:
    change = restoring("groups", GROUP | {"members": [ADA]})
    (restore,) = of_stage("groups", change, None, "create")
    assert (restore.method, restore.path, restore.body) == ("POST", f"/directory/deletedItems/{OWN}/restore", None)
    assert of_stage("groups", change, GROUP, "create") == []


@pytest.mark.parametrize(("covered", "gone"), [(True, [BOB]), (False, [])])
def test_what_a_restored_resource_has_too_much_goes_if_that_is_covered(covered: bool, gone: list[str]) -> None:
    coverage = Coverage(frozenset(CATALOG)) if covered else None
    found = of_stage("groups", restoring("groups", GROUP), GROUP | {"members": [BOB]}, "link", coverage=coverage)
    assert [item.path for item in found] == [f"/groups/{OWN}/members/{who}/$ref" for who in gone]


def test_a_file_without_an_id_says_nothing_of_what_it_leaves_out() -> None:
    body = {"displayName": "Web", "web": {"homePageUrl": "https://a"}}
    made = {"id": "new", "appId": ADA, "signInAudience": "AzureADMyOrg", "displayName": "Web",
            "web": {"implicitGrantSettings": {"enableIdTokenIssuance": False}}}  # fmt: skip
    (patch,) = of_stage("applications", creation("applications", body), made, "link")
    assert patch.body == {
        "web": {"homePageUrl": "https://a", "implicitGrantSettings": {"enableIdTokenIssuance": False}}
    }
    assert filled(CATALOG["applications"], body, made)["signInAudience"] == "AzureADMyOrg"


def test_a_file_without_an_id_calls_an_extension_property_by_its_own_name() -> None:
    level = {"name": "level", "dataType": "String", "targetObjects": ["User"]}
    body = {"displayName": "Web", "extensionProperties": [level]}
    made: Body = {"id": "new", "appId": APP, "displayName": "Web"}
    full = f"extension_{APP.replace('-', '')}_level"
    (post,) = of_stage("applications", creation("applications", body), made, "link")
    assert (post.body, post.matches) == (level, {"name": full})
    there = made | {"extensionProperties": [level | {"name": full}]}
    assert of_stage("applications", creation("applications", body), there, "link") == []
    assert filled(CATALOG["applications"], body, there) == there


def test_inside_an_element_that_has_a_key_a_file_leaves_things_open_too() -> None:
    kind = CATALOG["policies/authenticationMethodsPolicy/authenticationMethodConfigurations"]
    type_ = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration"}
    target = {"id": "all_users", "targetType": "group"}
    other = {"id": ADA, "targetType": "group", "isRegistrationRequired": True}
    made = type_ | {"includeTargets": [other, target | {"isRegistrationRequired": False}]}
    assert filled(kind, type_ | {"includeTargets": [target]}, made)["includeTargets"] == made["includeTargets"][1:]


def test_no_operation_holds_a_password_and_each_is_sent_with_another() -> None:
    (create,) = of_stage("users", creation("users", USER), None, "create")
    assert create.body is not None
    assert create.body["passwordProfile"] == {"forceChangePasswordNextSignIn": True}
    secrets = iter(("one", "two"))
    profiles = [(sent(create, lambda: next(secrets)) or {})["passwordProfile"] for _ in range(2)]
    assert [profile["password"] for profile in profiles] == ["one", "two"]
    assert all(profile["forceChangePasswordNextSignIn"] for profile in profiles)


# Kind, body → the list to look in, the properties that tell what a lost POST has made.
PROBES: list[tuple[str, Body, tuple[str, Any], list[str]]] = [
    ("users", USER, ("/users", "userPrincipalName eq 'ada@contoso.com'"), ["userPrincipalName"]),
    (
        "groups",
        GROUP | {"mailNickname": "it's"},
        ("/groups", "mailNickname eq 'it''s'"),
        ["mailNickname", "displayName"],
    ),
    (POLICIES, POLICY, (f"/{POLICIES}", None), ["displayName"]),
]


@pytest.mark.parametrize(("kind", "body", "where", "names"), PROBES, ids=[row[0] for row in PROBES])
def test_a_creation_says_how_to_find_what_it_made(
    kind: str, body: Body, where: tuple[str, Any], names: list[str]
) -> None:
    (create,) = of_stage(kind, creation(kind, body), None, "create")
    assert create.probe is not None
    assert create.creates
    assert (create.probe[0], dict(create.probe[1]).get("$filter")) == where
    assert create.matches == {name: body[name] for name in names}
    found = [{name: str(body[name]).upper() for name in names}, dict.fromkeys(names, "x")]
    assert matching(create, found) == found[:1]


def test_a_sort_of_resource_is_called_in_words() -> None:
    names = ("oauth2PermissionGrants", "identity/verifiedId/profiles", "identity/conditionalAccess/policies", "users")
    words = ["oauth2 permission grant", "verified id profile", "conditional access policy", "user"]
    assert [sort(CATALOG[name]) for name in names] == words


def test_every_creation_by_post_has_a_probe() -> None:
    for row in STATES:
        related = {relation.name: relation for relation in CATALOG[row[1]].relations}
        for item in operations(*row[1:4]):
            relation = related.get(item.path.rsplit("/", 1)[-1])
            if item.method == "POST" and (item.creates or relation):
                assert item.probe, item
                assert item.matches or (relation and relation.rule == ONLY), item


def test_a_long_key_is_said_by_both_its_ends() -> None:
    authority = {"certificate": "A" * 1000 + "END"}
    kind = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
    (add,) = operations(kind, {"id": OWN, "displayName": "a"}, {"id": OWN, "displayName": "a",
                                                              "certificateAuthorities": [authority]})  # fmt: skip
    assert len(add.words) < 160
    assert "AEND" in add.words
    assert add.body == authority


def test_what_must_be_seen_first_is_said() -> None:
    role = {"id": guid(31), "displayName": "a", "isEnabled": True}
    before, after = {"id": OWN, "appRoles": [role]}, {"id": OWN}
    disable, _ = of_stage("applications", update("applications", before, after), before, "link")
    assert disable.awaits is not None
    assert disable.awaits[0] == f"/applications/{OWN}"
    shown = {"id": OWN, "appRoles": [{**role, "origin": "Application"}]}
    assert not seen(disable, shown)
    assert seen(disable, {**shown, "appRoles": [{**role, "isEnabled": False}]})
    assert not seen(disable, {"id": OWN})


def test_what_protects_goes_on_before_something_else_goes_off() -> None:
    defaults = "policies/identitySecurityDefaultsEnforcementPolicy"
    turns = [(defaults, {"isEnabled": False}), (POLICIES, {"state": "enabled"}), (POLICIES, {"state": "disabled"}),
             (defaults, {"isEnabled": True}), ("groups", {"membershipRuleProcessingState": "On"})]  # fmt: skip
    places = [turn(CATALOG[kind], body) for kind, body in turns]
    assert places == sorted(set(places))


def test_a_policy_goes_off_late_and_its_edits_come_early() -> None:
    change = update(POLICIES, POLICY, POLICY | {"state": "disabled", "displayName": "x"})
    (patch,) = of_stage(POLICIES, change, POLICY, "link")
    (switch,) = of_stage(POLICIES, change, POLICY, "enable")
    assert (patch.body, switch.body) == ({"displayName": "x"}, {"state": "disabled"})


def test_kinds_are_made_after_what_they_must_name() -> None:
    place = {kind: number for number, kind in enumerate(whole())}
    assert place.keys() == CATALOG.keys()
    assert all(place[before] < place[kind] for kind, needed in edges().items() for before in needed)
    assert edges()["roleManagement/directory/roleAssignments"] >= {
        "users",
        "groups",
        "roleManagement/directory/roleDefinitions",
    }
    assert edges()[POLICIES] >= {"users", "groups", "identity/conditionalAccess/namedLocations", "servicePrincipals",
                                 "policies/authenticationStrengthPolicies"}  # fmt: skip
    assert order(["servicePrincipals", "applications", "domains"]) == ["domains", "applications", "servicePrincipals"]


def test_what_lets_another_resource_go_is_still_there() -> None:
    """The end of an assignment is no end of the policy, which changes further; its deletion in that stage is."""
    kind = "policies/tokenLifetimePolicies"
    policy: Body = {"id": OWN, "displayName": "A", "definition": ["{}"], "appliesTo": [ADA]}
    change = update(kind, policy, {**policy, "displayName": "B", "appliesTo": [BOB]})
    (freed,) = of_stage(kind, change, policy, "free")
    assert (freed.method, freed.path) == ("DELETE", f"/applications/{ADA}/tokenLifetimePolicies/{OWN}/$ref")
    now = after(policy, freed)
    assert now == policy
    renamed, _ = of_stage(kind, change, now, "link")
    assert renamed.body == {"displayName": "B"}
    assert after(policy, replace(freed, path=f"/{kind}/{OWN}")) is None
    for method, path in (("POST", f"/groups/{OWN}/assignLicense"), ("DELETE", f"/domains/{OWN}/federation/{ADA}")):
        assert after(policy, replace(freed, method=method, path=path, body={"addLicenses": []})) == policy


def test_an_id_that_a_list_tells_goes_where_it_is_asked_for_and_nowhere_else() -> None:
    body = {"resource": {"note": "{found}"}, "name": "{found}"}
    asked = Operation("k", "c", "link", "POST", "/requests", "Ask", body, found=("resource", "id"))
    assert on_found(asked)
    done = with_found(asked, "x")
    assert done.body == {"resource": {"note": "{found}", "id": "x"}, "name": "{found}"}
    assert not on_found(done)
