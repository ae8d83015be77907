"""The kinds beyond the core, group by group."""

from entragit.resources.further import access, applications, evidence, extensions, identity, roles, trust

MODULES = (access, roles, applications, identity, evidence, trust, extensions)
