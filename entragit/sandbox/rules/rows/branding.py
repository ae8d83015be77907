"""Company branding (facts §5; Graph's reference of organizationalBranding and organizationalBrandingLocalization)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Relation, Row

LOCALIZATIONS = "organization/branding/localizations"
"""Served below organization/{id} (`sandbox.branding`), whose id is the tenant's."""
DEFAULT = "0"
"""The id of the branding for every language that has none."""

STREAMS = ("backgroundImage", "bannerLogo", "customCSS", "favicon", "headerLogo", "squareLogo", "squareLogoDark")
_READ = (
    "Organization.Read.All", "Organization.ReadWrite.All",
    "OrganizationalBranding.Read.All", "OrganizationalBranding.ReadWrite.All",
)  # fmt: skip
_WRITE = ("Organization.ReadWrite.All", "OrganizationalBranding.ReadWrite.All")
_ONE = f"{LOCALIZATIONS}/{{id}}"

ROWS: tuple[Row, ...] = (
    Row(
        LOCALIZATIONS,
        "organizationalBrandingLocalization",
        methods="POST PATCH DELETE",
        relations=tuple(Relation(name, "stream", "stream", single=True) for name in STREAMS),
        below=dict.fromkeys(STREAMS, ("PUT", "")),
        # The rows of organization/{id}/branding, of its localizations and of {streamObjectType}.
        permissions={
            f"GET {LOCALIZATIONS}": _READ,
            f"GET {_ONE}": _READ,
            f"POST {LOCALIZATIONS}": _WRITE,
            f"PATCH {_ONE}": _WRITE,
            f"DELETE {_ONE}": _WRITE,
            **{f"GET {_ONE}/{name.lower()}": _READ for name in STREAMS},
            **{f"PUT {_ONE}/{name.lower()}": _WRITE for name in STREAMS},
        },
    ),
)
