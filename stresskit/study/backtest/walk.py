"""Forecasts of one book along a price history, one step ahead."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Float2D
from stresskit.measure.tail import tail_figures
from stresskit.model.copula_fit import fit_copula
from stresskit.model.fit_box import Parameters
from stresskit.model.refit import deviations
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
    """Forecast every step from `start` on; `fitted` holds each asset's parameters by step."""
    n = len(returns) - start
    tails, spread, place = np.empty((2, len(plan.levels), n)), np.empty(n), np.empty(n)
    current: list[Parameters] = [_at(found, start) for found in fitted]
    drawn: Float2D | None = None
    pnl = returns[start:] @ book.exposure
    for day, step in enumerate(range(start, len(returns))):
        window = returns[step - plan.window : step]
        anew = drawn is None or any(step in found for found in fitted)
        current = [found.get(step, now) for found, now in zip(fitted, current, strict=True)]
        paths = [deviations(window[:, i], book.kind, now) for i, now in enumerate(current)]
        if drawn is None or anew:
            drawn = _drawn(book, window / np.column_stack([h for h, _ in paths]), current, plan.draws)
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


def _drawn(book: BookOf, residuals: Float2D, current: list[Parameters], draws: int) -> Float2D:
    copula = fit_copula(residuals)
    nu = np.inf if book.dependence == "gaussian" else copula.nu
    return innovations([now.law for now in current], copula.correlation, nu, draws)
