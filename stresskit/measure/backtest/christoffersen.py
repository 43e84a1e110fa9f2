"""Christoffersen's tests: does a failure make another one likelier, and coverage together with that.

Independence compares the shares of failures after a failure and after none, by likelihood ratio over the
n - 1 transitions (1 degree). Conditional coverage adds Kupiec's statistic of all n days (2 degrees), as
common programs do. Where one of the rows of transitions is empty, or there is no failure, the ratio
is 1: nothing speaks against independence.

Source: Christoffersen (1998), International Economic Review 39, 841-862.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from stresskit.measure.backtest.check import Check, Hits, chi_squared
from stresskit.measure.backtest.kupiec import proportion_of_failures


class Transitions(NamedTuple):
    """Pairs of days: first figure the day before (1 a failure), second the day itself."""

    n00: int
    n01: int
    n10: int
    n11: int


def transitions(hits: Hits) -> Transitions:
    """Count the pairs of neighbouring days of `hits` (days,)."""
    counts = np.bincount(2 * hits[:-1].astype(int) + hits[1:], minlength=4)
    return Transitions(*counts.tolist())


def independence(pairs: Transitions) -> Check:
    """Test whether failures come independently of the day before.

    Raises
    ------
    ValueError
        If there is no pair of days, or a count is negative.
    """
    if min(pairs) < 0 or not sum(pairs):
        raise ValueError(f"counts of pairs of days, at least one pair: {tuple(pairs)}")
    after_none, after_one = pairs[:2], pairs[2:]
    together = pairs.n00 + pairs.n10, pairs.n01 + pairs.n11
    return chi_squared(2 * (_loglik(after_none) + _loglik(after_one) - _loglik(together)), 1)


def conditional_coverage(hits: Hits, probability: float) -> Check:
    """Test number and independence of the failures (days,) together."""
    count = proportion_of_failures(int(np.count_nonzero(hits)), len(hits), probability)
    return coverage_of(count, independence(transitions(hits)))


def coverage_of(count: Check, alone: Check) -> Check:
    """Join Kupiec's test and that of independence."""
    assert count.statistic is not None
    assert alone.statistic is not None
    return chi_squared(count.statistic + alone.statistic, 2)


def _loglik(row: tuple[int, ...]) -> float:
    kept, failed = row
    total = max(kept + failed, 1)
    return float(xlogy(kept, kept / total) + xlogy(failed, failed / total))
