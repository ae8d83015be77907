"""Signing in: the environment's variables, Entra's refusals as sentences, whom to trust."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from graph_checks import READS, connect, everything, run

from entragit.errors import GraphError, RefusedError, SignInError, UsageError
from entragit.graph.auth import Connection, connection
from entragit.graph.client import Graph
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Tenant


@pytest.fixture
def tenant(sandbox: Sandbox) -> Tenant:
    """A company of fifty that only this test has."""
    made = company(users=50, seed=7)
    sandbox.add(made)
    return made


def client_of(tenant: Tenant, where: Connection) -> Client:
    return tenant.clients[where.client_id]


async def nothing(graph: Graph) -> None:
    """Sign in and leave."""


def refused(sandbox: Sandbox, where: Connection) -> str:
    with pytest.raises(SignInError) as raised:
        run(sandbox, where, nothing)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert not where.client_secret or where.client_secret not in sentence
    return sentence


def test_a_wrong_secret_is_one_sentence(sandbox: Sandbox, tenant: Tenant) -> None:
    sentence = refused(sandbox, replace(connect(sandbox, tenant), client_secret="wrong-and-secret"))
    assert "AZURE_CLIENT_SECRET" in sentence
    assert "AADSTS7000215" in sentence


def test_an_expired_secret_is_one_sentence(sandbox: Sandbox, tenant: Tenant) -> None:
    where = connect(sandbox, tenant)
    tenant.clients[where.client_id] = replace(client_of(tenant, where), expired=True)
    assert "has expired; make a new one" in refused(sandbox, where)


def test_a_certificate_signs_in(sandbox: Sandbox, tenant: Tenant, tmp_path: Path) -> None:
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    pair = authority.issue_cert("entragit.example", key_type=trustme.KeyType.RSA)
    path = tmp_path / "pair.pem"
    pair.private_key_and_cert_chain_pem.write_to_path(str(path))
    where = replace(connect(sandbox, tenant), client_secret="", certificate_path=str(path))
    assert "the certificate in AZURE_CLIENT_CERTIFICATE_PATH is not one of" in refused(sandbox, where)
    certificate = pair.cert_chain_pems[0].bytes().decode()
    tenant.clients[where.client_id] = replace(client_of(tenant, where), certificate=certificate)
    assert len(run(sandbox, where, everything)) == 50


def test_an_unknown_application_is_one_sentence(sandbox: Sandbox, tenant: Tenant) -> None:
    where = replace(connect(sandbox, tenant), client_id="00000000-0000-4000-8000-000000000000")
    assert f"the tenant {tenant.id} has no application 00000000" in refused(sandbox, where)


def test_an_unknown_tenant_is_one_sentence(sandbox: Sandbox, tenant: Tenant) -> None:
    nowhere = "00000000-0000-4000-8000-00000000dead"
    where = replace(connect(sandbox, tenant), tenant_id=nowhere, sign_in_tenant="")
    assert f"knows no tenant {nowhere}" in refused(sandbox, where)


def test_an_unreachable_authority_is_one_sentence(sandbox: Sandbox, tenant: Tenant) -> None:
    where = replace(connect(sandbox, tenant), authority="https://127.0.0.1:9")
    assert "https://127.0.0.1:9 can't be reached or is out of order" in refused(sandbox, where)


def test_an_unreachable_graph_is_no_answer(sandbox: Sandbox, tenant: Tenant) -> None:
    where = replace(connect(sandbox, tenant), graph_url="https://127.0.0.1:9")
    with pytest.raises(GraphError) as raised:
        run(sandbox, where, everything, haste=50)
    assert (raised.value.status, raised.value.code) == (0, "unreachable")


def test_another_tenants_token_is_refused_by_name(sandbox: Sandbox, tenant: Tenant) -> None:
    other = company(users=50, seed=8)
    sandbox.add(other)
    where = replace(connect(sandbox, other), tenant_id=tenant.id)
    with pytest.raises(RefusedError) as raised:
        run(sandbox, where, everything)
    assert tenant.id in str(raised.value)
    assert other.id in str(raised.value)
    assert not other.requests
    assert not tenant.requests


def test_a_tenant_may_be_named_by_its_domain(sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.domain = f"{tenant.id[:8]}.example"  # other tenants of the sandbox share the company's
    where = connect(sandbox, tenant)
    named_by_domain = replace(where, tenant_id=tenant.domain, sign_in_tenant="")
    assert len(run(sandbox, named_by_domain, everything)) == 50


def test_an_untrusted_certificate_is_one_sentence_and_one_try(sandbox: Sandbox, tenant: Tenant, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    where = connect(sandbox, tenant)
    assert "not trusted; set REQUESTS_CA_BUNDLE" in refused(sandbox, replace(where, sign_in_ca_file=str(stranger)))
    with pytest.raises(GraphError) as raised:
        run(sandbox, replace(where, ca_file=str(stranger)), everything)
    assert raised.value.code == "untrustedCertificate"
    assert "set SSL_CERT_FILE" in raised.value.detail


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_ca_file_that_is_none_is_one_sentence(
    sandbox: Sandbox, tenant: Tenant, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    assert "SSL_CERT_FILE or REQUESTS_CA_BUNDLE" in refused(
        sandbox, replace(connect(sandbox, tenant), ca_file=str(path))
    )


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_either_ca_variable_serves_both(sandbox: Sandbox, tenant: Tenant, variable: str) -> None:
    environ = sandbox.environment(tenant, tenant.add_client(*READS))
    path = environ.pop("SSL_CERT_FILE"), environ.pop("REQUESTS_CA_BUNDLE")
    where = connection(environ | {variable: path[0]}, tenant.id, "public")
    assert len(run(sandbox, where, everything)) == 50


ENVIRON = {"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "hidden"}


@pytest.mark.parametrize(
    ("environ", "cloud", "error", "words"),
    [
        ({}, "public", SignInError, "no credential is set; set AZURE_CLIENT_ID"),
        ({"AZURE_CLIENT_SECRET": "hidden"}, "public", SignInError, "AZURE_CLIENT_ID is not set"),
        (ENVIRON, "moon", UsageError, "public, usgov, usgovdod, china"),
        (ENVIRON | {"ENTRAGIT_GRAPH_URL": "http://127.0.0.1"}, "public", UsageError, "ENTRAGIT_GRAPH_URL must be"),
        (ENVIRON | {"ENTRAGIT_GRAPH_URL": "https://"}, "public", UsageError, "https://graph.microsoft.com"),
        (ENVIRON | {"ENTRAGIT_GRAPH_URL": "https://a:b@h"}, "public", UsageError, "ENTRAGIT_GRAPH_URL must be"),
        (ENVIRON | {"AZURE_AUTHORITY_HOST": "http://x"}, "public", UsageError, "https://login.microsoftonline.com"),
    ],
)
def test_what_a_connection_refuses(environ: dict[str, str], cloud: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as raised:
        connection(environ, "contoso.com", cloud)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize(
    ("cloud", "graph", "authority", "scope"),
    [
        ("public", "https://graph.microsoft.com", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
        ("usgov", "https://graph.microsoft.us", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
        ("usgovdod", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", None),
        ("china", "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn", None),
    ],
)
def test_clouds(cloud: str, graph: str, authority: str, scope: str | None) -> None:
    where = connection(ENVIRON, "contoso.com", cloud)
    assert (where.graph_root, where.authority_root, where.scope, where.known_authority) == (
        graph,
        authority,
        f"{scope or graph}/.default",
        True,
    )


def test_a_graph_and_an_authority_of_ones_own() -> None:
    environ = ENVIRON | {"ENTRAGIT_GRAPH_URL": "https://localhost:1/", "AZURE_AUTHORITY_HOST": "localhost:2"}
    where = connection(environ, "contoso.com", "usgov")
    assert (where.graph_root, where.authority_root) == ("https://localhost:1", "https://localhost:2")
    assert (where.scope, where.known_authority) == ("https://graph.microsoft.com/.default", False)


def test_a_persons_sign_in_needs_no_credential() -> None:
    assert connection({}, "contoso.com", "public", "device-code").sign_in == "device-code"
