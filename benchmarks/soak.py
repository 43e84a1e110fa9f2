"""``python -m benchmarks.soak runs|paths``: does memory stay flat over many runs, and over many paths?

``runs N``   N runs in a row in this process, each with another seed: resident memory on the way.
``paths N``  one run of N paths (2 modes, 2 scenarios, no report) in a process of its own: peak memory.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).resolve().parents[1] / "configs/quickstart.toml"
MIB = 1 << 20
SETTLED = 0.2  # of the runs: until then caches fill


def resident() -> float:
    """Resident memory of this process now, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / MIB


def many_runs(runs: int, paths: int, horizon: str) -> dict[str, Any]:
    """Memory after a fifth of the runs, and how much more there is at the end."""
    import stresskit as sk

    seen, begun = [], time.perf_counter()
    values = {"simulation.paths": paths, "simulation.horizon": horizon}
    for seed in range(runs):
        with tempfile.TemporaryDirectory() as out:
            sk.run(CONFIG, set=values, seed=seed, out=out, workers=2)
        gc.collect()
        seen.append(resident())
    settled = seen[int(SETTLED * runs)]
    return {
        "runs": runs,
        "paths": paths,
        "horizon": horizon,
        "seconds": round(time.perf_counter() - begun, 1),
        "mib_settled": round(settled, 1),
        "mib_end": round(seen[-1], 1),
        "kib_a_run": round((seen[-1] - settled) * 1024 / (runs * (1 - SETTLED)), 2),
    }


def many_paths(paths: int, horizon: str) -> dict[str, Any]:
    """Peak memory of one run; what is mapped from its own outcome files counts, too.

    Compiling takes more than the run: run a few paths first where kernels may not be cached yet.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        options = ["--set", f"simulation.paths={paths}", "--set", f"simulation.horizon={horizon}"]
        options += ["--set", "comparison.equal_efficiency=false", "--no-report", "--out", out]
        command = [sys.executable, "-m", "stresskit", "run", str(CONFIG), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own command
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        disk = sum(file.stat().st_size for file in Path(out).rglob("*") if file.is_file())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "paths": paths,
        "horizon": horizon,
        "seconds": round(time.perf_counter() - begun, 1),
        "mib_peak": round(peak),
        "mib_disk": disk // MIB,
    }


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    parser.add_argument("what", choices=("runs", "paths"))
    parser.add_argument("count", type=int, nargs="?")
    parser.add_argument("--paths", type=int, default=300)
    parser.add_argument("--horizon", default="2h")
    asked = parser.parse_args()
    if asked.what == "runs":
        found = many_runs(asked.count or 500, asked.paths, asked.horizon)
    else:
        found = many_paths(asked.count or 10_000_000, asked.horizon)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
