"""The path of an edit, as a plan file holds it, is the path again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entragit.canonical import canonical_json
from entragit.paths import dotted, element_of, parted

NAMES = (
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
    | st.text("ab@_", min_size=1, max_size=4)
    | st.just("@odata.type")
)
KEYS = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
).filter(lambda key: isinstance(key, str | list | dict))


@given(st.lists(NAMES | KEYS.map(canonical_json), max_size=6).map(tuple))
def test_a_path_is_itself_again(path: tuple[str, ...]) -> None:
    assert parted(dotted(path)) == path


@given(KEYS)
def test_the_key_of_an_element_is_what_it_was(key: object) -> None:
    assert element_of(canonical_json(key)) == key


@pytest.mark.parametrize("name", ["displayName", "@odata.type", '"half', "[x", "{"])
def test_a_property_is_no_element(name: str) -> None:
    assert element_of(name) is None
