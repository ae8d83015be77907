"""What tests of writing share: bodies read from the sandbox, and operations sent to it, by plain HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from entragit.diff import diff
from entragit.idmap import inner
from entragit.model import TENANT, Body, Coverage, Edit, Request
from entragit.normalize import normalize
from entragit.plan import STAGES, Change, Operation, Stage
from entragit.references import find
from entragit.resources.base import Context, Relation, ResourceType
from entragit.resources.catalog import CATALOG
from entragit.resources.facts import Reference
from entragit.resources.prepare import is_undesired
from entragit.resources.writing import has
from entragit.rewriting import renewed, rewrite
from entragit.sandbox.store import Tenant
from entragit.shapes import (
    Scope,
    WriteContext,
    backing,
    matching,
    on_found,
    order,
    reads,
    seen,
    sent,
    turn,
    with_found,
    writable,
    writes,
)
from entragit.snapshotter.counting import counts
from entragit.snapshotter.reader import identified
from entragit.streams import described, received

GIVING = "identityGovernance/entitlementManagement/assignmentPolicies"
PATIENCE = 50
"""How often what an operation awaits is asked for."""


def passwords() -> Iterator[str]:
    """Passwords that Graph takes, each another one."""
    return (f"Corr3ct-horse-{number}" for number in itertools.count())


@dataclass
class Hand:
    """A client of one tenant that reads bodies and does operations; `done`: those that it did.

    `streams`: the bytes that it read, by their hash. `person`: one who signs in for what Graph lets no application read
    or write.
    """

    client: httpx.Client
    tenant: Tenant
    done: list[Operation] = field(default_factory=list)
    secrets: Iterator[str] = field(default_factory=passwords)

    streams: dict[str, bytes] = field(default_factory=dict)

    gone: frozenset[str] = frozenset()
    person: httpx.Client | None = None

    @property
    def context(self) -> WriteContext:
        everything = frozenset(CATALOG)
        kinds = {own: kind for kind in ("applications", "servicePrincipals") for own in self.tenant.objects[kind]}
        covered, now = Coverage(everything), datetime.now(UTC)
        return WriteContext(self.tenant.id, gone=self.gone, coverage=covered, enable=everything, kinds=kinds, now=now)

    def taken(self, change: Change) -> Change | None:
        """What can be written of a change."""
        return writable(CATALOG[change.kind], change, self.context)

    def answer(self, method: str, path: str, body: Any = None, version: str = "v1.0", **more: Any) -> httpx.Response:
        return self.by(path, method).request(method, self._url(path, version), json=body, **more)

    def _url(self, path: str, version: str) -> str:
        path = path.replace(TENANT, self.tenant.id)
        return str(self.client.base_url).replace("v1.0", version) + path.removeprefix("/")

    def by(self, path: str, method: str = "GET") -> httpx.Client:
        """Who may ask: the application, or the person where it is a person alone."""
        kind = max((name for name in CATALOG if path.strip("/").startswith(name)), key=len, default="")
        words = CATALOG.get(kind)
        alone = words is not None and (words.delegated or (method != "GET" and words.writes.signed_in))
        return self.person if alone and self.person is not None else self.client

    def get(self, request: Request) -> Any:
        """The answer to a read; None where there is nothing."""
        headers = dict(request.headers)
        asker = self.by(request.path)
        found = asker.get(self._url(request.path, request.version), params=dict(request.query), headers=headers)
        assert found.status_code in (200, 404), (request, found.text)
        return found.json() if found.status_code == 200 else None

    def list(self, path: str, query: Iterable[tuple[str, str]] = ()) -> list[Any]:
        """All elements of a list."""
        page = self.get(Request(path, tuple(query)))
        found = list(page["value"]) if page else []
        while page and "@odata.nextLink" in page:
            page = self.by(path).get(page["@odata.nextLink"]).json()
            found += page["value"]
        return found

    def body(self, kind: ResourceType, live: str) -> Body | None:
        """The body of a resource; None where there is none."""
        (request,) = reads(kind, Scope(live))
        raw = self.get(request) if live or kind.shape == "singleton" else None
        raw = raw or (dict(kind.absent) or None)
        if raw is not None and "value" in raw and "id" not in raw:
            raw = raw["value"][0]
        if raw is None:
            return None
        raw = {"id": kind.kind.rsplit("/", 1)[-1], **identified(kind, raw)}
        related = {relation.name: self._related(kind, str(raw["id"]), relation) for relation in kind.relations
                   if has(raw, relation.where) and not (relation.unless and has(raw, relation.unless))}  # fmt: skip
        return normalize(kind, {**raw, **related}, Context(self.tenant.id))

    def _related(self, kind: ResourceType, live: str, relation: Relation) -> Any:
        if relation.shape in ("ref", "single"):
            return self.get(*reads(kind, Scope(live, relation)))
        if relation.shape == "stream":
            return self._stream(relation, *reads(kind, Scope(live, relation)))
        requests = reads(kind, Scope(live, relation))
        found = [item for request in requests for item in self._all(request)]
        return counts(found) if relation.counted else found

    def _stream(self, relation: Relation, request: Request) -> Body | None:
        answer = self.client.get(self._url(request.path, request.version))
        data = b"" if answer.status_code == 404 else received(answer.raise_for_status().content)
        said = described(relation, data)
        self.streams[said["sha256"]] = data
        return said if data else None

    def _all(self, request: Request) -> list[Any]:
        asker = self.by(request.path)
        page = asker.get(
            self._url(request.path, request.version), params=dict(request.query), headers=dict(request.headers)
        )
        assert page.status_code == 200, page.text
        found = page.json()["value"]
        while "@odata.nextLink" in page.json():
            page = asker.get(page.json()["@odata.nextLink"], headers=dict(request.headers))
            found += page.json()["value"]
        return list(found)

    def do(self, operation: Operation) -> Any:
        """Send one operation as it is; fails the test for an error that isn't `done`. The answer, if any."""
        self.done.append(operation)
        if on_found(operation):
            found = self.probed(operation)
            if not found:
                return None
            operation = with_found(operation, str(found[0]["id"]))
        body = sent(operation, self.secrets.__next__)
        more: dict[str, Any] = {"content": self.streams[operation.stream]} if operation.stream else {}
        headers = dict(operation.headers)
        answer = self.answer(operation.method, operation.path, body, operation.version, headers=headers, **more)
        if answer.status_code >= 400:
            assert any(word in answer.text for word in operation.done), (operation, answer.status_code, answer.text)
            return self.probed(operation)[0] if operation.creates else None
        self._await(operation)
        found = answer.json() if answer.content else None
        if operation.open is None:
            return found
        come = self.get(Request(f"{operation.path}/{found['id']}"))
        assert come[operation.open[0]] not in {*operation.open[1], *operation.unmet[operation.open[0]]}, come
        return self.probed(operation)[0] if operation.creates else come

    def probed(self, operation: Operation) -> list[Mapping[str, Any]]:
        """What the probe of an operation finds."""
        assert operation.probe is not None
        return matching(operation, self.list(*operation.probe))

    def _await(self, operation: Operation) -> None:
        if operation.awaits is None:
            return
        for _ in range(PATIENCE):
            if seen(operation, self.get(Request(operation.awaits[0]))):
                return
        raise AssertionError(operation)

    def apply(self, changes: Iterable[Change], rename: Any = lambda kind, body, ids: body) -> dict[str, str]:
        """Do all changes, stage by stage; old id → new id of what was made. `rename` makes references follow."""
        taken = [found for change in changes if (found := self.taken(change)) is not None]
        ids: dict[str, str] = {}
        lives = {change.key: change.live for change in taken}
        for stage in STAGES:
            for change in _in_order(taken, stage):
                kind = CATALOG[change.kind]
                body = None if change.desired is None else rename(kind, change.desired, ids)
                self._stage(kind, change, stage, body, lives, ids)
        return ids

    def _stage(
        self,
        kind: ResourceType,
        change: Change,
        stage: Stage,
        body: Body | None,
        lives: dict[str, str],
        ids: dict[str, str],
    ) -> None:
        live = lives[change.key]
        actual = None if change.action == "restore" and stage == "create" else self.body(kind, live)
        found = writes(kind, change, body, live, actual, stage, self.context)
        for operation in found:
            made = self.do(operation) or {}
            if operation.creates:
                live = lives[change.key] = (
                    made.get(operation.made) or made.get("id") or operation.path.rsplit("/", 1)[-1]
                )
                ids |= {change.id or change.address: live, **renewed(kind, change.desired or {}, {**made, "id": live})}
        if any(operation.again for operation in found):
            self._stage(kind, change, stage, body, lives, ids)


def _in_order(changes: list[Change], stage: str) -> list[Change]:
    kinds = order({change.kind for change in changes})
    if stage == "enable":
        return sorted(changes, key=lambda change: turn(CATALOG[change.kind], change.desired or {}))
    placed = sorted(changes, key=lambda change: kinds.index(change.kind))
    return placed[::-1] if stage == "delete" else placed


def update(kind: str, actual: Body, desired: Body) -> Change:
    """The change of one resource that turns one body into another."""
    edits = tuple(edit for edit in diff(CATALOG[kind], actual, desired) if edit.path != ("id",))
    origins = ("reverts",) * len(edits)
    own = str(actual["id"])
    return Change(kind, own, own, f"{kind}/x.{own[:8]}", _title(kind, desired), "update", 2, desired, actual, edits,
                  origins)  # fmt: skip


def creation(kind: str, desired: Body) -> Change:
    """The change that makes a resource again, or for the first time where the body has no id."""
    edits = tuple(edit for edit in diff(CATALOG[kind], {}, desired) if edit.path != ("id",))
    own = str(desired.get("id", ""))
    return Change(kind, own, "", f"{kind}/x.{own[:8]}", _title(kind, desired), "create", 2, desired, None, edits,
                  ("reverts",) * len(edits))  # fmt: skip


def restoring(kind: str, desired: Body) -> Change:
    """The change that gets a deleted resource back."""
    return replace(creation(kind, desired), action="restore", live=str(desired["id"]))


def deletion(kind: str, actual: Body) -> Change:
    """The change that deletes a resource."""
    own = str(actual["id"])
    return Change(kind, own, own, f"{kind}/x.{own[:8]}", _title(kind, actual), "delete", 2, None, actual)


def _title(kind: str, body: Body) -> str:
    return str(body.get(CATALOG[kind].title, ""))


Bodies = dict[tuple[str, str], Body]


def everything(hand: Hand) -> Bodies:
    """The bodies of all resources of the tenant, by kind and id."""
    found: Bodies = {}
    for name, kind in CATALOG.items():
        keys = [""] if kind.shape == "singleton" else stored(hand.tenant, kind)
        bodies = ((key, hand.body(kind, key)) for key in keys)
        found |= {(name, str(body["id"])): body for _, body in bodies if body is not None}
    return found


def stored(tenant: Tenant, kind: ResourceType) -> list[str]:
    """The ids of the resources of a kind that are somebody's wish."""
    rule = kind.excluded
    others = tenant.objects.get(rule.path.strip("/"), {}).values() if rule else ()
    elsewhere = {item[rule.property] for item in others if rule and (item[rule.ends] or has(item, {
        name: values[0] for name, values in rule.only.items()}))}  # fmt: skip
    held = tenant.objects.get(kind.kind, {}).items()
    here = Context(tenant.id)
    return [key for key, raw in held if not is_undesired(kind, expanded(tenant, raw), here) and key not in elsewhere]


def expanded(tenant: Tenant, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource with the policy that says whether a rule gives it."""
    policy = raw.get("assignmentPolicy")
    return {**raw, "assignmentPolicy": tenant.objects[GIVING].get(policy["id"])} if policy else raw


def changes(hand: Hand, actual: Bodies, desired: Bodies) -> list[Change]:
    """What turns one tenant into another: what was deleted softly is restored, what is more is deleted."""
    found = {place: change for place, body in desired.items()
             if (change := _change(hand, actual, place, body)) is not None}  # fmt: skip
    fresh = {str(name).lower(): f"new {name}" for change in found.values()
             if change.action == "create" and hand.taken(change)
             for name in (change.id, inner(change.id), (change.desired or {}).get("appId")) if name}  # fmt: skip
    for place, body in desired.items():
        later = rewrite(CATALOG[place[0]], body, fresh)
        if place in actual and later != body:
            found[place] = _following(found.get(place) or update(place[0], body, body), body, later)
    return [*found.values(), *(deletion(kind, actual[kind, own]) for kind, own in sorted(actual.keys() - desired))]


def _change(hand: Hand, actual: Bodies, place: tuple[str, str], body: Body) -> Change | None:
    kind, own = place
    if place in actual:
        return update(kind, actual[place], body) if actual[place] != body else None
    restored = own in hand.tenant.deleted.get(kind, {}) and _backed(hand, kind, body, actual)
    return (restoring if restored else creation)(kind, body)


def _following(change: Change, body: Body, later: Body) -> Change:
    """The change, in which ids go along with their objects, too."""
    edits = tuple(Edit((name,), "", "") for name in body if body[name] != later[name])
    return replace(change, edits=change.edits + edits, origins=(*change.origins, *("follows" for _ in edits)))


def _backed(hand: Hand, kind: str, body: Body, actual: Bodies) -> bool:
    """Whether what a restore needs is there, or can be restored first."""
    needed = backing(CATALOG[kind], body, hand.tenant.id)
    if needed is None:
        return True
    other, name, value = needed
    held = (*actual.items(), *((((other, key), item) for key, item in hand.tenant.deleted.get(other, {}).items())))
    return any(place[0] == other and item.get(name) == value for place, item in held)


def dangling(hand: Hand, desired: Bodies) -> frozenset[str]:
    """The ids that desired bodies name and that name nothing, neither in the tenant nor afterwards."""
    live = (item for held in hand.tenant.objects.values() for item in held.values())
    known = {value for body in (*live, *desired.values())
             for value in (body["id"], inner(body["id"]), body.get("appId"))}  # fmt: skip
    found = (item for (kind, _), body in desired.items() for item in find(CATALOG[kind], body))
    return frozenset(item.id for item in found if not _constant(item.reference) and item.id not in known)


def _constant(reference: Reference) -> bool:
    """Whether it names what applications offer, or roles, which Microsoft has more of than it lists."""
    return reference.by == "permission" or reference.to == ("roleManagement/directory/roleDefinitions",)
