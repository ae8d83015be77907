"""The format written a second time, from the words of its specification alone: both must make the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Any

from example import stored
from hypothesis import given, settings
from hypothesis import strategies as st

from entragit import document, layout, names
from entragit.document.scalars import UNSEEN
from entragit.resources.catalog import CATALOG

WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-"
LETTERS = ALLOWED[:52]
SHARDED = {"users", "groups", "devices", "servicePrincipals"}
TITLES = {"users": "userPrincipalName", "domains": "id", "schemaExtensions": "id", "identity/identityProviders": "id",
          "identity/userFlowAttributes": "id", "identity/b2xUserFlows": "id", "directory/attributeSets": "id",
          "directory/customSecurityAttributeDefinitions": "id",
          "policies/crossTenantAccessPolicy/partners": "tenantId",
          "organization/branding/localizations": "id",
          "tenantRelationships/multiTenantOrganization/tenants": "tenantId"}  # fmt: skip
TITLES |= {
    kind: "id" for kind in CATALOG if kind.endswith(("ClassReferences", "MethodConfigurations", "GrantPolicies"))
}
NAMED = {
    "subscribedSkus": "skuPartNumber",
    "identity/verifiedId/profiles": "name",
    "servicePrincipals/synchronization/jobs": "templateId",
}  # no one says that they are unique
HIDDEN = re.compile(f"[{UNSEEN}]")
UNTITLED = {"oauth2PermissionGrants", "roleManagement/directory/roleAssignments", "groupLifecyclePolicies",
            "roleManagement/entitlementManagement/roleAssignments",
            "identityGovernance/entitlementManagement/assignments",
            "policies/roleManagementPolicies", "policies/roleManagementPolicyAssignments",
            *(f"identityGovernance/privilegedAccess/group/{name}"
              for name in ("roleManagementPolicies", "roleManagementPolicyAssignments"))}  # fmt: skip


def is_guid(text: str) -> bool:
    return re.fullmatch("-".join(f"[0-9A-Fa-f]{{{n}}}" for n in (8, 4, 4, 4, 12)), text) is not None


def slug(title: str) -> str:
    """§2, step by step."""
    if not title.isascii():
        table = unicodedata.ucd_3_2_0
        title = "".join(char for char in table.normalize("NFKD", title) if not table.combining(char))
    runs = re.findall(r"[A-Za-z0-9._@]+|[^A-Za-z0-9._@]+", title)
    name = "".join("-" if set(run) - set(ALLOWED) else run for run in runs).strip(".-")
    if name.lower().partition(".")[0] in RESERVED:
        name = f"_{name}"
    return name[:80].rstrip(".-") or "_"


def path(kind: str, body: dict[str, Any]) -> str:
    """§1 and §2, where no names collide."""
    own = body["id"]
    id8 = own[:8].lower() if is_guid(own) else hashlib.sha256(own.encode()).hexdigest()[:8]
    if kind in UNTITLED:
        name = id8
    elif kind in TITLES and slug(body[TITLES[kind]]).lower() == body[TITLES[kind]].lower():
        name = body[TITLES[kind]].lower()
    else:
        name = f"{slug(body[NAMED.get(kind, TITLES.get(kind, 'displayName'))])}.{id8}"
    return f"{kind}/{id8[:2]}/{name}.yaml" if kind in SHARDED else f"{kind}/{name}.yaml"


def is_plain(text: str) -> bool:
    """§3, "a text is plain"."""
    if is_guid(text):
        return True
    if not text or (text[0] not in LETTERS and text[0] != "/" and ord(text[0]) < 0xA1) or text.lower() in WORDS:
        return False
    after = [*text[1:], ""]
    return all(
        not HIDDEN.match(char)
        and ord(char) <= 0xFFFF
        and (char == " " or not char.isspace())
        and not (char == ":" and not (next_ and next_ in LETTERS + "0123456789/"))
        and not (char == " " and next_ in ("", "#"))
        for char, next_ in zip(text, after, strict=True)
    )


def quoted(text: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    parts = []
    for char in text:
        code = f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
        parts.append(short.get(char) or (code if HIDDEN.match(char) else char))
    return f'"{"".join(parts)}"'


def key(name: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name) and name.lower() not in WORDS
    return name if plain else quoted(name)


def scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if is_plain(value) else quoted(value)
    if isinstance(value, float):
        return re.sub(r"^(-?[0-9]+)e", r"\1.0e", repr(value))
    return json.dumps(value)  # a number, true, false, null, {} or []


def lines(value: Any, pad: str) -> str:
    """§3, the lines of a map or list that isn't empty."""
    found = []
    for name, item in sorted(value.items()) if isinstance(value, dict) else ((None, item) for item in value):
        below = isinstance(item, dict | list) and item
        if name is None:
            found.append(f"{pad}- " + (lines(item, f"{pad}  ")[len(pad) + 2 :] if below else f"{scalar(item)}\n"))
        else:
            head = f"{key(name)}:" if len(key(name)) <= 1000 else f"? {key(name)}\n{pad}:"
            found.append(f"{pad}{head}" + (f"\n{lines(item, f'{pad}  ')}" if below else f" {scalar(item)}\n"))
    return "".join(found)


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from([*'-._@ #:/\\"conul019', "é", "\xa0", "\u200b", "😀"]))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    LEAVES | st.sampled_from(sorted(WORDS)),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(title=TEXTS | st.sampled_from(sorted(RESERVED)) | st.text(ALLOWED, max_size=100))
def test_slugs(title: str) -> None:
    assert names.slug(title) == slug(title)


@settings(max_examples=80, deadline=None)
@given(body=st.dictionaries(TEXTS, VALUES))
def test_documents(body: dict[str, Any]) -> None:
    assert document.emit(body, {}).decode() == (lines(body, "") or "{}\n")


def test_a_key_too_long_for_a_line() -> None:
    for length in (998, 999, 1000, 1001):
        body = {"x" * length: {"é" * length: 1}}
        assert document.emit(body, {}).decode() == lines(body, "")


def test_the_example() -> None:
    """Every file is where the specification says, and without its comments as it says."""
    for where, data in stored().items():
        if found := layout.address_of(where, CATALOG):
            body = document.parse(data, where)
            assert re.sub("  # .*", "", data.decode()) == lines(body, ""), where
            if CATALOG[found[0]].shape == "collection":
                assert path(found[0], body) == where
