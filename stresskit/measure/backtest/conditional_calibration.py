"""Nolde and Ziegel's tests of conditional calibration of (VaR, ES).

With r the P&L, q = -VaR, e = -ES and p the probability of a failure, right forecasts make both means zero::

    V1 = p - 1(r <= q)                     V2 = e - q + (q - r) 1(r <= q) / p

*simple* tests (V1, V2), 2 degrees; *general* tests (V1, |q| V1, V2, V2 / s), 4 degrees, s the forecast
deviation of the P&L, which foretells when forecasts fail. Two-sided by the Wald statistic
``n V' W^-1 V`` with W the uncentred second moments; one-sided against risk that was called too small
(V1 < 0 or V2 > 0), the p-values of the components joined by Hommel's rule. The moments have heavy
tails: of right forecasts over 2,000 days at 2.5 % the simple test rejects 9 %, the general one 14 % at 5 %.

Source: Nolde and Ziegel (2017), Annals of Applied Statistics 11, 1833-1874.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from stresskit.domain import Float1D, Float2D
from stresskit.measure.backtest.check import Check, chi_squared, failures, not_defined, refuse_probability

NONE = "no failure: the moments say nothing"
SINGULAR = "the moments do not differ from each other"


class Calibration(NamedTuple):
    """Two-sided test, and p-value of the one-sided test."""

    two_sided: Check
    one_sided_p: float | None


def conditional_calibration(
    pnl: Float1D, var: Float1D, es: Float1D, probability: float, deviation: Float1D | None = None
) -> Calibration:
    """Test simple calibration, or general calibration where the forecast `deviation` is given.

    Parameters
    ----------
    pnl, var, es : arrays (days,), USD
        Signed P&L, positive VaR and ES.
    probability : float
        Of a failure.
    deviation : array (days,), USD, optional
        Forecast standard deviation of the P&L.

    Raises
    ------
    ValueError
        If the arrays differ, something is not finite, a deviation is not above 0, or the probability is none.
    """
    refuse_probability(probability)
    hits = failures(pnl, var)
    if len(es) != len(pnl) or not np.isfinite(es).all():
        raise ValueError("a finite expected shortfall for each day")
    if deviation is not None and (len(deviation) != len(pnl) or not np.all(deviation > 0)):
        raise ValueError("a deviation above 0 for each day")
    degrees = 2 if deviation is None else 4
    if not hits.any():
        return Calibration(not_defined(degrees, NONE), None)
    moments = _moments(pnl, var, es, probability, deviation)
    return Calibration(_wald(moments), _one_sided(moments, degrees))


def _moments(
    pnl: Float1D, var: Float1D, es: Float1D, probability: float, deviation: Float1D | None
) -> Float2D:
    hit = (pnl <= -var).astype(float)
    first, second = probability - hit, var - es - (var + pnl) * hit / probability
    if deviation is None:
        return np.column_stack((first, second))
    return np.column_stack((first, np.abs(var) * first, second, second / deviation))


def _wald(moments: Float2D) -> Check:
    n, degrees = moments.shape
    scaled = moments / np.sqrt(np.mean(moments**2, axis=0)).clip(1e-300)
    second = scaled.T @ scaled / n
    if np.linalg.matrix_rank(second, tol=1e-10) < degrees:
        return not_defined(degrees, SINGULAR)
    mean = scaled.mean(axis=0)
    return chi_squared(float(n * mean @ np.linalg.solve(second, mean)), degrees)


def _one_sided(moments: Float2D, degrees: int) -> float:
    size = np.sqrt(np.mean(moments**2, axis=0) / len(moments)).clip(1e-300)
    sign = np.repeat((1.0, -1.0), degrees // 2)
    p = np.sort(ndtr(sign * moments.mean(axis=0) / size))
    ranks = np.arange(1, degrees + 1)
    return min(float(degrees * np.sum(1 / ranks) * np.min(p / ranks)), 1.0)
