"""What the made-up company has beside its core, group by group."""

from __future__ import annotations

from entragit.sandbox.company.further import (
    access,
    applications,
    branding,
    delegated,
    extensions,
    flows,
    governance,
    groups,
    identity,
    people,
    provisioning,
    published,
    reviews,
    roles,
    trust,
)

PARTS = (
    access.make,
    roles.make,
    applications.make,
    identity.make,
    branding.make,
    trust.make,
    groups.make,
    extensions.make,
    governance.make,
    reviews.make,
    roles.grant,
    provisioning.make,
    flows.make,
    reviews.report,
    access.organize,
    delegated.make,
    people.make,
    published.make,
)
"""Each needs those before it."""
