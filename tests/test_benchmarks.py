"""The benchmark of the export still runs, on companies as small as they come; what it measures is read by people."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.nightly
def test_the_export_and_its_floor_read_the_same_tenant_to_the_end() -> None:
    command = [sys.executable, "benchmarks/export.py", "50", "51"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("x the floor's wall time") == 3
