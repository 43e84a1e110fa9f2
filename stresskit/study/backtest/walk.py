"""Forecasts of one book along a price history, one step ahead."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import AnyDependence, Float1D, Float2D
from stresskit.measure.tail import tail_figures
from stresskit.model.fit_box import Parameters
from stresskit.model.refit import deviations
from stresskit.study.backtest.dependence import fit, has_state, on_the_eve
from stresskit.study.backtest.one_step import innovations
from stresskit.study.backtest.plan import BookOf, Plan


class Forecasts(NamedTuple):
    """Of each day (days,): its P&L and the forecasts made before it, in USD.

    `var` and `es` are (levels, days), `deviation` (days,) is the forecast deviation, `transform` (days,)
    where in its law the P&L fell; both None where the model is history alone.
    """

    times: npt.NDArray[np.datetime64]
    pnl: Float1D
    var: Float2D
    es: Float2D
    deviation: Float1D | None
    transform: Float1D | None


def walk(
    book: BookOf,
    times: npt.NDArray[np.datetime64],
    returns: Float2D,
    start: int,
    fitted: list[dict[int, Parameters]],
    plan: Plan,
) -> Forecasts:
    """Forecast every step from `start` on; `fitted` holds each asset's parameters by step.

    The dependence is fitted where a marginal is; one that remembers moves with every day in between.
    """
    n = len(returns) - start
    tails, spread, place = np.empty((2, len(plan.levels), n)), np.empty(n), np.empty(n)
    current: list[Parameters] = [_at(found, start) for found in fitted]
    step_s = int((times[1] - times[0]) / np.timedelta64(1, "s"))
    dependence: AnyDependence | None = None
    drawn = np.empty((0, len(book.assets)))
    pnl = returns[start:] @ book.exposure
    for day, step in enumerate(range(start, len(returns))):
        window = returns[step - plan.window : step]
        anew = dependence is None or any(step in found for found in fitted)
        current = [found.get(step, now) for found, now in zip(fitted, current, strict=True)]
        paths = [deviations(window[:, i], book.kind, now) for i, now in enumerate(current)]
        residuals = window / np.column_stack([h for h, _ in paths])
        if dependence is None or anew:
            dependence = fit(book, residuals, step_s)
        if anew or has_state(dependence):
            laws = [now.law for now in current]
            drawn = innovations(laws, on_the_eve(dependence, residuals), plan.draws)
        outcome = drawn @ (book.exposure * np.array([ahead for _, ahead in paths]))
        tails[0, :, day], tails[1, :, day] = tail_values(-outcome, plan.levels)
        spread[day] = outcome.std()
        place[day] = (np.count_nonzero(outcome < pnl[day]) + 0.5) / (outcome.size + 1)
    return Forecasts(times[start:], pnl, tails[0], tails[1], spread, place)


def walk_history(
    book: BookOf, times: npt.NDArray[np.datetime64], returns: Float2D, start: int, plan: Plan
) -> Forecasts:
    """Historical simulation: the book's P&L over the window, each day alike."""
    pnl = returns @ book.exposure
    tails = np.empty((2, len(plan.levels), len(returns) - start))
    for day, step in enumerate(range(start, len(returns))):
        tails[0, :, day], tails[1, :, day] = tail_values(-pnl[step - plan.window : step], plan.levels)
    return Forecasts(times[start:], pnl[start:], tails[0], tails[1], None, None)


def tail_values(loss: Float1D, levels: tuple[float, ...]) -> tuple[list[float], list[float]]:
    """VaR and ES at each level, values alone."""
    quantiles, averages = tail_figures(loss, levels)
    found = [[one.value for one in row if one.value is not None] for row in (quantiles, averages)]
    return found[0], found[1]


def _at(found: dict[int, Parameters], step: int) -> Parameters:
    return found[max(known for known in found if known <= step)]
