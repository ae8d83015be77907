"""What an apply did, in lines for a person, and its exit code."""

from __future__ import annotations

from collections.abc import Iterator
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
    good = [step for step in done.steps if step.result.outcome == "done"]
    for step in good:
        yield f"done: {step.operation.words}"
    for step in done.steps:
        if step.result.outcome != "done":
            yield f"{step.result.outcome.upper()}: {step.operation.words}: {step.result.why}"
    for entry in done.plan.ledger:
        place = f"{entry.address} {entry.property}".rstrip()
        yield f"not brought back: {place}: {entry.what}: {entry.why} {entry.follow_up}".rstrip()
    yield from _left(done, done.proof)
    yield from done.notes


def _left(done: Done, proof: Proof) -> Iterator[str]:
    from entragit.apply.verify import left

    rest = left(done.plan, proof, done.steps)
    for address, why in rest:
        yield f"LEFT: {address}: {why}"
    if rest:
        yield f"see what is left: entragit plan {done.plan.commit[:12]}; once the reasons are gone, apply that again"
    yield from proof.exported.outcome.notes
    yield f"{len(done.steps)} operations; {summary(proof.exported)}"
    if not rest:
        yield "planned again: nothing is left to do"


def code(done: Done) -> int:
    """0; 4 where something was not done, is left, or was not read; 5 where the export met conflicts."""
    if done.proof is None:
        return 0
    failed = any(step.result.outcome != "done" for step in done.steps)
    incomplete = failed or done.proof.second.changes or done.notes
    return errors.exit_code([4 if incomplete else 0, exit_code(done.proof.exported)])
