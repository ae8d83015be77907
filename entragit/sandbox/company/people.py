"""Users: members, guests, synced and disabled ones, administrators; who manages and who sponsors whom."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.company.names import DEPARTMENTS, NASTY, OFFICES, TITLES, person
from entragit.sandbox.store import Object

SPECIAL = 3  # an administrator and two accounts for emergencies
REPORTS = 7  # people that report to one manager


def _by_name(upn: str) -> Object:
    """The identity that Entra gives everybody who has no other one, as `sandbox.writes` does."""
    return values("objectIdentity", signInType="userPrincipalName", issuer=upn.partition("@")[2], issuerAssignedId=upn)


def _cloud(build: Build, upn: str, name: str) -> Object:
    """What every member has."""
    created = build.sometime()
    return {
        "displayName": name,
        "userPrincipalName": upn,
        "mailNickname": upn.split("@")[0],
        "accountEnabled": True,
        "userType": "Member",
        "usageLocation": "NL",
        "createdDateTime": created,
        "lastPasswordChangeDateTime": created,
        "signInSessionsValidFromDateTime": created,
        "identities": [_by_name(upn)],
        "onPremisesExtensionAttributes": values("onPremisesExtensionAttributes"),
        "passwordPolicies": None,
    }


def _administrators(build: Build) -> None:
    admin = _cloud(build, f"ada.admin@{build.tenant.domain}", "Ada Lovelace (Admin)")
    build.add("users", admin | {"department": "IT", "jobTitle": "Directory Administrator"}, "user:admin")
    for number in (1, 2):
        upn = f"breakglass{number}@{build.known['domain:initial']}"
        body = _cloud(build, upn, f"Break Glass {number}")
        body |= {
            "passwordPolicies": "DisablePasswordExpiration",
            "jobTitle": "Emergency access, keep out of every policy",
        }
        build.add("users", body, f"user:break-glass-{number}")


def _on_premises(build: Build, body: Object, account: str, last: str) -> Object:
    """What the synchronisation of a directory on site adds."""
    anchor = base64.b64encode(uuid.UUID(int=build.rng.getrandbits(128)).bytes).decode()
    site = build.tenant.domain
    return {
        "onPremisesSyncEnabled": True,
        "onPremisesImmutableId": anchor,
        "onPremisesDomainName": f"corp.{site}",
        "onPremisesSamAccountName": account[:20],
        "onPremisesUserPrincipalName": body["userPrincipalName"],
        "onPremisesDistinguishedName": f"CN={last}\\, {account},OU=Staff,DC=corp,DC={site.replace('.', ',DC=')}",
        "onPremisesSecurityIdentifier": f"S-1-5-21-397955417-626881126-188441444-{build.rng.randrange(1000, 999999)}",
        "onPremisesLastSyncDateTime": build.moment(0.02),
        "onPremisesExtensionAttributes": values("onPremisesExtensionAttributes", extensionAttribute1=account),
    }


def _employee(build: Build, number: int, account: str, first: str, last: str) -> Object:
    rng = build.rng
    city, country, code, language = OFFICES[rng.randrange(len(OFFICES))]
    upn = f"{account}@{build.tenant.domain}"
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    body = _cloud(build, upn, f"{first} {last}") | {
        "givenName": first, "surname": last, "mail": upn,
        "proxyAddresses": [f"SMTP:{upn}", f"smtp:{account}@{build.known['domain:initial']}"],
        "department": department, "jobTitle": f"{department} {rng.choice(TITLES)}",
        "companyName": build.known["company"],
        "employeeId": f"E{number:06d}", "employeeType": "Employee" if number % 9 else "Contractor",
        "employeeHireDate": build.sometime(), "city": city, "country": country, "usageLocation": code,
        "preferredLanguage": language, "officeLocation": f"{city} {rng.randrange(1, 9)}.{rng.randrange(10, 99)}",
        "businessPhones": [f"+31 20 555 {number % 10000:04d}"],
    }  # fmt: skip
    if number % 5 == 0:
        body |= {"mobilePhone": f"+31 6 5550 {number % 10000:04d}", "otherMails": [f"{account}@home.example"]}
        body["employeeOrgData"] = values("employeeOrgData", costCenter=f"CC-{number % 40:03d}", division=department)
    if number % 10 < 3:
        body |= _on_premises(build, body, account, last)
    elif number % 25 == 4:
        body["accountEnabled"] = False
    if number % 6 == 0:
        seen = build.sometime(60)
        body["signInActivity"] = values("signInActivity", lastSignInDateTime=seen, lastSignInRequestId=build.guid())
    return body


def _guest(build: Build, number: int, account: str, first: str, last: str) -> Object:
    outside = f"partner{number % 5}.example"
    upn = f"{account}_{outside}#EXT#@{build.known['domain:initial']}"
    accepted = number % 3 > 0
    created = build.sometime(700)
    return {
        "displayName": f"{first} {last} (Partner)", "givenName": first, "surname": last,
        "userPrincipalName": upn,
        "mailNickname": f"{account}_{outside}#EXT#", "mail": f"{account}@{outside}",
        "otherMails": [f"{account}@{outside}"],
        "proxyAddresses": [f"SMTP:{account}@{outside}"], "accountEnabled": True, "userType": "Guest",
        "creationType": "Invitation", "externalUserState": "Accepted" if accepted else "PendingAcceptance",
        "externalUserStateChangeDateTime": created, "createdDateTime": created,
        "companyName": outside.split(".")[0].title(),
        "onPremisesExtensionAttributes": values("onPremisesExtensionAttributes"),
        "identities": [
            values("objectIdentity", signInType="federated", issuer="ExternalAzureAD") if accepted else _by_name(upn)
        ],
    }  # fmt: skip


def _accounts(build: Build) -> Iterator[tuple[str, str, str]]:
    """Endless people, each account name once."""
    used: dict[str, int] = {}
    while True:
        first, last, account = person(build.rng)
        used[account] = used.get(account, 0) + 1
        yield first, last, account if used[account] == 1 else f"{account}{used[account]}"


def _rename(build: Build, people: list[str]) -> None:
    """Give some people hostile display names, one name its twin, and one a twin but for case."""
    users = build.tenant.objects["users"]
    count = min(len(NASTY), len(people) // 4)
    for object_id, name in zip(people[1 :: max(1, len(people) // max(1, count))], nasty(0, count), strict=False):
        users[object_id]["displayName"] = name
    users[people[-1]]["displayName"] = users[people[0]]["displayName"]
    users[people[-2]]["displayName"] = users[people[0]]["displayName"].upper()


def _managers(build: Build, employees: list[str], guests: list[str]) -> None:
    for position, employee in enumerate(employees[1:], 1):
        if position % 20:
            build.link("users/manager", employee, [employees[(position - 1) // REPORTS]])
    for position, guest in enumerate(guests):
        sponsors = build.rng.sample(employees, 1 + position % 5)
        build.link("users/sponsors", guest, sponsors)


def people(build: Build) -> None:
    """All users, `build.users` of them, with managers and sponsors."""
    _administrators(build)
    rest = build.users - SPECIAL
    visitors = max(4, rest // 12)
    accounts = _accounts(build)
    employees: list[str] = []
    guests: list[str] = []
    for number in range(rest):
        first, last, account = next(accounts)
        make, held = (_guest, guests) if number >= rest - visitors else (_employee, employees)
        held.append(build.add("users", make(build, number, account, first, last))["id"])
    _rename(build, employees)
    _managers(build, employees, guests)
    build.known["user:chief"] = employees[0]
