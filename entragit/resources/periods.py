"""From when until when: a schedule of PIM, as Graph sends and takes it (facts §5 PIM, type requestSchedule).

When something began is history: Graph moves a start that is over to the moment of the request. So a start is desired
state only until then, and an end is an instant, whatever duration it was asked for with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from entragit.model import Raw

START, EXPIRATION, TYPE, END, DURATION = "startDateTime", "expiration", "type", "endDateTime", "duration"
BEGUN = {"status": ("provisioned",), "state": ("delivered", "delivering", "deliveryfailed", "partiallydelivered")}
"""Property → its values, in lower case, of what has begun; access packages are shown no sooner."""
SCHEDULES = frozenset({"entitlementManagementSchedule", "requestSchedule"})
"""Graph's types of what says from when until when."""
AT = "afterDateTime"
NEVER = {TYPE: "noExpiration"}

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def canonical(raw: Raw, name: str) -> Raw:
    """`raw` with the schedule in its property `name` as a body holds it; `raw` is left alone. Idempotent."""
    held = raw.get(name)
    if not isinstance(held, dict):
        return raw
    found = {key: _utc(value) if key == START else value for key, value in held.items()}
    if isinstance(held.get(EXPIRATION), dict):
        found[EXPIRATION] = _fixed(held)
    if any(str(raw.get(key)).lower() in values for key, values in BEGUN.items()):
        found.pop(START, None)
    return {**raw, name: found}


def _fixed(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """The expiration of a schedule, by its instant where there is one."""
    held, instant = schedule[EXPIRATION], end(schedule)
    if instant is None:
        return dict(held)
    rest = {name: value for name, value in held.items() if name != DURATION}
    return {**rest, TYPE: AT, END: text(instant)}


def end(schedule: object) -> datetime | None:
    """The instant at which a schedule ends; None where it never does, or nobody can tell."""
    held = schedule.get(EXPIRATION) if isinstance(schedule, Mapping) else None
    if not isinstance(schedule, Mapping) or not isinstance(held, Mapping):
        return None
    begin, lasting = start(schedule), duration(held.get(DURATION))
    found = moment(held.get(END))
    return found or (begin + lasting if begin and lasting else None)


def start(schedule: object) -> datetime | None:
    """The instant at which a schedule begins; None where it doesn't say."""
    return moment(schedule.get(START)) if isinstance(schedule, Mapping) else None


def is_relative(schedule: object) -> bool:
    """Whether a schedule lasts so long from whenever it begins: that is no state, for it moves with each request."""
    held = schedule.get(EXPIRATION) if isinstance(schedule, Mapping) else None
    return isinstance(held, Mapping) and bool(held.get(DURATION)) and end(schedule) is None


def moment(value: object) -> datetime | None:
    """The instant that Graph writes so; None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None


def text(instant: datetime) -> str:
    """An instant as Graph writes it: UTC, no trailing zeros."""
    found = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (found.rstrip("0") if "." in found else found) + "Z"


def _utc(value: object) -> object:
    found = moment(value)
    return text(found) if found else value


def duration(value: object) -> timedelta | None:
    """The length of an ISO 8601 duration of weeks, days and times; None for anything else."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    parts = {name: float(number) for name, number in match.groupdict().items() if number} if match else {}
    return timedelta(**parts) if parts else None
