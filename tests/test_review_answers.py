"""Answers that hold less than was asked for are failures, and never take anything away (promise 1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graph_stub import TENANT, Reply, Seen, Stub, talk

from entragit.clock import Clock
from entragit.errors import EntragitError, RefusedError
from entragit.graph.client import Graph
from entragit.model import TENANT as PLACE
from entragit.model import Coverage
from entragit.resources.catalog import CATALOG
from entragit.snapshotter import snapshot
from entragit.spool import Spool

ADA, BOB = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")
NO_DELTA = Reply({"error": {"code": "Request_UnsupportedQuery", "message": "no"}}, 400)


def read(stub: Stub, kind: str, place: Path) -> tuple[Coverage, dict[str, dict[str, Any]]]:
    """Read one kind from what the stub serves; id → relationships."""
    found: dict[str, dict[str, Any]] = {}

    async def act(graph: Graph) -> Coverage:
        with Spool(place / "spool.db") as spool:
            exclude = frozenset(CATALOG.keys() - {kind})
            await snapshot(graph, spool, exclude=exclude, progress=lambda *_: None, notice=lambda _: None)
            found.update({id_: spool.relations(kind, id_) for id_ in spool.ids(kind)})
            return spool.coverage()

    return talk(stub, act, Clock(speed=5000.0)), found


def batched(answer: Any) -> Any:
    """Every item of a batch gets this answer."""

    def reply(seen: Seen) -> Reply:
        items = [{"id": item["id"], "status": 200, "body": answer(item["url"])} for item in seen.body["requests"]]
        return Reply({"responses": items})

    return reply


def test_a_list_pass_that_leaves_the_list_out_has_not_read_it(tmp_path: Path) -> None:
    """As a server does that doesn't know, or passes over, $expand."""
    stub = Stub({
        "/users": [Reply({"value": [{"id": ADA, "userPrincipalName": "ada@x"}]})],
        "/users/delta": [NO_DELTA],
        f"/users/{ADA}/sponsors": [Reply({"value": [{"id": BOB}]})],
        f"/users/{ADA}/manager": [Reply({"error": {"code": "Request_ResourceNotFound", "message": "no"}}, 404)],
        "/$batch": batched(lambda url: {"value": [{"id": BOB}]} if "sponsors" in url else {"id": BOB}),
    })  # fmt: skip
    coverage, found = read(stub, "users", tmp_path)
    assert coverage.covers("users", "sponsors", ADA)
    assert found[ADA]["sponsors"] == [{"id": BOB}]


@pytest.mark.parametrize(
    "answer",
    [{"error": {"code": "UnknownError", "message": ""}}, {"value": [{"displayName": "no id"}]}, {"value": [{"id": 5}]}],
)
def test_what_has_no_id_is_no_element(answer: Any, tmp_path: Path) -> None:
    stub = Stub({
        "/directory/administrativeUnits": [Reply({"value": [{"id": ADA, "displayName": "Unit"}]})],
        "/directory/administrativeUnits/delta": [NO_DELTA],
        f"/directory/administrativeUnits/{ADA}/members": [Reply(answer)],
    })  # fmt: skip
    coverage, found = read(stub, "directory/administrativeUnits", tmp_path)
    assert [(gap.property, gap.id) for gap in coverage.gaps if gap.failure] == [("members", ADA)]
    assert found == {ADA: {}}


PARTNERS = "policies/crossTenantAccessPolicy/partners"


@pytest.mark.parametrize("answer", [{"error": {"code": "UnknownError", "message": ""}}, {"value": []}, {}])
def test_what_is_not_the_object_below_is_not_its_absence(answer: Any, tmp_path: Path) -> None:
    stub = Stub({f"/{PARTNERS}": [Reply({"value": [{"tenantId": ADA}]})],
                 f"/{PARTNERS}/{ADA}/m365Capabilities": [Reply({"value": []})],
                 f"/{PARTNERS}/{ADA}/identitySynchronization": [Reply(answer)]})  # fmt: skip
    coverage, found = read(stub, PARTNERS, tmp_path)
    assert [(gap.property, gap.id) for gap in coverage.gaps if gap.failure] == [("identitySynchronization", ADA)]
    assert found == {ADA: {"m365Capabilities": []}}


@pytest.mark.parametrize("page", [b"<html>404 Not Found</html>", b"", {"message": "no such host"}])
def test_another_server_s_404_is_no_absence(page: Any, tmp_path: Path) -> None:
    """A gateway's, or that of a wrong address, says nothing about the tenant; Graph's own does."""
    none, broken = Reply({"error": {"code": "ResourceNotFound", "message": "no"}}, 404), Reply(page, 404)
    for number, (answer, failures) in enumerate([(none, []), (broken, [("identitySynchronization", ADA)])]):
        stub = Stub({f"/{PARTNERS}": [Reply({"value": [{"tenantId": ADA}]})],
                     f"/{PARTNERS}/{ADA}/m365Capabilities": [Reply({"value": []})],
                     f"/{PARTNERS}/{ADA}/identitySynchronization": [answer]})  # fmt: skip
        folder = tmp_path / f"below{number}"
        folder.mkdir()
        coverage, _ = read(stub, PARTNERS, folder)
        assert [(gap.property, gap.id) for gap in coverage.gaps if gap.failure] == failures
    for kind in ("organization/branding/localizations", "tenantRelationships/multiTenantOrganization"):
        folder = tmp_path / kind.replace("/", "-")
        folder.mkdir()
        path = f"/{CATALOG[kind].path.replace(PLACE, TENANT)}"
        assert not [gap for gap in read(Stub({path: [none]}), kind, folder)[0].gaps if gap.failure]
        with pytest.raises(EntragitError, match="nothing of the tenant could be read"):
            read(Stub({path: [broken]}), kind, folder)


def test_whose_resources_are_whose_must_be_known(tmp_path: Path) -> None:
    stub = Stub({"/applications": [Reply({"value": [{"displayName": "no appId"}]})],
                 "/schemaExtensions": [Reply({"value": [{"id": "a_b", "owner": ADA}]})],
                 "/organization": [Reply({"value": [{"id": "one"}]})]})  # fmt: skip

    async def act(graph: Graph) -> Coverage:
        with Spool(tmp_path / "spool.db") as spool:
            exclude = frozenset(CATALOG.keys() - {"organization", "schemaExtensions"})
            await snapshot(graph, spool, exclude=exclude, progress=lambda *_: None, notice=lambda _: None)
            return spool.coverage()

    gaps = talk(stub, act, Clock(speed=5000.0)).gaps
    assert {gap.kind for gap in gaps if gap.failure and not gap.property} == {"schemaExtensions"}


@pytest.mark.parametrize("answer", [Reply([]), Reply(None), Reply("text"), Reply(b"", 204), Reply(7)])
@pytest.mark.parametrize("kind", ["organization", "domains"])
def test_what_is_no_object_breaks_its_kind_alone(answer: Reply, kind: str, tmp_path: Path) -> None:
    stub = Stub({f"/{name}": [Reply({"value": [{"id": "one"}]})] for name in ("organization", "domains")})
    stub.answers[f"/{kind}"] = [answer]

    async def act(graph: Graph) -> Coverage:
        with Spool(tmp_path / "spool.db") as spool:
            exclude = frozenset(CATALOG.keys() - {"organization", "domains"})
            await snapshot(graph, spool, exclude=exclude, progress=lambda *_: None, notice=lambda _: None)
            return spool.coverage()

    assert {gap.kind for gap in talk(stub, act, Clock(speed=5000.0)).gaps if gap.failure and not gap.property} == {kind}


@pytest.mark.parametrize("bad", ["\x00", "\n", "\ud800", "x" * 70_000])
def test_a_link_that_is_no_address_breaks_its_kind_alone(bad: str, tmp_path: Path) -> None:
    stub = Stub({"/organization": [Reply({"value": [{"id": "one"}]})]})

    def page(_seen: Seen) -> Reply:
        return Reply({"value": [{"id": "a"}], "@odata.nextLink": f"{stub.url}/v1.0/domains?$skiptoken={bad}"})

    stub.answers["/domains"] = page

    async def act(graph: Graph) -> Coverage:
        with Spool(tmp_path / "spool.db") as spool:
            exclude = frozenset(CATALOG.keys() - {"organization", "domains"})
            await snapshot(graph, spool, exclude=exclude, progress=lambda *_: None, notice=lambda _: None)
            return spool.coverage()

    whole = {gap.kind for gap in talk(stub, act, Clock(speed=5000.0)).gaps if gap.failure and not gap.property}
    assert whole == {"domains"}


@pytest.mark.parametrize("bad", [5, {}, [], False])
def test_a_link_that_is_no_text_is_not_the_end_of_the_list(bad: object, tmp_path: Path) -> None:
    stub = Stub({"/domains": [Reply({"value": [{"id": "a"}], "@odata.nextLink": bad})]})
    with pytest.raises(RefusedError):
        read(stub, "domains", tmp_path)
