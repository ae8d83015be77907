"""What the strict Entra says to writes of federation and of certificate authorities."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer

PKIS = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
FEDERATION = {"issuerUri": "http://new/trust", "passiveSignInUri": "https://new/ls", "signingCertificate": "AAAA",
              "preferredAuthenticationProtocol": "saml"}  # fmt: skip


@pytest.fixture
def writer() -> Writer:
    return Writer()


def domain(writer: Writer, **wanted: Any) -> str:
    return next(key for key, body in writer.tenant.objects["domains"].items() if body.items() >= wanted.items())


@pytest.mark.parametrize(("body", "status"), [
    (FEDERATION, 201),
    *(({key: value for key, value in FEDERATION.items() if key != name}, 400) for name in FEDERATION),
    (FEDERATION | {"signingCertificate": "no base64"}, 400),
    (FEDERATION | {"preferredAuthenticationProtocol": "oauth"}, 400),
    (FEDERATION | {"signingCertificateUpdateStatus": {}}, 400),
])  # fmt: skip
def test_a_federation_is_whole(writer: Writer, body: dict[str, Any], status: int) -> None:
    own = writer.tenant.objects["domains"][domain(writer, isVerified=True, authenticationType="Managed",
                                                  isInitial=True)]  # fmt: skip
    own["isInitial"] = False
    assert writer.reply("POST", f"domains/{own['id']}/federationConfiguration", body).status == status
    assert own["authenticationType"] == ("Federated" if status == 201 else "Managed")


def test_only_a_verified_domain_that_is_neither_first_nor_default_is_federated_and_once(writer: Writer) -> None:
    for wanted in (
        {"isVerified": False},
        {"isInitial": True},
        {"isDefault": True},
        {"authenticationType": "Federated"},
    ):
        path = f"domains/{domain(writer, **wanted)}/federationConfiguration"
        assert writer.reply("POST", path, FEDERATION).status == 400, wanted


def test_two_domains_share_no_issuer(writer: Writer) -> None:
    own = writer.tenant.objects["domains"][domain(writer, isInitial=True)]
    own["isInitial"] = False
    (held,) = writer.tenant.children["domains/federationConfiguration"][domain(
        writer, authenticationType="Federated")].values()  # fmt: skip
    path = f"domains/{own['id']}/federationConfiguration"
    assert writer.reply("POST", path, FEDERATION | {"issuerUri": held["issuerUri"]}).status == 400
    made = writer.reply("POST", path, FEDERATION)
    assert made.status == 201
    (place,) = writer.tenant.children["domains/federationConfiguration"][own["id"]]
    assert writer.reply("PATCH", f"{path}/{place}", {"issuerUri": held["issuerUri"]}).status == 400
    assert writer.reply("DELETE", f"{path}/{place}").status == 204
    assert own["authenticationType"] == "Managed"


def test_the_old_chain_is_one_and_takes_no_patch(writer: Writer) -> None:
    path = f"organization/{writer.tenant.id}/certificateBasedAuthConfiguration"
    (place,) = writer.tenant.children["organization/certificateBasedAuthConfiguration"][writer.tenant.id]
    root = {"certificate": "AAAA", "isRootAuthority": True}
    assert writer.reply("PATCH", f"{path}/{place}", {"certificateAuthorities": [root]}).status == 405
    assert writer.reply("POST", path, {"certificateAuthorities": [root]}).status == 400
    assert writer.reply("DELETE", f"{path}/{place}").status == 204
    for wrong in ([], [{"certificate": "AAAA"}], [{"isRootAuthority": True}], [root | {"certificate": "?"}]):
        assert writer.reply("POST", path, {"certificateAuthorities": wrong}).status == 400, wrong
    assert writer.reply("POST", path, {"certificateAuthorities": [root]}).status == 201


def test_what_stands_in_a_certificate_is_not_written(writer: Writer) -> None:
    pki = next(iter(writer.tenant.objects[PKIS]))
    path = f"{PKIS}/{pki}/certificateAuthorities"
    assert writer.reply("POST", path, {"certificate": "AAAA", "thumbprint": "00"}).status == 400
    assert writer.reply("POST", path, {"displayName": "none"}).status == 400
    assert writer.reply("POST", path, {"certificate": "AAAA", "certificateAuthorityType": "leaf"}).status == 400
    assert writer.reply("POST", path, {"certificate": "AAAA"}).status == 201
    assert writer.reply("POST", path, {"certificate": "AAAA"}).status == 400
    made = next(key for key, body in writer.tenant.children[f"{PKIS}/certificateAuthorities"][pki].items()
                if body["certificate"] == "AAAA")  # fmt: skip
    assert writer.reply("PATCH", f"{path}/{made}", {"certificate": "BBBB"}).status == 400
    assert writer.reply("PATCH", f"{path}/{made}", {"isIssuerHintEnabled": True}).status == 204
