"""Devices with their owners, and administrative units with their members."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.company.names import OFFICES
from entragit.sandbox.store import Object

PER_USER = 0.6
# (operating system, version, trust, manufacturer, model, profile)
SORTS = (
    ("Windows", "10.0.22631.4460", "AzureAd", "Dell Inc.", "Latitude 7440"),
    ("Windows", "10.0.19045.5131", "ServerAd", "LENOVO", "ThinkPad T14"),
    ("iPhone", "18.1", "Workplace", "Apple", "iPhone 15"),
    ("AndroidEnterprise", "14", "Workplace", "samsung", "SM-S921B"),
    ("MacMDM", "15.1", "AzureAd", "Apple", "MacBook Pro"),
)
INTUNE_MDM = "0000000a-0000-0000-c000-000000000000"


def _device(build: Build, number: int) -> Object:
    system, version, trust, maker, model = SORTS[number % len(SORTS)]
    device_id = build.guid()
    managed = number % 4 > 0
    body: Object = {
        "displayName": f"{'LT' if system == 'Windows' else system[:3].upper()}-{number:05d}",
        "deviceId": device_id, "accountEnabled": number % 17 > 0, "operatingSystem": system,
        "operatingSystemVersion": version, "trustType": trust, "manufacturer": maker, "model": model,
        "profileType": "RegisteredDevice", "deviceOwnership": "Company" if managed else "Personal", "deviceVersion": 2,
        "isCompliant": managed and number % 6 > 0, "isManaged": managed, "isRooted": False,
        "managementType": "MDM" if managed else None, "mdmAppId": INTUNE_MDM if managed else None,
        "registrationDateTime": build.sometime(900, 90), "approximateLastSignInDateTime": build.sometime(90),
        "physicalIds": [f"[USER-GID]:{device_id}:6896", f"[GID]:g:{number}"],
        "alternativeSecurityIds": [{"identityProvider": None, "key": "WAA1ADAAOQA6AFMASABBADEALQBUAFAA", "type": 2}],
        "extensionAttributes": values("onPremisesExtensionAttributes"),
    }  # fmt: skip
    if number % 5 == 0:
        body["extensionAttributes"] |= {
            "extensionAttribute1": "privileged-access",
            "extensionAttribute2": f"rack {number}",
        }
    if trust == "ServerAd":
        body |= {"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": build.moment(0.02)}
    return body


def devices(build: Build) -> None:
    """Devices, nearly all of them with an owner and a user; needs users."""
    members = [user["id"] for user in build.all("users") if user["userType"] == "Member"]
    made = [build.add("devices", _device(build, number)) for number in range(int(build.users * PER_USER))]
    for number, device in enumerate(made):
        if number % 13:
            owner = [members[number * 7 % len(members)]]
            build.link("devices/registeredOwners", device["id"], owner)
            build.link("devices/registeredUsers", device["id"], owner)
    for device, name in zip(made[1::3], nasty(18, 5), strict=False):
        device["displayName"] = name


def administrative_units(build: Build) -> None:
    """One unit per office, a restricted, a hidden and a computed one; needs users, groups and devices."""
    path = "directory/administrativeUnits"
    users = build.all("users")
    fixed = {"visibility": "Public", "isMemberManagementRestricted": False, "membershipType": "Assigned"}
    for city, country, code, _ in OFFICES:
        unit = build.add(
            path, fixed | {"displayName": f"{country} ({city})", "description": f"Everybody in {country}."}
        )
        build.known.setdefault("unit", unit["id"])
        build.link(
            f"{path}/members", unit["id"], [user["id"] for user in users if user["usageLocation"] == code][:2000]
        )
        build.link(f"{path}/members", unit["id"], [build.known[f"group:office-{city}"]])
    restricted = build.add(
        path, fixed | {"displayName": "Tier 0", "isMemberManagementRestricted": True}, "unit:restricted"
    )
    guarded = [build.known[word] for word in ("user:break-glass-1", "user:break-glass-2", "group:break-glass")]
    build.link(f"{path}/members", restricted["id"], [*guarded, *(device["id"] for device in build.all("devices")[:3])])
    for guarded_id in guarded:
        build.tenant.objects[build.tenant.kind_of(guarded_id) or ""][guarded_id]["isManagementRestricted"] = True
    build.add(path, fixed | {"displayName": nasty(20, 1)[0], "visibility": "HiddenMembership"})
    rule = {"membershipType": "Dynamic", "membershipRule": '(user.department -eq "Legal")'}
    legal = build.add(path, fixed | rule | {"displayName": "Legal", "membershipRuleProcessingState": "On"})
    build.link(f"{path}/members", legal["id"], [user["id"] for user in users if user["department"] == "Legal"])
