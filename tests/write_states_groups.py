"""States of what only Microsoft 365 groups have: their expiry and their own settings."""

from __future__ import annotations

from write_guids import OWN, PLACE, Row, guid

from entragit.model import Body

TEAM: Body = {"id": OWN, "displayName": "Sales", "groupTypes": ["Unified"], "mailEnabled": True,
              "mailNickname": "sales", "securityEnabled": False}  # fmt: skip
EXPIRING = TEAM | {"groupLifecyclePolicies": [PLACE]}
TEMPLATE = guid(23)
CLOSED = {"templateId": TEMPLATE, "values": [{"name": "AllowToAddGuests", "value": "false"}]}
OPEN = CLOSED | {"values": [{"name": "AllowToAddGuests", "value": "true"}]}

JPEG: Body = {"sha256": "b" * 64, "size": 4, "type": "image/jpeg"}
PHOTO = "/groups/{}/photo/$value"

STATES: list[Row] = [
    ("no group expires again if nobody asks for that", "groups", TEAM, EXPIRING, []),
    ("a group expires no more", "groups", EXPIRING, TEAM,
     [("POST", f"/groupLifecyclePolicies/{PLACE}/removeGroup", {"groupId": OWN})]),
    ("guests may not join a group", "groups", TEAM, TEAM | {"settings": [CLOSED]},
     [("POST", "/groups/{}/settings", CLOSED)]),
    ("a group's setting changes, sent with all values", "groups", TEAM | {"settings": [OPEN]},
     TEAM | {"settings": [CLOSED]},
     [("PATCH", "/groups/{}/settings/{found}", {"values": CLOSED["values"]})]),
    ("a team's photo is set", "groups", TEAM, TEAM | {"photo": JPEG}, [("PUT", PHOTO, None)]),
    ("a team's photo is taken away", "groups", TEAM | {"photo": JPEG}, TEAM, [("DELETE", PHOTO, None)]),
    ("a group's setting goes", "groups", TEAM | {"settings": [OPEN]}, TEAM,
     [("DELETE", "/groups/{}/settings/{found}", None)]),
]  # fmt: skip
