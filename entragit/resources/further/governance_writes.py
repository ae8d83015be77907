"""How entitlement management is written (facts §5)."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.base import Context
from entragit.resources.writing import Reason, Refusal, Requests, Switch, Writes

SETTINGS = Writes(
    switch=Switch(
        "externalUserLifecycleAction",
        "none",
        asks=Reason(
            "stays off",
            "Once it is on, Graph blocks guests who lose their last access package, and deletes them if told so.",
            "See which guests have come by access packages",
        ),
    ),
)
ORGANIZATION = Writes(open=frozenset({"identitySources"}))
CATALOG = Writes(
    filtered=False,
    refused=(
        Refusal(
            Reason("built in", "Entra made this catalog, and deletes and makes none like it.", "Empty it instead."),
            deeds=frozenset({"create", "delete"}),
            where={"catalogType": "serviceDefault"},
        ),
        Refusal(
            Reason("built in", "Entra manages this catalog by itself.", "Use a catalog of your own."),
            where={"catalogType": "serviceManaged"},
        ),
    ),
)
EXTENSION = Writes(
    update="PUT",
    typed=True,
    required=frozenset({"authenticationConfiguration", "catalogId"}),
    filtered=False,
)
PACKAGE = Writes(given=frozenset({"catalog"}), required=frozenset({"catalog"}))


def given(child: Body) -> Body:
    """A role of a resource as a package takes it: that of a group has its name, which its id begins with."""
    role = dict(child["role"])
    word = str(role.get("originId")).partition("_")[0]
    named = {"displayName": word} if word in ("Member", "Owner") else {}
    return {**child, "role": {**role, **named}}


STAGES, CALLED = "customExtensionStageSettings", "customExtension"


def called(raw: Body, _context: Context) -> Body:
    """Of what a policy calls at a stage its sort and its id: the rest has its home with the catalog."""
    held = raw.get(STAGES)
    return {**raw, STAGES: [_named(item) for item in held]} if isinstance(held, list) else raw


def _named(stage: Body) -> Body:
    found = stage.get(CALLED)
    if not isinstance(found, dict):
        return stage
    return {**stage, CALLED: {name: found[name] for name in ("@odata.type", "id") if name in found}}


PRESENT = r"(?s)\[[^]].*"
POLICY = Writes(
    update="PUT",
    given=frozenset({"accessPackage"}),
    repeated=frozenset({"accessPackage"}),
    required=frozenset({
        "accessPackage", "customExtensionStageSettings", "requestApprovalSettings", "requestorSettings",
        "reviewSettings", "specificAllowedTargets",
    }),
    refused=(
        Refusal(
            Reason(
                "question",
                "Graph replaces the whole policy, and may lose its questions with that.",
                "Change it in the Entra admin center, in the policy of the access package.",
            ),
            deeds=frozenset({"update"}),
            like={"questions": PRESENT},
        ),
    ),
)  # fmt: skip
WHO = frozenset({"accessPackage", "assignmentPolicy", "target"})
ASSIGNMENT = Writes(
    given=WHO,
    required=WHO,
    open=frozenset({"schedule"}),
    probe=("target", "accessPackage"),
    refused=(
        Refusal(
            Reason(
                "nobody yet", "It is for somebody who isn't in the directory.", "Invite the person, then assign it."
            ),
            deeds=frozenset({"create"}),
            like={"target": r"(?!.*objectId).*"},
        ),
        Refusal(
            Reason(
                "fixed assignment",
                "Of an assignment Graph changes nothing but when it ends.",
                "Remove it in the Entra admin center and apply again: it is given anew.",
            ),
            deeds=frozenset({"update"}),
            but=frozenset({"schedule"}),
        ),
    ),
    request=Requests(
        to="identityGovernance/entitlementManagement/assignmentRequests",
        about=WHO,
        says=frozenset({"schedule"}),
        unmet={"state": ("canceled", "denied", "deliveryFailed", "pendingApproval", "scheduled")},
        verb=("requestType", "adminAdd", "adminUpdate", "adminRemove"),
        names=(
            "assignment",
            {
                "accessPackageId": ("accessPackage", "id"),
                "assignmentPolicyId": ("assignmentPolicy", "id"),
                "targetId": ("target", "objectId"),
            },
        ),
        open=("state", ("delivering", "submitted")),
    ),
)
