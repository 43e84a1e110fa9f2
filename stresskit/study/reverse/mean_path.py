"""What liquidated paths have in common: the conditional mean path of a finished simulation.

The conditional mean of the factors, given the event, is the nonparametric answer of reverse stress:
Glasserman, Kang, Kang, "Stress scenario selection by empirical likelihood", Quantitative Finance 15
(2015). Paths are drawn again from their numbers, and only blocks that hold a liquidated one.
"""

from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D, Float2D, Float3D
from stresskit.pipeline.draws import stretches
from stresskit.pipeline.setting import Setting, prepare
from stresskit.results import EQUAL_COLLATERAL, Results
from stresskit.simulate.blocks import Plan, block_size, live_block, tile_length, workspace

SPARED = "no path is liquidated"
LOOK_BACK_S = 86400


def mean_paths(loaded: Loaded, results: Results, scenario: str) -> dict[str, Any]:
    """Mean moves of liquidated paths, by life at equal collateral.

    Parameters
    ----------
    results : a finished run of the same config.
    scenario : of which the paths are.

    Returns
    -------
    dict
        By life: ``paths`` (how many), ``mean_path`` by asset (steps + 1,), ``at_liquidation`` and
        ``last_day``, the mean moves up to the first forced closing and over the day before it.
    """
    setting = prepare(loaded)
    names = [one.name for one, _ in setting.lives() if one.basis == EQUAL_COLLATERAL]
    firsts = {name: np.asarray(results.column(scenario, name, "first_step")) for name in names}
    marks = _marks(setting, scenario, np.any([first >= 0 for first in firsts.values()], axis=0))
    day = max(LOOK_BACK_S // setting.market.model.step_s, 1)
    return {name: _mean(setting, first, *marks, day) for name, first in firsts.items()}


def _marks(setting: Setting, scenario: str, wanted: Any) -> tuple[Any, Float3D]:
    """Numbers of the `wanted` paths, and their marks (steps + 1, assets, wanted)."""
    stretched = stretches(setting.market, setting.stressed[scenario], setting.used)
    plan = Plan(stretched, (), (), setting.variance, setting.loaded.run.simulation.seed)
    size = min(block_size(plan.variance.size), wanted.size)
    parts = []
    for path in range(0, wanted.size, size):
        chosen = np.flatnonzero(wanted[path : path + size])
        if chosen.size:
            parts.append(_block(plan, path, min(size, wanted.size - path), chosen))
    empty = np.ones((plan.steps + 1, plan.variance.size, 0))
    return np.flatnonzero(wanted), np.concatenate([empty, *parts], axis=2)


def _block(plan: Plan, path: int, count: int, chosen: Any) -> Float3D:
    """Marks (steps + 1, assets, chosen) of some paths of a block."""
    marks = np.ones((plan.steps + 1, plan.variance.size, chosen.size))

    def watch(step: int, tile: Any, _blocks: Any, _records: Any) -> None:
        length = len(tile.marks)
        marks[step - length + 1 : step + 1] = tile.marks[:, :, chosen]

    live_block(plan, path, workspace(plan, count, tile_length(plan.variance.size, count)), watch)
    return marks


def _mean(setting: Setting, first: Any, numbers: Any, marks: Float3D, day: int) -> dict[str, Any]:
    own = first[numbers] >= 0
    if not own.any():
        return {"paths": 0, "mean_path": None, "at_liquidation": None, "last_day": None, "reason": SPARED}
    steps, held = first[numbers][own], marks[:, :, own]
    at = _at(held, steps)
    before = _at(held, np.maximum(steps - day, 0))
    return {
        "paths": int(own.sum()),
        "mean_path": _by_asset(setting, held.mean(axis=2).T - 1.0),
        "at_liquidation": _by_asset(setting, (at - 1.0).mean(axis=1)),
        "last_day": _by_asset(setting, (at / before - 1.0).mean(axis=1)),
    }


def _at(marks: Float3D, steps: Any) -> Float2D:
    """Marks (assets, paths) of each path at its own step."""
    found: Float2D = marks[steps, :, np.arange(steps.size)].T
    return found


def _by_asset(setting: Setting, rows: Float1D | Float2D) -> dict[str, Any]:
    return dict(zip(setting.assets, rows.tolist(), strict=True))
