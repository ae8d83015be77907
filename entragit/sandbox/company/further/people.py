"""The made-up company: what hangs below its people, of a few of them."""

from __future__ import annotations

from entragit.sandbox import people, photos, preferences
from entragit.sandbox.company.build import Build
from entragit.sandbox.company.further.branding import JPEG
from entragit.sandbox.store import Tenant


def equip(tenant: Tenant) -> None:
    """One who must use multifactor authentication, one who must register first, one who needn't; methods and photos."""
    for state, owner in zip(people.STATES, sorted(tenant.objects["users"])[2::-1], strict=False):
        people.require(tenant, owner, state)
    for owner in sorted(tenant.objects["users"])[3:5]:
        people.register(tenant, owner, "password")
        for kind, phone in (("mobile", "+31 6 5550 0001"), ("alternateMobile", "+31 6 5550 0002")):
            people.register(tenant, owner, "phone", phoneNumber=phone, phoneType=kind)
        people.register(tenant, owner, "email", emailAddress="ada@recovery.example")
        people.register(
            tenant, owner, "fido2", displayName="Ada's key", model="Key 5", attestationCertificates=["c0ffee"]
        )
        preferences.prefer(tenant, owner, **{preferences.OWN: "sms"})
    for number, owner in enumerate(sorted(tenant.objects["users"])[1:3]):
        photos.put(tenant, owner, JPEG + bytes([number]))
    teams = (key for key, body in sorted(tenant.objects["groups"].items()) if "Unified" in body["groupTypes"])
    photos.put(tenant, next(teams), JPEG + b"team", photos.OF_GROUPS)


def make(build: Build) -> None:
    """The same in the company."""
    equip(build.tenant)
