from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bodies import IDS, KINDS, json_values, raw, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from entragit.document import harmless
from entragit.normalize import normalize
from entragit.resources.base import Context
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import of
from entragit.resources.metadata import enum_members, types
from entragit.schema import check, documents, schema, unknown_values

ROOT = Path(__file__).parent.parent
USERS = CATALOG["users"]
APPS = CATALOG["applications"]
GROUPS = CATALOG["groups"]
POLICIES = CATALOG["identity/conditionalAccess/policies"]
LOCATIONS = CATALOG["identity/conditionalAccess/namedLocations"]
IP = "#microsoft.graph.ipNamedLocation"


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(schema(CATALOG[kind]))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_what_graph_sends_passes(kind: str, seed: int) -> None:
    """Names and enum values that nobody knows included: only a missing name or type is said."""
    resource_type = CATALOG[kind]
    body = normalize(resource_type, raw(resource_type, seed), Context(IDS[0]))
    assert [problem for problem in check(resource_type, body) if "needs a `@odata.type`" not in problem.message] == []
    members = {member for name in types() for member in enum_members(name)}
    assert {strange.value for strange in unknown_values(resource_type, body)} <= {"notInventedYet"} - members


@settings(max_examples=100, deadline=None)
@given(value=json_values, kind=st.sampled_from(KINDS), data=st.data())
def test_anything_is_answered_in_a_sentence(value: object, kind: str, data: st.DataObject) -> None:
    resource_type = CATALOG[kind]
    name = data.draw(st.sampled_from([*sorted(of(resource_type, {})), "@odata.type", "brandNew"]))
    body = {"id": IDS[1], name: value}
    for problem in check(resource_type, body):
        assert harmless(problem.message) == problem.message
        assert len(problem.message) < 1000
    list(unknown_values(resource_type, body))


@pytest.mark.parametrize(
    ("resource_type", "body", "path", "message"),
    [
        (GROUPS, {"id": "1", "securityEnabled": "yes"}, ("securityEnabled",), "write true or false instead of `yes`"),
        (GROUPS, {"id": "1", "displayName": {}}, ("displayName",), "`displayName`: write a text instead of a map"),
        (GROUPS, {"id": "1", "members": IDS[1]}, ("members",), "`members`: write a list instead of"),
        (GROUPS, {"id": "1", "members": [7]}, ("members", 0), "`members`: write a text instead of `7`"),
        (GROUPS, {"mailEnabled": False}, (), "`displayName` is missing, and without `id` this file is an object to"),
        (POLICIES, {"id": "1", "conditions": []}, ("conditions",), "write a map instead of a list"),
        (POLICIES, {"id": "1", "displayName": None}, ("displayName",), "write a text instead of `null`"),
        (POLICIES, {"id": "1", "state": 1}, ("state",), "write one of enabled, disabled, enabledFor"),
        (
            POLICIES,
            {"id": "1", "conditions": {"users": {"includeUsers": [True]}}},
            ("conditions", "users", "includeUsers", 0),
            "`includeUsers`: write a text instead of `true`",
        ),
        (POLICIES, {"id": "1", "createdDateTime": "x"}, ("createdDateTime",), "the server makes it; delete it"),
        (
            APPS,
            {"id": "1", "passwordCredentials": [{"keyId": IDS[1], "secretText": "x"}]},
            ("passwordCredentials", 0, "secretText"),
            "`secretText`: a secret, which is never kept here; delete it",
        ),
        (LOCATIONS, {"id": "1", "ipRanges": []}, ("ipRanges",), "`ipRanges` needs a `@odata.type` beside it"),
        (LOCATIONS, {"id": "1", "@odata.type": IP, "isTrusted": 1}, ("isTrusted",), "write true or false instead of"),
    ],
)
def test_problems(resource_type: Any, body: Any, path: tuple[str | int, ...], message: str) -> None:
    (problem,) = check(resource_type, body)
    assert problem.path == path
    assert message in problem.message


@pytest.mark.parametrize(
    ("resource_type", "body"),
    [
        (GROUPS, {"displayName": "x"}),
        (GROUPS, {"id": "1", "description": None, "members": None, "assignedLicenses": [{"skuId": IDS[1]}]}),
        (POLICIES, {"id": "1", "state": "enabledOnTuesdays", "conditions": None, "brandNew": [1]}),
        (LOCATIONS, {"id": "1", "@odata.type": "#microsoft.graph.moonLocation", "craters": 7}),
        (LOCATIONS, {"id": "1", "@odata.type": IP, "ipRanges": [{"@odata.type": "#x", "cidrAddress": "::/0"}]}),
    ],
)
def test_no_problems(resource_type: Any, body: Any) -> None:
    assert check(resource_type, body) == []


def test_unknown_values() -> None:
    """Enum values that the catalog lacks, each with the member that it looks like; flags are several in one text."""
    body = {
        "state": "Enabledd",
        "conditions": {"clientAppTypes": ["all", "browsr"], "users": {"excludeUsers": ["nobody"]}},
        "grantControls": {"builtInControls": ["somethingElse"]},
    }
    assert sorted(unknown_values(POLICIES, body)) == [
        (("conditions", "clientAppTypes", 1), "browsr", "browser"),
        (("grantControls", "builtInControls", 0), "somethingElse", ""),
        (("state",), "Enabledd", "enabled"),
    ]
    strengths = CATALOG["policies/authenticationStrengthPolicies"]
    body = {"allowedCombinations": ["password,sms", "password,smss"]}
    assert [strange.value for strange in unknown_values(strengths, body)] == ["smss"]


def test_schemas_say_what_references_are() -> None:
    found = schema(USERS)["properties"]
    assert found["manager"]["description"] == "A reference by the id to users or contacts."
    assert found["otherMails"]["description"] == "The order means nothing."
    assert schema(APPS)["properties"]["appRoles"]["description"].startswith("One element for each id")


def test_committed_schemas_are_fresh() -> None:
    """Run `make schemas` after a change of the catalog."""
    found = {path.name: path.read_bytes() for path in (ROOT / "schemas").glob("*")}
    assert found == dict(documents())


def test_main_writes_schemas(tmp_path: Path) -> None:
    """Those of kinds that are no more go, other files stay."""
    for name in ("old.schema.json", "README.md"):
        (tmp_path / name).write_text("{}")
    subprocess.run([sys.executable, "-m", "entragit.schema", str(tmp_path)], check=True, cwd=ROOT)
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", *(name for name, _ in documents())}


def test_jsonschema_is_imported_when_needed() -> None:
    program = "import sys, entragit.schema; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
