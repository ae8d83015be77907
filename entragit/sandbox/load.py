"""A real export becomes part of a tenant, and what it names but doesn't hold is made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from entragit.sandbox.loading import clean, files, made_up, recognise, references, storing
from entragit.sandbox.loading.problem import LoadError
from entragit.sandbox.loading.recognise import Found
from entragit.sandbox.loading.references import Need
from entragit.sandbox.loading.storing import Loaded
from entragit.sandbox.store import Tenant

__all__ = ["LoadError", "LoadReport", "load"]


@dataclass
class LoadReport:
    """What came of an export.

    - `loaded`: collection → number of objects; `made_up`: collection → names of objects that had to be made up.
    - `unknown`: each object, list or file that nobody recognised, as "file: place".
    - `repeated`: each id that stood there twice with different values, and which version was taken.
    - `novel`: collection → properties that the types don't know, kept all the same.
    - `notes`: everything else that is not as in the export.
    """

    loaded: Counter[str] = field(default_factory=Counter)
    made_up: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    novel: dict[str, set[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in sentences, most important first; at least one."""
        total = sum(self.loaded.values())
        kinds = ", ".join(f"{count} {path.split('/')[-1]}" for path, count in sorted(self.loaded.items()))
        found = [f"Loaded {total} objects: {kinds}."]
        if self.made_up:
            made = ", ".join(f"{len(names)} {path.split('/')[-1]}" for path, names in sorted(self.made_up.items()))
            found.append(f"Made up what it names and doesn't hold: {made}.")
        if self.unknown:
            found.append(f"Not recognised and left out: {len(self.unknown)} ({'; '.join(self.unknown[:10])}).")
        return found + self.repeated + self.notes


def _known(document: files.Document, report: LoadReport) -> Iterator[Found]:
    if recognise.partial(document):
        report.notes.append(f"{document.name}: a page of it has a nextLink, so the export stops before its end.")
    for found in recognise.objects(document):
        if found.path:
            yield found
        else:
            report.unknown.append(found.where)


def _needs(items: Iterable[Loaded]) -> Iterator[Need]:
    for item in items:
        yield from references.needs(item.path, item.body)
        yield from item.wanted


def _exists(tenant: Tenant, need: Need, by_value: dict[tuple[str, str], set[str]]) -> bool:
    if need.by == "id":
        # A principal may be of any kind, and people cut ids from other collections: any object will do.
        return need.value in tenant.objects.get(need.path, {}) or tenant.kind_of(need.value) is not None
    key = (need.path, need.by)
    if key not in by_value:
        by_value[key] = {str(body[need.by]) for body in tenant.objects.get(need.path, {}).values()}
    return need.value in by_value[key]


def _make_up(tenant: Tenant, items: Iterable[Loaded], report: LoadReport) -> None:
    by_value: dict[tuple[str, str], set[str]] = {}
    for need in dict.fromkeys(_needs(items)):
        if not _exists(tenant, need, by_value):
            body = made_up.make(tenant, need)
            by_value.setdefault((need.path, need.by), set()).add(need.value)
            tenant.touch(need.path, body["id"])
            report.made_up.setdefault(need.path, []).append(str(body.get("displayName") or body["id"]))


def load(tenant: Tenant, path: Path) -> LoadReport:
    """Make an export part of the tenant; returns what was loaded, made up, and not understood.

    `path` is a JSON file or a folder of them (UTF-8 or UTF-16): lists of objects, pages with "value", single objects,
    or objects of lists by collection, as Graph's list calls return them, v1.0 or beta. An object with the id of one
    that the tenant holds replaces it. Raises LoadError, and then the tenant is unchanged.
    """
    report = LoadReport()
    items: list[Loaded] = []
    for document in files.documents(path, report.unknown):
        for found in _known(document, report):
            items += storing.prepared(found, report.notes)
    items = storing.without_repeats(items, report.repeated)
    items += storing.embedded(tenant, items)
    if not items:
        raise LoadError(f"{path.name}: holds no object that is known here; load what Graph's list call sent.")
    storing.check(tenant, items)
    for item in items:
        storing.store(tenant, item, report.notes)
        report.loaded[item.path] += 1
        unknown = clean.novel(item.path, item.body)
        if unknown:
            report.novel.setdefault(item.path, set()).update(unknown)
    _make_up(tenant, items, report)
    return report
