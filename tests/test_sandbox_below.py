"""The sandbox's rules for what hangs below users and applications: as Graph's reference of each has them."""

from __future__ import annotations

import httpx
import pytest
from conftest import GraphClient
from sandbox_small import furnish

from entragit.sandbox import logos, people, preferences, proxy
from entragit.sandbox.company.further.branding import JPEG, png
from entragit.sandbox.photos import MOST
from entragit.sandbox.store import Tenant

PHONE = {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "1", "phoneNumber": "+31 6 1"}


@pytest.fixture
def ada(tenant: Tenant) -> str:
    tenant.options.quotas = False
    return furnish(tenant)["Ada"]


@pytest.fixture
def writer(graph: GraphClient) -> httpx.Client:
    return graph("User.Read.All", "User.ReadWrite.All", "Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod")


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_one_of_three_states_is_required_in_beta_alone(tenant: Tenant, ada: str, writer: httpx.Client) -> None:
    place = f"/users/{ada}/authentication/requirements"
    beta = str(writer.base_url).replace("v1.0", "beta") + place.removeprefix("/")
    assert code(writer.get(place)) == (400, "BadRequest")
    assert code(writer.patch(place, json={"perUserMfaState": "enforced"})) == (400, "BadRequest")
    assert writer.get(beta).json()["perUserMfaState"] == "disabled"
    assert writer.patch(beta, json={"perUserMfaState": "enabled"}).status_code == 204
    assert writer.get(beta).json()["perUserMfaState"] == "enabled"
    for wrong in ({}, {"perUserMfaState": "on"}, {"perUserMfaState": None}, {"state": "enforced"},
                  {"perUserMfaState": "unknownFutureValue"}):  # fmt: skip
        assert writer.patch(beta, json=wrong).status_code == 400
    assert writer.put(beta, json={"perUserMfaState": "enforced"}).status_code == 405
    assert writer.delete(beta).status_code == 405
    tenant.children["users/methods"] = {ada: {"1": PHONE}}
    assert writer.patch(beta, json={"perUserMfaState": "enabled"}).status_code == 204
    assert writer.get(beta).json()["perUserMfaState"] == "enforced"


def test_one_is_asked_first_for_what_one_has_registered(tenant: Tenant, ada: str, graph: GraphClient) -> None:
    place = f"/users/{ada}/authentication/signInPreferences"
    reader, writer = graph("UserAuthenticationMethod.Read.All"), graph("UserAuthenticationMethod.ReadWrite.All")
    beta = str(writer.base_url).replace("v1.0", "beta") + place.removeprefix("/")
    assert code(writer.get(place)) == (400, "BadRequest")
    assert code(graph("User.Read.All", "Policy.Read.All").get(beta)) == (403, "Authorization_RequestDenied")
    assert reader.get(beta).json()[preferences.SYSTEM] is True
    assert reader.patch(beta, json={preferences.SYSTEM: False}).status_code == 403
    assert writer.patch(beta, json={preferences.OWN: "sms"}).status_code == 400
    people.register(tenant, ada, "phone", phoneType="mobile")
    for wrong in ({}, {preferences.OWN: "push"}, {preferences.OWN: "fax"}, {preferences.OWN: None}, {"first": "sms"}):
        assert writer.patch(beta, json=wrong).status_code == 400
    assert writer.patch(beta, json={preferences.OWN: "sms"}).status_code == 204
    assert writer.patch(beta, json={preferences.SYSTEM: False}).status_code == 204
    said = reader.get(beta).json()
    assert (said[preferences.OWN], said[preferences.SYSTEM]) == ("sms", False)


def test_a_photo_is_a_jpeg_of_at_most_four_megabytes(ada: str, writer: httpx.Client, graph: GraphClient) -> None:
    place, jpeg = f"/users/{ada}/photo/$value", {"Content-Type": "image/jpeg"}
    assert code(writer.get(place)) == (404, "ImageNotFound")
    assert code(writer.delete(place)) == (404, "ImageNotFound")
    assert writer.put(place, content=png(1, 1, (0, 0, 0)), headers={"Content-Type": "image/png"}).status_code == 415
    assert writer.put(place, content=png(1, 1, (0, 0, 0)), headers=jpeg).status_code == 400
    assert writer.put(place, content=JPEG + b"\0" * MOST, headers=jpeg).status_code == 413
    assert code(writer.get(place)) == (404, "ImageNotFound")
    assert writer.put(place, content=JPEG, headers=jpeg).status_code == 200
    found = writer.get(place)
    assert (found.content, found.headers["content-type"]) == (JPEG, "image/jpeg")
    assert writer.patch(place, content=JPEG + b"2", headers=jpeg).status_code == 200
    assert graph("User.Read.All").put(place, content=JPEG, headers=jpeg).status_code == 403
    assert writer.get(f"/users/{ada}/photo").status_code == 400
    assert writer.delete(place).status_code == 204
    assert code(writer.get(place)) == (404, "ImageNotFound")


def test_a_group_has_a_photo_if_it_is_a_team(tenant: Tenant, graph: GraphClient) -> None:
    tenant.options.quotas = False
    furnish(tenant)
    writer, jpeg = graph("Group.ReadWrite.All"), {"Content-Type": "image/jpeg"}
    group = next(iter(tenant.objects["groups"].values()))
    place = f"/groups/{group['id']}/photo/$value"
    group["groupTypes"] = []
    assert writer.put(place, content=JPEG, headers=jpeg).status_code == 400
    group["groupTypes"] = ["Unified"]
    assert graph("Group.Read.All").put(place, content=JPEG, headers=jpeg).status_code == 403
    assert writer.put(place, content=JPEG, headers=jpeg).status_code == 200
    assert graph("Group.Read.All").get(place).content == JPEG
    assert writer.delete(place).status_code == 204
    assert code(graph("ProfilePhoto.Read.All").get(place)) == (404, "ImageNotFound")


def test_how_an_application_is_published_is_read_in_beta_alone(tenant: Tenant, graph: GraphClient) -> None:
    """What Graph answers for one that isn't, no page says: each of four ways can be had."""
    tenant.options.quotas = False
    place = f"/applications/{furnish(tenant)['app']}/onPremisesPublishing"
    reader = graph("Application.Read.All", "Application.ReadWrite.All")
    beta = str(reader.base_url).replace("v1.0", "beta") + place.removeprefix("/")
    assert code(reader.get(place)) == (400, "BadRequest")
    assert code(graph("User.Read.All").get(beta)) == (403, "Authorization_RequestDenied")
    assert code(reader.get(beta)) == (404, "ResourceNotFound")
    tenant.options.unpublished = "empty"
    assert (reader.get(beta).status_code, reader.get(beta).content) == (204, b"")
    tenant.options.unpublished = "null"
    assert reader.get(beta).json()["@odata.null"] is True
    tenant.options.unpublished = "blank"
    said = {name for name, value in reader.get(beta).json().items() if value and name != "@odata.context"}
    assert said == set(proxy.DEFAULTS)
    proxy.publish(tenant, place.split("/")[2], externalUrl="https://a.example/")
    assert reader.get(beta).json()["externalUrl"] == "https://a.example/"
    assert reader.patch(beta, json={"externalUrl": "https://b.example/"}).status_code == 405


def test_a_logo_is_a_small_image_and_its_address_is_the_server_s(tenant: Tenant, graph: GraphClient) -> None:
    tenant.options.quotas = False
    app = furnish(tenant)["app"]
    writer, small = graph("Application.ReadWrite.All"), png(1, 1, (0, 0, 0))

    def put(type_: str, data: bytes, client: httpx.Client = writer) -> int:
        return client.put(f"/applications/{app}/logo", content=data, headers={"Content-Type": type_}).status_code

    assert code(writer.get(f"/applications/{app}/logo")) == (404, "Request_ResourceNotFound")
    assert put("image/bmp", b"BM") == 415
    assert put("image/png", JPEG) == 400
    assert put("image/jpeg", JPEG + b"\0" * logos.MOST) == 400
    assert put("image/png", small, graph("Application.Read.All")) == 403
    assert put("image/png", small) == 204
    found = graph("Application.Read.All").get(f"/applications/{app}/logo")
    assert (found.content, found.headers["content-type"]) == (small, "image/png")
    assert graph("User.Read.All").get(f"/applications/{app}/logo").status_code == 403
    assert writer.delete(f"/applications/{app}/logo").status_code == 405
    address = writer.get(f"/applications/{app}").json()["info"]["logoUrl"]
    assert address
    names = ("marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl")
    for info in (dict.fromkeys(names, "https://a.example/"), None):
        body = {"info": info, "signInAudience": "AzureADMyOrg"}
        assert writer.patch(f"/applications/{app}", json=body).status_code == 204
        assert writer.get(f"/applications/{app}").json()["info"]["logoUrl"] == address
