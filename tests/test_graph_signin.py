"""Signing in at a server that answers as it is told: renewals, claims, failures, device codes."""

from __future__ import annotations

import asyncio
import base64
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graph_stub import CLAIMS, TENANT, Reply, Stub, jwt, talk, token

from entragit.clock import Clock
from entragit.errors import SignInError
from entragit.graph.client import Graph
from entragit.model import Request

FAST = Clock(2000.0)
PAGE = {"value": [{"id": "a"}, {"id": "b"}]}


async def everything(graph: Graph) -> list[str]:
    return [element["id"] async for page in graph.pages(Request("/users")) for element in page]


def test_demanded_claims_are_passed_to_the_authority() -> None:
    claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}'
    challenge = base64.b64encode(claims.encode()).decode()
    header = f'Bearer realm="", error="insufficient_claims", claims="{challenge}"'
    stub = Stub({"/users": [Reply({}, 401, {"WWW-Authenticate": header}), Reply(PAGE)]})
    assert talk(stub, everything, FAST) == ["a", "b"]
    assert len(stub.signed_in) == 2
    assert "1700000000" in stub.signed_in[1]["claims"]


def test_a_renewed_token_is_another_one() -> None:
    stub = Stub({"/users": [Reply({"error": {"code": "InvalidAuthenticationToken"}}, 401), Reply(PAGE)]})
    assert talk(stub, everything, FAST) == ["a", "b"]
    assert stub.seen[0].headers["Authorization"] != stub.seen[1].headers["Authorization"]


def test_one_token_serves_a_run() -> None:
    stub = Stub({"/users": [Reply(PAGE)]})

    async def work(graph: Graph) -> None:
        await asyncio.gather(*(everything(graph) for _ in range(20)))

    talk(stub, work, FAST)
    assert len(stub.signed_in) == 1


def sign_in_error(stub: Stub, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SignInError) as raised:
        talk(stub, everything, FAST, environ)
    assert "s3cr3t" not in str(raised.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("text", ["opaque", "a.b.c", jwt({}), jwt({"roles": []}), jwt({"tid": TENANT, "roles": 5})])
def test_a_token_that_says_nothing_is_refused(text: str) -> None:
    stub = Stub(tokens=[Reply({"token_type": "Bearer", "expires_in": 3600, "access_token": text})])
    assert "names no tenant" in sign_in_error(stub)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_authority_that_fails_is_asked_again(status: int) -> None:
    stub = Stub({"/users": [Reply(PAGE)]}, tokens=[Reply({}, status), Reply({}, status), token(CLAIMS)])
    assert talk(stub, everything, FAST) == ["a", "b"]
    assert "can't be reached or is out of order: " in sign_in_error(Stub(tokens=[Reply({}, status)]))


def test_a_transient_refusal_is_asked_again() -> None:
    refusal = {"error": "invalid_request", "error_description": "AADSTS90033: A transient error has occurred."}
    stub = Stub({"/users": [Reply(PAGE)]}, tokens=[Reply(refusal, 400), token(CLAIMS)])
    assert talk(stub, everything, FAST) == ["a", "b"]


def test_a_refusal_without_a_known_code_is_still_a_sentence() -> None:
    text = "AADSTS53003: Access has been blocked by policies.\r\nTrace ID: 1\r\nTimestamp: now"
    stub = Stub(tokens=[Reply({"error": "invalid_grant", "error_description": text}, 400)])
    sentence = sign_in_error(stub)
    assert sentence.endswith(
        "refused the sign-in: AADSTS53003: Access has been blocked by policies; check the credential"
    )
    assert len(stub.signed_in) == 1


def test_a_federated_token_signs_in(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("federated", encoding="utf-8")
    stub = Stub({"/users": [Reply(PAGE)]})
    environ = {"AZURE_CLIENT_ID": "app", "AZURE_FEDERATED_TOKEN_FILE": str(path)}
    assert talk(stub, everything, FAST, environ) == ["a", "b"]
    assert stub.signed_in[0]["client_assertion"] == "federated"


@pytest.mark.parametrize("variable", ["AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_CERTIFICATE_PATH"])
def test_a_credential_file_that_is_missing_is_one_sentence(tmp_path: Path, variable: str) -> None:
    sentence = sign_in_error(Stub(), {"AZURE_CLIENT_ID": "app", variable: str(tmp_path / "missing")})
    assert sentence.startswith(f"{variable} can't be used")


def test_a_certificate_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cert.pem"
    path.write_text("no certificate", encoding="utf-8")
    sentence = sign_in_error(Stub(), {"AZURE_CLIENT_ID": "app", "AZURE_CLIENT_CERTIFICATE_PATH": str(path)})
    assert sentence.startswith("AZURE_CLIENT_CERTIFICATE_PATH can't be used")


def test_a_person_signs_in_with_a_device_code() -> None:
    told: list[str] = []
    device = {"device_code": "d", "user_code": "AB12", "verification_uri": "https://x/devicelogin", "message": "m"}
    claims = {"tid": TENANT, "scp": "User.Read Policy.Read.All", "azp": "APP", "oid": "ada"}
    person = token(claims, refresh_token="r", id_token=jwt(id_claims()))
    stub = Stub(device=Reply(device | {"expires_in": 900, "interval": 1}), tokens=[person])

    async def work(graph: Graph) -> tuple[object, ...]:
        return graph.permissions, graph.scopes, graph.who.app_id, graph.who.object_id

    found = talk(stub, work, FAST, {}, sign_in="device-code", prompt=told.append)
    assert found == (None, frozenset({"User.Read", "Policy.Read.All"}), "app", "ada")
    assert re.fullmatch(r"to sign in, open https://x/devicelogin and enter AB12 before \d\d:\d\d UTC", told[0])


def id_claims() -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    claims = {"tid": TENANT, "oid": "o", "sub": "s", "aud": "14d82eec-204b-4c2f-b7e8-296a70dab67e"}
    return claims | {"iss": "x", "iat": now, "exp": now + 3600, "preferred_username": "ada@contoso.com"}
