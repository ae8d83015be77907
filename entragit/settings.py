"""`entragit.yaml`: which tenant, what of it is kept, and what guards it.

It is written by hand, so every refusal says where, and what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, cast

from entragit.errors import DocumentError, UsageError
from entragit.resources.catalog import ASKED, BETA, CATALOG, OPTIONS, lacking
from entragit.resources.fields import resource_fields
from entragit.strict import Value, suggestion, whole

PATH = "entragit.yaml"
CLOUDS = ("public", "usgov", "usgovdod", "china")
MERGES = ("direct", "pull-request")
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
DEFAULT = "default"
"""Stands for every kind that has no limits of its own."""

Merge = Literal["direct", "pull-request"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of a kind one plan may touch: so many percent of its resources or so many, whichever is more."""

    percent: float
    count: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a kind: resources deleted, resources updated, elements removed from their lists."""

    deletes: Limit = Limit(2, 10)
    updates: Limit = Limit(10, 50)
    removals: Limit = Limit(10, 50)


@dataclass(frozen=True, slots=True)
class Guards:
    """`break_glass`: ids or addresses of accounts and groups. `limits`: by kind, DEFAULT for all others."""

    break_glass: tuple[str, ...] = ()
    limits: Mapping[str, Limits] = field(default_factory=lambda: {DEFAULT: Limits()})

    def limits_of(self, kind: str) -> Limits:
        """The limits of one kind."""
        return self.limits.get(kind) or self.limits[DEFAULT]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `entragit.yaml` says.

    `tenant`: its id. `excluded`: what is not read, kinds ("users") and properties of kinds ("users/sponsors"). `beta`:
    whether what only Graph's beta version has is read. `shard`: kind → whether two hex digits of the id are a folder,
    where that isn't what the catalog says. `disposable`: nobody works in the tenant, so that `doctor --conformance` may
    make and delete resources in it.
    """

    tenant: str
    cloud: str = "public"
    excluded: frozenset[str] = ASKED
    beta: bool = True
    shard: Mapping[str, bool] = field(default_factory=dict)
    merge: Merge = "direct"
    guards: Guards = Guards()
    disposable: bool = False


def parse(data: bytes, path: str = PATH) -> Settings:
    """The settings in `data`. Raises UsageError with file, line, column and what to write instead."""
    try:
        return _settings(whole(data, path))
    except DocumentError as error:
        raise UsageError(str(error)) from error


def template(tenant: str, cloud: str = "public") -> bytes:
    """The `entragit.yaml` of a new tenant repository: defaults, each key explained."""
    asked = "\n".join(f"#   {name}" for name in sorted(ASKED))
    return _TEMPLATE.format(tenant=tenant, cloud=cloud, asked=asked).encode()


def _settings(top: Value) -> Settings:
    found = top.record([item.name if item.name != "excluded" else "kinds" for item in fields(Settings)], ["tenant"])
    tenant = found["tenant"].text(GUID, "the tenant's id, a GUID such as 0b1c2d3e-0000-4000-8000-000000000000,")
    cloud = found["cloud"].word(CLOUDS) if "cloud" in found else "public"
    excluded = (frozenset(_excluded(found["kinds"])) if "kinds" in found else ASKED) | lacking(cloud)
    beta = found["beta"].flag() if "beta" in found else True
    return Settings(
        tenant.lower(),
        cloud,
        excluded if beta else excluded | BETA,
        beta,
        _shard(found["shard"]) if "shard" in found else {},
        cast(Merge, found["merge"].word(MERGES)) if "merge" in found else "direct",
        _guards(found["guards"]) if "guards" in found else Guards(),
        found["disposable"].flag() if "disposable" in found else False,
    )


def _excluded(kinds: Value) -> Iterator[str]:
    """What `kinds` leaves out: what nobody asked for by `also`; of a map what it doesn't include, or excludes.

    Whoever asks for a relationship asks for its kind, too.
    """
    if kinds.value == "all":
        yield from ASKED
        return
    if not isinstance(kinds.value, dict):
        kinds.word(("all",), "all, or a map with `include`, `also` or `exclude`")
    found = kinds.record(("include", "also", "exclude"))
    named = {_asked(item) for key in ("include", "also") if key in found for item in found[key].elements()}
    named |= {part.rpartition("/")[0] for part in named & OPTIONS}
    yield from OPTIONS - named
    yield from (CATALOG.keys() if "include" in found else ASKED - OPTIONS) - named
    if "exclude" in found:
        yield from (_part(item) for item in found["exclude"].elements())


def _kind(item: Value) -> str:
    return item.word(CATALOG, "a kind, which is named by its folder,")


def _asked(item: Value) -> str:
    """A kind, or a relationship that is read only where it is asked for."""
    return item.word((*CATALOG, *sorted(OPTIONS)), "a kind, which is named by its folder,")


def _part(item: Value) -> str:
    """A kind, or one of its properties and relationships behind its name: "users/sponsors"."""
    kind, _, name = str(item.value).rpartition("/")
    if item.value in CATALOG or kind not in CATALOG:
        return _kind(item)
    known = resource_fields(kind, CATALOG[kind].type)
    if name == "id" or name not in known:
        item.refuse(f"there is no property `{name}` of {kind} to leave out{suggestion(name, known)}")
    return str(item.value)


def _shard(shard: Value) -> dict[str, bool]:
    found = shard.record(CATALOG)
    for kind, item in found.items():
        if CATALOG[kind].shape == "singleton":
            item.refuse(f"{kind} is one file; leave it out here")
    return {kind: item.flag() for kind, item in found.items()}


def _guards(guards: Value) -> Guards:
    found = guards.record(("break_glass", "limits"))
    accounts = found["break_glass"].elements() if "break_glass" in found else []
    limits = found["limits"].record((DEFAULT, *CATALOG)) if "limits" in found else {}
    default = _limits(limits[DEFAULT], Limits()) if DEFAULT in limits else Limits()
    return Guards(
        tuple(item.text(rf"{GUID}|(users|groups)/.+", "an id or an address of a user or group") for item in accounts),
        {DEFAULT: default} | {kind: _limits(item, default) for kind, item in limits.items() if kind != DEFAULT},
    )


def _limits(limits: Value, default: Limits) -> Limits:
    found = limits.record([item.name for item in fields(Limits)])
    own = {name: _limit(item, getattr(default, name)) for name, item in found.items()}
    return Limits(**{item.name: getattr(default, item.name) for item in fields(Limits)} | own)


def _limit(limit: Value, default: Limit) -> Limit:
    """What a limit doesn't say stays as it is by default."""
    found = limit.record(("percent", "count"))
    return Limit(
        found["percent"].number(100) if "percent" in found else default.percent,
        found["count"].integer() if "count" in found else default.count,
    )


_TEMPLATE = """\
# What entragit keeps of the tenant, and how. The tip of this branch decides; a key that is not listed here is an error.

# The tenant's id. A credential of any other tenant is refused.
tenant: {tenant}

# The tenant's cloud: public, usgov, usgovdod or china.
cloud: {cloud}

# What to read: all, or a map. `include` lists the only kinds to read; `exclude` lists kinds, and properties of kinds,
# to leave out. A kind is named by its folder. What is left out keeps the values that it has here. Some kinds Graph
# shows to nobody who may not change them, too, and some relationships cost a request for each resource: they are read
# only where `also` (or `include`) names them:
{asked}
# For example:
#   kinds:
#     exclude:
#       - devices
#       - users/sponsors
kinds: all

# Some kinds are in Graph's beta version alone, which Microsoft may change at any time. false leaves them out.
beta: true

# By kind: true puts the files into folders named by two digits of the id, false into one folder. By default
# users, servicePrincipals and the like have such folders, everything else has not.
#   shard:
#     groups: false
shard: {{}}

# How a snapshot comes into this branch while it has edits that are not applied yet. direct: export merges it value by
# value; what both changed is a conflict, and the branch stays. pull-request: the branch stays until a person merges.
merge: direct

# What plans have to obey, whatever commit they are made from. `--allow` lets a guard pass, by its name.
guards:
  # Accounts and groups that must always be able to sign in: ids, or addresses such as users/ada@contoso.com.
  # They are never disabled, deleted, or removed from an exclusion or role. While the list is empty, changes of
  # policies, roles and all else that could lock everybody out are refused.
  break_glass: []

  # How much of a kind one plan may touch: a percentage of its resources or a count, whichever is more.
  # `default` stands for every kind that has no limits of its own.
  limits:
    default:
      deletes:
        percent: 2
        count: 10
      updates:
        percent: 10
        count: 50
      removals:
        percent: 10
        count: 50

# true lets `entragit doctor --conformance` make and delete resources: only for a tenant that nobody works in.
disposable: false
"""
