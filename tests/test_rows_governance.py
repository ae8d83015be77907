"""Who gets access by asking, all the way: exported, spoilt, put back, with no privilege too many."""

from __future__ import annotations

from pathlib import Path

import pytest
from applying import edit, find, keeper, kept, settle
from small_world import small
from worlds import World, copied, make

from entragit import document
from entragit.permissions import reading, writing
from entragit.resources.catalog import CATALOG
from entragit.resources.further import governance, reviews
from entragit.sandbox.faults import Fault
from entragit.sandbox.server import Sandbox
from entragit.sandbox.writes.kinds.further.reviews import DELETED, shelve

ID = "33333333-3333-4333-8333-333333333333"
GRANTED = "roleManagement/entitlementManagement/roleAssignments"
OWN = (*governance.KINDS, *reviews.KINDS)
KINDS = ("users", "groups", GRANTED, *(kind.kind for kind in OWN))
ENTITLEMENT = "identityGovernance/entitlementManagement"
SETTINGS = f"{ENTITLEMENT}/settings"
ORGANIZATIONS = f"{ENTITLEMENT}/connectedOrganizations"
CATALOGS, PACKAGES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages"
CALLED = f"{CATALOGS}/customWorkflowExtensions"
RESOURCES, SCOPES = f"{CATALOGS}/resources", f"{PACKAGES}/resourceRoleScopes"
POLICIES, ASSIGNMENTS = f"{ENTITLEMENT}/assignmentPolicies", f"{ENTITLEMENT}/assignments"
REVIEWS, LIFECYCLE = "identityGovernance/accessReviews/definitions", "identityGovernance/lifecycleWorkflows/settings"
WORKFLOWS = "identityGovernance/lifecycleWorkflows/workflows"
ACTION = "externalUserLifecycleAction"


@pytest.fixture(scope="module")
def company(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of these kinds and whom they name, exported once with the least that they need."""
    world = make(sandbox, tmp_path_factory.mktemp("governance") / "company", tenant=small(ID))
    world.tenant.options.page_size = None
    kinds = [CATALOG[kind] for kind in KINDS]
    client = world.tenant.add_client(*reading(kinds), *writing(OWN))
    return kept(world, client, KINDS, keeper(world.tenant))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    return copied(company, tmp_path / "company")


@pytest.mark.slow
def test_what_was_changed_comes_back(world: World) -> None:
    before = world.files()
    world.tenant.singletons[SETTINGS]["durationUntilExternalUserDeletedAfterBlocked"] = "P1D"
    partner = find(world, ORGANIZATIONS, lambda body: body["displayName"] == "Partner")
    edit(world, ORGANIZATIONS, partner, state="proposed", description="evil")
    world.tenant.links[f"{ORGANIZATIONS}/internalSponsors"][partner["id"]].pop()
    catalog = find(world, CATALOGS, lambda body: body["description"] == "Sales")
    package = find(world, PACKAGES, lambda body: body["description"] == "All")
    edit(world, CATALOGS, catalog, state="unpublished")
    edit(world, PACKAGES, package, isHidden=True)
    for name in ("incompatibleAccessPackages", "incompatibleGroups"):
        world.tenant.links[f"{PACKAGES}/{name}"][package["id"]].pop()
    called = find(world, CALLED, lambda body: body["displayName"] == "Tell HR")
    app = called["endpointConfiguration"] | {"logicAppWorkflowName": "evil"}
    edit(world, CALLED, called, endpointConfiguration=app, description=None)
    policy = find(world, POLICIES, lambda body: body["displayName"].startswith("Guests"))
    edit(world, POLICIES, policy, requestApprovalSettings=None, specificAllowedTargets=[], description="evil",
         customExtensionStageSettings=policy["customExtensionStageSettings"][:1])  # fmt: skip
    review = find(world, REVIEWS, lambda body: body["displayName"] == "Owners decide")
    edit(
        world,
        REVIEWS,
        review,
        descriptionForAdmins="evil",
        settings=review["settings"] | {"defaultDecision": "Approve"},
    )
    world.tenant.singletons["policies/accessReviewPolicy"]["isGroupOwnerManagementEnabled"] = False
    world.tenant.singletons[LIFECYCLE]["emailSettings"]["senderDomain"] = "evil.example"
    workflow = find(world, WORKFLOWS, lambda body: body["displayName"] == "Before they come")
    workflow["tasks"][0]["arguments"][0]["value"] = "evil"
    edit(world, WORKFLOWS, workflow, description="evil")
    lost = next(iter(world.tenant.children[RESOURCES][catalog["id"]].values()))["originId"]
    for kind, own in ((RESOURCES, catalog["id"]), (SCOPES, package["id"])):
        held = world.tenant.children[kind][own]
        del held[next(key for key, item in held.items() if lost in str(item))]
    settle(world)
    assert world.files() == before


@pytest.mark.slow
def test_what_was_deleted_is_made_anew(world: World) -> None:
    partner = find(world, ORGANIZATIONS, lambda body: body["displayName"] == "Partner")
    sponsors = world.tenant.links[f"{ORGANIZATIONS}/externalSponsors"].pop(partner["id"])
    del world.tenant.objects[ORGANIZATIONS][partner["id"]]
    catalog = find(world, CATALOGS, lambda body: body["description"] == "Sales")
    rules = {own for own, body in world.tenant.objects[POLICIES].items() if body["automaticRequestSettings"]}
    held = (item for item in world.tenant.objects[ASSIGNMENTS].values() if item["state"] != "expired")
    who = {item["target"]["objectId"] for item in held if item["assignmentPolicy"]["id"] not in rules}
    given = {own: len(world.tenant.children[SCOPES].pop(own)) for own in list(world.tenant.objects[PACKAGES])}
    world.tenant.objects[PACKAGES].clear()
    world.tenant.objects[POLICIES].clear()
    world.tenant.objects[ASSIGNMENTS].clear()
    del world.tenant.objects[CATALOGS][catalog["id"]], world.tenant.children[RESOURCES][catalog["id"]]
    calling = sorted(item["displayName"] for item in world.tenant.objects[CALLED].values())
    world.tenant.objects[CALLED].clear()
    world.tenant.objects[WORKFLOWS].clear()
    world.tenant.objects["identityGovernance/lifecycleWorkflows/customTaskExtensions"].clear()
    done = settle(world)
    made = world.tenant.objects[WORKFLOWS].values()
    assert [(body["version"], body["isSchedulingEnabled"]) for body in made] == [(1, False)] * 2
    assert f"--enable {WORKFLOWS}" in " ".join(done.out.split())
    assert {item["target"]["objectId"] for item in world.tenant.objects[ASSIGNMENTS].values()} == who
    renewed = find(world, CATALOGS, lambda body: body["description"] == "Sales")["id"]
    assert {item["catalog"]["id"] for item in world.tenant.objects[PACKAGES].values()} == {renewed}
    again = world.tenant.objects[CALLED].values()
    assert sorted(item["displayName"] for item in again) == calling != []
    assert {item["catalogId"] for item in again} == {renewed}
    policy = find(world, POLICIES, lambda body: body["displayName"].startswith("Guests"))
    called = {stage["customExtension"]["id"] for stage in policy["customExtensionStageSettings"]}
    assert called == {item["id"].rpartition("/")[2] for item in again}  # what calls them follows
    scopes = [item["appScopeId"] for item in world.tenant.objects[GRANTED].values() if item["appScopeId"]]
    assert scopes == [f"/AccessPackageCatalog/{renewed}"]  # the role for the catalog follows it
    assert sorted(len(held) for held in world.tenant.children[SCOPES].values()) == sorted(given.values())
    joined = find(world, ORGANIZATIONS, lambda body: body["displayName"] == "Partner")
    assert joined["id"] != partner["id"]
    assert joined["identitySources"] == partner["identitySources"]
    assert set(world.tenant.links[f"{ORGANIZATIONS}/externalSponsors"][joined["id"]]) == set(sponsors)


@pytest.mark.slow
def test_a_deleted_workflow_is_restored_and_comes_back_off(world: World) -> None:
    lost = find(world, WORKFLOWS, lambda body: body["displayName"] == "Before they come")
    shelve(world.tenant, world.tenant.bury(WORKFLOWS, lost["id"]))
    world.tenant.objects[DELETED][lost["id"]]["description"] = "Changed before it went"
    done = settle(world)
    back = world.tenant.objects[WORKFLOWS][lost["id"]]
    assert (back["version"], back["tasks"], back["description"]) == (3, lost["tasks"], lost["description"])
    assert (back["isSchedulingEnabled"], world.tenant.objects[DELETED]) == (False, {})
    assert f"--enable {WORKFLOWS}" in " ".join(done.out.split())
    assert ("POST", f"{DELETED}/{lost['id']}/restore") in [row[:2] for row in world.tenant.requests]


@pytest.mark.nightly
def test_what_acts_by_itself_comes_back_only_where_somebody_says_so(world: World) -> None:
    review = find(world, REVIEWS, lambda body: body["displayName"] == "Owners decide")
    del world.tenant.objects[REVIEWS][review["id"]]
    world.tenant.singletons[SETTINGS][ACTION] = "none"
    done = world.run("apply", "--yes")
    assert done.code == 0, done.out + done.err
    said = " ".join(done.out.split())
    assert (f"--enable {SETTINGS}" in said, f"--enable {REVIEWS}" in said) == (True, True)
    assert "Owners decide" not in {body["displayName"] for body in world.tenant.objects[REVIEWS].values()}
    assert world.tenant.singletons[SETTINGS][ACTION] == "none"
    settle(world, "--enable", SETTINGS, "--enable", REVIEWS)
    again = find(world, REVIEWS, lambda body: body["displayName"] == "Owners decide")
    assert (again["id"] != review["id"], again["scope"], again["settings"]) == (
        True,
        review["scope"],
        review["settings"],
    )
    assert world.tenant.singletons[SETTINGS][ACTION] == "blockSignInAndDelete"


def test_a_workflow_that_cannot_be_read_keeps_its_file(world: World) -> None:
    before = world.files()
    hidden = find(world, WORKFLOWS, lambda body: body["displayName"] == "Before they come")
    hidden["tasks"][0]["displayName"] = "Changed"
    world.tenant.faults.append(Fault(rf"^GET {WORKFLOWS}/{hidden['id']}", times=None, status=403))
    done = world.run("export")
    assert done.code == 4
    assert "Before-they-come" in done.err
    after = world.files()
    assert {**after, "snapshot.yaml": ""} == {**before, "snapshot.yaml": ""}


@pytest.mark.nightly
def test_a_policy_may_call_by_address_what_is_still_to_be_made(world: World) -> None:
    catalog = find(world, CATALOGS, lambda body: body["description"] == "Sales")["id"]
    held = next(path for path, text in world.files().items() if path.startswith(CALLED) and "Tell HR" in text)
    body = document.read(world.files()[held].encode(), held).body
    new = {name: value for name, value in body.items() if name != "id"} | {"displayName": "Tell all"}
    path = next(path for path in world.files() if path.startswith(f"{POLICIES}/Guests"))
    policy = document.read(world.files()[path].encode(), path).body
    for stage in policy["customExtensionStageSettings"]:
        if stage["customExtension"]["@odata.type"] == new["@odata.type"]:
            stage["customExtension"]["id"] = f"{CALLED}/Tell-all"
    for place, content in ((f"{CALLED}/Tell-all.yaml", new), (path, policy)):
        (world.place / place).write_bytes(document.emit(content, {}))
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "Tell all")
    settle(world, "HEAD")
    made = find(world, CALLED, lambda body: body["displayName"] == "Tell all")
    assert made["catalogId"] == catalog
    stages = find(world, POLICIES, lambda body: body["displayName"].startswith("Guests"))[
        "customExtensionStageSettings"
    ]
    assert made["id"].rpartition("/")[2] in {stage["customExtension"]["id"] for stage in stages}
