"""Rules of writes: attributes, branding, certificates, federation, synchronization (facts §5)."""

from __future__ import annotations

import re

from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.attributes import DEFINITIONS, SETS, SORTS, VALUES
from entragit.sandbox.writes.core import CONFLICT, Kind, Write
from entragit.sandbox.writes.shelves import shelf

NAME = re.compile(r"[A-Za-z0-9]{1,32}")
MOST_VALUES = 100
STATES = frozenset({"Available", "Deprecated"})


def _free(write: Write) -> None:
    """No other has the name; case doesn't matter."""
    if any(key.casefold() == write.id.casefold() for key in shelf(write.tenant, write.kind, write.owner)):
        raise write.kind.bad(CONFLICT)


def _named(write: Write) -> None:
    name = write.after.get("name") or write.id
    if not NAME.fullmatch(name):
        raise write.kind.bad(f"'{name}' can't be a name here.")


ATTRIBUTE_SET = Kind(
    path=SETS,
    type="attributeSet",
    noun="attribute set",
    required=("id",),
    key="id",
    client=frozenset({"id"}),
    create_only=frozenset({"id"}),
    create=(_named, _free),
)


def _definition_id(write: Write) -> Object:
    return {"id": f"{write.body['attributeSet']}_{write.body['name']}"}


def _defined(write: Write) -> None:
    """The set exists; a truth value is one, and none of a few (documented for the resource)."""
    after = write.after
    if after["attributeSet"] not in lookup.live(write.tenant, SETS):
        raise write.kind.bad(f"The attribute set '{after['attributeSet']}' does not exist.")
    limited = after["isCollection"] or after["usePreDefinedValuesOnly"]
    if after["type"] not in SORTS or (after["type"] == "Boolean" and limited):
        raise write.kind.bad(
            "A security attribute is a String, an Integer, or a single Boolean without allowed values."
        )


def _lasting(write: Write) -> None:
    """What takes any value can't be limited later; it is deactivated, never deleted (documented for the resource)."""
    if write.after["usePreDefinedValuesOnly"] and not write.before["usePreDefinedValuesOnly"]:
        raise write.kind.bad("'usePreDefinedValuesOnly' can't change from false to true.")


def _state(write: Write) -> None:
    if write.after["status"] not in STATES:
        raise write.kind.bad("'status' is Available or Deprecated.")


ATTRIBUTE = Kind(
    path=DEFINITIONS,
    type="customSecurityAttributeDefinition",
    noun="custom security attribute definition",
    required=("attributeSet", "name", "type", "status", "isCollection", "isSearchable", "usePreDefinedValuesOnly"),
    client=frozenset({"usePreDefinedValuesOnly"}),
    patchable=frozenset({"description", "status", "usePreDefinedValuesOnly"}),
    made=_definition_id,
    create=(_named, _free, _defined, _state),
    update=(_lasting, _state),
)


def _value(write: Write) -> None:
    if len(write.id) > 64 or len(shelf(write.tenant, write.kind, write.owner)) >= MOST_VALUES:
        raise write.kind.bad(f"An allowed value has up to 64 characters, and there are up to {MOST_VALUES}.")


ALLOWED = Kind(
    path=VALUES,
    type="allowedValue",
    noun="allowed value",
    required=("id", "isActive"),
    key="id",
    client=frozenset({"id"}),
    create_only=frozenset({"id"}),
    child=True,
    create=(_free, _value),
)

KINDS: tuple[Kind, ...] = (ATTRIBUTE_SET, ATTRIBUTE)
CHILDREN: tuple[Kind, ...] = (ALLOWED,)
