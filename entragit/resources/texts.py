"""Strings in which ids stand among other words, and which must follow when the id becomes another one (facts §6)."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "administrativeUnit": frozenset({"membershipRule"}),
    "application": frozenset({"appId", "defaultRedirectUri", "identifierUris", "samlMetadataUrl"}),
    "conditionalAccessFilter": frozenset({"rule"}),
    "crossTenantAccessPolicyTarget": frozenset(
        {"target"}
    ),  # of this tenant in outbound settings, of another in inbound
    "extensionProperty": frozenset({"name"}),  # extension_<appId without dashes>_<name>
    "group": frozenset({"membershipRule"}),
    "publicClientApplication": frozenset({"redirectUris"}),  # msal<appId>://auth
    "redirectUriSettings": frozenset({"uri"}),
    "settingValue": frozenset({"value"}),  # GroupCreationAllowedGroupId
    "servicePrincipal": frozenset({"appId", "loginUrl", "replyUrls", "servicePrincipalNames"}),
    "spaApplication": frozenset({"redirectUris"}),
    "stsPolicy": frozenset({"definition"}),  # claims of extension_<appId without dashes>_<name>
    "unifiedRoleDefinition": frozenset({"templateId"}),
    "webApplication": frozenset({"homePageUrl", "logoutUrl", "redirectUris"}),
}
"""Graph type → its properties (strings, or lists of them) that may hold ids of any resource, with dashes or without."""
