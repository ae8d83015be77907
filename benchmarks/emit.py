"""How fast documents are written, beside PyYAML's C emitter, and read, beside its C loader, in the same run.

The corpus: users, groups of 100 members, and Conditional Access policies, every reference with its comment.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from entragit.document import emit, parse, read, scalars
from entragit.model import Body, Notes

FLOOR = 5.0
"""The emitter is at least so many times as fast as CSafeDumper."""

ROUNDS = 5


def main() -> None:
    """Print the ratios; exits with 1 where the emitter is below its floor."""
    corpus = _corpus(Random(1))
    documents = [emit(body, notes) for body, notes in corpus]
    lines = sum(data.count(b"\n") for data in documents)
    print(f"{len(corpus):,} documents, {lines:,} lines, {sum(map(len, documents)):,} bytes")
    bare_corpus: list[tuple[Body, Notes]] = [(body, {}) for body, _ in corpus]
    dump, commented, bare, load, parsed, whole = _best(
        lambda: [_dump(body) for body, _ in corpus],
        lambda: _emitted(corpus),
        lambda: _emitted(bare_corpus),
        lambda: [yaml.load(data, Loader=yaml.CSafeLoader) for data in documents],
        lambda: [parse(data) for data in documents],
        lambda: [read(data) for data in documents],
    )
    print(f"emit with comments: {dump / commented:.1f} x CSafeDumper, {lines / commented:,.0f} lines/s")
    print(f"emit without:       {dump / bare:.1f} x CSafeDumper")
    print(f"parse:              {load / parsed:.1f} x CSafeLoader, {lines / parsed:,.0f} lines/s")
    print(f"read, comments too: {load / whole:.1f} x CSafeLoader")
    if dump / commented < FLOOR:
        raise SystemExit(f"below the floor of {FLOOR:.0f}")


def _emitted(corpus: list[tuple[Body, Notes]]) -> list[bytes]:
    """All documents, by an emitter that remembers nothing from the round before."""
    scalars.short_commented.cache_clear()
    return [emit(body, notes) for body, notes in corpus]


def _dump(body: Body) -> Any:
    return yaml.dump(body, Dumper=yaml.CSafeDumper, sort_keys=True, allow_unicode=True, encoding="utf-8")


def _best(*works: Callable[[], object]) -> list[float]:
    """The processor's seconds of each work, of the best of some rounds in which they take turns."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for n, work in enumerate(works):
            start = time.process_time()
            work()
            best[n] = min(best[n], time.process_time() - start)
    return best


def _corpus(random: Random) -> list[tuple[Body, Notes]]:
    names = ["Ada Lovelace", "Zoë Ångström", "山田 太郎", "O'Brien: Pat", 'Lin "Max" Wu']
    people = {_guid(random): f"users/{random.choice(names).split()[0].lower()}.{n}@contoso.com" for n in range(1000)}
    ids = list(people)
    users = [_user(random, key, random.choice(names)) for key in ids]
    groups = [_group(random, people, random.sample(ids, 100)) for _ in range(200)]
    policies = [_policy(random, people, random.sample(ids, 6)) for _ in range(100)]
    return users + groups + policies


def _guid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _user(random: Random, key: str, name: str) -> tuple[Body, Notes]:
    manager, sku = _guid(random), "6fd2c87f-b296-42f0-b197-1e91e994b900"
    body = {
        "id": key,
        "accountEnabled": True,
        "ageGroup": "adult",
        "assignedLicenses": [{"skuId": sku, "disabledPlans": [_guid(random), _guid(random)]}],
        "businessPhones": ["+44 20 7946 0000"],
        "city": "München",
        "companyName": "Contoso Ltd.",
        "createdDateTime": "2024-05-01T08:00:00Z",
        "department": "Sales",
        "displayName": name,
        "employeeId": str(random.randrange(10**6)),
        "givenName": name.split()[0],
        "identities": [
            {"issuer": "contoso.com", "issuerAssignedId": "a@contoso.com", "signInType": "userPrincipalName"}
        ],
        "jobTitle": "Account manager",
        "mail": "ada@contoso.com",
        "mailNickname": "ada",
        "manager": manager,
        "onPremisesExtensionAttributes": {"extensionAttribute1": "x", "extensionAttribute2": "12"},
        "passwordPolicies": "DisablePasswordExpiration",
        "preferredLanguage": "en-GB",
        "proxyAddresses": ["SMTP:ada@contoso.com", "smtp:a@contoso.onmicrosoft.com"],
        "usageLocation": "GB",
        "userPrincipalName": "ada@contoso.com",
        "userType": "Member",
    }
    return body, {"manager": {manager: "users/boss@contoso.com"}, "assignedLicenses": {"skuId": {sku: "unknown"}}}


def _group(random: Random, people: dict[str, str], members: list[str]) -> tuple[Body, Notes]:
    body = {
        "id": _guid(random),
        "createdDateTime": "2024-05-01T08:00:00Z",
        "description": 'Everybody in Sales: EMEA, "and" friends\n',
        "displayName": "Sales EMEA",
        "isAssignableToRole": False,
        "mailEnabled": False,
        "mailNickname": "sales-emea",
        "members": members,
        "owners": members[:2],
        "securityEnabled": True,
        "visibility": "Private",
    }
    return body, {"members": people, "owners": people}


def _policy(random: Random, people: dict[str, str], excluded: list[str]) -> tuple[Body, Notes]:
    users = {"includeUsers": ["All"], "excludeUsers": excluded, "excludeGroups": [_guid(random)], "includeRoles": []}
    body = {
        "id": _guid(random),
        "displayName": "CA001: Require MFA for all users",
        "state": "enabled",
        "conditions": {
            "applications": {"includeApplications": ["All"], "excludeApplications": [_guid(random)]},
            "clientAppTypes": ["browser", "mobileAppsAndDesktopClients"],
            "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
            "users": users,
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"], "termsOfUse": []},
        "sessionControls": {"signInFrequency": {"value": 4, "type": "hours", "isEnabled": True}},
    }
    return body, {"conditions": {"users": {"excludeUsers": people}}}


if __name__ == "__main__":
    main()
