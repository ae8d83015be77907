"""docs/coverage.md claims what the strict Entra allows, and leaves out nothing that it has: both directions."""

from __future__ import annotations

import pytest

from entragit.resources.catalog import CATALOG
from entragit.resources.coverage import markdown
from entragit.resources.coverage_writing import after_deletion, written
from entragit.resources.uncovered import OUT_OF_SCOPE, UNCOVERED
from entragit.resources.writing import barred
from entragit.sandbox.rules import layout, operations
from entragit.sandbox.rules.relations import INSIDE, RELATIONS, WITH_CHILD

WRITES = frozenset(operations.writes())
# Served for what an export must know, or as another address of a kind; no kinds of their own.
HELP = {
    "auditLogs/directoryAudits": "who did it",
    "auditLogs/signIns": "records, kept beside the repository",
    "identityGovernance/entitlementManagement/resourceRequests": "how a catalog gets its resources",
    "identityGovernance/privilegedAccess/group/resources": "tells which groups PIM manages",
    "directoryRoles": "says the same as roleManagement/directory",
    "groupSettingTemplates": "the same in every tenant",
    "roleManagement/directory/roleAssignmentScheduleInstances": "tells activated assignments from desired ones",
}
HELP |= {entry.writes.request.to: f"by it {kind} are written"
         for kind, entry in CATALOG.items() if entry.writes.request}  # fmt: skip
# Graph lets them be made, and entragit says why it doesn't: kind → the reason's two words.
NOT_MADE = {"devices": "device", "domains": "domain", "identity/identityProviders": "secret needed",
            "identityGovernance/termsOfUse/agreements": "document needed"}  # fmt: skip


def of(kind: str) -> set[str]:
    """The methods that the sandbox has for objects of a kind, or the singleton; those that a request stands for."""
    request = CATALOG[kind].writes.request
    if request is not None:
        return {"POST", "PATCH", "DELETE"} if f"POST {request.to.lower()}" in WRITES else set()
    root = operations.TEMPLATES.get(kind, kind.lower())
    single = CATALOG[kind].shape == "singleton"
    found = {operation.split()[0] for operation in WRITES
             if operation.split()[1] in ((root, f"{root}/{{id}}") if single else (f"{root}/{{id}}",))}  # fmt: skip
    return found | ({"POST"} if f"POST {root}" in WRITES else set())


def below(kind: str) -> bool:
    """Whether anything that follows an object's id can be written."""
    return any(f" {kind.lower()}/{{id}}/" in operation for operation in WRITES)


@pytest.mark.parametrize("kind", CATALOG)
def test_what_is_said_of_a_kind_holds(kind: str) -> None:
    entry, methods = CATALOG[kind], of(kind)
    assert kind in layout.SERVED | INSIDE.keys() | {*layout.OF_GROUPS.values()}
    if after_deletion(entry).endswith("made anew"):
        assert methods & {"POST", "PATCH", "PUT"}, "it can be made"
        assert "DELETE" in methods or barred(entry.writes, "delete"), "and taken away, or it is said that it can't be"
    if written(entry) in ("yes", "by a person"):
        assert methods & {"PATCH", "PUT", "DELETE"} or below(kind), "it can be changed"


@pytest.mark.parametrize("kind", CATALOG)
def test_nothing_that_can_be_done_is_said_to_be_impossible(kind: str) -> None:
    entry, methods = CATALOG[kind], of(kind)
    reason = barred(entry.writes, "create")
    if "POST" in methods and entry.shape != "singleton" and reason is not None:
        assert NOT_MADE.get(kind) == reason.what
    if methods & {"PATCH", "PUT"}:
        assert written(entry) != "never"


def test_all_that_the_sandbox_has_is_covered_or_named() -> None:
    named = {path for path, _, _ in UNCOVERED}
    roots = {path.split("/{id}")[0] for path in named}
    bins = {kind.writes.bin for kind in CATALOG.values()}  # what is deleted there is looked for by a plan
    unknown = {path for path in layout.SERVED - CATALOG.keys() - HELP.keys() - bins
               if not any(path == root or path.startswith(f"{root}/") for root in roots)}  # fmt: skip
    assert unknown == set()


@pytest.mark.parametrize("kind", CATALOG)
def test_every_child_of_an_object_is_read_or_left_out_by_intent(kind: str) -> None:
    entry = CATALOG[kind]
    children = {item.name for item in RELATIONS.get(kind, {}).values() if item.how in WITH_CHILD}
    planned = {name for path, _, _ in UNCOVERED if path.startswith(f"{kind}/{{id}}/") for name in [path.split("/")[-1]]}
    known = {relation.name for relation in entry.relations} | entry.unread | planned
    assert children <= known | {"appRoleAssignments", "appRoleAssignedTo"}, "app roles stand with either side"


def test_what_a_tenant_may_be_without_is_not_always_there() -> None:
    assert {after_deletion(kind) for kind in CATALOG.values() if kind.none and kind.shape == "singleton"} == {"never"}


def test_what_is_planned_is_no_kind_yet() -> None:
    assert not {path for path, _, _ in UNCOVERED} & CATALOG.keys()


@pytest.mark.parametrize("kind", [kind for kind, entry in CATALOG.items() if entry.filter])
def test_of_a_kind_that_is_listed_in_part_both_parts_are_named(kind: str) -> None:
    section = markdown().split(f"\n## `{kind}`\n")[1].split("\n## ")[0]
    assert CATALOG[kind].filter in section
    others = [entry.kind for entry in CATALOG.values() if entry.path == kind != entry.kind]
    others += [said for said, *_ in (*UNCOVERED, *OUT_OF_SCOPE) if kind in said and said.strip("`") != kind]
    assert others
