"""Margin backtest: each day's requirement of every mode against the loss of the next margin period.

The book is held at the config's exposures every day. A ``var`` rule is calibrated anew wherever the model is,
from the window before, and sees the day's own volatility; a bracket rule asks the same every day.
"""

from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D
from stresskit.margin.var import Var
from stresskit.measure.backtest.check import check_json
from stresskit.measure.backtest.cover import cover
from stresskit.measure.backtest.kupiec import proportion_of_failures
from stresskit.measure.figure import figure
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.margin_now import initial_margin
from stresskit.pipeline.setting import Setting, prepare
from stresskit.study.backtest.eve import History, market_on_the_eve

OVERLAP = "margin periods of more than one step overlap: the days are not independent"


def margin_cover(loaded: Loaded, history: History, start: int) -> dict[str, Any]:
    """By mode, of maintenance and initial: days, exceptions with their size, what was asked on average."""
    modes = list(loaded.run.modes)
    asked: dict[tuple[str, str], list[float]] = {
        (mode, kind): [] for mode in modes for kind in ("maintenance", "initial")
    }
    periods = {mode: _period(loaded, mode, history.step_s) for mode in modes}
    last = len(history.returns) - max(periods.values())
    setting: Setting | None = None
    for step in range(start, last + 1):
        if setting is None or history.refitted(step):
            setting = prepare(loaded, market_on_the_eve(history, step))
        variance = history.variance(step, history.parameters(step))[setting.used]
        for name, mode in setting.accounts[0].modes.items():
            asked[name, "maintenance"].append(Desk(mode.contender, variance).maintenance())
            asked[name, "initial"].append(initial_margin(mode, variance))
    days = range(start, last + 1)
    assert setting is not None
    hypothetical = {name: mode.hypothetical for name, mode in setting.accounts[0].modes.items()}
    return {
        mode: {
            "rule": loaded.run.modes[mode].rule,
            "hypothetical": hypothetical[mode],
            "period_steps": periods[mode],
            **{
                kind: _told(loaded, history, mode, np.array(asked[mode, kind]), days, periods[mode])
                for kind in ("maintenance", "initial")
            },
        }
        for mode in modes
    }


def _period(loaded: Loaded, mode: str, step_s: int) -> int:
    """Steps of the margin period: the mode's own, or one step for a rule that names none."""
    spec = loaded.run.modes[mode]
    return max(spec.margin_period // step_s, 1) if isinstance(spec, Var) else 1


def period_losses(history: History, days: range, steps: int) -> Float1D:
    """Losses (days,) of the book held over `steps` steps from each of the days, USD."""
    growth = np.ones((len(days), history.returns.shape[1]))
    for k in range(steps):
        growth *= 1.0 + history.returns[days.start + k : days.stop + k]
    return np.asarray(-(growth - 1.0) @ history.book.exposure)


def _told(
    loaded: Loaded, history: History, mode: str, asked: Float1D, days: range, steps: int
) -> dict[str, Any]:
    loss = period_losses(history, days, steps)
    found, spec = cover(loss, asked), loaded.run.modes[mode]
    told: dict[str, Any] = {
        "days": found.days,
        "exceptions": [
            {
                "time": str(history.times[days[i]]),
                "loss": float(loss[i]),
                "requirement": float(asked[i]),
                "excess": float(loss[i] - asked[i]),
            }
            for i in found.exceptions
        ],
        "share": figure(found.share),
        "mean_requirement": found.mean_requirement,
        "largest_multiple": found.largest,
    }
    if isinstance(spec, Var):
        told["expected_at_most"] = (1.0 - spec.confidence) * found.days
        test = proportion_of_failures(len(found.exceptions), found.days, 1.0 - spec.confidence)
        told["kupiec"] = check_json(test) if steps == 1 else {"p_value": None, "reason": OVERLAP}
    return told if found.largest is not None else {**told, "reason": "no exception over a requirement"}
