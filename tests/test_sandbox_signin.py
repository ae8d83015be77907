"""The sandbox signs clients in as Entra does, and through the credentials that entragit uses."""

from __future__ import annotations

import base64
import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from people import signed_in
from rounds import made_up
from small_world import small

from entragit.sandbox import access, portal
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Tenant

SCOPE = "https://graph.microsoft.com/.default"


def credential(sandbox: Sandbox, tenant_id: str, client: Client) -> ClientSecretCredential:
    return ClientSecretCredential(
        tenant_id,
        client.id,
        client.secret,
        authority=sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(sandbox.ca_file),
    )


def claims(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    loaded: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return loaded


def pem_pair(directory: Path) -> tuple[Path, str]:
    """(file of key and certificate, certificate) of a new self-signed pair."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "entragit test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / "pair.pem"
    path.write_bytes(private + certificate)
    return path, certificate.decode()


def test_a_client_secret_gives_a_token_with_its_permissions(sandbox: Sandbox, tenant: Tenant) -> None:
    client = tenant.add_client("User.Read.All", "Group.Read.All")
    with credential(sandbox, tenant.id, client) as signed:
        token = signed.get_token(SCOPE).token
    held = claims(token)
    assert held["roles"] == ["Group.Read.All", "User.Read.All"]
    assert (held["tid"], held["appid"], held["oid"]) == (tenant.id, client.id, client.principal)
    assert held["aud"] == "https://graph.microsoft.com"


def test_a_domain_names_the_tenant(sandbox: Sandbox, tenant: Tenant) -> None:
    with credential(sandbox, tenant.domain, tenant.add_client()) as signed:
        assert claims(signed.get_token(SCOPE).token)["tid"] == tenant.id


def test_a_certificate_gives_a_token(sandbox: Sandbox, tenant: Tenant, tmp_path: Path) -> None:
    path, certificate = pem_pair(tmp_path)
    client = tenant.add_client()
    tenant.clients[client.id] = replace(client, certificate=certificate)
    with CertificateCredential(
        tenant.id,
        client.id,
        str(path),
        authority=sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(sandbox.ca_file),
    ) as signed:
        assert claims(signed.get_token(SCOPE).token)["appid"] == client.id


def test_a_foreign_certificate_is_refused(sandbox: Sandbox, tenant: Tenant, tmp_path: Path) -> None:
    path, _ = pem_pair(tmp_path)
    (tmp_path / "other").mkdir()
    client = tenant.add_client()
    tenant.clients[client.id] = replace(client, certificate=pem_pair(tmp_path / "other")[1])
    with (
        CertificateCredential(
            tenant.id,
            client.id,
            str(path),
            authority=sandbox.url,
            disable_instance_discovery=True,
            connection_verify=str(sandbox.ca_file),
        ) as signed,
        pytest.raises(ClientAuthenticationError, match="AADSTS700027"),
    ):
        signed.get_token(SCOPE)


def test_refusals_have_entras_codes(sandbox: Sandbox, tenant: Tenant) -> None:
    good = tenant.add_client()
    expired = tenant.add_client()
    tenant.clients[expired.id] = replace(expired, expired=True)
    cases = [
        (tenant.id, replace(good, secret="wrong"), "AADSTS7000215"),
        (tenant.id, expired, "AADSTS7000222"),
        (tenant.id, replace(good, id="00000000-0000-0000-0000-00000000dead"), "AADSTS700016"),
        ("00000000-0000-0000-0000-00000000dead", good, "AADSTS90002|Unable to get authority configuration"),
    ]
    for tenant_id, client, code in cases:
        with (
            credential(sandbox, tenant_id, client) as signed,
            pytest.raises((ClientAuthenticationError, ValueError), match=code),
        ):
            signed.get_token(SCOPE)


@pytest.mark.parametrize(
    ("change", "status", "error", "code"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "User.Read.All"}, 400, "invalid_scope", 1002012),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"client_secret": None, "client_assertion": "a.b.c"}, 401, "invalid_client", 7000218),
        (
            {
                "client_secret": None,
                "client_assertion": "not a token",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            },
            401,
            "invalid_client",
            700027,
        ),
    ],
)
def test_bad_token_requests(
    sandbox: Sandbox, tenant: Tenant, change: dict[str, str | None], status: int, error: str, code: int
) -> None:
    client = tenant.add_client()
    form: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_id": client.id,
        "client_secret": client.secret,
        "scope": SCOPE,
    }
    sent = {name: value for name, value in (form | change).items() if value is not None}
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    answer = httpx.post(f"{sandbox.url}/{tenant.id}/oauth2/v2.0/token", data=sent, verify=trust)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"trace_id", "correlation_id", "timestamp", "error_uri"} <= body.keys()


def test_tokens_of_nobody_are_refused(sandbox: Sandbox, tenant: Tenant) -> None:
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    tenant.options.token_lifetime = -1
    with credential(sandbox, tenant.id, tenant.add_client("User.Read.All")) as signed:
        expired = signed.get_token(SCOPE).token
    head, payload, _ = expired.split(".")
    for value in ("", "Bearer x", f"Bearer {expired}", f"Bearer {head}.{payload}.AAAA", f"Basic {expired}"):
        answer = httpx.get(f"{sandbox.url}/v1.0/users", headers={"Authorization": value}, verify=trust)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_server_is_trusted_by_its_own_authority_alone(sandbox: Sandbox) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{sandbox.url}/v1.0/users", verify=ssl.create_default_context())


def test_the_environment_finds_the_server(sandbox: Sandbox, tenant: Tenant) -> None:
    client = tenant.add_client()
    found = sandbox.environment(tenant, client)
    assert found["ENTRAGIT_GRAPH_URL"] == found["AZURE_AUTHORITY_HOST"] == sandbox.url
    assert found["AZURE_TENANT_ID"] == tenant.id
    assert Path(found["SSL_CERT_FILE"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert float(found["ENTRAGIT_SPEED"]) == 50.0


def test_a_taken_port_is_an_error_and_leaves_nothing(sandbox: Sandbox) -> None:
    other = Sandbox(port=int(sandbox.url.rpartition(":")[2]))
    with pytest.raises(OSError, match="address already in use"):
        other.__enter__()
    assert not other.ca_file.parent.exists()


def test_a_stopped_server_answers_no_more() -> None:
    with Sandbox() as running:
        trust = ssl.create_default_context(cafile=str(running.ca_file))
        assert httpx.get(f"{running.url}/v1.0/users", verify=trust).status_code == 401
        assert httpx.get(f"{running.url}/v3/users", verify=trust).status_code == 400
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.url}/v1.0/users", verify=trust)
    assert not running.ca_file.parent.exists()


@pytest.fixture
def staffed(sandbox: Sandbox) -> Tenant:
    """A tenant with people."""
    tenant = small(made_up("staffed"))
    sandbox.add(tenant)
    return tenant


def person(tenant: Tenant, *scopes: str, role: str = "") -> Client:
    """A client that a user with this role, and no other, signs in with."""
    own, body = min(tenant.objects["users"].items())
    body["accountEnabled"] = True
    held = tenant.objects["roleManagement/directory/roleAssignments"]
    for key in [key for key, item in held.items() if item["principalId"] == own]:
        del held[key]
    if role:
        portal.give_role(tenant, own, role)
    return tenant.add_sign_in(own, *scopes)


def call(
    sandbox: Sandbox, tenant: Tenant, client: Client, method: str, path: str, body: object = None
) -> httpx.Response:
    """One request with a token that a device code gave."""
    with signed_in(sandbox, tenant, client) as http:
        return http.request(method, path, json=body)


def test_a_person_acts_within_scopes_and_roles(sandbox: Sandbox, staffed: Tenant) -> None:
    client = person(staffed, "User.Read.All", "User.ReadWrite.All")
    target = next(iter(staffed.objects["users"]))
    assert call(sandbox, staffed, client, "GET", "users?$top=1").status_code == 403, "nobody reads all without a role"
    portal.give_role(staffed, client.person, access.GLOBAL_READER)
    assert call(sandbox, staffed, client, "GET", "users?$top=1").status_code == 200
    assert call(sandbox, staffed, client, "GET", "groups?$top=1").status_code == 403, "outside the scopes"
    assert call(sandbox, staffed, client, "PATCH", f"users/{target}", {"jobTitle": "x"}).status_code == 403
    portal.give_role(staffed, client.person, access.GLOBAL_ADMINISTRATOR)
    assert call(sandbox, staffed, client, "PATCH", f"users/{target}", {"jobTitle": "x"}).status_code == 204
    assert staffed.audits[-1]["initiatedBy"]["user"]["id"] == client.person


def test_only_people_make_devices(sandbox: Sandbox, staffed: Tenant) -> None:
    device = {"accountEnabled": True, "displayName": "PC", "deviceId": staffed.new_id(), "operatingSystem": "Windows",
              "operatingSystemVersion": "11",
              "alternativeSecurityIds": [{"type": 2, "key": "c3lz"}]}  # fmt: skip
    client = person(staffed, "Directory.AccessAsUser.All", role=access.GLOBAL_ADMINISTRATOR)
    assert call(sandbox, staffed, client, "POST", "devices", device).status_code == 201
    other = staffed.add_sign_in(client.person, "Device.ReadWrite.All")
    assert call(sandbox, staffed, other, "POST", "devices", device | {"deviceId": staffed.new_id()}).status_code == 403


def test_a_disabled_person_does_not_come_in(sandbox: Sandbox, staffed: Tenant) -> None:
    client = person(staffed, "User.Read.All")
    staffed.objects["users"][client.person]["accountEnabled"] = False
    with pytest.raises(AssertionError, match="AADSTS50057"):
        call(sandbox, staffed, client, "GET", "users")
