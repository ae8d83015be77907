"""Documents are lossless, canonical, and mean the same to every reader of YAML."""

from __future__ import annotations

import io
import json
import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import yaml
import yaml12
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from entragit.document import MAX_DEPTH, emit, harmless, parse, read
from entragit.document.scalars import UNSEEN, string
from entragit.errors import DocumentError

NASTY = [
    *(
        "",
        " ",
        "a ",
        " a",
        "a  b",
        "~",
        "null",
        "Null",
        "NULL",
        "true",
        "TRUE",
        "no",
        "No",
        "y",
        "N",
        "on",
        "Off",
        "<<",
        "=",
    ),
    *(
        "0",
        "-1",
        "+5",
        "012",
        "0o14",
        "0x1F",
        "0b1",
        "1_000",
        "12:30:45",
        "190:20:30.15",
        "1e5",
        "1.",
        ".5",
        "1e345678",
    ),
    *(".inf", "-.INF", ".nan", "2024-01-31", "2024-01-31T10:00:00Z", "2024-1-1 1:00:00", "1,000", "0.1.2", "1.2.3.4/8"),
    *("-", "- a", "? a", ": a", ":", "a:", "a: b", "a:b", "a #b", "a#b", "#a", "https://x/y?z=1#f", "x:[", "a:,"),
    *(
        "---",
        "...",
        "--- a",
        "%YAML 1.1",
        "@a",
        "`a`",
        "&a",
        "*a",
        "!a",
        "!!str a",
        "|",
        ">",
        "[a]",
        "{a}",
        "a]",
        ",",
        "'",
        '"',
    ),
    *(
        "'a'",
        '"a"',
        'a"b',
        "a'b",
        "\\",
        "a\\nb",
        "C:\\x",
        "/",
        "/administrativeUnits/x",
        "\t",
        "a\tb",
        "\n",
        "a\nb",
        "a\n\nb\n",
    ),
    *(
        "\r",
        "a\r\nb",
        "\0",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\xa0",
        "a\xa0",
        "\xad",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffe",
    ),
    *(
        "\u202eabc",
        "\u200b",
        "\u3000",
        "é",
        "e\u0301",
        "Ａ",
        "😀",
        "👩‍👩‍👧",
        "❤️",
        "\U0010ffff",
        "\U000e0041",
        "營業部",
        "א",
        "\ue000",
    ),
    *("Sales EMEA", "ada@contoso.com", "#microsoft.graph.user", "x" * 3000, "é" * 1500, "a " * 600 + "b", '"' * 400),
]
TEXT = st.sampled_from(NASTY) | st.text(max_size=20) | st.text("yYnNoOeE01.:-_+# '\"\\/ab", max_size=8)
GUIDS = st.uuids().map(str) | st.from_regex(
    r"[0-9]{8}(-[0-9]{4}){3}-[0-9]{12}|[0-9]e[0-9]{6}(-[0-9]{4}){3}-[0-9]{12}", fullmatch=True
)


def _bodies(integers: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = st.none() | st.booleans() | integers | st.floats(allow_nan=False, allow_infinity=False) | TEXT | GUIDS
    values = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
    )
    return st.dictionaries(TEXT, values, max_size=5)


BODIES = _bodies(st.integers())
INT64 = _bodies(st.integers(-(2**63), 2**63 - 1))
"""Integers as Graph has them; the reader in Rust takes longer ones for floats."""


def _exact(value: Any) -> Any:
    """Equal exactly where type and value are, at any depth: True is not 1, 1 is not 1.0, 0.0 is not -0.0."""
    if isinstance(value, dict):
        return {key: _exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return type(value).__name__, repr(value)


def _ruamel(version: tuple[int, int]) -> Callable[[bytes], Any]:
    def load(data: bytes) -> Any:
        loader = YAML(typ="safe", pure=True)
        loader.version = version
        return loader.load(io.BytesIO(data))

    return load


def _pyyaml(loader: Any) -> Callable[[bytes], Any]:
    return lambda data: yaml.load(data, Loader=loader)  # noqa: S506  (a safe loader, in C or in Python)


READERS = {
    "PyYAML in C": _pyyaml(yaml.CSafeLoader),
    "PyYAML in Python": _pyyaml(yaml.SafeLoader),
    "ruamel as YAML 1.1": _ruamel((1, 1)),
    "ruamel as YAML 1.2": _ruamel((1, 2)),
    "yaml12, in Rust": lambda data: yaml12.parse_yaml(data.decode()),
}


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_any_body_comes_back_as_it_was_and_as_the_same_bytes(body: dict[str, Any]) -> None:
    data = emit(body)
    back = parse(data)
    assert _exact(back) == _exact(body)
    assert emit(back) == data
    assert emit(dict(reversed(body.items()))) == data


@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_every_nasty_text_alike(name: str) -> None:
    body = {text: [text, {text: text}] for text in NASTY}
    assert _exact(READERS[name](emit(body))) == _exact(body)


@pytest.mark.parametrize(("name", "examples"), [(name, 100 if "in C" in name else 40) for name in READERS])
def test_every_reader_reads_every_body_alike(name: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(INT64 if "Rust" in name else BODIES)
    def same(body: dict[str, Any]) -> None:
        assert _exact(READERS[name](emit(body))) == _exact(body)

    same()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("digits", ["1e345678", "12345678", "00000000", "0b111111", "20240131", "0e000000"])
def test_a_guid_is_plain_and_a_string_to_every_reader(name: str, digits: str) -> None:
    guids = [f"{digits}-1234-5678-9012-345678901234", f"{digits}-0131-1001-1001-001e00000001".upper()]
    data = emit({"a": guids})
    assert b'"' not in data
    assert READERS[name](data) == {"a": guids}


@given(GUIDS)
def test_every_guid_is_plain(guid: str) -> None:
    assert string(guid) == guid


@pytest.mark.parametrize(
    "text", ["Sales EMEA", "ada@contoso.com", "https://a.b/c?d=e#f", "All", "O'Brien", "Zoë", "營業部", "/", "a:b"]
)
def test_ordinary_text_is_plain(text: str) -> None:
    assert string(text) == text


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("a: b", '"a: b"'),
        ('"\\', r'"\"\\"'),
        ("\n\r\t\0", r'"\n\r\t\u0000"'),
        ("\x85\u2028\u202e\ufeff", r'"\u0085\u2028\u202e\ufeff"'),
        ("👩‍👧 ❤️", r'"👩\u200d👧 ❤\ufe0f"'),
        ("\U000e0041\U0010ffff\U0010fffd", '"\\U000e0041\\U0010ffff\U0010fffd"'),
        ("a\xa0b\u3000", '"a\xa0b\u3000"'),
    ],
)
def test_other_text_is_quoted_on_one_line(text: str, scalar: str) -> None:
    assert string(text) == scalar


@pytest.mark.parametrize(
    "number", [0.0, -0.0, 1e20, 1e-7, 5e-324, 1.7976931348623157e308, 0.1, 123456789.125, 1e16, 1e22]
)
@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_the_same_float(name: str, number: float) -> None:
    assert _exact(READERS[name](emit({"a": number}))) == _exact({"a": number})


@given(st.dictionaries(st.sampled_from("abc"), st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_are_exact(body: dict[str, float]) -> None:
    assert _exact(parse(emit(body))) == _exact(body) == _exact(yaml.load(emit(body), Loader=yaml.CSafeLoader))


def test_integers_are_exact_up_to_the_digits_that_json_takes() -> None:
    body = {"a": [10**4299, -(2**63), 2**64 + 1, 0]}
    assert _exact(parse(emit(body))) == _exact(body)
    with pytest.raises(DocumentError, match=r"^b\[0\]: Exceeds the limit"):
        emit({"b": [10**4300]})


def test_nesting_up_to_the_limit_comes_back_and_beyond_is_refused() -> None:
    def nested(depth: int, kind: type) -> Any:
        value: Any = "x"
        for _ in range(depth - 1):
            value = [value] if kind is list else {"a": value}
        return {"a": value}

    for kind in (list, dict):
        assert parse(emit(nested(MAX_DEPTH, kind))) == nested(MAX_DEPTH, kind)
        for depth in (MAX_DEPTH + 1, 5000):
            with pytest.raises(DocumentError, match=r"^a.*: more than 64 maps and lists"):
                emit(nested(depth, kind))
    cycle: dict[str, Any] = {}
    cycle["a"] = [cycle]
    with pytest.raises(DocumentError, match="more than 64"):
        emit(cycle)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"a": {"b": ["x", "\ud800"]}}, r"^a\.b\[1\]: half a surrogate pair"),
        ({"a": {"\udfff\n": 1}}, r"^a: the property name '\\udfff\\n'"),
        ({"a": [{"b\u202e": math.nan}]}, r"^a\[0\]\.b\\u202e: nan"),
        ({"a": -math.inf}, "^a: -inf"),
        ({"a": (1, 2)}, r"^a: \(1, 2\) is no JSON value"),
        ({"a": b"x"}, "^a: b'x' is no JSON value"),
        ({"a": {1: 2}}, "^a: the property name 1"),
        ({"a": {1: 2, "b": 3}}, "^a: the property name 1"),
    ],
)
def test_what_is_no_json_is_refused_by_the_name_of_its_property(body: Any, named: str) -> None:
    with pytest.raises(DocumentError, match=named):
        emit(body)


@given(BODIES)
def test_the_bytes_are_canonical(body: dict[str, Any]) -> None:
    text = emit(body).decode()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not any(line.endswith(" ") for line in text.split("\n"))
    assert harmless(text.replace("\n", "")) == text.replace("\n", "")
    assert len(text.splitlines()) == text.count("\n")


def test_the_form_of_a_document() -> None:
    body = {
        "id": "1c2a91c4-0000-4000-8000-000000000001",
        "displayName": "Sales: EMEA",
        "members": ["3f000000-0000-4000-8000-000000000002", "x"],
        "conditions": {"users": {"includeUsers": ["All"]}, "locations": {}},
        "appRoles": [{"id": "a", "allowed": ["User", "Application"]}, {}, []],
        "grid": [[1, 2.5], [True, None]],
        "@odata.type": "#x",
        "note": "a\n\u202eb 😀",
    }
    notes = {
        "members": {"3f000000-0000-4000-8000-000000000002": "users/ada@contoso.com"},
        "appRoles": {"id": {"a": "b"}},
    }
    assert emit(body, notes).decode() == (
        '"@odata.type": "#x"\n'
        "appRoles:\n"
        "  - allowed:\n"
        "      - User\n"
        "      - Application\n"
        "    id: a  # b\n"
        "  - {}\n"
        "  - []\n"
        "conditions:\n"
        "  locations: {}\n"
        "  users:\n"
        "    includeUsers:\n"
        "      - All\n"
        'displayName: "Sales: EMEA"\n'
        "grid:\n"
        "  - - 1\n"
        "    - 2.5\n"
        "  - - true\n"
        "    - null\n"
        "id: 1c2a91c4-0000-4000-8000-000000000001\n"
        "members:\n"
        "  - 3f000000-0000-4000-8000-000000000002  # users/ada@contoso.com\n"
        "  - x\n"
        'note: "a\\n\\u202eb 😀"\n'
    )
    assert emit({}) == b"{}\n"


@settings(max_examples=200, deadline=None)
@given(BODIES, TEXT | st.text(st.characters()))
@example({"a": "b"}, "x\n- evil")
@example({"a": "b"}, "\ud800")
def test_a_comment_changes_nothing_that_a_reader_sees(body: dict[str, Any], comment: str) -> None:
    def noted(value: Any) -> Any:
        """Notes that put the comment behind every string."""
        if isinstance(value, dict):
            return {key: noted(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return {key: note for inner in value for key, note in noted(inner).items()}
        return {value: comment} if isinstance(value, str) else {}

    data = emit(body, noted(body))
    document = read(data)
    assert _exact(document.body) == _exact(body) == _exact(yaml.load(data, Loader=yaml.CSafeLoader))
    assert {found.comment for found in document.comments} <= {harmless(comment.strip(" ")).strip()}
    assert data.count(b"\n") == emit(body).count(b"\n")


@given(st.lists(GUIDS, min_size=1, unique=True))
def test_comments_come_back_with_the_scalar_they_stand_behind(guids: list[str]) -> None:
    notes = {guid: f"users/{guid[:8]}" for guid in guids}
    document = read(emit({"members": guids, "owner": {"id": guids[0]}}, {"members": notes, "owner": {"id": notes}}))
    assert [(found.path, found.text, found.comment, found.line) for found in document.comments] == [
        *((("members", n), guid, notes[guid], n + 2) for n, guid in enumerate(guids)),
        (("owner", "id"), guids[0], notes[guids[0]], len(guids) + 3),
    ]


def test_notes_that_fit_nothing_are_left_out() -> None:
    body = {"a": "b", "c": ["d"], "e": {"f": "g"}, "h": 1, "i": True}
    for notes in (
        {"a": "b"},
        {"a": {"x": "y"}},
        {"c": {"d": {"z": "q"}}},
        {"e": {"f": "g"}},
        {"h": {"1": "n"}},
        {"a": {"b": ""}},
        {"a": {"b": " "}},
    ):
        assert emit(body, notes) == emit(body)


def test_what_json_sends_comes_back() -> None:
    raw = json.loads('{"n": 12345678901234567890, "f": 1.0, "z": null, "s": "\\u0000\\u2028", "e": [], "o": {"": {}}}')
    assert _exact(parse(emit(raw))) == _exact(raw)


def test_the_table_of_unseen_characters_holds_all_that_moves_or_hides_text() -> None:
    for code in (
        0,
        9,
        10,
        13,
        0x1B,
        0x7F,
        0x85,
        0xAD,
        0x61C,
        0x200B,
        0x200D,
        0x200F,
        0x2028,
        0x202E,
        0x2066,
        0x2069,
        0xFE0F,
        0xFEFF,
    ):
        assert harmless(chr(code)) != chr(code)
    for code in (0x41, 0xE9, 0x3000, 0xFFFC, 0xFFFD, 0x1F600, 0x10FFFD):
        assert harmless(chr(code)) == chr(code)
    assert "\\ud800" not in UNSEEN
    assert str(uuid.UUID(int=0)) == string(str(uuid.UUID(int=0)))
