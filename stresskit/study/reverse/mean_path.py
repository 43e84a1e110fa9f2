"""What liquidated paths have in common: their mean path, and the modal one, of a finished simulation.

The conditional mean of the factors, given the event, is the nonparametric answer of reverse stress:
Glasserman, Kang, Kang, "Stress scenario selection by empirical likelihood", Quantitative Finance 15
(2015). Paths are drawn again from their numbers, and only blocks that hold a liquidated one.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D, Float2D, Float3D
from stresskit.pipeline.setting import Setting, prepare
from stresskit.results import EQUAL_COLLATERAL, Results
from stresskit.simulate.blocks import Plan, block_size, live_block, tile_length, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.reverse.modal_path import describe, most_typical

SPARED = "no path is liquidated"
LOOK_BACK_S = 86400


def mean_paths(loaded: Loaded, results: Results, scenario: str) -> dict[str, Any]:
    """Mean moves of liquidated paths, and the modal one among them, by life at equal collateral.

    Parameters
    ----------
    results : a finished run of the same config.
    scenario : of which the paths are.

    Returns
    -------
    dict
        By life: ``paths`` (how many), ``mean_path`` by asset (steps + 1,), ``at_liquidation`` and
        ``last_day``, the mean moves up to the first forced closing and over the day before it, ``hours``,
        the mean time until then; ``modal``: the same of the modal path, with its number ``path``.
    """
    setting = prepare(loaded)
    names = [one.name for one, _ in setting.lives() if one.basis == EQUAL_COLLATERAL]
    firsts = {name: np.asarray(results.column(scenario, name, "first_step")) for name in names}
    drawn = _drawn(setting, scenario, np.any([first >= 0 for first in firsts.values()], axis=0))
    return {name: _mean(setting, first, drawn) for name, first in firsts.items()}


class _Drawn(NamedTuple):
    """Some paths: their `numbers` and weights (paths,), and marks (steps + 1, assets, paths)."""

    numbers: Any
    weight: Float1D
    marks: Float3D


def _drawn(setting: Setting, scenario: str, wanted: Any) -> _Drawn:
    """The `wanted` paths, drawn again."""
    plan = bare_plan(setting, scenario)
    size = min(block_size(plan.variance.size), wanted.size)
    parts = []
    for path in range(0, wanted.size, size):
        chosen = np.flatnonzero(wanted[path : path + size])
        if chosen.size:
            parts.append(_block(plan, path, min(size, wanted.size - path), chosen))
    nothing = np.ones((plan.steps + 1, plan.variance.size, 0))
    weight = np.concatenate([np.ones(0), *(weights for weights, _ in parts)])
    return _Drawn(np.flatnonzero(wanted), weight, np.concatenate([nothing, *(m for _, m in parts)], axis=2))


def _block(plan: Plan, path: int, count: int, chosen: Any) -> tuple[Float1D, Float3D]:
    """Weights (chosen,) and marks (steps + 1, assets, chosen) of some paths of a block."""
    marks = np.ones((plan.steps + 1, plan.variance.size, chosen.size))

    def watch(step: int, tile: Any, _blocks: Any, _records: Any) -> None:
        length = len(tile.marks)
        marks[step - length + 1 : step + 1] = tile.marks[:, :, chosen]

    space = workspace(plan, count, tile_length(plan.variance.size, count))
    return live_block(plan, path, space, watch).weight[chosen], marks


def _mean(setting: Setting, first: Any, drawn: _Drawn) -> dict[str, Any]:
    own = first[drawn.numbers] >= 0
    if not own.any():
        nothing = dict.fromkeys(("mean_path", "at_liquidation", "last_day", "hours", "modal"))
        return {"paths": 0, **nothing, "reason": SPARED}
    day = max(LOOK_BACK_S // setting.market.model.step_s, 1)
    steps, held, weight = first[drawn.numbers][own], drawn.marks[:, :, own], drawn.weight[own]
    at, before = _at(held, steps), _at(held, np.maximum(steps - day, 0))

    def mean(values: Any) -> Any:
        return np.average(values, axis=-1, weights=weight)

    step_h = setting.market.model.step_s / 3600
    place = most_typical(describe(before, at, steps), weight)
    return {
        "paths": int(own.sum()),
        "mean_path": _by_asset(setting, mean(held).T - 1.0),
        "at_liquidation": _by_asset(setting, mean(at) - 1.0),
        "last_day": _by_asset(setting, mean(at / before) - 1.0),
        "hours": float(mean(steps)) * step_h,
        "modal": {
            "path": int(drawn.numbers[own][place]),
            "moves": _by_asset(setting, held[:, :, place].T - 1.0),
            "at_liquidation": _by_asset(setting, at[:, place] - 1.0),
            "last_day": _by_asset(setting, at[:, place] / before[:, place] - 1.0),
            "hours": float(steps[place]) * step_h,
        },
    }


def _at(marks: Float3D, steps: Any) -> Float2D:
    """Marks (assets, paths) of each path at its own step."""
    found: Float2D = marks[steps, :, np.arange(steps.size)].T
    return found


def _by_asset(setting: Setting, rows: Float1D | Float2D) -> dict[str, Any]:
    return dict(zip(setting.assets, rows.tolist(), strict=True))
