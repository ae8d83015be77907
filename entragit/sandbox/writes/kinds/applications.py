"""Applications: identifiers, permissions they offer and ask for, keys (facts §5 applications)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from entragit.sandbox.replies import ApiError, bad_request
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object
from entragit.sandbox.writes import lookup, settling, values
from entragit.sandbox.writes.core import Kind, References, Write, named
from entragit.sandbox.writes.kinds import mirror
from entragit.sandbox.writes.kinds.keys import keys_kept, keys_valid
from entragit.sandbox.writes.kinds.users import unique
from entragit.sandbox.writes.sponsors import sponsored

ENABLED = "Permission (scope or role) cannot be deleted or updated unless disabled first."
UNVERIFIED = "Values of identifierUris property must use a verified domain of the organization or its subdomain."
AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")
PERSONAL = AUDIENCES[2:]
MOST_URIS = 50  # facts §4


def offered(app: Object) -> Iterator[Object]:
    """The app roles and delegated scopes that an application offers."""
    yield from app.get("appRoles") or []
    yield from (app.get("api") or {}).get("oauth2PermissionScopes") or []


def _said(item: Object) -> Object:
    """What a client says of an app role or scope; allowedMemberTypes is a set."""
    said: Object = values.bare({name: value for name, value in item.items() if name != "origin"})
    return said | {name: sorted(value) for name, value in said.items() if isinstance(value, list)}


def _disabled_first(write: Write) -> None:
    """An enabled permission can be switched off, and nothing else (facts §5 applications [X], §2)."""
    after = {str(item["id"]): item for item in offered(write.after)}
    for old in offered(write.before):
        new = after.get(str(old["id"]))
        if new is not None and _said(new) == _said(old):
            continue
        off = new is not None and _said(new) == _said(old | {"isEnabled": False})
        on = old.get("isEnabled") or not settling.settled(write.tenant, str(old["id"]))
        if on and not off:
            raise ApiError(400, "CannotDeleteOrUpdateEnabledEntitlement", ENABLED)


def _note_disabled(write: Write) -> None:
    """Effect: what was switched off is seen as off once replication shows it."""
    before = {item["id"]: item for item in offered(write.before)}
    for item in offered(write.after):
        if before.get(item["id"], {}).get("isEnabled") and not item.get("isEnabled"):
            settling.switched_off(write.tenant, str(item["id"]))


def _origin(write: Write) -> None:
    """Effect: the server says where an app role is defined."""
    for role in write.after.get("appRoles") or []:
        role["origin"] = "Application"


def _permissions(write: Write) -> None:
    """Ids are GUIDs and, like values, unique across roles and scopes (facts §5)."""
    found = list(offered(write.after))
    ids = [str(item.get("id")) for item in found]
    if not all(values.is_guid(item) and int(item.replace("-", ""), 16) for item in ids):
        raise bad_request("Each app role and scope needs an 'id' that is a GUID.")
    named_ = [str(item["value"]).casefold() for item in found if item.get("value")]
    if len(set(ids)) < len(ids) or len(set(named_)) < len(named_):
        raise bad_request("It contains duplicate value. The ids and values of app roles and scopes must be unique.")
    if any(" " in value for value in named_):
        raise bad_request("The value of an app role or scope can't hold a blank.")


def _pre_authorized(write: Write) -> None:
    """Pre-authorised applications exist, and are given scopes that this one offers (facts §6)."""
    api = write.after.get("api") or {}
    scopes = {item["id"] for item in api.get("oauth2PermissionScopes") or []}
    if "api" not in write.body and write.before:
        return
    for item in api.get("preAuthorizedApplications") or []:
        if not set(item.get("delegatedPermissionIds") or []) <= scopes:
            raise bad_request("Property PreAuthorizedApplication references a permission that does not exist.")
        known = (next(lookup.matching(write.tenant, path, "appId", item["appId"]), None)
                 for path in ("applications", "servicePrincipals"))  # fmt: skip
        if all(found is None for found in known):
            raise bad_request(f"Property preAuthorizedApplications has an invalid appId '{item['appId']}'.")


def _in_domain(host: str, domains: set[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _identifiers(write: Write) -> None:
    """api://{appId}, or a verified domain's; unique in the tenant (facts §5 applications)."""
    uris: list[str] = write.after.get("identifierUris") or []
    own = {str(write.after.get("appId")).lower(), write.tenant.id.lower()}
    if not write.changes("identifierUris"):
        return
    if len(lookup.folded(uris)) < len(uris) or len(uris) > MOST_URIS:
        raise values.invalid(write.kind, "identifierUris")
    for uri in uris:
        parts = urlsplit(uri)
        host = (parts.hostname or "").lower()
        if not (parts.scheme == "api" and host in own) and not _in_domain(host, lookup.domains(write.tenant)):
            raise bad_request(UNVERIFIED)
    unique(write, "identifierUris")


def _redirects(write: Write) -> None:
    """One redirect URI belongs to one platform (facts §5)."""
    parts = [(write.after.get(name) or {}).get("redirectUris") or [] for name in ("web", "spa", "publicClient")]
    found = [uri for part in parts for uri in part]
    if len(set(found)) < len(found):
        raise bad_request("Property redirectUris is invalid: a URI must not occur twice.")
    settings = [str(item.get("uri")) for item in (write.body.get("web") or {}).get("redirectUriSettings") or []]
    if settings and sorted(settings) != sorted(parts[0]):
        raise bad_request("'redirectUriSettings' and 'redirectUris' of 'web' must name the same URIs.")


def _audience(write: Write) -> None:
    if write.after.get("signInAudience") not in AUDIENCES:
        raise values.invalid(write.kind, "signInAudience")
    version = (write.after.get("api") or {}).get("requestedAccessTokenVersion")
    if write.after["signInAudience"] in PERSONAL and version != 2:
        raise bad_request("Property api.requestedAccessTokenVersion must be 2 for personal accounts.")
    if write.after.get("displayName") is None:
        raise values.invalid(write.kind, "displayName")
    wanted = [item["resourceAppId"] for item in write.after.get("requiredResourceAccess") or []]
    if len(set(wanted)) < len(wanted):
        raise bad_request("Property requiredResourceAccess names a resource twice.")


def _passwords(write: Write) -> None:
    """Passwords come and go by addPassword and removePassword alone (facts §0.9)."""
    if "passwordCredentials" in write.body:
        raise bad_request("Updates to 'passwordCredentials' are not allowed; use addPassword and removePassword.")


def _uri_settings(write: Write) -> None:
    """Effect: each redirect URI of the web platform has its settings."""
    web = write.after.get("web")
    if web and {item["uri"] for item in web.get("redirectUriSettings") or []} != set(web.get("redirectUris") or []):
        web["redirectUriSettings"] = [{"uri": uri, "index": None} for uri in web["redirectUris"]]


def _made(write: Write) -> Object:
    return {"appId": write.tenant.new_id(), "publisherDomain": write.tenant.domain,
            "createdByAppId": write.ask.caller.client.id}  # fmt: skip


def _complex(type_name: str, **values_: object) -> Object:
    return blank(type_name) | values_


DEFAULTS: Object = {
    "signInAudience": "AzureADMyOrg",
    "web": _complex("webApplication", implicitGrantSettings=_complex(
        "implicitGrantSettings", enableAccessTokenIssuance=False, enableIdTokenIssuance=False)),
    "spa": _complex("spaApplication"), "publicClient": _complex("publicClientApplication"),
    "api": _complex("apiApplication"), "info": _complex("informationalUrl"),
    "parentalControlSettings": _complex("parentalControlSettings", legalAgeGroupRule="Allow"),
    "isFallbackPublicClient": False,
}  # fmt: skip


def _logo_kept(write: Write) -> None:
    """Effect: where the logo is, the server says (read-only in informationalUrl)."""
    url = (write.before.get("info") or {}).get("logoUrl")
    if url:
        write.after["info"] = (write.after.get("info") or blank("informationalUrl")) | {"logoUrl": url}


RULES = (_passwords, keys_valid, _permissions, _pre_authorized, _identifiers, _redirects, _audience)

KIND = Kind(
    path="applications",
    type="application",
    noun="application",
    required=("displayName",),
    server=frozenset({"logo"}),
    defaults=DEFAULTS,
    made=_made,
    create=RULES,
    update=(*RULES, _disabled_first),
    effects=(keys_kept, _logo_kept, _origin, _uri_settings, _note_disabled, mirror.update_principal),
    gone=(mirror.remove_principal,),
    soft=lambda write: True,
    no_empty=True,
    upsert="uniqueName",
    references=named(
        References("owners", ("users", "servicePrincipals"), bind=True),
        References("sponsors", ("users", "groups"), rules=(sponsored,)),
    ),
)
