"""The dynamic quantile tests: whether failures can be foretold from what was known the day before.

The centred hits ``1(failure) - p`` are regressed on what was known; with X the regressors the statistic
``hit' X (X'X)^+ X' hit / (p (1 - p))`` is chi-squared with as many degrees as X has independent columns. Two
tests go by this name and differ by a tenth on the same series, so each is named here:

- ``hits_and_var``: a constant, the hits of the four days before, the day's VaR (6 degrees);
- ``hits_var_and_squared_pnl``: those and the square of the P&L of the day before (7 degrees; R package GAS).

Source: Engle and Manganelli (2004), Journal of Business & Economic Statistics 22, 367-381.
"""

from typing import Literal

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.measure.backtest.check import Check, chi_squared, failures, not_defined, refuse_probability

Variant = Literal["hits_and_var", "hits_var_and_squared_pnl"]
LAGS = 4


def dynamic_quantile(
    pnl: Float1D, var: Float1D, probability: float, variant: Variant, lags: int = LAGS
) -> Check:
    """Test one variant; undefined with fewer days than regressors.

    Parameters
    ----------
    pnl, var : arrays (days,), USD
        Signed P&L and positive VaR.
    probability : float
        Of a failure.
    variant : one of the two names above.
    lags : int
        How many days of hits are known.

    Raises
    ------
    ValueError
        If the arrays differ, something is not finite or an argument is out of range.
    """
    refuse_probability(probability)
    if lags < 1 or variant not in ("hits_and_var", "hits_var_and_squared_pnl"):
        raise ValueError(f"a named variant and at least one lag, not {variant} and {lags}")
    hit = failures(pnl, var).astype(np.float64) - probability
    if len(hit) < 2 * lags + 4:
        return not_defined(0, f"{len(hit)} days are too few for {lags} lags")
    regressors = _regressors(pnl, var, hit, variant, lags)
    left, sizes, _ = np.linalg.svd(
        regressors / np.linalg.norm(regressors, axis=0).clip(1e-300), full_matrices=False
    )
    known = left[:, sizes > sizes[0] * 1e-9].T @ hit[lags:]
    return chi_squared(float(known @ known) / (probability * (1 - probability)), known.size)


def _regressors(pnl: Float1D, var: Float1D, hit: Float1D, variant: Variant, lags: int) -> Float2D:
    n = len(hit)
    columns = [np.ones(n - lags), var[lags:], *(hit[lag : n - lags + lag] for lag in range(lags))]
    if variant == "hits_var_and_squared_pnl":
        columns.append(pnl[lags - 1 : n - 1] ** 2)
    return np.column_stack(columns)
