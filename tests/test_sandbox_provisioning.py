"""What the strict Entra says to writes of synchronization jobs and their schemas."""

from __future__ import annotations

import pytest
from sandbox_writing import Writer

from entragit.sandbox.provisioning import RULE
from entragit.sandbox.store import Object


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer()


def jobs(writer: Writer) -> str:
    return f"servicePrincipals/{min(writer.tenant.objects['servicePrincipals'])}/synchronization/jobs"


def test_an_owner_may_stand_in_parentheses(writer: Writer) -> None:
    owner = min(writer.tenant.objects["servicePrincipals"])
    path = f"servicePrincipals('{owner}')/synchronization/jobs"
    own = writer.make(path, {"templateId": "scim"})
    assert own in [item["id"] for item in writer.do("GET", jobs(writer))["value"]]
    assert writer.refused("POST", path.replace(owner[:8], "00000000"), {"templateId": "scim"})[0] == 404


@pytest.mark.parametrize(
    ("rule", "directory"),
    [({}, {"name": "A"}), ({}, {"version": "1"}), ({"sourceDirectoryName": "A"}, {"name": "A"}),
     ({"sourceDirectoryName": "A", "targetDirectoryName": "B"}, {"name": "A"})],
    ids=["no ends", "no names at all", "one end", "an end that isn't defined"],
)  # fmt: skip
def test_a_rule_is_between_directories_with_names(writer: Writer, rule: Object, directory: Object) -> None:
    path = f"{jobs(writer)}/{writer.make(jobs(writer), {'templateId': 'scim'})}/schema"
    before = writer.do("GET", path)
    body = {"synchronizationRules": [{"id": RULE, **rule}], "directories": [directory]}
    assert writer.refused("PUT", path, body)[0] == 400
    assert writer.do("GET", path) == before
