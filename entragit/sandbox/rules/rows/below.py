"""What hangs below users, groups and applications beside the core: rules of their own (Graph's reference of each)."""

from __future__ import annotations

from collections.abc import Mapping

from entragit.sandbox.rules.row import Relation

BELOW: Mapping[str, tuple[Relation, ...]] = {
    "users": (
        # Update authentication method states, Get authentication method states: of beta alone.
        Relation("requirements", "state", "strongAuthenticationRequirements", single=True, beta=True,
                 at="authentication/requirements"),
        Relation("signInPreferences", "preferred", "signInPreferences", single=True, beta=True,
                 at="authentication/signInPreferences"),
        # List authentication methods: read for people one by one; nothing here writes them.
        Relation("methods", "children", "authenticationMethod", at="authentication/methods"),
        Relation("photo", "photo", "profilePhoto", single=True, at="photo/$value"),
    ),
    "groups": (Relation("photo", "photo", "profilePhoto", single=True, at="photo/$value"),),
    "applications": (
        # Get-MgApplicationLogo; Update application.
        Relation("logo", "logo", "Edm.Stream", single=True),
        # The reference of onPremisesPublishing, of beta alone; nothing here writes it.
        Relation("onPremisesPublishing", "published", "onPremisesPublishing", single=True, beta=True),
    ),
}  # fmt: skip
WRITES: Mapping[str, tuple[str, str]] = {
    "users/{id}/authentication/requirements": ("PATCH", ""),
    "users/{id}/authentication/signinpreferences": ("PATCH", ""),
    "users/{id}/photo/$value": ("PUT PATCH DELETE", ""),
    "groups/{id}/photo/$value": ("PUT PATCH DELETE", ""),
    "applications/{id}/logo": ("PUT", ""),
}
_WRITE = ("ProfilePhoto.ReadWrite.All", "User.ReadWrite.All")
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    # No rows; the pages name scopes for a person's own preferences, which no application can have.
    "GET users/{id}/authentication/signinpreferences": (
        "UserAuthenticationMethod.Read.All",
        "UserAuthenticationMethod.ReadWrite.All",
    ),
    "PATCH users/{id}/authentication/signinpreferences": ("UserAuthenticationMethod.ReadWrite.All",),
    # The rows of users/{id}/photo.
    "GET users/{id}/photo/$value": ("ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.Read.All"),
    **{f"{method} users/{{id}}/photo/$value": _WRITE for method in ("PUT", "PATCH", "DELETE")},
    # The rows of groups/{id}/photo. Some pages deny applications a group's photo; the tables of others name these.
    "GET groups/{id}/photo/$value": ("ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "Group.Read.All"),
    **{
        f"{method} groups/{{id}}/photo/$value": ("ProfilePhoto.ReadWrite.All", "Group.ReadWrite.All")
        for method in ("PUT", "PATCH", "DELETE")
    },
    # No row: a property of the application, which opens with it.
    "GET applications/{id}/logo": ("Application.Read.All", "Application.ReadWrite.All"),
}
CHILDREN = {f"{path}/{one.name}": one.type for path, held in BELOW.items() for one in held if one.how == "children"}
TYPES = tuple(relation.type for relations in BELOW.values() for relation in relations)
