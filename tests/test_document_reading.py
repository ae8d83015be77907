"""The strict reader: what it takes, what it refuses and with which words, and the comments and places it knows."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import entragit
from entragit.document import MAX_BYTES, MAX_DEPTH, emit, parse, read
from entragit.document.scalars import value_of
from entragit.errors import DocumentError

GUID = "1c2a91c4-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, word) for word in ("yes", "No", "on", "OFF", "y", "N", "none", "nan", "inf", "tRue", "nULL")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
        *((str(number), number) for number in (0, 7, -12, 10**30, 1.5, -0.25, 0.1)),
        *(("+5", 5), ("0x1F", 31), ("1.0e+20", 1e20), ("1.", 1.0), (".5", 0.5), ("1.5E-3", 0.0015)),
        *((date, date) for date in ("2024-01-31", "2024-01-31T10:00:00Z", "2024-1-1 1:00:00")),
        *((text, text) for text in ("1.2.3", "10.0.0.0/8", "+", "1a", "0xZZ", "+44 20", "1:2:x", GUID, "...a")),
        *(('"a\\tb\\u202e"', "a\tb\u202e"), ("'it''s'", "it's"), ('"1"', "1"), ("'null'", "null")),
        *(("|\n  x\n  y", "x\ny\n"), (">-\n  x\n  y", "x y"), ("x\n  y", "x y")),
        *(("[1, {b: c}, []]", [1, {"b": "c"}, []]), ('{"b": [true]}', {"b": [True]}), ("\n- 1\n- 2", [1, 2])),
    ],
)
def test_what_a_person_may_write(text: str, value: Any) -> None:
    found = parse(f"a: {text}\n".encode())
    assert (found, repr(found)) == ({"a": value}, repr({"a": value}))


@pytest.mark.parametrize(
    "text",
    ["---\na: b\n", "a: b", "a: b\n...\n", "# c\n\na: b # d\n", "? a\n: b\n", "a: b\r\n", '{"a": "b"}', "a:\n b"],
)
def test_other_forms_of_the_same_document(text: str) -> None:
    assert parse(text.encode()) == {"a": "b"}


@pytest.mark.parametrize(
    "number",
    [
        *(
            "012",
            "-07",
            "00",
            "0o14",
            "0O14",
            "0b101",
            "1_000",
            "0x1_F",
            "-0x1F",
            "+0b1",
            "12:30",
            "1:5",
            "190:20:30.15",
        ),
        *(
            "1e5",
            "1.5e5",
            "1.e5",
            "1e+400",
            "1.0e+400",
            "1e345678",
            "+.5",
            ".5e3",
            ".inf",
            "-.INF",
            ".nan",
            "1,000",
            "_1"[1:] + "_",
        ),
    ],
)
def test_a_number_that_readers_disagree_about_is_refused(number: str) -> None:
    for text in (f"a: {number}\n", f"{number}: a\n"):
        with pytest.raises(DocumentError, match="YAML readers disagree about") as caught:
            parse(text.encode())
        assert f'write "{number}" in double quotes' in str(caught.value)
    assert parse(f'a: "{number}"\n'.encode()) == {"a": number}


REFUSED = [
    (b"", "", "empty document; write a map of properties, or {} for none"),
    (b"# only a comment\n", "", "empty document"),
    (b"a: b\nc: &x d\n", "2:4", "the anchor &x; delete it"),
    (b"a: &x\n  b: c\n", "1:4", "the anchor &x"),
    (b"a: &x [b]\n", "1:4", "the anchor &x"),
    (b"&x a: b\n", "1:1", "the anchor &x"),
    (b"a: *x\n", "1:4", r"the alias \*x; write the value out"),
    (b"*x : a\n", "1:1", r"the alias \*x"),
    (b"a: !!str 1\n", "1:4", "the tag tag:yaml.org,2002:str; delete it"),
    (b"a: ! b\n", "1:4", "the tag !"),
    (b"a: !x {}\n", "1:4", "the tag !x"),
    (b"!!map\na: b\n", "1:1", "the tag tag:yaml.org,2002:map"),
    (b"%YAML 1.1\n---\na: b\n", "1:1", 'a directive; delete the lines that start with "%"'),
    (b"%TAG ! x:\n---\na: b\n", "1:1", "a directive"),
    (b"a: b\n---\nc: d\n", "2:1", 'a second document; a file holds one, so delete the "---"'),
    (b"a: b\n...\n---\nc: d\n", "3:1", "a second document"),
    (b"a: 1\nb:\n  c: 1\n  c: 2\n", "4:3", "the key c is here twice"),
    (b'a: 1\n"\\u0061": 2\n', "2:1", "the key a is here twice"),
    (b"1: a\n", "1:1", 'a key that is no text; write "1", in double quotes'),
    (b"true: a\n", "1:1", 'a key that is no text; write "true"'),
    (b"~: a\n", "1:1", 'a key that is no text; write "~"'),
    (b"? \n: a\n", "1:", "a key that is no text"),
    (b"? [a]\n: b\n", "1:3", "a map or list as a key"),
    (b"? a: b\n: c\n", "1:3", "a map or list as a key"),
    (b"<<: {a: b}\n", "1:1", 'write "<<", in double quotes'),
    (b"a: =\n", "1:4", 'write "=", in double quotes'),
    (b"- a\n", "1:1", "no map of properties at the top"),
    (b"a\n", "1:1", "no map of properties at the top"),
    (b"---\n", "2:1", "no map of properties at the top"),
    (b"a:\tb\n", "1:3", r'a tab; write spaces, or "\\t" inside double quotes'),
    (b'a: "b\tc"\n', "1:6", "a tab"),
    (b"a: b # c\td\n", "1:9", "a tab"),
    (b"\xef\xbb\xbfa: b\n", "1:1", "a byte order mark; save the file as UTF-8 without BOM"),
    (b"\xff\xfea\x00:\x00", "1:1", "not UTF-8; save the file as UTF-8"),
    (b"a: b\n\xc3\xa9: \xe9\n", "2:4", "not UTF-8"),
    (b'a: "\xed\xa0\x80"\n', "1:5", "not UTF-8"),
    (b"a: b\x00\n", "1:5", r'the unseen character \\u0000; delete it, or write "\\u0000" inside double quotes'),
    (b"a: \x1b[31m\n", "1:4", r"the unseen character \\u001b"),
    ("a: b # \u202egnp\n".encode(), "1:8", r"the unseen character \\u202e"),
    ("é: b\nc: é\u200b\n".encode(), "2:5", r"the unseen character \\u200b"),
    ("a: b\u2028c: d\n".encode(), "1:5", r"the unseen character \\u2028"),
    (b"a: b\rc: d\n", "1:5", "a carriage return without line feed"),
    (b"a: b: c\n", "1:5", r'text with ": " in it needs double quotes'),
    (b"a: @b\n", "1:4", "text that starts with @, ` or % needs double quotes"),
    (b"a: - b\n", "1:4", "a list starts on the line below its key"),
    (b"a: b\nc\n", "3:1", 'a key needs a ":"'),
    (b"a:\n   b: c\n  d: e\n", "3:3", "keys and list elements of one level need the same indentation"),
    (b'a: "b\n', "2:1", "a quote is not closed"),
    (b'a: "C:\\x"\n', "1:", "no valid YAML"),
    (b'a: "\\q"\n', "1:5", r'a backslash in double quotes is written "\\\\"'),
    (b'a: "\\ud800"\n', "1:", "no valid YAML"),
    (b"a: [b,,]\n", "1:7", r"a text that starts with , \] or } needs double quotes"),
    (b"a: [b\n", "2:1", "no valid YAML"),
    (b"a: " + b"9" * 5000, "1:4", "a number of 5000 digits is too long"),
    (b"a: " + b"[" * MAX_DEPTH, f"1:{3 + MAX_DEPTH}", f"more than {MAX_DEPTH} maps and lists inside each other"),
    (b"a: " + b"[" * 100_000, "1:", f"more than {MAX_DEPTH} maps and lists inside each other"),
    (b"a: " + b"{b: " * 100_000, "1:", f"more than {MAX_DEPTH} maps and lists inside each other"),
    (b"a:\n  " + b"- " * 100_000, "2:", f"more than {MAX_DEPTH} maps and lists inside each other"),
]


@pytest.mark.parametrize(("data", "place", "message"), REFUSED)
def test_what_is_refused_names_the_place_and_what_to_write(data: bytes, place: str, message: str) -> None:
    for reader in (parse, read):
        with pytest.raises(DocumentError, match=message) as caught:
            reader(data, "users/ada.yaml")
        assert str(caught.value).startswith(f"users/ada.yaml:{place}" if place else "users/ada.yaml: ")
        assert "\n" not in str(caught.value)


def test_the_limit_of_size_is_far_above_the_largest_group() -> None:
    group = {"members": [f"{n:08}-0000-4000-8000-000000000001" for n in range(1000)]}
    notes = {"members": {key: f"servicePrincipals/{'x' * 80}.{key}" for key in group["members"]}}
    assert len(emit(group, notes)) * 200 < MAX_BYTES
    with pytest.raises(DocumentError, match="a document has at most"):
        parse(b"#" * (MAX_BYTES + 1))


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    "data",
    [
        *(b"a: " + b"1" * MEGABYTE + b".x", b"a: " + b"0_" * MEGABYTE + b"e5x", b"a: 1" + b":1" * MEGABYTE + b"x"),
        *(
            b"a: b" + b" " * MEGABYTE,
            b"a: [b" + b" " * MEGABYTE + b"]",
            b"a: b" + b"] " * MEGABYTE,
            b"a: b #" + b"#" * MEGABYTE,
        ),
        *(
            b"a" + b":" * MEGABYTE,
            b"? " * MEGABYTE,
            b"a: [" + b"[\n" * MEGABYTE,
            b"a: '" + b"''" * MEGABYTE,
            b"a: |\n" + b"\n" * MEGABYTE,
        ),
    ],
)
def test_nothing_takes_long(data: bytes) -> None:
    started = time.process_time()
    with contextlib.suppress(DocumentError):
        read(data)
    assert time.process_time() - started < 2


PIECES = [
    *(
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        ": ",
        " # c",
        "'x'",
        '"y\\n"',
        "{",
        "}",
        "[",
        "]",
        ", ",
        "? ",
        "|\n",
        ">-\n",
        "~",
        "no",
    ),
    *(
        "1",
        "0x1",
        "1.5",
        "012",
        "&a ",
        "*a",
        "!t ",
        "---\n",
        "...\n",
        "%",
        "@",
        "\t",
        "\r\n",
        "\r",
        "\u202e",
        "é",
        "😀",
        "\ufeff",
        "<<",
        "=",
    ),
]


@settings(max_examples=600, deadline=None)
@given(
    st.binary(max_size=40)
    | st.lists(st.sampled_from(PIECES), max_size=14).map(lambda pieces: "k: " + "".join(pieces)).map(str.encode)
)
def test_any_bytes_are_read_or_refused_and_what_is_read_is_what_pyyaml_reads(data: bytes) -> None:
    try:
        document = read(data)
    except DocumentError:
        return
    assert parse(emit(document.body)) == document.body == parse(data)
    assert _texts(document.body) == _texts(yaml.load(data, Loader=yaml.BaseLoader))  # noqa: S506  (it makes texts only)
    assert set(document.lines) == set(_paths(document.body))
    lines = data.decode().split("\n")
    assert all(
        1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1 for line, column in document.lines.values()
    )


def _texts(value: Any) -> Any:
    """The texts of a body; numbers and words by what they mean, for PyYAML's base loader leaves them texts."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value_of(value) if isinstance(value, str) and value not in ("012", "<<", "=") else value


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, below in inner for found in _paths(below, (*path, key)))]


DOCUMENT = """\
displayName: Zoë "Z" Å  # behind plain text
members:  # behind a key, so nobody's
  # on its own line, so nobody's
  - 1c2a91c4-0000-4000-8000-000000000001  # groups/a
  - "é 😀 \\n" # behind quotes
  - - 'x' #tight
    - 7   #   spaced
  - role: a#b  # c # d
    empty:  # behind nothing
    scope: /
text: |  # behind a block's mark
  # a line of the text
 # below the text, so nobody's
flow: [a, b, c]  # the last of a flow
more: {k: v,  # in a flow
  l: w} # end
"""


@pytest.mark.parametrize("text", [DOCUMENT, DOCUMENT.replace("\n", "\r\n")])
def test_comments_belong_to_the_scalar_before_them(text: str) -> None:
    assert [(found.path, found.text, found.comment, found.line) for found in read(text.encode()).comments] == [
        (("displayName",), 'Zoë "Z" Å', "behind plain text", 1),
        (("members", 0), GUID, "groups/a", 4),
        (("members", 1), "é 😀 \n", "behind quotes", 5),
        (("members", 2, 0), "x", "tight", 6),
        (("members", 2, 1), "7", "spaced", 7),
        (("members", 3, "role"), "a#b", "c # d", 8),
        (("flow", 2), "c", "the last of a flow", 14),
        (("more", "k"), "v", "in a flow", 15),
        (("more", "l"), "w", "end", 16),
    ]


def test_every_value_has_a_place() -> None:
    document = read(DOCUMENT.encode())
    assert document.lines[()] == (1, 1)
    assert document.position(("members",)) == (2, 1)
    assert document.position(("members", 1)) == (5, 5)
    assert document.position(("members", 2, 1)) == (7, 7)
    assert document.position(("members", 3, "scope")) == (10, 5)
    assert document.position(("flow", 1)) == (14, 11)
    assert document.position(("more", "l")) == (16, 3)
    assert document.position(("members", 9, "x")) == (2, 1)
    assert document.position(("nowhere",)) == (1, 1)
    assert set(document.lines) == set(_paths(document.body))


def test_no_pattern_repeats_a_group_without_giving_back() -> None:
    """Python before 3.11.5 matches too much with one: trailing spaces were lost (CPython's issue 106052)."""
    groups = re.compile(r"\)(?:[*+?]|\{\d+(?:,\d*)?\})\+|\(\?>")
    assert all(groups.search(pattern) for pattern in ("(?:a|b)*+", "(?>a)"))
    package = Path(entragit.__file__).parent
    assert [file.name for file in package.rglob("*.py") if groups.search(file.read_text("utf-8"))] == []
