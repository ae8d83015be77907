"""azure-identity's credentials for a connection, and its errors as sentences.

Loads azure-identity: import it only when a connection opens.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    InteractiveBrowserCredential,
    WorkloadIdentityCredential,
)

from entragit.errors import SignInError
from entragit.graph.answers import clean
from entragit.graph.auth import Connection
from entragit.graph.tokens import Token, Unreachable

Prompt = Callable[[str], None]
"""Told the sentence that a person must read to sign in with a device code."""

_TIMEOUT = 30
_GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"  # Microsoft Graph Command Line Tools, where no client id is set

# Entra's own codes (facts §7; https://login.microsoftonline.com/error), and what a person should do.
_SENTENCES = {
    "7000215": "the secret in AZURE_CLIENT_SECRET is not one of the application {client}; "
    "set the secret's value, not its id",
    "7000222": "the secret of the application {client} has expired; "
    "make a new one in Entra and set AZURE_CLIENT_SECRET to its value",
    "700016": "the tenant {tenant} has no application {client}; check AZURE_CLIENT_ID and the tenant id",
    "90002": "{authority} knows no tenant {tenant}; check the tenant id and the cloud",
    "900023": "{tenant} is neither the id nor a domain of a tenant; check the tenant id",
    "700027": "the certificate in AZURE_CLIENT_CERTIFICATE_PATH is not one of the application {client}; "
    "add it there or set another",
    "700024": "the federated token in AZURE_FEDERATED_TOKEN_FILE is outside its time; get a new one",
    "700213": "the application {client} has no federated credential for this token's subject; add one in Entra",
}
Result = TypeVar("Result")
_CODE = re.compile(r"AADSTS(\d+)")
_TRACE = re.compile(r"\s+Trace ID:.*", re.S)

# They log what is raised anyway; without a handler Python would print it beside our sentence.
for _name in ("azure", "msal"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


class AzureSource:
    """A `tokens.Source` that asks azure-identity."""

    def __init__(self, connection: Connection, prompt: Prompt) -> None:
        self._connection, self._prompt = connection, prompt
        self._credential = _guarded(connection, lambda: credential(connection, prompt))

    def fetch(self, claims: str | None, *, anew: bool) -> Token:
        """A token for the connection's scope; see `tokens.Source`.

        Anew, an application signs in from scratch: azure-identity has no other way past its cache. A person isn't
        asked again; the cached refresh token serves.
        """
        if anew and not self._connection.sign_in:
            self.close()
            self._credential = _guarded(self._connection, lambda: credential(self._connection, self._prompt))
        return _guarded(self._connection, lambda: self._ask(claims))

    def _ask(self, claims: str | None) -> Token:
        found = self._credential.get_token(self._connection.scope, claims=claims, enable_cae=True)
        return Token(found.token, float(found.expires_on))

    def close(self) -> None:
        """Close the credential's HTTP session."""
        self._credential.close()  # type: ignore[attr-defined]  # all five have it, the protocol doesn't say so


def credential(connection: Connection, prompt: Prompt) -> TokenCredential:
    """The credential that the connection names: a person, then a secret, a certificate, a federated token."""
    tenant, client = connection.sign_in_tenant or connection.tenant_id, connection.client_id
    options = _options(connection)
    if connection.sign_in:
        return _person(connection, prompt, options)
    if connection.client_secret:
        return ClientSecretCredential(tenant, client, connection.client_secret, **options)
    if connection.certificate_path:
        password = connection.certificate_password or None
        return CertificateCredential(tenant, client, connection.certificate_path, password=password, **options)
    path = connection.federated_token_file
    return WorkloadIdentityCredential(tenant_id=tenant, client_id=client, token_file_path=path, **options)


def _options(connection: Connection) -> dict[str, Any]:
    """What every credential is made with. azure-identity's own retries are off: `tokens` has the one policy."""
    options: dict[str, Any] = {
        "authority": connection.authority_root,
        "disable_instance_discovery": not connection.known_authority,
        "retry_total": 0,
        "connection_timeout": _TIMEOUT,
        "read_timeout": _TIMEOUT,
    }
    if connection.sign_in_ca_file:
        options["connection_verify"] = connection.sign_in_ca_file
    return options


def _person(connection: Connection, prompt: Prompt, options: dict[str, Any]) -> TokenCredential:
    tenant, client = connection.sign_in_tenant or connection.tenant_id, connection.client_id or _GRAPH_TOOLS
    if connection.sign_in == "browser":
        return InteractiveBrowserCredential(tenant_id=tenant, client_id=client, **options)

    def show(url: str, code: str, ends: datetime) -> None:
        prompt(f"to sign in, open {url} and enter {code} before {ends:%H:%M} UTC")

    return DeviceCodeCredential(client, tenant_id=tenant, prompt_callback=show, **options)


def _guarded(connection: Connection, ask: Callable[[], Result]) -> Result:
    """Run `ask`, its errors as SignInError.

    They are not chained: azure-identity's carry the request, and with it the secret.
    """
    try:
        return ask()
    except AzureError as error:
        raise _explained(connection, error) from None
    except (OSError, ValueError) as error:
        raise SignInError(f"{_place(connection)} can't be used: {clean(str(error))}; correct or replace it") from None


def _place(connection: Connection) -> str:
    """Which variable the credential came from."""
    if connection.client_secret:
        return "AZURE_CLIENT_SECRET"
    return "AZURE_CLIENT_CERTIFICATE_PATH" if connection.certificate_path else "AZURE_FEDERATED_TOKEN_FILE"


def _explained(connection: Connection, error: AzureError) -> SignInError:
    root, said = connection.authority_root, str(error)
    values = {
        "authority": root,
        "tenant": connection.sign_in_tenant or connection.tenant_id,
        "client": connection.client_id,
    }
    found = _CODE.search(said)
    if found and found[1] in _SENTENCES:
        return SignInError(f"{_SENTENCES[found[1]].format(**values)} (AADSTS{found[1]})")
    if "Unable to get authority configuration" in said:  # what msal makes of an unknown tenant
        return SignInError(_SENTENCES["90002"].format(**values))
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return SignInError(f"the certificate of {root} is not trusted; set REQUESTS_CA_BUNDLE to its CA's PEM file")
    cause = error.__cause__ if isinstance(error, ClientAuthenticationError) and error.__cause__ else error
    if isinstance(cause, OSError | ValueError):
        return SignInError(f"{_place(connection)} can't be used: {clean(str(cause))}; correct or replace it")
    if _is_passing(cause, found[1] if found else ""):
        return Unreachable(
            f"{root} can't be reached or is out of order: {clean(_last_words(cause))}; "
            "check the network and the proxy, or run again later"
        )
    words = clean(_TRACE.sub("", said.removeprefix("Authentication failed: "))).rstrip(".")
    return SignInError(f"{root} refused the sign-in: {words}; check the credential")


def _is_passing(error: BaseException, code: str) -> bool:
    """Whether the authority gave no decision: no answer, throttled, its own failure, or AADSTS90033, a transient one.

    Of an answer that is no OAuth error msal keeps nothing at all, not even its status: "None".
    """
    if code:
        return code == "90033"
    if isinstance(error, HttpResponseError):
        status = error.status_code
        return str(error).endswith(": None") if status is None else status == 429 or status >= 500
    return True


def _last_words(error: BaseException) -> str:
    """The innermost cause, which is the readable one."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
