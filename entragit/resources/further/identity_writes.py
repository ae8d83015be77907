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

PROFILE = Writes(
    signed_in=("VerifiedId-Profile.ReadWrite.All",), probe=("name",), filtered=False, weakens=weakening.recovery
)
