"""Hooks of tier-0 kinds: in which respects a change makes protection weaker, a clause each.

(before or None, after or None) → clauses; none where protection is put back or stays. A change of which nobody can
tell whether it weakens counts as one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from entragit.model import Body
from entragit.resources import periods

Clauses = tuple[str, ...]
# Ways to sign in that a phone number, a mailbox or a shared code is enough for: less protection once allowed.
WEAK_METHODS = frozenset({"Email", "QRCodePin", "Sms", "TemporaryAccessPass", "Voice"})
INVITERS = ("none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone")
# Guests with less: restricted, limited, like members.
GUEST_ROLES = ("2af84b1e-32c8-42b7-82bc-daa82404023b", "10dae51f-b6af-4016-8d66-8c2a99b929b3",
               "a0b1b346-4d3e-4e8b-98f8-753987be4970")  # fmt: skip
# The switches of the authorization policy that protect when they are on; all others allow something.
PROTECTIVE = frozenset({"blockMsolPowerShell"})
# The one session control that can say "less": without it, Entra's default holds, which is on.
CONTINUOUS = "continuousAccessEvaluation"
PERMISSIONS = "permissionGrantPoliciesAssigned"
# What a user must do by himself, whatever policies say: each more than the one before.
STATES = ("disabled", "enabled", "enforced")
PERIOD = "scheduleInfo"
LONGEST = "maximumDuration"


def per_user(before: Body | None, after: Body | None) -> Clauses:
    """Multifactor authentication of a user: asked for no more, or less. Who is deleted signs in no more."""
    old, new = (((side or {}).get("requirements") or {}).get("perUserMfaState") for side in (before, after))
    if after is None or old in (None, STATES[0]) or old == new:
        return ()
    less = old not in STATES or new not in STATES or STATES.index(new) < STATES.index(old)
    return ("asks for less multifactor authentication",) if less else ()


def policy(before: Body | None, after: Body | None) -> Clauses:
    """Conditional Access: off, fewer covered, more excluded, other controls. What isn't enforced protects nobody."""
    if before is None or before.get("state") != "enabled":
        return ()
    if after is None:
        return ("is deleted",)
    found = ["is switched off"] if after.get("state") != "enabled" else []
    found += _narrower("conditions", before.get("conditions"), after.get("conditions"))
    found += _fewer_controls(before.get("grantControls") or {}, after.get("grantControls") or {})
    if _fewer_sessions(before.get("sessionControls") or {}, after.get("sessionControls") or {}):
        found.append("has other session controls")
    return tuple(found)


def _narrower(name: str, before: Any, after: Any) -> Iterator[str]:
    """Where a condition covers less: less included, more excluded, or anything that says neither is another value."""
    if isinstance(before, Mapping | None) and isinstance(after, Mapping | None) and (before or after):
        for key in sorted({*(before or {}), *(after or {})}):
            yield from _narrower(key, (before or {}).get(key), (after or {}).get(key))
    elif isinstance(before, list | None) and isinstance(after, list | None) and name.startswith(("include", "exclude")):
        more = name.startswith("exclude")
        smaller, larger = (before or [], after or []) if more else (after or [], before or [])
        if any(item not in smaller for item in larger):
            yield f"{'excludes more' if more else 'covers less'} ({name})"
    elif before != after:
        yield f"has another condition ({name})"


def _fewer_controls(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Grant controls: who satisfies the new ones satisfies the old ones, or they are weaker."""
    old, new = _controls(before), _controls(after)
    if ("builtInControls", "block") in new or not old:
        return
    old_any, new_any = (len(held) > 1 and side.get("operator") == "OR" for held, side in ((old, before), (new, after)))
    implied = bool(old & new) if old_any else old <= new
    if new_any:
        implied = old_any and new <= old
    if not implied or not new:
        yield "has other grant controls"


def _controls(controls: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What grant controls ask for, one by one."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in controls.items()}
    return {(name, str(item)) for name, items in lists.items() for item in items if name != "operator"}


def _fewer_sessions(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Session controls: one is gone or other, or the one that can say less does."""
    was, is_ = ((side.get(CONTINUOUS) or {}).get("mode") == "disabled" for side in (before, after))
    kept = {name: value for name, value in before.items() if not (was and name == CONTINUOUS)}
    return (is_ and not was) or _lacks(kept, after)


def _lacks(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether something that was said is not said any more, or is said otherwise."""
    return any(after.get(name) != value for name, value in before.items())


def location(before: Body | None, after: Body | None) -> Clauses:
    """A named location: trusted now, or other places in it. Taking ranges out of a trusted one puts protection back."""
    old, new = before or {}, after or {}
    trusted = bool(new.get("isTrusted"))
    found = ["is trusted"] if trusted and not old.get("isTrusted") else []
    ranges = [list(side.get("ipRanges", ())) for side in (old, new)]
    if trusted and any(item not in ranges[0] for item in ranges[1]):
        found.append("trusts more addresses")
    if before is not None and not trusted and not old.get("isTrusted"):
        names = ("ipRanges", "countriesAndRegions", "countryLookupMethod", "includeUnknownCountriesAndRegions")
        found += ["covers other places"] if any(old.get(name) != new.get(name) for name in names) else []
    return tuple(found)


def context(before: Body | None, after: Body | None) -> Clauses:
    """An authentication context: not offered to applications any more."""
    gone = bool(before and before.get("isAvailable")) and not (after and after.get("isAvailable"))
    return ("isn't available any more",) if gone else ()


def strength(before: Body | None, after: Body | None) -> Clauses:
    """An authentication strength: more ways to fulfil it."""
    if before is None:
        return ()
    if after is None:
        return ("is deleted",)
    more = {*after.get("allowedCombinations", ())} - {*before.get("allowedCombinations", ())}
    return ("allows weaker combinations",) if more else ()


def authorization(before: Body | None, after: Body | None) -> Clauses:
    """The authorization policy: what users and guests may do, and may not have been able to before."""
    old, new = before or {}, after or {}
    found = [f"allows more ({name})" for name, value in new.items()
             if value is True and not old.get(name) and name not in PROTECTIVE]  # fmt: skip
    found += [f"protects less ({name})" for name in sorted(PROTECTIVE) if old.get(name) and not new.get(name)]
    for name, ladder in (("allowInvitesFrom", INVITERS), ("guestUserRoleId", GUEST_ROLES)):
        found += [f"allows more ({name})"] if _rank(ladder, new.get(name)) > _rank(ladder, old.get(name)) else []
    users = [side.get("defaultUserRolePermissions") or {} for side in (old, new)]
    found += [f"users may more ({name})" for name, value in users[1].items()
              if value != users[0].get(name) and (value is True or _more(name, *users))]  # fmt: skip
    return tuple(found)


def _rank(ladder: tuple[str, ...], value: object) -> int:
    return ladder.index(value) if value in ladder else len(ladder) if value else -1


def _more(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return name == PERMISSIONS and bool({*after[name]} - {*before.get(name, ())})


def method(before: Body | None, after: Body | None) -> Clauses:
    """An authentication method: a weak one for more people, or a strong one for fewer."""
    item = after or before or {}
    weak = item.get("id") in WEAK_METHODS or "external" in str(item.get("@odata.type"))
    less, more = (before or {}, after or {}) if weak else (after or {}, before or {})
    found = []
    if more.get("state") == "enabled" and less.get("state") != "enabled":
        found.append("is allowed" if weak else "is switched off")
    if any(target not in less.get("includeTargets", ()) for target in more.get("includeTargets", ())):
        found.append("is for others")
    if any(target not in more.get("excludeTargets", ()) for target in less.get("excludeTargets", ())):
        found.append("excludes others")
    return tuple(found)


def methods(before: Body | None, after: Body | None) -> Clauses:
    """The policy of all methods: the old settings, which no one looks at any more, count again."""
    states = ("preMigration", "migrationInProgress", "migrationComplete")
    old, new = (_rank(states, (side or {}).get("policyMigrationState")) for side in (before, after))
    return ("goes back to the old settings",) if before is not None and new < old else ()


def security_defaults(before: Body | None, after: Body | None) -> Clauses:
    """Security defaults: off."""
    return ("are switched off",) if (before or {}).get("isEnabled") and not (after or {}).get("isEnabled") else ()


def definition(before: Body | None, after: Body | None) -> Clauses:
    """A role: it may do more."""

    def allowed(body: Body | None) -> set[str]:
        rows = (body or {}).get("rolePermissions", ())
        return {action for row in rows for action in row.get("allowedResourceActions", ())}

    return ("allows more actions",) if before is not None and allowed(after) - allowed(before) else ()


def assignment(before: Body | None, after: Body | None) -> Clauses:
    """A role assignment: someone gets a role."""
    return ("gives a role",) if after is not None and after != before else ()


def schedule(before: Body | None, after: Body | None) -> Clauses:
    """Access for some time: someone gets it, or has it for longer."""
    if after is None or after == before:
        return ()
    if before is None or _lacks({**before, PERIOD: None}, {**after, PERIOD: None}):
        return ("gives access",)
    ends, begins = ([at(side.get(PERIOD)) for side in (before, after)] for at in (periods.end, periods.start))
    later = ends[0] is not None and (ends[1] is None or ends[1] > ends[0])
    sooner = begins[0] is not None and (begins[1] is None or begins[1] < begins[0])
    return ("gives access for longer",) if later or sooner else ()


def domain(before: Body | None, after: Body | None) -> Clauses:
    """A domain: another authority signs its users in, or is believed more."""
    names = ("authenticationType", "federationConfiguration")
    old, new = ([(side or {}).get(name) for name in names] for side in (before, after))
    return ("is signed in to otherwise",) if before is not None and after is not None and old != new else ()


def authorities(before: Body | None, after: Body | None) -> Clauses:
    """Certificate authorities, of the organization or of a PKI: another one is trusted, or one less checked."""

    def trusted(body: Body | None) -> list[Any]:
        held = body or {}
        older = [item for part in held.get("certificateBasedAuthConfiguration", ())
                 for item in part.get("certificateAuthorities", ())]  # fmt: skip
        return [*older, *held.get("certificateAuthorities", ())]

    known = trusted(before)
    more = [item for item in trusted(after) if item not in known]
    return ("trusts another certificate authority",) if more else ()


def recovery(before: Body | None, after: Body | None) -> Clauses:
    """A profile of Verified ID lets whoever presents its credentials back into an account: another one is no weaker
    only if it is off.
    """
    if after is None or after.get("state") != "enabled" or before == after:
        return ()
    return ("lets others recover an account",)


def role_policy(before: Body | None, after: Body | None) -> Clauses:
    """The policy of a role: less is asked of whoever gets or activates it, or others approve."""
    old, new = ({rule["id"]: rule for rule in (side or {}).get("rules", ())} for side in (before, after))
    return tuple(f"asks for less ({name})" for name, rule in old.items() if _easier(rule, new.get(name, {})))


def _easier(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a rule asks for less than another one; of settings of approval, whether it is another at all."""
    switches = any(before.get(name) and not after.get(name) for name in ("isEnabled", "isExpirationRequired"))
    fewer = {*before.get("enabledRules", ())} - {*after.get("enabledRules", ())}
    others = any(before.get(name) != after.get(name) for name in ("claimValue", "setting"))
    asked = bool(before.get("isEnabled") or (before.get("setting") or {}).get("isApprovalRequired"))
    return switches or _longer(before.get(LONGEST), after.get(LONGEST)) or bool(fewer) or (others and asked)


def _longer(before: object, after: object) -> bool:
    """Whether a bound that was there is gone or later, or nobody can tell: months have no one length."""
    if before is None or before == after:
        return False
    old, new = periods.duration(before), periods.duration(after)
    return old is None or new is None or new > old
