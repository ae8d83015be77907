"""States of company branding: texts by PATCH, images by PUT, the default one at an address of its own."""

from __future__ import annotations

from write_guids import Row

from entragit.model import Body

KIND, ROOT = "organization/branding/localizations", "/organization/{tenant}/branding"
PNG: Body = {"sha256": "a" * 64, "size": 3, "type": "image/png"}
JPEG: Body = {"sha256": "b" * 64, "size": 4, "type": "image/jpeg"}
CSS: Body = {"sha256": "c" * 64, "size": 5, "type": "text/css"}
DEFAULT: Body = {"id": "0", "signInPageText": "Hi", "customCSS": CSS}
FRENCH: Body = {"id": "fr-FR", "signInPageText": "Salut"}
IMAGES = ("backgroundImage", "bannerLogo", "favicon", "headerLogo", "squareLogo", "squareLogoDark")
FULL: Body = FRENCH | dict.fromkeys(IMAGES, PNG)
PUTS = [("PUT", f"{ROOT}/localizations/new/{name}", None) for name in IMAGES]

STATES: list[Row] = [
    ("one for a language is made, then its images", KIND, None, FULL,
     [("POST", f"{ROOT}/localizations", FRENCH), *PUTS]),
    ("an image changes, and a text", KIND, FULL, FULL | {"bannerLogo": JPEG, "signInPageText": "Bonjour"},
     [("PATCH", f"{ROOT}/localizations/{{}}", {"signInPageText": "Bonjour"}),
      ("PUT", f"{ROOT}/localizations/fr-FR/bannerLogo", None)]),
    ("the default is changed at its own address", KIND, DEFAULT, {**DEFAULT, "signInPageText": "Ho", "bannerLogo": PNG},
     [("PATCH", ROOT, {"signInPageText": "Ho"}), ("PUT", f"{ROOT}/localizations/{{}}/bannerLogo", None)]),
    ("nobody makes the default", KIND, None, DEFAULT, []),
    ("nobody takes an image away", KIND, FULL, FRENCH, []),
    ("one with images stays", KIND, FULL, None, []),
    ("one without goes", KIND, FRENCH, None, [("DELETE", f"{ROOT}/localizations/{{}}", None)]),
    ("a default without goes", KIND, {"id": "0", "signInPageText": "Hi"}, None, [("DELETE", ROOT, {"id": "0"})]),
]  # fmt: skip
