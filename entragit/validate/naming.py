"""References and the comments behind them: a comment is what a reviewer reads, so it must not lie.

The id is the truth. A comment that the next export would write anew is a warning, one that names something else an
error; so is any other text there, for nobody could tell it from a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from entragit.document import Document
from entragit.layout import SUFFIX, address_of
from entragit.references import Found, find, written
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import Reference
from entragit.strict import suggestion
from entragit.validate.findings import Finding, Known

Here = Mapping[str, str]
"""Address → id ("" while it has none) of the files that are checked together."""

UNKNOWN, GONE = "unknown", "gone: "

MOST_COMPARED = 5_000
"""Addresses among which a similar one is looked for; that is slow, and only a hint."""


class _Said(NamedTuple):
    severity: Literal["error", "warning"]
    message: str


def references(path: str, kind: ResourceType, document: Document, known: Known, here: Here) -> Iterator[Finding]:
    """What is wrong with the references of one file and their comments."""
    comments = {comment.path: comment.comment for comment in document.comments}
    for found in find(kind, document.body):
        if said := _checked(found, comments.get(found.path, ""), known, here):
            yield Finding(path, *document.position(found.path), *said)
    for found in written(kind, document.body):
        if message := _unresolved(found.reference, found.text, known, here):
            yield Finding(path, *document.position(found.path), "error", message)


def _checked(found: Found, comment: str, known: Known, here: Here) -> _Said | None:
    name = known.index.comment(found.reference.by, found.id)
    address = comment.removeprefix(GONE)
    if here.get(address) == found.id:
        return None
    if comment in ("", name):
        return _nothing_known(found, here) if name == UNKNOWN else None
    if name != UNKNOWN and (comment == UNKNOWN or address == name.removeprefix(GONE)):
        return _Said("warning", f"{found.id} is {name}; the next export writes that into the comment")
    truth = f"{found.id} is {name}" if name != UNKNOWN else f"no snapshot knows {found.id}"
    if found.reference.by == "permission":
        return _Said("error", f"{truth}, and the comment says {comment}; correct the id, or remove the comment")
    if address not in known.owners and known.former(found.id, address):
        return _Said("warning", f"{address} is a former name of {found.id}; the next export refreshes the comment")
    if not address_of(address + SUFFIX, CATALOG):
        return _Said("error", "what stands behind an id is its name alone; put remarks on a line of their own")
    other = "another object" if address in known.owners else "something that no snapshot has seen"
    return _Said("error", f"{truth}, and the comment names {other}; correct the id, or remove the comment")


def _nothing_known(found: Found, here: Here) -> _Said | None:
    if found.id in here.values():
        return None
    return _Said("warning", f"nothing is known of {found.id}; correct it, or leave it if it was there before")


def _unresolved(reference: Reference, text: str, known: Known, here: Here) -> str:
    """Why an address names nothing that may stand there; "" where it does."""
    found = address_of(text + SUFFIX, CATALOG)
    kind = found[0] if found else text.rpartition("/")[0]
    if kind not in reference.to:
        return f"{text} is no address of {' or '.join(reference.to)}; write the id or the address of one"
    if text in here or text in known.owners:
        return ""
    there = {address for address in (*known.owners, *here) if address.startswith(f"{kind}/")}
    close = sorted(address for address in there if address.startswith(f"{text}."))
    if len(close) > 1:
        return f"{text} is ambiguous; write one of {', '.join(close[:5])}"
    hint = f"; did you mean `{close[0]}`?" if close else suggestion(text, there if len(there) < MOST_COMPARED else ())
    return f"there is no {text}{hint or '; write the id, or add the file'}"
