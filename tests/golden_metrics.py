"""Figures of the shipped configs at few paths: ``python -m tests.golden_metrics`` writes them anew.

They change only with an entry in CHANGELOG.md that says why: the file quotes it, and a test looks for it.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from stresskit.config_file import load_run
from stresskit.pipeline import run
from stresskit.study.compare import flat

ROOT = Path(__file__).parents[1]
FILE = ROOT / "tests/golden/shipped_metrics.json"
CONFIGS = ("quickstart", "directional-majors", "basket-market-neutral", "perfect-hedge", "funding-carry")
SMALL = ["simulation.paths=400", "simulation.horizon=3d", "simulation.seed=7"]
DIGITS = 9
LEFT_OUT = (".contributions.", ".over_time.", ".against.", ".first_breach.", ".0.95.", ".0.975.")


def figures(name: str, out: Path) -> dict[str, float]:
    """Numbers of ``metrics.json`` of a small run, by dotted path, at nine digits; details left out."""
    found = flat(run(load_run(ROOT / f"configs/{name}.toml", SMALL), out, 2).metrics)
    numbers = {
        key: value
        for key, value in found.items()
        if isinstance(value, int | float) and not any(part in key for part in LEFT_OUT)
    }
    return {key: float(f"{value:.{DIGITS}g}") for key, value in numbers.items()}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("python -m tests.golden_metrics 'the words of CHANGELOG.md that say why they change'")
    with tempfile.TemporaryDirectory() as out:
        found: dict[str, Any] = {name: figures(name, Path(out)) for name in CONFIGS}
    content = {"changelog": sys.argv[1], "set": SMALL, "figures": found}
    FILE.write_text(json.dumps(content, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
