from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from entragit import document
from entragit.errors import UsageError
from entragit.resources.catalog import ASKED, BETA, CATALOG, OPTIONS, lacking
from entragit.settings import CLOUDS, DEFAULT, Guards, Limit, Limits, Settings, parse, template

TENANT = "0b1c2d3e-0000-4000-8000-000000000001"
HEAD = f"tenant: {TENANT}\n"


def settings(text: str) -> Settings:
    return parse((HEAD + text).encode())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_template_says_the_defaults(cloud: str) -> None:
    assert parse(template(TENANT, cloud)) == Settings(TENANT, cloud, ASKED | lacking(cloud))
    assert settings("") == Settings(TENANT)


def test_template_shows_every_key() -> None:
    keys = document.parse(template(TENANT)).keys()
    assert keys == {"tenant", "cloud", "kinds", "beta", "shard", "merge", "guards", "disposable"}


def test_a_tenant_is_given_up_by_one_word() -> None:
    assert not settings("").disposable
    assert settings("disposable: true\n").disposable


def test_beta_kinds_are_left_out_by_one_word() -> None:
    found = parse(f"tenant: {TENANT}\nbeta: false\nkinds:\n  exclude: [devices]\n".encode())
    assert found.excluded == ASKED | {"devices"} | BETA


def test_tenant_ids_are_lower_case() -> None:
    assert parse(f"tenant: {TENANT.upper()}\n".encode()).tenant == TENANT


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("kinds: all\n", ASKED),
        ("kinds:\n  include: [users, groups]\n", CATALOG.keys() - {"users", "groups"} | OPTIONS),
        ("kinds:\n  also: [identity/apiConnectors]\n", ASKED - {"identity/apiConnectors"}),
        (
            "kinds:\n  include: [users]\n  also: [identity/apiConnectors]\n",
            CATALOG.keys() - {"users", "identity/apiConnectors"} | OPTIONS,
        ),
        ("kinds:\n  also: [users/requirements]\n", ASKED - {"users/requirements"}),
        (
            "kinds:\n  include: [users/requirements, groups]\n",
            CATALOG.keys() - {"users", "groups"} | (OPTIONS - {"users/requirements"}),
        ),
        (
            "kinds:\n  include: [groups]\n  also: [users/requirements]\n  exclude: [users/manager]\n",
            CATALOG.keys() - {"users", "groups"} | (OPTIONS - {"users/requirements"}) | {"users/manager"},
        ),
        ("kinds:\n  exclude: [devices, users/sponsors]\n", ASKED | {"devices", "users/sponsors"}),
        (
            "kinds:\n  exclude: [policies/authenticationMethodsPolicy]\n",
            ASKED | {"policies/authenticationMethodsPolicy"},
        ),
        (
            "kinds:\n  include: [users]\n  exclude: [users/manager]\n",
            CATALOG.keys() - {"users"} | OPTIONS | {"users/manager"},
        ),
    ],
)
def test_kinds(text: str, excluded: set[str]) -> None:
    assert settings(text).excluded == excluded


def test_shard_and_merge() -> None:
    found = settings("shard:\n  groups: false\n  applications: true\nmerge: pull-request\n")
    assert found.shard == {"groups": False, "applications": True}
    assert found.merge == "pull-request"


def test_guards() -> None:
    """What a limit leaves out is the default's; what the default leaves out is built in."""
    found = settings(
        f"guards:\n  break_glass: [{TENANT}, users/ada@contoso.com]\n  limits:\n"
        "    default:\n      deletes:\n        count: 3\n    users:\n      updates:\n        percent: 0.5\n"
    ).guards
    default = Limits(deletes=Limit(2, 3))
    users = Limits(Limit(2, 3), Limit(0.5, 50))
    assert found == Guards((TENANT, "users/ada@contoso.com"), {DEFAULT: default, "users": users})
    assert found.limits_of("users") == users
    assert found.limits_of("groups") == default


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("teant: x\n", "2:1", "`teant` is no key here; did you mean `tenant`?"),
        ("remote: origin\n", "2:1", "`remote` is no key here"),
        ("cloud: Public\n", "2:1", "write public or usgov or usgovdod or china instead of `Public`; did you mean `pub"),
        ("kinds: users\n", "2:1", "write all, or a map with `include`, `also` or `exclude` instead of `users`"),
        ("kinds: [users]\n", "2:1", "write all, or a map"),
        ("kinds:\n  only: []\n", "3:3", "`only` is no key here"),
        ("kinds:\n  include: users\n", "3:3", "`include`: write a list"),
        ("kinds:\n  include:\n    - usres\n", "4:7", "did you mean `users`?"),
        ("kinds:\n  include:\n    - users/manager\n", "4:7", "write a kind"),
        ("kinds:\n  exclude:\n    - users/manger\n", "4:7", "no property `manger` of users to leave out; did you mean"),
        ("kinds:\n  exclude:\n    - users/id\n", "4:7", "no property `id`"),
        ("kinds:\n  exclude:\n    - 7\n", "4:7", "write a kind"),
        ("shard: true\n", "2:1", "`shard`: write a map"),
        ("shard:\n  users: yes\n", "3:3", "`users`: write true or false instead of `yes`"),
        ("shard:\n  user: true\n", "3:3", "did you mean `users`?"),
        ("shard:\n  organization: true\n", "3:3", "organization is one file"),
        ("merge: pr\n", "2:1", "write direct or pull-request instead of `pr`"),
        ("guards: []\n", "2:1", "`guards`: write a map"),
        ("guards:\n  breakglass: []\n", "3:3", "did you mean `break_glass`?"),
        ("guards:\n  break_glass:\n    - ada\n", "4:7", "an id or an address of a user or group instead of `ada`"),
        ("guards:\n  limits:\n    usrs: {}\n", "4:5", "did you mean `users`?"),
        ("guards:\n  limits:\n    users: 10\n", "4:5", "`users`: write a map"),
        ("guards:\n  limits:\n    users:\n      delete: {}\n", "5:7", "did you mean `deletes`?"),
        ("guards:\n  limits:\n    users:\n      deletes:\n        percent: 101\n", "6:9", "a number from 0 to 100"),
        ("guards:\n  limits:\n    users:\n      deletes:\n        count: -1\n", "6:9", "a whole number, 0 or more"),
        ("tenant: x\n", "2:1", "twice"),
    ],
)
def test_wrong_settings(text: str, place: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings(text)
    assert str(caught.value).startswith(f"entragit.yaml:{place}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cloud: public\n", "entragit.yaml:1:1: `tenant` is missing"),
        ("tenant: contoso.com\n", "entragit.yaml:1:1: `tenant`: write the tenant's id, a GUID"),
        ("", "entragit.yaml: an empty document"),
    ],
)
def test_settings_need_a_tenant(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text.encode())
    assert str(caught.value).startswith(message)


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["all", "users", TENANT])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["include", "exclude", "limits", "users", "deletes", "percent"]), inner)
    ),
    max_leaves=10,
)


def refusal(data: bytes) -> str:
    try:
        parse(data)
    except UsageError as error:
        return str(error)
    return ""


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.sampled_from(["tenant", "cloud", "kinds", "shard", "merge", "guards"]), values)
def test_anything_else_is_refused_in_words(key: str, value: object) -> None:
    message = refusal(document.emit({"tenant": TENANT, key: value}, {}))
    assert message == "" or (message.startswith("entragit.yaml:") and document.harmless(message) == message)
