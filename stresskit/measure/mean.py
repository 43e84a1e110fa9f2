"""Averages in a fixed order of summation, with the normal 95 % interval.

The sample is read in pieces of a fixed length, so a column need not fit into memory, and the sum
does not depend on how the paths were produced. Moments of blocks are merged by the update of Chan,
Golub and LeVeque (1983), The American Statistician 37, 242-247.
"""

from math import fsum, isfinite, sqrt

import numpy as np

from stresskit.domain import Estimate
from stresskit.measure.figure import Z95, undefined
from stresskit.measure.pieces import Sample, in_pieces


def mean(values: Sample, floor: float | None = None, nothing: str = "no path") -> Estimate:
    """Average of `values` and its normal 95 % interval.

    Parameters
    ----------
    values : array (n,), or Pieces
        A sample, in a fixed order.
    floor : float, optional
        The least value the quantity can take; the interval does not reach below it.
    nothing : str
        The reason that is given when the sample is empty.

    Returns
    -------
    Estimate
        Undefined for an empty sample, and for a sample of one: a single observation says nothing
        about its own error. A sample without spread has an interval of width zero.

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    n, centre, squares = 0, 0.0, 0.0
    sums: list[float] = []
    for block in in_pieces(values):
        if size := len(block):
            sums.append(float(np.sum(block)))
            own = sums[-1] / size
            gap, total = own - centre, n + size
            squares += float(np.sum((block - own) ** 2)) + gap * gap * n * size / total
            n, centre = total, centre + gap * size / total
    if n < 2:
        return undefined(nothing if n == 0 else "one observation gives no interval")
    value, half = fsum(sums) / n, Z95 * sqrt(squares / (n - 1) / n)
    if not isfinite(value + half):
        raise ValueError("the sample holds a value that is not finite")
    low = value - half
    return Estimate(value, low if floor is None else max(low, min(floor, value)), value + half)
