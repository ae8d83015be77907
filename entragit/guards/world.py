"""What the guards know beside the plan: the protected branch's settings, and what of the tenant they judge by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from entragit.model import Body, Coverage
from entragit.plan import Change, Finding
from entragit.resources.conditional_access import POLICIES
from entragit.settings import Guards

USERS, GROUPS, PRINCIPALS = "users", "groups", "servicePrincipals"
ASSIGNMENTS = "roleManagement/directory/roleAssignments"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
SETTINGS = "entragit.yaml"

State = Mapping[str, Mapping[str, Body]]
"""Kind → what a resource is called by → its body."""


@dataclass(frozen=True, slots=True)
class GuardWorld:
    """What stands when a plan is judged; the tenant's part of it is as it was read just now.

    `guards`: of the protected branch's tip. `coverage`: of that read. `counts`: how many resources the kinds of the
    plan have. `bodies`: by kind and id, all role assignments, policies and security defaults; the groups that these
    name, hold, or would name after the plan; the users who have a role through any of this; what `break_glass` and
    `own` name. `live`: (kind, id) → body of what the plan changes or deletes. `same`: old id → new id, of what the
    state knows to be made anew and the tenant has under the new id alone. `break_glass`: an entry of the settings →
    the ids that it means, in the tenant or not. `own`: the ids of the application and service principal that sign in,
    and of the person where one does. `names`: id → address.
    `allowed`: the words of `--allow`. `now`: aware.
    """

    guards: Guards
    coverage: Coverage
    now: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    bodies: State = field(default_factory=dict)
    live: Mapping[tuple[str, str], Body] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    break_glass: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()


def finding(word: str, address: str, what: str) -> Finding:
    """A finding of the guard `word`; `what` says what is wrong and what mends it, the rest what allows it."""
    return Finding(word, address, f"{what}, or allow it with --allow {word}")


def called(change: Change) -> frozenset[str]:
    """The ids that a resource has in the plan and in the tenant, in lower case."""
    return frozenset(id_.lower() for id_ in (change.id, change.live) if id_)


def name_of(change: Change) -> str:
    """What references call a resource that the plan makes, in lower case: its old id, or its address."""
    return (change.id or change.address).lower()


__all__ = [
    "ASSIGNMENTS",
    "DEFAULTS",
    "GROUPS",
    "POLICIES",
    "PRINCIPALS",
    "SETTINGS",
    "USERS",
    "GuardWorld",
    "State",
    "called",
    "finding",
    "name_of",
]
