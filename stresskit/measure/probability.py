"""How often something happens, with the score interval.

Wilson (1927), Journal of the American Statistical Association 22, 209-212: the probabilities p with
``|hits/n - p| <= z sqrt(p (1 - p) / n)``. It keeps its coverage for rare events, where the textbook
interval around ``hits/n`` collapses.
"""

from math import sqrt

from stresskit.domain import Estimate
from stresskit.measure.figure import Z95, undefined


def probability(hits: int, n: int) -> Estimate:
    """Share of hits among `n` trials and its 95 % Wilson interval.

    The interval starts at exactly 0 without a hit and ends at exactly 1 without a miss; with no
    trial at all the estimate is undefined.

    Raises
    ------
    ValueError
        If `hits` does not lie between 0 and `n`.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits among {n} trials")
    if n == 0:
        return undefined("no path")
    return wilson(hits / n, n)


def wilson(share: float, n: float) -> Estimate:
    """The 95 % Wilson interval of a share of `n` trials, which need not be a whole number."""
    weight = Z95 * Z95 / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z95 * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    low = 0.0 if share == 0 else centre - half
    high = 1.0 if share == 1 else centre + half
    return Estimate(share, low, high)
