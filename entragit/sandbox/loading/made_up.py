"""Objects that an export names and doesn't hold, made up from their ids alone, with believable names."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from entragit.sandbox.company import principals, roles, strengths, well_known
from entragit.sandbox.company.build import Build
from entragit.sandbox.company.names import DEPARTMENTS, OFFICES, PROJECTS, PURPOSES, person
from entragit.sandbox.loading import recognise
from entragit.sandbox.loading.references import AGREEMENTS, Need
from entragit.sandbox.store import Object, Tenant

Maker = Callable[[Build, Need], Object]


def _user(build: Build, need: Need) -> Object:
    first, last, account = person(build.rng)
    upn = f"{account}.{need.value[:4]}@{build.tenant.domain}"
    return {
        "displayName": f"{first} {last}", "givenName": first, "surname": last, "userPrincipalName": upn, "mail": upn,
        "mailNickname": upn.split("@")[0], "accountEnabled": True, "userType": "Member",
        "createdDateTime": build.sometime(),
    }  # fmt: skip


def _group(build: Build, need: Need) -> Object:
    name = f"{build.rng.choice(DEPARTMENTS)} {build.rng.choice(PROJECTS)} {build.rng.choice(PURPOSES)}"
    fixed = {"displayName": name, "securityEnabled": True, "mailEnabled": False, "mailNickname": need.value[:10]}
    return fixed | {"createdDateTime": build.sometime(), "renewedDateTime": build.sometime()}


def _principal(build: Build, need: Need) -> Object:
    if need.by == "appId" and need.value in well_known.apps():
        return principals.microsoft(build, need.value)
    app_id = need.value if need.by == "appId" else build.guid()
    name = f"{build.rng.choice(PROJECTS)} {build.rng.choice(('Connect', 'Cloud', 'Sync', 'Desk', 'Pay'))}"
    return {
        "appId": app_id, "displayName": name, "appDisplayName": name, "appOwnerOrganizationId": build.guid(),
        "accountEnabled": True, "servicePrincipalType": "Application", "signInAudience": "AzureADMultipleOrgs",
        "servicePrincipalNames": [app_id],
    }  # fmt: skip


def _role(build: Build, need: Need) -> Object:
    if need.value in well_known.roles():
        return roles.built_in_role(need.value)
    return {
        "displayName": f"{build.rng.choice(DEPARTMENTS)} Support", "templateId": need.value, "isBuiltIn": False,
        "isEnabled": True, "resourceScopes": ["/"],
    }  # fmt: skip


def _strength(build: Build, need: Need) -> Object:
    if need.value in strengths.BUILT_IN:
        return strengths.built_in_strength(need.value)
    return {
        "displayName": f"{build.rng.choice(PROJECTS)} keys", "policyType": "custom", "requirementsSatisfied": "mfa",
        "allowedCombinations": ["fido2"], "createdDateTime": build.sometime(), "modifiedDateTime": build.moment(30),
        "combinationConfigurations": [],
    }  # fmt: skip


def _location(build: Build, need: Need) -> Object:
    city = build.rng.choice(OFFICES)[0]
    network = {
        "@odata.type": "#microsoft.graph.iPv4CidrRange",
        "cidrAddress": f"198.51.100.{build.rng.randrange(256)}/32",
    }
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": f"Office {city}", "isTrusted": False,
        "ipRanges": [network], "createdDateTime": build.sometime(), "modifiedDateTime": build.moment(30),
    }  # fmt: skip


def _application(build: Build, need: Need) -> Object:
    name = f"{build.rng.choice(DEPARTMENTS)} {build.rng.choice(PROJECTS)}"
    return {
        "displayName": name,
        "appId": build.guid(),
        "signInAudience": "AzureADMyOrg",
        "createdDateTime": build.sometime(),
    }


def _sku(build: Build, need: Need) -> Object:
    units = {"enabled": 100, "lockedOut": 0, "suspended": 0, "warning": 0}
    return {
        "id": f"{build.tenant.id}_{need.value}", "skuId": need.value, "skuPartNumber": f"SKU_{need.value[:8].upper()}",
        "appliesTo": "User", "capabilityStatus": "Enabled", "consumedUnits": 0, "prepaidUnits": units,
    }  # fmt: skip


def _plainly(template: str) -> Maker:
    return lambda build, need: {"displayName": template.format(build.rng.choice(PROJECTS))}


MAKERS: Mapping[str, Maker] = {
    "users": _user,
    "groups": _group,
    "servicePrincipals": _principal,
    "applications": _application,
    "subscribedSkus": _sku,
    f"{recognise.ROLES}/roleDefinitions": _role,
    recognise.STRENGTHS: _strength,
    recognise.LOCATIONS: _location,
    recognise.CONTEXTS: lambda build, need: {"displayName": f"Step up {need.value}", "isAvailable": True},
    "directory/administrativeUnits": _plainly("Unit {}"),
    "groupSettingTemplates": _plainly("Template {}"),
    AGREEMENTS: _plainly("Terms of use {}"),
}


def make(tenant: Tenant, need: Need) -> Object:
    """Make up and store the object that is needed; the same id makes the same object in any order."""
    build = Build(tenant, random.Random(f"{need.path}/{need.value}"), 0)
    body = MAKERS[need.path](build, need)
    if need.by == "id":
        body["id"] = need.value
    return build.add(need.path, body)
