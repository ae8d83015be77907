"""What of somebody's own Entra asks while people sign in or up (facts §5 customAuthenticationExtensions)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Row

ROWS: tuple[Row, ...] = (
    Row("identity/customAuthenticationExtensions", "customAuthenticationExtension", methods="POST PATCH DELETE"),
)
