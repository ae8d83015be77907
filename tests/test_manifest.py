from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit import document
from entragit.errors import DocumentError
from entragit.manifest import FORMATS, Manifest, emit, from_body, parse, to_body
from entragit.model import Coverage, Gap
from entragit.resources.catalog import CATALOG, FORMAT

TENANT = "0b1c2d3e-0000-4000-8000-000000000001"
KINDS = sorted(FORMATS[1])
WHOLE = Coverage(FORMATS[1])

kinds = st.sampled_from(["users", "groups", "domains"])
names, ids = st.sampled_from(["", "members", "owners"]), st.sampled_from(["", "1", "2"])
reasons = st.sampled_from(["", "503 after five tries", "not selected", "needs the permission X", "not licensed"])
gaps = st.frozensets(st.builds(Gap, kinds, names, ids, reasons, st.booleans()))
coverages = st.builds(Coverage, st.frozensets(st.sampled_from(KINDS)), gaps)


def test_this_format_knows_the_catalog() -> None:
    """A kind that is added to the catalog needs a format of its own once a format is released."""
    assert max(FORMATS) == FORMAT
    assert FORMATS[FORMAT] == CATALOG.keys()


@settings(max_examples=100, deadline=None)
@given(coverages)
def test_round_trip(coverage: Coverage) -> None:
    """What comes back covers the same; what is written is the same again, and has no detail that varies."""
    body = to_body(Manifest(1, TENANT, coverage))
    again = from_body(body)
    assert parse(emit(Manifest(1, TENANT, coverage))) == again
    assert to_body(again) == body
    for place in product(["users", "groups", "domains", "devices"], ["", "members", "x"], ["", "1", "9"]):
        assert again.coverage.covers(*place) == coverage.covers(*place)
    assert "503" not in str(body)


def test_everything_covered_says_nothing() -> None:
    assert emit(Manifest(1, TENANT, WHOLE)) == f"format: 1\ntenantId: {TENANT}\n".encode()


def test_by_exception() -> None:
    """Sorted, the outermost only, reasons in fixed words."""
    found = frozenset(
        {
            Gap("users", "sponsors", reason="needs the permission X"),
            Gap("groups", "members", "g2", "reset by peer"),
            Gap("groups", "members", "g1", "503"),
            Gap("devices", reason="403 Authorization_RequestDenied"),
            Gap("devices", "registeredOwners", "d1", "timeout"),
            Gap("users", "sponsors", "u1", "503"),
            Gap("users", "customSecurityAttributes", reason="not read by this version", failure=False),
            Gap("domains", reason="AadPremiumLicenseRequired", failure=False),
        }
    )
    coverage = Coverage(FORMATS[1] - {"organization"}, found)
    body = to_body(Manifest(1, TENANT, coverage))
    assert from_body(body).coverage.kinds == FORMATS[1] - {"devices", "domains", "organization"}
    assert body["notCovered"] == [
        {"kind": "devices", "reason": "failed"},
        {"kind": "domains", "reason": "not licensed"},
        {"kind": "groups", "property": "members", "id": "g1", "reason": "failed"},
        {"kind": "groups", "property": "members", "id": "g2", "reason": "failed"},
        {"kind": "organization"},
        {"kind": "users", "property": "customSecurityAttributes", "reason": "not read by this version"},
        {"kind": "users", "property": "sponsors", "reason": "needs the permission X"},
    ]


def test_failures_are_told_apart() -> None:
    found = frozenset({Gap("users", reason="x"), Gap("domains", reason="not selected", failure=False)})
    again = from_body(to_body(Manifest(1, TENANT, Coverage(FORMATS[1], found)))).coverage
    assert {gap.kind: gap.failure for gap in again.gaps} == {"users": True, "domains": False}


HEAD = f"format: 1\ntenantId: {TENANT}\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("format: 99\nnewKey: 1\n", "1:1", "format 99, and this entragit knows formats up to 2; update entragit"),
        ("format: 0\ntenantId: x\n", "1:1", "there is no format 0"),
        ('format: "1"\n', "1:1", "write a whole number"),
        (f"tenantId: {TENANT}\n", "1:1", "`format` is missing"),
        ("format: 1\n", "1:1", "`tenantId` is missing"),
        ("format: 1\ntenantId: contoso.com\n", "2:1", "the tenant's id, a GUID, instead of `contoso.com`"),
        (f"{HEAD}notcovered: []\n", "3:1", "did you mean `notCovered`?"),
        (f"{HEAD}notCovered:\n  kind: users\n", "3:1", "write a list"),
        (f"{HEAD}notCovered:\n  - users\n", "4:5", "write a map"),
        (f"{HEAD}notCovered:\n  - kind: usres\n", "4:5", "did you mean `users`?"),
        (f"{HEAD}notCovered:\n  - kind: users\n    id: 7\n", "5:5", "`id`: write a text instead of `7`"),
        (f"{HEAD}notCovered:\n  - property: x\n", "4:5", "`kind` is missing"),
        ("- 1\n", "1:1", "no map"),
    ],
)
def test_bad_manifests(text: str, place: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text.encode())
    assert str(caught.value).startswith(f"snapshot.yaml:{place}: ")
    assert message in str(caught.value)


def test_from_body_names_the_file() -> None:
    with pytest.raises(DocumentError, match=r"^snapshot.yaml: this snapshot has format 9"):
        from_body(document.parse(b"format: 9\n"))
