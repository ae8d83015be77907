"""Users: what a new one needs, who may change what, what stays with the synchronisation (facts §5 users)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from entragit.sandbox import access
from entragit.sandbox.company.build import security_identifier
from entragit.sandbox.replies import bad_request
from entragit.sandbox.store import Object
from entragit.sandbox.writes import attributes, lookup, roles, values
from entragit.sandbox.writes.core import SYNCED, Join, Kind, References, Write, named, taken

ALL = frozenset({"User.ReadWrite.All", "Directory.ReadWrite.All"})
# Properties with permissions of their own: those that open them (facts §5 users). A new user's password needs none.
OPENED: Mapping[str, frozenset[str]] = {
    "passwordProfile": frozenset({"User-PasswordProfile.ReadWrite.All"}),
    "accountEnabled": ALL | {"User.EnableDisableAccount.All"},
    "businessPhones": ALL | {"User-Phone.ReadWrite.All"},
    "mobilePhone": ALL | {"User-Phone.ReadWrite.All"},
    "otherMails": ALL | {"User-Mail.ReadWrite.All"},
    "identities": frozenset({"User.ManageIdentities.All"}),
    "employeeLeaveDateTime": frozenset({"User-LifeCycleInfo.ReadWrite.All", "LifeCycleInfo.ReadWrite.All"}),
    "customSecurityAttributes": frozenset({"CustomSecAttributeAssignment.ReadWrite.All"}),
}
SENSITIVE = frozenset({"accountEnabled", "businessPhones", "mobilePhone", "otherMails", "passwordProfile",
                       "userPrincipalName", "onPremisesImmutableId"})  # fmt: skip
COUNTRY = re.compile(r"[A-Z]{2}")
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]")
WEAK = (
    "The specified password does not comply with password complexity requirements. Please provide a different password."
)
DOMAIN = (
    "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in "
    "your organization."
)


def _permitted(write: Write) -> None:
    """Each property is opened by one of the token's permissions; a privileged holder's sensitive ones by a role."""
    for name in write.body:
        if not (write.created and name in ("passwordProfile", "identities")):
            access.need(write.ask, *OPENED.get(name, ALL))
    if not write.created and SENSITIVE & write.body.keys():
        roles.guard(write.ask, write.before, *(() if "passwordProfile" in write.body else (roles.USER_ADMINISTRATOR,)))


def _synced(write: Write) -> None:
    """What the synchronisation masters can't be changed here (facts §5 users [K]; option `cloud_side`)."""
    if write.before.get("onPremisesSyncEnabled"):
        mastered = {name for name in write.body if write.changes(name)} - write.tenant.options.cloud_side
        if mastered:
            raise bad_request(SYNCED)


def _password(write: Write) -> None:
    profile = write.body.get("passwordProfile")
    if profile is None:
        return
    password = profile.get("password")
    if write.created and password is None:
        raise bad_request("A value is required for property 'password' of resource 'User'.")
    if password is not None:
        kinds = sum(bool(re.search(sort, password)) for sort in CLASSES)
        if not 8 <= len(password) <= 256 or kinds < 3:
            raise bad_request(WEAK)


def _name(write: Write) -> None:
    """The user principal name stands in a verified domain, and nobody else has it."""
    if not write.changes("userPrincipalName"):
        return
    account, _, domain = str(write.after["userPrincipalName"]).partition("@")
    if not account or domain.lower() not in lookup.domains(write.tenant):
        raise bad_request(DOMAIN)
    unique(write, "userPrincipalName")
    held = lookup.live(write.tenant, "domains").get(domain.lower()) or {}
    if held.get("authenticationType") == "Federated" and not write.after.get("onPremisesImmutableId"):
        raise bad_request("Property onPremisesImmutableId is required for a user in a federated domain.")


def unique(write: Write, name: str) -> None:
    """400 if another live object of the kind has the property's value, or one of its elements."""
    if lookup.shared(write.tenant, write.kind.path, name, {**write.after, "id": write.id}):
        raise taken(name)


def _values(write: Write) -> None:
    for name in ("accountEnabled", "displayName", "mailNickname", "userPrincipalName"):
        if write.after.get(name) is None:
            raise values.invalid(write.kind, name)
    location = write.after.get("usageLocation")
    if write.changes("usageLocation") and location is not None and not COUNTRY.fullmatch(location):
        raise values.invalid(write.kind, "usageLocation")
    if write.after.get("userType") not in (None, "Member", "Guest"):
        raise values.invalid(write.kind, "userType")
    if write.changes("onPremisesImmutableId"):
        unique(write, "onPremisesImmutableId")


def _last_administrator(write: Write) -> None:
    """The last Global Administrator can't be removed (facts §5 roleManagement)."""
    if roles.is_last_administrator(write.tenant, write.id):
        raise bad_request("The last Global Administrator of the tenant can't be removed.")


def _deletable(write: Write) -> None:
    roles.guard(write.ask, write.before, roles.USER_ADMINISTRATOR)
    _last_administrator(write)


def _made(write: Write) -> Object:
    upn = str(write.after["userPrincipalName"])
    made = {
        "securityIdentifier": security_identifier(write.after["id"]),
        "userType": write.after.get("userType") or "Member",
        "signInSessionsValidFromDateTime": write.tenant.stamp(),
    }
    if not write.after.get("identities"):
        domain = upn.partition("@")[2]
        made["identities"] = [{"signInType": "userPrincipalName", "issuer": domain, "issuerAssignedId": upn}]
    return made


def _settle(write: Write) -> None:
    """Effect: a password is never kept; names and addresses follow each other."""
    user = write.after
    for identity in user.get("identities") or []:
        if identity.get("signInType") == "userPrincipalName" and "identities" not in write.body:
            identity["issuerAssignedId"] = user["userPrincipalName"]
    if "passwordProfile" in write.body:
        user["passwordProfile"] = None
        user["lastPasswordChangeDateTime"] = write.tenant.stamp()
    if write.before.get("mail") != user.get("mail"):
        others = [item for item in user.get("proxyAddresses") or [] if not item.startswith("SMTP:")]
        user["proxyAddresses"] = [*([f"SMTP:{user['mail']}"] if user.get("mail") else []), *others]


def _mangle(write: Write) -> None:
    """Effect of a deletion: the name is free for another (facts §1)."""
    held = write.tenant.deleted["users"][write.id]
    held["userPrincipalName"] = write.id.replace("-", "") + str(held["userPrincipalName"])


def _not_self(join: Join) -> None:
    if join.owner["id"] == join.target["id"]:
        raise bad_request("A user can't be its own manager or sponsor.")


KIND = Kind(
    path="users",
    type="user",
    noun="user",
    required=("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"),
    server=frozenset({"deviceEnrollmentLimit", "print", "identityParentId"}),
    create=(_permitted, attributes.later, _password, _values, _name),
    update=(_permitted, _synced, attributes.known, _password, _values, _name),
    delete=(_deletable,),
    effects=(_settle, attributes.merge),
    gone=(_mangle,),
    made=_made,
    soft=lambda write: True,
    no_empty=True,
    merges=frozenset({"onPremisesExtensionAttributes", "customSecurityAttributes", "passwordProfile"}),
    references=named(
        References("manager", ("users",), single=True, bind=True, rules=(_not_self,)),
        References("sponsors", ("users", "groups"), bind=True, rules=(_not_self,)),
    ),
)
