"""A drift report for machines."""

from __future__ import annotations

import json
from typing import Any

from entragit.model import ABSENT, Edit
from entragit.render.report import Change, Report

VERSION = 1
"""Rises when a reader of the old shape could misread the new one; further keys don't raise it."""


def as_json(report: Report) -> str:
    r"""The report as one JSON object, ASCII, keys sorted, ending with a line feed. The same report, the same text.

    {"version": 1, "tenant": id, "base": commit or null, "desired": commit,
     "counts": {"drift": n, "pending": n, "conflicts": n},
     "drift": [change, …], "pending": [change, …],    biggest risk first
     "gaps": [{"kind", "property", "id", "reason", "failure"}, …],
     "names": {reference: address or value, …}}

    A change is {"kind", "id", "address", "title", "action", "tier", "conflict", "edits"}; `action` is "deleted",
    "updated" or "created", `id` "" for what is only authored yet. An edit is {"path": [key, …], "before", "after",
    "conflict"}; of an element of a set or keyed list the last key is its JSON. "before" or "after" is left out where
    nothing is there. A `property` or `id` of a gap is "" where all are meant.
    """
    shape = {
        "version": VERSION,
        "tenant": report.tenant_id,
        "base": report.base,
        "desired": report.desired,
        "counts": {name: len(getattr(report, name)) for name in ("drift", "pending", "conflicts")},
        "drift": [_change(change) for change in report.drift],
        "pending": [_change(change) for change in report.pending],
        "gaps": [
            {"kind": gap.kind, "property": gap.property, "id": gap.id, "reason": gap.reason, "failure": gap.failure}
            for gap in sorted(report.gaps)
        ],
        "names": dict(report.names),
    }
    # A runner of GitHub Actions takes "##[" for a command wherever it stands in a line.
    return json.dumps(shape, indent=2, sort_keys=True).replace("##[", r"#\u0023[") + "\n"


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "id": change.id,
        "address": change.address,
        "title": change.title,
        "action": change.action,
        "tier": change.tier,
        "conflict": bool(change.conflicts),
        "edits": [_edit(edit, edit.path in change.conflicts) for edit in change.edits],
    }


def _edit(edit: Edit, conflict: bool) -> dict[str, Any]:
    sides = {"before": edit.before, "after": edit.after}
    return {"path": list(edit.path), "conflict": conflict} | {k: v for k, v in sides.items() if v is not ABSENT}
