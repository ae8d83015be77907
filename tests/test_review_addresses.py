"""An id is one segment of an address, whatever stands in it."""

from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from entragit.graph.sender import relative
from entragit.resources.catalog import CATALOG
from entragit.shapes import Scope, reads


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_an_id_is_one_segment_of_the_address(id_: str) -> None:
    (request,) = reads(CATALOG["domains"], Scope(id_))
    *_, segment = relative(request).split("/")
    assert unquote(segment) == id_
    assert "?" not in segment
    assert "#" not in segment
