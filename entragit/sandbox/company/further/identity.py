"""The made-up company: attributes, branding, certificates, federation, synchronization."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, nasty, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

SETS, DEFINITIONS = "directory/attributeSets", "directory/customSecurityAttributeDefinitions"
PROFILES = "identity/verifiedId/profiles"


def _contacts(build: Build) -> None:
    """Contacts of Exchange, one of them synchronised; one is in a distribution list and has a manager."""
    place = {"businessAddress": "", "city": "Utrecht", "countryOrRegion": "Netherlands", "postalCode": "3511 AA"}
    partner = f"press@partner.{build.tenant.domain}"
    press = build.add("contacts", {
        "displayName": "Press Office (Partner)", "mail": partner, "mailNickname": "press", "companyName": "Partner",
        "givenName": "Noor", "surname": "de Wit", "jobTitle": "Spokesperson", "department": "Press",
        "proxyAddresses": [f"SMTP:{partner}", f"smtp:noor@partner.{build.tenant.domain}"],
        "addresses": [{name: value for name, value in place.items() if value}
                      | {"officeLocation": None, "state": None, "street": "Oudegracht 1"}],
        "phones": [values("phone", type="mobile", number="+31 6 5550 0101"),
                   values("phone", type="business", number="+31 30 555 0100")],
    })  # fmt: skip
    synced = {"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": build.moment(0.02)}
    chief = build.add("contacts", {"displayName": nasty(3, 1)[0], "mail": f"chief@x.{build.tenant.domain}"} | synced)
    build.link("contacts/manager", press["id"], [chief["id"]])
    build.link("contacts/manager", chief["id"], [build.known["user:chief"]])
    build.link("groups/members", build.known["group:distribution"], [press["id"]])


def _extension(owner: str, name: str, status: str, **fields: str) -> Object:
    properties = [{"name": key, "type": value} for key, value in fields.items()]
    return {"id": name, "owner": owner, "status": status, "targetTypes": ["User", "Group"],
            "description": f"{name} of people", "properties": properties}  # fmt: skip


def _extensions(build: Build) -> None:
    """Schema extensions: two of the company's application, and one of another tenant that Graph lists as well."""
    own = build.tenant.objects["applications"][build.known["app:api"]]["appId"]
    company = build.tenant.domain.partition(".")[0]
    for row in (
        _extension(own, f"{company}_courses", "Available", courseId="Integer", title="String"),
        _extension(own, "extkvbmkofy_desk", "InDevelopment", floor="Integer"),
        _extension(build.guid(), "zava_badge", "Available", number="String"),
    ):
        build.add("schemaExtensions", row)


def _attribute(build: Build, group: str, name: str, type_name: str, *allowed: str, many: bool = False) -> None:
    own = f"{group}_{name}"
    build.add(DEFINITIONS, {
        "id": own, "attributeSet": group, "name": name, "type": type_name, "status": "Available", "isCollection": many,
        "isSearchable": True, "usePreDefinedValuesOnly": bool(allowed), "description": f"{name} of {group}",
    })  # fmt: skip
    for number, value in enumerate(allowed):
        build.add_child(f"{DEFINITIONS}/allowedValues", own, {"id": value, "isActive": number > 0})


def _attributes(build: Build) -> None:
    """Custom security attributes: of every type, with allowed values, on two users and a service principal."""
    build.add(SETS, {"id": "Engineering", "description": "Who builds what", "maxAttributesPerSet": 25})
    build.add(SETS, {"id": "Empty"})
    _attribute(build, "Engineering", "Project", "String", "Ápollo & Söhne", "Baker", "Cascade", many=True)
    _attribute(build, "Engineering", "Level", "Integer")
    _attribute(build, "Engineering", "Rooms", "Integer", many=True)
    _attribute(build, "Engineering", "Certified", "Boolean")
    _attribute(build, "Engineering", "Motto", "String")
    build.tenant.objects[DEFINITIONS]["Engineering_Motto"]["status"] = "Deprecated"
    kind, strings, numbers = (
        "#microsoft.graph.customSecurityAttributeValue",
        "#Collection(String)",
        "#Collection(Int32)",
    )
    chief, admin = (build.known[f"user:{word}"] for word in ("chief", "admin"))
    users = build.tenant.objects["users"]
    users[chief]["customSecurityAttributes"] = {"Engineering": {
        "@odata.type": kind, "Project@odata.type": strings, "Project": ["Cascade", "Baker"], "Level": 7,
        "Rooms@odata.type": numbers, "Rooms": [20, 3], "Certified": True,
    }}  # fmt: skip
    users[admin]["customSecurityAttributes"] = {"Engineering": {"@odata.type": kind, "Level": 0}}
    principal = next(iter(build.tenant.objects["servicePrincipals"].values()))
    principal["customSecurityAttributes"] = {"Engineering": {"@odata.type": kind, "Certified": False}}


def _profile(build: Build, name: str, state: str, purpose: str) -> None:
    build.add(PROFILES, {
        "name": name, "description": f"{name}\nfor {purpose}", "state": state, "verifierDid": "did:web:contoso.example",
        "priority": 1, "lastModifiedDateTime": build.moment(20),
        "faceCheckConfiguration": values("faceCheckConfiguration", isEnabled=True, sourcePhotoClaimName="photo"),
        "verifiedIdProfileConfiguration": values(
            "verifiedIdProfileConfiguration", type="VerifiedEmployee", acceptedIssuer="did:web:issuer.example",
            claimBindingSource="directory", claimBindings=[
                values("claimBinding", sourceAttribute="surname", verifiedIdClaim="vc.lastName"),
                values("claimBinding", sourceAttribute="givenName", verifiedIdClaim="vc.firstName"),
            ]),
        "verifiedIdUsageConfigurations": [
            values("verifiedIdUsageConfiguration", isEnabledForTestOnly=state != "enabled", purpose=purpose)
        ],
    })  # fmt: skip


def _settings(build: Build) -> None:
    path = "admin/reportSettings"
    build.tenant.singletons[path] = blank("adminReportSettings") | {
        "id": "reportSettings",
        "displayConcealedNames": True,
    }


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
    _contacts(build)
    _extensions(build)
    _attributes(build)
    _settings(build)
    _profile(build, "Recovery", "enabled", "recovery")
    _profile(build, nasty(5, 1)[0], "disabled", "onboarding")
