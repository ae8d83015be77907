"""Whose certificates sign people in (facts §5 organization, branding, CBA)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Relation, Row

ROWS: tuple[Row, ...] = (
    Row(
        "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations",
        "certificateBasedAuthPki",
        methods="POST PATCH DELETE",
        listing=Listing(),
        relations=(Relation("certificateAuthorities", "children", "certificateAuthorityDetail"),),
        below={"certificateAuthorities": ("POST", "PATCH DELETE")},
    ),
)
