"""The self-check finds what is wrong with the words of writing: each seeded mistake is named in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from entragit.model import Body
from entragit.resources.catalog import CATALOG
from entragit.resources.check_writes import write_problems
from entragit.resources.writing import Needed, Reason, Refusal, Switch

POLICIES = "identity/conditionalAccess/policies"
ASSIGNMENTS = "roleManagement/directory/roleAssignments"
NO = Reason("a", "b.", "c.")

# Kind, changes of its words → what the check says.
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("users", {"given": frozenset({"city"})}, "users: given names city, which isn't read-only"),
    ("users", {"given": frozenset({"citty"})}, "users: given names citty, which user doesn't have"),
    ("users", {"made": frozenset({"createdDateTime"})}, "users: made names createdDateTime, which is read-only anyway"),
    ("users", {"later": frozenset({"signInActivity"})}, "later names signInActivity, which is read-only"),
    ("users", {"optional": frozenset({"city"})}, "optional names city, which isn't required"),
    ("users", {"secret": "password"}, "secret names password, which user doesn't have"),
    ("users", {"actions": {"licences": "licences"}}, "actions names licences, which user doesn't have"),
    ("users", {"needs": {"identities": "User.Write"}}, "User.Write is no application permission"),
    ("users", {"also": (Needed("Group.Write", {"city": "x"}),)}, "Group.Write is no application permission"),
    ("users", {"after": ("domain",)}, "users: comes after domain, which is no kind"),
    ("users", {"restore": "group"}, "a deleted user isn't found as group"),
    ("users", {"refused": (Refusal(NO, where={"synced": True}),)}, "refused names synced, which user doesn't have"),
    ("users", {"refused": (Refusal(NO, but=frozenset({"licences"})),)}, "but names licences, which user doesn't have"),
    ("users", {"probe": ()}, "nobody can find what a lost POST has made"),
    ("users", {"lost": {"password": NO}}, "lost names password, which user doesn't have"),
    ("groups", {"loose": frozenset({"description"})}, "loose names description, which isn't immutable"),
    ("groups", {"fixed": frozenset({"visibility"})}, "fixed names visibility, which is immutable or read-only anyway"),
    ("groups", {"values": {"groupType": frozenset({"Unified"})}}, "values names groupType, which group doesn't have"),
    ("groups", {"unique_name": "name"}, "unique_name names name, which group doesn't have"),
    ("devices", {"patch": frozenset({"deviceId"})}, "patch names deviceId, which is immutable or read-only"),
    ("applications", {"new": ("objectId",)}, "new names objectId, which application doesn't have"),
    ("applications", {"disabled": (("api", "preAuthorizedApplications"),)}, "nothing is switched off at api/pre"),
    ("applications", {"disabled": (("tags",),)}, "nothing is switched off at tags"),
    (
        "servicePrincipals",
        {"backed": ("apps", "appId", "id")},
        "comes after apps, which is no kind",
    ),
    (POLICIES, {"switch": Switch("status", "disabled")}, "switch names status, which conditionalAccessPolicy doesn't"),
    (POLICIES, {"switch": Switch("createdDateTime", None)}, "switch names createdDateTime, which is immutable or read"),
    (POLICIES, {"required": frozenset({"condition"})}, "required names condition, which conditionalAccessPolicy"),
    (POLICIES, {"weakens": None}, "nobody says what makes it weaker"),
    (POLICIES, {"before_delete": {"modifiedDateTime": None}}, "before_delete names modifiedDateTime, which is"),
    (ASSIGNMENTS, {"never": {"role": NO}}, "never names role, which unifiedRoleAssignment doesn't have"),
]

# Kind, relationship, changes → what the check says.
WRONG_RELATIONS: list[tuple[str, str, dict[str, Any], str]] = [
    ("users", "manager", {"bind": True}, "users/manager: only sets of references are bound"),
    ("users", "sponsors", {"change": "patch"}, "users/sponsors: only children are made and changed"),
    ("groups", "owners", {"stays": ({"types": "x"}, NO)}, "groups/owners: stays names types, which group doesn't"),
    ("servicePrincipals", "appRoleAssignments", {"parent": ""}, "nobody says what a new child sends for principalId"),
    ("servicePrincipals", "appRoleAssignments", {"parent": "owner"}, "its children don't name their owner in owner"),
]


def test_the_catalog_is_right() -> None:
    assert list(write_problems(CATALOG)) == []


@pytest.mark.parametrize(("kind", "words", "said"), WRONG)
def test_a_wrong_word_is_named(kind: str, words: dict[str, Any], said: str) -> None:
    wrong = replace(CATALOG[kind], writes=replace(CATALOG[kind].writes, **words))
    assert said in "\n".join(write_problems({**CATALOG, kind: wrong}))


@pytest.mark.parametrize(("kind", "name", "words", "said"), WRONG_RELATIONS)
def test_a_wrong_word_about_a_relationship_is_named(kind: str, name: str, words: dict[str, Any], said: str) -> None:
    relations = [replace(item, **words) if item.name == name else item for item in CATALOG[kind].relations]
    wrong = replace(CATALOG[kind], relations=tuple(relations))
    assert said in "\n".join(write_problems({**CATALOG, kind: wrong}))


def test_a_kind_without_a_permission_to_write_is_named() -> None:
    wrong = replace(CATALOG["users"], write=())
    assert "users: no permission to write it" in list(write_problems({**CATALOG, "users": wrong}))


def long_hook(_now: Body | None, wanted: Body) -> Body:
    """Longer than a hook may be."""
    one = {**wanted}
    two = {**one}
    three = {**two}
    four = {**three}
    five = {**four}
    six = {**five}
    seven = {**six}
    eight = {**seven}
    nine = {**eight}
    ten = {**nine}
    eleven = {**ten}
    twelve = {**eleven}
    thirteen = {**twelve}
    return {**thirteen}


@pytest.mark.parametrize("word", ["sent", "settle", "weakens"])
def test_a_long_hook_is_named(word: str) -> None:
    wrong = replace(CATALOG["users"], writes=replace(CATALOG["users"].writes, **{word: long_hook}))
    assert "users: long_hook is a hook of over 15 lines" in "\n".join(write_problems({**CATALOG, "users": wrong}))
