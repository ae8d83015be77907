"""Distil `well_known.json`: the ids that are the same in every tenant, as far as comments name them.

`python -m entragit.resources.distil_well_known ../shared/graph/well_known.json` rewrites it beside this file.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PARTS = ("directoryRoles", "graphAppRoles", "graphScopes")

# Microsoft's applications of the oldest numbering, and those that Conditional Access and consent screens name.
OLDEST = re.compile(r"[0-9a-f]{8}-0000-(?:0000-c000|0ff1-ce00)-000000000000")
OFTEN_NAMED = frozenset({
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "14d82eec-204b-4c2f-b7e8-296a70dab67e",
    "1950a258-227b-4e31-a9cf-717495945fc2", "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "2793995e-0a7d-40d7-bd35-6968ba142197", "372140e0-b3b7-4226-8ef9-d57986796201",
    "45a330b1-b1ec-4cc1-9161-9f03992aa49f", "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "7df0a125-d3be-4c96-aa54-591f83ff541c", "c5393580-f805-4401-95e8-94b7a6ef2fc2",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c", "d4ebce55-015a-49b5-a083-c84d1797ae8c",
    "e406a681-f3d4-42a8-90b6-c2b029497af1", "fc780465-2017-40d4-a0c5-307022471b92",
})  # fmt: skip


def distil(source: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that stay, each id → name; "note" tells where they come from."""
    apps = {key: name for key, name in source["firstPartyApps"].items() if OLDEST.fullmatch(key) or key in OFTEN_NAMED}
    return {"note": source["note"], "firstPartyApps": apps, **{part: source[part] for part in PARTS}}


def main(path: str) -> None:
    """Read well_known.json at `path`, write ours, one id a line."""
    text = json.dumps(distil(json.loads(Path(path).read_text("utf-8"))), indent=0, sort_keys=True)
    Path(__file__).with_name("well_known.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
