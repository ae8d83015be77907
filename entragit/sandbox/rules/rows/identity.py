"""The directory itself: attributes, branding, certificates, federation, synchronization (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Relation, Row

_PROFILES = "identity/verifiedId/profiles"
_PROFILE_WRITES = ("VerifiedId-Profile.ReadWrite.All",)

ROWS: tuple[Row, ...] = (
    Row(
        "contacts",
        "orgContact",
        listing=Listing(),
        relations=(Relation("manager", "links", single=True), Relation("memberOf", "upward")),
    ),
    Row("schemaExtensions", "schemaExtension", listing=Listing()),  # written by the application that owns it alone
    Row("directory/attributeSets", "attributeSet", methods="POST PATCH", listing=Listing()),
    Row(
        "directory/customSecurityAttributeDefinitions",
        "customSecurityAttributeDefinition",
        methods="POST PATCH",
        listing=Listing(),
        relations=(Relation("allowedValues", "children", "allowedValue"),),
        below={"allowedValues": ("POST", "PATCH")},
    ),
    Row("admin/reportSettings", "adminReportSettings", single=True, methods="PATCH"),
    Row(
        _PROFILES,
        "verifiedIdProfile",
        methods="POST PATCH DELETE",
        signed_in={  # read by applications, written by people (documented for each)
            f"{method} {_PROFILES.lower()}{end}": _PROFILE_WRITES
            for method, end in (("POST", ""), ("PATCH", "/{id}"), ("DELETE", "/{id}"))
        },
        permissions={
            f"{method} {_PROFILES.lower()}{end}": ()
            for method, end in (("POST", ""), ("PATCH", "/{id}"), ("DELETE", "/{id}"))
        },
    ),
)
