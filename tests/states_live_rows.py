"""The table of states: what happens to the sample of each core kind; why nothing does where a cell is empty."""

from __future__ import annotations

from collections.abc import Mapping

from states_live import (
    ASSIGNMENTS,
    AUTHORIZATION,
    CONFIGURATIONS,
    CONTEXTS,
    DEFAULTS,
    DEFINITIONS,
    DEVICES,
    DOMAINS,
    GRANTS,
    LOCATIONS,
    METHODS,
    ORGANIZATION,
    POLICIES,
    SETTINGS,
    STRENGTHS,
    Row,
)
from states_live_back import DELETED, PURGED
from states_live_edits import ADDED, EDITED, REMOVED, RENAMED

ROWS: Mapping[str, list[Row]] = {
    "edited": EDITED, "added": ADDED, "removed": REMOVED, "renamed": RENAMED, "deleted": DELETED, "purged": PURGED
}  # fmt: skip

THERE = "There is one in every tenant: it is neither made nor deleted."
SINGLE = dict.fromkeys((ORGANIZATION, AUTHORIZATION, METHODS, DEFAULTS), THERE)
NO_LIST = "It has no list."
AS_ONE = "Graph changes none: it goes, and another one comes. See added and purged."
WHOLE = "A setting has all values of its template, always."
NAMELESS = "It has no name."
OWN = "Its name is its id."
MICROSOFT = "Microsoft names it."
FOR_GOOD = "Graph deletes it for good. See purged."
SIGNED_IN = "Graph lets a signed-in person alone restore it (facts §0). See purged."

EMPTY: Mapping[str, Mapping[str, str]] = {
    "authored": SINGLE,
    "edited": {ASSIGNMENTS: AS_ONE},
    "added": {SETTINGS: WHOLE, CONTEXTS: NO_LIST, DEFAULTS: NO_LIST},
    "removed": {SETTINGS: WHOLE, CONTEXTS: NO_LIST, DEFAULTS: NO_LIST, ASSIGNMENTS: AS_ONE},
    "renamed": {
        SETTINGS: MICROSOFT, METHODS: MICROSOFT, DEFAULTS: MICROSOFT, DOMAINS: OWN, GRANTS: NAMELESS,
        ASSIGNMENTS: NAMELESS,
    },
    "deleted": SINGLE | {LOCATIONS: SIGNED_IN, POLICIES: SIGNED_IN} | dict.fromkeys(
        (CONFIGURATIONS, CONTEXTS, DEFINITIONS, DEVICES, DOMAINS, SETTINGS, STRENGTHS), FOR_GOOD
    ),
    "purged": SINGLE,
}  # fmt: skip
"""What happens → kind → why that can't happen to it."""
