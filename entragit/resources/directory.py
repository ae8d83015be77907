"""Users, groups, devices, administrative units, group settings, the organization and its domains (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Facts, Reference, Relation, ResourceType
from entragit.resources.hooks import direct_licences

USERS = Reference(("users",))
OWNERS = Reference(("users", "servicePrincipals"))
MEMBERS = Reference(("users", "groups", "devices", "servicePrincipals"))
CAST = "microsoft.graph.servicePrincipal"  # v1.0 may leave service principals out of the plain list (facts §5 groups)

KINDS = (
    ResourceType(
        kind="users",
        type="user",
        shape="collection",
        read=("User.Read.All",),
        write=("User.ReadWrite.All",),
        title="userPrincipalName",
        unique=True,
        relations=(
            Relation("manager", "ref", USERS, expand=True),
            Relation("sponsors", "refset", Reference(("users", "groups")), expand=True),
        ),
        select="all",
        also_select=frozenset({"licenseAssignmentStates"}),
        unselectable=frozenset({"assignedLicenses"}),  # its inherited ones are noise: the hook makes it
        unread=frozenset({"customSecurityAttributes"}),
        needs={"employeeLeaveDateTime": "User-LifeCycleInfo.Read.All"},
        sharded=True,
        delta=True,
        top=999,
        hook=direct_licences,
    ),
    ResourceType(
        kind="groups",
        type="group",
        shape="collection",
        read=("Group.Read.All",),
        write=("Group.ReadWrite.All",),
        relations=(
            Relation(
                "members",
                "refset",
                MEMBERS,
                paths=("members", f"members/{CAST}"),
                unless={"groupTypes": "DynamicMembership"},
                hidden=("visibility", "HiddenMembership", "Member.Read.Hidden"),
            ),
            Relation("owners", "refset", OWNERS, paths=("owners", f"owners/{CAST}")),
        ),
        select="all",
        tier=1,
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="devices",
        type="device",
        shape="collection",
        read=("Device.Read.All",),
        write=("Device.ReadWrite.All",),
        relations=(Relation("registeredOwners", "refset", USERS, expand=True),),
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="directory/administrativeUnits",
        type="administrativeUnit",
        shape="collection",
        read=("AdministrativeUnit.Read.All",),
        write=("AdministrativeUnit.ReadWrite.All",),
        relations=(
            Relation(
                "members",
                "refset",
                Reference(("users", "groups", "devices")),
                unless={"membershipType": "Dynamic"},
                hidden=("visibility", "HiddenMembership", "Member.Read.Hidden"),
            ),
        ),
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="groupSettings",
        type="groupSetting",
        shape="collection",
        read=("GroupSettings.Read.All",),
        write=("GroupSettings.ReadWrite.All",),
    ),
    ResourceType(
        kind="organization",
        type="organization",
        shape="singleton",
        read=("Organization.Read.All",),
        write=("Organization.ReadWrite.All",),
    ),
    ResourceType(
        kind="domains",
        type="domain",
        shape="collection",
        read=("Domain.Read.All",),
        write=("Domain.ReadWrite.All",),
        title="id",
        unique=True,
        tier=0,  # who can federate a domain signs in as anyone in it
    ),
)

FACTS: dict[str, Facts] = {}
