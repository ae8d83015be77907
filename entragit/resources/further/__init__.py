"""The kinds beyond the core, group by group."""

from entragit.resources.further import access, applications, evidence, identity

MODULES = (access, applications, identity, evidence)
