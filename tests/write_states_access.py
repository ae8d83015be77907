"""States of the policies of access, guests and other tenants, and what leads from one to another."""

from __future__ import annotations

from typing import Any

from entragit.model import Body

Row = tuple[str, str, Body | None, Body | None, list[tuple[str, str, Any]]]

FLOWS = "policies/authenticationFlowsPolicy"
REQUESTS = "policies/adminConsentRequestPolicy"
DEVICES = "policies/deviceRegistrationPolicy"
TOKENS = "policies/federatedTokenValidationPolicy"
CROSS = "policies/crossTenantAccessPolicy"
TYPE = "@odata.type"
EVERYONE = {TYPE: "#microsoft.graph.allDeviceRegistrationMembership"}
NOBODY = {TYPE: "#microsoft.graph.noDeviceRegistrationMembership"}
CONSENT: Body = {"id": REQUESTS, "isEnabled": False, "notifyReviewers": False, "remindersEnabled": False,
                 "requestDurationInDays": 30}  # fmt: skip
REGISTRATION: Body = {"id": DEVICES, "multiFactorAuthConfiguration": "notRequired", "userDeviceQuota": 20,
                      "azureADJoin": {"allowedToJoin": EVERYONE, "isAdminConfigurable": True}}  # fmt: skip
REFUSED = {"azureADJoin": {"allowedToJoin": NOBODY, "isAdminConfigurable": True}}
ALL, ONE = ({TYPE: f"#microsoft.graph.{name}", "rootDomains": word}
            for name, word in (("allDomains", "all"), ("enumeratedDomains", "enumerated")))  # fmt: skip
TRUST = {"isMfaAccepted": False, "isCompliantDeviceAccepted": False}

STATES: list[Row] = [
    ("what is flagged read-only and changes all the same", FLOWS,
     {"id": FLOWS, "selfServiceSignUp": {"isEnabled": True}}, {"id": FLOWS, "selfServiceSignUp": {"isEnabled": False}},
     [("PATCH", f"/{FLOWS}", {"selfServiceSignUp": {"isEnabled": False}})]),
    ("a policy that is only written whole", REQUESTS, CONSENT | {"remindersEnabled": True}, CONSENT,
     [("PUT", f"/{REQUESTS}", {name: value for name, value in CONSENT.items() if name != "id"})]),
    ("who may join devices", DEVICES, REGISTRATION, REGISTRATION | REFUSED,
     [("PUT", f"/{DEVICES}", {**{k: v for k, v in REGISTRATION.items() if k != "id"}, **REFUSED})]),
    ("domains whose tokens are validated", TOKENS, {"id": TOKENS, "validatingDomains": ALL},
     {"id": TOKENS, "validatingDomains": ONE | {"domainNames": ["a.example"]}},
     [("PATCH", f"/{TOKENS}", {"validatingDomains": ONE | {"domainNames": ["a.example"]}})]),
    ("clouds that may be asked", CROSS, {"id": CROSS}, {"id": CROSS, "allowedCloudEndpoints": ["microsoftonline.us"]},
     [("PATCH", f"/{CROSS}", {"allowedCloudEndpoints": ["microsoftonline.us"]})]),
    ("what is believed of other tenants", f"{CROSS}/default",
     {"id": "default", "inboundTrust": TRUST | {"isMfaAccepted": True}}, {"id": "default", "inboundTrust": TRUST},
     [("PATCH", f"/{CROSS}/default", {"inboundTrust": TRUST})]),
]  # fmt: skip
