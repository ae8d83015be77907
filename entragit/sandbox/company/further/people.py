"""The made-up company: what hangs below its people, of a few of them."""

from __future__ import annotations

from entragit.sandbox import people
from entragit.sandbox.company.build import Build
from entragit.sandbox.store import Tenant


def equip(tenant: Tenant) -> None:
    """One who must use multifactor authentication, one who must register for it first, and one who needn't."""
    for state, owner in zip(people.STATES, sorted(tenant.objects["users"])[2::-1], strict=False):
        people.require(tenant, owner, state)


def make(build: Build) -> None:
    """The same in the company."""
    equip(build.tenant)
