"""Distil the sandbox's own copy of Graph's types from `../shared/graph/types.json`.

`python -m entragit.sandbox.rules.distil_types ../shared/graph/types.json` rewrites `types.json` beside this file: the
types of the core collections with every base, every property's type and, below non-directory types, every derived type.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from entragit.sandbox.rules.rows import ROWS, below

NAMESPACE = "microsoft.graph."
ROOTS = (
    "accessPackageQuestion", "accessPackageResourceRole", "accessPackageResourceScope",
    "identityGovernance.task",
    "administrativeUnit", "agreement", "appRoleAssignment", "application", "authenticationCombinationConfiguration",
    "authenticationContextClassReference", "authenticationMethodConfiguration", "authenticationMethodTarget",
    "authenticationMethodsPolicy",
    "authenticationStrengthPolicy", "authorizationPolicy", "certificateBasedAuthConfiguration",
    "conditionalAccessPolicy",
    "delegatedPermissionClassification", "device", "directoryAudit", "directoryDefinition",
    "directoryObject", "directoryRole", "domain",
    "extensionProperty", "federatedIdentityCredential", "group", "groupSetting", "groupSettingTemplate",
    "identitySecurityDefaultsEnforcementPolicy", "internalDomainFederation", "invitation", "namedLocation",
    "oAuth2PermissionGrant",
    "onPremisesExtensionAttributes", "organization", "passkeyProfile", "servicePrincipal", "subscribedSku",
    "unifiedRoleAssignment", "unifiedRoleAssignmentScheduleInstance", "unifiedRoleDefinition", "user",
    *(row.type for row in ROWS),
    *(relation.type for row in ROWS for relation in row.relations),
    *(type_ for row in ROWS for type_ in row.parts.values()),
    *below.TYPES,
)  # fmt: skip
ADDED: Mapping[str, Mapping[str, Any]] = {  # documented, but missing in that metadata (facts §5 devices)
    "device": {"extensionAttributes": {"type": "onPremisesExtensionAttributes"}},
}
# What other tenants' people may (documented for m365CapabilityBase): each type says what, all have the same properties.
CAPABILITIES = (
    "anonymousCalendarSharingFreeBusyDetail", "anonymousCalendarSharingFreeBusyReviewer",
    "anonymousCalendarSharingFreeBusySimple",
    "crossTenantCalendarAvailabilityBasic", "crossTenantCalendarAvailabilityLimitedDetails",
    "crossTenantCalendarSharingFreeBusyDetail", "crossTenantCalendarSharingFreeBusyReviewer",
    "crossTenantCalendarSharingFreeBusySimple", "crossTenantLabelSync", "crossTenantMailTipsAll",
    "crossTenantMailTipsLimited", "crossTenantMigration", "crossTenantOpenProfileCard", "crossTenantPlacesDeskBooking",
    "crossTenantPlacesRoomBooking",
)  # fmt: skip
# Types that the metadata lacks, whole, in the words of the distilled copy; the last two are of beta alone.
BETA: Mapping[str, Mapping[str, Any]] = {
    "groupResource": {
        "kind": "entity",
        "properties": {
            "deletedDateTime": {"type": "Edm.DateTimeOffset", "readOnly": True},
            "id": {"type": "Edm.String", "readOnly": True},
        },
    },
    "authenticationConditionApplication": {
        "kind": "entity",
        "properties": {"appId": {"type": "Edm.String", "nullable": False, "requiredOnCreate": True}},
    },
    # At which stage of a request a policy calls what (documented for customExtensionStageSetting).
    "customExtensionStageSetting": {
        "kind": "entity",
        "base": "entity",
        "properties": {"customExtension": {"type": "customCalloutExtension"}, "stage": {"type": "Edm.String"}},
    },
    # What agents get from their blueprint (documented for inheritablePermission).
    "inheritablePermission": {
        "kind": "entity",
        "properties": {
            "inheritableScopes": {"type": "inheritableScopes", "requiredOnCreate": True},
            "resourceAppId": {"type": "Edm.String", "nullable": False, "requiredOnCreate": True},
        },
    },
    "inheritableScopes": {
        "kind": "complex",
        "abstract": True,
        "derived": ["allAllowedScopes", "enumeratedScopes", "noScopes"],
        "properties": {"kind": {"type": "Edm.String"}},
    },
    "allAllowedScopes": {"kind": "complex", "base": "inheritableScopes"},
    "enumeratedScopes": {
        "kind": "complex",
        "base": "inheritableScopes",
        "properties": {"scopes": {"type": "Edm.String", "collection": True}},
    },
    "noScopes": {"kind": "complex", "base": "inheritableScopes"},
    "userFlowLanguageConfiguration": {
        "kind": "entity",
        "base": "entity",
        "properties": {
            "displayName": {"type": "Edm.String", "readOnly": True},
            "isEnabled": {"type": "Edm.Boolean", "nullable": False},
        },
    },
    "m365CapabilityBase": {
        "kind": "entity",
        "abstract": True,
        "derived": list(CAPABILITIES),
        "properties": {
            "inboundAccess": {"type": "m365CapabilityInboundAccess", "requiredOnCreate": True},
            "lastModifiedDateTime": {"type": "Edm.DateTimeOffset", "readOnly": True},
            "name": {"type": "Edm.String", "readOnly": True},
        },
    },
    **{name: {"kind": "entity", "base": "m365CapabilityBase"} for name in CAPABILITIES},
    "m365CapabilityInboundAccess": {
        "kind": "complex",
        "properties": {
            "isAllowed": {"type": "Edm.Boolean"},
            "resourceScopes": {"type": "m365CapabilityResourceScopes"},
        },
    },
    "m365CapabilityResourceScopes": {
        "kind": "complex",
        "properties": {
            name: {"type": "m365CapabilityResourceScope", "collection": True} for name in ("excluded", "included")
        },
    },
    "m365CapabilityResourceScope": {
        "kind": "complex",
        "properties": {"resourceId": {"type": "Edm.String"}, "resourceType": {"type": "m365ResourceType"}},
    },
    "m365ResourceType": {"kind": "enum", "flags": False, "members": ["none", "group", "user", "unknownFutureValue"]},
    "accessReviewPolicy": {
        "kind": "entity",
        "properties": {
            "description": {"type": "Edm.String", "readOnly": True},
            "displayName": {"type": "Edm.String", "readOnly": True},
            "id": {"type": "Edm.String", "readOnly": True},
            "isGroupOwnerManagementEnabled": {"type": "Edm.Boolean"},
        },
    },
    # Of beta alone (documented for onPremisesPublishing and what it holds).
    "onPremisesPublishing": {
        "kind": "complex",
        "properties": {
            **{
                name: {"type": "Edm.String"}
                for name in (
                    "alternateUrl",
                    "applicationServerTimeout",
                    "externalAuthenticationType",
                    "externalUrl",
                    "internalUrl",
                    "trafficRoutingMethod",
                    "wafProvider",
                )
            },
            **{
                name: {"type": "Edm.Boolean"}
                for name in (
                    "isAccessibleViaZTNAClient",
                    "isBackendCertificateValidationEnabled",
                    "isContinuousAccessEvaluationEnabled",
                    "isDnsResolutionEnabled",
                    "isHttpOnlyCookieEnabled",
                    "isPersistentCookieEnabled",
                    "isSecureCookieEnabled",
                    "isStateSessionEnabled",
                    "isTranslateHostHeaderEnabled",
                    "isTranslateLinksInBodyEnabled",
                    "useAlternateUrlForTranslationAndRedirect",
                )
            },
            "applicationType": {"type": "Edm.String", "readOnly": True},
            "isOnPremPublishingEnabled": {"type": "Edm.Boolean", "readOnly": True},
            "onPremisesApplicationSegments": {"type": "onPremisesApplicationSegment", "collection": True},
            "segmentsConfiguration": {"type": "segmentConfiguration"},
            "singleSignOnSettings": {"type": "onPremisesPublishingSingleSignOn"},
            "verifiedCustomDomainCertificatesMetadata": {
                "type": "verifiedCustomDomainCertificatesMetadata",
                "readOnly": True,
            },
            "verifiedCustomDomainKeyCredential": {"type": "keyCredential"},
            "verifiedCustomDomainPasswordCredential": {"type": "passwordCredential"},
            "wafIpRanges": {"type": "ipRange", "collection": True},
        },
    },
    "onPremisesApplicationSegment": {
        "kind": "complex",
        "properties": {name: {"type": "Edm.String"} for name in ("alternateUrl", "externalUrl", "internalUrl")},
    },
    "onPremisesPublishingSingleSignOn": {
        "kind": "complex",
        "properties": {
            "kerberosSignOnSettings": {"type": "kerberosSignOnSettings"},
            "singleSignOnMode": {"type": "Edm.String"},
        },
    },
    "kerberosSignOnSettings": {
        "kind": "complex",
        "properties": {
            name: {"type": "Edm.String"}
            for name in ("kerberosServicePrincipalName", "kerberosSignOnMappingAttributeType")
        },
    },
    "verifiedCustomDomainCertificatesMetadata": {
        "kind": "complex",
        "properties": {
            **{name: {"type": "Edm.DateTimeOffset"} for name in ("expiryDate", "issueDate")},
            **{name: {"type": "Edm.String"} for name in ("issuerName", "subjectName", "thumbprint")},
        },
    },
    "segmentConfiguration": {
        "kind": "complex",
        "abstract": True,
        "derived": ["ipSegmentConfiguration", "webSegmentConfiguration"],
    },
    "webSegmentConfiguration": {
        "kind": "complex",
        "base": "segmentConfiguration",
        "properties": {"applicationSegments": {"type": "webApplicationSegment", "collection": True}},
    },
    "webApplicationSegment": {
        "kind": "complex",
        "properties": {
            **{name: {"type": "Edm.String"} for name in ("alternateUrl", "externalUrl", "internalUrl")},
            "corsConfigurations": {"type": "corsConfiguration_v2", "collection": True},
            "id": {"type": "Edm.String", "readOnly": True},
        },
    },
    "corsConfiguration_v2": {
        "kind": "complex",
        "properties": {
            **{
                name: {"type": "Edm.String", "collection": True}
                for name in ("allowedHeaders", "allowedMethods", "allowedOrigins")
            },
            "maxAgeInSeconds": {"type": "Edm.Int32"},
            "resource": {"type": "Edm.String"},
        },
    },
    "ipSegmentConfiguration": {
        "kind": "complex",
        "base": "segmentConfiguration",
        "properties": {"applicationSegments": {"type": "ipApplicationSegment", "collection": True}},
    },
    "ipApplicationSegment": {
        "kind": "complex",
        "properties": {
            "application": {"type": "application"},  # expanded by default, as documented
            **{name: {"type": "Edm.String"} for name in ("destinationHost", "destinationType", "protocol")},
            "id": {"type": "Edm.String", "readOnly": True},
            "port": {"type": "Edm.Int32"},
            "ports": {"type": "Edm.String", "collection": True},
        },
    },
    "strongAuthenticationRequirements": {
        "kind": "complex",
        "properties": {"perUserMfaState": {"type": "perUserMfaState"}},
    },
    "signInPreferences": {
        "kind": "complex",
        "properties": {
            "isSystemPreferredAuthenticationMethodEnabled": {"type": "Edm.Boolean"},
            "userPreferredMethodForSecondaryAuthentication": {"type": "userDefaultAuthenticationMethodType"},
        },
    },
    "userDefaultAuthenticationMethodType": {
        "kind": "enum",
        "flags": False,
        "members": ["push", "oath", "voiceMobile", "voiceAlternateMobile", "voiceOffice", "sms", "unknownFutureValue"],
    },
    "perUserMfaState": {
        "kind": "enum",
        "flags": False,
        "members": ["disabled", "enabled", "enforced", "unknownFutureValue"],
    },
    "externalIdentitiesPolicy": {
        "kind": "entity",
        "properties": {
            "allowDeletedIdentitiesDataRemoval": {"type": "Edm.Boolean", "nullable": False},
            "allowExternalIdentitiesToLeave": {"type": "Edm.Boolean", "nullable": False},
            "description": {"type": "Edm.String", "readOnly": True},
            "displayName": {"type": "Edm.String", "readOnly": True},
            "id": {"type": "Edm.String", "readOnly": True},
        },
    },
}
# Abstract by that metadata, and made in the examples of the documentation (of custom workflow extensions).
CONCRETE = frozenset({"customExtensionCallbackConfiguration"})
TOO_WIDE = frozenset({"directoryObject", "entity"})  # their derived types are the whole of Graph
FLAGS = ("readOnly", "immutable", "requiredOnCreate", "requiresSelect", "getOnlySingle", "writeOnly")


def short(name: str) -> str:
    """A type name without Graph's namespace; primitive types keep their "Edm."."""
    return name.removeprefix(NAMESPACE)


def neighbours(name: str, source: Mapping[str, Any]) -> Iterator[str]:
    """The types that the type `name` (short) needs: base, property types, derived types."""
    entry = source[NAMESPACE + name]
    if "base" in entry:
        yield short(entry["base"])
    if name not in TOO_WIDE:
        yield from map(short, entry.get("derived", ()))
    yield from (short(field["type"]) for field in entry.get("properties", {}).values())


def closure(source: Mapping[str, Any]) -> set[str]:
    """Short names of all types that the roots need."""
    found: set[str] = set()
    todo = list(ROOTS)
    while todo:
        name = todo.pop()
        if name not in found and NAMESPACE + name in source:
            found.add(name)
            todo.extend(neighbours(name, source))
    return found


def distilled_property(field: Mapping[str, Any]) -> dict[str, Any]:
    """One property: type, and only the flags that hold."""
    result: dict[str, Any] = {"type": short(field["type"])}
    result.update({flag: True for flag in ("collection", *FLAGS) if field.get(flag)})
    if not field.get("nullable", True):
        result["nullable"] = False
    return result


def distilled_type(entry: Mapping[str, Any], kept: set[str]) -> dict[str, Any]:
    """One type; enum members are a list in declared order."""
    if entry["kind"] == "enum":
        members = sorted(entry["members"], key=entry["members"].__getitem__)
        return {"kind": "enum", "flags": entry["flags"], "members": members}
    result: dict[str, Any] = {"kind": entry["kind"], "abstract": entry.get("abstract", False)}
    if "base" in entry:
        result["base"] = short(entry["base"])
    result["derived"] = sorted({short(name) for name in entry.get("derived", ())} & kept)
    result["properties"] = {name: distilled_property(field) for name, field in entry.get("properties", {}).items()}
    result["navigation"] = {
        name: {"type": short(field["type"]), "collection": field["collection"]}
        for name, field in entry.get("navigation", {}).items()
    }
    return {key: value for key, value in result.items() if value}


def distil(source: Mapping[str, Any]) -> dict[str, Any]:
    """The distilled types by short name, from the "types" of types.json."""
    kept = closure(source)
    types: dict[str, Any] = {name: distilled_type(source[NAMESPACE + name], kept) for name in sorted(kept)}
    types |= BETA
    for name in CONCRETE & types.keys():
        types[name].pop("abstract", None)
    for name, fields in ADDED.items():
        types[name]["properties"] |= fields
    return dict(sorted(types.items()))


def main(path: str) -> None:
    """Read types.json at `path`, write the distilled copy, one type a line."""
    types = distil(json.loads(Path(path).read_text("utf-8"))["types"])
    lines = [f"{json.dumps(name)}: {json.dumps(entry, sort_keys=True)}" for name, entry in types.items()]
    Path(__file__).with_name("types.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
