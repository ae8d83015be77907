"""What end-to-end tests share: a tenant on the sandbox, a tenant repository, and the command line on both."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from click.testing import CliRunner
from rounds import made_up

from entragit.cli.main import main, outcome
from entragit.clock import Clock
from entragit.git.history import MANIFEST, snapshots
from entragit.git.objects import list_tree, read_blobs
from entragit.git.repository import open_repository
from entragit.graph.auth import connection
from entragit.graph.client import open_graph
from entragit.permissions import reading
from entragit.reading import Tools
from entragit.resources.catalog import CATALOG, ROOTS
from entragit.sandbox.generate import company
from entragit.sandbox.server import Sandbox
from entragit.sandbox.store import Client, Tenant
from entragit.streams import resource_of

TENANT = "entragit/tenant"
CORE = (
    "users", "groups", "devices", "directory/administrativeUnits", "groupSettings", "organization", "domains",
    "applications", "servicePrincipals", "oauth2PermissionGrants",
    "identity/conditionalAccess/policies", "identity/conditionalAccess/namedLocations",
    "identity/conditionalAccess/authenticationContextClassReferences",
    "policies/authenticationStrengthPolicies", "policies/authorizationPolicy",
    "policies/authenticationMethodsPolicy",
    "policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
    "policies/identitySecurityDefaultsEnforcementPolicy",
    "roleManagement/directory/roleDefinitions", "roleManagement/directory/roleAssignments",
)  # fmt: skip
"""What a tenant can't be without; enough for tests of what is the same for every kind."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class World:
    """A tenant and its repository at `place`."""

    sandbox: Sandbox
    tenant: Tenant
    client: Client
    place: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**self.sandbox.environment(self.tenant, self.client), **self.extra}

    def run(self, *args: str, place: Path | None = None) -> Result:
        """Run entragit in this process, as `run()` of the command line would."""
        done = CliRunner().invoke(
            main, ["-C", str(place or self.place), *args], env=self.environment, standalone_mode=False
        )
        code, said = outcome(done.return_value, done.exception)
        return Result(code, done.stdout, done.stderr + said)

    def by_person(self, *args: str) -> Result:
        """Run entragit for the person who signs in last (`Tenant.add_sign_in`) instead of the application."""
        extra = {**self.extra, "AZURE_CLIENT_ID": "", "AZURE_CLIENT_SECRET": ""}
        return replace(self, extra=extra).run(*args, "--sign-in", "device-code")

    def git(self, *args: str, place: Path | None = None) -> str:
        return git(place or self.place, *args)

    def files(self, ref: str = TENANT) -> dict[str, str]:
        """Path → content of the tenant's files in a commit, less those of streams."""
        return {path: data.decode() for path, data in self.contents(ref).items() if not resource_of(path, CATALOG)}

    def contents(self, ref: str = TENANT) -> dict[str, bytes]:
        """Path → bytes of all the tenant's files in a commit."""
        repo = open_repository(self.place)
        entries = {path: entry for path, entry in list_tree(repo, ref).items() if is_tenant_file(path)}
        blobs = dict(read_blobs(repo, {entry.id for entry in entries.values()}))
        return {path: blobs[entry.id] for path, entry in entries.items()}

    def snapshots(self) -> list[str]:
        return snapshots(open_repository(self.place), TENANT)

    def changed(self, ref: str = TENANT) -> dict[str, str]:
        """Path → status (A, M, D, R…) of what the snapshot `ref` changed against its first parent."""
        rows = self.git("diff-tree", "-r", "--name-status", "--no-renames", f"{ref}^1", ref).splitlines()
        return {path: status for status, _, path in (row.partition("\t") for row in rows)}


def is_tenant_file(path: str) -> bool:
    return path == MANIFEST or path.split("/")[0] in ROOTS


def git(place: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    who = {f"GIT_{role}_{what}": "ada@x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", str(place), *args],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **who, **(env or {})},
    )
    return done.stdout.strip("\n")


def make(sandbox: Sandbox, place: Path, *, users: int = 50, seed: int = 1, tenant: Tenant | None = None) -> World:
    """A company on the sandbox and a new tenant repository, not exported yet."""
    tenant = tenant or company(users=users, seed=seed, tenant_id=made_up(f"{users}/{seed}"))
    sandbox.add(tenant)
    world = World(sandbox, tenant, tenant.add_client(*reading()), place)
    done = world.run("init", str(place), "--tenant", tenant.id, place=place.parent)
    assert done.code == 0, done
    return world


def keep(world: World, *kinds: str, glass: str = "") -> None:
    """Let exports read these kinds alone, if any are named, and plans never touch the account `glass`."""
    settings = world.place / "entragit.yaml"
    text = settings.read_text()
    if kinds:
        wanted = "".join(f"\n    - {kind}" for kind in kinds)
        text = replaced(text, "\nkinds: all\n", f"\nkinds:\n  include:{wanted}\n")
    if glass:
        text = replaced(text, "\n  break_glass: []\n", f"\n  break_glass: [{glass}]\n")
    settings.write_text(text)
    world.git("commit", "-q", "-am", "Keep some kinds")


def replaced(text: str, old: str, new: str) -> str:
    """The text with its one `old` replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def copied(world: World, place: Path) -> World:
    """The same company and repository once more, to do with as a test likes; the sandbox serves this one now."""
    shutil.copytree(world.place, place, symlinks=True)
    site = world.sandbox.site  # the clock is its: a copy of that would hold all tenants of all tests
    tenant = copy.deepcopy(world.tenant, {id(site): site})
    world.sandbox.add(tenant)
    return World(world.sandbox, tenant, tenant.clients[world.client.id], place, dict(world.extra))


def tools(world: World) -> Tools:
    """What the command line hands in, for a run in this process that tells nobody anything."""
    clock = Clock(float(world.environment.get("ENTRAGIT_SPEED", world.sandbox.site.speed)))
    return Tools(
        clock,
        lambda settings: open_graph(connection(world.environment, settings.tenant, settings.cloud), clock),
        lambda _kind, _count: None,
        lambda _sentence: None,
    )


def everything(world: World) -> bytes:
    """Whatever the repository holds: every object, reachable or not."""
    ids = "\n".join(
        row.split()[0] for row in world.git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    )
    done = subprocess.run(["git", "-C", world.place, "cat-file", "--batch"], input=ids.encode(), capture_output=True,
                          check=True)  # fmt: skip
    return done.stdout
