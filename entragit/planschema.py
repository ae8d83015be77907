"""The shape of a plan's file: its keys, and the JSON Schema for whoever reads it with something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from entragit.plan import FORMAT, Action, Mode, Origin

ACTIONS: tuple[str, ...] = get_args(Action)
MODES: tuple[str, ...] = get_args(Mode)
ORIGINS: tuple[str, ...] = get_args(Origin)

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NAMES: Schema = {"type": "object", "additionalProperties": TEXT}
BODY: Schema = {"type": "object"}


def _object(keys: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = sorted(name for name in keys if name not in optional)
    return {"type": "object", "properties": dict(keys), "required": required, "additionalProperties": False}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


EDIT: Mapping[str, Schema] = {
    "path": {**_list(TEXT), "description": "Keys; of an element of a set or keyed list its JSON, or that of its key."},
    "before": {"description": "What the tenant has; left out where nothing is there."},
    "after": {
        "description": "What it shall have; left out to take it away. The same as `before`: a reference follows."
    },
}

FREED: Mapping[str, Schema] = {
    "name": {**TEXT, "description": "What it lets go for another; empty where it is deleted for that."},
    "value": {"description": "What the property has from then on; of a restore, with what it comes back."},
    "turn": {"type": "integer", "minimum": 0, "description": "Its place among all that let something go."},
}

CHANGE: Mapping[str, Schema] = {
    "kind": TEXT,
    "id": {**TEXT, "description": "The id that counts for it; empty for what is created for the first time."},
    "live": {**TEXT, "description": "Its id in the tenant now; empty where it is to be created."},
    "address": TEXT,
    "title": TEXT,
    "action": {"enum": list(ACTIONS)},
    "tier": {"type": "integer", "minimum": 0},
    "desired": BODY,
    "actual": BODY,
    "edits": _list(_object(EDIT, ("before", "after"))),
    "origins": {
        **_list({"enum": list(ORIGINS)}),
        "description": "For each edit, who moved the value; of a deletion one.",
    },
    "source": {**_list(TEXT), "description": "Path and first commit of a file without an id."},
    "freed": _list(_object(FREED)),
}

ENTRY: Mapping[str, Schema] = dict.fromkeys(("kind", "address", "property", "what", "why", "follow_up"), TEXT)
FINDING: Mapping[str, Schema] = {"guard": TEXT, "address": TEXT, "message": TEXT, "allowed": FLAG}
SIDES: Mapping[str, Schema] = dict.fromkeys(("address", "path", "base", "git", "tenant"), TEXT)
GAP: Mapping[str, Schema] = {"kind": TEXT, "property": TEXT, "id": TEXT, "reason": TEXT, "failure": FLAG}

PLAN: Mapping[str, Schema] = {
    "format": {"const": FORMAT},
    "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the rest as canonical JSON."},
    "tenant": TEXT,
    "commit": TEXT,
    "base": {"type": ["string", "null"]},
    "mode": {"enum": list(MODES)},
    "selection": _list(TEXT),
    "prune": _list(TEXT),
    "enable": _list(TEXT),
    "take": {"type": "object", "additionalProperties": {"enum": ["git", "tenant"]}},
    "changes": _list(_object(CHANGE, ("desired", "actual", "source", "freed"))),
    "ledger": _list(_object(ENTRY)),
    "findings": _list(_object(FINDING)),
    "extras": _list(TEXT),
    "conflicts": _list(_object(SIDES)),
    "id_map": NAMES,
    "gaps": _list(_object(GAP)),
    "names": NAMES,
    "advice": FLAG,
}

NAME = "plan.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a plan."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of entragit",
        **_object(PLAN),
    }
