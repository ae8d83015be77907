"""Every resource has one address and one path, whatever it is called and in whatever order it comes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.layout import Index, address_of, addresses, path_of
from entragit.resources.base import ResourceType


def _kind(kind: str, title: str = "displayName", *, unique: bool = False, singleton: bool = False) -> ResourceType:
    return ResourceType(kind, "entity", "singleton" if singleton else "collection", (), title=title, unique=unique)


GROUPS = _kind("groups")
USERS = _kind("users", "userPrincipalName", unique=True)
GRANTS = _kind("oauth2PermissionGrants", "")
METHODS = _kind("policies/authenticationMethodsPolicy", singleton=True)
CONFIGURATIONS = _kind("policies/authenticationMethodsPolicy/authenticationMethodConfigurations", "id", unique=True)
NESTED = _kind("groups/1c")
KINDS = {kind.kind: kind for kind in (GROUPS, USERS, GRANTS, METHODS, CONFIGURATIONS)}

ONE = "1c2a91c4-0000-4000-8000-000000000001"
TWO = "1c2a91c4-0000-4000-8000-000000000002"
SHORT_IDS = st.sampled_from([f"1c2a91c4-0000-4000-8000-{n:012}" for n in range(4)]) | st.sampled_from(["a", "b", "c1"])
SUFFIXES = ["", ".1c2a91c4", f".{ONE}", f".1C2A91C4-0000-4000-8000-000000000002.{ONE}"]
TITLES = st.builds(
    str.__add__,
    st.sampled_from(["Sales", "sales", "SALES ", "Säles", "", "_", "\u212a", "k"]),
    st.sampled_from(SUFFIXES),
)
PAIRS = st.lists(st.tuples(SHORT_IDS | st.uuids().map(str) | st.text(max_size=3), TITLES | st.text(max_size=90)))


@pytest.mark.parametrize(
    ("kind", "title", "address"),
    [
        (GROUPS, "Sales EMEA", "groups/Sales-EMEA.1c2a91c4"),
        (GROUPS, "ada@contoso.com", "groups/ada@contoso.com.1c2a91c4"),
        (GROUPS, "営業部", "groups/_.1c2a91c4"),
        (USERS, "Ada@Contoso.com", "users/ada@contoso.com"),
        (USERS, "adé@contoso.com", "users/ade@contoso.com.1c2a91c4"),
        (USERS, "ada#EXT#@contoso.com", "users/ada-EXT-@contoso.com.1c2a91c4"),
        (USERS, "\u212aate@contoso.com", "users/Kate@contoso.com.1c2a91c4"),
        (USERS, "NUL", "users/_NUL.1c2a91c4"),
        (USERS, "", "users/_.1c2a91c4"),
        (GRANTS, "", "oauth2PermissionGrants/1c2a91c4"),
        (METHODS, "Authentication Methods Policy", "policies/authenticationMethodsPolicy"),
    ],
)
def test_an_address(kind: ResourceType, title: str, address: str) -> None:
    assert addresses(kind, [(ONE, title)]) == {ONE: address}


def test_every_member_of_a_colliding_set_has_its_full_id_and_no_other() -> None:
    other = "2b000000-0000-4000-8000-000000000003"
    assert addresses(GROUPS, [(ONE, "Sales"), (TWO, "SALES"), (other, "Sales")]) == {
        ONE: f"groups/Sales.{ONE}",
        TWO: f"groups/SALES.{TWO}",
        other: "groups/Sales.2b000000",
    }
    assert addresses(GRANTS, [(ONE, ""), (TWO, "")]) == {
        ONE: f"oauth2PermissionGrants/{ONE}",
        TWO: f"oauth2PermissionGrants/{TWO}",
    }


def test_a_natural_key_that_imitates_another_name_has_an_id_too() -> None:
    third = "2b000000-0000-4000-8000-000000000003"
    pairs = [(ONE, "sales!"), (TWO, "sales?"), (third, f"sales.{ONE}")]
    assert addresses(USERS, pairs) == {
        ONE: f"users/sales.{ONE}",
        TWO: f"users/sales.{TWO}",
        third: f"users/sales.{ONE}.{third}",
    }


@settings(max_examples=300)
@given(st.sampled_from([GROUPS, USERS, GRANTS, CONFIGURATIONS]), PAIRS, st.randoms(use_true_random=False))
def test_addresses_are_distinct_on_every_file_system_in_any_order(
    kind: ResourceType, pairs: list[tuple[str, str]], order: random.Random
) -> None:
    found = addresses(kind, pairs)
    assert set(found) == {key for key, _ in pairs}
    assert len({address.casefold() for address in found.values()}) == len(found)
    order.shuffle(pairs)
    assert addresses(kind, pairs) == found
    assert all(len(address.rpartition("/")[2]) <= 145 for address in found.values())


@given(st.sampled_from(list(KINDS.values())), PAIRS, st.booleans())
def test_a_path_leads_back_to_its_address(kind: ResourceType, pairs: list[tuple[str, str]], shard: bool) -> None:
    for key, address in addresses(kind, pairs).items():
        assert address_of(path_of(kind, address, key, shard), KINDS) == (kind.kind, address)


def test_paths() -> None:
    assert path_of(GROUPS, "groups/Sales.1c2a91c4", ONE, True) == "groups/1c/Sales.1c2a91c4.yaml"
    assert path_of(GROUPS, "groups/Sales.1c2a91c4", ONE.upper(), False) == "groups/Sales.1c2a91c4.yaml"
    assert path_of(METHODS, METHODS.kind, ONE, True) == "policies/authenticationMethodsPolicy.yaml"


@pytest.mark.parametrize(
    "path",
    [
        *("README.md", "groups.yaml", "groups", "groups/a.yml", "groups/a.YAML", "groups/.yaml", "groups/.a.yaml"),
        *(
            "groups/1C/a.yaml",
            "groups/1c/2d/a.yaml",
            "groups/1/a.yaml",
            "groups/xyz/a.yaml",
            "groups/1c/.yaml",
            "groups//a.yaml",
        ),
        *("Groups/a.yaml", "/groups/a.yaml", "x/groups/a.yaml", "snapshot.yaml", "entragit.yaml", ".yaml"),
        *("policies/authenticationMethodsPolicy/a.yaml", "policies/authenticationMethodsPolicy/1c/a.yaml"),
    ],
)
def test_other_paths_are_no_resource(path: str) -> None:
    assert address_of(path, KINDS) is None


def test_the_kind_with_the_longest_path_wins() -> None:
    inner = f"{CONFIGURATIONS.kind}/fido2"
    assert address_of(f"{inner}.yaml", KINDS) == (CONFIGURATIONS.kind, inner)
    assert address_of(f"{METHODS.kind}.yaml", KINDS) == (METHODS.kind, METHODS.kind)
    assert address_of("groups/1c/a.yaml", KINDS | {NESTED.kind: NESTED}) == ("groups/1c", "groups/1c/a")
    assert address_of("groups/My group.yaml", KINDS) == ("groups", "groups/My group")


INDEX = Index(
    ids={ONE: "groups/Sales.1c2a91c4", "both": "users/new"},
    app_ids={"app": "servicePrincipals/Graph.00000003"},
    permissions={"role": "User.Read.All"},
    gone={"old": "users/ada@contoso.com", "both": "users/old", "role2": "x"},
    inner={"part": "catalogs/customWorkflowExtensions/Tell-HR.1c2a91c4"},
)


@pytest.mark.parametrize(
    ("by", "text", "comment"),
    [
        ("id", ONE, "groups/Sales.1c2a91c4"),
        ("id", "both", "users/new"),
        ("id", "old", "gone: users/ada@contoso.com"),
        ("id", "app", "unknown"),
        ("appId", "app", "servicePrincipals/Graph.00000003"),
        ("appId", "old", "gone: users/ada@contoso.com"),
        ("appId", ONE, "unknown"),
        ("inner", "part", "catalogs/customWorkflowExtensions/Tell-HR.1c2a91c4"),
        ("inner", ONE, "unknown"),
        ("permission", "role", "User.Read.All"),
        ("permission", "role2", "unknown"),
    ],
)
def test_what_an_id_is_called_in_a_comment(by: str, text: str, comment: str) -> None:
    assert INDEX.comment(by, text) == comment


def test_a_reference_by_anything_else_is_a_defect() -> None:
    with pytest.raises(KeyError):
        INDEX.comment("name", ONE)
