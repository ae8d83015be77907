"""A made-up company as a tenant: every core collection filled, the same for the same seed."""

from __future__ import annotations

import random
import uuid

from entragit.sandbox.company import (
    applications,
    conditional_access,
    devices,
    further,
    grants,
    groups,
    licences,
    methods,
    organization,
    people,
    principals,
    roles,
    strengths,
)
from entragit.sandbox.company.build import TODAY, Build
from entragit.sandbox.company.names import COMPANIES
from entragit.sandbox.store import Tenant

LEAST, MOST = 50, 100_000
# Each part needs those before it.
PARTS = (
    organization.domains,
    organization.organization,
    organization.subscriptions,
    people.people,
    groups.groups,
    licences.licences,
    devices.devices,
    devices.administrative_units,
    applications.applications,
    principals.service_principals,
    grants.grants,
    roles.roles,
    strengths.strengths,
    strengths.contexts,
    strengths.locations,
    conditional_access.policies,
    methods.methods,
    organization.settings,
    organization.single_policies,
    *further.PARTS,
)


def company(users: int = 50, seed: int = 1, *, tenant_id: str | None = None) -> Tenant:
    """A believable company of `users` people (50 to 100,000), as Graph would send it with everything selected.

    The same arguments make the same tenant. Collections grow with the company, and every kind is there at 50 already.
    Raises ValueError for another size.
    """
    if not LEAST <= users <= MOST:
        raise ValueError(f"A company has {LEAST} to {MOST} users, not {users}.")
    rng = random.Random(f"company/{seed}/{users}")
    name = COMPANIES[seed % len(COMPANIES)]
    slug = name.split()[0].lower()
    own_id = tenant_id or str(uuid.UUID(int=rng.getrandbits(128), version=4))
    tenant = Tenant(own_id, f"{slug}.example", seed=seed)
    ticking, tenant.clock = tenant.clock, lambda: TODAY  # what is stamped meanwhile must not tell when that was
    build = Build(tenant, rng, users)
    build.known |= {"company": name, "domain:initial": f"{slug}{seed}.onmicrosoft.com"}
    for part in PARTS:
        part(build)
    tenant.clock = ticking
    tenant.changes.clear()  # the company has always been there, as far as anybody can see
    tenant.created.clear()
    return tenant
