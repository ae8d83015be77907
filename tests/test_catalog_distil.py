"""The type table is distilled from Graph's metadata: what the catalog reaches, in few words, and no more."""

from __future__ import annotations

from typing import Any

from entragit.resources import well_known
from entragit.resources.distil import distil
from entragit.resources.distil_well_known import distil as distil_well_known
from entragit.resources.metadata import derived, enum_members, form, known, lineage, navigation, properties, types

N = "microsoft.graph."


def prop(kind: str, **flags: Any) -> dict[str, Any]:
    return {"type": kind, "collection": False, "nullable": True, "description": "words", **flags}


def entity(base: str = "", derived: tuple[str, ...] = (), **parts: Any) -> dict[str, Any]:
    bases = {"base": N + base} if base else {}
    return {"kind": "entity", **bases, "derived": [N + name for name in derived], "navigation": {}, **parts}


SOURCE = {
    N + "entity": entity(derived=("directoryObject", "chat"), properties={"id": prop("Edm.String", readOnly=True)}),
    N + "directoryObject": entity("entity", ("user", "contact"), properties={}),
    N + "chat": entity("entity", properties={"topic": prop("Edm.String")}),
    N + "contact": entity("directoryObject", properties={}),
    N + "user": entity(
        "directoryObject",
        ("agentUser",),
        properties={
            "city": prop("Edm.String", requiresSelect=True, filterOps=["eq"]),
            "mailboxSettings": prop(N + "mailboxSettings"),
            "assignedLicenses": prop(N + "assignedLicense", collection=True, nullable=False, readOnly=True),
        },
        navigation={"manager": {"type": N + "directoryObject", "collection": False}},
    ),
    N + "agentUser": entity("user", properties={}),
    N + "mailboxSettings": {"kind": "complex", "derived": [], "properties": {"zone": prop("Edm.String")}},
    N + "assignedLicense": {"kind": "complex", "derived": [], "properties": {"skuId": prop("Edm.Guid")}},
    N + "device": entity("directoryObject", properties={"displayName": prop("Edm.String")}),
    N + "conditionalAccessPolicy": entity(
        derived=("whatIfAnalysisResult",),
        properties={
            "state": prop(N + "conditionalAccessPolicyState"),
            "grantControls": prop(N + "conditionalAccessGrantControls"),
        },
    ),
    N + "whatIfAnalysisResult": entity("conditionalAccessPolicy", properties={}),
    N + "conditionalAccessPolicyState": {"kind": "enum", "members": {"disabled": "1", "enabled": "0"}},
    N + "conditionalAccessGrantControls": {
        "kind": "complex",
        "derived": [],
        "properties": {"operator": prop("Edm.String")},
        "navigation": {"authenticationStrength": {"type": N + "authenticationStrengthPolicy", "collection": False}},
    },
}


def test_distil_keeps_what_the_catalog_reaches() -> None:
    table = distil(SOURCE)
    assert {"entity", "directoryObject", "user", "agentUser", "assignedLicense", "device"} <= set(table)
    # What derives from a mere base, what noise alone holds, and answers of actions are of no use.
    assert not {"chat", "contact", "mailboxSettings", "whatIfAnalysisResult"} & set(table)


def test_distil_says_it_in_few_words() -> None:
    table = distil(SOURCE)
    assert table["user"] == {
        "kind": "entity",
        "base": "directoryObject",
        "derived": ["agentUser"],
        "properties": {
            "city": {"type": "Edm.String", "requiresSelect": True},
            "mailboxSettings": {"type": "mailboxSettings"},
            "assignedLicenses": {
                "type": "assignedLicense", "collection": True, "nullable": False, "readOnly": True,
            },
        },
        "navigation": {"manager": {"type": "directoryObject"}},
    }  # fmt: skip
    assert table["directoryObject"]["derived"] == ["user"]
    assert table["conditionalAccessPolicyState"] == {"kind": "enum", "members": ["enabled", "disabled"]}
    assert "derived" not in table["conditionalAccessPolicy"]


def test_distil_adds_what_the_metadata_lacks() -> None:
    table = distil(SOURCE)
    assert table["device"]["properties"]["extensionAttributes"] == {"type": "onPremisesExtensionAttributes"}
    assert table["conditionalAccessGrantControls"]["properties"]["authenticationStrength"] == {
        "type": "authenticationStrengthLink"
    }
    assert "navigation" not in table["conditionalAccessGrantControls"]
    assert set(table["passkeyProfile"]["properties"]) >= {"id", "keyRestrictions", "passkeyTypes"}


def test_the_table_of_the_package_holds_together() -> None:
    for name, entry in types().items():
        assert all(known(other) for other in [*entry.get("derived", ()), *([entry["base"]] if "base" in entry else [])])
        for base in lineage(name)[1:]:
            assert properties(base).keys() <= properties(name).keys()


def test_what_a_type_is() -> None:
    assert lineage("user") == ("user", "directoryObject", "entity")
    assert lineage("Edm.String") == ()
    assert derived("namedLocation") == {"ipNamedLocation", "countryNamedLocation"}
    assert [form(name) for name in ("user", "appRole", "riskLevel", "Edm.Guid")] == [
        "entity", "complex", "enum", "primitive",
    ]  # fmt: skip
    assert "enabled" in enum_members("conditionalAccessPolicyState")
    assert enum_members("user") == ()
    assert properties("futureThing") == {}
    assert navigation("user")["manager"].navigation
    assert not properties("user")["city"].navigation


def test_ids_that_are_the_same_everywhere_have_names() -> None:
    assert well_known.permissions()["df021288-bdef-4463-88db-98f22de89214"] == "User.Read.All"
    assert well_known.permissions()["e1fe6dd8-ba31-4d61-89e7-88639da4683d"] == "User.Read"
    assert well_known.roles()["62e90394-69f5-4237-9190-012177145e10"] == "Global Administrator"
    assert well_known.apps()["00000003-0000-0000-c000-000000000000"] == "Microsoft Graph"
    assert "User.Read.All" in well_known.application_permissions()
    assert "User.Read" not in well_known.application_permissions()  # delegated only


def test_few_applications_are_named() -> None:
    source = {
        "note": "from here",
        "firstPartyApps": {
            "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
            "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
            "99999999-9999-4999-8999-999999999999": "Nobody's",
        },
        "directoryRoles": {"r": "Reader"},
        "directoryRoleActions": {"r": ["x/read"]},
        "graphAppRoles": {"a": "A.Read"},
        "graphScopes": {"s": "S.Read"},
    }
    assert distil_well_known(source) == {
        "note": "from here",
        "firstPartyApps": {
            "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
            "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
        },
        "directoryRoles": {"r": "Reader"},
        "graphAppRoles": {"a": "A.Read"},
        "graphScopes": {"s": "S.Read"},
    }
