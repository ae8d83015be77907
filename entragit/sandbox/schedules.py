"""Schedules of Privileged Identity Management: what begins when, and what is over (facts §5 PIM)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from entragit.sandbox import presence, seats
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.seats import ACTIVE as ACTIVE
from entragit.sandbox.seats import BEGUN as BEGUN
from entragit.sandbox.store import Object, Tenant

ELIGIBLE = "roleManagement/directory/roleEligibilitySchedules"
IN_GROUPS, ACTIVE_IN_GROUPS = presence.ELIGIBLE, presence.ACTIVE
REQUESTS = {f"{path[:-1]}Requests": path for path in (ELIGIBLE, ACTIVE, IN_GROUPS, ACTIVE_IN_GROUPS)}
PENDING = "Granted"
LEAST = timedelta(minutes=5)  # facts §5 PIM: nothing is given for less, and nothing taken back sooner
_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?"
)


class Effect(Protocol):
    """What comes of a schedule whose time has come, is over, or gives way to another one."""

    def begin(self, tenant: Tenant, schedule: Mapping[str, Any], end: str | None, /) -> None:
        """Its time has come."""

    def finish(self, tenant: Tenant, schedule: Mapping[str, Any], /) -> None:
        """It is over, or taken back."""

    def follow(self, tenant: Tenant, old: Mapping[str, Any], new: Mapping[str, Any], end: str | None, /) -> None:
        """Another one takes its place."""


EFFECTS: Mapping[str, Effect] = {ACTIVE: seats, ACTIVE_IN_GROUPS: presence}


def moment(text: object) -> datetime | None:
    """The instant that Graph writes so; None where nothing is said. ValueError for a text that is no instant."""
    return _instant(str(text)) if text else None


@lru_cache(maxsize=4096)  # every request asks of every schedule whether its time has come
def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def stamp(instant: datetime) -> str:
    """An instant as Graph writes it."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(text: object) -> timedelta:
    """The length of a duration; none for anything else."""
    return _length(str(text))


@lru_cache(maxsize=4096)
def _length(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    return timedelta(**{name: int(value) for name, value in match.groupdict().items() if value} if match else {})


def period(tenant: Tenant, asked: Mapping[str, Any]) -> Object:
    """The scheduleInfo that comes of a request's: a start that is over, or none, is the moment of the request."""
    now = tenant.now()
    start = max(moment(asked.get("startDateTime")) or now, now)
    expiration = blank("expirationPattern") | dict(asked["expiration"])
    return {"startDateTime": stamp(start), "recurrence": None, "expiration": expiration}


def end(schedule: Mapping[str, Any]) -> datetime | None:
    """When a schedule ends; None if it never does, or doesn't say when it begins."""
    info = schedule["scheduleInfo"]
    expiration = info["expiration"]
    if expiration["type"] == "afterDuration":
        begin = moment(info["startDateTime"])
        return begin + duration(expiration["duration"]) if begin else None
    return moment(expiration["endDateTime"])


def state(tenant: Tenant, info: Mapping[str, Any]) -> str:
    """Whether a schedule has begun."""
    begin = moment(info["startDateTime"])
    return PENDING if begin is not None and begin > tenant.now() else BEGUN


def until(schedule: Mapping[str, Any]) -> str | None:
    """When a schedule ends, as an instance says it."""
    over = end(schedule)
    return stamp(over) if over else None


def bury(tenant: Tenant, path: str, schedule: Object) -> None:
    """Take a schedule away, and what came of it."""
    tenant.bury(path, str(schedule["id"]))
    tenant.touch(path, str(schedule["id"]), "deleted")
    if path in EFFECTS:
        EFFECTS[path].finish(tenant, schedule)


def place(tenant: Tenant, path: str, schedule: Object) -> None:
    """Store a new schedule; an active one whose time has come takes effect."""
    seats.put(tenant, path, schedule)
    if path in EFFECTS and schedule["status"] == BEGUN:
        EFFECTS[path].begin(tenant, schedule, until(schedule))


def change(tenant: Tenant, path: str, old: Object, new: Object) -> None:
    """Let a schedule take the place of another, or of what it was."""
    kept = path in EFFECTS and old["status"] == new["status"] == BEGUN
    if kept:
        EFFECTS[path].follow(tenant, old, new, until(new))
        seats.put(tenant, path, new)
    if not kept or old["id"] != new["id"]:
        bury(tenant, path, old)
    if not kept:
        place(tenant, path, new)


def advance(tenant: Tenant) -> None:
    """What time alone does: what is over goes, what is due begins."""
    now = tenant.now()
    for path in REQUESTS.values():
        for schedule in list(tenant.objects.get(path, {}).values()):
            over = end(schedule)
            if over is not None and over <= now:
                bury(tenant, path, schedule)
            elif schedule["status"] == PENDING and state(tenant, schedule["scheduleInfo"]) == BEGUN:
                schedule["status"] = BEGUN
                if path in EFFECTS:
                    EFFECTS[path].begin(tenant, schedule, until(schedule))
    presence.advance(tenant)
