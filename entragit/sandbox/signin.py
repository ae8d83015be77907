"""Entra's sign-in: applications by their credentials, people by a device code, and the metadata (facts §7).

Errors have Entra's JSON and codes. Times here are real seconds, since the credentials of a client keep real time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from entragit.sandbox import tokens
from entragit.sandbox.assertions import verify
from entragit.sandbox.replies import Reply
from entragit.sandbox.site import Caller, Desk, Site
from entragit.sandbox.store import Client

GRAPH = "https://graph.microsoft.com"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EXPIRED = (
    "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create new keys for your app: "
    "https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
    "https://aka.ms/certCreds."
)
MISMATCH = (
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
    "client secret ID, for a secret added to app '{}'."
)
NO_TENANT = (
    "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
    "Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
)
NO_CLIENT = (
    "Application with identifier '{}' was not found in the directory '{}'. This can happen if the application has not "
    "been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent "
    "your authentication request to the wrong tenant."
)
NO_CREDENTIAL = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
BAD_ASSERTION = (
    "The certificate with identifier used to sign the client assertion is not registered on application, or the "
    "assertion failed signature validation. [{}]"
)
BAD_SCOPE = (
    "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default "
    "suffixed to the resource identifier (application ID URI)."
)


def refusal(status: int, error: str, code: int, message: str) -> Reply:
    """An error of the token endpoint: OAuth's `error` and Entra's AADSTS code."""
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    text = f"AADSTS{code}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
    body = {
        "error": error,
        "error_description": text,
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    return Reply(status, body)


def openid_configuration(site: Site, name: str) -> Reply:
    """GET /{tenant}/v2.0/.well-known/openid-configuration; 400 AADSTS90002 for an unknown tenant."""
    desk = site.desk(name)
    if desk is None:
        return refusal(400, "invalid_tenant", 90002, NO_TENANT.format(name))
    root = f"{site.url}/{desk.tenant.id}"
    return Reply(
        200,
        {
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "issuer": f"{root}/v2.0",
            "response_types_supported": ["code", "id_token", "token"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
    )


def _credential_error(site: Site, desk: Desk, client: Client, form: Mapping[str, str]) -> Reply | None:
    """What is wrong with the credential of a token request, or None."""
    if "client_assertion" in form:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            return refusal(401, "invalid_client", 7000218, NO_CREDENTIAL)
        audience = f"{site.url}/{desk.tenant.id}/oauth2/v2.0/token"
        wrong = verify(
            form["client_assertion"], client, {audience, f"{site.url}/{desk.tenant.domain}/oauth2/v2.0/token"}
        )
        return refusal(401, "invalid_client", 700027, BAD_ASSERTION.format(wrong)) if wrong else None
    if "client_secret" not in form:
        return refusal(401, "invalid_client", 7000218, NO_CREDENTIAL)
    if form["client_secret"] != client.secret:
        return refusal(401, "invalid_client", 7000215, MISMATCH.format(client.id))
    return refusal(401, "invalid_client", 7000222, EXPIRED.format(client.id)) if client.expired else None


def token(site: Site, name: str, form: Mapping[str, str]) -> Reply:
    """POST /{tenant}/oauth2/v2.0/token: an access token, or Entra's error."""
    desk = site.desk(name)
    if desk is None:
        return refusal(400, "invalid_request", 90002, NO_TENANT.format(name))
    granted = form.get("grant_type", "")
    if granted not in ("client_credentials", DEVICE_CODE, "refresh_token"):
        message = f"The app requested an unsupported grant type '{granted}'."
        return refusal(400, "unsupported_grant_type", 70003, message)
    client = desk.tenant.clients.get(form.get("client_id", ""))
    if client is None:
        return refusal(400, "unauthorized_client", 700016, NO_CLIENT.format(form.get("client_id", ""), desk.tenant.id))
    if granted != "client_credentials":
        return _renewed(site, desk, client, form.get("device_code") or form.get("refresh_token", ""))
    if not form.get("scope", "").endswith("/.default"):
        return refusal(400, "invalid_scope", 1002012, BAD_SCOPE.format(form.get("scope", "")))
    return _credential_error(site, desk, client, form) or _issued(site, desk, client)


def device_code(site: Site, name: str, form: Mapping[str, str]) -> Reply:
    """POST /{tenant}/oauth2/v2.0/devicecode: a code that the client's person has entered as soon as it is there."""
    desk = site.desk(name)
    client = desk.tenant.clients.get(form.get("client_id", "")) if desk is not None else None
    if desk is None:
        return refusal(400, "invalid_request", 90002, NO_TENANT.format(name))
    if client is None:
        return refusal(400, "unauthorized_client", 700016, NO_CLIENT.format(form.get("client_id", ""), desk.tenant.id))
    page = f"{site.url}/common/oauth2/deviceauth"
    code = {
        "user_code": "SANDBOX42",
        "device_code": tokens.seal(site.key, {"client": client.id}),
        "verification_uri": page,
        "expires_in": 900,
        "interval": 5,
        "message": f"To sign in, use a web browser to open the page {page} and enter the code SANDBOX42.",
    }
    return Reply(200, code)


def _renewed(site: Site, desk: Desk, client: Client, sealed: str) -> Reply:
    """A person's tokens for a device code or a refresh token; refused where nobody signs in with the client."""
    held = tokens.unseal(site.key, sealed)
    if held is None or held.get("client") != client.id or not client.person:
        return refusal(400, "invalid_grant", 70000, "The provided value for the grant is not valid.")
    own = desk.tenant.objects.get("users", {}).get(client.person)
    if own is None or not own.get("accountEnabled"):
        return refusal(400, "invalid_grant", 50057, "The user account is disabled.")
    return _person(site, desk, client, str(own["userPrincipalName"]))


def _person(site: Site, desk: Desk, client: Client, name: str) -> Reply:
    scopes = " ".join(sorted(client.scopes))
    claims = _claims(desk, client) | {"idtyp": "user", "oid": client.person, "scp": scopes, "upn": name}
    shown = {"sub": client.person, "preferred_username": name, "aud": client.id, "iss": f"{site.url}/v2.0"}
    identity = {key: claims[key] for key in ("iat", "exp", "oid", "tid")} | shown
    more = {
        "scope": scopes,
        "refresh_token": tokens.seal(site.key, {"client": client.id}),
        "id_token": tokens.issue(site.key, identity),
    }
    return _handed_out(site, desk, claims, more)


def _issued(site: Site, desk: Desk, client: Client) -> Reply:
    own = {"idtyp": "app", "oid": client.principal, "roles": sorted(client.permissions)}
    return _handed_out(site, desk, _claims(desk, client) | own, {})


def _claims(desk: Desk, client: Client) -> dict[str, Any]:
    """What the token of an application and that of a person say alike."""
    now = int(time.time())
    return {
        "aud": GRAPH,
        "iss": f"https://sts.windows.net/{desk.tenant.id}/",
        "iat": now,
        "nbf": now,
        "exp": now + desk.tenant.options.token_lifetime,
        "appid": client.id,
        "tid": desk.tenant.id,
        "ver": "1.0",
    }


def _handed_out(site: Site, desk: Desk, claims: dict[str, Any], more: dict[str, Any]) -> Reply:
    seconds = int(desk.tenant.options.token_lifetime)
    access = tokens.issue(site.key, claims)
    body = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": access}
    return Reply(200, {**body, **more})


def caller(site: Site, authorization: str | None) -> Caller | None:
    """Who an Authorization header speaks for, or None for a missing, foreign or expired token."""
    scheme, _, text = (authorization or "").partition(" ")
    claims = tokens.claims(site.key, text) if scheme.lower() == "bearer" else None
    if claims is None or claims["exp"] < time.time():
        return None
    desk = site.desks.get(claims["tid"])
    client = desk.tenant.clients.get(claims["appid"]) if desk is not None else None
    if desk is None or client is None:
        return None
    if "scp" in claims:
        return Caller(desk, client, frozenset(claims["scp"].split()), str(claims["oid"]))
    return Caller(desk, client, frozenset(claims["roles"]))
