"""States of what the directory itself has: contacts, attributes, branding, certificates, federation."""

from __future__ import annotations

from typing import Any

from write_guids import OWN, Row

from entragit.model import Body

SETS, ATTRIBUTES = "directory/attributeSets", "directory/customSecurityAttributeDefinitions"
CSA = "customSecurityAttributes"
SENT = {"@odata.type": "#Microsoft.DirectoryServices.CustomSecurityAttributeValue"}
USER: Body = {"id": OWN, "displayName": "Ada", "userPrincipalName": "ada@contoso.com"}
SET: Body = {"id": "Engineering", "description": "d", "maxAttributesPerSet": 25}
ATTRIBUTE: Body = {"id": "Engineering_Project", "attributeSet": "Engineering", "name": "Project", "type": "String",
                   "status": "Available", "isCollection": True, "isSearchable": True, "usePreDefinedValuesOnly": True,
                   "allowedValues": [{"id": "Baker", "isActive": True}]}  # fmt: skip
PROFILES = "identity/verifiedId/profiles"
PROFILE: Body = {"id": OWN, "name": "Recovery", "description": "d", "state": "enabled", "verifierDid": "did:web:a",
                 "verifiedIdUsageConfigurations": [{"purpose": "recovery", "isEnabledForTestOnly": False}]}  # fmt: skip


def _but(body: Body, *names: str, **more: Any) -> Body:
    return {name: value for name, value in body.items() if name not in names} | more


STATES: list[Row] = [
    ("a set of attributes is made under its name", SETS, None, SET, [("POST", f"/{SETS}", SET)]),
    ("a set changes", SETS, SET, SET | {"description": "x"}, [("PATCH", f"/{SETS}/{{}}", {"description": "x"})]),
    ("an attribute is made, then its values", ATTRIBUTES, None, ATTRIBUTE,
     [("POST", f"/{ATTRIBUTES}", _but(ATTRIBUTE, "id", "allowedValues")),
      ("POST", f"/{ATTRIBUTES}/new/allowedValues", {"id": "Baker", "isActive": True})]),
    ("an attribute is deactivated, and a value of it", ATTRIBUTES, ATTRIBUTE, ATTRIBUTE | {
        "status": "Deprecated", "allowedValues": [{"id": "Baker", "isActive": False}]},
     [("PATCH", f"/{ATTRIBUTES}/{{}}", {"status": "Deprecated"}),
      ("PATCH", f"/{ATTRIBUTES}/{{}}/allowedValues/{{found}}", {"isActive": False})]),
    ("an attribute takes any value by now", ATTRIBUTES, ATTRIBUTE, ATTRIBUTE | {"usePreDefinedValuesOnly": False},
     [("PATCH", f"/{ATTRIBUTES}/{{}}", {"usePreDefinedValuesOnly": False})]),
    ("attributes of a user come, change and go", "users", USER | {CSA: {"A": {"n": 1, "x": ["a"], "y": "b"}}},
     USER | {CSA: {"A": {"n": 2, "x": ["a", "c"]}, "B": {"m": [3], "t": True}}},
     [("PATCH", "/users/{}", {CSA: {"A": {**SENT, "n@odata.type": "#Int32", "n": 2}}}),
      ("PATCH", "/users/{}", {CSA: {"A": {**SENT, "x@odata.type": "#Collection(String)", "x": ["a", "c"]}}}),
      ("PATCH", "/users/{}", {CSA: {"A": {**SENT, "y": None}}}),
      ("PATCH", "/users/{}", {CSA: {"B": {**SENT, "m@odata.type": "#Collection(Int32)", "m": [3]}}}),
      ("PATCH", "/users/{}", {CSA: {"B": {**SENT, "t": True}}})]),
    ("an attribute that is a list goes", "users", USER | {CSA: {"A": {"x": [1]}}}, USER,
     [("PATCH", "/users/{}", {CSA: {"A": {**SENT, "x@odata.type": "#Collection(Int32)", "x": []}}})]),
    ("reports show names", "admin/reportSettings", {"id": "reportSettings", "displayConcealedNames": True},
     {"id": "reportSettings", "displayConcealedNames": False},
     [("PATCH", "/admin/reportSettings", {"displayConcealedNames": False})]),
    ("a profile is made", PROFILES, None, PROFILE, [("POST", f"/{PROFILES}", _but(PROFILE, "id"))]),
    ("a profile changes", PROFILES, PROFILE, PROFILE | {"state": "disabled"},
     [("PATCH", f"/{PROFILES}/{{}}", {"state": "disabled"})]),
    ("a profile goes", PROFILES, PROFILE, None, [("DELETE", f"/{PROFILES}/{{}}", None)]),
]  # fmt: skip
