"""From rolling start days: what the model said of the next steps, and what the account then lived through.

Starts lie as many steps apart as they look ahead, so that no day counts twice. On each start's eve the model
is the one of the window before; the account is put up as in the config, simulated at the step of the prices
under every mode, and then led along the prices that came, by the same rules. Both look for breaches at the
steps alone: what fell between two closes is seen by neither.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float2D
from stresskit.measure.backtest.reliability import as_json, reliability
from stresskit.pipeline.setting import Setting, prepare
from stresskit.simulate.blocks import Contender, stream
from stresskit.study.backtest.eve import History, market_on_the_eve
from stresskit.study.backtest.judge import judge
from stresskit.study.backtest.lived import lived
from stresskit.study.backtest.plan import Ahead
from stresskit.study.backtest.walk import Forecasts, tail_values
from stresskit.study.frontier.points import own_leverage, points, with_points


class Contest(NamedTuple):
    """A mode at a leverage, and the probability of liquidation that the model gave it."""

    mode: str
    leverage: float
    own: bool
    hypothetical: bool
    contender: Contender


class Said(NamedTuple):
    """One start: the P&L that came and the forecasts of its law; of every contest what was said and came."""

    pnl: float
    var: list[float]
    es: list[float]
    deviation: float
    place: float
    contests: list[tuple[Contest, float, bool]]


def ahead(
    loaded: Loaded,
    history: History,
    start: int,
    plan: Ahead,
    levels: tuple[float, ...],
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """``tests`` of the multi-step forecasts by level, and ``liquidation`` by mode and leverage.

    Raises
    ------
    ValueError
        If not a single start has all of its steps before the prices end.
    """
    starts = plan.starts(start, len(history.returns))
    if not len(starts):
        raise ValueError(f"at least {plan.steps} steps after the window")
    found = []
    for step in starts:
        found.append(_said(loaded, history, step, plan, levels))
        if tell:
            tell("ahead")
    return {
        "steps": plan.steps,
        "starts": len(found),
        "paths": plan.paths,
        "first": str(history.times[starts[0]])[:10],
        "last": str(history.times[starts[-1]])[:10],
        "tests": judge(_forecasts(history, starts, found), levels),
        "liquidation": [_judged(found, i) for i in range(len(found[0].contests))],
    }


def _forecasts(history: History, starts: range, found: list[Said]) -> Forecasts:
    return Forecasts(
        history.times[list(starts)],
        np.array([one.pnl for one in found]),
        np.array([one.var for one in found]).T.copy(),
        np.array([one.es for one in found]).T.copy(),
        np.array([one.deviation for one in found]),
        np.array([one.place for one in found]),
    )


def _judged(found: list[Said], i: int) -> dict[str, Any]:
    contest = found[0].contests[i][0]
    said = np.array([one.contests[i][1] for one in found])
    came = np.array([one.contests[i][2] for one in found])
    return {
        "mode": contest.mode,
        "hypothetical": contest.hypothetical,
        "leverage": contest.leverage,
        "as_it_is": contest.own,
        "forecast": said.tolist(),
        "happened": came.tolist(),
        **as_json(reliability(said, came)),
    }


def _said(loaded: Loaded, history: History, step: int, plan: Ahead, levels: tuple[float, ...]) -> Said:
    setting, contests = _contests(prepare(loaded, market_on_the_eve(history, step)), plan)
    outcomes = list(stream(setting.plan("baseline"), plan.paths, None, plan.workers))
    profit = np.concatenate([outcome.profits[0] for outcome in outcomes])
    said = [
        float(np.mean(np.concatenate([outcome.records[i].first_step for outcome in outcomes]) >= 0))
        for i in range(len(contests))
    ]
    marks, variance = _came(history, step, plan.steps)
    used = setting.used
    came = [lived(c.contender, marks[:, used], variance[:, used], setting.variance) >= 0 for c in contests]
    pnl = float((marks[-1] - 1.0) @ history.book.exposure)
    var, es = tail_values(-profit, levels)
    place = (np.count_nonzero(profit < pnl) + 0.5) / (profit.size + 1)
    told = list(zip(contests, said, came, strict=True))
    return Said(pnl, var, es, float(profit.std()), float(place), told)


def _came(history: History, step: int, steps: int) -> tuple[Float2D, Float2D]:
    """Marks after each step, and the variance of the next one as the start's model goes on."""
    marks = np.asarray(np.cumprod(1.0 + history.returns[step : step + steps], axis=0), dtype=np.float64)
    parameters = history.parameters(step)
    variance = [history.variance(step + k, parameters) for k in range(1, steps + 1)]
    return marks, np.array(variance)


def _contests(setting: Setting, plan: Ahead) -> tuple[Setting, list[Contest]]:
    """The account as it is under every mode, and then on other capital: as the lives of a setting."""
    account, own = setting.accounts[0], own_leverage(setting.accounts[0])
    found = [Contest(m.name, own, True, m.hypothetical, m.contender) for m in account.modes.values()]
    further = [point for leverage in plan.leverages for point in points(setting, (leverage,))]
    found += [Contest(p.mode, p.leverage, False, p.hypothetical, p.contender) for p in further]
    return with_points(setting, further), found
