"""A bad night in a whole company: what people, mistakes and an intruder do to it, drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox_writing import Writer, new_group, new_user, policy, ref

from entragit.resources.catalog import CATALOG
from entragit.sandbox import portal, removal
from entragit.sandbox.changes import random_change
from entragit.sandbox.portal import GLOBAL_ADMINISTRATOR
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object, Tenant
from entragit.shapes import order

POLICIES, LOCATIONS = "identity/conditionalAccess/policies", "identity/conditionalAccess/namedLocations"
STRENGTHS = "policies/authenticationStrengthPolicies"
ROLES, ASSIGNMENTS = "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments"
UNITS = "directory/administrativeUnits"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"
GRAPH = "00000003-0000-0000-c000-000000000000"
NOTHING = "00000000-0000-0000-0000-000000000000"  # the role of access as such
HIRES = 50
FEDERATION = {"issuer": "https://evil.example", "subject": "anyone", "audiences": ["api://AzureADTokenExchange"]}
# Kinds of which nothing is deleted here: what hangs on a domain can't be told, and devices nobody can make again.
SPARED = ("domains", "devices")


@dataclass
class Night:
    """A company to which things happen, through an Entra that is as strict as ever.

    `hires`: the ids of new colleagues. `done`: how often Entra took what was tried.
    """

    tenant: Tenant
    rng: random.Random
    writer: Writer
    hires: list[str] = field(default_factory=list)
    done: int = 0

    def send(self, method: str, path: str, body: Any = None) -> Object:
        """The answer to a request; empty where Entra refuses it, or has nothing to say."""
        reply = self.writer.reply(method, path, body)
        self.done += reply.status < 400
        return reply.body if reply.status < 400 and isinstance(reply.body, dict) else {}

    def any(self, kind: str, wanted: Callable[[Object], object] = lambda body: True) -> Object:
        """Some object of a kind that is wanted; any other where there is none; NothingThere without any."""
        held = [body for body in self.tenant.objects[kind].values() if not is_ours(self.tenant, body)]
        if not held:
            raise portal.NothingThere(kind)
        return self.rng.choice([body for body in held if wanted(body)] or held)

    def fresh(self, name: str) -> str:
        """A name that nothing has."""
        return f"{name}-{self.rng.getrandbits(32):08x}"


Step = Callable[[Night], object]


def night(tenant: Tenant, seed: int) -> Night:
    """A night in this company; whoever lets it begin hands the tenant back to its server in the end."""
    writer = Writer(tenant=tenant)
    writer.administer()
    tenant.options.partial_values = "merge"
    return Night(tenant, random.Random(seed), writer)


def over(one: Night) -> None:
    """The night's own client and its role go."""
    one.tenant.options.partial_values = "refuse"
    removal.forget(one.tenant, one.writer.client.principal)
    del one.tenant.clients[one.writer.client.id]


def is_ours(tenant: Tenant, body: Object) -> bool:
    """Whether something is of a client that signs in here, which has no service principal that is stored."""
    principals = {client.principal for client in tenant.clients.values()}
    return bool(principals & {body.get("id"), body.get("principalId")})


def storm(one: Night, steps: int) -> None:
    """A mixture of everything: so many steps, the new colleagues somewhere among them."""
    chosen = [*one.rng.choices([*INTRUDER, *MISTAKES], k=steps), *one.rng.sample(INTRUDER, 4)]
    chosen.insert(one.rng.randrange(len(chosen)), hire)
    for step in chosen:
        with suppress(portal.NothingThere):  # the night went on too long for this one
            step(one)


def hire(one: Night) -> None:
    """Fifty people begin: accounts, in groups and units, managed and managing."""
    for number in range(HIRES):
        body = one.send("POST", "users", new_user(one.tenant, one.fresh(f"hire{number}"), department="Sales"))
        one.hires.append(str(body["id"]))
    for person in one.rng.sample(one.hires, 12):
        one.send("POST", f"groups/{one.any('groups')['id']}/members/$ref", ref(person))
        one.send("PUT", f"users/{person}/manager/$ref", ref(one.any("users")["id"]))
    for person in one.rng.sample(one.hires, 3):
        one.send("POST", f"{UNITS}/{one.any(UNITS)['id']}/members/$ref", ref(person))
        one.send("PUT", f"users/{one.any('users')['id']}/manager/$ref", ref(person))


def somebody(one: Night) -> str:
    """A principal that the intruder rules: a new user, a guest, a new service principal, or a new group."""
    sort = one.rng.randrange(4)
    if sort == 0:
        return str(one.send("POST", "users", new_user(one.tenant, one.fresh("svc")))["id"])
    if sort == 1:
        return str(one.any("users", lambda body: body["userType"] == "Guest")["id"])
    if sort == 2:
        return own_application(one)[1]
    sent = new_group(one.fresh("helpers"), isAssignableToRole=True)
    group = one.send("POST", "groups", sent)["id"]
    one.send("POST", f"groups/{group}/members/$ref", ref(one.any("users")["id"]))
    return str(group)


def own_application(one: Night) -> tuple[str, str]:
    """The ids of an application of the intruder's own, which has a secret, and of its service principal."""
    app = one.send("POST", "applications", {"displayName": one.fresh("Updater")})
    one.send("POST", f"applications/{app['id']}/addPassword", {"passwordCredential": {"displayName": "mine"}})
    return str(app["id"]), str(one.send("POST", "servicePrincipals", {"appId": app["appId"]})["id"])


def admin_role(one: Night) -> None:
    """An intruder becomes administrator, of everything or of a unit."""
    unit = one.any(UNITS, lambda body: not body["isMemberManagementRestricted"])
    scope = one.rng.choice(["/", "/", f"/administrativeUnits/{unit['id']}"])
    role = GLOBAL_ADMINISTRATOR if scope == "/" else one.any(ROLES, lambda body: body["isBuiltIn"])["id"]
    one.send("POST", ASSIGNMENTS, {"principalId": somebody(one), "roleDefinitionId": role, "directoryScopeId": scope})


def credential(one: Night) -> None:
    """A secret or a certificate of the intruder's for an application, or for a service principal."""
    kind = one.rng.choice(["applications", "applications", "servicePrincipals"])
    owned = {app["appId"] for app in one.tenant.objects["applications"].values()}
    body = one.any(kind, lambda item: kind == "applications" or item["appId"] in owned)
    if one.rng.random() < 0.6:
        one.send("POST", f"{kind}/{body['id']}/addPassword", {"passwordCredential": {"displayName": "backup"}})
        return
    now = one.tenant.stamp()
    key = blank("keyCredential") | {
        "keyId": one.tenant.new_id(), "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": "CN=evil",
        "startDateTime": now, "endDateTime": one.tenant.stamp(timedelta(days=700)),
    }  # fmt: skip
    portal.edit(one.tenant, kind, body["id"], "Update", keyCredentials=[*body["keyCredentials"], key])


def federated(one: Night) -> None:
    """Whoever the intruder's issuer says signs in as an application."""
    path = f"applications/{one.any('applications')['id']}/federatedIdentityCredentials"
    one.send("POST", path, FEDERATION | {"name": one.fresh("ci"), "subject": one.fresh("anyone")})


def _graph(one: Night) -> Object:
    return one.any("servicePrincipals", lambda body: body["appId"] == GRAPH)


def grant(one: Night) -> None:
    """An application may read and send everybody's mail, or a grant that was there says more."""
    if one.tenant.objects["oauth2PermissionGrants"] and one.rng.random() < 0.4:
        body = one.any("oauth2PermissionGrants")
        one.send("PATCH", f"oauth2PermissionGrants/{body['id']}", {"scope": f"{body['scope']} Mail.ReadWrite"})
        return
    client = own_application(one)[1] if one.rng.random() < 0.5 else one.any("servicePrincipals")["id"]
    sent = {"clientId": client, "consentType": "AllPrincipals", "resourceId": _graph(one)["id"], "scope": "Mail.Read"}
    one.send("POST", "oauth2PermissionGrants", sent)


def app_role(one: Night) -> None:
    """An application permission on Microsoft Graph, or somebody's role in one of the company's applications."""
    if one.rng.random() < 0.5:
        graph, principal = _graph(one), own_application(one)[1]
        sent = {"resourceId": graph["id"], "appRoleId": one.rng.choice(graph["appRoles"])["id"]}
        one.send("POST", f"servicePrincipals/{principal}/appRoleAssignments", sent | {"principalId": principal})
        return
    resource = one.any("servicePrincipals", lambda body: any("User" in role["allowedMemberTypes"]
                                                             for role in body["appRoles"]))  # fmt: skip
    roles = [role["id"] for role in resource["appRoles"] if "User" in role["allowedMemberTypes"]] or [NOTHING]
    sent = {"principalId": somebody(one), "resourceId": resource["id"], "appRoleId": one.rng.choice(roles)}
    one.send("POST", f"servicePrincipals/{resource['id']}/appRoleAssignedTo", sent)


def owner(one: Night) -> None:
    """An intruder owns an application, a service principal or a group."""
    kind = one.rng.choice(["applications", "servicePrincipals", "groups"])
    user = one.send("POST", "users", new_user(one.tenant, one.fresh("owner")))["id"]
    one.send("POST", f"{kind}/{one.any(kind)['id']}/owners/$ref", ref(user))


def member(one: Night) -> None:
    """An intruder is in a group, most likely one that has roles."""
    group = one.any("groups", lambda body: body["isAssignableToRole"] or one.rng.random() < 0.2)
    one.send("POST", f"groups/{group['id']}/members/$ref", ref(somebody(one)))


def exclusion(one: Night) -> None:
    """A policy doesn't hold for the intruder, or from the intruder's network."""
    body = one.any(POLICIES, lambda item: (item["conditions"] or {}).get("users"))
    conditions = dict(body["conditions"])
    sort, user = one.rng.randrange(3), one.send("POST", "users", new_user(one.tenant, one.fresh("past")))["id"]
    if sort < 2:
        name, who = [("excludeUsers", user), ("excludeGroups", one.any("groups")["id"])][sort]
        users = conditions["users"]
        conditions["users"] = users | {name: [*(users[name] or []), who]}
    else:
        network = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}]
        place = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": one.fresh("Branch"),
                 "isTrusted": True, "ipRanges": network}  # fmt: skip
        made = one.send("POST", LOCATIONS, place)["id"]
        held = conditions.get("locations") or {}
        excluded = [*(held.get("excludeLocations") or []), made]
        conditions["locations"] = {"includeLocations": ["All"], "excludeLocations": excluded}
    portal.edit(one.tenant, POLICIES, body["id"], "Update conditional access policy", conditions=conditions)
    one.done += 1


def loose_policy(one: Night) -> None:
    """A policy of the intruder's own, and another one that is off."""
    one.send("POST", POLICIES, policy(displayName=one.fresh("CA900: Nothing")))
    one.send("PATCH", f"{POLICIES}/{one.any(POLICIES)['id']}", {"state": "disabled"})


def wider_role(one: Night) -> None:
    """A role of the company's own may do more than it should."""
    body = one.any(ROLES, lambda item: not item["isBuiltIn"])
    more = [{"allowedResourceActions": ["microsoft.directory/applications/credentials/update"]}]
    one.send("PATCH", f"{ROLES}/{body['id']}", {"rolePermissions": more})


def wider_rule(one: Night) -> None:
    """More people than before are in a group by its rule."""
    group = one.any("groups", lambda body: body["membershipRule"])
    one.send("PATCH", f"groups/{group['id']}", {"membershipRule": '(user.displayName -contains "e")'})


INTRUDER: tuple[Step, ...] = (
    admin_role, credential, federated, grant, app_role, owner, member, exclusion, loose_policy, wider_role, wider_rule,
)  # fmt: skip


def small_changes(one: Night) -> None:
    """An hour of an ordinary day."""
    for _ in range(one.rng.randrange(2, 7)):
        random_change(one.tenant, one.rng)
        one.done += 1


def delete(one: Night) -> None:
    """Something is deleted."""
    kind = one.rng.choice([kind for kind in order(CATALOG) if kind not in SPARED and one.tenant.objects.get(kind)])
    one.send("DELETE", f"{kind}/{one.any(kind)['id']}")


def purge(one: Night) -> None:
    """Something that was deleted goes for good; a unit, for a month is over."""
    held = [(kind, id_) for kind, items in one.tenant.deleted.items() for id_ in items]
    if held:
        kind, id_ = one.rng.choice(held)
        removal.purge(one.tenant, kind, id_)
        one.done += 1


def delete_for_good(one: Night) -> None:
    """A user, group, application or unit goes, and is not to be restored."""
    kind = one.rng.choice(["users", "groups", "applications", "servicePrincipals", UNITS])
    gone = one.any(kind)["id"]
    one.send("DELETE", f"{kind}/{gone}")
    if gone in one.tenant.deleted.get(kind, {}):
        removal.purge(one.tenant, kind, gone)


def rename(one: Night) -> None:
    """Something is called otherwise."""
    kind = one.rng.choice(["users", "groups", "applications", UNITS, POLICIES, LOCATIONS, ROLES])
    body = one.any(kind, lambda item: not item.get("isBuiltIn") and not item.get("onPremisesSyncEnabled"))
    one.send("PATCH", f"{kind}/{body['id']}", {"displayName": one.fresh("Renamed")})
    user = one.any("users", lambda item: not item["onPremisesSyncEnabled"])
    one.send("PATCH", f"users/{user['id']}", {"userPrincipalName": f"{one.fresh('new')}@{one.tenant.domain}"})


def part(one: Night) -> None:
    """Members, owners, sponsors, managers leave."""
    for link in ("groups/members", "groups/owners", f"{UNITS}/members", "applications/owners",
                 "servicePrincipals/owners", "users/sponsors"):  # fmt: skip
        owners = [own for own, held in one.tenant.links.get(link, {}).items() if held]
        if owners and one.rng.random() < 0.5:
            kind, _, name = link.rpartition("/")
            own = one.rng.choice(owners)
            one.send("DELETE", f"{kind}/{own}/{name}/{one.rng.choice(one.tenant.links[link][own])}/$ref")
    one.send("DELETE", f"users/{one.any('users')['id']}/manager/$ref")


def lose_access(one: Night) -> None:
    """An administrator takes too much away: a role, a grant, a permission, a federated credential."""
    one.send("DELETE", f"{ASSIGNMENTS}/{one.any(ASSIGNMENTS)['id']}")
    one.send("DELETE", f"oauth2PermissionGrants/{one.any('oauth2PermissionGrants')['id']}")
    given = one.any("appRoleAssignments")
    one.send("DELETE", f"servicePrincipals/{given['principalId']}/appRoleAssignments/{given['id']}")
    held = one.tenant.children.get("applications/federatedIdentityCredentials", {})
    for app, children in held.items():
        for child in list(children)[:1]:
            one.send("DELETE", f"applications/{app}/federatedIdentityCredentials/{child}")


def rework(one: Night) -> None:
    """Somebody tidies an application up: other addresses, roles, scopes, permissions."""
    app = one.any("applications", lambda body: body["appRoles"] or body["api"]["oauth2PermissionScopes"])
    place = f"applications/{app['id']}"
    off = [role | {"isEnabled": False} for role in app["appRoles"]]
    one.send("PATCH", place, {"appRoles": [{k: v for k, v in role.items() if k != "origin"} for role in off]})
    one.send("PATCH", place, {"appRoles": []})
    one.send("PATCH", place, {"api": {"preAuthorizedApplications": [], "knownClientApplications": []}})
    other = one.any("applications")
    one.send("PATCH", f"applications/{other['id']}", {"requiredResourceAccess": [], "identifierUris": []})
    one.send("PATCH", f"applications/{other['id']}", {"web": {"redirectUris": ["https://evil.example/cb"]}})
    one.send("PATCH", f"servicePrincipals/{one.any('servicePrincipals')['id']}", {"tags": ["HideApp"]})


def weaken(one: Night) -> None:
    """Policies of the whole tenant say other things."""
    one.send("PATCH", "policies/authorizationPolicy", {"allowInvitesFrom": "everyone", "blockMsolPowerShell": False})
    strength = one.any(STRENGTHS, lambda body: body["policyType"] == "custom")
    one.send("POST", f"{STRENGTHS}/{strength['id']}/updateAllowedCombinations",
             {"allowedCombinations": ["password,sms"]})  # fmt: skip
    place = one.any(LOCATIONS, lambda body: body.get("isTrusted") is False)
    if place["@odata.type"].endswith("ipNamedLocation"):
        one.send("PATCH", f"{LOCATIONS}/{place['id']}", {"@odata.type": place["@odata.type"], "isTrusted": True})
    setting = one.any("groupSettings")
    values = [item | {"value": "true"} if item["value"] == "false" else item for item in setting["values"]]
    one.send("PATCH", f"groupSettings/{setting['id']}", {"values": values})


def licence(one: Night) -> None:
    """A user loses every licence that isn't a group's."""
    user = one.any("users", lambda body: body.get("assignedLicenses"))
    skus = [item["skuId"] for item in user["assignedLicenses"]]
    one.send("POST", f"users/{user['id']}/assignLicense", {"addLicenses": [], "removeLicenses": skus})


def convert(one: Night) -> None:
    """Rules decide about groups and units that people decided about, and the other way round."""
    for kind, on in ((UNITS, "Dynamic"), ("groups", "DynamicMembership")):
        body = one.any(kind)
        ruled, types = bool(body["membershipRule"]), [word for word in body.get("groupTypes", ()) if word != on]
        new: Object = {"membershipType": "Assigned" if ruled else on}
        if kind == "groups":
            new = {"groupTypes": types if ruled else [*types, on]}
        rule, state = (None, None) if ruled else ('(user.city -eq "Oslo")', "On")
        one.send(
            "PATCH", f"{kind}/{body['id']}", new | {"membershipRule": rule, "membershipRuleProcessingState": state}
        )


def anew(one: Night) -> None:
    """Somebody deletes what gives access and makes it once more, and a service principal with it."""
    given = one.any(ASSIGNMENTS)
    one.send("DELETE", f"{ASSIGNMENTS}/{given['id']}")
    one.send(
        "POST", ASSIGNMENTS, {name: given[name] for name in ("principalId", "roleDefinitionId", "directoryScopeId")}
    )
    principal = one.any("servicePrincipals", lambda body: body["appOwnerOrganizationId"] == one.tenant.id)
    one.send("DELETE", f"servicePrincipals/{principal['id']}")
    one.send("POST", "servicePrincipals", {"appId": principal["appId"]})


def defaults(one: Night) -> None:
    """Another domain is the default one; policies go off, and security defaults on."""
    domain = one.any("domains", lambda body: body["isVerified"] and not body["isDefault"])
    one.send("PATCH", f"domains/{domain['id']}", {"isDefault": True})
    for id_ in one.tenant.objects[POLICIES]:
        one.send("PATCH", f"{POLICIES}/{id_}", {"state": "disabled"})
    one.send("PATCH", DEFAULTS, {"isEnabled": True})


# Kind → the property that Graph keeps unique, and a value for the time being.
UNIQUE: dict[str, tuple[str, Callable[[Night], object]]] = {
    "users": ("userPrincipalName", lambda one: f"{one.fresh('moving')}@{one.tenant.domain}"),
    "groups": ("mailNickname", lambda one: one.fresh("moving")),
    "applications": ("identifierUris", lambda one: []),
}


def swap_names(one: Night) -> None:
    """What only one can have goes round among two or three, or moves on by one."""
    kind = one.rng.choice(list(UNIQUE))
    name, meanwhile = UNIQUE[kind]
    held = [body for body in one.tenant.objects[kind].values()
            if not is_ours(one.tenant, body) and not body.get("onPremisesSyncEnabled") and body[name]]  # fmt: skip
    some = one.rng.sample(held, min(len(held), one.rng.randrange(2, 4)))
    values = [body[name] for body in some]
    for body in some:
        one.send("PATCH", f"{kind}/{body['id']}", {name: meanwhile(one)})
    for body, value in zip(some[one.rng.randrange(2) :], [*values[1:], *values[:1]], strict=False):
        one.send("PATCH", f"{kind}/{body['id']}", {name: value})


def take_name(one: Night) -> None:
    """A new colleague is called as somebody who left, an intruder's application answers to what another one did."""
    if one.rng.random() < 0.5:
        user = one.any("users", lambda body: not body["onPremisesSyncEnabled"])
        called = user["userPrincipalName"]
        one.send("DELETE", f"users/{user['id']}")
        sent = new_user(one.tenant, one.fresh("successor"), department="Sales") | {"userPrincipalName": called}
        made = one.send("POST", "users", sent)
        one.hires += [made["id"]] if made else []
        return
    app = one.any("applications", lambda body: body["identifierUris"])
    uris = app["identifierUris"]
    one.send("PATCH", f"applications/{app['id']}", {"identifierUris": []})
    one.send("PATCH", f"applications/{own_application(one)[0]}", {"identifierUris": uris})


def swap_subjects(one: Night) -> None:
    """Two who sign in as an application from elsewhere get each other's right."""
    for app, held in one.tenant.children.get("applications/federatedIdentityCredentials", {}).items():
        some = list(held.values())[:2]
        subjects = [body["subject"] for body in some]
        for value in (one.fresh("moving"), None):
            for body, subject in zip(some, reversed(subjects), strict=True):
                sent = {"subject": f"{value}/{subject}" if value else subject}
                one.send("PATCH", f"applications/{app}/federatedIdentityCredentials/{body['id']}", sent)


MISTAKES: tuple[Step, ...] = (
    small_changes, small_changes, delete, delete, delete_for_good, delete_for_good, purge, rename, part, part,
    lose_access, rework, weaken, licence, convert, anew, defaults, swap_names, swap_names, take_name, swap_subjects,
)  # fmt: skip


def knotted(tenant: Tenant) -> set[str]:
    """The ids of what names each other.

    Groups in one another, applications that pre-authorise others, units with administrators, policies with their
    locations and strengths, roles of the company's own with who has them, a manager, a sponsored guest.
    """
    objects, links = tenant.objects, tenant.links
    nested = links["groups/members"]
    found = {one for one, held in nested.items() for other in held if one in nested.get(other, ())}
    api = next(body for body in objects["applications"].values() if body["api"]["preAuthorizedApplications"])
    others = {item["appId"] for item in api["api"]["preAuthorizedApplications"]} | {api["appId"]}
    found |= {id_ for id_, body in objects["applications"].items() if body["appId"] in others}
    scopes = "".join(str(body["directoryScopeId"]) for body in objects[ASSIGNMENTS].values())
    found |= {id_ for id_ in objects[UNITS] if id_ in scopes} | set(objects[LOCATIONS])
    found |= {id_ for id_, body in objects[STRENGTHS].items() if body["policyType"] == "custom"}
    found |= {id_ for id_, body in objects[POLICIES].items() if any(one in str(body) for one in found)}
    found |= {id_ for id_, body in objects[ROLES].items() if not body["isBuiltIn"]}
    found |= {id_ for id_, body in objects[ASSIGNMENTS].items() if body["roleDefinitionId"] in found}
    cloud = {id_ for id_, body in objects["users"].items() if not body["onPremisesSyncEnabled"]}
    managers = [one for held in links["users/manager"].values() for one in held if one in cloud]
    guests = [one for one, held in links["users/sponsors"].items() if len(held) > 1 and one in cloud]
    licensed = [id_ for id_ in cloud if objects["users"][id_]["assignedLicenses"] and id_ in links["users/manager"]]
    return found | {*managers[:1], *guests[:1], *sorted(licensed)[:1]}


def purge_all(one: Night, wanted: Callable[[str], object] = lambda _id: True) -> dict[str, set[str]]:
    """All that can be deleted and is wanted goes for good; the ids of what went, by kind."""
    for id_, body in list(one.tenant.objects[LOCATIONS].items()):
        one.send("PATCH", f"{LOCATIONS}/{id_}", {"@odata.type": body["@odata.type"], "isTrusted": False})
    for id_ in list(one.tenant.objects[CONTEXTS]):
        one.send("PATCH", f"{CONTEXTS}/{id_}", {"isAvailable": False})
    before = {kind: set(held) for kind, held in one.tenant.objects.items()}
    for kind in reversed([kind for kind in order(CATALOG) if kind not in SPARED and one.tenant.objects.get(kind)]):
        for id_, body in list(one.tenant.objects[kind].items()):
            stays = id_ in one.hires or body.get("onPremisesSyncEnabled") or is_ours(one.tenant, body)
            if wanted(id_) and not stays:
                one.send("DELETE", f"{kind}/{id_}")
    for kind, held in one.tenant.deleted.items():
        for id_ in list(held):
            removal.purge(one.tenant, kind, id_)
    return {kind: held - one.tenant.objects[kind].keys() for kind, held in before.items()}
