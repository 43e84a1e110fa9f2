"""What single precision changes: the first paths of a run drawn again in double, scenario by scenario.

Both draw the same words, so that a path is the same path to about six digits, and every difference is that
of the arithmetic. Probabilities and tail figures are compared on the same few paths: the differences hold
for those, and are far below the figures' own sampling error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.engines import Workers
from stresskit.measure.tail import tail_figures
from stresskit.pipeline.enough import with_paths
from stresskit.pipeline.setting import Setting
from stresskit.results import Life
from stresskit.simulate.blocks import stream

PAIRED = 4096
LEVEL = 0.99
TOO_FEW = "too few paths are compared for this tail"


def drawn_in(setting: Setting, arithmetic: str, paths: int) -> Setting:
    """The same setting with so many paths, drawn in another arithmetic."""
    loaded = with_paths(setting.loaded, paths)
    model = loaded.run.model.model_copy(update={"arithmetic": arithmetic})
    return replace(setting, loaded=replace(loaded, run=loaded.run.model_copy(update={"model": model})))


def arithmetic_error(setting: Setting, workers: Workers) -> dict[str, Any]:
    """Of a run in single precision, by scenario: differences of marks and of every life's figures.

    Returns
    -------
    JSON-able: ``paths`` that were compared; ``scenarios`` with the relative difference of the ``marks`` at
    the horizon (``largest``, ``mean``) and, by life, single less double of ``p_liquidation``, ``var`` and
    ``es`` (99 %, with liquidation, USD), the ``largest_equity_difference`` at the horizon, and how many paths
    were closed, first or out, at another step (``other_outcomes``). Nothing of a run in double precision.
    """
    if setting.loaded.run.model.arithmetic == "float64":
        return {}
    paths = min(setting.loaded.run.simulation.paths, PAIRED)
    pair = [drawn_in(setting, kind, paths) for kind in ("float32", "float64")]
    found = {name: _compared(*(_lived(one, name, workers) for one in pair)) for name in setting.stressed}
    return {"paths": paths, "scenarios": found}


class _Lived:
    """Outcomes of one arithmetic: ``marks`` (assets, paths), and by life equity and steps (paths,)."""

    def __init__(self, marks: Float2D, lives: Mapping[str, tuple[Float1D, Float2D]]) -> None:
        self.marks, self.lives = marks, lives


def _lived(setting: Setting, scenario: str, workers: Workers) -> _Lived:
    simulation = setting.loaded.run.simulation
    outcomes = list(stream(setting.plan(scenario), simulation.paths, simulation.block, workers))
    lives: list[Life] = [one for one, _ in setting.lives()]

    def joined(place: int, name: str) -> Any:
        return np.concatenate([outcome.column(place, name) for outcome in outcomes])

    return _Lived(
        np.concatenate([outcome.marks for outcome in outcomes], axis=1),
        {
            one.name: (
                joined(i, "terminal_equity"),
                np.array([joined(i, name) for name in ("first_step", "closed_step")]),
            )
            for i, one in enumerate(lives)
        },
    )


def _compared(single: _Lived, double: _Lived) -> dict[str, Any]:
    off = np.abs(single.marks / double.marks - 1.0)
    lives = {name: _life(*single.lives[name], *double.lives[name]) for name in single.lives}
    return {"marks": {"largest": float(off.max()), "mean": float(off.mean())}, "lives": lives}


def _life(equity: Float1D, steps: Float2D, other: Float1D, others: Float2D) -> dict[str, Any]:
    hit, was = (float(np.mean(first >= 0)) for first in (steps[0], others[0]))
    told: dict[str, Any] = {
        "p_liquidation": hit - was,
        "other_outcomes": int(np.any(steps != others, axis=0).sum()),
        "largest_equity_difference": float(np.abs(equity - other).max()),
    }
    for kind, now, then in zip(("var", "es"), _tails(-equity), _tails(-other), strict=True):
        told[kind] = None if now is None or then is None else now - then
    return told if None not in told.values() else {**told, "reason": TOO_FEW}


def _tails(loss: Float1D) -> tuple[float | None, float | None]:
    (quantile,), (average,) = tail_figures(loss, (LEVEL,))
    return quantile.value, average.value


def told(error: Mapping[str, Any]) -> Iterator[str]:
    """The error in words, a line a scenario, for the reader of any answer."""
    for name, found in error.get("scenarios", {}).items():
        marks, lives = found["marks"], found["lives"].values()
        changed = max(one["other_outcomes"] for one in lives)
        p = max(abs(one["p_liquidation"]) for one in lives)
        tails = [abs(one[kind]) for one in lives for kind in ("var", "es") if one[kind] is not None]
        tail = f", of a 99 % VaR or ES {max(tails):.3g} USD" if tails else ""
        yield (
            f"{name}: paths are drawn in single precision; against double, on the first {error['paths']:,} "
            f"paths, marks at the horizon differ by {marks['mean']:.1e} on average and by at most "
            f"{marks['largest']:.1e}; largest difference of any life's P(liquidation) {100 * p:.3g} "
            f"points{tail}; at most {changed} paths of a life end otherwise"
        )
