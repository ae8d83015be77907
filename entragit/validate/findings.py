"""What a check found, and what it may know of the last snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from entragit.layout import Index

Names = tuple[str, ...]
"""The property names that lead to a value, list positions left out."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One sentence about one place of a file; `line` and `column` from 1, 0 where the whole file is meant."""

    path: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        place = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        return f"{place}: {self.severity}: {self.message}"


def _never(_id: str, _address: str) -> bool:
    return False


def _no_names(_kind: str) -> frozenset[Names]:
    return frozenset()


def _no_texts(_kind: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Known:
    """The last snapshot, as far as a check of edited files needs it.

    `index`: what its ids are called. `kept`: id → path of the files that the checked tree has unchanged.
    `former`: whether some snapshot had the resource of this id at this address. `properties` and `texts`: the names
    and the values that the last snapshot's resources of a kind have; asked only about what the catalog lacks.
    """

    index: Index = field(default_factory=lambda: Index({}))
    kept: Mapping[str, str] = field(default_factory=dict)
    former: Callable[[str, str], bool] = _never
    properties: Callable[[str], frozenset[Names]] = _no_names
    texts: Callable[[str], frozenset[str]] = _no_texts

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Address → id of the last snapshot's resources."""
        return {address: own for own, address in self.index.ids.items()}
