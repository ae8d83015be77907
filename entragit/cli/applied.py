"""What an apply did, in lines for a person, and its exit code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from entragit import errors
from entragit.cli.export import exit_code, summary
from entragit.render.escape import terminal

if TYPE_CHECKING:
    from entragit.apply.run import Done
    from entragit.apply.verify import Proof


def lines(done: Done) -> Iterator[str]:
    """The operations that were done, those that were not and why, the ledger, and what is left; safe for a terminal."""
    for text in _lines(done):
        yield terminal(text)


def _lines(done: Done) -> Iterator[str]:
    if done.proof is None:
        yield "nothing to do"
        return
    yield ""
    names = _names(done)
    good = [step for step in done.steps if step.result.outcome == "done"]
    for step in good:
        yield f"done: {_named(step.operation.words, names)}"
    for step in done.steps:
        if step.result.outcome != "done":
            words = _named(step.operation.words, names)
            yield f"{step.result.outcome.upper()}: {words}: {step.result.why}"
    for entry in done.plan.ledger:
        place = f"{entry.address} {entry.property}".rstrip()
        yield f"not brought back: {place}: {entry.what}: {entry.why} {entry.follow_up}".rstrip()
    yield from _left(done, done.proof)
    yield from done.notes


def _names(done: Done) -> dict[str, str]:
    """What ids are called: as the plan has it, and what was made just now."""
    addresses = {change.key: change.address for change in done.plan.changes}
    made = {step.result.id: addresses[step.operation.change] for step in done.steps if step.operation.creates}
    return {**done.plan.names, **made}


def _named(words: str, names: Mapping[str, str]) -> str:
    """`words` with the names of what is there for ids."""

    from entragit.references import GUID

    def name(match: re.Match[str]) -> str:
        known = names.get(match[0], "")
        return match[0] if known in ("", "unknown") or known.startswith("gone: ") else known

    return GUID.sub(name, words)


def _left(done: Done, proof: Proof) -> Iterator[str]:
    from entragit.apply.verify import left
    from entragit.render.plan import number

    rest = left(done.plan, proof, done.steps)
    for address, why in rest:
        yield f"LEFT: {address}: {why}"
    if rest:
        yield f"see what is left: entragit plan {done.plan.commit[:12]}; once the reasons are gone, apply that again"
    yield from proof.exported.outcome.notes
    yield f"{number(done.steps, 'operation')}; {summary(proof.exported)}"
    if not rest:
        yield "planned again: nothing is left to do"


def code(done: Done) -> int:
    """0; 4 where something was not done, is left, or was not read; 5 where the export met conflicts."""
    if done.proof is None:
        return 4 if any(gap.failure for gap in done.plan.gaps) else 0
    failed = any(step.result.outcome != "done" for step in done.steps)
    incomplete = failed or done.proof.second.changes or done.notes
    return errors.exit_code([4 if incomplete else 0, exit_code(done.proof.exported)])
