"""What a report costs beside matplotlib alone, in CPU seconds of one process, by runs.

Each round is a fresh process, so that imports count. What matplotlib alone needs is its import and the
saving of the report's figures, as they are laid out, as SVG and as PNG at the report's resolution, taken in
that same process. The report itself draws only the SVG: its PNG images come out of the pages.
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
    """Medians by config: seconds of matplotlib (import, SVG, PNG), of the whole report, and their ratio."""
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
    spent = {"import": 0.0, "svg": 0.0, "png": 0.0}
    figures: list[Any] = []
    begun = time.process_time()
    _timed(_matplotlib, spent, "import")()
    from stresskit.report import report, write
    from stresskit.report.style import as_png

    module: Any = write
    save = _timed(module.as_svg, spent, "svg")

    def kept(figure: Any) -> str:
        figures.append(figure)
        return str(save(figure))

    module.as_svg = kept
    with tempfile.TemporaryDirectory() as out:
        report(folder, Path(out))
    whole = time.process_time() - begun
    for figure in figures:
        _timed(as_png, spent, "png")(figure)
    alone = sum(spent.values())
    return {**spent, "matplotlib": alone, "report": whole, "ratio": whole / alone}


def _matplotlib() -> None:
    """Import what saving a figure as SVG and as PNG needs."""
    import matplotlib.backends.backend_agg
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401  for the time it takes


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
