"""A plan from outside lets go only what only one can have, and what the plan changes anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest
from writing import deletion, restoring, update

from entragit.apply import honest
from entragit.errors import RefusedError
from entragit.plan import Change, Freed, Plan
from entragit.resources.catalog import CATALOG

OWN = "1c2a91c4-0000-4000-8000-000000000001"
UPN, URIS = "userPrincipalName", "identifierUris"
USER = {"id": OWN, "displayName": "Ada", UPN: "ada@x.example"}
RENAMED = update("users", USER, {**USER, UPN: "bea@x.example"})
DESCRIBED = update("users", USER, {**USER, "displayName": "Ada L."})
GONE, BACK = deletion("users", USER), restoring("users", USER)
APP = {"id": OWN, "displayName": "App", URIS: ["api://a", "api://b"]}
SHORTER = update("applications", APP, {**APP, URIS: ["api://b", "api://c"]})

CASES: list[tuple[str, Change, Freed, bool]] = [
    ("the name that it shall have", RENAMED, Freed(UPN, "bea@x.example", 1), True),
    ("one in between", RENAMED, Freed(UPN, "ada-1c2a91c4@x.example", 1), True),
    ("another one in between", RENAMED, Freed(UPN, f"ada-{OWN.replace('-', '')}@x.example", 1), True),
    ("a name that somebody else chose", RENAMED, Freed(UPN, "eve@x.example", 1), False),
    ("what isn't alone", RENAMED, Freed("accountEnabled", False, 1), False),
    ("what the plan doesn't change", DESCRIBED, Freed(UPN, "ada-1c2a91c4@x.example", 1), False),
    ("itself, though it stays", RENAMED, Freed("", None, 1), False),
    ("itself, and it goes", GONE, Freed("", None, 1), True),
    ("its name, and it goes", GONE, Freed(UPN, "ada-1c2a91c4@x.example", 1), True),
    ("its name on the way back", BACK, Freed(UPN, "ada@x.example", 0), True),
    ("another's name on the way back", BACK, Freed(UPN, "eve@x.example", 0), False),
    ("some of a list", SHORTER, Freed(URIS, ["api://b"], 1), True),
    ("all of a list", SHORTER, Freed(URIS, [], 1), True),
    ("more than a list", SHORTER, Freed(URIS, ["api://b", "api://evil"], 1), False),
    ("no list", SHORTER, Freed(URIS, "api://b", 1), False),
]


def plan(change: Change) -> Plan:
    tiered = replace(change, tier=CATALOG[change.kind].tier)
    return Plan(OWN, "c" * 40, "b" * 40, "rollback", changes=(tiered,))


@pytest.mark.parametrize(("change", "freed", "fine"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_a_plan_lets_go(change: Change, freed: Freed, fine: bool) -> None:
    assert honest.check(plan(change), "plan.json")
    made = plan(replace(change, freed=(freed,)))
    if fine:
        assert honest.check(made, "plan.json") is made
    else:
        with pytest.raises(RefusedError, match="lets go what the plan doesn't change"):
            honest.check(made, "plan.json")
