"""Addresses that several collections share: the request says which of them is meant (facts §5 PIM)."""

from __future__ import annotations

import re
from dataclasses import replace

from entragit.sandbox import branding
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.rules import layout

_ABOUT_A_GROUP = re.compile(r"\bscopeType\s+eq\s+'Group'", re.IGNORECASE)
_OF_A_GROUP = "group_"


def located(ask: Ask) -> Place:
    """The place that a request names; raises ApiError for one that isn't served."""
    place = branding.located(ask)
    own = layout.OF_GROUPS.get(place.path)
    if own is None or not _is_group_s(ask, place):
        return place
    return replace(place, path=own, template=own.lower() + place.template.removeprefix(place.path.lower()))


def _is_group_s(ask: Ask, place: Place) -> bool:
    """Whether it is about what groups have: lists say so in their filter, and ids at their beginning."""
    if place.key:
        return place.key.lower().startswith(_OF_A_GROUP)
    return _ABOUT_A_GROUP.search(ask.query.get("$filter", "")) is not None
