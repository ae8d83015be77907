"""The last touches on a successful answer: hidden enum members, and order drawn from the seed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from entragit.sandbox import enums, shuffle
from entragit.sandbox.ask import Ask
from entragit.sandbox.paths import Place
from entragit.sandbox.replies import Reply
from entragit.sandbox.rules import types
from entragit.sandbox.rules.relations import INSIDE


def _type(place: Place) -> str:
    if place.part:
        return INSIDE[place.path].parts[place.part]
    if place.relation is not None:
        return place.relation.type
    return types.COLLECTIONS.get(place.path, "directoryObject")


def _masked(ask: Ask, place: Place, body: dict[str, Any]) -> dict[str, Any]:
    planted, type_name = ask.tenant.options.unknown_enum_members, _type(place)
    if "value" in body and isinstance(body["value"], list):
        return {**body, "value": [enums.masked(item, type_name, planted) for item in body["value"]]}
    masked: dict[str, Any] = enums.masked(body, type_name, planted)
    return masked


def finished(ask: Ask, place: Place, reply: Reply) -> Reply:
    """The reply as this client sees it."""
    body = reply.body
    if not isinstance(body, dict):
        return reply
    headers = dict(reply.headers)
    if ask.prefers(enums.PREFERENCE):
        headers["Preference-Applied"] = enums.PREFERENCE
    else:
        body = _masked(ask, place, body)
    return replace(reply, body=shuffle.mixed(ask, body), headers=headers)
