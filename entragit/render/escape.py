"""Makes text harmless, once per sink: a name from a tenant, a file or a server is only a name.

What can't be seen is shown by its number, so that two names that look alike but aren't can be told apart.
"""

from __future__ import annotations

import re

from entragit.document import harmless

# Spaces that look like the plain one, or like nothing. The wide space of Chinese and Japanese names can be seen.
_LIKE_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u2800]")

# The runner of GitHub Actions takes "::" only at the start of a line, the older "##[" anywhere in it.
_WORKFLOW_COMMAND = re.compile(r"^(\s*):(?=:)")

# All ASCII that means something to Markdown, to GitHub's tables, mentions, links, emoji or formulas, or to HTML.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+!|&$@:~^\"']|(?<=www)\.", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` on one line, all that is invisible or moves the cursor or the writing direction shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return _LIKE_SPACES.sub(lambda match: f"\\u{ord(match[0]):04x}", harmless(text))


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
