"""Users, groups, devices, administrative units, group settings, the organization and its domains (facts §5)."""

from __future__ import annotations

from entragit.resources import directory_writes as writes
from entragit.resources.base import Relation, ResourceType
from entragit.resources.facts import ONLY, SET, Facts, Reference, keyed
from entragit.resources.hooks import direct_licences
from entragit.resources.pim import passing
from entragit.resources.weakening import per_user

USERS = Reference(("users",))
MANAGERS = Reference(("users", "contacts"))
OWNERS = Reference(("users", "servicePrincipals"))
MEMBERS = Reference(("users", "groups", "devices", "servicePrincipals", "contacts"))
CAST = "microsoft.graph.servicePrincipal"  # v1.0 may leave service principals out of the plain list (facts §5 groups)
HIDDEN = ("visibility", "HiddenMembership", "Member.Read.Hidden")

# What of a directory object comes from Active Directory is decided there: only whether it does stays, since that
# decides what can be written (design section 9). onPremisesImmutableId, which joins the two, is writable and stays.
SYNCED = frozenset({"onPremisesSyncEnabled"})

# A person's own words in SharePoint, not an administrator's: no list sends them, no application may write them.
PROFILE = frozenset({
    "aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities",
    "schools", "skills",
})  # fmt: skip

USER = Facts(
    lists={
        "assignedLicenses": keyed("skuId"),
        "businessPhones": SET,
        "identities": keyed("signInType", "issuer", "issuerAssignedId"),
        "otherMails": SET,
    },
    # mailboxSettings and showInAddressList are Exchange's, deviceEnrollmentLimit is Intune's, print a door to printers.
    noise=PROFILE | {"deviceEnrollmentLimit", "mailboxSettings", "print", "showInAddressList"},
    # assignedLicenses: read-only as a property, decided by assignLicense.
    keep=SYNCED | {"assignedLicenses"},
)

GROUP = Facts(
    lists={
        "assignedLabels": keyed("labelId"),
        "assignedLicenses": keyed("skuId"),
        "groupTypes": SET,
        "infoCatalogs": SET,
        "resourceBehaviorOptions": SET,
        "resourceProvisioningOptions": SET,
    },
    # Exchange's, sent for a single group only and not to every application (facts §1, §5); and the tenant's own id.
    noise=frozenset({
        "accessType", "allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists",
        "hideFromOutlookClients", "isFavorite", "isSubscribedByMail", "organizationId", "unseenConversationsCount",
        "unseenCount", "unseenMessagesCount", "welcomeMessageEnabled",
    }),
    # assignedLicenses: decided by assignLicense. uniqueName: given at creation, the one key of a group that is unique.
    keep=SYNCED | {"assignedLicenses", "uniqueName"},
)  # fmt: skip

DEVICE = Facts(
    # Written by the device, its registration or Intune, not by an administrator. alternativeSecurityIds and physicalIds
    # are of the registration that no re-creation brings back (facts §5 devices).
    noise=frozenset({
        "alternativeSecurityIds", "deviceCategory", "deviceMetadata", "deviceOwnership", "enrollmentProfileName",
        "enrollmentType", "isManaged", "isRooted", "managementType", "operatingSystemVersion", "physicalIds",
        "profileType", "systemLabels",
    }),
    keep=SYNCED | {"trustType"},  # trustType: how the device is joined, without which no one can tell what it is
)  # fmt: skip

ORGANIZATION = Facts(
    lists={
        "marketingNotificationEmails": SET,
        "securityComplianceNotificationMails": SET,
        "securityComplianceNotificationPhones": SET,
        "technicalNotificationMails": SET,
    },
    # Read-only in Graph (facts §5 organization); directorySizeQuota counts objects and is sent though undocumented.
    noise=frozenset({"businessPhones", "country", "directorySizeQuota", "preferredLanguage"}),
    keep=SYNCED | {"displayName"},  # displayName: decided in the portal; the name by which people know the tenant
)

DOMAIN = Facts(
    lists={"supportedServices": SET},
    # isInitial and isVerified: what the domain is; isAdminManaged: whether its DNS is Microsoft's, an admin's choice.
    keep=frozenset({"isAdminManaged", "isInitial", "isVerified"}),
)

USER_RELATIONS = (
    Relation("manager", "ref", MANAGERS, expand=True),
    Relation("sponsors", "refset", Reference(("users", "groups")), expand=True),
    # Multifactor authentication by user, as of old.
    Relation(
        "requirements",
        "single",
        type="strongAuthenticationRequirements",
        way="authentication/requirements",
        version="beta",
        read=("Policy.Read.All",),
        write=("Policy.ReadWrite.AuthenticationMethod",),
        always="PATCH",
        settled=writes.REQUIRED,
        weakens=per_user,
        asked=True,
    ),
    # Which second factor a person is asked for first.
    Relation(
        "signInPreferences",
        "single",
        type="signInPreferences",
        way="authentication/signInPreferences",
        version="beta",
        read=("UserAuthenticationMethod.Read.All",),
        write=("UserAuthenticationMethod.ReadWrite.All",),
        role="Authentication Administrator",
        always="PATCH",
        settled=writes.PREFERRED,
        unmade=writes.PREFERRED,
        asked=True,
    ),
    # Needs no permission beyond those of users: User.Read.All reads it, User.ReadWrite.All sets and removes it.
    Relation("photo", "stream", way="photo/$value", asked=True),
    Relation(
        "methods",
        "child",
        type="authenticationMethodCount",
        rule=keyed("method"),
        key="method",
        way="authentication/methods",
        read=("UserAuthenticationMethod.Read.All",),
        counted=True,
        never=writes.REGISTERED,
        asked=True,
    ),
)

GROUP_RELATIONS = (
    # Those of a dynamic group are computed; those of a synced one are read, for review, and not written.
    Relation(
        "members",
        "refset",
        MEMBERS,
        paths=("members", f"members/{CAST}"),
        unless={"groupTypes": "DynamicMembership"},
        hidden=HIDDEN,
        passing=passing("member"),
        bind=True,
    ),
    Relation(
        "owners",
        "refset",
        OWNERS,
        paths=("owners", f"owners/{CAST}"),
        passing=passing("owner"),
        bind=True,
        stays=writes.LAST_OWNER,
    ),
    # A policy for all groups, or for none, needs no list of them.
    Relation(
        "groupLifecyclePolicies",
        "refset",
        Reference(("groupLifecyclePolicies",)),
        where={"groupTypes": "Unified"},
        elsewhere={"managedGroupTypes": ("All", "None")},
        read=("Directory.Read.All",),
        write=("Directory.ReadWrite.All",),
        through=("groupLifecyclePolicies", "addGroup", "removeGroup", "groupId"),
        asks=writes.EXPIRES,
    ),
    Relation(
        "settings",
        "child",
        type="groupSetting",
        rule=keyed("templateId"),
        where={"groupTypes": "Unified"},
        drop=frozenset({"displayName", "id"}),
        write=("GroupSettings.ReadWrite.All",),
        change="patch",
    ),
    # Needs no permission beyond those of groups, as with people.
    Relation("photo", "stream", where={"groupTypes": "Unified"}, way="photo/$value", asked=True),
)

UNIT_RELATIONS = (
    Relation(
        "members",
        "refset",
        Reference(("users", "groups", "devices")),
        unless={"membershipType": "Dynamic"},
        hidden=HIDDEN,
    ),
)

# Where sign-in goes, and which certificates sign people in, in the older of Graph's two places for that (facts §5).
FEDERATION = Relation(
    "federationConfiguration",
    "child",
    type="internalDomainFederation",
    rule=ONLY,
    where={"authenticationType": "Federated"},
    drop=frozenset({"id"}),
    read=("Domain-InternalFederation.Read.All",),
    change="patch",
)
CERTIFICATES = Relation(
    "certificateBasedAuthConfiguration", "child", type="certificateBasedAuthConfiguration", rule=ONLY, frees=True
)

KINDS = (
    ResourceType(
        kind="users",
        type="user",
        read=("User.Read.All",),
        write=("User.ReadWrite.All",),
        role="User Administrator",
        title="userPrincipalName",
        unique=True,
        facts=USER,
        relations=USER_RELATIONS,
        select="all",
        also_select=frozenset({"licenseAssignmentStates"}),
        unselectable=frozenset({"assignedLicenses"}),  # the hook makes it, without the inherited ones
        unread=frozenset({"identityParentId"}),
        needs={
            "customSecurityAttributes": "CustomSecAttributeAssignment.Read.All",
            "employeeLeaveDateTime": "User-LifeCycleInfo.Read.All",
        },
        sharded=True,
        delta=True,
        top=999,
        hook=direct_licences,
        writes=writes.USER,
    ),
    ResourceType(
        kind="groups",
        type="group",
        read=("Group.Read.All",),
        write=("Group.ReadWrite.All",),
        role="Groups Administrator",
        facts=GROUP,
        relations=GROUP_RELATIONS,
        writes=writes.GROUP,
        select="all",
        tier=1,
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="devices",
        type="device",
        read=("Device.Read.All",),
        write=("Device.ReadWrite.All",),
        role="Cloud Device Administrator",
        facts=DEVICE,
        writes=writes.DEVICE,
        relations=(Relation("registeredOwners", "refset", USERS, expand=True, never=writes.DELEGATED),),
        select="all",  # sheds what the device itself writes, known to us or not
        sharded=True,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="directory/administrativeUnits",
        type="administrativeUnit",
        read=("AdministrativeUnit.Read.All",),
        write=("AdministrativeUnit.ReadWrite.All",),
        role="Privileged Role Administrator",
        relations=UNIT_RELATIONS,
        writes=writes.UNIT,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="groupSettings",
        type="groupSetting",
        read=("GroupSettings.Read.All",),
        write=("GroupSettings.ReadWrite.All",),
        role="Groups Administrator",
        # displayName: the template's, by which people know the setting; templateId: given at creation, identifies it.
        facts=Facts(lists={"values": keyed("name")}, keep=frozenset({"displayName", "templateId"})),
        writes=writes.SETTING,
    ),
    ResourceType(
        kind="organization",
        type="organization",
        shape="singleton",
        read=("Organization.Read.All",),
        write=("Organization.ReadWrite.All",),
        role="Global Administrator",
        title="",
        facts=ORGANIZATION,
        relations=(CERTIFICATES,),
        writes=writes.ORGANIZATION,
        tier=0,  # whoever issues its certificates signs in as anyone
    ),
    ResourceType(
        kind="domains",
        type="domain",
        read=("Domain.Read.All",),
        write=("Domain.ReadWrite.All",),
        role="Domain Name Administrator",
        title="id",
        unique=True,
        facts=DOMAIN,
        relations=(FEDERATION,),
        writes=writes.DOMAIN,
        tier=0,  # whoever federates a domain signs in as anyone in it
    ),
)

FACTS = {
    "assignedLicense": Facts(lists={"disabledPlans": SET}),
    "authorizationInfo": Facts(lists={"certificateUserIds": SET}),
    "certificateBasedAuthConfiguration": Facts(
        lists={"certificateAuthorities": keyed("certificate")}, noise=frozenset({"id"})
    ),
    # When Microsoft last looked for a new certificate, and what came of it.
    "internalDomainFederation": Facts(noise=frozenset({"signingCertificateUpdateStatus"})),
}
