"""`$filter`: the part of OData that directory clients use, compiled to a predicate (facts §1).

    filter := and ("or" and)* · and := not ("and" not)* · not := "not" not | "(" filter ")" | term
    term := path op literal | path "in" (literals) | startswith|endswith(path, literal) | path/any(x: filter)

Strings are compared without regard to case; an absent property is null. Anything else is 400.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entragit.sandbox.replies import ApiError

Predicate = Callable[[Any], bool]
TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<mark>[(),:])|(?P<word>[^\s(),:']+(?::\d[^\s(),']*)*))")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")
DEEPEST = 100  # brackets and negations of one filter
CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}
FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {"startswith": str.startswith, "endswith": str.endswith}


@dataclass(frozen=True)
class Filter:
    """A compiled filter: `keep` says whether an object passes; `advanced` whether it needs ConsistencyLevel.

    `properties` are the first segments of the paths that it names.
    """

    keep: Predicate
    advanced: bool = False
    properties: frozenset[str] = frozenset()


def bad(text: str) -> ApiError:
    """400 for a filter that Graph would not take."""
    return ApiError(400, "BadRequest", f"Invalid filter clause: {text}")


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _lookup(item: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _ordered(operator: str, path: tuple[str, ...], value: Any) -> Predicate:
    compare = ORDERED[operator]

    def keep(item: Any) -> bool:
        held = _folded(_lookup(item, path))
        return type(held) is type(value) and compare(held, value)

    return keep


@dataclass
class Parser:
    """A recursive-descent parser over the tokens of one filter; `variable` is that of the lambda being parsed."""

    text: str
    tokens: list[str] = field(default_factory=list)
    position: int = 0
    variable: str = ""
    advanced: bool = False
    depth: int = 0
    properties: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Split the text; 400 for a character that begins no token."""
        at = 0
        while self.text[at:].strip():
            match = TOKEN.match(self.text, at)
            if match is None:
                raise bad(f"unexpected character at position {at} in '{self.text}'.")
            self.tokens.append(match[match.lastgroup or 0])
            at = match.end()

    def peek(self) -> str:
        """The next token in lower case if it is a word or mark; "" at the end."""
        return self.tokens[self.position].lower() if self.position < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        """The next token; 400 if there is none or not the expected one."""
        if self.position >= len(self.tokens) or (expected and self.peek() != expected):
            raise bad(f"syntax error at position {self.position} in '{self.text}'.")
        self.position += 1
        return self.tokens[self.position - 1]

    def disjunction(self) -> Predicate:
        """Terms joined by "or"."""
        parts = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else lambda item: any(part(item) for part in parts)

    def conjunction(self) -> Predicate:
        """Terms joined by "and"."""
        parts = [self.negation()]
        while self.peek() == "and":
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else lambda item: all(part(item) for part in parts)

    def negation(self) -> Predicate:
        """A term, perhaps negated or in brackets; 400 beyond `DEEPEST`."""
        self.depth += self.peek() in ("not", "(")
        if self.depth > DEEPEST:
            raise bad("it is too deeply nested.")
        if self.peek() == "not":
            self.take()
            self.advanced = True
            inner = self.negation()
            return lambda item: not inner(item)
        if self.peek() == "(":
            self.take()
            inner = self.disjunction()
            self.take(")")
            return inner
        return self.term()

    def term(self) -> Predicate:
        """One comparison, function or lambda."""
        if self.peek() in FUNCTIONS:
            return self.function()
        word = self.take()
        if word.lower().endswith("/any") and self.peek() == "(":
            return self.any_of(self.path(word[: -len("/any")]))
        return self.comparison(self.path(word))

    def function(self) -> Predicate:
        """`startswith(path, 'text')`, `endswith(path, 'text')`."""
        name = self.take().lower()
        self.advanced |= name == "endswith"
        test = FUNCTIONS[name]
        self.take("(")
        path = self.path(self.take())
        self.take(",")
        value = str(self.literal())
        self.take(")")

        def keep(item: Any) -> bool:
            held = _folded(_lookup(item, path))
            return isinstance(held, str) and test(held, value)

        return keep

    def any_of(self, path: tuple[str, ...]) -> Predicate:
        """`path/any(x: …)`."""
        self.take("(")
        outer, self.variable = self.variable, self.take()
        self.take(":")
        inner = self.disjunction()
        self.take(")")
        self.variable = outer
        return lambda item: any(inner(element) for element in _elements(_lookup(item, path)))

    def comparison(self, path: tuple[str, ...]) -> Predicate:
        """`eq`, `ne`, `in` and the ordered ones."""
        operator = self.take().lower()
        if operator == "in":
            values = self.literals()
            return lambda item: _folded(_lookup(item, path)) in values
        value = self.literal()
        if operator in ORDERED:
            return _ordered(operator, path, value)
        if operator == "ne":
            self.advanced = True
            return lambda item: bool(_folded(_lookup(item, path)) != value)
        if operator != "eq":
            raise bad(f"'{operator}' is no operator.")
        return lambda item: bool(_folded(_lookup(item, path)) == value)

    def path(self, word: str) -> tuple[str, ...]:
        """The property path that a word names; inside a lambda it begins with the variable."""
        parts = tuple(word.split("/"))
        if not all(re.fullmatch(r"[A-Za-z_]\w*", part) for part in parts):
            raise bad(f"'{word}' is no property.")
        if self.variable:
            if parts[0] != self.variable:
                raise bad(f"'{word}' does not begin with '{self.variable}'.")
            return parts[1:]
        self.properties.add(parts[0])
        return parts

    def literals(self) -> list[Any]:
        """The bracketed list of `in`."""
        self.take("(")
        found = [self.literal()]
        while self.peek() == ",":
            self.take()
            found.append(self.literal())
        self.take(")")
        return found

    def literal(self) -> Any:
        """A string, GUID, instant, number or constant."""
        word = self.take()
        if word.startswith("'"):
            return word[1:-1].replace("''", "'").casefold()
        if word in CONSTANTS:
            return CONSTANTS[word]
        if GUID.fullmatch(word) or INSTANT.fullmatch(word):
            return word.casefold()
        if NUMBER.fullmatch(word):
            return float(word) if "." in word else int(word)
        raise bad(f"'{word}' is no value.")


def compiled(text: str) -> Filter:
    """The predicate of a `$filter`; raises ApiError 400."""
    parser = Parser(text)
    keep = parser.disjunction()
    if parser.position != len(parser.tokens):
        raise bad(f"syntax error at position {parser.position} in '{text}'.")
    return Filter(keep, parser.advanced, frozenset(parser.properties))
