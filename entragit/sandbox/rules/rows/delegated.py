"""What no application may ask for, each with the scopes that its page of the documentation names (facts §5b)."""

from __future__ import annotations

from entragit.sandbox.rules.row import Relation, Row

ROWS: tuple[Row, ...] = (
    Row(
        "policies/ownerlessGroupPolicy",
        "ownerlessGroupPolicy",
        single=True,
        methods="PATCH",
        delegated=("Group.Read.All", "Group.ReadWrite.All"),
        closed=True,  # documented for both: Groups Administrator or Exchange Administrator
    ),
    Row(
        "policies/featureRolloutPolicies",
        "featureRolloutPolicy",
        methods="POST PATCH DELETE",
        relations=(Relation("appliesTo", "links"),),
        below={"appliesTo": ("POST", "DELETE")},
        delegated=("Policy.Read.HybridAuthentication", "Policy.ReadWrite.HybridAuthentication"),
    ),
    Row(
        "directory/onPremisesSynchronization",
        "onPremisesDirectorySynchronization",
        methods="PATCH",
        delegated=("OnPremDirectorySynchronization.Read.All", "OnPremDirectorySynchronization.ReadWrite.All"),
        closed=True,  # documented for both: Global Administrator is the only role supported
    ),
    Row(
        "identityGovernance/termsOfUse/agreements",
        "agreement",
        methods="POST PATCH DELETE",
        # Documented for agreementFile: the default one and the others; nothing of theirs is written here, and
        # fileData is null wherever they are read.
        relations=(Relation("localizations", "children", "agreementFileLocalization", at="file/localizations"),),
        delegated=("Agreement.Read.All", "Agreement.ReadWrite.All"),
        licence="P1",
    ),
)
