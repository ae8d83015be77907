"""A hostile name is only a name, in every sink."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from entragit.render.escape import markdown, terminal, visible

NASTY = [
    "\x1b]0;owned\x07\x1b[31mred",
    "a\r\nb\tc\u2028d\u2029e\x85f",
    "\u202egpj.exe\u2066\u2069",
    "ad\u200bmin\u00adist\u2060rator\ufeff",
    "Break\u00a0Glass\u3164",
    "\ud800 alone",
    "\U000e0041\U000e0100",
    "::set-output name=x::y",
    "  ::error::no",
    "x ##[command]rm",
    "| a | b |\n|---|---|",
    "`code` ``more``",
    "</code></details><script>alert(1)</script><!--",
    "[click](https://evil.example) ![x](http://evil.example/x.png)",
    "@octocat @org/team #1 GH-1 :smile: $x$ https://evil.example www.evil.example me@evil.example",
    "\\| \\\\| \\`",
    "&lt;script&gt; &#64;octocat",
    "- item\n# heading\n> quote\n***",
]
TEXT = st.one_of(st.text(), st.sampled_from(NASTY), st.text(alphabet="|\\`*_[]()<>&@#:$!~\n w.:/"))


def _is_invisible(character: str) -> bool:
    is_control = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
    is_bidi = unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return is_control or is_bidi or character in "\u200b\u200d\u2060\ufeff\u00ad\u3164\ufe0f\u2800\u00a0\u061c\u200f"


@settings(deadline=None)
@given(TEXT)
def test_no_control_or_invisible_character_reaches_a_terminal(text: str) -> None:
    assert not any(map(_is_invisible, terminal(text)))


@settings(deadline=None)
@given(TEXT)
def test_a_line_is_never_a_workflow_command(text: str) -> None:
    line = terminal(text)
    assert not line.lstrip().startswith("::")
    assert "##[" not in line


@given(st.text(st.characters(categories=["L", "N", "P", "Sm"], max_codepoint=0x24F)))
def test_ordinary_names_stay_readable(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë O'Brien (Köln)", "Zoë O'Brien (Köln)"),
        ("山田　太郎", "山田　太郎"),
        ("a\nb", r"a\nb"),
        ("\x1b[0m", r"\u001b[0m"),
        ("\u202eabc", r"\u202eabc"),
        ("Break\u00a0Glass", r"Break\u00a0Glass"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_is_invisible_shows_as_its_number(text: str, shown: str) -> None:
    assert terminal(text) == shown


@settings(deadline=None)
@given(TEXT)
def test_markdown_renders_to_one_cell_with_the_very_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b |\n|---|---|\n| {markdown(text)} | next |\n")
    cells = [tokens[n + 1] for n, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 2
    children = cells[0].children or []
    shown = "".join(child.content for child in children if child.type in {"text", "text_special"})
    markup = [child.content for child in children if child.type not in {"text", "text_special"}]
    assert shown == visible(text)
    assert markup == ["<code>", "</code>"]


@settings(deadline=None)
@given(TEXT)
def test_markdown_holds_nothing_that_github_links(text: str) -> None:
    inside = markdown(text).removeprefix("<code>").removesuffix("</code>")
    assert not set(inside.replace("&#", "")) & set("@|`<>[]\\:$*_")
    assert "www." not in inside.lower()
    assert "\n" not in inside
