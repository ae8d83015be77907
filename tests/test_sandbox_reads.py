"""What the sandbox answers to reads is what Graph documents, and nothing more lenient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from conftest import GraphClient
from sandbox_small import furnish, link, put, user
from sandbox_writing import with_casts

from entragit.sandbox import access
from entragit.sandbox.faults import Fault
from entragit.sandbox.rules import distil_permissions, layout, types
from entragit.sandbox.rules.relations import RELATIONS
from entragit.sandbox.rules.rows import ROWS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

EVERYTHING = (
    "Directory.Read.All", "User.Read.All", "Group.Read.All", "Application.Read.All", "Device.Read.All",
    "Policy.Read.All", "RoleManagement.Read.Directory", "AuditLog.Read.All", "AuthenticationContext.Read.All",
    "Organization.Read.All", "Domain.Read.All", "GroupSettings.Read.All", "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleAssignmentSchedule.ReadWrite.Directory", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
)  # fmt: skip
EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture
def ids(tenant: Tenant) -> dict[str, str]:
    tenant.options.quotas = False
    return furnish(tenant)


@pytest.fixture
def reader(ids: dict[str, str], graph: GraphClient) -> httpx.Client:
    return graph(*EVERYTHING)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def pages(reader: httpx.Client, url: str) -> Iterator[list[dict[str, Any]]]:
    link_: str | None = url
    while link_ is not None:
        body = reader.get(link_).json()
        yield body["value"]
        link_ = body.get("@odata.nextLink")


def everything(reader: httpx.Client, url: str) -> list[dict[str, Any]]:
    return [item for page in pages(reader, url) for item in page]


def test_every_served_path_answers(ids: dict[str, str], tenant: Tenant, graph: GraphClient) -> None:
    reads = (any_of for operation, any_of in access.permissions().items() if operation.startswith("GET "))
    reader = graph(*{permission for any_of in reads for permission in any_of})
    for path in layout.SINGLETONS:
        tenant.singletons.setdefault(path, blank(types.collection_type(path)) | {"id": "x"})
    delegated = {row.path for row in ROWS if row.delegated}
    for path in sorted({*layout.SERVED, *layout.ALIASES} - delegated):
        version = "beta" if path in layout.BETA else "v1.0"
        scope = " and ".join(f"{name} eq 'x'" for name in layout.SCOPED.get(path, ((),))[0])
        address = f"{str(reader.base_url).replace('v1.0', version)}{below(tenant, path)}"
        body = reader.get(address, params={"$filter": scope} if scope else {}).raise_for_status().json()
        assert f"$metadata#{layout.ALIASES.get(path, path)}" in body["@odata.context"]
        assert ("value" in body) == (path not in layout.SINGLETONS), path


def below(tenant: Tenant, path: str) -> str:
    """The path as Graph has it: branding below the organization's id, what groups have beside roles', casts in full."""
    path = with_casts(path)
    for at, own in layout.OF_GROUPS.items():
        if path.startswith(own.lower()):
            of_group = path.replace(own.lower(), at).replace("{id}", "Group_{id}", 1)
            return of_group if "{id}" in path else f"{at}?$filter=scopeId eq 'x' and scopeType eq 'Group'"
    return path.replace("organization/branding", f"organization/{tenant.id}/branding")


def test_every_read_needs_a_permission(ids: dict[str, str], tenant: Tenant, graph: GraphClient) -> None:
    nobody, beta = graph(), {path.lower() for path in layout.BETA}
    beta |= {f"{path}/{{id}}/{one.way}" for path, held in RELATIONS.items() for one in held.values() if one.beta}
    for template in distil_permissions.templates():
        root = str(nobody.base_url).replace("v1.0", "beta" if template in beta else "v1.0")
        answer = nobody.get(root + below(tenant, template).replace("{id}", ids["Ada"]))
        assert answer.status_code == 403, template
        assert code(answer)[1] in ("Authorization_RequestDenied", "AccessDenied")


def test_unknown_paths_and_methods(reader: httpx.Client) -> None:
    assert code(reader.get("/nothing")) == (400, "BadRequest")
    assert code(reader.get("/users/x/nothing")) == (400, "BadRequest")
    assert code(reader.get("/me/manager")) == (400, "BadRequest")
    assert reader.put("/users", json={}).status_code == 405
    assert reader.post("/users", json={}).status_code == 403
    assert reader.get("/identityGovernance/termsOfUse/agreements").status_code == 403
    assert reader.get("/directory/onPremisesSynchronization").status_code == 403
    assert code(reader.get("/directory/deletedItems")) == (400, "Request_BadRequest")


def test_the_error_envelope(reader: httpx.Client) -> None:
    answer = reader.get("/users/00000000-0000-0000-0000-000000000000", headers={"client-request-id": "mine"})
    assert code(answer) == (404, "Request_ResourceNotFound")
    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == answer.headers["client-request-id"] == "mine"
    assert inner["request-id"] == answer.headers["request-id"] != "mine"
    assert code(reader.get("/identity/conditionalAccess/policies/none")) == (404, "ResourceNotFound")


def test_a_user_has_eleven_properties_unless_more_are_selected(reader: httpx.Client, ids: dict[str, str]) -> None:
    default = reader.get(f"/users/{ids['Ada']}").json()
    assert len(default) == 12  # with @odata.context
    assert "department" not in default
    assert default["jobTitle"] is None
    chosen = reader.get("/users?$select=department,otherMails,passwordProfile").json()["value"][0]
    assert chosen == {"department": "Sales", "otherMails": [], "passwordProfile": None}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/users?$select=shoeSize", (400, "BadRequest")),
        ("/users?$select=mailboxSettings", (501, "NotImplemented")),
        ("/groups?$select=id,allowExternalSenders", (400, "Request_BadRequest")),
        ("/users?$top=1000", (400, "Request_UnsupportedQuery")),
        ("/users?$top=0", (400, "Request_UnsupportedQuery")),
        ("/domains?$top=5", (400, "Request_UnsupportedQuery")),
        ("/domains?$filter=isDefault eq true", (400, "Request_UnsupportedQuery")),
        ("/directoryRoles?$top=5", (400, "Request_UnsupportedQuery")),
        ("/users?$top=5&$top=6", (400, "BadRequest")),
        ("/users?$skip=5", (400, "Request_UnsupportedQuery")),
        ("/users?size=5", (400, "Request_UnsupportedQuery")),
        ("/users?$search=\"displayName:Ada\"", (400, "Request_UnsupportedQuery")),
        ("/users?$expand=manager,sponsors", (400, "Request_UnsupportedQuery")),
        ("/users?$expand=*", (400, "Request_UnsupportedQuery")),
        ("/users?$filter=shoeSize eq 5", (400, "BadRequest")),
        ("/users?$filter=displayName like 'A'", (400, "BadRequest")),
        ("/users?$filter=displayName eq", (400, "BadRequest")),
        ("/users?$filter=displayName ne 'Ada'", (400, "Request_UnsupportedQuery")),
        ("/users?$filter=endswith(mail,'x')", (400, "Request_UnsupportedQuery")),
        ("/users?$filter=accountEnabled eq true&$orderby=displayName", (400, "Request_UnsupportedQuery")),
        ("/users/$count", (400, "Request_UnsupportedQuery")),
        ("/users?$skiptoken=made-up", (400, "Directory_ExpiredPageToken")),
    ],
)  # fmt: skip
def test_what_graph_refuses(reader: httpx.Client, url: str, expected: tuple[int, str]) -> None:
    assert code(reader.get(url)) == expected


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("displayName eq 'ADA'", {"Ada"}),
        ("displayName in ('Ada','Bob')", {"Ada", "Bob"}),
        ("startswith(displayName,'e') or id eq '{Ada}'", {"Ada", "Eve"}),
        ("accountEnabled eq true and (displayName eq 'Eve')", {"Eve"}),
        ("jobTitle eq null and userPrincipalName ge 'b'", {"Bob", "Eve"}),
        ("displayName eq 'O''Hara'", {"O'Hara"}),
        ("otherMails/any(m:m eq 'x@y.example')", {"O'Hara"}),
        ("assignedLicenses/any(l:l/skuId eq 184efa21-98c3-4e5d-95ab-d07053a96e67)", {"O'Hara"}),
    ],
)
def test_filters(reader: httpx.Client, tenant: Tenant, ids: dict[str, str], condition: str, names: set[str]) -> None:
    licences = [{"skuId": "184efa21-98c3-4e5d-95ab-d07053a96e67"}]
    user(tenant, "O'Hara", otherMails=["x@y.example"], jobTitle="CEO", assignedLicenses=licences)
    found = reader.get("/users", params={"$filter": condition.format(**ids)}).raise_for_status().json()["value"]
    assert {item["displayName"] for item in found} == names


def test_advanced_queries_need_their_header_and_count(reader: httpx.Client, ids: dict[str, str]) -> None:
    url = "/users?$filter=displayName ne 'Ada'&$count=true"
    body = reader.get(url, headers=EVENTUAL).json()
    assert (body["@odata.count"], len(body["value"])) == (2, 2)
    assert reader.get(url).status_code == 400
    assert reader.get(url.replace("&$count=true", ""), headers=EVENTUAL).status_code == 400
    assert reader.get("/users/$count", headers=EVENTUAL).text == "3"
    assert "@odata.count" not in reader.get("/users?$count=true").json()
    ordered = reader.get("/users?$orderby=displayName desc").json()["value"]
    assert [item["displayName"] for item in ordered] == ["Eve", "Bob", "Ada"]


def test_pages_hold_each_object_once(reader: httpx.Client, tenant: Tenant) -> None:
    for number in range(250):
        user(tenant, f"U{number}")
    default = list(pages(reader, "/users"))
    assert [len(page) for page in default] == [100, 100, 53]
    assert len({item["id"] for page in default for item in page}) == 253
    tenant.options.page_size, tenant.options.shuffle = 7, 5
    again = everything(reader, "/users?$top=999&$select=id")
    assert {item["id"] for item in again} == set(tenant.objects["users"])
    assert [item["id"] for item in again] != list(tenant.objects["users"])


def test_a_page_sequence_is_fixed_at_its_first_page(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    url = f"/groups/{ids['hidden']}/owners?$top=1&$select=id"
    link(tenant, "groups/owners", ids["hidden"], ids["Ada"], ids["Bob"])
    first = reader.get(url).json()
    tenant.links["groups/owners"][ids["hidden"]].insert(0, ids["Eve"])
    found = [*first["value"], *everything(reader, first["@odata.nextLink"])]
    assert [item["id"] for item in found] == [ids["Ada"], ids["Bob"]]


def test_any_text_is_sent(reader: httpx.Client, tenant: Tenant) -> None:
    for name in ("\ud800", "\u202e\x00", "🜁", "\u2028'\"\\"):
        key = user(tenant, "x", jobTitle=name)
        assert reader.get(f"/users/{key}?$select=jobTitle").json()["jobTitle"] == name


def test_a_next_link_keeps_its_options_and_ends(reader: httpx.Client, tenant: Tenant) -> None:
    first = reader.get("/users?$top=1&$select=id").json()
    link_ = first["@odata.nextLink"]
    assert list(reader.get(link_).json()["value"][0]) == ["id"]
    assert code(reader.get(link_.replace("$top=1", "$top=2"))) == (400, "Directory_ExpiredPageToken")
    tenant.options.page_token_lifetime = -1
    assert code(reader.get(link_)) == (400, "Directory_ExpiredPageToken")


def test_policies_come_whole_and_ignore_top(reader: httpx.Client, tenant: Tenant) -> None:
    for number in range(120):
        put(tenant, "identity/conditionalAccess/policies", displayName=f"CA{number}")
    body = reader.get("/identity/conditionalAccess/policies?$top=5").json()
    assert len(body["value"]) == 121
    assert "@odata.nextLink" not in body
    tenant.options.page_size = 50
    assert len(list(pages(reader, "/identity/conditionalAccess/policies"))) == 3
    assert len(reader.get("/directoryRoles").json()["value"]) == 1


def test_an_empty_page_may_lead_to_the_data(reader: httpx.Client, tenant: Tenant) -> None:
    tenant.faults.append(Fault("GET users", "empty_page"))
    found = list(pages(reader, "/users?$select=id"))
    assert [len(page) for page in found] == [0, 3]


def test_sign_in_activity_has_a_permission_a_licence_and_smaller_pages(
    graph: GraphClient, reader: httpx.Client, tenant: Tenant
) -> None:
    for number in range(130):
        user(tenant, f"U{number}")
    url = "/users?$select=id,signInActivity&$top=999"
    assert len(reader.get(url).json()["value"]) == 120
    assert code(graph("User.Read.All").get(url)) == (403, "Authorization_RequestDenied")
    tenant.options.licences = set()
    assert code(reader.get(url)) == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")


def test_attributes_read_as_null_without_their_permission(
    graph: GraphClient, tenant: Tenant, ids: dict[str, str]
) -> None:
    url = f"/servicePrincipals/{ids['principal']}?$select=customSecurityAttributes"
    plain = graph("Application.Read.All")
    assert plain.get(url).json()["customSecurityAttributes"] is None
    changes = plain.get("/servicePrincipals/delta?$select=customSecurityAttributes").json()["value"]
    assert changes == [{"id": ids["principal"], "customSecurityAttributes": None}]
    linked = graph("Group.Read.All", "Application.Read.All").get(
        f"/groups/{ids['group']}?$select=id&$expand=members($select=id,customSecurityAttributes)"
    )
    assert {item.get("customSecurityAttributes") for item in linked.json()["members"]} == {None}
    able = graph("Application.Read.All", "CustomSecAttributeAssignment.Read.All")
    assert able.get(url).json()["customSecurityAttributes"] == {"Set": {"Attribute": "value"}}
    tenant.options.silent_properties = frozenset()
    assert plain.get(url).status_code == 403


@pytest.mark.parametrize("path", ["applications", "servicePrincipals"])
def test_key_material_is_never_listed(reader: httpx.Client, ids: dict[str, str], path: str) -> None:
    key = ids["app" if path == "applications" else "principal"]
    for url in (f"/{path}", f"/{path}?$select=keyCredentials,passwordCredentials"):
        item = reader.get(url).json()["value"][0]
        assert item["keyCredentials"][0]["key"] is None
        assert item["passwordCredentials"][0]["secretText"] is None
    assert reader.get(f"/{path}/{key}").json()["keyCredentials"][0]["key"] is None
    single = reader.get(f"/{path}/{key}?$select=keyCredentials,passwordCredentials").json()
    assert single["keyCredentials"][0]["key"] == "QUJD"
    assert single["passwordCredentials"][0]["secretText"] is None


def test_a_property_newer_than_the_types_can_be_selected(reader: httpx.Client, tenant: Tenant) -> None:
    put(tenant, "users", displayName="New", brandNew={"a": 1}, extension_0123_badge="7")
    found = reader.get("/users?$select=displayName,brandNew,extension_0123_badge").json()["value"]
    assert found[-1] == {"displayName": "New", "brandNew": {"a": 1}, "extension_0123_badge": "7"}
    assert found[0]["brandNew"] is None


def test_alternate_keys(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    app_id = tenant.objects["applications"][ids["app"]]["appId"]
    urls = {
        f"/users/ada@{tenant.domain}": "Ada",
        f"/users('{ids['Ada']}')": "Ada",
        f"/users/{ids['Ada'].upper()}": "Ada",
        f"/applications(appId='{app_id}')": "app",
        f"/servicePrincipals(appId='{app_id}')": "principal",
        "/groups(uniqueName='sales')": "group",
    }
    for url, name in urls.items():
        assert reader.get(url).raise_for_status().json()["id"] == ids[name]
    assert reader.get("/groups(displayName='Sales')").status_code == 400


def test_v1_members_leave_out_service_principals_unless_cast(
    reader: httpx.Client, tenant: Tenant, ids: dict[str, str]
) -> None:
    url = f"/groups/{ids['group']}/members"
    plain = reader.get(f"{url}?$select=id").json()["value"]
    assert plain == [
        {"@odata.type": "#microsoft.graph.user", "id": ids["Ada"]},
        {"@odata.type": "#microsoft.graph.group", "id": ids["nested"]},
        {"@odata.type": "#microsoft.graph.device", "id": ids["device"]},
    ]
    assert reader.get(f"{url}/microsoft.graph.servicePrincipal").status_code == 400
    cast = f"{url}/microsoft.graph.servicePrincipal?$count=true&$select=id"
    assert reader.get(cast, headers=EVENTUAL).json()["value"] == [{"id": ids["principal"]}]
    assert len(reader.get(f"/groups/{ids['group']}/owners").json()["value"]) == 1
    assert len(reader.get(f"/groups/{ids['group']}?$expand=members").json()["members"]) == 4
    tenant.options.members_omit_service_principals = False
    assert len(reader.get(url).json()["value"]) == 4
    assert reader.get(f"{url}/microsoft.graph.toaster?$count=true", headers=EVENTUAL).status_code == 400


def test_hidden_members_look_like_no_members(graph: GraphClient, reader: httpx.Client, ids: dict[str, str]) -> None:
    url = f"/groups/{ids['hidden']}/members"
    assert reader.get(url).json()["value"] == []
    assert len(graph("Group.Read.All", "Member.Read.Hidden").get(url).json()["value"]) == 2
    assert reader.get(f"/groups/{ids['hidden']}?$expand=members").json()["members"] == []


def test_members_that_a_token_may_not_read_have_an_id_alone(graph: GraphClient, ids: dict[str, str]) -> None:
    found = graph("GroupMember.Read.All").get(f"/groups/{ids['group']}/members").json()["value"]
    ada, nested = found[0], found[1]
    assert (ada["id"], ada["displayName"]) == (ids["Ada"], None)
    assert nested["displayName"] == "Nested"


def test_other_relationships(reader: httpx.Client, ids: dict[str, str]) -> None:
    def names(url: str) -> list[str]:
        return [str(item["id"]) for item in everything(reader, url)]

    assert set(names(f"/groups/{ids['group']}/transitiveMembers")) == {
        ids["Ada"], ids["nested"], ids["Bob"], ids["device"]
    }  # fmt: skip
    assert set(names(f"/users/{ids['Ada']}/memberOf")) == {ids["group"], ids["hidden"], ids["unit"]}
    assert set(names(f"/users/{ids['Bob']}/transitiveMemberOf")) == {ids["nested"], ids["hidden"], ids["group"]}
    assert names(f"/directory/administrativeUnits/{ids['unit']}/members") == [ids["Ada"]]
    assert names(f"/directoryRoles/{ids['role']}/members") == [ids["Eve"]]
    assert names(f"/applications/{ids['app']}/owners") == [ids["Ada"]]
    assert names(f"/servicePrincipals/{ids['principal']}/appRoleAssignedTo") == [ids["assignment"]]
    assert names(f"/groups/{ids['group']}/appRoleAssignments") == [ids["assignment"]]
    assert names(f"/servicePrincipals/{ids['principal']}/oauth2PermissionGrants") == [ids["grant"]]
    assert names(f"/applications/{ids['app']}/federatedIdentityCredentials") == [ids["credential"]]
    url = f"/applications/{ids['app']}/federatedIdentityCredentials/{ids['credential']}"
    assert reader.get(url).json()["name"] == "github"
    assert reader.get(f"/applications/{ids['app']}/federatedIdentityCredentials/none").status_code == 404


def test_a_manager_is_one_object_or_none(reader: httpx.Client, ids: dict[str, str]) -> None:
    assert reader.get(f"/users/{ids['Ada']}/manager?$select=id").json()["id"] == ids["Eve"]
    assert reader.get(f"/users/{ids['Ada']}/manager/$ref").json()["@odata.id"].endswith(f"/{ids['Eve']}")
    assert code(reader.get(f"/users/{ids['Bob']}/manager")) == (404, "Request_ResourceNotFound")
    listed = reader.get("/users?$select=id&$expand=manager($select=id)").json()["value"]
    managers = {item["id"]: item.get("manager") for item in listed}
    assert managers == {
        ids["Ada"]: {"@odata.type": "#microsoft.graph.user", "id": ids["Eve"]},
        ids["Bob"]: None,
        ids["Eve"]: None,
    }


def test_an_expansion_holds_twenty_elements(reader: httpx.Client, tenant: Tenant) -> None:
    group = put(tenant, "groups", displayName="Large")
    link(tenant, "groups/members", group, *(user(tenant, f"U{number}") for number in range(30)))
    body = reader.get(f"/groups/{group}?$expand=members($select=id)").json()
    assert len(body["members"]) == 20
    assert "members@odata.nextLink" not in body
    principal = reader.get("/roleManagement/directory/roleAssignments?$expand=principal").json()["value"][0]
    assert principal["principal"]["displayName"] == "Ada"


def test_a_new_assignment_shows_at_once_in_both_directions(
    reader: httpx.Client, tenant: Tenant, ids: dict[str, str]
) -> None:
    url = f"/servicePrincipals/{ids['principal']}/appRoleAssignedTo"
    assert len(reader.get(url).json()["value"]) == 1
    put(tenant, "appRoleAssignments", principalId=ids["Ada"], resourceId=ids["principal"])
    assert len(reader.get(url).json()["value"]) == 2
    assert len(reader.get(f"/users/{ids['Ada']}/appRoleAssignments").json()["value"]) == 1


def test_methods_come_with_their_policy(reader: httpx.Client) -> None:
    policy = reader.get("/policies/authenticationMethodsPolicy").json()
    assert [item["id"] for item in policy["authenticationMethodConfigurations"]] == ["Fido2"]
    url = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/fido2"
    assert reader.get(url).json()["@odata.type"] == "#microsoft.graph.fido2AuthenticationMethodConfiguration"
    missing = reader.get("/policies/identitySecurityDefaultsEnforcementPolicy")
    assert code(missing) == (404, "ResourceNotFound")


def test_polymorphic_lists_can_be_cast(reader: httpx.Client, tenant: Tenant) -> None:
    url = "/identity/conditionalAccess/namedLocations"
    assert reader.get(url).json()["value"][0]["@odata.type"] == "#microsoft.graph.countryNamedLocation"
    assert reader.get(f"{url}/microsoft.graph.ipNamedLocation").json()["value"] == []
    assert len(reader.get(f"{url}/microsoft.graph.countryNamedLocation").json()["value"]) == 1


def test_late_enum_members_are_hidden_from_who_does_not_ask(
    reader: httpx.Client, tenant: Tenant, ids: dict[str, str]
) -> None:
    url = f"/identity/conditionalAccess/policies/{ids['policy']}"
    tenant.options.unknown_enum_members = {"elevated": "insiderRiskLevels", "mfa": "elsewhere"}
    plain = reader.get(url).json()
    assert plain["conditions"]["insiderRiskLevels"] == "unknownFutureValue"
    assert plain["grantControls"]["builtInControls"] == ["mfa", "unknownFutureValue"]
    full = reader.get(url, headers={"Prefer": "include-unknown-enum-members"})
    assert full.json()["grantControls"]["builtInControls"] == ["mfa", "riskRemediation"]
    assert full.json()["conditions"]["insiderRiskLevels"] == "elevated"
    assert full.headers["Preference-Applied"] == "include-unknown-enum-members"


def test_shuffling_changes_order_and_nothing_else(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    tenant.objects["groups"][ids["group"]]["proxyAddresses"] = [f"smtp:{number}@x.example" for number in range(9)]
    tenant.objects["groups"][ids["group"]]["brandNewList"] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    url = f"/groups/{ids['group']}"
    plain = reader.get(url).json()
    seen = set()
    for seed in range(5):
        tenant.options.shuffle = seed
        body = reader.get(url).json()
        assert {**body, "proxyAddresses": sorted(body["proxyAddresses"])} == plain
        seen.add((tuple(body), tuple(body["proxyAddresses"])))
        assert reader.get(url).text == reader.get(url).text
    assert len(seen) == 5


def test_licences(reader: httpx.Client, tenant: Tenant) -> None:
    paths = {
        "/identity/conditionalAccess/policies": "P1",
        "/identity/conditionalAccess/namedLocations": "P1",
        "/roleManagement/directory/roleAssignmentScheduleInstances?$filter=assignmentType eq 'Activated'": "P2",
    }
    for status in (400, 403):
        tenant.options.unlicensed_status = status
        for url, licence in paths.items():
            tenant.options.licences = {"P1", "P2"} - {licence}
            assert code(reader.get(url)) == (status, "AadPremiumLicenseRequired")
            tenant.options.licences = {"P1", "P2"}
            assert len(reader.get(url).json()["value"]) == 1


def test_replication_lag_and_ghosts(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    tenant.options.lag = tenant.options.delete_ghosts = 10_000.0
    new = user(tenant, "New")
    tenant.touch("users", new, "created")
    assert reader.get(f"/users/{new}").status_code == 404
    assert new not in {item["id"] for item in everything(reader, "/users")}
    tenant.bury("users", ids["Bob"])
    tenant.touch("users", ids["Bob"], "deleted")
    assert reader.get(f"/users/{ids['Bob']}").status_code == 200
    assert ids["Bob"] in {item["id"] for item in everything(reader, "/users")}
    tenant.options.lag = tenant.options.delete_ghosts = 0.0
    assert reader.get(f"/users/{new}").status_code == 200
    assert reader.get(f"/users/{ids['Bob']}").status_code == 404


def test_deleted_items_are_listed_by_type(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    tenant.deleted["groups"] = {ids["nested"]: tenant.bury("groups", ids["nested"])}
    found = reader.get("/directory/deletedItems/microsoft.graph.group").json()["value"]
    assert [item["id"] for item in found] == [ids["nested"]]
    assert reader.get("/directory/deletedItems/microsoft.graph.user").json()["value"] == []
    assert reader.get(f"/directory/deletedItems/{ids['nested']}").json()["displayName"] == "Nested"
    assert reader.get(f"/directory/deletedItems/{ids['Ada']}").status_code == 404


def test_objects_by_id_whatever_their_type(reader: httpx.Client, ids: dict[str, str]) -> None:
    one = reader.get(f"/directoryObjects/{ids['device']}").json()
    assert (one["@odata.type"], one["displayName"]) == ("#microsoft.graph.device", "PC")
    body = {"ids": [ids["Ada"], ids["group"], "00000000-0000-0000-0000-000000000000"]}
    both = reader.post("/directoryObjects/getByIds", json=body).json()["value"]
    assert [item["id"] for item in both] == [ids["Ada"], ids["group"]]
    groups = reader.post("/directoryObjects/getByIds", json={**body, "types": ["group"]}).json()["value"]
    assert [item["id"] for item in groups] == [ids["group"]]
    assert reader.post("/directoryObjects/getByIds", json={"ids": []}).status_code == 400


def test_audits_come_newest_first(reader: httpx.Client, tenant: Tenant) -> None:
    for day in (1, 2, 3):
        tenant.audits.append({"id": f"a{day}", "activityDateTime": f"2026-01-0{day}T00:00:00Z"})
    url = "/auditLogs/directoryAudits"
    assert [item["id"] for item in reader.get(url).json()["value"]] == ["a3", "a2", "a1"]
    late = reader.get(f"{url}?$filter=activityDateTime ge 2026-01-02T00:00:00Z&$top=1").json()
    assert [item["id"] for item in late["value"]] == ["a3"]
    assert reader.get(f"{url}/a2").json()["id"] == "a2"


def test_the_tenant_keeps_a_log_of_requests(reader: httpx.Client, tenant: Tenant, ids: dict[str, str]) -> None:
    reader.get(f"/groups/{ids['group']}/members?$select=id&$top=5")
    reader.get("/nothing")
    assert tenant.requests == [
        ("GET", f"groups/{ids['group']}/members?$select=id&$top=5", 200),
        ("GET", "nothing", 400),
    ]


def test_tenants_do_not_see_each_other(reader: httpx.Client, sandbox: Sandbox, tenant: Tenant) -> None:
    other = Tenant("00000000-0000-4000-8000-00000000cafe", "other.example")
    sandbox.add(other)
    stranger = user(other, "Stranger")
    assert stranger not in {item["id"] for item in everything(reader, "/users")}
    assert reader.get(f"/users/{stranger}").status_code == 404
    assert reader.get("/organization").json()["value"][0]["id"] == tenant.id
    assert other.requests == []
