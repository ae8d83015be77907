"""Counts by type instead of elements, of which nothing else may be kept: phone numbers, addresses, keys."""

from __future__ import annotations

import re
from collections import Counter

from entragit.errors import GraphError
from entragit.model import Raw
from entragit.resources.metadata import NAMESPACE

TYPE = re.compile(rf"#{re.escape(NAMESPACE)}([A-Za-z0-9]{{1,80}})")
"""What names a type, and can't be anything else."""


def counts(answer: list[Raw]) -> list[Raw] | GraphError:
    """How many of the elements are of each type, the types sorted; an error where one doesn't name its type.

    Nothing of an element but its type gets into either.
    """
    found = [TYPE.fullmatch(str(element.get("@odata.type"))) for element in answer]
    if not all(found):
        return GraphError(200, "noElement", "an element doesn't say of which type it is", "")
    number = Counter(match[1] for match in found if match)
    return [{"method": name, "count": number[name]} for name in sorted(number)]
