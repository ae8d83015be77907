"""The sandbox takes agents at the addresses of their types alone, with what the pages of each ask for."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import ROOT, Writer

from entragit.sandbox.store import Object

APPS, PRINCIPALS, BIN = "applications", "servicePrincipals", "directory/deletedItems"
BLUEPRINT, PRINCIPAL, AGENT = (
    f"microsoft.graph.{name}" for name in ("agentIdentityBlueprint", "agentIdentityBlueprintPrincipal", "agentIdentity")
)
BLUEPRINTS, HOLDERS, AGENTS = f"{APPS}/{BLUEPRINT}", f"{PRINCIPALS}/{PRINCIPAL}", f"{PRINCIPALS}/{AGENT}"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def sponsored(writer: Writer, **more: Any) -> Object:
    """A body with somebody who answers for it."""
    user = next(iter(writer.tenant.objects["users"]))
    return {"displayName": "Clerk", "sponsors@odata.bind": [f"{ROOT}/users/{user}"], **more}


def made(writer: Writer) -> tuple[Object, Object, Object]:
    """A blueprint, its principal and an agent identity."""
    blueprint = writer.do("POST", BLUEPRINTS, sponsored(writer))
    principal = writer.do("POST", HOLDERS, {"appId": blueprint["appId"]})
    body = sponsored(writer, agentIdentityBlueprintId=blueprint["appId"])
    return blueprint, principal, writer.do("POST", AGENTS, body)


def test_each_is_made_at_the_address_of_its_type(writer: Writer) -> None:
    blueprint, principal, agent = made(writer)
    assert [item["@odata.type"].rpartition(".")[2] for item in (blueprint, principal, agent)] == [
        "agentIdentityBlueprint", "agentIdentityBlueprintPrincipal", "agentIdentity"]  # fmt: skip
    assert (agent["servicePrincipalType"], agent["agentIdentityBlueprintId"]) == ("ServiceIdentity", blueprint["appId"])
    links = writer.tenant.links
    assert links[f"{APPS}/sponsors"][blueprint["id"]] == links[f"{PRINCIPALS}/agentIdentitySponsors"][agent["id"]]
    assert "agentIdentityBlueprintId" not in writer.do("GET", f"{PRINCIPALS}/{agent['id']}")
    assert writer.do("GET", f"{AGENTS}?$select=id,agentIdentityBlueprintId")["value"][0]["agentIdentityBlueprintId"]
    assert writer.refused("GET", f"{PRINCIPALS}?$select=agentIdentityBlueprintId")[0] == 400


def test_what_a_creation_must_say(writer: Writer) -> None:
    blueprint, _, _ = made(writer)
    unsponsored = {"displayName": "Clerk"}
    assert "relationship 'sponsors'" in writer.refused("POST", BLUEPRINTS, unsponsored)[2]
    named = {"agentIdentityBlueprintId": blueprint["appId"]}
    assert "relationship" in writer.refused("POST", AGENTS, unsponsored | named)[2]
    assert "agentIdentityBlueprintId" in writer.refused("POST", AGENTS, sponsored(writer))[2]
    assert "does not exist" in writer.refused("POST", AGENTS, sponsored(writer, agentIdentityBlueprintId="x"))[2]
    for path, more in ((BLUEPRINTS, {"notes": "x"}), (AGENTS, named | {"accountEnabled": False})):
        assert "read-only" in writer.refused("POST", path, sponsored(writer, **more))[2]
    assert "address of its own" in writer.refused("POST", HOLDERS, {"appId": writer.find(APPS, tags=[])["appId"]})[2]


def test_no_other_address_changes_one(writer: Writer) -> None:
    for path, item, cast in zip(
        (APPS, PRINCIPALS, PRINCIPALS), made(writer), (BLUEPRINT, PRINCIPAL, AGENT), strict=True
    ):
        plain, own = f"{path}/{item['id']}", f"{path}/{item['id']}/{cast}"
        user = next(iter(writer.tenant.objects["users"]))
        owner = {"@odata.id": f"{ROOT}/directoryObjects/{user}"}
        for method, place, body in (("PATCH", plain, {"displayName": "B"}), ("DELETE", plain, None),
                                    ("POST", f"{plain}/owners/$ref", owner)):  # fmt: skip
            assert "address of its type" in writer.refused(method, place, body)[2]
        writer.do("PATCH", own, {"displayName": "B", "tags": ["b"]})
        assert writer.do("GET", plain)["displayName"] == "B"
        assert writer.refused("PATCH", own, {"notes": "evil"})[0] == 400
        writer.do("POST", f"{own}/owners/$ref", owner)
        writer.do("DELETE", f"{own}/owners/{user}/$ref")
    plain = writer.find(PRINCIPALS, servicePrincipalType="Application", **{"@odata.type": None})
    assert writer.refused("PATCH", f"{PRINCIPALS}/{plain['id']}/{AGENT}", {"displayName": "B"})[0] == 404


def test_passwords_of_a_blueprint_come_and_go_at_its_type_s_address(writer: Writer) -> None:
    blueprint, principal, _ = made(writer)
    own = f"{APPS}/{blueprint['id']}/{BLUEPRINT}"
    assert "address of its type" in writer.refused("POST", f"{APPS}/{blueprint['id']}/addPassword", {})[2]
    key = {"keyId": writer.do("POST", f"{own}/addPassword", {"passwordCredential": {"displayName": "a"}})["keyId"]}
    assert "address of its type" in writer.refused("POST", f"{APPS}/{blueprint['id']}/removePassword", key)[2]
    writer.do("POST", f"{own}/removePassword", key)
    assert writer.refused("POST", f"{PRINCIPALS}/{principal['id']}/{PRINCIPAL}/addPassword", {})[0] == 405


def test_agents_go_with_their_blueprint_and_come_back_after_its_principal(writer: Writer) -> None:
    blueprint, principal, agent = made(writer)
    writer.do("DELETE", f"{APPS}/{blueprint['id']}/{BLUEPRINT}")
    assert {agent["id"], principal["id"]} <= writer.tenant.deleted[PRINCIPALS].keys()
    assert "does not exist" in writer.refused("POST", f"{BIN}/{agent['id']}/restore")[2]
    for item in (blueprint, principal, agent):
        writer.do("POST", f"{BIN}/{item['id']}/restore")
    assert writer.tenant.objects[PRINCIPALS][agent["id"]]["agentIdentityBlueprintId"] == blueprint["appId"]
    writer.do("DELETE", f"{PRINCIPALS}/{principal['id']}/{PRINCIPAL}")
    assert agent["id"] in writer.tenant.deleted[PRINCIPALS]


@pytest.mark.parametrize("name", ["AgentIdentityBlueprint", "AgentIdentityBlueprintPrincipal", "AgentIdentity"])
def test_each_type_has_permissions_of_its_own(name: str) -> None:
    everybody = Writer()
    item = {body["@odata.type"].rpartition(".")[2].lower(): body for body in made(everybody)}[name.lower()]
    cast = {"agentidentityblueprint": (APPS, BLUEPRINT), "agentidentityblueprintprincipal": (PRINCIPALS, PRINCIPAL),
            "agentidentity": (PRINCIPALS, AGENT)}[name.lower()]  # fmt: skip
    own = f"{cast[0]}/{item['id']}/{cast[1]}"
    stranger = Writer("Application.ReadWrite.All", "Directory.ReadWrite.All", tenant=everybody.tenant)
    changer = Writer(f"{name}.ReadWrite.All", tenant=everybody.tenant)
    remover = Writer(f"{name}.DeleteRestore.All", tenant=everybody.tenant)
    assert stranger.refused("PATCH", own, {"displayName": "B"})[0] == 403
    changer.do("PATCH", own, {"displayName": "B"})
    assert remover.refused("PATCH", own, {"displayName": "C"})[0] == stranger.refused("DELETE", own)[0] == 403
    remover.do("DELETE", own)
    assert stranger.refused("POST", f"{BIN}/{item['id']}/restore")[0] == 403
    remover.do("POST", f"{BIN}/{item['id']}/restore")


def test_what_agents_inherit_is_said_once_for_each_resource(writer: Writer) -> None:
    blueprint, _, _ = made(writer)
    place = f"{APPS}/{blueprint['id']}/{BLUEPRINT}/inheritablePermissions"
    graph = {"resourceAppId": "00000003-0000-0000-c000-000000000000"}
    some = {"inheritableScopes": {"@odata.type": "#microsoft.graph.enumeratedScopes", "scopes": ["User.Read"]}}
    none = {"inheritableScopes": {"@odata.type": "#microsoft.graph.enumeratedScopes", "scopes": []}}
    assert writer.refused("POST", place, graph)[0] == writer.refused("POST", place, graph | none)[0] == 400
    assert "does not exist" in writer.refused("POST", place, some | {"resourceAppId": blueprint["id"]})[2]
    assert writer.do("POST", place, graph | some)["inheritableScopes"]["kind"] == "enumerated"
    assert writer.refused("POST", place, graph | some)[0] == 400
    assert writer.refused("PATCH", f"{place}/{graph['resourceAppId']}", graph)[0] == 400
    writer.do("PATCH", f"{place}/{graph['resourceAppId']}", {
        "inheritableScopes": {"@odata.type": "#microsoft.graph.allAllowedScopes"}})  # fmt: skip
    writer.do("DELETE", f"{place}/{graph['resourceAppId']}")
    app = writer.app("plain")
    assert writer.refused("POST", f"{APPS}/{app}/{BLUEPRINT}/inheritablePermissions", graph | some)[0] == 400
