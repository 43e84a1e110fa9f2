"""Acerbi and Szekely's tests of the expected shortfall.

With I the failures, p their probability, T days and N failures::

    Z1 = sum(pnl I / ES) / N + 1            Z2 = sum(pnl I / ES) / (T p) + 1

Both are 0 in the mean where the forecasts are right and negative where losses are worse. Z1 looks at the
size alone and needs a failure; Z2 at number and size. Their law under right forecasts is simulated for a
normal or a Student-t P&L of any scale: the number of failures is binomial, each a draw from the tail.

Source: Acerbi and Szekely (2014), "Backtesting expected shortfall".
"""

from math import inf, isinf

import numpy as np
from scipy.special import ndtri, stdtrit

from stresskit.domain import Float1D
from stresskit.measure.backtest.check import Check, failures, not_defined, refuse_probability
from stresskit.measure.linear_book import standard_figures


def z1(pnl: Float1D, var: Float1D, es: Float1D) -> float | None:
    """Test the size of the losses beyond the VaR; None without a failure. Arrays (days,) in USD."""
    ratios = _ratios(pnl, var, es)
    return float(ratios.mean()) + 1.0 if ratios.size else None


def z2(pnl: Float1D, var: Float1D, es: Float1D, probability: float) -> float:
    """Test number and size of the losses beyond the VaR; 1 without a failure. Arrays (days,) in USD."""
    refuse_probability(probability)
    return float(_ratios(pnl, var, es).sum()) / (len(pnl) * probability) + 1.0


def _ratios(pnl: Float1D, var: Float1D, es: Float1D) -> Float1D:
    hits = failures(pnl, var)
    if len(es) != len(pnl) or not (np.isfinite(es).all() and es.min() > 0):
        raise ValueError("an expected shortfall above 0 for each day")
    return np.asarray(pnl[hits] / es[hits])


def z2_under_right_forecasts(
    days: int, probability: float, nu: float = inf, draws: int = 20_000, seed: int = 0
) -> Float1D:
    """Simulated Z2 (draws,), ascending, of a P&L that is normal or Student-t with `nu` degrees."""
    rng = np.random.default_rng(seed)
    counts = rng.binomial(days, probability, draws)
    sums = _sums(_tail(rng, int(counts.sum()), probability, nu), counts)
    return np.sort(1.0 - sums / (days * probability))


def z1_under_right_forecasts(
    count: int, probability: float, nu: float = inf, draws: int = 20_000, seed: int = 0
) -> Float1D:
    """Simulated Z1 (draws,), ascending, given the number of failures.

    Raises
    ------
    ValueError
        If there is no failure.
    """
    if count < 1:
        raise ValueError("at least one failure")
    tail = _tail(np.random.default_rng(seed), count * draws, probability, nu)
    return np.sort(1.0 - tail.reshape(draws, count).mean(axis=1))


def judged(statistic: float | None, under_right: Float1D) -> Check:
    """One-sided: the share of right forecasts that do as badly."""
    if statistic is None:
        return not_defined(0, "no failure")
    place = int(np.searchsorted(under_right, statistic, side="right"))
    return Check(statistic, (place + 1) / (under_right.size + 1), 0)


def _tail(rng: np.random.Generator, size: int, probability: float, nu: float) -> Float1D:
    """Losses beyond the VaR over the ES, drawn."""
    refuse_probability(probability)
    u = (1.0 - rng.random(size)) * probability
    loss = -ndtri(u) if isinf(nu) else -stdtrit(nu, u)
    return np.asarray(loss / standard_figures(1 - probability, nu)[1])


def _sums(values: Float1D, counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Float1D:
    ends = np.cumsum(counts)
    totals = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(totals[ends] - totals[ends - counts])
