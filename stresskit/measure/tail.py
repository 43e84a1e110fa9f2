"""Value at risk and expected shortfall of a sample of losses, with 95 % intervals.

With the losses in ascending order L(1) .. L(n) and k the least whole number not below n a:
VaR = L(k), and ES = VaR + mean(max(L - VaR, 0)) / (1 - a), which is the average of the worst
n (1 - a) losses with L(k) entering by the fraction that is left (Acerbi and Tasche 2002, Journal of
Banking & Finance 26, 1487-1503).

The interval of VaR runs between two order statistics chosen by the binomial law of the number of
losses below the quantile: no assumption on the distribution. The interval of ES is normal with the
standard deviation of its influence function, sd(max(L - VaR, 0)) / ((1 - a) sqrt(n)).
"""

from collections.abc import Sequence
from math import ceil, log, sqrt
from typing import NamedTuple

import numpy as np

from stresskit.domain import Estimate, Float1D
from stresskit.measure.figure import Z95, undefined
from stresskit.measure.largest import largest
from stresskit.measure.pieces import Sample, in_pieces

MISS = 0.025  # on either side
MISSING = "only {:.0f} losses lie in the tail, fewer than 100"
TRUSTED = 100  # tail observations below which an expected shortfall carries a warning


class Worst(NamedTuple):
    """The largest losses of a sample in ascending order, and the size of the whole sample."""

    losses: Float1D
    n: int

    def ranked(self, rank: int) -> float:
        """The loss of a rank counted from 1, the smallest of the whole sample."""
        return float(self.losses[rank - 1 - self.n])


def value_at_risk(loss: Float1D, level: float) -> Estimate:
    """Quantile of the losses at `level` and its order-statistic interval.

    Undefined with fewer observations than the upper end of the interval needs (368 at 0.99).

    Parameters
    ----------
    loss : array (n,), USD
        Losses are positive; a sample of gains gives a negative value at risk.
    level : float
        At least 0.5 and below 1.

    Raises
    ------
    ValueError
        If a loss is not finite or `level` is out of range.
    """
    return _quantile(_worst(loss, level), level)


def expected_shortfall(loss: Float1D, level: float) -> Estimate:
    """Average of the losses beyond the quantile at `level`; parameters as for `value_at_risk`.

    With fewer than 100 observations in the tail the value stands, and `reason` warns.
    """
    return _tail_average(_worst(loss, level), level)


def tail_figures(loss: Sample, levels: Sequence[float]) -> tuple[list[Estimate], list[Estimate]]:
    """Value at risk and expected shortfall at each of `levels`, from one sorting of the losses."""
    worst = _worst(loss, min(levels))
    return [_quantile(worst, a) for a in levels], [_tail_average(worst, a) for a in levels]


def order_statistics(n: int, level: float) -> tuple[int, int]:
    """Ranks (from 1) of the two observations that enclose the quantile with 95 % confidence.

    A rank above `n` means that the sample is too small.
    """
    return _binomial_quantile(MISS, n, level), _binomial_quantile(1 - MISS, n, level) + 1


def observations_needed(level: float) -> int:
    """Least sample for which the interval of the quantile at `level` has an upper end."""
    return ceil(log(MISS) / log(level))


def _binomial_quantile(probability: float, n: int, level: float) -> int:
    from scipy.special import bdtr, bdtrik  # a report that draws what is stored needs no scipy

    k = ceil(bdtrik(probability, n, level))
    while k > 0 and bdtr(k - 1, n, level) >= probability:
        k -= 1
    return k


def _rank(n: int, level: float) -> int:
    return ceil(n * level - 1e-9)  # 0.07 * 100 is above 7 in binary


def _worst(loss: Sample, level: float) -> Worst:
    """Sort only what the levels from `level` up look at."""
    if not 0.5 <= level < 1.0:
        raise ValueError(f"a confidence level of at least 0.5 and below 1, not {level}")
    n = len(loss)
    cut = max(min(order_statistics(n, level)[0], _rank(n, level)) - 1, 0) if n else 0
    losses = largest(in_pieces(loss), n - cut)
    if n and not (np.isfinite(losses[-1]) and np.isfinite(losses[0])):
        raise ValueError("the sample holds a loss that is not finite")
    return Worst(losses, n)


def too_few(n: int, level: float) -> Estimate:
    """The estimate that a sample of `n` does not allow."""
    needed = observations_needed(level)
    return undefined(f"level {level:g} needs at least {needed} paths for a 95 % interval, there are {n}")


def _quantile(worst: Worst, level: float) -> Estimate:
    if worst.n < observations_needed(level):
        return too_few(worst.n, level)
    low, high = order_statistics(worst.n, level)
    return Estimate(worst.ranked(_rank(worst.n, level)), worst.ranked(low), worst.ranked(high))


def _tail_average(worst: Worst, level: float) -> Estimate:
    n = worst.n
    if n < observations_needed(level):
        return too_few(n, level)
    rank, share = _rank(n, level), n * (1 - level)
    quantile = worst.ranked(rank)
    excess = worst.losses[rank - n - 1 :] - quantile
    mean = float(np.sum(excess)) / n
    variance = max(float(np.sum(excess * excess)) / n - mean * mean, 0.0)
    value, half = quantile + mean / (1 - level), Z95 * sqrt(variance / n) / (1 - level)
    few = MISSING.format(share) if share < TRUSTED - 1e-6 else None
    return Estimate(value, value - half, value + half, few)
