"""A real export becomes part of a tenant, in every form it may have; a hostile one is refused in one sentence."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_writing import Writer
from tenant_checks import malformed, strays

from entragit.sandbox.company.conditional_access import FORMER_EMPLOYEE
from entragit.sandbox.generate import company
from entragit.sandbox.load import LoadError, load
from entragit.sandbox.store import Tenant

POLICIES = "identity/conditionalAccess/policies"
LOCATIONS = "identity/conditionalAccess/namedLocations"
STRENGTHS = "policies/authenticationStrengthPolicies"
ID = "10000000-0000-4000-8000-00000000000{}"
GROUP, USER, PLACE, ROLE = ID.format(1), ID.format(2), ID.format(3), ID.format(4)
APP, TERMS, STRENGTH, POLICY = ID.format(5), ID.format(6), ID.format(7), ID.format(8)
BETA: dict[str, Any] = {
    "@odata.context": "https://graph.microsoft.com/beta/$metadata#identity/conditionalAccess/policies/$entity",
    "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
    "id": POLICY,
    "displayName": "CA1",
    "state": "enabled",
    "state@odata.type": "#microsoft.graph.conditionalAccessPolicyState",
    "partialEnablementStrategy": None,
    "conditions": {
        "@odata.type": "#microsoft.graph.conditionalAccessConditionSet",
        "agents": {
            "@odata.type": "#microsoft.graph.conditionalAccessAgents",
            "includeAgentUsers": ["All"],
            "includeAgentUsers@odata.type": "#Collection(String)",
        },
        "users": {
            "includeUsers": ["All", USER],
            "excludeGroups": [GROUP],
            "includeRoles": [ROLE, "62e90394-69f5-4237-9190-012177145e10"],
            "includeGuestsOrExternalUsers": {
                "guestOrExternalUserTypes": "internalGuest",
                "externalTenants": {
                    "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                    "membershipKind": "all",
                },
            },
        },
        "applications": {
            "includeApplications": [APP, "Office365", "00000003-0000-0000-c000-000000000000"],
            "includeAuthenticationContextClassReferences": ["c7"],
        },
        "locations": {"includeLocations": [PLACE], "excludeLocations": ["AllTrusted"]},
    },
    "grantControls": {
        "operator": "OR",
        "builtInControls": None,
        "termsOfUse": [TERMS],
        "authenticationStrength@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
        "authenticationStrength": {
            "id": STRENGTH,
            "displayName": "Keys",
            "policyType": "custom",
            "allowedCombinations": ["fido2"],
            "combinationConfigurations": [],
        },
    },
}
SAMPLES: dict[str, Any] = {
    "users": {"id": USER, "displayName": "Zoë", "userPrincipalName": "zoe@x.example"},
    "groups": {"id": GROUP, "displayName": "Excluded", "securityEnabled": True, "mailEnabled": False,
    "members": [{"id": USER}]},
    LOCATIONS: {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": PLACE, "displayName": "HQ", "ipRanges": []},
    POLICIES: BETA,
}  # fmt: skip


def tenant() -> Tenant:
    return Tenant("11111111-2222-4333-8444-555555555555", "x.example")


def write(path: Path, value: Any, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding)
    return path


def state(target: Tenant) -> str:
    return json.dumps([target.objects, target.singletons, target.links, target.children, len(target.changes)])


def _list(folder: Path) -> Path:
    return write(folder / "all.json", list(SAMPLES.values()))


def _table(folder: Path) -> Path:
    return write(folder / "all.json", {path: [body] for path, body in SAMPLES.items()})


def _short_names(folder: Path) -> Path:
    names = ("users", "groups", "namedLocations", "conditionalAccessPolicies")
    return write(folder / "all.json", {name: [body] for name, body in zip(names, SAMPLES.values(), strict=True)})


def _pages(folder: Path) -> Path:
    for path, body in SAMPLES.items():
        context = f"https://graph.microsoft.com/v1.0/$metadata#{path}"
        write(folder / f"{path.replace('/', '-')}.json", {"@odata.context": context, "value": [body]})
    return folder


def _table_of_pages(folder: Path) -> Path:
    return write(folder / "all.json", {path: {"value": [body]} for path, body in SAMPLES.items()})


def _one_file_each(folder: Path) -> Path:
    for path, body in SAMPLES.items():
        write(folder / path / f"{body['displayName']}.json", body)
    return folder


FORMS = (_list, _table, _short_names, _pages, _table_of_pages, _one_file_each)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_of_an_export_loads_the_same(form: Any, tmp_path: Path) -> None:
    plain, target = tenant(), tenant()
    load(plain, _table(tmp_path / "plain"))
    report = load(target, form(tmp_path / "export"))
    assert report.unknown == []
    assert target.objects == plain.objects
    assert target.links == {"groups/members": {GROUP: [USER]}}
    assert target.objects["users"][USER]["displayName"] == "Zoë"
    assert strays(target) == set()
    assert malformed(target, loaded=True) == set()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_loads(encoding: str, tmp_path: Path) -> None:
    target = tenant()
    load(target, write(tmp_path / "users.json", [SAMPLES["users"]], encoding))
    assert target.objects["users"][USER]["displayName"] == "Zoë"


def test_a_whole_company_survives_being_exported_and_loaded(tmp_path: Path) -> None:
    source = company(60, 5)
    del source.objects[
        "policies/crossTenantAccessPolicy/partners"
    ]  # they have no id in Graph, and one in a tenant here
    target = Tenant(source.id, source.domain)
    lists: dict[str, Any] = {path: list(objects.values()) for path, objects in source.objects.items()}
    report = load(target, write(tmp_path / "all.json", lists | source.singletons))
    assert report.unknown == report.repeated == report.notes == []
    assert report.made_up.keys() == {"users"}
    assert report.novel == {}
    del target.objects["users"][FORMER_EMPLOYEE]
    assert target.objects == source.objects
    assert target.singletons == source.singletons


def test_what_an_export_names_and_does_not_hold_is_made_up(tmp_path: Path) -> None:
    target = tenant()
    report = load(target, write(tmp_path / "policies.json", [BETA]))
    assert strays(target) == set()
    assert report.loaded == {POLICIES: 1, STRENGTHS: 1}
    made = {path: len(names) for path, names in report.made_up.items()}
    assert made == {
        "users": 1,
        "groups": 1,
        "servicePrincipals": 2,
        "roleManagement/directory/roleDefinitions": 2,
        LOCATIONS: 1,
        "identity/conditionalAccess/authenticationContextClassReferences": 1,
        "identityGovernance/termsOfUse/agreements": 1,
    }
    assert "Global Administrator" in report.made_up["roleManagement/directory/roleDefinitions"]
    assert "Microsoft Graph" in report.made_up["servicePrincipals"]
    assert target.objects["identity/conditionalAccess/authenticationContextClassReferences"].keys() == {"c7"}
    again = tenant()
    load(again, tmp_path / "policies.json")
    assert state(again) == state(target)


def test_nothing_is_made_up_for_what_the_tenant_holds(tmp_path: Path) -> None:
    target = company()
    group, user = next(iter(target.objects["groups"])), next(iter(target.objects["users"]))
    policy = copy.deepcopy(BETA)
    policy["conditions"] = {"users": {"includeUsers": [user], "excludeGroups": [group]}}
    policy["grantControls"] = None
    report = load(target, write(tmp_path / "policies.json", [policy]))
    assert report.made_up == {}
    assert strays(target) == set()
    assert [change.id for change in target.changes] == [POLICY]


def test_annotations_go_types_that_say_something_and_beta_properties_stay(tmp_path: Path) -> None:
    target = tenant()
    report = load(target, write(tmp_path / "policies.json", [BETA]))
    body = target.objects[POLICIES][POLICY]
    text = json.dumps(body)
    assert "@odata.context" not in text
    assert text.count("@odata.type") == 1
    assert body["conditions"]["agents"] == {"includeAgentUsers": ["All"]}
    assert "partialEnablementStrategy" in body
    assert report.novel == {POLICIES: {"partialEnablementStrategy"}}
    guests = body["conditions"]["users"]["includeGuestsOrExternalUsers"]
    assert guests["externalTenants"]["@odata.type"] == "#microsoft.graph.conditionalAccessAllExternalTenants"
    assert body["grantControls"]["builtInControls"] == []
    assert body["grantControls"]["authenticationStrength"]["displayName"] == "Keys"
    assert body["conditions"]["signInRiskLevels"] == []


def test_a_type_newer_than_ours_is_kept(tmp_path: Path) -> None:
    target = tenant()
    new = {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": PLACE, "compliantNetworkType": "all"}
    method = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethodConfiguration", "id": "HardwareOath"}
    load(target, write(tmp_path / "all.json", [new, method | {"state": "enabled"}]))
    assert target.objects[LOCATIONS][PLACE]["@odata.type"] == new["@odata.type"]
    configurations = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
    assert target.objects[configurations]["HardwareOath"]["state"] == "enabled"


def test_unknown_things_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write(folder / "users.json", [SAMPLES["users"], {"id": "x", "colour": "red"}])
    write(folder / "odd.json", {"groups": [SAMPLES["groups"]], "tags": ["a"], "comment": "hello"})
    (folder / "README.md").write_text("hi", "utf-8")
    report = load(tenant(), folder)
    assert sorted(report.unknown) == ["README.md", "odd.json: comment", "odd.json: tags"]
    report = load(tenant(), write(tmp_path / "things.json", [SAMPLES["users"], {"id": "x", "colour": "red"}]))
    assert report.unknown == ["things.json[1]"]
    assert any("things.json[1]" in line for line in report.lines())


WORKFLOWS, ENTITLEMENT = "identityGovernance/lifecycleWorkflows", "identityGovernance/entitlementManagement"


def test_what_is_found_by_its_type_alone_is_served(tmp_path: Path) -> None:
    """A workflow isn't one of the deleted; nobody knows whose a job is, nor what a request is for."""
    types_ = ("identityGovernance.workflow", "synchronizationJob", "accessPackageAssignmentRequest")
    held = [{"@odata.type": f"#microsoft.graph.{name}", "id": ID.format(number), "state": "submitted"}
            for number, name in enumerate(types_)]  # fmt: skip
    for item in held[:2]:
        del item["state"]
    target = company(60, 5)
    report = load(target, write(tmp_path / "all.json", held))
    assert len(report.unknown) == 1
    writer = Writer(tenant=target)
    assert writer.do("GET", f"{WORKFLOWS}/workflows/{ID.format(0)}")["id"] == ID.format(0)
    assert writer.refused("GET", f"{WORKFLOWS}/deletedItems/workflows/{ID.format(0)}")[0] == 404
    assert writer.do("GET", f"{ENTITLEMENT}/assignmentRequests/{ID.format(2)}")["state"] == "submitted"
    job = next(iter(target.objects["servicePrincipals"]))
    assert writer.reply("GET", f"servicePrincipals/{job}/synchronization/jobs").status == 200


def test_of_two_versions_the_newest_is_taken_and_the_report_says_so(tmp_path: Path) -> None:
    old = SAMPLES["groups"] | {"displayName": "Old name"}
    target = tenant()
    report = load(target, write(tmp_path / "groups.json", [old, SAMPLES["groups"], SAMPLES["groups"]]))
    assert target.objects["groups"][GROUP]["displayName"] == "Excluded"
    assert len(report.repeated) == 1
    dated = [BETA | {"modifiedDateTime": "2026-01-02T00:00:00Z"}, BETA | {"modifiedDateTime": "2025-01-02T00:00:00Z"}]
    report = load(target, write(tmp_path / "policies.json", dated))
    assert target.objects[POLICIES][POLICY]["modifiedDateTime"].startswith("2026")
    assert "policies.json[0]" in report.repeated[0]


def test_relationships_inside_objects_find_their_places(tmp_path: Path) -> None:
    assignment = {
        "id": "a1",
        "appRoleId": ID.format(9),
        "principalId": USER,
        "principalType": "User",
        "resourceId": APP,
    }
    credential = {"id": "f1", "name": "gh", "issuer": "https://i", "subject": "s", "audiences": ["api://x"]}
    export = {
        "users": [SAMPLES["users"] | {"manager": {"id": ID.format(0)}, "memberOf": [{"id": GROUP}]}],
        "servicePrincipals": [{"id": APP, "appId": ID.format(9), "appRoleAssignedTo": [assignment]}],
        "applications": [{"id": POLICY, "appId": ID.format(9), "federatedIdentityCredentials": [credential]}],
    }
    target = tenant()
    report = load(target, write(tmp_path / "all.json", export))
    assert target.links["users/manager"] == {USER: [ID.format(0)]}
    assert target.objects["appRoleAssignments"]["a1"]["principalId"] == USER
    assert target.children["applications/federatedIdentityCredentials"][POLICY]["f1"]["name"] == "gh"
    assert report.made_up.keys() == {"users"}
    assert any("memberOf" in note for note in report.notes)


def test_a_service_principal_takes_the_place_of_the_tenants_own(tmp_path: Path) -> None:
    target = company()
    graph = {"id": APP, "appId": "00000003-0000-0000-c000-000000000000", "servicePrincipalType": "Application"}
    held = [p for p in target.objects["servicePrincipals"].values() if p["appId"] == graph["appId"]]
    report = load(
        target,
        write(tmp_path / "all.json", [graph | {key: held[0][key] for key in ("appRoles", "oauth2PermissionScopes")}]),
    )
    assert any("takes the place" in note for note in report.notes)
    assert strays(target) == set()
    resources = {item["resourceId"] for item in target.objects["appRoleAssignments"].values()}
    assert APP in resources
    assert held[0]["id"] not in resources
    assert APP in target.children["servicePrincipals/delegatedPermissionClassifications"]


BAD: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"displayName: x", "not JSON"),
    "empty": (b"", "not JSON"),
    "a string": (b'"hello"', "instead of objects"),
    "a number": (b"3", "instead of objects"),
    "nothing known": (b'[{"id": "x"}]', "no object that is known"),
    "an empty list": (b"[]", "no object that is known"),
    "numbers for objects": (b'{"groups": [1, 2]}', "not int"),
    "a number for a list": (b'{"users": 5, "groups": []}', "instead of a list"),
    "no id": (b'{"users": [{"displayName": "x"}]}', "no usable id"),
    "no GUID": (
        b'{"groups": [{"id": "1c2a91c4-0000-4000-8000-000000000000", "members": [{"id": "0"}]}]}', "no id, a GUID"
    ),
    "a number as id": (b'{"users": [{"id": 5}]}', "no usable id"),
    "a list for a word": (b'{"users": [{"id": "x", "displayName": ["a"]}]}', "displayName must be Edm.String"),
    "a word for a list": (b'{"groups": [{"id": "x", "groupTypes": "Unified"}]}', "groupTypes must be a list"),
    "a word for an object": (b'[{"id": "x", "state": "on", "conditions": "none"}]', "conditions must be"),
    "a word for a truth": (b'{"users": [{"id": "x", "accountEnabled": "yes"}]}', "accountEnabled must be Edm.Boolean"),
    "a truth for a number": (b'{"devices": [{"id": "x", "deviceVersion": true}]}', "deviceVersion must be Edm.Int32"),
    "members without ids": (b'{"groups": [{"id": "x", "members": ["a"]}]}', "must hold objects"),
    "a key twice": (b'[{"id": "x", "id": "y"}]', "stands twice"),
    "no number": (b'[{"id": "x", "a": NaN}]', "no JSON number"),
    "infinity": (b'[{"id": "x", "a": 1e999}]', "no JSON number"),
    "very deep": (b"[" * 100_000, "nested too deeply"),
    "bytes": (b'["\xff\xfe\x00"]', "not valid utf-8"),
    "half a character": (b'[{"id": "\\ud800"}]', "surrogate"),
    "a huge number": (b"[" + b"9" * 5000 + b"]", "not JSON"),
    "one id for two": (json.dumps({"users": [{"id": USER}], "groups": [{"id": USER}]}).encode(), "the id"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_file_is_refused_in_one_sentence_and_changes_nothing(name: str, tmp_path: Path) -> None:
    raw, cause = BAD[name]
    path = tmp_path / "bad.json"
    path.write_bytes(raw)
    target = company()
    before = state(target)
    with pytest.raises(LoadError) as caught:
        load(target, path)
    message = str(caught.value)
    assert message.startswith("bad.json")
    assert cause in message
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 400
    assert state(target) == before


def test_sizes_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(json.dumps([{"id": USER, "userPrincipalName": "x" * 2_000_000}]), "utf-8")
    with pytest.raises(LoadError, match="a string of 2,000,000 characters"):
        load(tenant(), path)
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(LoadError, match="split it by collection"):
        load(tenant(), path)


def test_paths_that_are_not_there_or_empty_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"gone\.json: can't be read"):
        load(tenant(), tmp_path / "gone.json")
    with pytest.raises(LoadError, match="an empty folder"):
        load(tenant(), tmp_path)


LEAVES = (
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.text(max_size=8) | st.sampled_from([GROUP, "All", USER])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in _places(item, (*place, key)))]


def _put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    result = copy.copy(value)
    result[place[0]] = _put(value[place[0]], place[1:], new)
    return result


TABLE = {path: [body] for path, body in SAMPLES.items()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_places(TABLE)), VALUES)
def test_any_value_anywhere_loads_consistently_or_is_refused(
    tmp_path_factory: Any, place: tuple[Any, ...], new: Any
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "mutated.json", _put(TABLE, place, new))
    target, refused = tenant(), ""
    try:
        load(target, path)
    except LoadError as error:
        refused = str(error)
    assert not refused or refused.startswith("mutated.json")
    assert not refused or state(target) == state(tenant())
    assert strays(target) == set()
    assert malformed(target, loaded=True) == set()
