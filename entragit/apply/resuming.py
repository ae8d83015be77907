"""Which plan a run is about: a file's, the one that an earlier run was killed in, or the one just made."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from entragit import guarding
from entragit.apply import honest
from entragit.apply.run import Check
from entragit.apply.verify import wish_of
from entragit.errors import GitError, RefusedError
from entragit.git.refs import STATE, resolve
from entragit.git.repository import Repository
from entragit.plan import Finding, Plan
from entragit.planfile import digest, from_json
from entragit.planner.asked import Guards, Read, unguarded
from entragit.planning import plan_for
from entragit.publisher.standing import Standing
from entragit.reading import Tools
from entragit.settings import Settings
from entragit.spool import Spool
from entragit.statefiles import load

HELD = "plan.json at entragit/state"


def from_file(repo: Repository, path: Path) -> Plan:
    """The plan in a file. Raises DocumentError for what is none, RefusedError for a changed or made-up one, GitError
    where its commit isn't here.
    """
    plan = honest.check(from_json(path.read_bytes(), str(path)), str(path))
    if resolve(repo, plan.commit) is None:
        raise GitError(f"the commit {plan.commit[:12]} of {path} isn't in this repository; fetch it and run again")
    return plan


def begun(repo: Repository, plan: Plan) -> Plan | None:
    """The plan for the same wish whose run holds the lease still, for it was killed; None where there is none.

    Going on with that one, rather than with `plan`, is what makes a rerun end as the first run would have.
    """
    tip = resolve(repo, STATE)
    state = load(repo, tip)
    if state.lease is None or state.plan is None:
        return None
    old = from_json(json.dumps(state.plan), HELD)
    holds = digest(old) == state.lease.plan  # else it is of a dead run whose estate the one that holds it settles
    return honest.check(old, HELD) if holds and _asks_for(old) == _asks_for(plan) else None


def _asks_for(plan: Plan) -> tuple[object, ...]:
    base = plan.base if plan.mode == "merge" else ""
    return plan.commit, plan.mode, base, plan.selection, plan.prune, plan.enable, dict(plan.take)


def guards_again(repo: Repository, tools: Tools, allow: Collection[str] = ()) -> Check:
    """Guards that read the tenant anew and judge a plan that was made earlier.

    What it was made to allow stays allowed where it says so itself, and nowhere else; `allow`: words for all of it.
    Raises RefusedError for a plan of another tenant.
    """
    quiet = replace(tools, notice=lambda _sentence: None)

    def check(plan: Plan) -> tuple[Finding, ...]:
        found: list[Finding] = []
        passed = {(one.guard, one.address) for one in plan.findings if one.allowed}
        judge = guarding.judge(repo, allow, tools.clock.now())

        def judged(settings: Settings, standing: Standing, read: Read, spool: Spool) -> Guards:
            if plan.tenant_id != settings.tenant.lower():
                raise RefusedError(f"the plan is for the tenant {plan.tenant_id}, and {settings.tenant} is this one's")
            for one in judge(settings, standing, read, spool)(plan):
                found.append(replace(one, allowed=one.allowed or (one.guard, one.address) in passed))
            return unguarded

        plan_for(repo, wish_of(plan), quiet, judged)
        return tuple(found)

    return check
