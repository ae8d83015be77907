"""How attributes, branding, certificates, federation and synchronization are written (facts §5)."""

from __future__ import annotations

from entragit.resources import weakening
from entragit.resources.writing import Reason, Refusal, Writes

CONTACTS = Reason(
    "contact",
    "Exchange or the on-premises directory decides about contacts; Graph only shows them.",
    "Change the contact in Exchange, or on premises and let it synchronise.",
)
CONTACT = Writes(refused=(Refusal(CONTACTS),))

EXTENSION = Writes(
    refused=(
        Refusal(
            Reason(
                "schema extension",
                "Only the application that owns a schema extension makes, changes or deletes it.",
                "Do it as that application.",
            )
        ),
    ),
)

KEPT = "Graph deletes nothing of custom security attributes, and a name is never free again."
ATTRIBUTE_SET = Writes(
    given=frozenset({"id"}),
    new=(),
    probe=("id",),
    filtered=False,
    refused=(
        Refusal(
            Reason("attribute set", KEPT, "Deactivate its attributes: status: Deprecated."),
            deeds=frozenset({"delete"}),
        ),
    ),
)
VALUE = Reason("allowed value", KEPT, "Deactivate the value: isActive: false.")
ATTRIBUTE = Writes(
    required=frozenset({"attributeSet"}),
    loose=frozenset({"usePreDefinedValuesOnly"}),
    new=(),
    probe=("id",),
    filtered=False,
    refused=(
        Refusal(
            Reason("security attribute", KEPT, "Deactivate it: status: Deprecated."),
            deeds=frozenset({"delete"}),
        ),
        Refusal(
            Reason(
                "any value",
                "An attribute that takes any value can't be limited to the allowed ones.",
                "Make an attribute of another name.",
            ),
            deeds=frozenset({"update"}),
            where={"usePreDefinedValuesOnly": False},
            but=frozenset({"allowedValues", "description", "status"}),
        ),
    ),
)

PROFILE = Writes(
    signed_in=("VerifiedId-Profile.ReadWrite.All",), probe=("name",), filtered=False, weakens=weakening.recovery
)
