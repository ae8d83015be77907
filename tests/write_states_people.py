"""States of what hangs below users beside the core."""

from __future__ import annotations

from write_guids import OWN, Row

from entragit.model import Body

USER: Body = {"id": OWN, "accountEnabled": True, "displayName": "Ada", "mailNickname": "ada",
              "userPrincipalName": "ada@contoso.com"}  # fmt: skip
SYNCED: Body = USER | {"onPremisesSyncEnabled": True}
PNG: Body = {"sha256": "a" * 64, "size": 3, "type": "image/png"}
JPEG: Body = {"sha256": "b" * 64, "size": 4, "type": "image/jpeg"}
PHOTO = "/users/{}/photo/$value"
MFA = "/users/{}/authentication/requirements"


def mfa(state: str) -> Body:
    return {"requirements": {"perUserMfaState": state}}


FIRST = "/users/{}/authentication/signInPreferences"


def first(method: str = "") -> Body:
    said: Body = {"isSystemPreferredAuthenticationMethodEnabled": True}
    return {"signInPreferences": said | ({"userPreferredMethodForSecondaryAuthentication": method} if method else {})}


STATES: list[Row] = [
    ("a person must use multifactor authentication again", "users", USER | mfa("disabled"), USER | mfa("enforced"),
     [("PATCH", MFA, {"perUserMfaState": "enforced"})]),
    ("so must one who comes from the premises", "users", SYNCED | mfa("disabled"), SYNCED | mfa("enabled"),
     [("PATCH", MFA, {"perUserMfaState": "enabled"})]),
    ("what is required is always said", "users", USER | mfa("enforced"), USER, []),
    ("what is enabled and enforced by now stays so", "users", USER | mfa("enforced"), USER | mfa("enabled"), []),
    ("what a person is asked for first changes", "users", SYNCED | first("sms"), SYNCED | first("oath"),
     [("PATCH", FIRST, {"userPreferredMethodForSecondaryAuthentication": "oath"})]),
    ("nobody is asked for what nobody knows to be registered", "users", USER | first(), USER | first("oath"), []),
    ("nor for nothing", "users", USER | first("oath"), USER | first(), []),
    ("a photo is set", "users", USER, USER | {"photo": JPEG}, [("PUT", PHOTO, None)]),
    ("another photo is set", "users", SYNCED | {"photo": PNG}, SYNCED | {"photo": JPEG}, [("PUT", PHOTO, None)]),
    ("a photo is taken away", "users", USER | {"photo": JPEG}, USER, [("DELETE", PHOTO, None)]),
    ("it needs no deletion of its own", "users", USER | mfa("enforced"), None, [("DELETE", "/users/{}", None)]),
]  # fmt: skip
