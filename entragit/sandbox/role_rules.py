"""The settings of Privileged Identity Management: policies with the same rules each (facts §5 PIM).

Each role has one, and each group that PIM manages two, at the same address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant

POLICIES = "policies/roleManagementPolicies"
ASSIGNMENTS = "policies/roleManagementPolicyAssignments"
RULES = f"{POLICIES}/rules"
_GROUPS = "identityGovernance/privilegedAccess/group"
MANAGED = f"{_GROUPS}/resources"
OF_GROUPS = (f"{_GROUPS}/roleManagementPolicies", f"{_GROUPS}/roleManagementPolicyAssignments")
RULES_OF_GROUPS = f"{OF_GROUPS[0]}/rules"
_ABOUT = {"scopeId": "/", "scopeType": "DirectoryRole"}
# What a rule is about: who asks, and for what.
_TARGETS = {"Admin_Eligibility": ("Admin", "Eligibility"), "Admin_Assignment": ("Admin", "Assignment"),
            "EndUser_Assignment": ("EndUser", "Assignment")}  # fmt: skip
# As Entra makes them: what each rule says of each target.
_SAID: dict[str, Object] = {
    "Expiration_Admin_Eligibility": {"isExpirationRequired": False, "maximumDuration": "P365D"},
    "Expiration_Admin_Assignment": {"isExpirationRequired": False, "maximumDuration": "P180D"},
    "Expiration_EndUser_Assignment": {"isExpirationRequired": True, "maximumDuration": "PT8H"},
    "Enablement_Admin_Eligibility": {"enabledRules": []},
    "Enablement_Admin_Assignment": {"enabledRules": ["Justification"]},
    "Enablement_EndUser_Assignment": {"enabledRules": ["MultiFactorAuthentication", "Justification"]},
    "AuthenticationContext_EndUser_Assignment": {"isEnabled": False, "claimValue": ""},
}
_RECIPIENTS = ("Admin", "Requestor", "Approver")


def rules() -> Iterator[Object]:
    """The rules of a new policy."""
    for name, said in _SAID.items():
        yield _rule(name, **said)
    stage = blank("unifiedApprovalStage") | {"approvalStageTimeOutInDays": 1, "isApproverJustificationRequired": True,
                                             "isEscalationEnabled": False, "escalationTimeInMinutes": 0}  # fmt: skip
    setting = {"approvalMode": "SingleStage", "isApprovalRequired": False, "isApprovalRequiredForExtension": False,
               "isRequestorJustificationRequired": True, "approvalStages": [stage]}  # fmt: skip
    yield _rule("Approval_EndUser_Assignment", setting=setting)
    mail = {"isDefaultRecipientsEnabled": True, "notificationLevel": "All", "notificationType": "Email"}
    for target in _TARGETS:
        for whom in _RECIPIENTS:
            yield _rule(f"Notification_{whom}_{target}", **mail, recipientType=whom, notificationRecipients=[])


def _rule(name: str, **said: Any) -> Object:
    sort, target = name.partition("_")[0], name.split("_", 2 if name.startswith("Notification_") else 1)[-1]
    caller, level = _TARGETS[target]
    where = blank("unifiedRoleManagementPolicyRuleTarget") | {
        "caller": caller, "level": level, "operations": ["all"], "inheritableSettings": [], "enforcedSettings": [],
    }  # fmt: skip
    actual = f"unifiedRoleManagementPolicy{sort}Rule"
    return {"@odata.type": f"#microsoft.graph.{actual}", **blank(actual), "id": name, "target": where, **said}


def give(tenant: Tenant, role: str) -> str:
    """A role gets its policy; the policy's id."""
    own = f"DirectoryRole_{tenant.id}_{uuid.uuid5(uuid.UUID(tenant.id), f'policy of {role}')}"
    return _make(tenant, (POLICIES, ASSIGNMENTS), own, _ABOUT, role)


def _make(tenant: Tenant, paths: tuple[str, str], own: str, about: Object, role: str) -> str:
    words = {"displayName": about["scopeType"], "description": about["scopeType"], "isOrganizationDefault": False}
    bodies = (blank("unifiedRoleManagementPolicy") | about | words | {"id": own},
              blank("unifiedRoleManagementPolicyAssignment") | about | {
                  "id": f"{own}_{role}", "policyId": own, "roleDefinitionId": role})  # fmt: skip
    for path, body in zip(paths, bodies, strict=True):
        tenant.objects.setdefault(path, {})[body["id"]] = body
        tenant.touch(path, body["id"], "created")
    tenant.children.setdefault(f"{paths[0]}/rules", {})[own] = {rule["id"]: rule for rule in rules()}
    return own


def manage(tenant: Tenant, group: str) -> tuple[str, ...]:
    """A group that PIM begins to manage gets two policies: for its members, and for its owners; their ids."""
    about = {"scopeId": group, "scopeType": "Group"}
    names = {role: uuid.uuid5(uuid.UUID(tenant.id), f"policy of {role} of {group}") for role in ("member", "owner")}
    return tuple(_make(tenant, OF_GROUPS, f"Group_{group}_{own}", about, role) for role, own in names.items())


def managed(tenant: Tenant) -> set[str]:
    """The groups that have policies."""
    return {str(item["scopeId"]) for item in tenant.objects.get(OF_GROUPS[0], {}).values()}


def release(tenant: Tenant, group: str) -> None:
    """What a group had that is gone goes, too."""
    for path in OF_GROUPS:
        for own in [own for own, item in tenant.objects.get(path, {}).items() if item["scopeId"] == group]:
            tenant.children.get(f"{path}/rules", {}).pop(own, None)
            tenant.bury(path, own)
            tenant.touch(path, own, "deleted")


def of_role(tenant: Tenant, role: object, name: str) -> Object:
    """The rule of this name of a role's policy; nothing where the role has none here."""
    held = tenant.objects.get(ASSIGNMENTS, {}).values()
    policy = next((item["policyId"] for item in held if item["roleDefinitionId"] == role), "")
    return tenant.children.get(RULES, {}).get(policy, {}).get(name, {})


def take(tenant: Tenant, role: str) -> None:
    """The policy of a role that is gone goes, too."""
    held = tenant.objects.get(ASSIGNMENTS, {})
    for own, policy in [(key, item["policyId"]) for key, item in held.items() if item["roleDefinitionId"] == role]:
        tenant.children.get(RULES, {}).pop(policy, None)
        for path, key in ((ASSIGNMENTS, own), (POLICIES, policy)):
            tenant.bury(path, key)
            tenant.touch(path, key, "deleted")
