"""Company branding's addresses: below the organization's id, the default branding at one of its own (facts §5)."""

from __future__ import annotations

from entragit.sandbox.access import not_allowed
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place, resolve, unknown_segment
from entragit.sandbox.replies import bad_request, not_found
from entragit.sandbox.rules.rows.branding import DEFAULT, LOCALIZATIONS
from entragit.sandbox.writes.engine import body_of

_NAMES = (DEFAULT, "default")
_ROOT = ("organization", "branding", "localizations")


def located(ask: Ask) -> Place:
    """The place that a request names; raises ApiError for one that isn't served."""
    lowered = [segment.lower() for segment in ask.segments]
    if lowered[:1] == ["organization"] and lowered[2:3] == ["branding"]:
        if lowered[1] != ask.tenant.id:
            raise not_found(ask.segments[1])
        return _localization(ask) if len(lowered) > 3 else _by_language(ask)
    place = resolve(ask.segments)
    if place.path == LOCALIZATIONS:
        raise unknown_segment(ask.segments[1])
    return place


def _by_language(ask: Ask) -> Place:
    """The branding of the language that Accept-Language names, "0" for the default; the header is required."""
    language = ask.headers.get("accept-language", "")
    if not language or "," in language:
        raise bad_request(f"Invalid locale id value {language}. It must be a valid ISO-639 locale.", "BadRequest")
    if ask.method == "DELETE" and body_of(ask).get("id") != DEFAULT:  # documented: only the id is required
        raise bad_request("The id of the default branding is required.", "BadRequest")
    return resolve((*_ROOT, DEFAULT if language in _NAMES else language))


def _localization(ask: Ask) -> Place:
    """Below localizations; the default one is changed and deleted at its own address alone (as documented)."""
    first, *rest = ask.segments[3:]
    if first.lower() != "localizations":
        raise unknown_segment(first)
    if rest and rest[0] in _NAMES:
        rest[0] = DEFAULT
        if len(rest) == 1 and ask.method != "GET":
            raise not_allowed()
    return resolve((*_ROOT, *rest))
