"""What hangs below each user beside the core: how a person signs in (Graph's reference of authentication)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox.rules.row import Relation

BELOW: Mapping[str, tuple[Relation, ...]] = {
    "users": (
        # Update authentication method states, Get authentication method states: of beta alone.
        Relation("requirements", "state", "strongAuthenticationRequirements", single=True, beta=True,
                 at="authentication/requirements"),
    ),
}  # fmt: skip
WRITES: Mapping[str, tuple[str, str]] = {"users/{id}/authentication/requirements": ("PATCH", "")}
TYPES = tuple(relation.type for relations in BELOW.values() for relation in relations)
