"""What the directory itself stores of an object, and what Graph sends for properties that nobody set."""

from __future__ import annotations

from functools import cache
from typing import Any

from entragit.sandbox.rules import types
from entragit.sandbox.rules.types import Property

# Kept in other services, or served as streams, or only for filters: no part of a stored object (facts §1, §5 users).
ELSEWHERE = frozenset({
    "aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities",
    "schools", "skills", "mailboxSettings", "print", "authorizationInfo", "logo", "deviceEnrollmentLimit",
    "hasMembersWithLicenseErrors",
})  # fmt: skip


def default(field: Property) -> Any:
    """The value of a property that nobody set: [], false where null is impossible, else null."""
    if field.collection:
        return []
    return False if field.type == "Edm.Boolean" and not field.nullable else None


@cache
def _plan(type_name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """(every stored property with its default, the names of the lists)."""
    fields = types.properties(type_name).items()
    plain = {name: default(field) for name, field in fields if name not in ELSEWHERE}
    return plain, tuple(name for name, value in plain.items() if value == [])


def blank(type_name: str) -> dict[str, Any]:
    """A new object of this type on which nobody set anything: every stored property with its default."""
    plain, lists = _plan(type_name)
    body = plain.copy()  # quick: a large company is made of some hundred thousand of these
    for name in lists:
        body[name] = []
    return body
