"""What a snapshot is: `snapshot.yaml`, its format, its tenant, and by exception what it does not cover.

It holds no times and no reason that varies from run to run, so that an unchanged tenant makes no commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from entragit import document
from entragit.model import NOT_LICENSED, NOT_READ, NOT_SELECTED, NOT_SIGNED_IN, Body, Coverage, Gap
from entragit.resources.catalog import CATALOG
from entragit.strict import Value, parsed, whole

PATH = "snapshot.yaml"

_FIRST = frozenset({
    "applications",
    "devices",
    "directory/administrativeUnits",
    "domains",
    "groupSettings",
    "groups",
    "identity/conditionalAccess/authenticationContextClassReferences",
    "identity/conditionalAccess/namedLocations",
    "identity/conditionalAccess/policies",
    "oauth2PermissionGrants",
    "organization",
    "policies/authenticationMethodsPolicy",
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
    "policies/authenticationStrengthPolicies",
    "policies/authorizationPolicy",
    "policies/identitySecurityDefaultsEnforcementPolicy",
    "roleManagement/directory/roleAssignments",
    "roleManagement/directory/roleDefinitions",
    "servicePrincipals",
    "users",
})  # fmt: skip

FORMATS: Mapping[int, frozenset[str]] = MappingProxyType({1: _FIRST, 2: frozenset(CATALOG)})
"""Format → the kinds that it knew; never changed once released, so that an old manifest claims no kind of later.

The last one, while it is not released yet, knows what the catalog knows.
"""

NO_FAULT = frozenset({NOT_SELECTED, NOT_LICENSED, NOT_READ, NOT_SIGNED_IN})
"""Reasons that are no failure of the run."""
FAILED = "failed"
NEEDS = "needs the permission "

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The format and the tenant of a snapshot, and what it speaks of."""

    format: int
    tenant_id: str
    coverage: Coverage


def to_body(manifest: Manifest) -> Body:
    """The body of `snapshot.yaml`; equal for equal coverage, whatever went wrong in detail."""
    found = [_entry(gap) for gap in _outermost(manifest)]
    body: Body = {"format": manifest.format, "tenantId": manifest.tenant_id}
    return body | {"notCovered": found} if found else body


def emit(manifest: Manifest) -> bytes:
    """The bytes of `snapshot.yaml`."""
    return document.emit(to_body(manifest), {})


def from_body(body: Body, path: str = PATH) -> Manifest:
    """The manifest that `body` holds. Raises DocumentError, without a line, for anything else or a newer format."""
    return _manifest(parsed(body, path))


def parse(data: bytes, path: str = PATH) -> Manifest:
    """The manifest in `data`. Raises DocumentError, with line and column, for anything else or a newer format."""
    return _manifest(whole(data, path))


def _outermost(manifest: Manifest) -> Iterator[Gap]:
    """The gaps that no other one contains, sorted; a kind that was not read at all is one."""
    coverage, known = manifest.coverage, FORMATS[manifest.format]
    gaps = {(gap.kind, gap.property, gap.id): gap for gap in coverage.gaps}
    gaps |= {(kind, "", ""): Gap(kind) for kind in known - coverage.kinds if (kind, "", "") not in gaps}
    for place, gap in sorted(gaps.items()):
        around = {(gap.kind, "", ""), (gap.kind, gap.property, ""), (gap.kind, "", gap.id)} - {place}
        if gap.kind in known and not around & gaps.keys():
            yield gap


def _entry(gap: Gap) -> dict[str, Any]:
    entry = {"kind": gap.kind, "property": gap.property, "id": gap.id, "reason": _reason(gap)}
    return {name: value for name, value in entry.items() if value}


def _reason(gap: Gap) -> str:
    """The part of a reason that is the same every night; a kind that nobody asked for has none."""
    if gap.reason in NO_FAULT or gap.reason.startswith(NEEDS) or not gap.reason:
        return gap.reason
    return FAILED if gap.failure else NOT_LICENSED


def _manifest(top: Value) -> Manifest:
    fields = top.entries()
    number = fields["format"].integer() if "format" in fields else 0
    if number > max(FORMATS):
        fields["format"].refuse(
            f"this snapshot has format {number}, and this entragit knows formats up to {max(FORMATS)}; update entragit"
        )
    fields = top.record(("format", "tenantId", "notCovered"), required=("format", "tenantId"))
    if number not in FORMATS:
        fields["format"].refuse(f"there is no format {number}; take the file from the last snapshot")
    tenant_id = fields["tenantId"].text(GUID, "the tenant's id, a GUID,").lower()
    entries = fields["notCovered"].elements() if "notCovered" in fields else []
    gaps = frozenset(_gap(entry, FORMATS[number]) for entry in entries)
    missing = {gap.kind for gap in gaps if not gap.property and not gap.id}
    return Manifest(number, tenant_id, Coverage(FORMATS[number] - missing, gaps))


def _gap(entry: Value, known: frozenset[str]) -> Gap:
    fields = entry.record(("kind", "property", "id", "reason"), required=("kind",))
    kind = fields["kind"].word(known, "a kind, which is named by its folder,")
    name, own_id, reason = (fields[key].text() if key in fields else "" for key in ("property", "id", "reason"))
    return Gap(kind, name, own_id, reason, reason not in NO_FAULT)
