"""Rules of writes: company branding (documented with organizationalBranding and its localizations)."""

from __future__ import annotations

import re

from entragit.sandbox import streams
from entragit.sandbox.rules.rows.branding import DEFAULT, LOCALIZATIONS
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.writes.core import CONFLICT, Kind, Write
from entragit.sandbox.writes.shelves import shelf

LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def _language(write: Write) -> None:
    """A culture name, each once; the default branding can't be made by its name."""
    if not LOCALE.fullmatch(write.id):
        raise write.kind.bad(f"Invalid locale id value {write.id}. It must be a valid ISO-639 locale.")
    if any(key.casefold() == write.id.casefold() for key in shelf(write.tenant, write.kind, None)):
        raise write.kind.bad(CONFLICT)


def _with_default(write: Write) -> None:
    """The first branding for a language makes the default one, too."""
    held = shelf(write.tenant, write.kind, None)
    if write.created and DEFAULT not in held:
        held[DEFAULT] = blank(write.kind.type) | {"id": DEFAULT}
        write.tenant.touch(LOCALIZATIONS, DEFAULT, "created")


def _without_images(write: Write) -> None:
    if streams.of(write.tenant, LOCALIZATIONS, write.id):
        raise write.kind.bad("All images must first be removed from the branding.")


def _short(write: Write) -> None:
    """Texts have bounds (documented for each)."""
    bounds = {"signInPageText": 1024, "usernameHintText": 64, "customPrivacyAndCookiesUrl": 128}
    for name, most in bounds.items():
        if len(str(write.after.get(name) or "")) > most:
            raise write.kind.bad(f"'{name}' is longer than {most} characters.")


KINDS = (
    Kind(
        path=LOCALIZATIONS,
        type="organizationalBrandingLocalization",
        noun="company branding",
        required=("id",),
        key="id",
        client=frozenset({"id"}),
        create_only=frozenset({"id"}),
        create=(_language, _short),
        update=(_short,),
        delete=(_without_images,),
        effects=(_with_default,),
    ),
)
CHILDREN: tuple[Kind, ...] = ()
