"""Makes text harmless, once per sink: a name from a tenant, a file or a server is only a name.

What can't be seen is shown by its number, so that two names that look alike but aren't can be told apart.
"""

from __future__ import annotations

import re

# Invisible, though Unicode calls them letters, marks or symbols: fillers, joiners, variation selectors, a blank.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

_WIDE_SPACE = "\u3000"
"""The space of Chinese and Japanese names: wide enough to be seen."""

# The runner of GitHub Actions takes "::" only at the start of a line, the older "##[" anywhere in it.
_WORKFLOW_COMMAND = re.compile(r"^(\s*):(?=:)")

# All ASCII that means something to Markdown, to GitHub's tables, mentions, links, emoji or formulas, or to HTML.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+!|&$@:~^\"']|(?<=www)\.", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` on one line, all that is invisible or moves the cursor or the writing direction shown as an escape."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c == _WIDE_SPACE else _number(c) for c in text)
    return text if text.isascii() else _INVISIBLE.sub(lambda match: _number(match[0]), text)


def _number(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def terminal(text: str) -> str:
    """`text` for a line of a terminal or of a workflow's log, where a line may otherwise be a command."""
    return workflow(visible(text))


def workflow(line: str) -> str:
    r"""A line that GitHub Actions can't take for a command; "::" becomes `\x3a:`, "##[" `#\x23[`."""
    return _WORKFLOW_COMMAND.sub(r"\1\\x3a", line.replace("##[", r"#\x23["))


def markdown(text: str) -> str:
    """`text` as code that stays within its table cell or line, in GitHub's Markdown: no markup, link or mention.

    An HTML element and character references, for in a code span of Markdown a pipe would still end a table's cell.
    """
    return f"<code>{_MARKDOWN.sub(lambda match: f'&#{ord(match[0])};', visible(text))}</code>"
