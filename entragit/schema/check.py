"""What the schema of a kind refuses in a body, in sentences, and enum values that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from entragit.model import Body
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.fields import Field, fields, of
from entragit.resources.metadata import concrete, enum_members
from entragit.schema.generate import TYPE, schema
from entragit.strict import nearest, shown

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

Place = tuple[str | int, ...]

WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a map",
    "string": "a text",
}


class Problem(NamedTuple):
    """What is wrong with the value at `path`, and what to write instead, in a sentence."""

    path: Place
    message: str


class Strange(NamedTuple):
    """An enum value at `path` that the catalog doesn't know, and the member it may be a slip for ("": none)."""

    path: Place
    value: str
    nearest: str


def check(resource_type: ResourceType, body: Body) -> list[Problem]:
    """What in `body` the kind's schema refuses, by place."""
    found = [_problem(error) for error in _validator(resource_type.kind).iter_errors(body)]
    return sorted(found, key=lambda problem: ([str(part) for part in problem.path], problem.message))


def unknown_values(resource_type: ResourceType, body: Body) -> Iterator[Strange]:
    """The enum values in `body` that the catalog doesn't know: later than it, or mistyped."""
    for name, field in of(resource_type, body).items():
        yield from _strange(body.get(name), field, (name,))


@cache
def _validator(kind: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(CATALOG[kind]))


def _problem(error: ValidationError) -> Problem:
    """A sentence for what the validator found."""
    place = tuple(error.absolute_path)
    given: Any = error.instance
    rule: Any = error.validator_value
    around: Any = error.schema
    name = next((f"{shown(part)}: " for part in reversed(place) if isinstance(part, str)), "")
    if error.validator == "type":
        words = [WORDS[word] for word in ([rule] if isinstance(rule, str) else rule) if word != "null"]
        return Problem(place, f"{name}write {' or '.join(words)} instead of {shown(given)}")
    if error.validator == "anyOf":
        return Problem(place, f"{name}write one of {', '.join(rule[0]['enum'])} instead of {shown(given)}")
    if error.validator == "not":
        return Problem(place, f"{name}{around['description']}; delete it")
    if error.validator == "dependentRequired":
        (key,) = rule
        return Problem((*place, key), f"{shown(key)} needs a `{TYPE}` beside it that says what this object is")
    missing = ", ".join(shown(part) for part in rule if part not in given)
    return Problem(place, f"{missing} is missing, and without `id` this file is an object to create; write it")


def _strange(value: Any, field: Field, place: Place) -> Iterator[Strange]:
    if isinstance(value, dict):
        for name, inner in fields(concrete(field.type, value)).items():
            yield from _strange(value.get(name), inner, (*place, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _strange(item, field, (*place, position))
    elif isinstance(value, str) and (members := enum_members(field.type)):
        # Several flags stand in one text, with commas between them.
        for word in value.split(","):
            if word not in members:
                yield Strange(place, word, nearest(word, members))
