"""States of who gets access by asking: settings, connected organizations."""

from __future__ import annotations

from typing import Any

from write_guids import ADA, BOB, EVE, OWN, Row

from entragit.model import Body

HERE = "https://graph.microsoft.com/v1.0"
ROOT = f"{HERE}/directoryObjects"
ENTITLEMENT = "identityGovernance/entitlementManagement"
SETTINGS = f"{ENTITLEMENT}/settings"
ORGANIZATIONS = f"{ENTITLEMENT}/connectedOrganizations"
SOURCE = {"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "a.example", "displayName": "a"}
OTHER = {"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "b.example", "displayName": "b"}
ORGANIZATION: Body = {"id": OWN, "displayName": "Partner", "description": "d", "state": "configured",
                      "identitySources": [SOURCE]}  # fmt: skip


CATALOGS, PACKAGES = f"{ENTITLEMENT}/catalogs", f"{ENTITLEMENT}/accessPackages"
REQUESTS = f"/{ENTITLEMENT}/resourceRequests"
CATALOG: Body = {"id": OWN, "displayName": "Sales", "catalogType": "userManaged", "state": "published"}
GROUP = {"originId": ADA, "originSystem": "AadGroup"}
SITE = {"originId": "https://a.example/s", "originSystem": "SharePointOnline"}
PACKAGE: Body = {"id": OWN, "displayName": "All", "catalog": {"id": BOB}}
MEMBER = {"role": {"originId": f"Member_{ADA}", "originSystem": "AadGroup"}, "scope": GROUP | {"isRootScope": True}}
SENT = MEMBER | {"role": MEMBER["role"] | {"displayName": "Member"}}


POLICIES = f"{ENTITLEMENT}/assignmentPolicies"
USER = {"@odata.type": "#microsoft.graph.singleUser", "userId": ADA}
APPROVAL = {"isApprovalRequiredForAdd": True, "stages": [{"primaryApprovers": [USER]}]}
POLICY: Body = {"id": OWN, "displayName": "Guests", "accessPackage": {"id": BOB},
                "allowedTargetScope": "specificDirectoryUsers", "specificAllowedTargets": [USER],
                "requestApprovalSettings": APPROVAL}  # fmt: skip
ASKING = POLICY | {"questions": [{"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": "Why?"}]}


STAGE = {"stage": "assignmentRequestCreated", "customExtension": {
    "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension", "id": EVE}}  # fmt: skip
ASSIGNMENTS, ASKED = f"{ENTITLEMENT}/assignments", f"/{ENTITLEMENT}/assignmentRequests"
NAMED = {"accessPackageId": BOB, "assignmentPolicyId": EVE, "targetId": ADA}
UNTIL = {"expiration": {"type": "afterDateTime", "endDateTime": "2098-01-01T00:00:00Z"}}
LASTING = {"expiration": {"type": "noExpiration"}}
ASSIGNMENT: Body = {"id": OWN, "accessPackage": {"id": BOB}, "assignmentPolicy": {"id": EVE},
                    "target": {"objectId": ADA}, "schedule": UNTIL}  # fmt: skip


REVIEWS = "identityGovernance/accessReviews/definitions"
SCOPE = {"@odata.type": "#microsoft.graph.accessReviewQueryScope", "query": f"/groups/{ADA}/transitiveMembers"}
REVIEW: Body = {"id": OWN, "displayName": "Guests", "descriptionForAdmins": "a", "descriptionForReviewers": "r",
                "scope": SCOPE, "reviewers": [{"query": f"/users/{ADA}"}],
                "settings": {"instanceDurationInDays": 3}}  # fmt: skip
LIFECYCLE = "identityGovernance/lifecycleWorkflows/settings"
MAIL = {"senderDomain": "a.example", "useCompanyBranding": True}


WORKFLOWS = "identityGovernance/lifecycleWorkflows/workflows"
TASK = {"executionSequence": 1, "taskDefinitionId": BOB, "displayName": "Mail", "isEnabled": True, "arguments": []}
RULE = {"@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet", "rule": "(department eq 'IT')"}
WORKFLOW: Body = {"id": OWN, "category": "joiner", "displayName": "Come", "isEnabled": True,
                  "isSchedulingEnabled": False, "tasks": [TASK], "executionConditions": {
                      "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
                      "scope": RULE}}  # fmt: skip


CALLED = f"{CATALOGS}/customWorkflowExtensions"
LOGIC = {"@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration", "logicAppWorkflowName": "a",
         "resourceGroupName": "b", "subscriptionId": BOB}  # fmt: skip
CALL: Body = {"@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension", "id": f"{BOB}/{OWN}",
              "catalogId": BOB, "displayName": "Tell HR", "endpointConfiguration": LOGIC, "authenticationConfiguration":
              {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"}}  # fmt: skip
EXTENSIONS = "identityGovernance/lifecycleWorkflows/customTaskExtensions"
ENDPOINT = {"@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration", "logicAppWorkflowName": "a"}
POP = {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"}
EXTENSION: Body = {"id": OWN, "displayName": "Mailbox", "endpointConfiguration": ENDPOINT,
                   "authenticationConfiguration": POP}  # fmt: skip


def _request(deed: str, resource: Any, catalog: str = OWN) -> Body:
    return {"requestType": deed, "resource": resource, "catalog": {"id": catalog}}


def _asked(deed: str, assignment: Any, **more: Any) -> Body:
    return {"requestType": deed, "justification": "entragit apply", "assignment": assignment, **more}


def _but(body: Body, *names: str, **more: Any) -> Body:
    return {name: value for name, value in body.items() if name not in names} | more


STATES: list[Row] = [
    ("guests who lose their last package stay", SETTINGS,
     {"id": "s", "externalUserLifecycleAction": "blockSignIn"}, {"id": "s", "externalUserLifecycleAction": "none"},
     [("PATCH", f"/{SETTINGS}", {"externalUserLifecycleAction": "none"})]),
    ("a connected organization is made, then its sponsors", ORGANIZATIONS, None,
     ORGANIZATION | {"internalSponsors": [ADA], "externalSponsors": [BOB]},
     [("POST", f"/{ORGANIZATIONS}", _but(ORGANIZATION, "id")),
      ("POST", f"/{ORGANIZATIONS}/new/externalSponsors/$ref", {"@odata.id": f"{ROOT}/{BOB}"}),
      ("POST", f"/{ORGANIZATIONS}/new/internalSponsors/$ref", {"@odata.id": f"{ROOT}/{ADA}"})]),
    ("a connected organization changes, and who sponsors it", ORGANIZATIONS,
     ORGANIZATION | {"internalSponsors": [ADA]},
     ORGANIZATION | {"state": "proposed", "identitySources": [SOURCE, OTHER], "internalSponsors": [BOB]},
     [("PATCH", f"/{ORGANIZATIONS}/{{}}", {"identitySources": [SOURCE, OTHER], "state": "proposed"}),
      ("POST", f"/{ORGANIZATIONS}/{{}}/internalSponsors/$ref", {"@odata.id": f"{ROOT}/{BOB}"}),
      ("DELETE", f"/{ORGANIZATIONS}/{{}}/internalSponsors/{ADA}/$ref", None)]),
    ("a catalog is made, then what is in it", CATALOGS, None, CATALOG | {"resources": [GROUP]},
     [("POST", f"/{CATALOGS}", _but(CATALOG, "id", "catalogType")),
      ("POST", REQUESTS, _request("adminAdd", GROUP, "new"))]),
    ("a catalog has other resources", CATALOGS, CATALOG | {"resources": [GROUP]}, CATALOG | {"resources": [SITE]},
     [("POST", REQUESTS, _request("adminAdd", SITE)), ("POST", REQUESTS, _request("adminRemove", {}))]),
    ("a catalog goes once it is empty", CATALOGS, CATALOG | {"resources": [GROUP]}, None,
     [("POST", REQUESTS, _request("adminRemove", {})), ("DELETE", f"/{CATALOGS}/{{}}", None)]),
    ("a catalog calls a Logic App", CALLED, None, CALL | {"description": "d"},
     [("POST", f"/{CATALOGS}/{BOB}/customWorkflowExtensions", _but(CALL, "id", "catalogId", description="d"))]),
    ("a catalog calls another one", CALLED, CALL | {"description": "d"}, CALL | {"displayName": "Tell all"},
     [("PUT", f"/{CATALOGS}/{BOB}/customWorkflowExtensions/{OWN}",
       _but(CALL, "id", "catalogId", displayName="Tell all", description=None))]),
    ("a catalog calls nothing", CALLED, CALL, None,
     [("DELETE", f"/{CATALOGS}/{BOB}/customWorkflowExtensions/{OWN}", None)]),
    ("a package is made in its catalog, then what it gives", PACKAGES, None, PACKAGE | {"resourceRoleScopes": [MEMBER]},
     [("POST", f"/{PACKAGES}", _but(PACKAGE, "id")), ("POST", f"/{PACKAGES}/new/resourceRoleScopes", SENT)]),
    ("nobody has it beside others", PACKAGES, PACKAGE | {"incompatibleGroups": [ADA]},
     PACKAGE | {"incompatibleAccessPackages": [EVE], "incompatibleGroups": [BOB]},
     [("POST", f"/{PACKAGES}/{{}}/incompatibleAccessPackages/$ref", {"@odata.id": f"{HERE}/{PACKAGES}/{EVE}"}),
      ("POST", f"/{PACKAGES}/{{}}/incompatibleGroups/$ref", {"@odata.id": f"{HERE}/groups/{BOB}"}),
      ("DELETE", f"/{PACKAGES}/{{}}/incompatibleGroups/{ADA}/$ref", None)]),
    ("a package gives nothing any more", PACKAGES, PACKAGE | {"resourceRoleScopes": [MEMBER]},
     PACKAGE | {"isHidden": True},
     [("PATCH", f"/{PACKAGES}/{{}}", {"isHidden": True}),
      ("DELETE", f"/{PACKAGES}/{{}}/resourceRoleScopes/{{found}}", None)]),
    ("a policy is made with all that it names", POLICIES, None, POLICY,
     [("POST", f"/{POLICIES}", _but(POLICY, "id"))]),
    ("a policy is said whole", POLICIES, POLICY,
     _but(POLICY, "specificAllowedTargets", allowedTargetScope="notSpecified"),
     [("PUT", f"/{POLICIES}/{{}}",
       _but(POLICY, "id", allowedTargetScope="notSpecified", specificAllowedTargets=[]))]),
    ("a policy is made with what it calls", POLICIES, None, POLICY | {"customExtensionStageSettings": [STAGE]},
     [("POST", f"/{POLICIES}", _but(POLICY, "id", customExtensionStageSettings=[STAGE]))]),
    ("a policy calls something", POLICIES, POLICY, POLICY | {"customExtensionStageSettings": [STAGE]},
     [("PUT", f"/{POLICIES}/{{}}", _but(POLICY, "id", customExtensionStageSettings=[STAGE]))]),
    ("a policy calls nothing any more", POLICIES, POLICY | {"customExtensionStageSettings": [STAGE]}, POLICY,
     [("PUT", f"/{POLICIES}/{{}}", _but(POLICY, "id", customExtensionStageSettings=[]))]),
    ("a policy with questions stays", POLICIES, ASKING, ASKING | {"description": "x"}, []),
    ("a policy goes", POLICIES, POLICY, None, [("DELETE", f"/{POLICIES}/{{}}", None)]),
    ("somebody gets a package", ASSIGNMENTS, None, ASSIGNMENT,
     [("POST", ASKED, _asked("adminAdd", NAMED, schedule=UNTIL))]),
    ("somebody keeps it for ever", ASSIGNMENTS, ASSIGNMENT, ASSIGNMENT | {"schedule": LASTING},
     [("POST", ASKED, _asked("adminUpdate", {"id": OWN}, schedule=LASTING))]),
    ("nobody has it any more", ASSIGNMENTS, ASSIGNMENT, None, [("POST", ASKED, _asked("adminRemove", {"id": OWN}))]),
    ("an assignment stays with its policy", ASSIGNMENTS, ASSIGNMENT, ASSIGNMENT | {"assignmentPolicy": {"id": ADA}},
     []),
    ("a guest who isn't there yet gets none", ASSIGNMENTS, None, ASSIGNMENT | {"target": {}}, []),
    ("what is to begin later is not asked for", ASSIGNMENTS, None,
     ASSIGNMENT | {"schedule": {"startDateTime": "2097-01-01T00:00:00Z", **UNTIL}}, []),
    ("owners may not review any more", "policies/accessReviewPolicy",
     {"id": "p", "isGroupOwnerManagementEnabled": True}, {"id": "p", "isGroupOwnerManagementEnabled": False},
     [("PATCH", "/policies/accessReviewPolicy", {"isGroupOwnerManagementEnabled": False})]),
    ("a review is not made by itself", REVIEWS, None, REVIEW, []),
    ("a review is said whole", REVIEWS, REVIEW, REVIEW | {"displayName": "x"},
     [("PUT", f"/{REVIEWS}/{{}}", _but(REVIEW, "id", displayName="x"))]),
    ("others review", REVIEWS, REVIEW, REVIEW | {"reviewers": [{"query": f"/users/{BOB}"}]},
     [("PUT", f"/{REVIEWS}/{{}}", _but(REVIEW, "id", reviewers=[{"query": f"/users/{BOB}"}]))]),
    ("where owners review, nobody else can", REVIEWS, REVIEW | {"reviewers": [{"query": "./owners"}]}, REVIEW, []),
    ("nor where members do whose filter has quotes", REVIEWS, REVIEW | {"reviewers": [
        {"query": f"/groups/{BOB}/members?$filter=userType eq 'Member'"}]}, REVIEW, []),
    ("nor where those do who report to somebody", REVIEWS, REVIEW | {"reviewers": [
        {"query": f"/users/{BOB}/directReports"}]}, REVIEW, []),
    ("nor where nobody knows who does", REVIEWS, REVIEW | {"reviewers": [{"queryType": "MicrosoftGraph"}]}, REVIEW, []),
    ("nor do owners where people did", REVIEWS, REVIEW, REVIEW | {"reviewers": [{"query": "./owners"}]}, []),
    ("what else there is of it changes all the same", REVIEWS, REVIEW | {"reviewers": [{"query": "./owners"}]},
     REVIEW | {"displayName": "x"},
     [("PUT", f"/{REVIEWS}/{{}}", _but(REVIEW, "id", displayName="x", reviewers=[{"query": "./owners"}]))]),
    ("a review is about somebody else", REVIEWS, REVIEW, REVIEW | {"scope": SCOPE | {"query": f"/groups/{BOB}"}}, []),
    ("a review goes", REVIEWS, REVIEW, None, [("DELETE", f"/{REVIEWS}/{{}}", None)]),
    ("workflows run more often", LIFECYCLE, {"id": "s", "workflowScheduleIntervalInHours": 3, "emailSettings": MAIL},
     {"id": "s", "workflowScheduleIntervalInHours": 1, "emailSettings": MAIL},
     [("PATCH", f"/{LIFECYCLE}", {"emailSettings": MAIL, "workflowScheduleIntervalInHours": 1})]),
    ("a Logic App is called", EXTENSIONS, None, EXTENSION, [("POST", f"/{EXTENSIONS}", _but(EXTENSION, "id"))]),
    ("another Logic App is called", EXTENSIONS, EXTENSION,
     EXTENSION | {"endpointConfiguration": ENDPOINT | {"logicAppWorkflowName": "b"}},
     [("PATCH", f"/{EXTENSIONS}/{{}}", {"endpointConfiguration": ENDPOINT | {"logicAppWorkflowName": "b"}})]),
    ("no Logic App is called", EXTENSIONS, EXTENSION, None, [("DELETE", f"/{EXTENSIONS}/{{}}", None)]),
    ("a workflow is made, and stays off", WORKFLOWS, None, WORKFLOW | {"isSchedulingEnabled": True},
     [("POST", f"/{WORKFLOWS}", _but(WORKFLOW, "id"))]),
    ("a workflow does something else, in a new version", WORKFLOWS, WORKFLOW,
     WORKFLOW | {"displayName": "x", "tasks": [TASK | {"isEnabled": False}]},
     [("PATCH", f"/{WORKFLOWS}/{{}}", {"displayName": "x"}),
      ("POST", f"/{WORKFLOWS}/{{}}/createNewVersion",
       {"workflow": _but(WORKFLOW, "id", displayName="x", tasks=[TASK | {"isEnabled": False}])})]),
    ("a workflow takes in others, and goes off", WORKFLOWS, WORKFLOW | {"isSchedulingEnabled": True},
     WORKFLOW | {"executionConditions": {"@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly"}},
     [("PATCH", f"/{WORKFLOWS}/{{}}", {"isSchedulingEnabled": False}),
      ("POST", f"/{WORKFLOWS}/{{}}/createNewVersion", {"workflow": _but(WORKFLOW, "id", executionConditions={
          "@odata.type": "#microsoft.graph.identityGovernance.onDemandExecutionOnly"})})]),
    ("a workflow is of another sort", WORKFLOWS, WORKFLOW, WORKFLOW | {"category": "leaver"}, []),
    ("a workflow goes", WORKFLOWS, WORKFLOW, None, [("DELETE", f"/{WORKFLOWS}/{{}}", None)]),
    ("a connected organization goes", ORGANIZATIONS, ORGANIZATION, None, [("DELETE", f"/{ORGANIZATIONS}/{{}}", None)]),
]  # fmt: skip
