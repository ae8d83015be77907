"""Groups: sorts that can be made, what is fixed, whose members can be written (facts §5 groups)."""

from __future__ import annotations

import re

from entragit.sandbox import access
from entragit.sandbox.company.build import security_identifier
from entragit.sandbox.replies import bad_request
from entragit.sandbox.store import Object
from entragit.sandbox.writes import links, lookup, values
from entragit.sandbox.writes.core import SYNCED, Join, Kind, References, Write, named
from entragit.sandbox.writes.kinds.users import unique

UNIFIED, DYNAMIC = "Unified", "DynamicMembership"
ROLES = "RoleManagement.ReadWrite.Directory"
NICKNAME = re.compile(r"[!-~]+")
BAD_IN_NICKNAME = frozenset('@()\\[]";:<>, ')
MAILED = "Cannot {} a mail-enabled security groups and or distribution list."
MOST_OWNERS = 100  # facts §4
# Exchange's, for a Microsoft 365 group that exists, alone in their request (facts §5 groups).
NOT_APP_ONLY = frozenset({"allowExternalSenders", "autoSubscribeNewMembers"})
EXCHANGE = NOT_APP_ONLY | {"hideFromAddressLists", "hideFromOutlookClients"}


def is_unified(group: Object) -> bool:
    """Whether it is a Microsoft 365 group."""
    return UNIFIED in (group.get("groupTypes") or [])


def is_dynamic(group: Object) -> bool:
    """Whether a rule decides who is in it."""
    return DYNAMIC in (group.get("groupTypes") or [])


def _mailed(group: Object) -> bool:
    return bool(group.get("mailEnabled")) and not is_unified(group)


def _sort(write: Write) -> None:
    """Security groups and Microsoft 365 groups alone can be made (facts §5)."""
    group = write.after
    if _mailed(group):
        raise bad_request(MAILED.format("Create"))
    if not set(group.get("groupTypes") or []) <= {UNIFIED, DYNAMIC}:
        raise values.invalid(write.kind, "groupTypes")
    if is_unified(group) and not group["mailEnabled"]:
        raise bad_request("A group of type 'Unified' must be mail-enabled.")
    if not is_unified(group) and not group["securityEnabled"]:
        raise bad_request("A group that is not mail-enabled must be security-enabled.")


def _nickname(write: Write) -> None:
    name = str(write.after.get("mailNickname") or "")
    if write.changes("mailNickname"):
        if not NICKNAME.fullmatch(name) or BAD_IN_NICKNAME & set(name):
            raise values.invalid(write.kind, "mailNickname")
        if is_unified(write.after):
            unique(write, "mailNickname")
    for required in ("displayName", "mailEnabled", "securityEnabled"):
        if write.after.get(required) is None:
            raise values.invalid(write.kind, required)


def _rule(write: Write) -> None:
    """A dynamic group has a rule and its state, no other has (facts §5 groups)."""
    group = write.after
    given = group.get("membershipRule") is not None, group.get("membershipRuleProcessingState") is not None
    if given != (is_dynamic(group), is_dynamic(group)):
        raise bad_request("'membershipRule' and 'membershipRuleProcessingState' go with 'DynamicMembership' alone.")
    if group.get("membershipRuleProcessingState") not in (None, "On", "Paused"):
        raise values.invalid(write.kind, "membershipRuleProcessingState")


def _role_assignable(write: Write) -> None:
    """Role-assignable groups: security, assigned, private; written with the permission for roles (facts §5)."""
    group = write.after or write.before
    if not group.get("isAssignableToRole"):
        return
    access.need(write.ask, ROLES)
    if not group["securityEnabled"] or is_dynamic(group):
        raise bad_request("A role-assignable group must be security-enabled and can't have dynamic membership.")
    if group.get("visibility") not in (None, "Private"):
        raise bad_request("The visibility of a role-assignable group must be 'Private'.")


def _visibility(write: Write) -> None:
    """HiddenMembership is chosen at creation, for Microsoft 365 groups (facts §5)."""
    before, after = write.before.get("visibility"), write.after.get("visibility")
    if before == after:
        return
    if after not in (None, "Private", "Public", "HiddenMembership"):
        raise values.invalid(write.kind, "visibility")
    if "HiddenMembership" in (before, after) and (not write.created or not is_unified(write.after)):
        raise bad_request("'HiddenMembership' can be set for Microsoft 365 groups only when they are created.")


def _labels(write: Write) -> None:
    if write.body.get("assignedLabels") and not is_unified(write.after):
        raise values.invalid(write.kind, "assignedLabels")


def _fixed(write: Write) -> None:
    """'Unified' can't come or go; synced and mail-enabled groups are mastered elsewhere (facts §5)."""
    if is_unified(write.before) != is_unified(write.after) or write.changes("mailEnabled"):
        raise bad_request("The type 'Unified' and 'mailEnabled' of a group can't be changed.")
    if _mailed(write.before):
        raise bad_request(MAILED.format("Update"))
    mastered = {name for name in write.body if write.changes(name)} - write.tenant.options.cloud_side
    if write.before.get("onPremisesSyncEnabled") and mastered:
        raise bad_request(SYNCED)


def _exchange(write: Write) -> None:
    sent = EXCHANGE & write.body.keys()
    if not sent:
        return
    if NOT_APP_ONLY & sent:
        raise access.denied("groups")
    if sent != write.body.keys() or not is_unified(write.before):
        raise bad_request(f"'{sorted(sent)[0]}' is set for a Microsoft 365 group, in a request of its own.")


def _deletable(write: Write) -> None:
    if write.before.get("isAssignableToRole"):
        access.need(write.ask, ROLES)
    if _mailed(write.before):
        raise bad_request(MAILED.format("Delete"))
    if write.before.get("assignedLicenses"):  # documented with group-based licensing
        raise bad_request("A group with an active license assigned can't be deleted. Remove its licenses first.")
    if write.before.get("onPremisesSyncEnabled"):
        raise bad_request(SYNCED)


def _made(write: Write) -> Object:
    group, moment = write.after, write.tenant.stamp()
    made: Object = {"securityIdentifier": security_identifier(group["id"]), "renewedDateTime": moment}
    if is_unified(group):
        mail = f"{group['mailNickname']}@{write.tenant.domain}"
        made |= {"mail": mail, "proxyAddresses": [f"SMTP:{mail}"], "visibility": group.get("visibility") or "Public"}
    elif group.get("isAssignableToRole"):
        made["visibility"] = group.get("visibility") or "Private"
    return made


def _writable(join: Join) -> None:
    """Whose members and owners a client may change (facts §5)."""
    group = join.owner
    if join.references.name == "members":
        if is_dynamic(group):
            raise bad_request("The members of a group with dynamic membership can't be added or removed.")
        if group.get("onPremisesSyncEnabled"):
            raise bad_request(SYNCED)
    if _mailed(group):
        raise bad_request(MAILED.format("Update"))
    if group.get("isAssignableToRole"):
        access.need(join.ask, ROLES)


def _member(join: Join) -> None:
    if not join.adding:
        return
    if join.owner["id"] == join.target["id"]:
        raise bad_request("Not a valid reference update: a group can't be a member of itself.")
    if is_unified(join.owner) and join.target_path != "users":
        raise bad_request("Not a valid reference update: only users can be members of a Microsoft 365 group.")
    if join.owner.get("isAssignableToRole") and join.target_path not in ("users", "servicePrincipals"):
        raise bad_request("Not a valid reference update: nothing can be nested in a role-assignable group.")


def _owner(join: Join) -> None:
    """At most 100 owners; the last one who is a user stays (facts §5; option `last_owner_stays`)."""
    held = links.held(join.tenant, join.kind, "owners", str(join.owner["id"]))
    if join.adding:
        if len(held) >= MOST_OWNERS:
            raise bad_request(f"A group can't have more than {MOST_OWNERS} owners.")
        return
    others = set(held) & lookup.live(join.tenant, "users").keys() - {join.target["id"]}
    if join.target_path == "users" and not others and (is_unified(join.owner) or join.tenant.options.last_owner_stays):
        raise bad_request("The group must have at least one owner, hence this owner cannot be removed.")


KIND = Kind(
    path="groups",
    type="group",
    noun="group",
    required=("displayName", "mailEnabled", "mailNickname", "securityEnabled"),
    server=frozenset({
        "accessType", "isFavorite", "isSubscribedByMail", "unseenCount", "unseenConversationsCount", "organizationId",
        "unseenMessagesCount", "welcomeMessageEnabled", "onPremisesExtensionAttributes", "hasMembersWithLicenseErrors",
    }),
    client=frozenset({"visibility"}),
    create_only=frozenset({"isAssignableToRole", "assignedLabels", "resourceBehaviorOptions"}),
    patch_only=EXCHANGE,
    create=(_sort, _nickname, _rule, _role_assignable, _visibility, _labels),
    update=(_fixed, _exchange, _sort, _nickname, _rule, _role_assignable, _visibility),
    delete=(_deletable,),
    made=_made,
    soft=lambda write: is_unified(write.before) or write.tenant.options.soft_delete_security_groups,
    no_empty=True,
    upsert="uniqueName",
    references=named(
        References("members", ("users", "groups", "devices", "servicePrincipals"), bind=True,
                   rules=(_writable, _member), effects=(links.inherit_licences,)),
        References("owners", ("users", "servicePrincipals"), bind=True,
                   rules=(_writable, _owner)),
    ),
)  # fmt: skip
