"""The kinds beyond the core, group by group."""

from entragit.resources.further import (
    access,
    applications,
    branding,
    delegated,
    evidence,
    extensions,
    flows,
    governance,
    identity,
    provisioning,
    reviews,
    roles,
    trust,
)

MODULES = (
    access, roles, applications, identity, branding, governance, reviews, evidence, trust, extensions, provisioning,
    flows,
    delegated,
)  # fmt: skip
