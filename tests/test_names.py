"""A name made of any text is a good file name everywhere."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit.names import LONGEST, id8, id_full, slug

DEVICES = ["CON", "prn", "Aux", "NUL", *(f"COM{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
HOSTILE = st.text('./\\-_ ~:*?"<>|\0\n\u202eaA1éÅﬁ①𝐀ﬀCONULcom', max_size=12) | st.text() | st.sampled_from(DEVICES)


@settings(max_examples=500)
@given(HOSTILE | st.text(min_size=70, max_size=120))
def test_a_slug_is_a_good_file_name_everywhere(text: str) -> None:
    name = slug(text)
    assert re.fullmatch(r"[A-Za-z0-9._@-]{1,80}", name)
    assert name[0] not in ".-"
    assert name[-1] not in ".-"
    assert name.split(".")[0].upper() not in {device.upper() for device in DEVICES}
    assert slug(name) == name


@given(HOSTILE)
def test_composed_and_decomposed_text_get_the_same_slug(text: str) -> None:
    assert slug(unicodedata.ucd_3_2_0.normalize("NFC", text)) == slug(unicodedata.ucd_3_2_0.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sales EMEA", "Sales-EMEA"),
        ("Sales - EMEA", "Sales-EMEA"),
        ("CA001: Require MFA (all)", "CA001-Require-MFA-all"),
        ("ada@contoso.com", "ada@contoso.com"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("Zoë Ångström ﬁ ①", "Zoe-Angstrom-fi-1"),
        ("𝐀dmin", "Admin"),
        ("\U0001f130dmin", "dmin"),  # an "A" since Unicode 6, but no name may depend on the age of Python
        ("営業部", "_"),
        ("", "_"),
        ("...", "_"),
        ("../../etc/passwd", "etc-passwd"),
        (".git", "git"),
        ("-rf", "rf"),
        ("name.", "name"),
        ("name ", "name"),
        ("NUL", "_NUL"),
        ("nul.txt", "_nul.txt"),
        ("COM¹", "_COM1"),
        ("Console", "Console"),
        ("com10", "com10"),
        ("x" * 100, "x" * LONGEST),
        ("x" * 79 + " yz", "x" * 79),
        ("a\u202eb\0c\nd", "a-b-c-d"),
    ],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


def test_the_short_and_the_full_form_of_an_id() -> None:
    guid = "1C2A91C4-0000-4000-8000-00000000000A"
    digest = hashlib.sha256(b"c1").hexdigest()
    assert (id8(guid), id8(guid.lower()), id8("c1")) == ("1c2a91c4", "1c2a91c4", digest[:8])
    assert (id_full(guid.lower()), id_full("c1")) == (guid.lower(), digest)


@given(st.lists(st.text() | st.uuids().map(str) | st.uuids().map(lambda guid: str(guid).upper()), unique=True))
def test_different_ids_have_different_full_forms(ids: list[str]) -> None:
    assert len({id_full(key).lower() for key in ids}) == len(ids)
    assert all(re.fullmatch("[0-9a-f]{8}", id8(key)) for key in ids)
    assert all(id_full(key.lower()) != id_full(key.upper()).lower() for key in ids if key.lower() != key.upper())
