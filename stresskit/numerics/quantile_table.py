"""Quantile transforms of any law as piecewise cubics, fitted once per run.

From a copula variate y to an innovation, ``g = F_marginal^-1(F_copula(y))``, for laws that are not
odd: each side of y = 0 has cells whose edges are ``w = 1 + 2 abs(y)`` with a mantissa of five to seven
bits, so that a cell is found from the bits of w alone, without a logarithm. In a cell g is the cubic
in w - left edge through four Chebyshev nodes.

Error below 1e-6 of max(1, abs(g)) for Student-t and Hansen's skewed t, below 1e-4 for a semi-parametric
law (whose second derivative jumps at its knots), on abs(y) up to the tail probability 1e-15;
beyond the cell of that point g is held constant.
"""

from collections.abc import Callable

import numpy as np
from scipy import special

from stresskit.arrays import Float1D, Float2D, Float3D
from stresskit.numerics.quantile_map import TAIL

STRETCH = 2.0
MANTISSA = 52
ONE = np.float64(1.0).view(np.int64)

Quantile = Callable[[Float1D], Float1D]


def table_shift(copula_nu: float) -> int:
    """Bits of w below those that name its cell: the thinner the copula's tail, the steeper the map.

    Raises
    ------
    ValueError
        If the copula has 2 or fewer degrees of freedom.
    """
    if not copula_nu > 2:
        raise ValueError(f"degrees of freedom above 2, got copula {copula_nu}")
    return MANTISSA - (5 + (copula_nu > 8) + (copula_nu > 30))


def _edges(cells: int, shift: int) -> Float1D:
    """Edges (cells + 1,) of the cells in w."""
    return (ONE + (np.arange(cells + 1, dtype=np.int64) << shift)).view(np.float64)


def _lower_tail(nu: float, y: Float1D) -> Float1D:
    found = special.stdtr(nu, -y) if np.isfinite(nu) else special.ndtr(-y)
    return np.asarray(found, dtype=np.float64)


def table_cells(copula_nu: float) -> int:
    """Cells on each side of zero."""
    shift = table_shift(copula_nu)
    edge = -special.stdtrit(copula_nu, TAIL) if np.isfinite(copula_nu) else -special.ndtri(TAIL)
    return int((np.float64(1 + STRETCH * edge).view(np.int64) - ONE) >> shift) + 1


def table_top(copula_nu: float) -> float:
    """The largest w inside the last cell."""
    edges = _edges(table_cells(copula_nu), table_shift(copula_nu))
    return float(np.nextafter(edges[-1], 0.0))


def quantile_table(copula_nu: float, lower: Quantile, upper: Quantile) -> Float2D:
    """Coefficients (2 * cells, 4), constant term first: the cells of y >= 0, then those of y < 0.

    `lower` and `upper` take tail probabilities (n,) to quantiles of the law.
    """
    edges = _edges(table_cells(copula_nu), table_shift(copula_nu))
    nodes = (1 - np.cos((np.arange(4) + 0.5) * np.pi / 4)) / 2
    width = np.diff(edges)[:, None]
    tail = _lower_tail(copula_nu, ((edges[:-1, None] + width * nodes - 1) / STRETCH).ravel())
    sides = np.stack([upper(tail), lower(tail)]).reshape(2, -1, 4)
    solved = np.linalg.solve(np.vander(nodes, increasing=True), sides[..., None])[..., 0]
    found: Float3D = solved / width ** np.arange(4)
    return found.reshape(-1, 4)
