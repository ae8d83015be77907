"""Why an operation failed, in a sentence that a person can act on."""

from __future__ import annotations

from entragit.errors import GraphError
from entragit.graph.client import is_denied
from entragit.plan import Change, Operation
from entragit.resources.base import ResourceType
from entragit.shapes import kind_of
from entragit.shapes.writing import CAST


def why(change: Change, operation: Operation, error: GraphError, permissions: frozenset[str] | None) -> str:
    """What Graph said; of a refusal, the permission or role that is missing. `permissions`: the token's, if known."""
    said = f"{error.status or 'no answer'} {error.code}: {error.detail}".rstrip(".")
    if not is_denied(error):
        return said
    return f"{said}; {_missing(_needed(kind_of(change), operation), permissions)}"


def _needed(kind: ResourceType, operation: Operation) -> tuple[str, ...]:
    """The permissions of the operation's kind, or of the derived type whose resource it is about."""
    if kind.cast is None:
        return kind.write
    whole = operation.path.endswith(f"{CAST}{kind.cast.type}")
    if operation.path.endswith("/restore") or (whole and operation.method == "DELETE"):
        return kind.cast.remove
    return kind.cast.write if f"{CAST}{kind.cast.type}" in operation.path.split("/") else kind.write


def _missing(needed: tuple[str, ...], permissions: frozenset[str] | None) -> str:
    lacking = [name for name in needed if permissions is not None and name not in permissions]
    if lacking:
        return f"grant {', '.join(lacking)} and run again"
    # The token has what the catalog knows of: what is left is a role (facts §5: users with privileged roles).
    own = f"has {', '.join(needed)}" if needed and permissions is not None else "may lack a permission"
    return f"the credential {own}; give its service principal an Entra role that may do this, and run again"
