"""`$filter` keeps what OData says, and refuses the rest without ever failing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.sandbox import filters
from entragit.sandbox.replies import ApiError

ITEM = {
    "name": "O'Hara",
    "age": 41,
    "on": True,
    "none": None,
    "born": "1985-05-05T00:00:00Z",
    "tags": ["A", "b"],
    "licences": [{"sku": "184efa21-98c3-4e5d-95ab-d07053a96e67", "plans": ["x"]}],
    "inner": {"deep": {"value": "Yes"}},
}


@pytest.mark.parametrize(
    ("text", "expected", "advanced"),
    [
        ("name eq 'o''hara'", True, False),
        ("name ne 'x'", True, True),
        ("not (name eq 'x')", True, True),
        ("not startswith(name,'O')", False, True),
        ("startswith(name,'o')", True, False),
        ("endswith(name,'RA')", True, True),
        ("on eq true and none eq null", True, False),
        ("on eq false or age eq 41", True, False),
        ("on eq true or on eq false and age eq 0", True, False),
        ("(on eq true or on eq false) and age eq 0", False, False),
        ("age in (1, 41)", True, False),
        ("age ge 41 and age lt 42 and age gt 40.5", False, False),
        ("age gt 40", True, False),
        ("name gt 5", False, False),
        ("born le 1985-05-05T00:00:00Z", True, False),
        ("tags/any(t:t eq 'a')", True, False),
        ("tags/any(t:startswith(t,'c'))", False, False),
        ("licences/any(l:l/sku eq 184EFA21-98c3-4e5d-95ab-d07053a96e67)", True, False),
        ("inner/deep/value eq 'yes'", True, False),
        ("name/first eq null", True, False),
        ("missing eq null", True, False),
        ("missing/any(m:m eq 'x')", False, False),
        ("age/any(m:m eq 4)", False, False),
    ],
)
def test_what_passes(text: str, expected: bool, advanced: bool) -> None:
    found = filters.compiled(text)
    assert (found.keep(ITEM), found.advanced) == (expected, advanced)


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name eq", "name eq 'x", "eq 'x'", "name like 'x'", "name eq x", "(name eq 'x'", "name eq 'x')",
        "name eq 'x' and", "name in ()", "name in 'x'", "startswith(name)", "tags/any(t)", "tags/any(t:u eq 'a')",
        "a-b eq 1", "name eq 'x' name eq 'y'", "contains(name,'x')", "(" * 200 + "on eq true" + ")" * 200,
        "not " * 2000 + "on eq true",
    ],
)  # fmt: skip
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ApiError, match="Invalid filter clause"):
        filters.compiled(text)


WORDS = st.sampled_from(
    [
        "name",
        "eq",
        "ne",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "'x'",
        "null",
        "5",
        "in",
        "startswith",
        "tags/any",
        "t",
        ":",
    ]
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        found = filters.compiled(text)
    except ApiError:
        return
    assert found.keep(ITEM) in (True, False)
