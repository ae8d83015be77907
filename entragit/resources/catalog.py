"""The catalog: every kind by name, and what is known of every Graph type that they reach."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from entragit.resources import applications, conditional_access, directory, further, policies, roles
from entragit.resources.base import ResourceType
from entragit.resources.facts import Facts

FORMAT = 2
"""Rises whenever a change of the catalog or the emitter can alter bytes."""

MODULES = (directory, applications, conditional_access, policies, roles, *further.MODULES)

CATALOG: Mapping[str, ResourceType] = MappingProxyType({
    resource_type.kind: resource_type for module in MODULES for resource_type in module.KINDS
})  # fmt: skip
"""Every kind by its name."""

FACTS: Mapping[str, Facts] = MappingProxyType(
    {name: facts for module in MODULES for name, facts in module.FACTS.items()}
    | {resource_type.type: resource_type.facts for resource_type in CATALOG.values()}
)
"""What is known of a Graph type by its name, the kinds' own types included."""

OPTIONS = frozenset(
    f"{kind}/{relation.name}" for kind, own in CATALOG.items() for relation in own.relations if relation.asked
)
"""The relationships that are read only where the settings name them, behind their kinds: "users/photo"."""

ASKED = OPTIONS | {kind for kind, resource_type in CATALOG.items() if resource_type.asked}
"""What is read only where the settings name it: kinds and `OPTIONS`."""

BETA = frozenset(
    {kind for kind, own in CATALOG.items() if own.version == "beta"}
    | {f"{kind}/{one.name}" for kind, own in CATALOG.items() for one in own.relations if one.version == "beta"}
)
"""The kinds and relationships that Graph's beta version alone has."""


def lacking(cloud: str) -> frozenset[str]:
    """The relationships that a cloud ("china") doesn't have, behind their kinds."""
    pairs = ((kind, relation) for kind, own in CATALOG.items() for relation in own.relations if relation.clouds)
    return frozenset(f"{kind}/{relation.name}" for kind, relation in pairs if cloud not in relation.clouds)


ROOTS = frozenset(
    f"{kind}.yaml" if "/" not in kind and resource_type.shape == "singleton" else kind.split("/")[0]
    for kind, resource_type in CATALOG.items()
)
"""What stands at the top level of a tenant repository and is the tenant's: folders, and files of singletons."""
