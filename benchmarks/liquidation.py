"""What liquidation adds to bare generation where one path in twenty is liquidated, mode by mode.

Each mode lives twice beside bare generation of the same plan: with so much collateral that nobody comes
near to liquidation, and with as much as liquidates 5 % of the paths. The first shows what looking costs; the
difference of the two what liquidating does, with the closer looks at accounts that come near.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.looking import AMPLE
from benchmarks.measure import Timed, rounds_of
from benchmarks.stress import _live, config_text
from stresskit.config_file import load_run
from stresskit.pipeline.efficiency import endowed_with
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import Contender, Plan, stream
from stresskit.simulate.scratch import start_equity

WANTED, PATHS, HALVINGS = 0.05, 4000, 14
FURTHER = """
[modes.ladder]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "venue"
[modes.isolated]
rule = "isolated"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"
"""


def compare_liquidation(
    paths: int, rounds: int, coins: Sequence[int] = (2, 10), further: str = FURTHER
) -> dict[str, dict[str, float]]:
    """By mode, coins and bridge: `looking`, `liquidating` as shares of bare generation, and who was hit."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for assets in coins:
            for between in ("none", "bridge"):
                path = Path(folder) / f"{assets}-{between}.toml"
                path.write_text(config_text(assets, paths, between) + further)
                for mode, found in _modes(path, paths, rounds):
                    rows[f"K={assets}, {mode}, bridge {'on' if between == 'bridge' else 'off'}"] = found
    return rows


def _modes(path: Path, paths: int, rounds: int) -> Iterator[tuple[str, dict[str, float]]]:
    setting = prepare(load_run(path))
    plan = replace(setting.plan("baseline"), contenders=(), books=())
    for one, contender in setting.lives():
        equity = start_equity(contender.book)
        stake = equity * _stake(plan, contender)
        ample, scarce = (
            replace(plan, contenders=(endowed_with(contender, usd),)) for usd in (AMPLE * equity, stake)
        )
        plans = {"bare": plan, "ample": ample, "scarce": scarce}
        timed = {name: Timed(_live(each, paths), 1.0) for name, each in plans.items()}
        rates = rounds_of(timed, rounds, time.process_time)
        every = [zip(rates["bare"], rates[name], strict=True) for name in ("ample", "scarce")]
        rich, poor = ([bare / rate for bare, rate in pairs] for pairs in every)
        yield (
            one.name,
            {
                "looking": statistics.median(rich) - 1.0,
                "liquidating": statistics.median(b - a for a, b in zip(rich, poor, strict=True)),
                "liquidated": _hit(scarce),
            },
        )


def _stake(plan: Plan, contender: Contender) -> float:
    """Equity, as a multiple of the book's, at which about one path in twenty is liquidated."""
    low, high, equity = 0.005, 20.0, start_equity(contender.book)
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low * high))
        life = endowed_with(contender, middle * equity)
        low, high = (middle, high) if _hit(replace(plan, contenders=(life,))) > WANTED else (low, middle)
    return high


def _hit(plan: Plan) -> float:
    first = np.concatenate([outcome.records[0].first_step for outcome in stream(plan, PATHS, None, 1)])
    return float((first >= 0).mean())
