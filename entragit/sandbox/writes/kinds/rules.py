"""Rules of a policy of PIM: which there are is fixed, what they say is an administrator's (facts §5 PIM)."""

from __future__ import annotations

from entragit.sandbox import role_rules, schedules
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup
from entragit.sandbox.writes.core import Kind, Write
from entragit.sandbox.writes.engine import body_of

ENABLED = frozenset({"Justification", "MultiFactorAuthentication", "Ticketing"})
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"


def _full(value: object) -> object:
    """A map without what says nothing."""
    return {name: item for name, item in value.items() if item} if isinstance(value, dict) else value


def _echoed(write: Write) -> None:
    """A rule says which it is, and what it is about; neither changes (facts §5 PIM)."""
    sent = body_of(write.ask)
    if any(_full(sent.get(name)) != _full(write.before[name]) for name in ("id", "target")):
        raise write.kind.bad("The rule's 'id' and 'target' must be sent as they are.")


def _sensible(write: Write) -> None:
    rule = write.after
    if rule.get("isExpirationRequired") and not schedules.duration(rule.get("maximumDuration")):
        raise write.kind.bad("'maximumDuration' must be a duration.")
    if not {*(rule.get("enabledRules") or ())} <= ENABLED:
        raise write.kind.bad("'enabledRules' holds a rule that isn't known.")
    if rule.get("isEnabled") and lookup.get(write.tenant, CONTEXTS, str(rule.get("claimValue"))) is None:
        raise write.kind.bad("'claimValue' must be an authentication context.")


def _approvers(write: Write) -> None:
    """People and groups that exist."""
    for stage in (write.after.get("setting") or {}).get("approvalStages") or ():
        for item in [*(stage.get("primaryApprovers") or ()), *(stage.get("escalationApprovers") or ())]:
            if not _exists(write, item):
                raise write.kind.bad("An approver doesn't exist.")


def _exists(write: Write, approver: Object) -> bool:
    names = {"userId": "users", "groupId": "groups"}
    return all(lookup.get(write.tenant, path, approver[name]) for name, path in names.items() if name in approver)


RULE, RULE_OF_GROUPS = (
    Kind(
        path=path,
        type="unifiedRoleManagementPolicyRule",
        noun="role management policy rule",
        child=True,
        polymorphic=True,
        update=(_echoed, _sensible, _approvers),
    )
    for path in (role_rules.RULES, role_rules.RULES_OF_GROUPS)
)
