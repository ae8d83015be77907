"""The kinds beyond the core, group by group."""

from entragit.resources.further import (
    access,
    applications,
    evidence,
    extensions,
    governance,
    identity,
    provisioning,
    reviews,
    roles,
    trust,
)

MODULES = (access, roles, applications, identity, governance, reviews, evidence, trust, extensions, provisioning)
