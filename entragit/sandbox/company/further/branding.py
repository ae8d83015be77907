"""The made-up company: what its people see when they sign in."""

from __future__ import annotations

import struct
import zlib

from entragit.sandbox import streams
from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.rules.rows.branding import LOCALIZATIONS
from entragit.sandbox.store import Object

SHEET = b".ext-sign-in-box {\n  background: url('javascript:alert(1)');\n}\n/* </style><script>alert(1)</script> */\n"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
ICON = b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0"


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour, the same bytes each time."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes(colour) * width) * height
    # Stored, not compressed, so that no version of zlib makes other bytes.
    packed = zlib.compress(rows, 0)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def make(build: Build) -> None:
    """The default with everything, one for a language with a logo of its own, and one with texts alone."""
    default = build.add(LOCALIZATIONS, {
        "id": "0", "backgroundColor": "#00538A", "headerBackgroundColor": "#FFFFFF",
        "signInPageText": nasty(2, 1)[0], "usernameHintText": f"you@{build.tenant.domain}",
        "customForgotMyPasswordText": "Forgot it?", "customPrivacyAndCookiesText": "Privacy",
        "customPrivacyAndCookiesUrl": f"https://www.{build.tenant.domain}/privacy",
        "customTermsOfUseText": "Terms", "customTermsOfUseUrl": f"https://www.{build.tenant.domain}/terms",
        "customAccountResetCredentialsUrl": f"https://reset.{build.tenant.domain}",
        "customCannotAccessYourAccountText": "No access?",
        "customCannotAccessYourAccountUrl": f"https://help.{build.tenant.domain}",
        "customResetItNowText": "Reset it",
        "contentCustomization": values(
            "contentCustomization", attributeCollection=[{"key": "AttributeCollection_Title", "value": "Tell us"}],
            registrationCampaign=[{"key": "RegistrationCampaign_Title", "value": "Keep safe"}],
        ),
        "loginPageLayoutConfiguration": values(
            "loginPageLayoutConfiguration", isFooterShown=True, isHeaderShown=True, layoutTemplateType="verticalSplit"
        ),
        "loginPageTextVisibilitySettings": values("loginPageTextVisibilitySettings", hideTermsOfUse=False),
    })  # fmt: skip
    french = build.add(LOCALIZATIONS, {"id": "fr-FR", "signInPageText": "Bienvenue", "usernameHintText": " "})
    build.add(LOCALIZATIONS, {"id": "de", "signInPageText": ""})
    for owner, name, type_, data in _pictures(default, french):
        streams.put(build.tenant, LOCALIZATIONS, owner, name, type_, data)


def _pictures(default: Object, french: Object) -> tuple[tuple[Object, str, str, bytes], ...]:
    return (
        (default, "backgroundImage", "image/jpeg", JPEG),
        (default, "bannerLogo", "image/png", png(24, 4, (0, 83, 138))),
        (default, "customCSS", "text/css", SHEET),
        (default, "favicon", "image/x-icon", ICON),
        (default, "headerLogo", "image/png", png(24, 4, (255, 255, 255))),
        (default, "squareLogo", "image/png", png(4, 4, (0, 83, 138))),
        (default, "squareLogoDark", "image/png", png(4, 4, (9, 9, 9))),
        (french, "bannerLogo", "image/png", png(24, 4, (0, 38, 84))),
    )
