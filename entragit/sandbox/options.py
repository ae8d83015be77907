"""The knobs of a tenant: how its server behaves where Graph leaves room, and where facts only believe [K]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ALL_LICENCES = frozenset({"P1", "P2"})
SILENT_PROPERTIES = frozenset({"customSecurityAttributes", "employeeLeaveDateTime"})
CLOUD_SIDE = frozenset({
    "ageGroup", "authorizationInfo", "consentProvidedForMinor", "customSecurityAttributes", "employeeLeaveDateTime",
    "onPremisesImmutableId", "otherMails", "passwordPolicies", "passwordProfile", "preferredDataLocation",
    "usageLocation", "userType",
})  # fmt: skip


@dataclass
class Options:
    """How the server answers for one tenant; every time is in seconds of the sandbox's clock (real time × speed).

    - `page_size`: the most elements of a page, below the size that the client asks for (None: Graph's own sizes).
    - `shuffle`: a seed: elements of pages, lists that are sets and keys come in an order drawn from it.
    - `latency`: every answer waits this long.
    - `lag`: a created object is invisible for this long. `delete_ghosts`: a deleted one is readable for this long.
    - `members_omit_service_principals`: v1.0 `members` leaves them out; the cast lists them (facts §5 groups).
    - `licences`: "P1" opens Conditional Access, named locations and authentication contexts, "P2" PIM.
    - `unlicensed_status`: the status of AadPremiumLicenseRequired without them: 400 or 403.
    - `page_token_lifetime`, `delta_token_lifetime`: after them, 400 and 410. `token_lifetime`, after which 401 comes,
      is in real seconds, since the credentials of a client keep real time.
    - `quotas`: whether requests are counted against Graph's quotas (facts §4).
    - `unknown_enum_members`: values read as "unknownFutureValue" without `Prefer: include-unknown-enum-members`:
      each value, and the name of the property where it stands or "" for any.
    - `silent_properties`: selected without their own permission, these read as null; any other is a 403 [K].
    - `soft_delete_security_groups`: whether security groups go to deletedItems too (facts §0.2).
    - `partial_values`: what a PATCH does to the absent parts of a complex value: they are kept ("merge"), cleared
      ("replace"), or, where that makes a difference, the request is refused: strict on both readings (facts §6 [K]).
    - `cloud_side`: the properties of a synced user or group that Graph still lets a client write (facts §5 users [K]).
    - `keep_role_template_ids`: whether the templateId of a new role definition becomes its id (facts §5 [K]).
    - `removable_after`: how old an eligible or active role must be to be taken back (facts §5 PIM).
    - `schedules_renewed`: whether a change of one makes a new schedule, with the id of its request (facts §5 PIM [K]).
    - `members_scheduled`: whether PIM lists the members and owners who stay in a group as assignments without an end.
    - `request_status`: what a request of PIM comes to instead of being carried out: "PendingApproval", "Failed".
    - `unpublished`: what Graph answers for an application that application proxy doesn't publish, of which no page
      says it [K]: 404 ("absent"), 204 ("empty"), that it is null ("null"), or an object of nulls, defaults ("blank").
    - `last_owner_stays`: whether the last owner of a security group can't be removed either, as that of a Microsoft
      365 group can't (facts §5 groups [K]).
    """

    page_size: int | None = None
    shuffle: int | None = None
    latency: float = 0.0
    lag: float = 0.0
    delete_ghosts: float = 0.0
    members_omit_service_principals: bool = True
    licences: set[str] = field(default_factory=lambda: set(ALL_LICENCES))
    unlicensed_status: int = 400
    token_lifetime: float = 3599.0
    page_token_lifetime: float = 3600.0
    delta_token_lifetime: float = 7 * 86400.0
    quotas: bool = True
    unknown_enum_members: Mapping[str, str] = field(default_factory=dict)
    silent_properties: frozenset[str] = SILENT_PROPERTIES
    soft_delete_security_groups: bool = False
    partial_values: Literal["refuse", "merge", "replace"] = "refuse"
    cloud_side: frozenset[str] = CLOUD_SIDE
    keep_role_template_ids: bool = True
    removable_after: float = 300.0
    schedules_renewed: bool = False
    members_scheduled: bool = True
    request_status: str = ""
    unpublished: Literal["absent", "empty", "null", "blank"] = "absent"
    last_owner_stays: bool = False
