"""Checks files against the catalog and the last snapshot, without a tenant: what a person may have got wrong.

`places`: where a file stands; `properties`: names that nobody knows; `naming`: references and their comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entragit import manifest, schema, settings
from entragit.document import Document, read
from entragit.errors import DocumentError, UsageError
from entragit.layout import address_of
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.validate.findings import Finding, Known, Names
from entragit.validate.naming import references
from entragit.validate.places import identity, misplaced, place
from entragit.validate.properties import texts, unknown, unknown_values, used

__all__ = ["Finding", "Known", "Names", "misplaced", "texts", "used", "validate"]


def validate(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """What is wrong with `files` (path → content): those of a tree that are not the last snapshot's, sorted.

    Files that lie elsewhere than resources and settings do are nobody's business and pass.
    """
    findings: list[Finding] = []
    resources: dict[str, tuple[ResourceType, str, Document]] = {}
    for path, data in files.items():
        if found := address_of(path, CATALOG):
            try:
                resources[path] = (CATALOG[found[0]], found[1], read(data, path))
            except DocumentError as error:
                findings.append(_refused(path, error))
        else:
            findings += _other(path, data)
    here = {address: _own(document) for _, address, document in resources.values()}
    for path, (kind, address, document) in resources.items():
        findings += _resource(path, kind, address, document, known, here)
    return sorted([*findings, *_twice(resources, known)])


def _other(path: str, data: bytes) -> Iterator[Finding]:
    yield from place(path)
    if path == manifest.PATH:
        message = "only export writes the manifest; take it back with `git checkout`"
        yield Finding(path, 0, 0, "error", message)
    if path == settings.PATH:
        try:
            settings.parse(data)
        except UsageError as error:
            where = error.__cause__
            yield _refused(path, where if isinstance(where, DocumentError) else DocumentError(str(error)))


def _refused(path: str, error: DocumentError) -> Finding:
    return Finding(path, error.line, error.column, "error", error.message)


def _own(document: Document) -> str:
    own = document.body.get("id")
    return own if isinstance(own, str) else ""


def _resource(
    path: str, kind: ResourceType, address: str, document: Document, known: Known, here: Mapping[str, str]
) -> Iterator[Finding]:
    yield from identity(path, kind.kind, address, _own(document), known)
    for problem in schema.check(kind, document.body):
        yield Finding(path, *document.position(problem.path), "error", problem.message)
    yield from unknown(path, kind, document, known)
    yield from unknown_values(path, kind, document, known)
    yield from references(path, kind, document, known, here)


def _twice(resources: Mapping[str, tuple[ResourceType, str, Document]], known: Known) -> Iterator[Finding]:
    """The same id in two files of a kind: which of them would be the object?"""
    seen: dict[tuple[str, str], str] = {}
    for path, (kind, _, document) in sorted(resources.items()):
        own = _own(document)
        if not own or kind.shape == "singleton":
            continue
        other = seen.setdefault((kind.kind, own), path)
        if other == path and known.kept.get(own, path) != path:
            other = known.kept[own]
        if other != path:
            advice = "remove `id` to create another object, or one of the two files"
            yield Finding(
                path, *document.position(("id",)), "error", f"the id {own} is already that of {other}; {advice}"
            )
