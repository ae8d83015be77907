"""One request for Graph, parsed: what every part of the server works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from entragit.sandbox.replies import bad_request
from entragit.sandbox.site import Caller, Site
from entragit.sandbox.store import Tenant

VERSIONS = ("v1.0", "beta")


@dataclass(frozen=True)
class Ask:
    """A request of a signed-in client.

    - `path`: below the version, decoded, without slashes at its ends; `segments`: its parts, decoded one by one.
    - `query`: option → value, decoded. `headers`: by lower-case name. `body`: parsed JSON or None.
    - `empty`: the answer's page is to be empty, its nextLink leading to the data.
    """

    site: Site
    caller: Caller
    method: str
    version: str
    path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    empty: bool = field(default=False, compare=False)

    @property
    def tenant(self) -> Tenant:
        """The tenant that answers."""
        return self.caller.desk.tenant

    @property
    def root(self) -> str:
        """The server's address with the version."""
        return f"{self.site.url}/{self.version}"

    @property
    def target(self) -> str:
        """Path and query, decoded, as faults match them and the log keeps them."""
        options = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path}?{options}" if options else self.path

    def url(self, **changes: str | None) -> str:
        """This request's absolute address with options changed; `skiptoken="…"` sets $skiptoken, None drops one."""
        options = dict(self.query) | {f"${name}": value for name, value in changes.items()}
        path = "/".join(quote(segment, safe="$()='@,:") for segment in self.segments)
        encoded = [f"{name}={quote(value, safe='$,()/:@')}" for name, value in options.items() if value is not None]
        return f"{self.root}/{path}" + (f"?{'&'.join(encoded)}" if encoded else "")

    def prefers(self, preference: str) -> bool:
        """Whether a Prefer header names this preference."""
        return preference in self.headers.get("prefer", "").lower()

    def emptied(self) -> Ask:
        """The same request, to be answered by an empty page."""
        return replace(self, empty=True)


def parsed_query(raw: str) -> dict[str, str]:
    """Option → value of a raw query string; 400 for an option given twice."""
    found: dict[str, str] = {}
    for part in filter(None, raw.split("&")):
        name, _, value = part.partition("=")
        if unquote(name) in found:
            raise bad_request(f"Query option '{unquote(name)}' was specified more than once, but it must be "
                              "specified at most once.", "BadRequest")  # fmt: skip
        found[unquote(name)] = unquote_plus(value)
    return found


def split_target(target: str) -> tuple[tuple[str, ...], str]:
    """(decoded segments, raw query) of a raw "path?query"."""
    path, _, query = target.partition("?")
    return tuple(unquote(segment) for segment in path.strip("/").split("/") if segment), query


def ask(
    site: Site, caller: Caller, method: str, version: str, target: str, headers: Mapping[str, str], body: Any = None
) -> Ask:
    """The request for a raw "path?query" below the version; raises ApiError 400."""
    segments, query = split_target(target)
    return Ask(site, caller, method, version, "/".join(segments), segments, parsed_query(query), headers, body)
