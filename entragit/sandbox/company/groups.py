"""Groups of every sort and who is in them: about ten memberships per user, a few groups with thousands."""

from __future__ import annotations

from collections.abc import Sequence

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.company.names import DEPARTMENTS, OFFICES, PROJECTS, PURPOSES
from entragit.sandbox.store import Object

PER_USER = 10  # memberships
LICENCES = ("group:e5", "group:e3")
# (word, name, from where and to where in the list of employees)
LARGE = (
    ("group:e5", "lic-M365-E5", 0.0, 0.4), ("group:e3", "lic-M365-E3", 0.4, 0.8), ("group:vpn", "VPN Users", 0.5, 0.8),
    ("group:town-square", "Town Square", 0.0, 0.25),
)  # fmt: skip


def _slug(name: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "" for char in name)
    return kept[:40].lower()


def _security(name: str, **more: object) -> Object:
    fixed = {"displayName": name, "securityEnabled": True, "mailEnabled": False}
    return fixed | {"mailNickname": _slug(name) or "group", "groupTypes": []} | more


def _unified(build: Build, name: str, **more: object) -> Object:
    nickname = _slug(name) or "group"
    mail = f"{nickname}@{build.tenant.domain}"
    return {
        "displayName": name, "mailNickname": nickname, "mail": mail, "mailEnabled": True, "securityEnabled": False,
        "groupTypes": ["Unified"], "proxyAddresses": [f"SMTP:{mail}"], "visibility": "Private",
        "resourceBehaviorOptions": ["WelcomeEmailDisabled"], "resourceProvisioningOptions": ["Team"],
        "allowExternalSenders": False, "autoSubscribeNewMembers": False, "hideFromAddressLists": False,
        "hideFromOutlookClients": False,
    } | more  # fmt: skip


def _group(
    build: Build, properties: Object, word: str = "", members: Sequence[str] = (), owners: Sequence[str] = ()
) -> str:
    created = build.sometime()
    body = build.add("groups", {"createdDateTime": created, "renewedDateTime": created} | properties, word)
    if members:
        build.link("groups/members", body["id"], members)
    if owners:
        build.link("groups/owners", body["id"], owners)
    return str(body["id"])


def _dynamic(rule: str) -> Object:
    return {"groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": "On"}


def _protection(build: Build) -> None:
    """Groups that protect, or that give power."""
    known, admin = build.known, build.known["user:admin"]
    accounts = [known["user:break-glass-1"], known["user:break-glass-2"]]
    text = "Emergency accounts. Excluded from every Conditional Access policy; never delete."
    _group(build, _security("CA-BreakGlass-Exclude", description=text), "group:break-glass", accounts, [admin])
    pilot = _security("CA-Pilot", description="First to get new policies.\nAsk the security team.\tThanks.")
    _group(build, pilot, "group:pilot", [admin, known["user:chief"]], [admin])
    for name, word in (("PIM-Helpdesk", "group:helpdesk"), ("PIM-Security-Operations", "group:secops")):
        _group(build, _security(name, isAssignableToRole=True, visibility="Private"), word, [admin], [admin])
    _group(build, _security("M365-Group-Creators"), "group:creators", [known["user:chief"]])


def _everybody(build: Build, employees: list[str], guests: list[str]) -> None:
    """Groups whose members follow from rules, and the large ones."""
    rule = 'user.userType -eq "Member" and user.accountEnabled -eq true'
    users = build.tenant.objects["users"]
    active = [user for user in employees if users[user]["accountEnabled"]]
    _group(build, _security("All Employees", **_dynamic(rule)), "group:employees", active)
    guest_rule = _dynamic('(user.userType -eq "Guest")')
    _group(build, _security("All Guests", **guest_rule), "group:guests", guests)
    sales = [user for user in employees if users[user]["department"] == "Sales"]
    sales_rule = _dynamic('user.department -eq "Sales"') | {"groupTypes": ["Unified", "DynamicMembership"]}
    _group(build, _unified(build, "Sales Community", **sales_rule), "", sales, sales[:2])
    for word, name, start, end in LARGE:
        members = employees[int(start * len(employees)) : int(end * len(employees))]
        body = _unified(build, name) if word == "group:town-square" else _security(name)
        _group(build, body, word, members, employees[:2])


def _shapes(build: Build, employees: list[str]) -> None:
    """One group for each sort that is treated in a way of its own."""
    first = employees[:5]
    hidden = _unified(build, "Redundancy Planning", visibility="HiddenMembership", classification="Secret")
    _group(build, hidden, "group:hidden", first[:3], first[:1])
    mail = f"facilities@{build.tenant.domain}"
    mailed = {"mailEnabled": True, "mail": mail, "proxyAddresses": [f"SMTP:{mail}"]}
    _group(build, _security("Facilities", **mailed), "group:mail-enabled", first)
    news = {"mailEnabled": True, "securityEnabled": False, "mail": f"news@{build.tenant.domain}"}
    _group(build, _security("News", **news), "group:distribution", first)
    synced = {
        "onPremisesSyncEnabled": True, "onPremisesSamAccountName": "GG-Files", "onPremisesNetBiosName": "CORP",
        "onPremisesDomainName": f"corp.{build.tenant.domain}", "onPremisesLastSyncDateTime": build.moment(0.02),
        "onPremisesSecurityIdentifier": "S-1-5-21-397955417-626881126-188441444-5012",
    }  # fmt: skip
    _group(build, _security("GG-Files", **synced), "group:synced", first)
    for count in (2, 3):  # Graph doesn't mind equal names
        _group(
            build,
            _security("Marketing", description=f"Marketing, number {count}"),
            "",
            employees[count : count + count],
        )
    _group(build, _security("Nobody yet"), "group:empty")
    labelled = [values("assignedLabel", labelId=build.guid(), displayName="Confidential")]
    board = _unified(
        build, "Board", visibility="Public", assignedLabels=labelled, expirationDateTime=build.moment(-180)
    )
    _group(build, board, "group:board", first[:3], first[:2])


def _nesting(build: Build, employees: list[str]) -> None:
    """Groups in groups, and two that contain each other."""
    users = build.tenant.objects["users"]
    offices = []
    for city, *_ in OFFICES:
        there = [user for user in employees if users[user]["city"] == city]
        offices.append(_group(build, _security(f"Office {city}"), f"group:office-{city}", there, there[:1]))
    _group(build, _security("All Offices"), "group:offices", offices, employees[:1])
    inner = _group(build, _security("Circle Inner"), "group:circle-inner", employees[:2])
    outer = _group(build, _security("Circle Outer"), "group:circle-outer", [inner, *employees[2:4]])
    build.link("groups/members", inner, [outer])


def _names(build: Build, count: int) -> list[str]:
    hostile = nasty(12, max(6, min(45, count // 4)))
    plain = [
        f"{DEPARTMENTS[number % 8]} {PROJECTS[number // 8 % 22]} {PURPOSES[number // 176 % 10]}"
        + (f" {number // 1760 + 1}" if number >= 1760 else "")
        for number in range(max(0, count - len(hostile)))
    ]
    return hostile + plain


def _teams(build: Build, employees: list[str], guests: list[str]) -> None:
    """Everything else: teams and projects, until there are about ten memberships per user."""
    names = _names(build, max(10, build.users // 7))
    held = sum(map(len, build.tenant.links["groups/members"].values()))
    weights = [min(30.0, build.rng.paretovariate(1.3)) for _ in names]
    per_weight = max(len(names), PER_USER * build.users - held) / sum(weights)
    pool = employees + guests[: len(guests) // 2]
    for name, weight in zip(names, weights, strict=True):
        size = min(len(pool), max(1, round(per_weight * weight)))
        members = build.rng.sample(pool, size)
        body = _unified(build, name) if build.rng.random() < 0.4 else _security(name)
        _group(build, body, "", members, members[: build.rng.randrange(3)])


def groups(build: Build) -> None:
    """All groups with members and owners; needs users. Service principals join later."""
    users = build.all("users")
    employees = [user["id"] for user in users if user["userType"] == "Member" and user["employeeId"]]
    guests = [user["id"] for user in users if user["userType"] == "Guest"]
    _protection(build)
    _everybody(build, employees, guests)
    _shapes(build, employees)
    _nesting(build, employees)
    _teams(build, employees, guests)
