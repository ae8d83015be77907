"""What people see when they sign in: company branding, in the default language and in others (facts §5 branding)."""

from __future__ import annotations

from entragit.model import TENANT
from entragit.resources.base import Own, Relation, ResourceType
from entragit.resources.facts import Facts, keyed
from entragit.resources.writing import Reason, Refusal, Writes

BRANDING = f"organization/{TENANT}/branding"
DEFAULT = "0"
LASTING = Reason(
    "image",
    "Graph documents no way to take an image or a style sheet away.",
    "Remove it in the Entra admin center, Company branding.",
)
IMAGES = (
    "backgroundImage", "bannerLogo", "favicon", "headerLogo", "squareLogo", "squareLogoDark",
)  # fmt: skip
STREAMS = (
    *(Relation(name, "stream", lasting=LASTING) for name in IMAGES),
    Relation("customCSS", "stream", media="text/css", lasting=LASTING),
)
WITH_IMAGES = Reason(
    "branding with images",
    "Graph deletes no branding that has images, and documents no way to take them away.",
    "Delete it in the Entra admin center, Company branding.",
)
NO_DEFAULT = Reason(
    "default branding",
    "Graph makes the default branding along with the first one for a language, and not by itself.",
    "Make one for a language, there or by the same plan, and apply again.",
)

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="organization/branding/localizations",
        at=f"{BRANDING}/localizations",
        own=Own(DEFAULT, BRANDING, (("Accept-Language", DEFAULT),)),
        none=True,
        type="organizationalBrandingLocalization",
        read=("OrganizationalBranding.Read.All",),
        write=("OrganizationalBranding.ReadWrite.All",),
        role="Organizational Branding Administrator",
        title="id",  # "fr-FR"; "0" is the default
        unique=True,
        relations=STREAMS,
        writes=Writes(
            given=frozenset({"id"}),
            new=(),
            probe=("id",),
            filtered=False,
            refused=(
                Refusal(NO_DEFAULT, deeds=frozenset({"create"}), where={"id": DEFAULT}),
                Refusal(WITH_IMAGES, deeds=frozenset({"delete"}), having=frozenset(one.name for one in STREAMS)),
            ),
        ),
    ),
)
FACTS: dict[str, Facts] = {
    "contentCustomization": Facts(
        lists={
            name: keyed("key")
            for name in (
                "attributeCollection", "registrationCampaign"
            )
        }
    ),
}  # fmt: skip
