"""Where Graph and the authority of a cloud are, and whose credential to use: data, read from the environment.

The caller hands the environment in; nothing here reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from entragit.errors import SignInError, UsageError

SignIn = Literal["", "browser", "device-code"]


class Cloud(NamedTuple):
    """A national cloud: the root of Graph, without a version, and the authority that signs in for it."""

    graph: str
    authority: str


CLOUDS: Mapping[str, Cloud] = {
    "public": Cloud("https://graph.microsoft.com", "https://login.microsoftonline.com"),
    "usgov": Cloud("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "usgovdod": Cloud("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": Cloud("https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
}


@dataclass(frozen=True)
class Connection:
    """How to reach a tenant.

    `tenant_id`: the tenant that the token must be of. `graph_url` (a root without a version) and `authority` override
    the cloud's. `sign_in_tenant`: the tenant to sign in to ("": `tenant_id`); where they differ the token is refused.
    `ca_file` and `sign_in_ca_file`: PEM files, or folders of them, that Graph's and the authority's certificates are
    checked against ("": the system's). One of secret, certificate and federated token file, or a `sign_in` by a
    person.
    """

    tenant_id: str
    cloud: str = "public"
    graph_url: str = ""
    authority: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    certificate_path: str = ""
    certificate_password: str = field(default="", repr=False)
    federated_token_file: str = ""
    sign_in: SignIn = ""
    sign_in_tenant: str = ""
    ca_file: str = ""
    sign_in_ca_file: str = ""

    @property
    def graph_root(self) -> str:
        """Graph's root URL, without a version and without a slash at its end."""
        return self.graph_url or CLOUDS[self.cloud].graph

    @property
    def authority_root(self) -> str:
        """The authority's root URL, without a slash at its end."""
        return self.authority or CLOUDS[self.cloud].authority

    @property
    def known_authority(self) -> bool:
        """Whether the authority is Microsoft's; instance discovery would fail for any other (facts §7)."""
        return self.authority_root in {cloud.authority for cloud in CLOUDS.values()}

    @property
    def scope(self) -> str:
        """What the token is asked for: the cloud's Graph; the public one's for a Graph of one's own (facts §7)."""
        known = {cloud.graph for cloud in CLOUDS.values()}
        root = self.graph_root if self.graph_root in known else CLOUDS["public"].graph
        return f"{root}/.default"


def connection(environ: Mapping[str, str], tenant_id: str, cloud: str, sign_in: SignIn = "") -> Connection:
    """How to reach the tenant `tenant_id` in `cloud`, with azure-identity's variables out of `environ`.

    Raises UsageError for an unknown cloud or a URL that is not https, SignInError where no credential is set and no
    person signs in.
    """
    if cloud not in CLOUDS:
        raise UsageError(f"there is no cloud {cloud!r}; entragit knows {', '.join(CLOUDS)}")
    found = Connection(
        tenant_id=tenant_id,
        cloud=cloud,
        graph_url=_https(environ, "ENTRAGIT_GRAPH_URL"),
        authority=_https(environ, "AZURE_AUTHORITY_HOST"),
        client_id=environ.get("AZURE_CLIENT_ID", ""),
        client_secret=environ.get("AZURE_CLIENT_SECRET", ""),
        certificate_path=environ.get("AZURE_CLIENT_CERTIFICATE_PATH", ""),
        certificate_password=environ.get("AZURE_CLIENT_CERTIFICATE_PASSWORD", ""),
        federated_token_file=environ.get("AZURE_FEDERATED_TOKEN_FILE", ""),
        sign_in=sign_in,
        sign_in_tenant=environ.get("AZURE_TENANT_ID", "") if _is_guid(tenant_id) else "",
        ca_file=environ.get("SSL_CERT_FILE", "") or environ.get("REQUESTS_CA_BUNDLE", ""),
        sign_in_ca_file=environ.get("REQUESTS_CA_BUNDLE", "") or environ.get("SSL_CERT_FILE", ""),
    )
    _check_credential(found)
    return found


def _https(environ: Mapping[str, str], name: str) -> str:
    """The root URL in a variable, without a slash at its end; "" where it isn't set."""
    value = environ.get(name, "").strip().rstrip("/")
    if not value:
        return ""
    if name == "AZURE_AUTHORITY_HOST" and "://" not in value:  # azure-identity takes a host alone too
        value = f"https://{value}"
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UsageError(f"{name} must be the root of an https server, like {_EXAMPLES[name]}; correct or unset it")
    return value


_EXAMPLES = {name: CLOUDS["public"][i] for i, name in enumerate(("ENTRAGIT_GRAPH_URL", "AZURE_AUTHORITY_HOST"))}


def _check_credential(found: Connection) -> None:
    if found.sign_in:
        return
    if not (found.client_secret or found.certificate_path or found.federated_token_file):
        raise SignInError(
            "no credential is set; set AZURE_CLIENT_ID with AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH "
            "or AZURE_FEDERATED_TOKEN_FILE, or sign in as a person with --sign-in"
        )
    if not found.client_id:
        raise SignInError(
            "AZURE_CLIENT_ID is not set; set it to the application (client) id that the credential belongs to"
        )


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
