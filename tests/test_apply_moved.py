"""What counts as moved: a table of what a resource was, shall be, and is when the plan is about to run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing import creation, deletion, restoring, update

from entragit.apply.moved import moved
from entragit.diff import diff, patch
from entragit.model import Body, Coverage, Gap
from entragit.plan import Change, Freed
from entragit.resources.catalog import CATALOG
from entragit.shapes import WriteContext, writes

A, B, C = (f"00000000-0000-4000-8000-00000000000{n}" for n in "abc")
CONTEXT = WriteContext("t", coverage=Coverage(frozenset(CATALOG), frozenset({Gap("groups", "theme")})))
GROUP: Body = {"id": A, "displayName": "g", "description": "old", "members": [A, B]}
LOCATION: Body = {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": A, "displayName": "l", "isTrusted": True,
                  "ipRanges": [{"cidrAddress": "192.0.2.0/24"}]}  # fmt: skip
ROLE = {"id": B, "value": "Read", "displayName": "r", "description": "r", "isEnabled": True,
        "allowedMemberTypes": ["User"]}  # fmt: skip
APP: Body = {"id": A, "appId": C, "displayName": "a", "appRoles": [ROLE]}
BARE: Body = {"id": A, "appId": C, "displayName": "a"}
LOCATIONS = "identity/conditionalAccess/namedLocations"

# kind, planned (None: a deletion), and what the resource is by then; does that refuse the plan, and when it is resumed?
TABLE: list[tuple[str, Body, Body | None, Body, bool, bool]] = [
    ("groups", GROUP, {**GROUP, "description": "new"}, GROUP, False, False),
    ("groups", GROUP, {**GROUP, "description": "new"}, {**GROUP, "description": "new"}, False, False),
    ("groups", GROUP, {**GROUP, "description": "new"}, {**GROUP, "description": "third"}, True, True),
    ("groups", GROUP, {**GROUP, "description": "new"}, {**GROUP, "displayName": "renamed"}, False, False),
    ("groups", GROUP, {**GROUP, "description": "new"}, {**GROUP, "members": [A, B, C]}, False, False),
    ("groups", GROUP, {**GROUP, "members": [A]}, {**GROUP, "members": [A]}, False, False),
    ("groups", GROUP, {**GROUP, "members": [A]}, {**GROUP, "members": [A, B, C]}, False, False),
    ("groups", GROUP, {**GROUP, "members": [A, B, C]}, {**GROUP, "members": [A, C]}, False, False),
    ("groups", GROUP, None, GROUP, False, False),
    ("groups", GROUP, None, {**GROUP, "members": [A, B, C]}, True, True),
    ("groups", GROUP, None, {**GROUP, "theme": "Teal"}, False, False),  # nobody covered that
    (LOCATIONS, LOCATION, None, {**LOCATION, "isTrusted": False}, True, False),  # on its way to being deleted
    ("applications", APP, BARE, {**APP, "appRoles": [{**ROLE, "isEnabled": False}]}, True, False),
    ("applications", APP, BARE, {**APP, "appRoles": [{**ROLE, "value": "x"}]}, True, True),
    ("applications", APP, BARE, BARE, False, False),
]


FEDERATED = {"name": "a", "issuer": "i", "subject": "s", "audiences": ["x"]}
OTHER = FEDERATED | {"name": "b", "subject": "t"}
ROUND = [FEDERATED | {"subject": "t"}, OTHER | {"subject": "s"}]
NAMED: Body = {"id": A, "userPrincipalName": "a@x", "displayName": "A"}
FREED = (Freed("userPrincipalName", "a-00000000@x", 1),)

# What an earlier run of the same plan may have left on the way → whether that refuses the plan, and when it is resumed.
UNLICENSED: Body = {"id": A, "displayName": "g", "groupTypes": ["Unified"]}
LICENSED: Body = {**UNLICENSED, "assignedLicenses": [{"skuId": B}]}
CATALOGS = "identityGovernance/entitlementManagement/catalogs"
CATALOGUE: Body = {"id": B, "displayName": "c"}
ON_THE_WAY: list[tuple[str, Change, Body, bool, bool]] = [
    ("a name for the time being", replace(update("users", NAMED, {**NAMED, "userPrincipalName": "b@x"}), freed=FREED),
     {**NAMED, "userPrincipalName": "a-00000000@x"}, True, False),
    ("a name of somebody's choice", replace(update("users", NAMED, {**NAMED, "userPrincipalName": "b@x"}), freed=FREED),
     {**NAMED, "userPrincipalName": "c@x"}, True, True),
    ("what is to be deleted is called otherwise", replace(deletion("users", NAMED), freed=FREED),
     {**NAMED, "userPrincipalName": "a-00000000@x"}, True, False),
    ("what is to be deleted has lost its licences", deletion("groups", LICENSED), UNLICENSED, True, False),
    ("what is to be deleted has other licences", deletion("groups", LICENSED),
     {**UNLICENSED, "assignedLicenses": [{"skuId": C}]}, True, True),
    ("what is to be deleted has lost what was in it", deletion(CATALOGS, {**CATALOGUE, "resources": [{"originId": A}]}),
     CATALOGUE, True, False),
    ("a child is deleted and not made anew yet",
     update("applications", {**BARE, "federatedIdentityCredentials": [FEDERATED, OTHER]},
            {**BARE, "federatedIdentityCredentials": ROUND}),
     {**BARE, "federatedIdentityCredentials": [OTHER]}, True, False),
    ("and the other one has what it had",
     update("applications", {**BARE, "federatedIdentityCredentials": [FEDERATED, OTHER]},
            {**BARE, "federatedIdentityCredentials": ROUND}),
     {**BARE, "federatedIdentityCredentials": ROUND[1:]}, True, False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "now", "first", "resumed"), ON_THE_WAY)
def test_what_an_earlier_run_left_has_not_moved(
    what: str, change: Change, now: Body, first: bool, resumed: bool
) -> None:
    found = [bool(moved(change, change.desired, now, CONTEXT, again)) for again in (False, True)]
    assert found == [first, resumed], what


def test_what_is_let_go_once_is_not_let_go_again() -> None:
    """However far an earlier run came: the old name goes, another one that took its place stays."""
    change = replace(update("users", NAMED, {**NAMED, "userPrincipalName": "b@x"}), freed=FREED)

    def sent(name: str) -> list[Body | None]:
        now: Body = {**NAMED, "userPrincipalName": name}
        return [item.body for item in writes(CATALOG["users"], change, change.desired, A, now, "free", CONTEXT)]

    assert sent("a@x") == [{"userPrincipalName": "a-00000000@x"}]
    assert [sent("a-00000000@x"), sent("b@x")] == [[], []]


def test_what_a_creation_finds_loses_what_is_not_desired() -> None:
    """A service principal that somebody made meanwhile is the one of its application, less what that one gave it."""
    wanted: Body = {"id": A, "appId": C, "displayName": "a", "accountEnabled": True}
    change = creation("servicePrincipals", wanted)
    found = {**wanted, "id": B, "notes": "evil", "passwordCredentials": [{"keyId": C}]}
    made = writes(CATALOG["servicePrincipals"], change, wanted, B, found, "link", CONTEXT)
    assert [(item.method, item.body) for item in made] == [("PATCH", {"notes": None}), ("POST", {"keyId": C})]


def change_of(kind: str, planned: Body, wanted: Body | None) -> Change:
    return deletion(kind, planned) if wanted is None else update(kind, planned, wanted)


@pytest.mark.parametrize(("kind", "planned", "wanted", "now", "first", "resumed"), TABLE)
def test_what_moved(kind: str, planned: Body, wanted: Body | None, now: Body, first: bool, resumed: bool) -> None:
    change = change_of(kind, planned, wanted)
    found = [bool(moved(change, wanted, now, CONTEXT, again)) for again in (False, True)]
    assert found == [first, resumed]


def test_the_sentence_names_resource_property_and_values() -> None:
    change = update("groups", GROUP, {**GROUP, "description": "new"})
    (said,) = moved(change, change.desired, {**GROUP, "description": "x" * 200}, CONTEXT, False)
    assert said.startswith(f'{change.address}: description was "old" when the plan was made, is "xxx')
    assert said.endswith('…; the plan makes it "new"')
    (said,) = moved(deletion("groups", GROUP), None, {**GROUP, "description": "y"}, CONTEXT, False)
    assert said.endswith('description was "old", and is "y"; the plan deletes it')


def test_what_went_and_what_came_back() -> None:
    change = update("groups", GROUP, {**GROUP, "description": "new"})
    assert moved(change, change.desired, None, CONTEXT, False) == [f"{change.address} is gone from the tenant"]
    assert moved(deletion("groups", GROUP), None, None, CONTEXT, False) == []
    back = restoring("groups", GROUP)
    assert moved(back, GROUP, None, CONTEXT, False) == []
    assert moved(back, GROUP, GROUP, CONTEXT, True) == []
    assert len(moved(back, GROUP, GROUP, CONTEXT, False)) == 1


texts = st.sampled_from(["old", "new", "third"])
groups = st.fixed_dictionaries(
    {"id": st.just(A), "displayName": texts, "members": st.lists(st.sampled_from([A, B, C]), unique=True).map(sorted)},
    optional={"description": texts, "mail": texts},
).map(lambda body: {name: value for name, value in body.items() if value != []})


@given(groups, groups, groups)
def test_no_more_and_no_less_than_what_is_touched(planned: Any, wanted: Any, now: Any) -> None:
    """A model: value by value, what is edited must be either side; what isn't may be anything."""
    kind = CATALOG["groups"]
    edits = [edit for edit in diff(kind, planned, wanted) if edit.path != ("id",)]
    change = update("groups", planned, wanted)

    def is_one_side(name: str, key: str | None) -> bool:
        held = [key in (body.get(name) or []) if key else body.get(name) for body in (planned, wanted, now)]
        return held[2] in held[:2]

    ok = all(is_one_side(edit.path[0], edit.path[1].strip('"') if len(edit.path) > 1 else None) for edit in edits)
    assert (moved(change, wanted, now, CONTEXT, False) == []) == ok
    partly = patch(kind, planned, edits[::2])
    assert moved(change, wanted, partly, CONTEXT, False) == [], "a run that was cut off may go on"
