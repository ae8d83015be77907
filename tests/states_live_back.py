"""What makes the samples, for the first time and again, and what brings them back from the deleted items."""

from __future__ import annotations

from states_live import (
    APPS,
    ASSIGNMENTS,
    CONFIGURATIONS,
    CONTEXTS,
    DEFINITIONS,
    DEVICES,
    DOMAINS,
    GRANTS,
    GROUPS,
    LOCATIONS,
    POLICIES,
    PRINCIPALS,
    SETTINGS,
    STRENGTHS,
    UNITS,
    UNVERIFIED,
    USERS,
    Deed,
    Row,
    all_of,
    boss,
    changes,
    gone,
    minus,
    patch,
    sample,
    sets,
)
from worlds import World

from entragit.sandbox import removal, seats

MADE = {
    USERS: ["POST users", "POST users/{}/assignLicense", "POST users/{}/sponsors/$ref", "PUT users/{}/manager/$ref"],
    GROUPS: ["PATCH groups/{}", "PATCH groups/{}", "POST groups", "POST groups", "POST groups", "POST groups",
             "POST groups", "POST groups/{}/members/$ref", "POST groups/{}/members/$ref", "POST groups/{}/members/$ref",
             "POST groups/{}/owners/$ref", "POST groups/{}/owners/$ref", "POST groups/{}/assignLicense"],
    UNITS: [f"PATCH {UNITS}/{{}}", f"POST {UNITS}", f"POST {UNITS}", f"POST {UNITS}/{{}}/members/$ref",
            f"POST {UNITS}/{{}}/members/$ref"],
    SETTINGS: [f"POST {SETTINGS}"],
    APPS: ["PATCH applications/{}", "PATCH applications/{}", "POST applications", "POST applications",
           "POST applications/{}/federatedIdentityCredentials", "POST applications/{}/extensionProperties",
           "POST applications/{}/owners/$ref"],
    PRINCIPALS: ["POST applications", "POST servicePrincipals", "POST servicePrincipals/{}/owners/$ref",
                 "POST servicePrincipals/{}/appRoleAssignedTo", "POST servicePrincipals/{}/appRoleAssignments",
                 "POST servicePrincipals/{}/delegatedPermissionClassifications"],
    GRANTS: [f"POST {GRANTS}"],
    POLICIES: [f"PATCH {POLICIES}/{{}}"] * 2 + [f"POST {POLICIES}"] * 3,
    LOCATIONS: [f"POST {LOCATIONS}"] * 2,
    CONTEXTS: [f"PATCH {CONTEXTS}/{{}}"],
    STRENGTHS: [f"POST {STRENGTHS}", f"POST {STRENGTHS}/{{}}/combinationConfigurations"],
    CONFIGURATIONS: [f"PATCH {CONFIGURATIONS}/{{}}", f"POST {CONFIGURATIONS}"],
    DEFINITIONS: [f"POST {DEFINITIONS}"],
    ASSIGNMENTS: [f"POST {ASSIGNMENTS}"] * 2,
}  # fmt: skip
"""Kind → what makes its samples, whether for the first time or again. An application comes with its principal."""

ONE = [write for write in MADE[APPS] if not write.startswith("PATCH")][1:]

PRUNED = {
    USERS: ["DELETE users/{}"],
    GROUPS: ["DELETE groups/{}"] * 5 + ["POST groups/{}/assignLicense"],
    UNITS: [f"DELETE {UNITS}/{{}}"] * 2,
    SETTINGS: [f"DELETE {SETTINGS}/{{}}"],
    APPS: ["DELETE applications/{}"] * 3,
    PRINCIPALS: ["DELETE servicePrincipals/{}"],
    GRANTS: [f"DELETE {GRANTS}/{{}}"],
    POLICIES: [f"DELETE {POLICIES}/{{}}"] * 3,
    LOCATIONS: [f"PATCH {LOCATIONS}/{{}}", f"DELETE {LOCATIONS}/{{}}", f"DELETE {LOCATIONS}/{{}}"],
    CONTEXTS: [f"PATCH {CONTEXTS}/{{}}", f"DELETE {CONTEXTS}/{{}}"],
    STRENGTHS: [f"DELETE {STRENGTHS}/{{}}"],
    CONFIGURATIONS: [f"DELETE {CONFIGURATIONS}/{{}}"],
    DEFINITIONS: [f"DELETE {DEFINITIONS}/{{}}"],
    ASSIGNMENTS: [f"DELETE {ASSIGNMENTS}/{{}}"] * 2,
}
"""Kind → what deletes its samples; a place is trusted no more by then, a context not offered, no licence left."""

ALL = {
    GROUPS: ("Sample Outer", "Sample Inner", "Sample Rule", "Sample Team", "Sample Admins"),
    UNITS: ("Sample Unit", "Sample Rule"),
    APPS: ("Sample One", "Sample Two"),
    POLICIES: ("Sample Policy", "Sample Workload", "Sample Context"),
    LOCATIONS: ("Sample Place", "Sample Country"),
}
"""Kind → its samples, where there are several."""
RESTORE = "POST directory/deletedItems/{}/restore"


def new(*kinds: str) -> tuple[tuple[str, str], ...]:
    """What the ledger says of resources of these kinds that are made anew."""
    return tuple((kind, what) for kind in kinds for what in ("new id", *MORE.get(kind, ())))


MORE = {USERS: ("password",), APPS: ("new appId",)}


def principal_gone(*, soft: bool) -> Deed:
    """A service principal goes, and its application with it."""
    return all_of(gone(PRINCIPALS, soft=soft), gone(APPS, "Sample Three", soft=soft))


def role_gone(world: World) -> None:
    """Somebody takes a role from everybody and deletes it: with assignments, Graph keeps it."""
    role = str(sample(world, DEFINITIONS)["id"])
    seats.drop(world.tenant, ASSIGNMENTS, "roleDefinitionId", role)
    removal.remove(world.tenant, DEFINITIONS, role, soft=False)


def boss_gone(world: World) -> None:
    """Somebody deletes who has the role."""
    removal.remove(world.tenant, USERS, boss(world), soft=True)


NO_PLACE = all_of(
    minus(POLICIES, "conditions/locations/excludeLocations"),
    changes(POLICIES, "conditions/locations/includeLocations", lambda *_: ["All"], "Sample Workload"),
)
NO_STRENGTH = sets(POLICIES, grantControls={"operator": "OR", "builtInControls": ["mfa"]})
"""Graph deletes no location, and no strength, that a policy names."""

DELETED = [
    Row(USERS, gone(USERS, soft=True), [RESTORE]),
    Row(
        GROUPS,
        all_of(sets(GROUPS, "Sample Team", assignedLicenses=[]), gone(GROUPS, *ALL[GROUPS], soft=True)),
        [*[RESTORE] * 5, "POST groups/{}/assignLicense", MADE[ASSIGNMENTS][0]],
        said=new(ASSIGNMENTS),
    ),
    Row(UNITS, gone(UNITS, *ALL[UNITS], soft=True), [RESTORE] * 2),
    Row(APPS, gone(APPS, *ALL[APPS], soft=True), [RESTORE] * 2),
    Row(PRINCIPALS, principal_gone(soft=True), [RESTORE, RESTORE, *MADE[GRANTS]], said=new(GRANTS)),
    Row(GRANTS, gone(PRINCIPALS, soft=True), [RESTORE, *MADE[GRANTS]], said=new(GRANTS), together=False),
    Row(
        ASSIGNMENTS,
        boss_gone,
        [RESTORE, MADE[ASSIGNMENTS][0]],
        together=False,
        said=(*new(ASSIGNMENTS), (DEVICES, "delegated only")),
    ),
]
"""What deleted items bring back: what they were in, and what was in them, comes with them, and no consent or role."""

PURGED = [
    Row(USERS, gone(USERS), MADE[USERS], follows=(f"PATCH {POLICIES}/{{}}", "POST groups/{}/members/$ref"),
        said=new(USERS)),
    Row(UNITS, gone(UNITS, *ALL[UNITS]), MADE[UNITS], said=new(UNITS, UNITS)),
    Row(GROUPS, gone(GROUPS, *ALL[GROUPS]), MADE[GROUPS], said=new(*[GROUPS] * 5, ASSIGNMENTS),
        follows=(f"PATCH {POLICIES}/{{}}", f"PATCH {POLICIES}/{{}}", f"POST {UNITS}/{{}}/members/$ref",
                 MADE[ASSIGNMENTS][0])),
    Row(DEVICES, gone(DEVICES), [], left=("device",)),
    Row(SETTINGS, gone(SETTINGS), MADE[SETTINGS], said=new(SETTINGS)),
    Row(DOMAINS, gone(DOMAINS, UNVERIFIED), [], left=("domain",)),
    Row(APPS, gone(APPS, *ALL[APPS]), MADE[APPS], said=new(APPS, APPS)),
    Row(GRANTS, gone(GRANTS), MADE[GRANTS], said=new(GRANTS)),
    Row(PRINCIPALS, principal_gone(soft=False), MADE[PRINCIPALS], said=new(APPS, PRINCIPALS, GRANTS),
        follows=(*MADE[GRANTS], f"PATCH {POLICIES}/{{}}")),
    Row(LOCATIONS, all_of(NO_PLACE, gone(LOCATIONS, *ALL[LOCATIONS])), MADE[LOCATIONS], said=new(LOCATIONS, LOCATIONS),
        follows=(f"PATCH {POLICIES}/{{}}",) * 2),
    Row(STRENGTHS, all_of(NO_STRENGTH, gone(STRENGTHS)), MADE[STRENGTHS], said=new(STRENGTHS),
        follows=(f"PATCH {POLICIES}/{{}}",)),
    Row(POLICIES, gone(POLICIES, *ALL[POLICIES]), MADE[POLICIES], said=new(*[POLICIES] * 3)),
    Row(CONTEXTS, gone(CONTEXTS), MADE[CONTEXTS]),
    Row(CONFIGURATIONS, gone(CONFIGURATIONS), MADE[CONFIGURATIONS], said=new(CONFIGURATIONS)),
    Row(ASSIGNMENTS, gone(ASSIGNMENTS), MADE[ASSIGNMENTS][:1], said=new(ASSIGNMENTS)),
    Row(ASSIGNMENTS, all_of(gone(ASSIGNMENTS), sets(DEFINITIONS, isEnabled=False)),
        [*patch(DEFINITIONS), MADE[ASSIGNMENTS][0]], "of a role that is off", said=new(ASSIGNMENTS), together=False),
    Row(APPS, gone(APPS, "Sample One"), [*ONE, *patch(APPS, 2)], "one of two", said=new(APPS), together=False),
    Row(GROUPS, gone(GROUPS), ["POST groups", *patch(GROUPS), "POST groups/{}/owners/$ref"],
        "one of two", follows=(f"PATCH {POLICIES}/{{}}", f"POST {UNITS}/{{}}/members/$ref",
                               "POST groups/{}/members/$ref"), said=new(GROUPS), together=False),
    Row(DEFINITIONS, role_gone, [*MADE[DEFINITIONS], MADE[ASSIGNMENTS][0]], said=new(ASSIGNMENTS, ASSIGNMENTS),
        follows=tuple(MADE[ASSIGNMENTS][1:])),
]  # fmt: skip
"""Gone for good. What others name goes after what is in it: deeds look for the sample."""
