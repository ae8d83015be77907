"""Who gets access by asking, and who must have it confirmed (facts §5)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Listing, Relation, Row

_ALL = "POST PATCH DELETE"
_ENTITLEMENT = "identityGovernance/entitlementManagement"
_SPONSORS = ("externalSponsors", "internalSponsors")
_CATALOGS, _PACKAGES = f"{_ENTITLEMENT}/catalogs", f"{_ENTITLEMENT}/accessPackages"
_POLICIES = f"{_ENTITLEMENT}/assignmentPolicies"
_REQUESTS = f"{_ENTITLEMENT}/resourceRequests"
_READERS = ("EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All")
PAGED = Listing(100, 100)  # facts §1 [K]

ROWS: tuple[Row, ...] = (
    Row(f"{_ENTITLEMENT}/settings", "entitlementManagementSettings", single=True, methods="PATCH", licence="P2"),
    Row(
        f"{_ENTITLEMENT}/connectedOrganizations",
        "connectedOrganization",
        methods=_ALL,
        listing=PAGED,
        relations=tuple(Relation(name, "links") for name in _SPONSORS),
        below=dict.fromkeys(_SPONSORS, ("POST", "DELETE")),
        licence="P2",
    ),
    Row(
        _CATALOGS,
        "accessPackageCatalog",
        methods=_ALL,
        listing=PAGED,
        relations=(Relation("resources", "children", "accessPackageResource"),),
        permissions={
            f"GET {_CATALOGS.lower()}/{{id}}/resources": _READERS,
            f"GET {_CATALOGS.lower()}/{{id}}/resources/{{id}}": _READERS,
        },
        licence="P2",
    ),
    Row(
        f"{_CATALOGS}/customWorkflowExtensions",
        "customCalloutExtension",
        methods="POST PUT DELETE",
        listing=PAGED,
        inside=(_CATALOGS, "catalogId"),
        permissions={  # rows of the beta version's name alone
            f"{method} {_CATALOGS.lower()}/{{id}}/customworkflowextensions{end}": _READERS[method != "GET" :]
            for method, end in (("GET", ""), ("GET", "/{id}"), ("POST", ""), ("PUT", "/{id}"), ("DELETE", "/{id}"))
        },
        licence="P2",
    ),
    Row(
        _REQUESTS,
        "accessPackageResourceRequest",
        methods="POST",
        listing=PAGED,
        permissions={  # rows of the beta version's name alone
            f"POST {_REQUESTS.lower()}": _READERS[1:],
            f"GET {_REQUESTS.lower()}": _READERS,
            f"GET {_REQUESTS.lower()}/{{id}}": _READERS,
        },
        licence="P2",
    ),
    Row(
        _PACKAGES,
        "accessPackage",
        methods=_ALL,
        listing=PAGED,
        relations=(
            Relation("resourceRoleScopes", "children", "accessPackageResourceRoleScope", expands=("role", "scope")),
            Relation("incompatibleAccessPackages", "links", "accessPackage", target=_PACKAGES),
            Relation("incompatibleGroups", "links", "group", target="groups"),
        ),
        below=dict.fromkeys(
            ("resourceRoleScopes", "incompatibleAccessPackages", "incompatibleGroups"), ("POST", "DELETE")
        ),
        permissions={  # rows of the beta version's name alone
            f"{method} {_PACKAGES.lower()}/{{id}}/resourcerolescopes{end}": _READERS[method != "GET" :]
            for method, end in (("GET", ""), ("GET", "/{id}"), ("POST", ""), ("DELETE", "/{id}"))
        },
        expands={"catalog": _CATALOGS},
        licence="P2",
    ),
    Row(
        _POLICIES,
        "accessPackageAssignmentPolicy",
        methods="POST PUT DELETE",
        listing=PAGED,
        expands={"accessPackage": _PACKAGES, "customExtensionStageSettings": "", "questions": ""},
        nested={"customExtensionStageSettings": ("customExtension", f"{_CATALOGS}/customWorkflowExtensions")},
        licence="P2",
    ),
    Row(
        f"{_ENTITLEMENT}/assignments",
        "accessPackageAssignment",
        listing=PAGED,
        expands={"accessPackage": _PACKAGES, "assignmentPolicy": _POLICIES, "target": ""},
        licence="P2",
    ),
    Row(f"{_ENTITLEMENT}/assignmentRequests", "accessPackageAssignmentRequest", methods="POST", listing=PAGED,
        licence="P2"),
)  # fmt: skip
