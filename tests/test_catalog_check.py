"""The self-check finds what is wrong: each seeded mistake is named in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from entragit.model import Body
from entragit.resources.base import Context, Each, Exclusion, Inherited, Relation, ResourceType
from entragit.resources.catalog import CATALOG, FACTS
from entragit.resources.check import problems
from entragit.resources.facts import SET, Facts, Reference, keyed
from entragit.resources.pim import passing

USERS = Reference(("users",))
ELIGIBLE = "roleManagement/directory/roleEligibilitySchedules"
IN_GROUPS = "identityGovernance/privilegedAccess/group/eligibilitySchedules"
PASSING = passing("member")
EACH = Each("groups", ({},), filter="groupId eq '{id}'")


def found(catalog: Mapping[str, ResourceType], facts: Mapping[str, Facts]) -> str:
    return "\n".join(problems(catalog, facts))


# Graph type, changes of its facts → what the check says.
WRONG_FACTS: list[tuple[str, dict[str, Any], str]] = [
    ("application", {"lists": {}}, "application.tags: a list without a rule"),
    ("user", {"lists": {**FACTS["user"].lists, "skils": SET}}, "user.skils: no such property"),
    ("user", {"lists": {**FACTS["user"].lists, "city": SET}}, "user.city: a list rule for what is no list"),
    ("application", {"lists": {**FACTS["application"].lists, "appRoles": keyed("name")}}, "appRoles by.name: no such"),
    ("user", {"noise": FACTS["user"].noise | {"mailboxSetings"}}, "user.mailboxSetings: no such property"),
    ("user", {"noise": FACTS["user"].noise | {"signInActivity"}}, "user.signInActivity: noise though graph.json"),
    ("user", {"noise": FACTS["user"].noise | {"assignedLicenses"}}, "user.assignedLicenses: noise and keep at once"),
    ("user", {"keep": FACTS["user"].keep | {"city"}}, "user.city: kept though it isn't read-only"),
    ("user", {"keep": FACTS["user"].keep | {"licences"}}, "user.licences: no such property"),
    ("user", {"keep": FACTS["user"].keep | {"assignedPlans"}}, "user.assignedPlans: a list without a rule"),
    ("group", {"keep_empty": frozenset({"rule"})}, "group.rule: no such property"),
    ("group", {"atomic": frozenset({"rule"})}, "group.rule: no such property"),
    ("group", {"atomic": frozenset({"membershipRule"})}, "group.membershipRule: atomic though it has no parts"),
    ("organization", {"noise": frozenset({"directoryQuota"})}, "organization.directoryQuota: no such property"),
    ("resourceAccess", {"references": {"id": Reference(("apps",))}}, "refers to apps, which is no kind"),
    ("resourceAccess", {"references": {"id": Reference(())}}, "resourceAccess.id: refers to no kind"),
    ("resourceAccess", {"references": {"id": Reference(("users",), by="name")}}, "refers by name"),
    ("resourceAccess", {"references": {"id": Reference(("users",), by="appId")}}, "refers by appId to users"),
    ("resourceAccess", {"references": {"id": Reference(("users",), within="/x")}}, "`within` has not one group"),
    ("resourceAccess", {"references": {"identity": USERS}}, "resourceAccess.identity: no such property"),
    (
        "user",
        {"noise": frozenset()},
        "user.mailboxSettings: graph.json lacks its type mailboxSettings, distil it again",
    ),
    ("futureThing", {}, "futureThing: no such type in graph.json"),
    ("mailboxSettings", {}, "mailboxSettings: no such type in graph.json"),
    ("assignedPlan", {}, "assignedPlan: facts of a type that no body holds"),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), WRONG_FACTS)
def test_a_wrong_fact_is_named(name: str, changes: dict[str, Any], sentence: str) -> None:
    facts = {**FACTS, name: replace(FACTS.get(name, Facts()), **changes)}
    assert sentence in found(CATALOG, facts)


def a_hook_that_goes_on(raw: Body, _context: Context) -> Body:
    """Fifteen lines are enough for a hook; this one has more."""
    body = dict(raw)
    body["a"] = 1
    body["b"] = 2
    body["c"] = 3
    body["d"] = 4
    body["e"] = 5
    body["f"] = 6
    body["g"] = 7
    body["h"] = 8
    body["i"] = 9
    body["j"] = 10
    body["k"] = 11
    body["l"] = 12
    return body


# kind, changes of its literal → what the check says.
WRONG_KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("users", {"kind": "people"}, "users: catalogued under another name than people"),
    ("users", {"type": "person"}, "users: no such type as person"),
    ("users", {"read": ("User.Red.All",)}, "User.Red.All is no application permission"),
    ("users", {"read": ()}, "users: no permission to read it"),
    ("users", {"write": ("User.Write.All",)}, "User.Write.All is no application permission"),
    ("users", {"needs": {"employeeLeaveDateTime": "User-LifecycleInfo.Read.All"}}, "LifecycleInfo.Read.All is no app"),
    ("users", {"needs": {"leaveDateTime": "User.Read.All"}}, "needs names leaveDateTime, which user doesn't have"),
    ("users", {"title": "name"}, "users: its title name is no property of a body"),
    ("users", {"title": "createdDateTime"}, "users: its title createdDateTime is no property of a body"),
    ("users", {"title": ""}, "users: unique without a title"),
    ("users", {"also_select": frozenset({"licenses"})}, "also_select names licenses"),
    ("users", {"unselectable": frozenset({"skils"})}, "unselectable names skils"),
    ("users", {"unread": frozenset({"attributes"})}, "unread names attributes"),
    ("users", {"tier": 3}, "no such tier, page size or quota"),
    ("users", {"top": 1000}, "no such tier, page size or quota"),
    ("users", {"quota": "fast"}, "no such tier, page size or quota"),
    ("users", {"delta": False}, "says otherwise than Graph whether it has a delta query"),
    ("domains", {"delta": True}, "says otherwise than Graph whether it has a delta query"),
    ("users", {"hook": a_hook_that_goes_on}, "users: a hook of over 15 lines"),
    ("users", {"links": (("manager", "id"),)}, "links names manager, which user doesn't have"),
    ("users", {"inherited": (Inherited(frozenset({"nam"})),)}, "inherited names nam, which user doesn't have"),
    ("organization", {"title": "displayName"}, "organization: a singleton needs no title"),
    ("users", {"excluded": Exclusion("/x?$filter=y", "id", "id")}, "/x?$filter=y is no path"),
    ("users", {"excluded": Exclusion("/x", "id", "id", read=("X.Read",))}, "X.Read is no application permission"),
    (IN_GROUPS, {"each": replace(EACH, filter="groupId eq 'x'")}, "is no list of its own"),
    (IN_GROUPS, {"filter": "x eq 'y'"}, "is no list of its own"),
    (IN_GROUPS, {"each": replace(EACH, read=("X.Read",))}, "X.Read is no application permission"),
    (ELIGIBLE, {"undesired": ({"memberTyp": ("Group",)},)}, "undesired names memberTyp, which unifiedRoleElig"),
    (ELIGIBLE, {"period": "principalId"}, "period names principalId, which unifiedRoleElig"),
    (ELIGIBLE, {"shape": "collection"}, "of the shape request without saying how, or the other way round"),
    (ELIGIBLE, {"writes": CATALOG["users"].writes}, "of the shape request without saying how, or the other way round"),
    ("oauth2PermissionGrants", {"access": ("client",)}, "access names client, which oAuth2PermissionGrant doesn't"),
]


@pytest.mark.parametrize(("kind", "changes", "sentence"), WRONG_KINDS)
def test_a_wrong_word_of_a_kind_is_named(kind: str, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in found({**CATALOG, kind: replace(CATALOG[kind], **changes)}, FACTS)


CREDENTIAL = Relation("federatedIdentityCredentials", "child", type="federatedIdentityCredential", rule=keyed("name"))

# kind, a relation that it is given → what the check says.
WRONG_RELATIONS: list[tuple[str, Relation, str]] = [
    ("users", Relation("managers", "refset", USERS), "users/managers: no such relationship in Graph"),
    ("users", Relation("manager", "refset", USERS), "users/manager: Graph says otherwise whether it is one or many"),
    ("users", Relation("sponsors", "ref", USERS), "users/sponsors: Graph says otherwise whether it is one or many"),
    ("users", Relation("sponsors", "refset"), "users/sponsors: names no kind"),
    ("users", Relation("sponsors", "refset", Reference(("people",))), "users/sponsors: refers to people, which is no"),
    ("groups", Relation("members", "refset", USERS, unless={"groupType": "x"}), "asks for groupType, which group"),
    ("groups", Relation("members", "refset", USERS, where={"kind": "x"}), "asks for kind, which group"),
    ("groups", Relation("members", "refset", USERS, paths=("owners",)), "owners is another relationship"),
    ("users", Relation("sponsors", "refset", USERS, passing=PASSING), f"{PASSING.kind} is about groups"),
    (
        "groups",
        Relation("members", "refset", USERS, passing=replace(PASSING, kind=ELIGIBLE)),
        "says of nothing for how",
    ),
    ("groups", Relation("members", "refset", USERS, expand=True, passing=PASSING), "says of nothing for how"),
    ("groups", Relation("members", "refset", USERS, passing=replace(PASSING, element="who")), "names who, which priv"),
    ("groups", Relation("members", "refset", USERS, passing=replace(PASSING, owner="whose")), "names whose, which"),
    (
        "groups",
        Relation("members", "refset", USERS, passing=replace(PASSING, read=("Group.All",))),
        "Group.All is no app",
    ),
    ("groups", Relation("members", "refset", USERS, read=("Group.All",)), "Group.All is no application permission"),
    ("groups", Relation("members", "refset", USERS, hidden=("seen", "x", "Member.Read.Hidden")), "asks for seen"),
    (
        "groups",
        Relation("members", "refset", USERS, hidden=("visibility", "x", "Member.Read")),
        "Member.Read is no app",
    ),
    ("applications", replace(CREDENTIAL, type="user"), "its elements are federatedIdentityCredential, not user"),
    ("applications", replace(CREDENTIAL, rule=SET), "children need a key"),
    ("applications", replace(CREDENTIAL, rule=keyed("title")), "names title, which federatedIdentityCredential"),
    ("applications", replace(CREDENTIAL, elsewhere={"kind": ("x",)}), "names kind, which federatedIdentityCredential"),
    ("applications", replace(CREDENTIAL, key="appId"), "names appId, which federatedIdentityCredential"),
    ("applications", replace(CREDENTIAL, echoed=("target",)), "names target, which federatedIdentityCredential"),
    ("applications", replace(CREDENTIAL, always="PUT"), "only one object is always there"),
    ("applications", replace(CREDENTIAL, media="text/css"), "only bytes are of a media type"),
    ("applications", replace(CREDENTIAL, drop=frozenset({"name"})), "its key name is dropped"),
    ("applications", replace(CREDENTIAL, access="resourceId"), "names resourceId, which federatedIdentityCredential"),
]


@pytest.mark.parametrize(("kind", "relation", "sentence"), WRONG_RELATIONS)
def test_a_wrong_relation_is_named(kind: str, relation: Relation, sentence: str) -> None:
    assert sentence in found({**CATALOG, kind: replace(CATALOG[kind], relations=(relation,))}, FACTS)
