"""Attributes, branding, certificates, federation, synchronization (facts §5)."""

from __future__ import annotations

from entragit.resources.base import Belonging, Relation, ResourceType
from entragit.resources.facts import SEQUENCE, SET, Facts, Reference, keyed
from entragit.resources.further import identity_writes as writes

SETS, ATTRIBUTES = "directory/attributeSets", "customSecurityAttributeDefinitions"
PROFILES = "identity/verifiedId/profiles"
OWNER = Reference(("applications", "servicePrincipals"), by="appId")

CONTACT = Facts(
    lists={"addresses": SEQUENCE, "phones": keyed("type"), "proxyAddresses": SET},
    # What Exchange or the on-premises directory reports of a contact, decided by nobody.
    noise=frozenset({"onPremisesLastSyncDateTime", "onPremisesProvisioningErrors", "serviceProvisioningErrors"}),
)

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="contacts",
        type="orgContact",
        read=("OrgContact.Read.All",),
        facts=CONTACT,
        relations=(Relation("manager", "ref", Reference(("users", "contacts")), expand=True, never=writes.CONTACTS),),
        writes=writes.CONTACT,
        delta=True,
        top=999,
    ),
    ResourceType(
        kind="schemaExtensions",
        type="schemaExtension",
        read=("Application.Read.All",),
        title="id",  # "contoso_courses", "extkvbmkofy_courses"
        unique=True,
        facts=Facts(
            lists={"properties": keyed("name"), "targetTypes": SET},
            references={"owner": OWNER},
            keep=frozenset({"owner"}),
        ),
        belongs=Belonging("owner", "applications", "appId"),
        writes=writes.EXTENSION,
    ),
    ResourceType(
        kind=SETS,
        type="attributeSet",
        read=("CustomSecAttributeDefinition.Read.All",),
        write=("CustomSecAttributeDefinition.ReadWrite.All",),
        role="Attribute Definition Administrator",
        title="id",
        unique=True,
        writes=writes.ATTRIBUTE_SET,
    ),
    ResourceType(
        kind=f"directory/{ATTRIBUTES}",
        type="customSecurityAttributeDefinition",
        read=("CustomSecAttributeDefinition.Read.All",),
        write=("CustomSecAttributeDefinition.ReadWrite.All",),
        role="Attribute Definition Administrator",
        title="id",  # "Engineering_Project"
        unique=True,
        facts=Facts(references={"attributeSet": Reference((SETS,), guid=False)}),
        relations=(
            Relation(
                "allowedValues",
                "child",
                type="allowedValue",
                rule=keyed("id"),
                change="patch",
                lasting=writes.VALUE,
            ),
        ),
        writes=writes.ATTRIBUTE,
    ),
    ResourceType(
        kind="admin/reportSettings",
        type="adminReportSettings",
        shape="singleton",
        read=("ReportSettings.Read.All",),
        write=("ReportSettings.ReadWrite.All",),
        role="Global Administrator",
        title="",
    ),
    ResourceType(
        kind=PROFILES,
        type="verifiedIdProfile",
        read=("VerifiedId-Profile.Read.All",),
        role="Authentication Policy Administrator",
        title="name",
        facts=Facts(lists={"verifiedIdUsageConfigurations": keyed("purpose")}),
        writes=writes.PROFILE,
        tier=0,  # whoever presents what it asks for gets back into an account
    ),
)  # fmt: skip
FACTS: dict[str, Facts] = {
    "customSecurityAttributeValue": Facts(open=True),
    "verifiedIdProfileConfiguration": Facts(lists={"claimBindings": keyed("verifiedIdClaim")}),
}
