"""Memory does not grow from run to run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="needs /proc to see resident memory")
def test_five_hundred_runs_in_one_process(figures: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks.soak", "runs", "500"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    found = json.loads(done.stdout.splitlines()[-1])
    figures.append(f"500 runs in a row: {found['mib_settled']} MiB, {found['kib_a_run']} KiB more a run")
    assert found["kib_a_run"] < 20
