"""What a report costs beside matplotlib alone, in CPU seconds of one process, by runs.

Each round is a fresh process, so that imports count. What matplotlib alone needs is its import and the
saving of the report's figures as SVG and as PNG, taken in that same process and thread (pages are set in
another thread meanwhile, and their time is the report's). Saving lays a figure out; the report does so
once for both images and apart from saving, so that it is timed apart: `saved` leaves it out of what
matplotlib needs, `ratio` counts it.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ("quickstart", "basket-market-neutral")


def compare_reports(paths: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians by config: seconds of matplotlib, of laying out and of the whole report, and two ratios."""
    from stresskit.config_file import load_run
    from stresskit.pipeline import run

    found = {}
    with tempfile.TemporaryDirectory() as out:
        for name in CONFIGS:
            config = load_run(ROOT / f"configs/{name}.toml", [f"simulation.paths={paths}"])
            folder = run(config, Path(out), 1).folder
            told = [_in_a_process(folder) for _ in range(rounds)]
            found[name] = {key: statistics.median(one[key] for one in told) for key in told[0]}
    return found


def _in_a_process(folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reports", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)  # noqa: S603  our own
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def measured(folder: Path) -> dict[str, float]:
    """CPU seconds of one report of `folder` in this process, which has not imported matplotlib yet."""
    spent = {"matplotlib": 0.0, "layout": 0.0}
    begun, here = time.process_time(), time.thread_time()
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    spent["matplotlib"] += time.thread_time() - here
    from stresskit.report import report, write

    write.as_svg, write.as_png = (_timed(f, spent, "matplotlib") for f in (write.as_svg, write.as_png))
    laid_out = _timed(ConstrainedLayoutEngine.execute, spent, "layout")
    ConstrainedLayoutEngine.execute = laid_out  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as out:
        report(folder, Path(out))
    whole, alone = time.process_time() - begun, spent["matplotlib"]
    return {**spent, "report": whole, "ratio": whole / sum(spent.values()), "saved": whole / alone}


def _timed(call: Callable[..., Any], spent: dict[str, float], key: str) -> Callable[..., Any]:
    """The same call, whose CPU seconds in this thread are added to `spent`."""

    def timed(*given: Any) -> Any:
        begun = time.thread_time()
        try:
            return call(*given)
        finally:
            spent[key] += time.thread_time() - begun

    return timed


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
