"""Devices, administrative units, the organization and its domains (facts §5)."""

from __future__ import annotations

import re

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply, bad_request
from entragit.sandbox.store import Object
from entragit.sandbox.writes import engine, lookup, restricted
from entragit.sandbox.writes.core import CONFLICT, Join, Kind, References, Write, named

DOMAIN = re.compile(r"(?=.{4,48}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


DEVICES = Kind(
    path="devices",
    type="device",
    noun="device",
    patchable=frozenset({"accountEnabled", "extensionAttributes"}),  # facts §5: app-only [K]; the rest is Windows' own
    merges=frozenset({"extensionAttributes"}),
    soft=lambda write: False,
    no_empty=True,
    references=named(References("registeredOwners", ("users",)), References("registeredUsers", ("users",))),
)


def _rule(write: Write) -> None:
    """A dynamic unit has a rule, no other has."""
    unit = write.after
    dynamic = unit.get("membershipType") == "Dynamic"
    if unit.get("membershipType") not in (None, "Assigned", "Dynamic"):
        raise bad_request("Invalid value specified for property 'membershipType' of resource 'AdministrativeUnit'.")
    if (unit.get("membershipRule") is not None) != dynamic:
        raise bad_request("'membershipRule' goes with the membership type 'Dynamic' alone.")
    if unit.get("displayName") is None:
        raise bad_request("A value is required for property 'displayName' of resource 'AdministrativeUnit'.")
    if unit.get("visibility") not in (None, "Public", "HiddenMembership"):
        raise bad_request("Invalid value specified for property 'visibility' of resource 'AdministrativeUnit'.")


def _assigned(join: Join) -> None:
    if join.owner.get("membershipType") == "Dynamic":
        raise bad_request("The members of an administrative unit with dynamic membership can't be added or removed.")


UNITS = Kind(
    path="directory/administrativeUnits",
    type="administrativeUnit",
    noun="administrative unit",
    required=("displayName",),
    create_only=frozenset({"visibility", "isMemberManagementRestricted"}),
    create=(_rule,),
    update=(_rule,),
    gone=(lambda write: restricted.remark(write.tenant, write.id),),
    soft=lambda write: True,
    no_empty=True,
    references=named(
        References("members", ("users", "groups", "devices"), rules=(_assigned,), effects=(restricted.mark,)),
    ),
)  # fmt: skip

ORGANIZATION = Kind(
    path="organization",
    type="organization",
    noun="company information",
    patchable=frozenset({
        "marketingNotificationEmails", "privacyProfile", "securityComplianceNotificationMails",
        "securityComplianceNotificationPhones", "technicalNotificationMails",
    }),
)  # fmt: skip


def _domain_name(write: Write) -> None:
    if not DOMAIN.fullmatch(write.id):
        raise bad_request(f"Invalid domain name '{write.id}'.")
    if write.id in lookup.live(write.tenant, "domains"):
        raise bad_request(CONFLICT)


def _verified(write: Write) -> None:
    """Only verified domains can be changed, and the default one only by making another the default (facts §5)."""
    if not write.before.get("isVerified"):
        raise bad_request("The domain must be verified before it can be changed.")
    if write.before.get("isDefault") and not write.after.get("isDefault"):
        raise bad_request("Make another domain the default one instead.")


def _one_default(write: Write) -> None:
    """Effect: there is one default domain."""
    for name, domain in lookup.live(write.tenant, "domains").items():
        if write.after.get("isDefault") and name != write.id and domain.get("isDefault"):
            domain["isDefault"] = False
            write.tenant.touch("domains", name)


def _unreferenced(write: Write) -> None:
    """A domain that is the first, the default, or in use can't be deleted (facts §5)."""
    end = f"@{write.id}".lower()
    users = lookup.live(write.tenant, "users").values()
    used = any(str(user.get("userPrincipalName", "")).lower().endswith(end) for user in users)
    apps = lookup.live(write.tenant, "applications").values()
    used = used or any(f"//{write.id}/" in f"{uri}/" for app in apps for uri in app.get("identifierUris") or [])
    if used or write.before.get("isInitial") or write.before.get("isDefault"):
        raise bad_request("The domain can't be deleted: it is the initial or default domain, or objects refer to it.")


def _domain(write: Write) -> Object:
    return {"id": write.id.lower(), "authenticationType": "Managed", "isAdminManaged": True, "isRoot": True}


DOMAINS = Kind(
    path="domains",
    type="domain",
    noun="domain",
    required=("id",),
    key="id",
    client=frozenset({"id"}),
    create_only=frozenset({"id"}),
    patchable=frozenset({
        "isDefault", "supportedServices", "passwordValidityPeriodInDays", "passwordNotificationWindowInDays",
    }),
    made=_domain,
    create=(_domain_name,),
    update=(_verified,),
    delete=(_unreferenced,),
    effects=(_one_default,),
)  # fmt: skip


def verify(ask: Ask, domain: Object) -> Reply:
    """POST …/verify: no DNS record proves a domain here, so that only verified ones pass (facts §5)."""
    if not domain.get("isVerified"):
        raise bad_request(f"Domain verification failed: the expected record of '{domain['id']}' was not found.")
    return Reply(200, engine.shown(ask, DOMAINS, "domains", domain))
