"""Every cloud by its own addresses: the tenant is exported through them, and through no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from proxy import leading_to
from worlds import make

from entragit.graph.auth import CLOUDS
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox

HOSTS = {urlsplit(url).hostname or "" for cloud in CLOUDS.values() for url in cloud}


CLOUDS_OF = {"m365Capabilities": {"public"}, "languages": {"public", "china"}}
"""What Graph's pages have for some clouds alone: asked for elsewhere, it would be a failure each night."""


@pytest.fixture(scope="module")
def everywhere() -> Iterator[Sandbox]:
    """A sandbox whose certificate is for the hosts of every cloud."""
    with Sandbox(speed=50.0, names=sorted(HOSTS)) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_export_goes_to_the_clouds_own_hosts_alone(everywhere: Sandbox, tmp_path: Path, cloud: str) -> None:
    world = make(everywhere, tmp_path / "company", tenant=company(users=50, seed=1))
    path = world.place / "entragit.yaml"
    path.write_text(path.read_text().replace("cloud: public", f"cloud: {cloud}"))
    world.git("commit", "-q", "--allow-empty", "-am", "In this cloud")
    with leading_to(everywhere.url) as (proxy, asked):
        world.extra = {"ENTRAGIT_GRAPH_URL": "", "AZURE_AUTHORITY_HOST": "", "HTTPS_PROXY": proxy, "NO_PROXY": ""}
        done = world.run("export")
    assert done.code == 0, done.err
    assert asked == {f"{urlsplit(url).hostname}:443" for url in CLOUDS[cloud]}
    assert len(world.files()) > 200
    there = {target.partition("?")[0].rpartition("/")[2] for method, target, _ in world.tenant.requests}
    assert {name for name in CLOUDS_OF if name in there} == {name for name, has in CLOUDS_OF.items() if cloud in has}
