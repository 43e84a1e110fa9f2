"""Tests of the waiting times: until the first failure, and between all of them.

With v days until a failure, ``LR = -2 log(p (1-p)^(v-1)) + 2 log((1/v) (1 - 1/v)^(v-1))`` is chi-squared with
1 degree. Summed over the waits of all failures it tests their independence (time between failures, as
many degrees as failures); with Kupiec's statistic added, the mixed test has one degree more.

Sources: Kupiec (1995), Journal of Derivatives 3(2), 73-84; Haas (2001), "New methods in backtesting".
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import xlog1py

from stresskit.measure.backtest.check import Check, Hits, chi_squared, not_defined, refuse_probability
from stresskit.measure.backtest.kupiec import proportion_of_failures

NONE = "no failure"


def time_until_first_failure(first: int | None, probability: float) -> Check:
    """Test the day of the first failure, counted from 1; None where there was none.

    Raises
    ------
    ValueError
        If the day is below 1 or the probability is none.
    """
    refuse_probability(probability)
    return not_defined(1, NONE) if first is None else chi_squared(_ratio(first, probability), 1)


def time_between_failures(waits: Sequence[int], probability: float) -> Check:
    """Test the days from each failure to the next, the first counted from the start.

    Raises
    ------
    ValueError
        If a wait is below 1 or the probability is none.
    """
    refuse_probability(probability)
    if not len(waits):
        return not_defined(0, NONE)
    return chi_squared(sum(_ratio(int(v), probability) for v in waits), len(waits))


def mixed(hits: Hits, probability: float) -> Check:
    """Test number and waits of the failures (days,) together."""
    between = time_between_failures(waits_of(hits), probability)
    count = proportion_of_failures(int(np.count_nonzero(hits)), len(hits), probability)
    if between.statistic is None or count.statistic is None:
        return not_defined(1, NONE)
    return chi_squared(between.statistic + count.statistic, between.degrees + 1)


def waits_of(hits: Hits) -> list[int]:
    """Days until the first failure and between the others."""
    found: list[int] = np.diff(np.flatnonzero(hits), prepend=-1).tolist()
    return found


def _ratio(wait: int, probability: float) -> float:
    if wait < 1:
        raise ValueError(f"a wait of at least one day, not {wait}")
    best = -np.log(wait) + xlog1py(wait - 1, -1 / wait) if wait > 1 else 0.0
    return float(2 * (best - np.log(probability) - xlog1py(wait - 1, -probability)))
