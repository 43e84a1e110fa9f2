"""Value at risk as a smooth average of the order statistics around it.

Harrell and Davis (1982), Biometrika 69, 635-640: ``sum_i W_i L(i)`` with
``W_i = I(F_i; (n+1) a, (n+1) (1-a)) - I(F_(i-1); ...)``, I the regularized incomplete beta function and
``F_i`` the share of the sample up to L(i), which is i/n where all paths count alike. It moves less from
sample to sample than one order statistic, and it is linear in the losses once they are ranked, so that
it can be divided among legs.

Its standard error is that of Maritz and Jarrett (1978), Journal of the American Statistical
Association 73, 194-196: the deviation of the losses under weights of the same kind.
"""

from functools import lru_cache
from math import sqrt

import numpy as np
from scipy.special import betainc

from stresskit.domain import Estimate, Float1D
from stresskit.measure.figure import Z95
from stresskit.measure.ordered import Ordered, ordered
from stresskit.measure.tail import observations_needed, too_few

REACH = 12.0  # deviations of the beta law beyond which its mass is nothing in double precision


def harrell_davis(loss: Float1D, level: float, weight: Float1D | None = None) -> Estimate:
    """Smoothed quantile of the losses at `level` with its normal 95 % interval.

    Undefined where `value_at_risk` is: with fewer observations than an interval needs.

    Parameters
    ----------
    loss : array (n,), USD
        Losses are positive.
    level : float
        At least 0.5 and below 1.
    weight : array (n,), optional
        Importance weights.

    Raises
    ------
    ValueError
        If the sample is empty or not finite, or `level` or the weights are out of range.
    """
    sample = ordered(loss, level, weight)
    if sample.worth < observations_needed(level):
        return too_few(int(sample.worth), level)
    start, share = harrell_davis_shares(sample, level)
    losses = sample.losses[start : start + share.size]
    value = float(share @ losses)
    half = Z95 * sqrt(max(float(share @ (losses - value) ** 2), 0.0))
    return Estimate(value, value - half, value + half)


def harrell_davis_shares(sample: Ordered, level: float) -> tuple[int, Float1D]:
    """Index of the first loss that counts, and the shares (some,) of it and of those after it."""
    if sample.alike:
        return _alike(int(sample.worth), sample.masses.size, level)
    return _shares(sample.masses, sample.worth, level)


@lru_cache(maxsize=16)
def _alike(n: int, kept: int, level: float) -> tuple[int, Float1D]:
    """Shares of the `kept` largest of `n` losses that all count alike, whatever they are."""
    first, share = _shares(np.full(kept, 1.0 / n), n, level)
    share.setflags(write=False)
    return first, share


def _shares(masses: Float1D, n: float, level: float) -> tuple[int, Float1D]:
    a, b = (n + 1) * level, (n + 1) * (1 - level)
    spread = reach(n, level)
    worse = np.concatenate((np.cumsum(masses[:0:-1])[::-1], [0.0]))
    upper = np.maximum(1.0 - worse, 0.0)  # from the top, so that what was left out changes no bit
    first, last = np.searchsorted(upper, (level - spread, level + spread))
    edges = np.concatenate(([0.0], betainc(a, b, upper[first : last + 1])))
    share = np.diff(edges)
    return int(first), share / share.sum()


def reach(n: float, level: float) -> float:
    """How far from `level` a loss of a sample worth `n` paths still counts, as a share of the sample."""
    return REACH * sqrt(level * (1 - level) / (n + 2)) + REACH**2 / (n + 2)
