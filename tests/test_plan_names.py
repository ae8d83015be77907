"""What only one can have, in a plan: who takes it from whom, in which turn, and who goes without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plan_checks import ADA, APP, EVE, FILES, MALLORY, NEW, SALES, Planner, company, one, user

from entragit.plan import Plan
from entragit.resources.catalog import CATALOG

DOMAIN = "@contoso.com"
ADAS, EVES, MALS, FREE = (f"{name}{DOMAIN}" for name in ("ada", "eve", "mal", "free"))
UPN, URIS, NICK = "userPrincipalName", "identifierUris", "mailNickname"
UNIFIED = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
THIRD = ("users", user(MALLORY, "mal"))
HIRE = ("users", user(NEW, "ada", displayName="Hire"))
STRENGTHS = "policies/authenticationStrengthPolicies"

Turns = list[tuple[str, str, Any]]
"""(id, property, value from then on), turn by turn; what comes back under another value stands first."""


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path / "r")


def called(name: str, **more: Any) -> dict[str, Any]:
    return {UPN: name, **more}


def turns(plan: Plan) -> Turns:
    rows = sorted((item.turn, change.live, item.name, item.value) for change in plan.changes for item in change.freed)
    numbers = [turn for turn, *_ in rows if turn]
    assert numbers == list(range(1, len(numbers) + 1))
    return [tuple(row[1:]) for row in rows]


def taken(plan: Plan) -> list[tuple[str, str]]:
    return [(entry.address, entry.property) for entry in plan.ledger if entry.what == "taken"]


# (what it shows, what the tenant has of those who should be called ada, eve and mal) → who lets what go.
MOVED: list[tuple[str, dict[str, Any], Turns]] = [
    ("nothing is taken from anyone", {"ada": called(FREE)}, []),
    ("another case is no other name", {"ada": called(ADAS.upper())}, []),
    ("one has the name of one who left it", {"ada": called(EVES), "eve": called(FREE)}, [(ADA, UPN, ADAS)]),
    ("in any case", {"ada": called(EVES.upper()), "eve": called(FREE)}, [(ADA, UPN, ADAS)]),
    ("two have each other's", {"ada": called(EVES), "eve": called(ADAS)},
     [(ADA, UPN, f"eve-{ADA[:8]}{DOMAIN}"), (EVE, UPN, EVES)]),
    ("a chain", {"ada": called(EVES), "eve": called(MALS), "mal": ("users", user(MALLORY, "free"))},
     [(ADA, UPN, ADAS), (EVE, UPN, EVES)]),
    ("three in a circle", {"ada": called(EVES), "eve": called(MALS), "mal": ("users", user(MALLORY, "ada"))},
     [(ADA, UPN, f"eve-{ADA[:8]}{DOMAIN}"), (EVE, UPN, EVES), (MALLORY, UPN, MALS)]),
    ("one that is made anew gets it", {"ada": None, "eve": called(ADAS)}, [(EVE, UPN, EVES)]),
    ("what joins to a directory on premises is none for the time being",
     {"ada": {"onPremisesImmutableId": "E"}, "eve": {"onPremisesImmutableId": "A"}},
     [(ADA, "onPremisesImmutableId", None), (EVE, "onPremisesImmutableId", "E")]),
]  # fmt: skip
JOINED = {"ada": {"onPremisesImmutableId": "A"}, "eve": {"onPremisesImmutableId": "E"}}


@pytest.mark.parametrize(("what", "actual", "expected"), MOVED)
def test_names_of_those_who_are_there(what: str, actual: dict[str, Any], expected: Turns, planner: Planner) -> None:
    joined = JOINED if "joins" in what else {}
    desired = company(mal=THIRD, **joined)
    plan = planner.plan(desired, desired, company(**{"mal": THIRD, **joined, **actual}))
    assert turns(plan) == expected
    assert (taken(plan), plan.findings) == ([], ())


def test_a_name_for_the_time_being_is_no_longer_than_names_may_be(planner: Planner) -> None:
    long = "e" * 64 + DOMAIN
    desired = company(eve=called(long))
    plan = planner.plan(desired, desired, company(ada=called(long), eve=called(ADAS)))
    assert turns(plan)[0] == (ADA, UPN, f"{'e' * 55}-{ADA[:8]}{DOMAIN}")


def test_elements_are_let_go_by_all_before_any_takes(planner: Planner) -> None:
    other = {"id": NEW, "appId": NEW, "displayName": "Other", "signInAudience": "AzureADMyOrg", URIS: ["https://o"]}
    desired = company(app={URIS: ["https://a", "https://b"]}, other=("applications", other))
    swapped = company(app={URIS: ["https://B", "https://o"]}, other=("applications", other | {URIS: ["https://a"]}))
    plan = planner.plan(desired, desired, swapped)
    assert sorted(turns(plan)) == [(APP, URIS, ["https://B"]), (NEW, URIS, [])]


NICKNAMES: list[tuple[bool, Turns]] = [
    (True, [(SALES, NICK, f"Glass-{SALES[:8]}"), (NEW, NICK, "Glass")]),
    (False, []),
]


@pytest.mark.parametrize(("unified", "expected"), NICKNAMES)
def test_only_microsoft_365_groups_have_theirs_alone(unified: bool, expected: Turns, planner: Planner) -> None:
    sort = UNIFIED if unified else {}
    new = {"id": NEW, "displayName": "New", NICK: "Glass", "mailEnabled": False, "securityEnabled": True, **sort}
    desired = company(sales=sort, new=("groups", new), glass=None)
    actual = company(sales=sort | {NICK: "Glass"}, new=("groups", new | {NICK: "Sales"}), glass=None)
    assert turns(planner.plan(desired, desired, actual)) == expected


# (what the tenant lacks of Ada, what is pruned, whether she is among the deleted items) → changes, who lets go, ledger.
HIRED: list[tuple[Any, list[str], bool, list[str], Turns, list[str]]] = [
    (None, [], False, [], [], [""]),
    (None, [], True, [], [], [""]),
    (called(FREE, displayName="Lost"), [], False, ["update"], [], [UPN]),
    (called(FREE), [], False, [], [], [UPN]),
    (None, ["users"], False, ["create", "delete"], [(NEW, "", None)], []),
    (None, ["users"], True, ["delete", "restore"], [(NEW, "", None)], []),
    (called(FREE), ["users"], False, ["delete", "update"], [(NEW, "", None)], []),
]


@pytest.mark.parametrize(("ada", "prune", "deleted", "actions", "expected", "ledger"), HIRED)
def test_a_stranger_has_the_name(
    ada: Any, prune: list[str], deleted: bool, actions: list[str], expected: Turns, ledger: list[str], planner: Planner
) -> None:
    base = company(sales=None, glass=None, given=None)
    actual = company(ada=ada, hire=HIRE, sales=None, glass=None, given=None)
    told = {ADA: {"id": ADA, UPN: ADA.replace("-", "") + ADAS}} if deleted else {}
    plan = planner.plan(base, base, actual, prune=prune, deleted=dict.fromkeys(told, "users"), told=told)
    assert sorted(change.action for change in plan.changes) == actions
    assert (turns(plan), taken(plan)) == (expected, [(f"users/{ADAS}", name) for name in ledger])
    assert plan.findings == ()
    for entry in (entry for entry in plan.ledger if entry.what == "taken"):
        assert (NEW in entry.why, ADAS in entry.why, "--prune users" in entry.follow_up) == (True, True, True)
        assert ("30 days" in entry.follow_up) is deleted


def test_what_names_somebody_who_cannot_be_made_says_so(planner: Planner) -> None:
    plan = planner.plan(FILES(), FILES(), company(ada=None, hire=HIRE, sales={"members": [EVE], "owners": None}))
    assert taken(plan) == [(f"users/{ADAS}", "")]
    assert [change.kind for change in plan.changes if change.action != "update"] == []
    assert all(ADA not in str(change.desired) for change in plan.changes)
    assert "gone" in {entry.what for entry in plan.ledger}


WENT: list[tuple[str, Turns]] = [(ADAS, []), (ADAS.upper(), []), (EVES, [(ADA, UPN, ADAS)])]


@pytest.mark.parametrize(("name", "expected"), WENT)
def test_somebody_comes_back_under_the_name_that_is_desired(name: str, expected: Turns, planner: Planner) -> None:
    told = {ADA: {"id": ADA, UPN: ADA.replace("-", "") + name}}
    plan = planner.plan(FILES(), FILES(), company(ada=None), deleted={ADA: "users"}, told=told)
    assert (turns(plan), taken(plan)) == (expected, [])


def test_an_application_that_went_with_what_is_somebody_elses_stays_deleted(planner: Planner) -> None:
    """Graph restores it with all that it had, and has no word to leave something out."""
    other = {"id": NEW, "appId": NEW, "displayName": "Other", "signInAudience": "AzureADMyOrg", URIS: ["https://o"]}
    tree = company(other=("applications", other))
    told = {APP: {"id": APP, URIS: ["https://o"]}}
    plan = planner.plan(tree, tree, company(other=("applications", other), app=None, principal=None),
                        deleted={APP: "applications"}, told=told)  # fmt: skip
    assert [change.address for change in plan.changes if "restore" in change.action] == []
    assert [address.partition("/")[0] for address, _ in taken(plan)] == ["applications"]
    assert "another value in Git" in next(entry.follow_up for entry in plan.ledger if entry.what == "taken")


def test_of_two_files_that_want_the_same_one_gets_it(planner: Planner) -> None:
    desired = company(eve=called(ADAS))
    plan = planner.plan(desired, desired, company(ada=called(FREE), eve=called("free2" + DOMAIN)))
    assert [change.live for change in plan.changes] == [ADA]
    assert [entry.property for entry in plan.ledger] == [UPN]
    other = planner.plan(desired, desired, company(ada=called(FREE), eve=called(ADAS)))
    ((address, name),) = taken(other)
    assert (other.changes, ADA in address, name) == ((), True, UPN)


def test_who_is_not_selected_keeps_what_they_have(planner: Planner) -> None:
    actual = company(ada=called(FREE, displayName="Lost"), eve=called(ADAS))
    plan = planner.plan(FILES(), FILES(), actual, paths=[f"users/{FREE}"])
    assert [edit.path for edit in one(plan.changes).edits] == [("displayName",)]
    (entry,) = plan.ledger
    assert (entry.property, "as well" in entry.follow_up) == (UPN, True)


def test_who_cannot_be_changed_keeps_what_they_have(planner: Planner) -> None:
    """Ada is mastered on premises, so Eve goes without, and so does whoever wants what Eve has."""
    synced = {"onPremisesSyncEnabled": True}
    desired = company(ada=synced, mal=THIRD)
    actual = company(ada=called(EVES, **synced), eve=called(MALS), mal=("users", user(MALLORY, "ada")))
    plan = planner.plan(desired, desired, actual)
    assert [change.address for change in plan.changes if any(e.path == (UPN,) for e in change.edits)] == []
    assert taken(plan) == [(f"users/{EVES}", UPN), (f"users/{MALS}", UPN)]


def test_what_is_gone_for_good_is_renamed_first_and_goes_last(planner: Planner) -> None:
    keys = {"policyType": "custom", "allowedCombinations": ["fido2"]}
    own = (STRENGTHS, {"id": ADA, "displayName": "Keys", **keys})
    desired, stranger = company(own=own), (STRENGTHS, {"id": EVE, "displayName": "keys", **keys})
    actual = company(own=(STRENGTHS, {"id": ADA, "displayName": "Old", **keys}), other=stranger)
    plan = planner.plan(desired, desired, actual, prune=[STRENGTHS])
    assert turns(plan) == [(EVE, "displayName", f"keys-{EVE[:8]}")]


@pytest.mark.parametrize("prune", [False, True])
def test_whoever_has_what_there_is_once_is_the_one(prune: bool, planner: Planner) -> None:
    """Graph says so when a setting is to be made that there is; if that one shall go, it goes first."""
    old = ("groupSettings", {"id": ADA, "templateId": NEW, "displayName": "S", "values": [{"name": "A", "value": "x"}]})
    new = ("groupSettings", {**old[1], "id": EVE})
    desired = company(one=old)
    plan = planner.plan(desired, desired, company(one=new), prune=["groupSettings"] if prune else [])
    assert (turns(plan), taken(plan)) == ([(EVE, "", None)] if prune else [], [])


def test_names_that_a_branch_swapped_are_merged(planner: Planner) -> None:
    desired = company(ada=called(EVES), eve=called(ADAS))
    plan = planner.plan(FILES(), desired, FILES(), mode="merge")
    assert turns(plan) == [(ADA, UPN, f"ada-{ADA[:8]}{DOMAIN}"), (EVE, UPN, ADAS)]
    assert [(change.live, change.origins) for change in plan.changes] == [(ADA, ("yours",)), (EVE, ("yours",))]


def test_these_kinds_alone_have_what_is_unique() -> None:
    unique = {kind.kind for kind in CATALOG.values() if kind.writes.unique}
    assert unique == {
        "users", "groups", "applications", "servicePrincipals", "groupSettings", STRENGTHS,
        "roleManagement/directory/roleDefinitions",
    }  # fmt: skip
