"""Why an operation failed, in a sentence that a person can act on."""

from __future__ import annotations

from entragit.errors import GraphError
from entragit.graph.client import is_denied
from entragit.plan import Operation
from entragit.resources.base import ResourceType
from entragit.resources.catalog import CATALOG


def why(operation: Operation, error: GraphError, permissions: frozenset[str] | None) -> str:
    """What Graph said; of a refusal, the permission or role that is missing. `permissions`: the token's, if known."""
    said = f"{error.status or 'no answer'} {error.code}: {error.detail}".rstrip(".")
    if not is_denied(error):
        return said
    return f"{said}; {_missing(_kind(operation.change), permissions)}"


def _missing(kind: ResourceType | None, permissions: frozenset[str] | None) -> str:
    needed = () if kind is None else kind.write
    lacking = [name for name in needed if permissions is not None and name not in permissions]
    if lacking:
        return f"grant {', '.join(lacking)} and run again"
    # The token has what the catalog knows of: what is left is a role (facts §5: users with privileged roles).
    own = f"has {', '.join(needed)}" if needed and permissions is not None else "may lack a permission"
    return f"the credential {own}; give its service principal an Entra role that may do this, and run again"


def _kind(key: str) -> ResourceType | None:
    """The kind of a change, by its key: kind and id, or an address."""
    return max(
        (kind for name, kind in CATALOG.items() if key == name or key.startswith(f"{name}/")),
        key=lambda kind: len(kind.kind),
        default=None,
    )
