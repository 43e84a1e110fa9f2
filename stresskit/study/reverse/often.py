"""How often the calm model goes as far as liquidated paths went: counted in a simulation of its own.

A move m of n steps lies in the direction ``d = Sigma^-1 m`` in which it is the least move of its size.
Counted are the calm paths that reach ``d'(P_t - 1) >= d'm`` at some step t <= n: P of them with its
interval, and so once in ``n steps / P`` years. The paths are those of the run's seed under the calm
model, without accounts.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from stresskit.config_file import Loaded, Override, altered
from stresskit.domain import Float1D
from stresskit.measure.probability import probability
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import block_size, live_block, tile_length, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.reverse.calm_step import YEAR_S, calm_step

CALM = "calm"
NEVER = "no path of the calm model goes so far: at most once in so many years"
ONE_STEP, MEAN, MODAL = "one_step", "mean", "modal"


class Reach(NamedTuple):
    """A move (assets,), as fractions, and the steps within which it is made."""

    move: Float1D
    steps: int


def ranked(loaded: Loaded, moves: Mapping[str, Any], lives: Mapping[str, Any]) -> dict[str, Any]:
    """The ways to be liquidated of each life, the most plausible first.

    Parameters
    ----------
    moves : by life the one-step move of `stresskit.study.reverse.reverse`.
    lives : by life what `mean_paths` found.

    Returns
    -------
    dict
        By life a list of ``kind`` (``one_step``, ``mean``, ``modal``), ``move`` by asset, ``hours``, and
        ``years``: once in so many years under the calm model; ``value``, ``low`` and ``high`` at 95 %. Of the
        one-step move they are its law's own, without an interval.
    """
    calm = calm_of(loaded)
    setting = prepare(calm)
    step_h = setting.market.model.step_s / 3600
    asked = {
        (name, kind): Reach(np.array([told[kind][a] for a in setting.assets]), _steps(hours / step_h))
        for name, life in lives.items()
        if life["paths"]
        for kind, hours, told in (
            (MEAN, life["hours"], {MEAN: life["at_liquidation"]}),
            (MODAL, life["modal"]["hours"], {MODAL: life["modal"]["at_liquidation"]}),
        )
    }
    years = dict(zip(asked, years_of(calm, list(asked.values())), strict=True))
    found: dict[str, Any] = {name: _one_step(moves.get(name), step_h) for name in lives}
    for (name, kind), reach in asked.items():
        move = dict(zip(setting.assets, reach.move.tolist(), strict=True))
        hours = reach.steps * step_h
        found[name].append({"kind": kind, "move": move, "hours": hours, "years": years[name, kind]})
    return {name: sorted(ways, key=_rarity) for name, ways in found.items()}


def years_of(calm: Loaded, reaches: Sequence[Reach]) -> list[dict[str, Any]]:
    """Once in how many years the calm model reaches each move; ``calm`` is the scenario of that name."""
    setting = prepare(calm)
    paths = calm.run.simulation.paths
    if not reaches:
        return []
    plan = bare_plan(setting, CALM, max(reach.steps for reach in reaches))
    covariance = calm_step(setting).covariance
    pulls = [np.linalg.solve(covariance, reach.move) for reach in reaches]
    goals = [float(pull @ reach.move) for pull, reach in zip(pulls, reaches, strict=True)]
    hits = np.zeros(len(reaches))
    size = min(block_size(plan.variance.size), paths)
    for path in range(0, paths, size):
        count = min(size, paths - path)
        reached = np.zeros((len(reaches), count), dtype=bool)

        def watch(step: int, tile: Any, _blocks: Any, _records: Any, reached: Any = reached) -> None:
            first = step - len(tile.marks)
            for i, (pull, goal, reach) in enumerate(zip(pulls, goals, reaches, strict=True)):
                inside = tile.marks[: max(reach.steps - first, 0)] - 1.0
                reached[i] |= np.any(np.einsum("a,sap->sp", pull, inside) >= goal, axis=0)

        live_block(plan, path, workspace(plan, count, tile_length(plan.variance.size, count)), watch)
        hits += reached.sum(axis=1)
    step_s = setting.market.model.step_s
    return [_years(int(n), paths, reach.steps * step_s) for n, reach in zip(hits, reaches, strict=True)]


def _years(hits: int, paths: int, seconds: float) -> dict[str, Any]:
    share = probability(hits, paths)

    def once(p: float | None) -> float | None:
        return seconds / (p * YEAR_S) if p else None

    told: dict[str, Any] = {"value": once(share.value), "low": once(share.high), "high": once(share.low)}
    return {**told, "reason": NEVER} if not hits else told


def _one_step(answer: Mapping[str, Any] | None, step_h: float) -> list[dict[str, Any]]:
    if answer is None or answer["status"] != "found":
        return []
    years = {"value": answer["years"], "low": None, "high": None}
    years["reason"] = answer.get("reason", "the law of one step itself: no interval")
    return [{"kind": ONE_STEP, "move": answer["move"], "hours": step_h, "years": years}]


def _rarity(way: Mapping[str, Any]) -> float:
    years = way["years"]
    known = [years[key] for key in ("value", "low") if years[key] is not None]
    return float(known[0]) if known else np.inf


def _steps(steps: float) -> int:
    return max(round(steps), 1)


def calm_of(loaded: Loaded) -> Loaded:
    """The config under the calm model alone, its paths not drawn toward a loss."""
    changes: dict[tuple[str, ...], Any] = {("scenarios",): {CALM: {"kind": "baseline"}}, ("limits",): {}}
    changes[("simulation", "importance")] = "none"
    return altered(loaded, [Override("reverse stress", path, value) for path, value in changes.items()])
