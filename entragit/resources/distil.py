"""Distil `graph.json` from Graph's metadata: the types that the catalog reaches, and what it needs to know of them.

`python -m entragit.resources.distil ../shared/graph/types.json` rewrites `graph.json` beside this file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from entragit.resources.catalog import CATALOG, FACTS
from entragit.resources.metadata import NAMESPACE

FLAGS = ("readOnly", "immutable", "requiredOnCreate", "requiresSelect", "getOnlySingle", "writeOnly")

ADDED: Mapping[str, Mapping[str, Any]] = {
    # Missing in that metadata: facts §5 devices; Graph's reference of the passkey profile.
    "device": {"extensionAttributes": {"type": "onPremisesExtensionAttributes"}},
    "passkeyProfile": {
        "attestationEnforcement": {"type": "Edm.String"},
        "id": {"type": "Edm.String"},
        "keyRestrictions": {"type": "fido2KeyRestrictions"},
        "name": {"type": "Edm.String"},
        "passkeyTypes": {"type": "Edm.String"},
    },
    # Its metadata names it, and hasn't got it.
    "authenticationConditionApplication": {"appId": {"type": "Edm.String", "requiredOnCreate": True}},
    # Of the beta version alone.
    "externalIdentitiesPolicy": {
        "allowDeletedIdentitiesDataRemoval": {"type": "Edm.Boolean", "nullable": False},
        "allowExternalIdentitiesToLeave": {"type": "Edm.Boolean", "nullable": False},
        "description": {"type": "Edm.String", "readOnly": True},
        "displayName": {"type": "Edm.String", "readOnly": True},
        "id": {"type": "Edm.String", "readOnly": True},
    },
    "accessReviewPolicy": {
        "description": {"type": "Edm.String", "readOnly": True},
        "displayName": {"type": "Edm.String", "readOnly": True},
        "id": {"type": "Edm.String", "readOnly": True},
        "isGroupOwnerManagementEnabled": {"type": "Edm.Boolean"},
    },
    # Documented for version 1.0, and missing in that metadata: what partners' people may, what agents get from their
    # blueprint, languages of user flows.
    "m365CapabilityBase": {
        "id": {"type": "Edm.String", "readOnly": True},
        "inboundAccess": {"type": "m365CapabilityInboundAccess", "requiredOnCreate": True},
        "lastModifiedDateTime": {"type": "Edm.DateTimeOffset", "readOnly": True},
        "name": {"type": "Edm.String", "readOnly": True},
    },
    "m365CapabilityInboundAccess": {
        "isAllowed": {"type": "Edm.Boolean"},
        "resourceScopes": {"type": "m365CapabilityResourceScopes"},
    },
    "m365CapabilityResourceScopes": {
        name: {"type": "m365CapabilityResourceScope", "collection": True} for name in ("excluded", "included")
    },
    "m365CapabilityResourceScope": {"resourceId": {"type": "Edm.String"}, "resourceType": {"type": "Edm.String"}},
    "inheritablePermission": {
        "inheritableScopes": {"type": "inheritableScopes", "requiredOnCreate": True},
        "resourceAppId": {"type": "Edm.String", "requiredOnCreate": True},
    },
    "inheritableScopes": {"kind": {"type": "Edm.String"}},
    "enumeratedScopes": {"scopes": {"type": "Edm.String", "collection": True}},
    "userFlowLanguageConfiguration": {
        "displayName": {"type": "Edm.String", "readOnly": True},
        "id": {"type": "Edm.String", "readOnly": True},
        "isEnabled": {"type": "Edm.Boolean"},
    },
    # Of the beta version alone; the metadata lacks the type whole.
    "authentication": {
        "methods": {"type": "authenticationMethodCount", "collection": True},
        "requirements": {"type": "strongAuthenticationRequirements"},
        "signInPreferences": {"type": "signInPreferences"},
    },
    # Our own: all that is kept of authentication methods.
    "authenticationMethodCount": {
        "count": {"type": "Edm.Int32", "nullable": False},
        "method": {"type": "Edm.String", "nullable": False},
    },
    "signInPreferences": {
        "isSystemPreferredAuthenticationMethodEnabled": {"type": "Edm.Boolean"},
        "systemPreferredAuthenticationMethod": {"type": "Edm.String", "readOnly": True},
        "userPreferredMethodForSecondaryAuthentication": {"type": "Edm.String"},
    },
    "strongAuthenticationRequirements": {"perUserMfaState": {"type": "Edm.String"}},
    # Of the beta version alone: how application proxy publishes an application.
    "onPremisesPublishing": {
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
                "isDeviceAccessEnabled",
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
        "onPremisesApplicationSegments": {"type": "Edm.Untyped", "collection": True},
        "segmentsConfiguration": {"type": "segmentConfiguration"},
        "singleSignOnSettings": {"type": "onPremisesPublishingSingleSignOn"},
        "verifiedCustomDomainCertificatesMetadata": {
            "type": "verifiedCustomDomainCertificatesMetadata",
            "readOnly": True,
        },
        # Secrets: whatever comes of them gets no further.
        "verifiedCustomDomainKeyCredential": {"type": "keyCredential", "writeOnly": True},
        "verifiedCustomDomainPasswordCredential": {"type": "passwordCredential", "writeOnly": True},
        "wafAllowedHeaders": {"type": "wafAllowedHeadersDictionary"},
        "wafIpRanges": {"type": "ipRange", "collection": True},
    },
    "onPremisesPublishingSingleSignOn": {
        "kerberosSignOnSettings": {"type": "kerberosSignOnSettings"},
        "singleSignOnMode": {"type": "Edm.String"},
    },
    "kerberosSignOnSettings": {
        "kerberosServicePrincipalName": {"type": "Edm.String"},
        "kerberosSignOnMappingAttributeType": {"type": "Edm.String"},
    },
    "verifiedCustomDomainCertificatesMetadata": {
        "expiryDate": {"type": "Edm.DateTimeOffset"},
        "issueDate": {"type": "Edm.DateTimeOffset"},
        "issuerName": {"type": "Edm.String"},
        "subjectName": {"type": "Edm.String"},
        "thumbprint": {"type": "Edm.String"},
    },
    "segmentConfiguration": {},
    "webSegmentConfiguration": {"applicationSegments": {"type": "webApplicationSegment", "collection": True}},
    "webApplicationSegment": {
        "alternateUrl": {"type": "Edm.String"},
        "corsConfigurations": {"type": "corsConfiguration_v2", "collection": True},
        "externalUrl": {"type": "Edm.String"},
        "id": {"type": "Edm.String", "readOnly": True},
        "internalUrl": {"type": "Edm.String"},
    },
    "corsConfiguration_v2": {
        "allowedHeaders": {"type": "Edm.String", "collection": True},
        "allowedMethods": {"type": "Edm.String", "collection": True},
        "allowedOrigins": {"type": "Edm.String", "collection": True},
        "maxAgeInSeconds": {"type": "Edm.Int32"},
        "resource": {"type": "Edm.String"},
    },
    "ipSegmentConfiguration": {"applicationSegments": {"type": "ipApplicationSegment", "collection": True}},
    "ipApplicationSegment": {
        "destinationHost": {"type": "Edm.String"},
        "destinationType": {"type": "Edm.String"},
        "id": {"type": "Edm.String", "readOnly": True},
        "port": {"type": "Edm.Int32"},
        "ports": {"type": "Edm.String", "collection": True},
        "protocol": {"type": "Edm.String"},
    },
    "wafAllowedHeadersDictionary": {},
    # Our own: whose it is, which Graph says by the path.
    **{
        f"accessPackageAssignment{name}WorkflowExtension": {
            "catalogId": {"type": "Edm.String", "immutable": True, "requiredOnCreate": True, "nullable": False}
        }
        for name in ("", "Request")
    },
    "synchronizationJob": {
        "servicePrincipalId": {"type": "Edm.String", "immutable": True, "requiredOnCreate": True, "nullable": False}
    },
    # Relationships of a value that isn't an entity, so it is read with what they lead to.
    "userFlowApiConnectorConfiguration": {
        name: {"type": "apiConnectorLink"} for name in ("postAttributeCollection", "postFederationSignup")
    },
    # Our own: what `ResourceType.links` leaves of a copy of another resource.
    "apiConnectorLink": {"id": {"type": "Edm.String"}},
    "authenticationStrengthLink": {"id": {"type": "Edm.String"}},
    "accessPackageCatalogLink": {"id": {"type": "Edm.String"}},
    "accessPackageLink": {"id": {"type": "Edm.String"}},
    "assignmentPolicyLink": {"id": {"type": "Edm.String"}},
    "customAuthenticationExtensionLink": {"id": {"type": "Edm.String"}},
    "fraudProtectionProviderLink": {"id": {"type": "Edm.String"}},
    "accessPackageSubjectLink": {"objectId": {"type": "Edm.String"}},
    "customExtensionStageLink": {
        "customExtension": {"type": "workflowExtensionLink"},
        "id": {"type": "Edm.String", "readOnly": True},
        "stage": {"type": "Edm.String"},
    },
    "workflowExtensionLink": {"id": {"type": "Edm.String"}},
}
"""Properties by type that the metadata lacks; a type that it lacks altogether is a complex one."""

RELATED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "crossTenantAccessPolicyConfigurationDefault": {
        "m365Capabilities": {"type": "m365CapabilityBase", "collection": True},
    },
    "crossTenantAccessPolicyConfigurationPartner": {
        "m365Capabilities": {"type": "m365CapabilityBase", "collection": True},
    },
    "application": {"onPremisesPublishing": {"type": "onPremisesPublishing"}},
    "ipApplicationSegment": {"application": {"type": "application"}},
}
"""Relationships by type that the metadata lacks."""

DERIVED: Mapping[str, tuple[str, ...]] = {
    "m365CapabilityBase": (
        "anonymousCalendarSharingFreeBusyDetail", "anonymousCalendarSharingFreeBusyReviewer",
        "anonymousCalendarSharingFreeBusySimple",
        "crossTenantCalendarAvailabilityBasic", "crossTenantCalendarAvailabilityLimitedDetails",
        "crossTenantCalendarSharingFreeBusyDetail", "crossTenantCalendarSharingFreeBusyReviewer",
        "crossTenantCalendarSharingFreeBusySimple", "crossTenantLabelSync", "crossTenantMailTipsAll",
        "crossTenantMailTipsLimited", "crossTenantMigration", "crossTenantOpenProfileCard",
        "crossTenantPlacesDeskBooking", "crossTenantPlacesRoomBooking",
    ),
    "inheritableScopes": ("allAllowedScopes", "enumeratedScopes", "noScopes"),
    "segmentConfiguration": ("ipSegmentConfiguration", "webSegmentConfiguration"),
}  # fmt: skip
"""Types that derive from an added one."""

INLINE: Mapping[str, str] = {
    "authenticationStrength": "authenticationStrengthLink",
    "includeTargets": "",
    "passkeyProfiles": "",
    "accessPackage.catalog": "accessPackageCatalogLink",
    "accessPackageAssignment.accessPackage": "accessPackageLink",
    "accessPackageAssignment.assignmentPolicy": "assignmentPolicyLink",
    "accessPackageAssignment.target": "accessPackageSubjectLink",
    "accessPackageAssignmentPolicy.accessPackage": "accessPackageLink",
    "accessPackageAssignmentPolicy.customExtensionStageSettings": "customExtensionStageLink",
    "accessPackageAssignmentPolicy.questions": "",
    "identityGovernance.workflowBase.tasks": "",
    "synchronizationSchema.directories": "",
    "accessPackageResourceRoleScope.role": "",
    "accessPackageResourceRoleScope.scope": "",
    "fraudProtectionProviderConfiguration.fraudProtectionProvider": "fraudProtectionProviderLink",
    **{
        f"on{name}CustomExtensionHandler.customExtension": "customAuthenticationExtensionLink"
        for name in (
            "AttributeCollectionStart",
            "AttributeCollectionSubmit",
            "OtpSend",
            "PasswordMigration",
            "TokenIssuanceStart",
            "VerifiedIdClaimValidation",
        )
    },
}
"""Relationships in the metadata that Graph sends and takes inside the object, as if they were properties.

Name, of one type or of all → the type to give it; empty for its own.
"""

NO_RESOURCE = frozenset({"whatIfAnalysisResult"})
"""Derived types that no collection of the catalog holds: answers of actions."""


PASSED = ("agreementFile",)
"""Types that only paths of relationships lead through."""


def roots() -> Iterator[str]:
    """The Graph types that the catalog names."""
    yield from PASSED
    for resource_type in CATALOG.values():
        yield resource_type.type
        yield from (relation.type for relation in resource_type.relations if relation.type)
    yield from (name for name in ADDED)
    yield from (row["type"] for rows in ADDED.values() for row in rows.values())


def distil(source: Mapping[str, Any]) -> dict[str, Any]:
    """The distilled types by short name, from the "types" of types.json."""
    table = {_short(name): _type(_short(name), entry) for name, entry in source.items()}
    for name, rows in ADDED.items():
        entry = table.setdefault(name, {"kind": "complex"})
        entry["properties"] = {**entry.get("properties", {}), **rows}
    for name, relations in RELATED.items():
        entry = table.setdefault(name, {"kind": "entity"})
        entry["navigation"] = {**entry.get("navigation", {}), **relations}
    for base, names in DERIVED.items():
        table[base]["derived"] = list(names)
        table |= {name: {"kind": "complex", **table.get(name, {}), "base": base} for name in names}
    kept = _closure(table)
    return {name: _trimmed(table[name], kept) for name in sorted(kept)}


def _closure(table: Mapping[str, Any]) -> set[str]:
    """The types that the catalog's need: their bases, the types of their properties, and what derives from either.

    What else derives from a base alone is no matter of ours: from `entity` derives the whole of Graph.
    """
    whole: set[str] = set()
    bases: set[str] = set()
    todo = [(name, True) for name in roots()]
    while todo:
        name, derived = todo.pop()
        if name not in table or name in whole | NO_RESOURCE or (name in bases and not derived):
            continue
        (whole if derived else bases).add(name)
        entry = table[name]
        todo += [(entry["base"], False)] if "base" in entry else []
        todo += [(other, True) for other in entry.get("derived", ()) if derived]
        todo += [(row["type"], True) for key, row in entry.get("properties", {}).items() if not _noise(name, key)]
    return whole | bases


def _noise(type_name: str, name: str) -> bool:
    return type_name in FACTS and name in FACTS[type_name].noise


def _type(type_name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """One type of the metadata in the words of `graph.json`."""
    if entry["kind"] == "enum":
        return {"kind": "enum", "members": sorted(entry["members"], key=entry["members"].__getitem__)}
    relations = entry.get("navigation", {})
    properties = {name: _property(row) for name, row in entry.get("properties", {}).items()}
    inline = {name: given for name in relations for given in _inline(type_name, name)}
    properties |= {name: _property(relations[name], given) for name, given in inline.items()}
    found = {
        "kind": entry["kind"],
        "base": _short(entry.get("base", "")),
        "derived": [_short(name) for name in entry.get("derived", ())],
        "properties": properties,
        "navigation": {name: _property(row) for name, row in relations.items() if name not in inline},
    }
    return {key: value for key, value in found.items() if value}


def _inline(type_name: str, name: str) -> list[str]:
    """The type to give to a relationship that stands inside the object; none for another."""
    return [INLINE[key] for key in (f"{type_name}.{name}", name) if key in INLINE][:1]


def _trimmed(entry: dict[str, Any], kept: set[str]) -> dict[str, Any]:
    """The type without those derived from it that the table leaves out."""
    derived = sorted({*entry.get("derived", ())} & kept)
    rest = {key: value for key, value in entry.items() if key != "derived"}
    return rest | {"derived": derived} if derived else rest


def _property(row: Mapping[str, Any], type_name: str = "") -> dict[str, Any]:
    result: dict[str, Any] = {"type": type_name or _short(row["type"])}
    result |= {flag: True for flag in ("collection", *FLAGS) if row.get(flag)}
    return result if row.get("nullable", True) else result | {"nullable": False}


def _short(name: str) -> str:
    return name.removeprefix(NAMESPACE)


def main(path: str) -> None:
    """Read types.json at `path`, write `graph.json`, one type a line."""
    table = distil(json.loads(Path(path).read_text("utf-8"))["types"])
    lines = [f"{json.dumps(name)}: {json.dumps(entry, sort_keys=True)}" for name, entry in table.items()]
    Path(__file__).with_name("graph.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{len(table)} types")


if __name__ == "__main__":
    main(sys.argv[1])
