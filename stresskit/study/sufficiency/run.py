"""How often the requirement would not have covered the loss over the margin period, calm and stressed.

The venue's question: an account that holds exactly what is asked at t, and that nobody closes for one
margin period. It is asked at every multiple of the margin period, of the book as it is. The fund draw is
the part of a loss beyond the requirement. Procyclicality is that of the same book's requirement: how far
its peak lies above its trough on a path, and the largest rise within five days.

Source: Murphy, Vasios, Vause, "A comparative analysis of tools to limit the procyclicality of initial
margin requirements", Bank of England Staff Working Paper 597 (2016).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Estimate, Float1D, Float2D
from stresskit.errors import ConfigError, Problem
from stresskit.margin.var import Var
from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.setting import Setting, prepare
from stresskit.spec import duration_text
from stresskit.study.sufficiency.looks import look, losses, requirements

DAY_S = 86400
RISE_S = 5 * DAY_S


@dataclass(frozen=True, slots=True)
class Ask:
    """`paths` of every scenario; `period_s`: the margin period, None: that of the ``var`` mode, or a day."""

    paths: int = 1000
    period_s: int | None = None


def sufficiency(loaded: Loaded, ask: Ask) -> dict[str, Any]:
    """Sufficiency of every mode's requirement, by account and scenario.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would, or if the horizon holds no whole margin period.
    """
    setting = prepare(loaded)
    refuse_what_cannot_run(setting)
    period = _period(loaded) if ask.period_s is None else ask.period_s
    stride, steps = period // setting.market.model.step_s, loaded.run.simulation.steps
    if not 1 <= stride <= steps:
        expected = f"a horizon of at least one margin period, {duration_text(period)}"
        raise ConfigError([loaded.source.problem(("simulation", "horizon"), expected)])
    if ask.paths < 2:
        raise ConfigError([Problem("--paths", "", "at least 2")])
    places = list(range(0, steps + 1, stride))
    scenarios = {name: _scenario(setting, name, places, ask.paths, period) for name in setting.stressed}
    return {
        "kind": "sufficiency",
        "name": loaded.run.name,
        "margin_period": duration_text(period),
        "looks": len(places) - 1,
        "paths": ask.paths,
        "accounts": {
            account.name: {name: found[account.name] for name, found in scenarios.items()}
            for account in setting.accounts
        },
    }


def _period(loaded: Loaded) -> int:
    periods = [spec.margin_period for spec in loaded.run.modes.values() if isinstance(spec, Var)]
    return periods[0] if periods else DAY_S


def _scenario(setting: Setting, scenario: str, places: list[int], paths: int, period: int) -> dict[str, Any]:
    seen = look(setting, scenario, places, paths)
    law = PLAIN if setting.importance() is None else Law(seen.weight)
    found: dict[str, Any] = {}
    for account in setting.accounts:
        lost = losses(account.book, seen)
        found[account.name] = {
            name: _mode(requirements(mode.contender, seen), lost, law, period)
            for name, mode in account.modes.items()
        }
    return found


def _mode(asked: Float2D, lost: Float2D, law: Law, period: int) -> dict[str, Any]:
    """Figures of one mode: `asked` (looks + 1, paths), `lost` (looks, paths).

    Where no loss was uncovered its mean has no spread; the share of the paths bounds it instead.
    """
    beyond = np.maximum(lost - asked[:-1], 0.0)
    short = beyond > 0.0
    drawn = beyond[short]
    rises = rise(asked, max(RISE_S // period, 1))
    paths = law.share(np.asarray(short.any(axis=0)))
    return {
        "uncovered": figure(_mean(short.mean(axis=0), law) if short.any() else paths),
        "uncovered_path": figure(paths),
        "fund_draw": figure(_mean(beyond.mean(axis=0), law)),
        "largest_draw": float(drawn.max()) if drawn.size else 0.0,
        "peak_to_trough": figure(law.mean(ratio(asked.max(axis=0), asked.min(axis=0)))),
        "five_day_rise": figure(law.mean(rises, floor=0.0)),
        "mean_requirement": float(asked.mean()),
    }


def _mean(values: Float1D, law: Law) -> Estimate:
    """Mean over paths of each path's mean over its looks: looks of one path depend on each other."""
    return law.mean(values, floor=0.0)


def ratio(above: Float1D, below: Float1D) -> Float1D:
    """Peak over trough (paths,); 1 where nothing is ever asked."""
    found: Float1D = np.divide(above, below, out=np.ones_like(above), where=below > 0.0)
    return found


def rise(asked: Float2D, looks: int) -> Float1D:
    """The largest relative rise (paths,) of the requirement over `looks` looks or fewer."""
    best = np.zeros(asked.shape[1])
    for gap in range(1, min(looks, len(asked) - 1) + 1):
        change = np.divide(asked[gap:], asked[:-gap], out=np.ones_like(asked[gap:]), where=asked[:-gap] > 0.0)
        best = np.maximum(best, change.max(axis=0) - 1.0)
    return best
