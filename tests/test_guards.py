"""Guards: what a plan must not do is found, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest
from guard_states import (
    ADA,
    APPS,
    EMERGENCY,
    EVE,
    GLASS,
    GRANTS,
    GRAPH,
    GUEST,
    INNER,
    LUNCH,
    MFA,
    NAMED,
    OURS,
    OURS_APP,
    PRINCIPALS,
    READER,
    TEAM,
    THEIRS,
    THEIRS_APP,
    WALL,
    bodies,
    create,
    delete,
    key,
    plan,
    policy,
    restore,
    role,
    update,
    words,
    world,
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st

from entragit.cli.apply import command as apply_command
from entragit.cli.plan import command as plan_command
from entragit.guards import GUARDS, WORDS, check, limits, refused
from entragit.guards.lock_out import GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR
from entragit.guards.world import ASSIGNMENTS, DEFAULTS, GROUPS, POLICIES, SETTINGS, USERS
from entragit.model import NOT_LICENSED, Body, Coverage, Gap
from entragit.plan import Change
from entragit.resources.catalog import CATALOG
from entragit.resources.well_known import roles
from entragit.settings import DEFAULT, Guards, Limit, Limits

SCHEDULES = "roleManagement/directory/roleAssignmentSchedules"
BREAK, OWN, LAST, LOCK, TIER = "break-glass", "own-identity", "last-credential", "lock-out", "tier-0"
ALL = Coverage(frozenset(CATALOG))
DEFINITIONS = "roleManagement/directory/roleDefinitions"
LOCATIONS = "identity/conditionalAccess/namedLocations"
AUTHORIZATION = "policies/authorizationPolicy"
METHODS = "policies/authenticationMethodsPolicy"


def test_the_ids_are_those_of_the_roles() -> None:
    assert (roles()[GLOBAL_ADMINISTRATOR], roles()[PRIVILEGED_ROLE_ADMINISTRATOR]) == (
        "Global Administrator",
        "Privileged Role Administrator",
    )


Case = tuple[str, Change, set[str]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (delete(USERS, GLASS), {BREAK}),
        (delete(USERS, EVE), set()),
        (update(USERS, GLASS, accountEnabled=False), {BREAK}),
        (update(USERS, GLASS, jobTitle="x"), set()),
        (update(USERS, EVE, accountEnabled=False), set()),
        # the groups around it that have a role or are excluded, and those that mean nothing
        (update(GROUPS, EMERGENCY, members=[EVE]), {BREAK}),
        (update(GROUPS, INNER, members=None), {BREAK}),
        (update(GROUPS, TEAM, members=[EVE]), {BREAK}),
        (update(GROUPS, TEAM, members=[INNER]), set()),
        (update(GROUPS, LUNCH, members=[ADA, OURS]), set()),
        (delete(GROUPS, EMERGENCY), {BREAK}),
        (delete(GROUPS, INNER), {BREAK}),
        (delete(GROUPS, LUNCH), set()),
        (update(GROUPS, INNER, securityEnabled=False), {BREAK}),
        (update(GROUPS, INNER, groupTypes=["DynamicMembership"], membershipRule="false"), {BREAK}),
        # roles: its own, and its group's
        (delete(ASSIGNMENTS, "r-team"), {BREAK}),
        (delete(ASSIGNMENTS, "r-guest"), set()),
        (update(ASSIGNMENTS, "r-team", roleDefinitionId=READER), {BREAK, TIER}),
        # exclusions: its own, and its group's; leaving both in is what counts, whatever else changes
        (update(POLICIES, MFA, conditions=policy(MFA, excludeUsers=[GLASS])["conditions"]), {BREAK}),
        (update(POLICIES, MFA, conditions=policy(MFA, excludeGroups=[EMERGENCY])["conditions"]), {BREAK}),
        (update(POLICIES, MFA, displayName="x"), set()),
    ],
)  # fmt: skip
def test_break_glass_accounts_keep_their_ways_in(change: Change, expected: set[str]) -> None:
    assert words([change]) == expected


def test_a_role_that_lasts_and_is_to_end_is_lost_some_day() -> None:
    """A plan makes the one that ends alone, for Graph has the two in one; guards see both, whatever case ids have."""
    found = bodies()
    for one in ("r-team", "r-guest", "r-ours"):
        del found[ASSIGNMENTS][one]
    some_day = {"scheduleInfo": {"expiration": {"type": "afterDateTime", "endDateTime": "2098-01-01T00:00:00Z"}}}
    for who, expected in ((ADA.upper(), {BREAK, LOCK, TIER}), (EVE, {TIER})):
        ends = create(SCHEDULES, {**role("new", who), **some_day})
        assert words([ends], found=found, entries={"users/ada@x": [ADA]}) == expected
    ends = create(SCHEDULES, {**role("new", OURS, READER), **some_day})
    assert words([ends]) == {OWN, TIER}


def test_who_is_left_alone_by_role_loses_that_with_the_role() -> None:
    found = bodies()
    found[POLICIES][MFA] = policy(MFA, excludeRoles=[GLOBAL_ADMINISTRATOR, READER])
    for roles_left, expected in (([READER], {BREAK}), ([GLOBAL_ADMINISTRATOR], set())):
        left = policy(MFA, excludeRoles=roles_left)["conditions"]
        assert words([update(POLICIES, MFA, found, conditions=left)], found=found) == expected


def test_ids_are_the_same_in_any_case() -> None:
    found = bodies()
    found[POLICIES][MFA] = policy(MFA, excludeUsers=[GLASS.upper()])
    found[GROUPS][INNER]["members"] = [GLASS.upper()]
    gone = update(POLICIES, MFA, found, conditions=policy(MFA)["conditions"])
    assert words([gone], found=found) == {BREAK}
    assert words([update(GROUPS, INNER, found, members=None)], found=found) == {BREAK}
    everybody = [person.upper() for person in (ADA, EVE, GLASS)]
    wall = policy(WALL, "enabled", "block", includeUsers=everybody)
    assert words([update(POLICIES, WALL, **wall)]) == {LOCK}
    assert words([update(POLICIES, WALL, **policy(WALL, "enabled", "block", includeUsers=["ALL"]))]) == {LOCK}
    shouted = {kind: {own.upper(): body for own, body in rows.items()} for kind, rows in bodies().items()}
    assert words([delete(USERS, GLASS)], found=shouted) == {BREAK}


NEW = "eeeeeeee-0000-4000-8000-000000000000"


@pytest.mark.parametrize("entry", [EVE, LUNCH, NEW])
@pytest.mark.parametrize(
    ("planned", "known", "expected"),
    [
        ({LUNCH: NEW}, {LUNCH: NEW}, set()),
        ({LUNCH: NEW}, {}, {TIER}),  # the plan alone says so
        ({}, {LUNCH: NEW}, {TIER}),
        ({LUNCH: NEW}, {LUNCH: EVE}, {TIER}),
    ],
)
def test_an_excluded_group_that_was_made_anew_is_the_same(
    planned: dict[str, str], known: dict[str, str], expected: set[str], entry: str
) -> None:
    found = bodies()
    found[POLICIES][MFA] = policy(MFA, excludeGroups=[LUNCH])
    del found[GROUPS][LUNCH]
    found[GROUPS][NEW] = {"id": NEW, "securityEnabled": True, "members": [EVE]}
    followed = update(POLICIES, MFA, found, conditions=policy(MFA, excludeGroups=[NEW])["conditions"])
    asked = replace(plan(followed), id_map=planned)
    ids = frozenset({LUNCH, NEW} if entry != EVE else {EVE})  # whatever it was called when it was listed
    said = {item.guard for item in check(asked, world(found, entries={entry: ids}, same=known))}
    assert said == expected | ({BREAK} if expected and entry != EVE else set())


def test_someone_else_who_is_excluded_beside_it_weakens() -> None:
    found = bodies()
    found[POLICIES][MFA] = policy(MFA, excludeGroups=[LUNCH])
    change = update(POLICIES, MFA, found, conditions=policy(MFA, excludeGroups=[NEW, TEAM])["conditions"])
    asked = replace(plan(change), id_map={LUNCH: NEW})
    assert {item.guard for item in check(asked, world(found, same={LUNCH: NEW}))} == {TIER}


UNITS = "directory/administrativeUnits"


@pytest.mark.parametrize(("who", "restricted", "expected"),
                         [(GLASS, True, {BREAK}), (EMERGENCY, True, {BREAK}), (EVE, True, set()), (LUNCH, True, set()),
                          (GLASS, False, set())])  # fmt: skip
def test_to_leave_a_restricted_unit_is_a_loss(who: str, restricted: bool, expected: set[str]) -> None:
    unit = {"id": "u", "displayName": "Tier 0", "isMemberManagementRestricted": restricted, "members": [ADA, who]}
    found = bodies() | {UNITS: {"u": unit}}
    assert words([update(UNITS, "u", found, members=[ADA])], found=found) == expected
    assert words([delete(UNITS, "u", found)], found=found) == expected


def test_a_group_on_the_list_stands_for_all_who_are_in_it() -> None:
    entries = {"groups/team": [TEAM]}
    for change in (delete(USERS, EVE), update(GROUPS, TEAM, members=[INNER]), delete(USERS, GLASS)):
        assert BREAK in words([change], entries=entries)
    assert words([delete(USERS, GUEST)], entries=entries) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], set()),  # nothing happens, so nothing is refused
        ([update(USERS, EVE, jobTitle="x")], {BREAK}),
        ([create(USERS, {"id": NAMED, "accountEnabled": True})], set()),  # the plan makes it again
        ([restore(USERS, {"id": NAMED, "accountEnabled": True})], set()),
        ([restore(PRINCIPALS, {"id": NAMED, "accountEnabled": True})], {BREAK}),  # no account
    ],
)  # fmt: skip
def test_an_entry_that_names_nothing_refuses(changes: list[Change], expected: set[str]) -> None:
    entries = {"users/glass@x": [GLASS], "users/gone@x": [NAMED]}
    found = check(plan(*changes), world(entries=entries))
    assert {item.guard for item in found} == expected
    assert all(item.address == SETTINGS and "users/gone@x" in item.message for item in found)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (delete(APPS, OURS_APP), {OWN}),
        (delete(PRINCIPALS, OURS), {OWN}),
        (update(PRINCIPALS, OURS, accountEnabled=False), {OWN}),
        (update(APPS, OURS_APP, displayName="x"), set()),
        (update(APPS, OURS_APP, passwordCredentials=[key("k1")]), {OWN}),
        (update(APPS, OURS_APP, federatedIdentityCredentials=[{"name": "ci", "subject": "fork"}]), {OWN}),
        (update(APPS, OURS_APP, owners=[EVE]), set()),  # one more
        (update(PRINCIPALS, OURS, owners=None), {OWN}),
        (update(PRINCIPALS, OURS, appRoleAssignments=None), {OWN}),
        (delete(GRANTS, "g-ours"), {OWN}),
        (update(GRANTS, "g-ours", scope="a"), {OWN}),
        (update(GRANTS, "g-ours", scope="a b c"), set()),
        (delete(GRANTS, "g-theirs"), set()),
        (delete(ASSIGNMENTS, "r-ours"), {OWN}),
        (update(GROUPS, LUNCH, members=[ADA, GLASS]), set()),  # a group that gives nothing
        (delete(PRINCIPALS, GRAPH), {OWN}),  # with it all that entragit may do would go
        (delete(PRINCIPALS, THEIRS), set()),
    ],
)  # fmt: skip
def test_entragit_keeps_its_own_identity(change: Change, expected: set[str]) -> None:
    assert words([change]) == expected


WORKLOADS = "ServicePrincipalsInMyTenant"


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"includeServicePrincipals": [OURS.upper()]}, {OWN}),
        ({"includeServicePrincipals": [WORKLOADS]}, {OWN}),
        ({"includeServicePrincipals": [WORKLOADS], "excludeServicePrincipals": [OURS]}, set()),
        ({"includeServicePrincipals": [THEIRS]}, set()),
        (None, set()),
    ],
)
def test_a_policy_for_workloads_leaves_entragit_a_way_in(about: Body | None, expected: set[str]) -> None:
    body = policy(WALL, "enabled", "block", includeUsers=["None"])
    body["conditions"] = {**body["conditions"], "clientApplications": about}
    assert words([update(POLICIES, WALL, **body)]) == expected
    assert words([create(POLICIES, {**body, "id": ""})]) == expected
    found = bodies()
    found[POLICIES][WALL] = body
    assert words([update(POLICIES, WALL, found, displayName="x")], found=found) == set()  # it was so before


def test_a_person_who_signs_in_stays_able_to() -> None:
    own = frozenset({EVE})
    assert words([update(USERS, EVE, accountEnabled=False)], own=own) == {OWN}
    assert words([delete(USERS, EVE)], own=own) == {OWN}
    found = bodies()
    found[USERS][EVE]["manager"] = ADA
    assert words([update(USERS, EVE, found, manager=GUEST)], found=found, own=own) == set()


def test_own_identity_stays_in_groups_that_give_a_role() -> None:
    found = bodies()
    found[ASSIGNMENTS]["r-lunch"] = role("r-lunch", LUNCH, READER)
    assert words([update(GROUPS, LUNCH, members=[ADA, GLASS])], found=found) == {OWN}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([delete(ASSIGNMENTS, "r-ada")], set()),  # the team is left
        ([delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team")], {LOCK}),
        ([delete(USERS, ADA), update(GROUPS, TEAM, members=None)], {LOCK}),
        ([update(USERS, ADA, accountEnabled=False), update(GROUPS, TEAM, securityEnabled=False)], {LOCK}),
        ([delete(USERS, ADA), delete(GROUPS, TEAM)], {LOCK}),
        ([delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team"), create(ASSIGNMENTS, role("n", GUEST))], set()),
        # neither a part of the tenant nor a service principal nor whom nobody knows the password of counts
        (
            [delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team"),
             create(ASSIGNMENTS, role("n", GUEST, scope="/administrativeUnits/x")),
             create(ASSIGNMENTS, role("m", OURS))],
            {LOCK},
        ),
        (
            [delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team"), create(ASSIGNMENTS, role("n", NAMED)),
             create(USERS, {"id": NAMED, "accountEnabled": True})],
            {LOCK},
        ),
        (
            [delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team"), create(ASSIGNMENTS, role("n", NAMED)),
             restore(USERS, {"id": NAMED, "accountEnabled": True})],
            set(),
        ),
        # a Privileged Role Administrator alone can still make one, but the last Global Administrator stays
        (
            [delete(ASSIGNMENTS, "r-ada"), delete(ASSIGNMENTS, "r-team"),
             create(ASSIGNMENTS, role("n", GUEST, PRIVILEGED_ROLE_ADMINISTRATOR))],
            {LOCK},
        ),
        ([update(POLICIES, WALL, state="enabled")], {LOCK}),
        ([update(POLICIES, WALL, state="enabledForReportingButNotEnforced")], set()),
        ([update(POLICIES, WALL, **policy(WALL, "enabled", "block", excludeUsers=[ADA]))], set()),
        ([update(POLICIES, WALL, **policy(WALL, "enabled", "block", excludeGroups=[TEAM]))], set()),
        ([update(POLICIES, WALL, **policy(WALL, "enabled", "block", excludeGroups=[LUNCH]))], set()),
        ([update(POLICIES, WALL, **policy(WALL, "enabled", "block", excludeUsers=[GUEST]))], {LOCK}),
        ([update(POLICIES, WALL, **policy(WALL, "enabled", "block", excludeRoles=[GLOBAL_ADMINISTRATOR]))], set()),
        ([create(POLICIES, policy("", "enabled", "block"))], {LOCK}),
        # security defaults and policies
        ([update(DEFAULTS, DEFAULTS, isEnabled=True)], {LOCK}),
        ([update(DEFAULTS, DEFAULTS, isEnabled=True), delete(POLICIES, MFA)], set()),
        ([update(DEFAULTS, DEFAULTS, isEnabled=True), update(POLICIES, MFA, state="disabled")], set()),
    ],
)  # fmt: skip
def test_somebody_can_still_administer_the_tenant(changes: list[Change], expected: set[str]) -> None:
    assert words(changes, entries={"users/guest@x": [GUEST]}) - {TIER} == expected


CONDITIONS: dict[str, object] = {
    "platforms": {"includePlatforms": ["iOS"]},
    "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
    "clientAppTypes": ["exchangeActiveSync", "other"],
    "signInRiskLevels": ["high"],
    "applications": {"includeApplications": ["Office365"]},
}


@pytest.mark.parametrize(("name", "value"), CONDITIONS.items())
def test_a_block_with_a_condition_leaves_a_way_in(name: str, value: object) -> None:
    body = policy(WALL, "enabled", "block")
    body["conditions"] = {**body["conditions"], name: value}
    assert LOCK not in words([update(POLICIES, WALL, **body)])


def test_what_was_locked_before_is_no_fault_of_the_plan() -> None:
    change = update(USERS, EVE, accountEnabled=False)
    nobody, walled, doubled = bodies(), bodies(), bodies()
    nobody[ASSIGNMENTS] = {}
    walled[POLICIES][WALL]["state"] = "enabled"
    doubled[DEFAULTS][DEFAULTS]["isEnabled"] = True
    for found in (nobody, walled, doubled):
        assert words([change], found=found) == set()


def test_nobody_signs_in_with_a_password_that_nobody_knows() -> None:
    found = bodies()
    found[ASSIGNMENTS] = {"r": role("r", ADA, PRIVILEGED_ROLE_ADMINISTRATOR)}
    new = create(ASSIGNMENTS, role("n", NAMED, PRIVILEGED_ROLE_ADMINISTRATOR))
    person: Body = {"id": NAMED, "accountEnabled": True}
    change = delete(ASSIGNMENTS, "r", found)
    assert words([change, new, create(USERS, person)], found=found) == {LOCK, TIER}
    assert words([change, new, restore(USERS, person)], found=found) == {TIER}


def test_a_group_that_is_about_to_decide_counts_already() -> None:
    leaves = update(GROUPS, LUNCH, members=[ADA, OURS])
    excludes = update(POLICIES, WALL, **policy(WALL, "disabled", "block", excludeGroups=[LUNCH]))
    assert words([leaves]) == set()
    assert words([leaves, excludes]) == {BREAK}
    part = Coverage(ALL.kinds, frozenset({Gap(GROUPS, "members", LUNCH), Gap(GROUPS, "members", TEAM)}))
    said = check(plan(delete(USERS, EVE), excludes, delete(ASSIGNMENTS, "r-team")), world(coverage=part))
    hidden = {item.address for item in said if "members" in item.message}
    assert hidden == {f"{GROUPS}/{LUNCH}", f"{GROUPS}/{TEAM}"}


def test_consent_of_a_break_glass_account_is_no_way_in() -> None:
    found = bodies()
    found[GRANTS]["g-theirs"]["principalId"] = GLASS
    assert words([delete(GRANTS, "g-theirs", found)], found=found) == set()


def test_what_an_apply_would_do_counts_and_nothing_else() -> None:
    """Not what the edits show, nor what the plan says that the tenant is; what isn't covered stands in neither."""
    change = update(POLICIES, MFA, displayName="x")
    hidden = replace(change, desired={**(change.desired or {}), "state": "disabled"})
    assert words([hidden]) == {TIER}
    off = {POLICIES: {MFA: policy(MFA, "disabled")}}
    lying = update(POLICIES, MFA, off, conditions=policy(MFA, excludeUsers=[EVE])["conditions"])
    assert words([lying]) == set()
    assert words([lying], live={(POLICIES, MFA): policy(MFA)}) == {TIER}
    found = bodies()
    del found[ASSIGNMENTS]["r-team"]
    part = update(USERS, ADA, {USERS: {ADA: {"id": ADA}}}, jobTitle="x")
    assert words([part], found=found) == set()


@pytest.mark.parametrize(
    ("change", "weaker"),
    [
        (update(POLICIES, MFA, state="disabled"), True),
        (update(POLICIES, MFA, state="enabledForReportingButNotEnforced"), True),
        (delete(POLICIES, MFA), True),
        (delete(POLICIES, WALL), True),
        (update(POLICIES, WALL, state="enabledForReportingButNotEnforced"), False),
        (update(POLICIES, MFA, grantControls={"builtInControls": ["block"], "operator": "OR"}), False),
        (update(POLICIES, MFA, **policy(MFA, excludeGroups=[EMERGENCY, LUNCH], excludeUsers=[GLASS])), True),
        (create(POLICIES, policy("")), False),
        (create(ASSIGNMENTS, role("n", EVE, READER)), True),
        (delete(ASSIGNMENTS, "r-guest"), False),  # access that goes protects
        (create(LOCATIONS, {"displayName": "x", "isTrusted": True}), True),
        (create(DEFINITIONS, {"displayName": "x"}), False),
        (update(USERS, EVE, jobTitle="x"), False),
    ],
)  # fmt: skip
def test_tier_zero_is_not_weakened_in_passing(change: Change, weaker: bool) -> None:
    assert (TIER in words([change])) is weaker


def test_what_nobody_can_judge_counts_as_weaker() -> None:
    found = bodies() | {METHODS: {METHODS: {"id": METHODS, "policyVersion": "1"}}}
    assert (CATALOG[METHODS].writes.weakens is None) is (
        TIER in words([update(METHODS, METHODS, found, reconfirmationInDays=3)], found=found)
    )


def test_every_kind_of_tier_zero_tells_what_weakens_it() -> None:
    assert {name for name, kind in CATALOG.items() if kind.tier == 0 and kind.writes.weakens is None} <= {METHODS}


def test_without_a_break_glass_list_nothing_of_tier_zero_changes() -> None:
    changes = [create(POLICIES, policy(""))]
    assert words(changes, entries={}) == {TIER}
    assert words(changes) == set()
    assert words([update(USERS, EVE, jobTitle="x")], entries={}) == set()


@pytest.mark.parametrize(
    ("left", "last"),
    [
        (["ours"], False),
        (["added", "ours"], False),
        (["out"], True),  # the one that stays has run out
        ([], True),
        (["new"], True),  # what the tenant has lost can't be brought back
    ],
)
def test_an_application_keeps_a_credential_that_works(left: list[str], last: bool) -> None:
    rows = {row["keyId"]: row for row in [*bodies()[APPS][THEIRS_APP]["passwordCredentials"], key("new")]}
    change = update(APPS, THEIRS_APP, passwordCredentials=[rows[name] for name in left] or None)
    assert words([change]) == ({LAST} if last else set())


def _tight(**limit: Limit) -> Guards:
    return Guards(("users/glass@x",), {DEFAULT: Limits(), USERS: Limits(**limit), GROUPS: Limits(**limit)})


@pytest.mark.parametrize(
    ("guards", "changes", "passed"),
    [
        (_tight(deletes=Limit(0, 0)), [delete(USERS, EVE)], True),
        (_tight(deletes=Limit(0, 1)), [delete(USERS, EVE)], False),
        (_tight(deletes=Limit(25, 0)), [delete(USERS, EVE)], False),  # one of four
        (_tight(deletes=Limit(25, 0)), [delete(USERS, EVE), delete(USERS, GUEST)], True),
        (_tight(updates=Limit(0, 0)), [update(USERS, EVE, jobTitle="x")], True),
        (_tight(updates=Limit(0, 0)), [create(USERS, {"displayName": "x"})], False),
        (_tight(updates=Limit(0, 0)), [update(PRINCIPALS, THEIRS, notes="x")], False),
        (_tight(removals=Limit(0, 1)), [update(GROUPS, LUNCH, members=[GLASS])], True),
        (_tight(removals=Limit(0, 2)), [update(GROUPS, LUNCH, members=[GLASS])], False),
    ],
)
def test_limits_are_a_percentage_or_a_count(guards: Guards, changes: list[Change], passed: bool) -> None:
    assert words(changes, guards=guards) == ({"limits"} if passed else set())


@given(st.floats(0, 100), st.integers(0, 40), st.integers(0, 40), st.integers(1, 1000))
def test_the_larger_limit_counts(percent: float, count: int, done: int, total: int) -> None:
    limit = limits.allowed(Limit(percent, count), total)
    assert (done > limit) is (done > count and done * 100 > percent * total)


Lists = st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from("wxyz"), unique=True), min_size=1)


@given(Lists, Lists)
def test_removals_are_the_elements_that_go(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Role permissions hold lists in maps in a list; conditions hold lists in maps."""
    if before == after:
        return
    found = bodies()

    def wrap(part: dict[str, list[str]]) -> dict[str, object]:
        return {"users": {f"include{name}": items for name, items in part.items()}}

    found[POLICIES][MFA]["conditions"] = wrap(before)
    lost = sum(len({*items} - {*after.get(name, ())}) for name, items in before.items())
    assert limits.removals([update(POLICIES, MFA, found, conditions=wrap(after))]) == lost


def test_what_goes_from_inside_an_element_counts() -> None:
    found = bodies()
    wanted = {"resourceAppId": GRAPH, "resourceAccess": [{"id": own, "type": "Role"} for own in (ADA, EVE, GLASS)]}
    found[APPS][THEIRS_APP]["requiredResourceAccess"] = [wanted]
    less = {**wanted, "resourceAccess": wanted["resourceAccess"][:1]}
    assert limits.removals([update(APPS, THEIRS_APP, found, requiredResourceAccess=[less])]) == 2


def test_an_element_that_changes_is_not_removed() -> None:
    change = update(APPS, OURS_APP, federatedIdentityCredentials=[{"name": "ci", "subject": "fork"}])
    assert limits.removals([change]) == 0


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (Gap(ASSIGNMENTS), {BREAK, LOCK, OWN}),
        (Gap(USERS, reason="broken"), {BREAK, LOCK}),
        (Gap(USERS, "accountEnabled"), {LOCK}),
        (Gap(GROUPS, "members"), {BREAK, LOCK, OWN}),
        (Gap(POLICIES), {BREAK}),
        (Gap(POLICIES, reason=NOT_LICENSED), set()),  # without a licence there are none
        (Gap("applications"), {OWN}),
        (Gap(GROUPS, "members", TEAM), {BREAK, LOCK}),  # has a role
        (Gap(GROUPS, "members", LUNCH), set()),
        (Gap(GROUPS, "owners"), set()),
        (Gap("devices"), set()),
    ],
)
def test_what_was_not_read_is_not_let_pass(gap: Gap, expected: set[str]) -> None:
    part = Coverage(ALL.kinds, frozenset({gap}))
    assert words([delete(USERS, EVE)], coverage=part) == expected
    assert words([update(USERS, EVE, jobTitle="x")], coverage=part) == set()


def test_a_block_for_everybody_is_not_let_pass_where_nobody_knows_who_administers() -> None:
    part = Coverage(ALL.kinds, frozenset({Gap(ASSIGNMENTS, reason="broken")}))
    found = bodies()
    found[ASSIGNMENTS] = {}
    wall, door = (policy("", "enabled", "block", includeUsers=[who]) for who in ("All", EVE))
    for body in (wall, door):
        assert words([create(POLICIES, body)], found=found, coverage=part) == {LOCK}
    assert words([create(POLICIES, policy("", "enabled"))], found=found, coverage=part) == set()
    assert words([create(POLICIES, policy("", "disabled", "block"))], found=found, coverage=part) == set()


def test_where_nothing_happens_nothing_is_refused() -> None:
    tight = Guards((), {DEFAULT: Limits(Limit(0, 0), Limit(0, 0), Limit(0, 0))})
    assert check(plan(), world({}, entries={"users/gone@x": []}, guards=tight, coverage=Coverage())) == ()


def test_a_word_lets_its_own_guard_pass_alone() -> None:
    changes = plan(delete(USERS, GLASS), update(POLICIES, MFA, state="disabled"), delete(PRINCIPALS, OURS))
    found = check(changes, world())
    assert {item.guard for item in found} == {BREAK, TIER, OWN}
    assert refused(found) == found
    for word in WORDS:
        again = check(changes, world(allowed=frozenset({word})))
        assert [(item.guard, item.address, item.message) for item in again] == [
            (item.guard, item.address, item.message) for item in found
        ]
        assert {item.guard for item in again if item.allowed} == {word} & {BREAK, TIER, OWN}
    assert refused(check(changes, world(allowed=frozenset(WORDS)))) == ()


@pytest.mark.parametrize("command", [plan_command, apply_command])
def test_the_command_line_takes_every_word(command: click.Command) -> None:
    (offered,) = (option.type for option in command.params if option.name == "allow")
    assert isinstance(offered, click.Choice)
    assert sorted(offered.choices) == sorted(WORDS)


def test_every_guard_says_what_allows_it() -> None:
    everything = [delete(kind, own) for kind, rows in bodies().items() for own in rows]
    tight = Guards(("users/glass@x",), {DEFAULT: Limits(Limit(0, 0), Limit(0, 0), Limit(0, 0))})
    credentials = update(APPS, THEIRS_APP, passwordCredentials=None)
    found = check(plan(*everything, credentials), world(guards=tight))
    assert {item.guard for item in found} == set(WORDS)
    assert all(f"--allow {item.guard}" in item.message for item in found)
    assert list(found) == sorted(found)
    assert len(GUARDS) == len(set(GUARDS))


PEOPLE = [ADA, EVE, GLASS, GUEST]


@given(st.lists(st.sampled_from(PEOPLE), unique=True), st.lists(st.sampled_from(PEOPLE), unique=True),
       st.sets(st.sampled_from(PEOPLE), min_size=1))  # fmt: skip
def test_whoever_is_listed_and_leaves_an_exclusion_is_named(before: list[str], after: list[str], who: set[str]) -> None:
    if before == after:
        return
    found = bodies()
    found[ASSIGNMENTS], found[GROUPS] = {}, {}
    found[POLICIES][MFA] = policy(MFA, excludeUsers=sorted(before))
    change = update(POLICIES, MFA, found, **policy(MFA, excludeUsers=sorted(after), includeUsers=[])) \
        if sorted(before) != sorted(after) else update(POLICIES, MFA, found, displayName="x")  # fmt: skip
    hits = check(plan(change), world(found, entries={name: [name] for name in who}))
    named = {item.message.partition(",")[0] for item in hits if item.guard == BREAK}
    assert named == who & (set(before) - set(after))
