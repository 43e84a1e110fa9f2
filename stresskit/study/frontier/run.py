"""Live through every point of the frontier on the same paths, and measure it.

All points of a scenario are further lives of one plan: they see the same marks, the same bridge and the same
weights, so that the curves differ by capital and mode alone. Nothing is written but the figures.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Record
from stresskit.errors import ConfigError, Problem
from stresskit.measure.efficiency import required_return
from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import COSTS
from stresskit.pipeline import Progress
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.setting import Setting, prepare
from stresskit.simulate.blocks import stream
from stresskit.study.frontier.points import LARGEST, Point, places, points, with_points

LEVERAGES = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0)

Report = Callable[[Progress], None]


def frontier(
    loaded: Loaded,
    leverages: Sequence[float] = LEVERAGES,
    workers: int = 1,
    progress: Report | None = None,
) -> dict[str, Any]:
    """P(liquidation) and expected cost of every account, mode and scenario over leverage, as JSON.

    Parameters
    ----------
    leverages : gross exposure over own capital; the book stays, the capital follows.
    workers : threads; the result does not depend on it.

    Raises
    ------
    ConfigError
        As a run would, if a leverage is out of range, or if an account has no exposure.
    DataError
        As a run would.
    """
    wanted = sorted(set(leverages))
    if not wanted or not all(0.0 < leverage <= LARGEST for leverage in wanted):
        expected = f"leverages above 0 and at most {LARGEST:g}"
        raise ConfigError([Problem("--leverage", "", expected)])
    setting = prepare(loaded)
    refuse_what_cannot_run(setting)
    found, simulation = points(setting, wanted), loaded.run.simulation
    setting = with_points(setting, found)
    tables = {
        name: _scenario(setting, name, found, workers, _counted(progress, n, len(setting.stressed)))
        for n, name in enumerate(setting.stressed)
    }
    return {
        "name": loaded.run.name,
        "seed": simulation.seed,
        "paths": simulation.paths,
        "horizon_h": simulation.horizon / 3600,
        "leverages": wanted,
        "scenarios": tables,
    }


def _counted(progress: Report | None, before: int, scenarios: int) -> Report | None:
    if progress is None:
        return None
    show = progress
    return lambda p: show(Progress(before * p.total + p.done, scenarios * p.total, p.label))


def _scenario(
    setting: Setting, name: str, found: list[Point], workers: int, progress: Report | None
) -> list[dict[str, Any]]:
    simulation = setting.loaded.run.simulation
    plan, own = setting.plan(name), places(setting)
    hits, shut = np.zeros((2, len(found), simulation.paths), dtype=bool)
    cost, weight = np.zeros((len(found), simulation.paths)), np.ones(simulation.paths)
    for outcome in stream(plan, simulation.paths, simulation.block, workers):
        here = slice(outcome.path, outcome.path + outcome.weight.size)
        weight[here] = outcome.weight
        for i, record in enumerate(outcome.records[place] for place in own):
            hits[i, here], shut[i, here] = record.first_step >= 0, record.closed_step >= 0
            cost[i, here] = _cost(record)
        if progress:
            progress(Progress(here.stop, simulation.paths, name))
    law = Law(weight) if setting.importance() is not None else PLAIN
    hours = simulation.horizon / 3600
    return [_told(p, hits[i], shut[i], cost[i], law, hours) for i, p in enumerate(found)]


def _cost(record: Record) -> Any:
    return np.sum([getattr(record, name) for name in COSTS], axis=0)


def _told(point: Point, hits: Any, shut: Any, cost: Any, law: Law, hours: float) -> dict[str, Any]:
    expected = figure(law.mean(cost, floor=0.0))
    return {
        "account": point.account,
        "mode": point.mode,
        "hypothetical": point.hypothetical,
        "leverage": point.leverage,
        "capital": point.capital,
        "initial": point.initial,
        "opens": point.opens,
        "p_liquidation": figure(law.share(hits)),
        "p_closed_out": figure(law.share(shut)),
        "expected_liquidation_cost": expected,
        "required_return": required_return(expected, point.capital, hours),
    }
