"""What looking adds to bare generation, mode by mode, on the hedged book of two and of ten coins.

Each mode holds so much collateral that nobody comes near to liquidation: what is left is the cost of
asking every path at every step. A mode stands where its rulebook knows every coin of the book.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Timed, rounds_of, summary
from benchmarks.stress import _live, config_text
from stresskit.config_file import load_run
from stresskit.pipeline.efficiency import endowed_with
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import Plan
from stresskit.simulate.scratch import start_equity

AMPLE = 1000.0  # times the book's own collateral
BRACKETS = "binance-usdm-2026-09"
UNIFIED = ("binance-pm-2026-01", "hyperliquid-pm-2025-12")
GRIDS = {
    2: ("bybit-pm-2025-01", "okx-pm-2025-12", "paradex-pm-2026-01", "derive-pm2-2026-01"),
    10: ("okx-pm-2025-12", "paradex-pm-2026-01"),
}


def hedged_text(assets: int, paths: int, between: str, grids: tuple[str, ...]) -> str:
    """The stress config with a mode for every grid, and for every unified account."""
    text = config_text(assets, paths, between)
    for name in grids:
        text += f'[modes.{name}]\nrule = "scenario_grid"\nparameters = "{name}"\n'
        text += 'liquidation = "largest_contribution"\n'
        text += "initial_factor = 1.3\n" if name.startswith("bybit") else ""
    for name in UNIFIED:
        text += f'[modes.{name}]\nrule = "unified"\nparameters = "{name}"\nrulebook = "{BRACKETS}"\n'
        text += 'liquidation = "close_all"\n'
    return text


def ample_plans(path: Path) -> dict[str, Plan]:
    """Bare generation of a config's baseline, and each of its modes with ample collateral."""
    setting = prepare(load_run(path))
    bare = replace(setting.plan("baseline"), contenders=(), books=())
    plans = {"bare": bare}
    for one, contender in setting.lives():
        rich = endowed_with(contender, AMPLE * start_equity(contender.book))
        plans[one.name] = replace(bare, contenders=(rich,))
    return plans


def compare_looking(
    paths: int, rounds: int, grids: dict[int, tuple[str, ...]] | None = None
) -> dict[str, dict[str, float]]:
    """By coins, mode and bridge: what the mode adds to bare generation of the same plan, in CPU time."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for assets, names in (grids or GRIDS).items():
            for between in ("none", "bridge"):
                path = Path(folder) / f"{assets}-{between}.toml"
                path.write_text(hedged_text(assets, paths, between, names))
                timed = {name: Timed(_live(plan, paths), 1.0) for name, plan in ample_plans(path).items()}
                found = summary(rounds_of(timed, rounds, time.process_time), "bare")
                for name, one in found.items():
                    if name != "bare":
                        label = f"K={assets}, {name}, bridge {'on' if between == 'bridge' else 'off'}"
                        rows[label] = {"added": 1 / one["ratio"] - 1}
    return rows
