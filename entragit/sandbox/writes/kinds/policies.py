"""Policies of which there is one, authentication methods, group settings (facts §5)."""

from __future__ import annotations

from collections.abc import Iterator

from entragit.sandbox.replies import bad_request
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.sandbox.writes import lookup, values
from entragit.sandbox.writes.core import CONFLICT, GRAPH, Kind, Write
from entragit.sandbox.writes.kinds import conditional_access

METHODS_PATH = "policies/authenticationMethodsPolicy"
EXTERNAL = f"{GRAPH}externalAuthenticationMethodConfiguration"
EVERYBODY = "all_users"
NOBODY = "00000000-0000-0000-0000-000000000000"
# What guests may be: like members, limited, or restricted to themselves.
GUEST_ROLES = frozenset({
    "a0b1b346-4d3e-4e8b-98f8-753987be4970", "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "2af84b1e-32c8-42b7-82bc-daa82404023b",
})  # fmt: skip


def _guests(write: Write) -> None:
    if write.changes("guestUserRoleId") and write.after["guestUserRoleId"] not in GUEST_ROLES:
        raise values.invalid(write.kind, "guestUserRoleId")


AUTHORIZATION = Kind(
    path="policies/authorizationPolicy",
    type="authorizationPolicy",
    noun="authorization policy",
    update=(_guests,),
    merges=frozenset({"defaultUserRolePermissions"}),  # documented example: one permission alone
)


def _no_policies(write: Write) -> None:
    """Security defaults and enabled Conditional Access policies exclude each other (facts §5)."""
    held = lookup.live(write.tenant, conditional_access.PATH).values()
    if write.after.get("isEnabled") and any(policy.get("state") == "enabled" for policy in held):
        raise write.kind.bad("Security defaults can't be enabled while a Conditional Access policy is.")


SECURITY_DEFAULTS = Kind(
    path=conditional_access.DEFAULTS,
    type="identitySecurityDefaultsEnforcementPolicy",
    noun="security defaults",
    patchable=frozenset({"isEnabled"}),
    update=(_no_policies,),
)


def _targets(value: object) -> Iterator[tuple[str, str]]:
    """(targetType, id) of every target in a value, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _targets(item)
    elif isinstance(value, dict):
        if isinstance(value.get("id"), str) and value.get("targetType"):
            yield str(value["targetType"]), value["id"]
        for item in value.values():
            yield from _targets(item)


def _known_target(tenant: Tenant, target: str) -> bool:
    paths = ("groups", "users", "directory/administrativeUnits", conditional_access.PATH)
    roles = "roleManagement/directory/roleDefinitions"
    return target in (EVERYBODY, NOBODY) or lookup.directory_object(tenant, target, (*paths, roles)) is not None


def _existing_targets(write: Write) -> None:
    """Groups that a method is for, or not for, exist (facts §5 authenticationMethodsPolicy)."""
    for _, target in _targets(write.body):
        if not _known_target(write.tenant, target):
            raise write.kind.bad(f"The target '{target}' does not exist.")


METHODS = Kind(
    path=METHODS_PATH,
    type="authenticationMethodsPolicy",
    noun="authentication methods policy",
    patchable=frozenset({"policyMigrationState", "reconfirmationInDays", "registrationEnforcement"}),
    update=(_existing_targets,),
)


def _external(write: Write) -> None:
    """Only external methods can be made; the others are there (facts §5)."""
    if write.after["@odata.type"] != EXTERNAL:
        raise write.kind.bad("Only external authentication methods can be created.")
    if not write.after.get("displayName") or not write.after.get("appId"):
        raise write.kind.bad("An external authentication method needs 'displayName' and 'appId'.")


CONFIGURATIONS = Kind(
    path=f"{METHODS_PATH}/authenticationMethodConfigurations",
    type="authenticationMethodConfiguration",
    noun="authentication method configuration",
    polymorphic=True,
    create=(_external, _existing_targets),
    update=(_existing_targets,),
)


def reset(tenant: Tenant, item: Object) -> None:
    """A built-in method's deletion: it is as it was delivered, and off (documented for each method)."""
    type_name = str(item["@odata.type"]).removeprefix(GRAPH)
    fresh = {"@odata.type": item["@odata.type"]} | blank(type_name) | {"id": item["id"], "state": "disabled"}
    item.clear()
    item |= fresh
    tenant.touch(CONFIGURATIONS.path, str(item["id"]))


def template(tenant: Tenant, template_id: object) -> Object:
    """A template of group settings; 400 if there is none."""
    found = lookup.live(tenant, "groupSettingTemplates").get(str(template_id))
    if found is None:
        raise bad_request(f"The template '{template_id}' does not exist.")
    return found


def checked_values(write: Write) -> None:
    """The template's values, all of them, of its types (facts §5 groupSettings: send all values)."""
    known = {item["name"]: item["type"] for item in template(write.tenant, write.after["templateId"])["values"]}
    sent = {item.get("name"): item.get("value") for item in write.after.get("values") or []}
    if sent.keys() != known.keys() or len(sent) < len(write.after["values"]):
        raise bad_request("The values of a setting are all those of its template, once each.")
    for name, value in sent.items():
        if not isinstance(value, str) or not _fits(known[name], value):
            raise bad_request(f"The value of '{name}' is no {known[name]}.")


def _fits(kind: str, value: str) -> bool:
    if kind == "System.Boolean":
        return value.lower() in ("true", "false")
    if kind == "System.Guid":
        return value == "" or values.is_guid(value)
    return not kind.startswith("System.Int") or value.lstrip("-").isdecimal()


def _one_each(write: Write) -> None:
    held = lookup.matching(write.tenant, "groupSettings", "templateId", write.after["templateId"])
    if any(held):
        raise bad_request(CONFLICT)


def _setting_name(write: Write) -> Object:
    return {"displayName": template(write.tenant, write.body["templateId"])["displayName"]}


SETTINGS = Kind(
    path="groupSettings",
    type="groupSetting",
    noun="group setting",
    required=("templateId", "values"),
    client=frozenset({"templateId"}),
    create_only=frozenset({"templateId"}),
    made=_setting_name,
    create=(checked_values, _one_each),
    update=(checked_values,),
)
