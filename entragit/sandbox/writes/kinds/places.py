"""What Conditional Access policies name: locations, authentication contexts, authentication strengths (facts §5)."""

from __future__ import annotations

import copy
import ipaddress
import re

from entragit.sandbox.ask import Ask
from entragit.sandbox.replies import Reply
from entragit.sandbox.store import Object
from entragit.sandbox.writes import audits, engine, lookup, settling, values
from entragit.sandbox.writes.core import CONFLICT, Kind, Write
from entragit.sandbox.writes.kinds.conditional_access import CONTEXTS, LOCATIONS, STRENGTHS, naming, requiring

CONTEXT = re.compile(r"c([1-9]|[1-9]\d)")
COUNTRY = re.compile(r"[A-Z]{2}")
MOST, MOST_RANGES = 195, 2000  # facts §4
COMBINATIONS = "allowedCombinations"


def _is_range(item: Object) -> bool:
    version = 6 if "v6" in str(item.get("@odata.type")) else 4
    try:
        if "cidrAddress" in item:
            return ipaddress.ip_network(item["cidrAddress"]).version == version
        ends = ipaddress.ip_address(item["lowerAddress"]), ipaddress.ip_address(item["upperAddress"])
    except ValueError:
        return False
    return ends[0].version == ends[1].version == version


def _location(write: Write) -> None:
    """Real ranges and countries (facts §5 namedLocations)."""
    body = write.after
    if "ip" in body["@odata.type"]:
        ranges = body.get("ipRanges") or []
        if not 0 < len(ranges) <= MOST_RANGES or not all(_is_range(item) for item in ranges):
            raise write.kind.bad("1080: 'ipRanges' must be one to 2000 valid ranges.")
    else:
        codes = body.get("countriesAndRegions") or []
        if not codes or not all(COUNTRY.fullmatch(code) for code in codes):
            raise write.kind.bad("1081: 'countriesAndRegions' must be two-letter codes.")
    if not body.get("displayName"):
        raise values.invalid(write.kind, "displayName")
    if write.created and len(lookup.live(write.tenant, LOCATIONS)) >= MOST:
        raise write.kind.bad(f"1082: The tenant has {MOST} named locations already.")


def _distrusted(write: Write) -> None:
    """Effect: trust taken away is seen once replication shows it."""
    if write.before.get("isTrusted") and not write.after.get("isTrusted"):
        settling.switched_off(write.tenant, write.id)


def _unused_location(write: Write) -> None:
    """Not trusted, and seen as such; in no policy (facts §5 [X], [K])."""
    if write.before.get("isTrusted") or not settling.settled(write.tenant, write.id):
        raise write.kind.bad("1084: A trusted named location can't be deleted.")
    if naming(write.tenant, "locations", "Locations", write.id):
        raise write.kind.bad("1085: The named location is used by a policy.")


LOCATION = Kind(
    path=LOCATIONS,
    type="namedLocation",
    noun="named location",
    required=("displayName",),
    polymorphic=True,
    create=(_location,),
    update=(_location,),
    delete=(_unused_location,),
    effects=(_distrusted,),
)


def _context(write: Write) -> None:
    if not CONTEXT.fullmatch(write.id):
        raise write.kind.bad("The id of an authentication context is c1 to c99.")
    if write.created and write.id in lookup.live(write.tenant, CONTEXTS):
        raise write.kind.bad(CONFLICT)
    if write.after.get("displayName") is None:
        raise values.invalid(write.kind, "displayName")


def _unused_context(write: Write) -> None:
    """Not published, in no policy (documentation of the delete operation)."""
    used = naming(write.tenant, "applications", "AuthenticationContextClassReferences", write.id)
    if write.before.get("isAvailable") or used:
        raise write.kind.bad("An authentication context that is published or used by a policy can't be deleted.")


CONTEXT_KIND = Kind(
    path=CONTEXTS,
    type="authenticationContextClassReference",
    noun="authentication context",
    required=("id", "displayName"),
    key="id",
    client=frozenset({"id"}),
    create_only=frozenset({"id"}),
    create=(_context,),
    update=(_context,),
    delete=(_unused_context,),
    upsert="id",
)


def _custom(write: Write) -> None:
    """Built-in strengths are Microsoft's."""
    if write.before.get("policyType") == "builtIn":
        raise write.kind.bad("A built-in authentication strength can't be changed or deleted.")


def _strength_values(write: Write) -> None:
    if not write.after.get("displayName") or not write.after.get(COMBINATIONS):
        raise write.kind.bad(f"An authentication strength needs 'displayName' and '{COMBINATIONS}'.")
    same = lookup.matching(write.tenant, STRENGTHS, "displayName", write.after["displayName"])
    if write.changes("displayName") and any(item["id"] != write.id for item in same):
        raise write.kind.bad(CONFLICT)


def _unused_strength(write: Write) -> None:
    if requiring(write.tenant, write.id):
        raise write.kind.bad("The authentication strength is used by a Conditional Access policy.")


def _repeat(write: Write) -> None:
    """Effect: policies that ask for the strength show it as it is now."""
    show(write.ask, write.after)


def show(ask: Ask, strength: Object) -> None:
    """Let the policies that ask for a strength show it as it is now."""
    for policy in requiring(ask.tenant, str(strength["id"])):
        policy["grantControls"]["authenticationStrength"] = copy.deepcopy(strength)


def _made(write: Write) -> Object:
    combinations = [item.replace(" ", "") for item in write.after.get(COMBINATIONS) or []]
    made = {"policyType": "custom", "requirementsSatisfied": "mfa", COMBINATIONS: combinations}
    return made | {"combinationConfigurations": []}


STRENGTH = Kind(
    path=STRENGTHS,
    type="authenticationStrengthPolicy",
    noun="authentication strength policy",
    required=("displayName", COMBINATIONS),
    client=frozenset({"requirementsSatisfied"}),
    create_only=frozenset({"requirementsSatisfied"}),
    patchable=frozenset({"displayName", "description"}),
    made=_made,
    create=(_strength_values,),
    update=(_custom, _strength_values),
    delete=(_custom, _unused_strength),
    effects=(_repeat,),
)


def update_combinations(ask: Ask, item: Object) -> Reply:
    """POST …/updateAllowedCombinations: 200 with what is allowed now and what was before."""
    body = engine.body_of(ask)
    _custom(Write(ask, STRENGTH, str(item["id"]), item, body, item))
    if set(body) != {COMBINATIONS} or not body[COMBINATIONS]:
        raise STRENGTH.bad(f"The body must hold '{COMBINATIONS}' alone.")
    values.check(STRENGTH, STRENGTH.type, body)
    before = dict(item)
    item[COMBINATIONS] = [text.replace(" ", "") for text in body[COMBINATIONS]]
    item["modifiedDateTime"] = ask.tenant.stamp()
    ask.tenant.touch(STRENGTHS, str(item["id"]))
    show(ask, item)
    audits.record(ask, f"Update {STRENGTH.noun}", STRENGTHS, before, item)
    references = [policy["id"] for policy in requiring(ask.tenant, str(item["id"]))]
    return engine.plain_reply(ask, "microsoft.graph.updateAllowedCombinationsResult", {
        "currentCombinations": item[COMBINATIONS], "previousCombinations": before[COMBINATIONS],
        "conditionalAccessReferences": references, "additionalInformation": "",
    })  # fmt: skip
