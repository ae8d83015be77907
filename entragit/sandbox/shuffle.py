"""Order drawn from a seed: Graph promises none for elements, sets and keys (design: "shuffle")."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from entragit.sandbox.ask import Ask
from entragit.sandbox.rules import types

# Lists that come in any order: those that the types know, but for those whose order is, or may be, their meaning.
SETS = types.list_names() - {
    "choices", "definition", "inputs", "options", "primaryIdentityProviderPrecedenceOrder", "stages",
    "userAttributeValues", "views",
}  # fmt: skip


def _source(ask: Ask) -> random.Random:
    """Chance for this request: the tenant's seed and the request's own address."""
    return random.Random(f"{ask.tenant.options.shuffle}/{ask.target}")


def shuffled(ask: Ask, items: Sequence[Any]) -> Sequence[Any]:
    """The items of a list in an order drawn from the tenant's seed; as they are without one."""
    if ask.tenant.options.shuffle is None:
        return items
    return _source(ask).sample(items, len(items))


def _mixed(value: Any, source: random.Random, name: str) -> Any:
    if isinstance(value, dict):
        keys = source.sample(list(value), len(value))
        return {key: _mixed(value[key], source, key) for key in keys}
    if isinstance(value, list):
        order = source.sample(value, len(value)) if name in SETS else value
        return [_mixed(item, source, name) for item in order]
    return value


def mixed(ask: Ask, value: Any) -> Any:
    """A value with the keys and sets at every depth in an order drawn from the tenant's seed."""
    return value if ask.tenant.options.shuffle is None else _mixed(value, _source(ask), "")
