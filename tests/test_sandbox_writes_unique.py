"""What only one object can have: nobody gets it a second time, by change, creation or restore, in whatever case."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer, new_group

TEAM = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
TAKEN = "Another object with the same value for property {} already exists."
IN_USE = "already in use"


@pytest.fixture
def writer() -> Writer:
    return Writer()


def values(writer: Writer, kind: str) -> tuple[str, Any, Any]:
    """The property of `kind` that is unique, one value of it, and the same one in another case."""
    domain = writer.tenant.domain
    return {
        "users": ("userPrincipalName", f"ada@{domain}", f"ADA@{domain}"),
        "applications": ("identifierUris", [f"https://a.{domain}/x"], [f"https://a.{domain}/X"]),
        "groups": ("mailNickname", "sales", "SALES"),
    }[kind]


def made(writer: Writer, kind: str, name: str, value: Any) -> str:
    """A new object with a value."""
    if kind == "users":
        return writer.user("one", **{name: value})
    return (
        writer.app("one", **{name: value}) if kind == "applications" else writer.group("one", **TEAM, **{name: value})
    )


@pytest.mark.parametrize("kind", ["users", "applications", "groups"])
def test_no_two_have_it(kind: str, writer: Writer) -> None:
    name, value, other = values(writer, kind)
    first = made(writer, kind, name, value)
    second = made(writer, kind, name, f"two@{writer.tenant.domain}" if kind == "users" else ["two", []][kind[0] == "a"])
    said = (400, "Request_BadRequest", TAKEN.format(name))
    assert writer.refused("PATCH", f"{kind}/{second}", {name: other}) == said
    body = {**writer.tenant.objects[kind][first], name: other}
    sent = {
        key: body[key] for key in ("displayName", "accountEnabled", "mailNickname", "userPrincipalName") if key in body
    }
    sent |= {"passwordProfile": {"password": "Very-2-Secret"}} if kind == "users" else {}
    sent = new_group("three", **TEAM, mailNickname=other) if kind == "groups" else sent | {name: other}
    assert writer.refused("POST", kind, sent) == said
    writer.do("PATCH", f"{kind}/{first}", {name: other})  # its own value in another case is no other's


@pytest.mark.parametrize("kind", ["users", "applications", "groups"])
def test_what_is_deleted_lets_it_go_and_does_not_come_back_before_it_is_free(kind: str, writer: Writer) -> None:
    name, value, other = values(writer, kind)
    first = made(writer, kind, name, value)
    writer.do("DELETE", f"{kind}/{first}")
    second = made(writer, kind, name, other)
    place = f"directory/deletedItems/{first}/restore"
    assert writer.refused("POST", place) == (400, "Request_BadRequest", TAKEN.format(name))
    writer.do("DELETE", f"{kind}/{second}")
    writer.do("POST", place)
    assert writer.tenant.objects[kind][first][name] == value


def test_a_security_group_may_share_its_nickname(writer: Writer) -> None:
    for _ in range(2):
        writer.group("one", mailNickname="sales")


def test_what_joins_a_user_to_the_directory_on_premises(writer: Writer) -> None:
    user = writer.user("ada", onPremisesImmutableId="QUJD")
    writer.do("DELETE", f"users/{user}")
    writer.user("eve", onPremisesImmutableId="QUJD")
    said = writer.refused("POST", f"directory/deletedItems/{user}/restore")[2]
    assert said == TAKEN.format("onPremisesImmutableId")


def test_the_names_of_service_principals(writer: Writer) -> None:
    uri = f"https://a.{writer.tenant.domain}/x"
    first, second = writer.app("one", identifierUris=[uri]), writer.app("two")
    other = writer.principal(second)
    app_id = writer.find("applications", id=second)["appId"]
    writer.do("PATCH", f"servicePrincipals/{other}", {"servicePrincipalNames": [app_id, uri.upper()]})
    sent = {"appId": writer.find("applications", id=first)["appId"]}
    status, _, said = writer.refused("POST", "servicePrincipals", sent)
    assert (status, IN_USE in said) == (409, True)
    writer.do("DELETE", f"servicePrincipals/{other}")
    own = writer.do("POST", "servicePrincipals", sent)["id"]
    assert writer.refused("PATCH", f"servicePrincipals/{own}", {"servicePrincipalNames": [uri]})[0] == 400
    # A principal that comes back is called as its application says by then.
    writer.do("POST", f"directory/deletedItems/{other}/restore")
    assert writer.find("servicePrincipals", id=other)["servicePrincipalNames"] == [app_id]
