"""How policies of access, guests and other tenants are written (facts §5)."""

from __future__ import annotations

from entragit.model import Body
from entragit.resources.writing import Reason, Refusal, Switch, Writes

INBOUND = frozenset({
    "appServiceConnectInbound", "automaticUserConsentSettings", "b2bCollaborationInbound", "b2bDirectConnectInbound",
    "inboundTrust", "m365CollaborationInbound", "tenantRestrictions",
})  # fmt: skip
"""What lets people of other tenants in, or believes what their tenants say of them; each is decided as one."""


TRUSTED = INBOUND | {
    "identitySynchronization", "m365Capabilities", "templateApplicationLevel", "userSyncInbound",
}  # fmt: skip


def trust(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """Whatever changes in what other tenants' people may, for nobody can tell what a target means there."""
    old, new = before or {}, after or {}
    return tuple(f"has another {name}" for name in sorted(TRUSTED) if old.get(name) != new.get(name))


def capability(child: Body) -> Body:
    """A capability as a creation takes it: Graph names it after its type."""
    return {name: value for name, value in child.items() if name != "name"}


CAPABILITY = Reason(
    "capability",
    "Graph documents no deletion of what any tenant's people may see by default.",
    "Keep it in Git, with isAllowed: false where nobody shall have it.",
)
FLOWS = Writes(open=frozenset({"selfServiceSignUp"}))
WHOLE = Writes(update="PUT")
CLOUDS = Writes(patch=frozenset({"allowedCloudEndpoints", "displayName"}))
TRUST = Writes(weakens=trust)
TEMPLATE = Writes(weakens=trust)
PARTNER = Writes(
    given=frozenset({"tenantId"}),
    new=(),
    probe=("tenantId",),
    filtered=False,
    known=("A conflicting object with one or more of the specified property values",),
    never={
        "isServiceProvider": Reason(
            "service provider", "Microsoft says who provides services.", "Make or end the relationship as a partner."
        )
    },
    weakens=trust,
)


def member(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """Another tenant comes in, goes, or may manage the organization, or may not."""
    old, new = before or {}, after or {}
    return ("belongs to the organization otherwise",) if old.get("role") != new.get("role") or not (old and new) else ()


ORGANIZATION = Writes(
    refused=(
        Refusal(
            Reason(
                "organization",
                "Each of its tenants joins by a decision of its own, so none comes back or goes by one call.",
                "Found, join or leave the organization in the Entra admin center.",
            ),
            deeds=frozenset({"create", "delete"}),
        ),
    ),
)
MEMBER = Writes(
    new=(),
    probe=("tenantId",),
    filtered=False,
    known=("Tenant is already being added",),
    fixed=frozenset({"displayName"}),  # "can't be changed once set"
    weakens=member,
)


def consent(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """A policy for consent: more that may be consented to. A new one counts once something names it."""
    if before is None or after is None:
        return ()
    found = [f"has others in {name}" for less, more, name in ((before, after, "includes"), (after, before, "excludes"))
             if any(item not in less.get(name, ()) for item in more.get(name, ()))]  # fmt: skip
    return tuple(found)


def provider(before: Body | None, after: Body | None) -> tuple[str, ...]:
    """An identity provider: somebody else signs people in."""
    return ("signs people in otherwise",) if after is not None and after != before else ()


# What Graph makes of the conditions that a new condition set doesn't name: documented with each property.
EVERYTHING: Body = {
    "permissionClassification": "all", "resourceApplication": "any", "permissions": ["all"],
    "clientApplicationIds": ["all"], "clientApplicationPublisherIds": ["all"], "clientApplicationTenantIds": ["all"],
    "clientApplicationsFromVerifiedPublisherOnly": False,
}  # fmt: skip


def conditions(_now: Body | None, wanted: Body) -> Body:
    """Condition sets with all their conditions: those that nobody names hold for everything."""
    sets: Body = {name: [{**EVERYTHING, **item} for item in wanted[name]] for name in ("excludes", "includes")
            if name in wanted}  # fmt: skip
    return {**wanted, **sets}


LIFECYCLE = Writes(
    probe=("groupLifetimeInDays", "managedGroupTypes"),
    filtered=False,
    known=("only one", "A conflicting object with one or more of the specified property values"),
    switch=Switch(
        "managedGroupTypes",
        "None",
        asks=Reason(
            "stays off",
            "Once it is on, Graph mails owners, and deletes groups that nobody renews.",
            "See which groups are old enough to expire, and assign those that shall where it says Selected",
        ),
    ),
)
CONSENT = Writes(
    given=frozenset({"id"}),
    new=(),
    probe=("id",),
    filtered=False,
    known=("A conflicting object with one or more of the specified property values",),
    refused=(
        Refusal(
            Reason("built in", "Microsoft decides about its own policies for consent.", "Make a policy of your own."),
            like={"id": r"microsoft-.*"},
        ),
    ),
    settle=conditions,
    weakens=consent,
)
PROVIDER = Writes(
    probe=("id",),
    filtered=False,
    new=(),
    typed=True,
    refused=(
        Refusal(
            Reason(
                "built in", "Microsoft decides about its own identity providers.", "Use it in a user flow, or don't."
            ),
            where={"@odata.type": "#microsoft.graph.builtInIdentityProvider"},
        ),
        Refusal(
            Reason(
                "secret needed",
                "Graph makes no identity provider without its secret, which nobody can read.",
                "Add the provider in the Entra admin center with a new secret of the provider's.",
            ),
            deeds=frozenset({"create"}),
        ),
    ),
    weakens=provider,
)
