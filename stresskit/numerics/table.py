"""A smooth function as cubics on an even grid, for what no single polynomial follows."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from stresskit.arrays import Float1D, Float2D
from stresskit.numerics.elementary import fma, smaller
from stresskit.numerics.jit import inline


class Table(NamedTuple):
    """`cubic` (cells, 4), constant term first, in the distance from a cell's start in cells."""

    cubic: Float2D
    low: float
    per_unit: float


def build_table(function: Callable[[Float1D], Float1D], low: float, high: float, cells: int) -> Table:
    """Cubic spline through ``cells + 1`` values of `function` from `low` to `high`.

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    from scipy.interpolate import CubicSpline  # slow to load, and few runs need it

    x = np.linspace(low, high, cells + 1)
    per_unit = cells / (high - low)
    spline = CubicSpline(x, function(x)).c[::-1].T  # refuses what is not finite
    return Table(np.ascontiguousarray(spline / per_unit ** np.arange(4)), low, per_unit)


@inline
def look_up(table: Any, x: Any) -> Any:
    """The function at `x`; outside the grid the last cell's cubic goes on. NaN stays NaN."""
    t = (x - table.low) * table.per_unit
    inside = t if t > 0.0 else 0.0  # of NaN too, or the cell would be anywhere
    i = np.int64(smaller(inside, table.cubic.shape[0] - 1.0))
    f = t - i
    c = table.cubic
    return fma(fma(fma(c[i, 3], f, c[i, 2]), f, c[i, 1]), f, c[i, 0])
