"""Kupiec's test of the number of failures, LR = -2 log(L(p) / L(x/n)), chi-squared with 1 degree.

Source: Kupiec (1995), Journal of Derivatives 3(2), 73-84.
"""

from scipy.special import xlog1py, xlogy

from stresskit.measure.backtest.check import Check, chi_squared, refuse_probability


def proportion_of_failures(count: int, days: int, probability: float) -> Check:
    """Test whether `count` failures in `days` fit `probability`; defined for none and for all, too.

    Raises
    ------
    ValueError
        If there is no day, the count does not lie between 0 and `days`, or the probability is none.
    """
    refuse_probability(probability)
    if not 0 <= count <= days or not days:
        raise ValueError(f"{count} failures in {days} days")
    share, kept = count / days, days - count
    best = xlogy(count, share) + xlog1py(kept, -share)
    return chi_squared(float(2 * (best - xlogy(count, probability) - xlog1py(kept, -probability))), 1)
