"""One sandbox for each pytest worker; each test brings tenants of its own."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from applying import broken, started
from people import administrator, readers
from rounds import ROUND, choose_examples, made_up
from small_world import again
from small_world import exported as small_exported
from worlds import CORE, World, copied, keep, make

from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Tenant

GraphClient = Callable[..., httpx.Client]
SCOPE = "https://graph.microsoft.com/.default"

choose_examples()
# Workers hold whole tenants from test to test; Python would walk through all of that after each thousand new objects.
gc.set_threshold(100_000, 50, 100)


def pytest_report_header() -> str:
    """Name the round, which a run has to name to fail in the same way."""
    return f"round: {ROUND or 'the one of all machines'}"


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A running server of many tenants, fifty times as fast as time."""
    with Sandbox(speed=50.0) as running:
        yield running


@pytest.fixture
def tenant(sandbox: Sandbox, request: pytest.FixtureRequest) -> Tenant:
    """An empty tenant that the sandbox serves."""
    made = Tenant(id := made_up(request.node.nodeid), f"{id[:8]}.example")
    sandbox.add(made)
    return made


@pytest.fixture
def graph(sandbox: Sandbox, tenant: Tenant) -> Iterator[GraphClient]:
    """`graph(*permissions)`: an HTTP client of v1.0, signed in to `tenant` with these application permissions."""
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with ExitStack() as stack:

        def signed_in(*permissions: str) -> httpx.Client:
            client = tenant.add_client(*permissions)
            form = {
                "grant_type": "client_credentials",
                "client_id": client.id,
                "client_secret": client.secret,
                "scope": SCOPE,
            }
            answer = httpx.post(f"{sandbox.url}/{tenant.id}/oauth2/v2.0/token", data=form, verify=trust)
            headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            return stack.enter_context(httpx.Client(base_url=f"{sandbox.url}/v1.0", verify=trust, headers=headers))

        yield signed_in


@pytest.fixture(scope="session")
def exported(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company whose core has been exported once; copied for each test that asks for `world`."""
    world = make(sandbox, tmp_path_factory.mktemp("exported") / "company")
    keep(world, *CORE)
    done = world.run("export")
    assert done.code == 0, done
    return world


@pytest.fixture(scope="session")
def whole(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of which everything has been exported once, by a person; not to be changed."""
    world = make(sandbox, tmp_path_factory.mktemp("whole") / "company", seed=2)
    world.tenant.add_sign_in(administrator(world.tenant), *readers())
    done = world.by_person("export")
    assert done.code == 0, done
    return world


@pytest.fixture
def world(exported: World, tmp_path: Path) -> World:
    """A company and its repository with one snapshot, for this test alone."""
    return copied(exported, tmp_path / "company")


@pytest.fixture(scope="session")
def small(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of a few objects per kind with one snapshot; not to be changed, see `small_world.again`."""
    return small_exported(sandbox, tmp_path_factory.mktemp("small") / "company")


@pytest.fixture(scope="session")
def well(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company of a few kinds that applies bring back, see `applying.started`; not to be changed, see `fresh`."""
    return started(sandbox, tmp_path_factory.mktemp("well") / "company")


@pytest.fixture(scope="session")
def ill(well: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same company after a bad day, see `applying.broken`; not to be changed, see `applying.fresh`."""
    return broken(well, tmp_path_factory.mktemp("ill") / "company")


@pytest.fixture(scope="session")
def before(small: World) -> dict[str, str]:
    """The files of the small company's snapshot."""
    return small.files()


@pytest.fixture(scope="session")
def after(small: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the small company with something new in every kind, from an export without faults."""
    undisturbed = again(small, tmp_path_factory.mktemp("undisturbed") / "company")
    done = undisturbed.run("export")
    assert (done.code, done.err) == (0, ""), done
    return undisturbed.files()
