"""Whole forecast distributions: where in its forecast law each day fell (probability integral transform).

The values u are uniform and independent where the forecasts are right. Kolmogorov and Smirnov test the
uniformity (p-value of the limit law with Stephens' correction for n); Berkowitz tests mean 0, variance 1 and
no first-order autocorrelation of the normal scores of u by likelihood ratio, 3 degrees.

Sources: Diebold, Gunther and Tay (1998), International Economic Review 39; Stephens (1970), Journal of the
Royal Statistical Society B 32; Berkowitz (2001), Journal of Business & Economic Statistics 19.
"""

from math import log, sqrt

import numpy as np
from scipy.special import kolmogorov, ndtri

from stresskit.domain import Float1D
from stresskit.measure.backtest.check import Check, chi_squared, not_defined

FEWEST = 20


def kolmogorov_smirnov(u: Float1D) -> Check:
    """Largest distance between the shares of `u` (days,) and the uniform law."""
    _refuse(u)
    n, ordered = len(u), np.sort(u)
    steps = np.arange(n + 1) / n
    distance = float(max(np.max(steps[1:] - ordered), np.max(ordered - steps[:-1])))
    root = sqrt(n)
    return Check(distance, float(kolmogorov((root + 0.12 + 0.11 / root) * distance)), 0)


def berkowitz(u: Float1D) -> Check:
    """Likelihood ratio of the normal scores of `u` (days,); undefined of fewer than 20 days or no spread."""
    _refuse(u)
    if len(u) < FEWEST or np.ptp(u) == 0.0:
        return not_defined(3, f"at least {FEWEST} days that differ")
    score = ndtri(u)
    now, before = score[1:], np.column_stack((np.ones(len(u) - 1), score[:-1]))
    left = now - before @ np.linalg.lstsq(before, now, rcond=None)[0]
    variance = float(left @ left) / left.size
    if variance < 1e-12 * float(now @ now):
        return not_defined(3, "each day follows from the one before")
    return chi_squared(float(now @ now) - left.size * (1 + log(variance)), 3)


def _refuse(u: Float1D) -> None:
    if not len(u) or not (np.isfinite(u).all() and u.min() > 0 and u.max() < 1):
        raise ValueError("values strictly between 0 and 1, at least one")
