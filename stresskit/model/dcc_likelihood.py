"""Log-likelihood of a dynamic conditional correlation, row by row."""

import math

import numpy as np

from stresskit.domain import Float2D
from stresskit.numerics.jit import allocating


def filter_correlations(
    e: Float2D, level: Float2D, a: float, b: float, nu: float
) -> tuple[float, Float2D, Float2D]:
    """Log-likelihood of unit-variance `e` (observations, assets), last Q and the Q after it.

    Student-t with `nu` degrees of freedom, scaled to the correlation as its covariance; normal where
    infinite. Minus infinity where a matrix is not positive definite.
    """
    n, d = e.shape
    if not (a >= 0.0 and b >= 0.0 and a + b < 1.0 and nu > 2.0):
        return -math.inf, level, level
    distance, determinant = np.empty(n), np.empty(n)
    last = level.copy()
    ahead = level.copy()
    if not _filter(np.ascontiguousarray(e), level, a, b, distance, determinant, last, ahead):
        return -math.inf, level, level
    half = 0.5 * float(determinant.sum())
    if not np.isfinite(nu):
        whole = 0.5 * float(distance.sum()) + 0.5 * n * d * math.log(2 * math.pi)
        return -half - whole, last, ahead
    constant = math.lgamma((nu + d) / 2) - math.lgamma(nu / 2) - 0.5 * d * math.log(math.pi * (nu - 2))
    tails = (nu + d) / 2 * float(np.log1p(distance / (nu - 2)).sum())
    return n * constant - half - tails, last, ahead


@allocating
def _filter(
    e: Float2D,
    level: Float2D,
    a: float,
    b: float,
    distance: Float2D,
    determinant: Float2D,
    last: Float2D,
    ahead: Float2D,
) -> bool:
    """Fill ``e' R^-1 e`` and ``log det R`` of every row; false where a factor does not exist."""
    n, d = e.shape
    root, u = np.zeros((d, d)), np.zeros(d)
    for t in range(n):
        last[:, :] = ahead
        distance[t], determinant[t] = 0.0, 0.0
        for i in range(d):
            for j in range(i + 1):
                rest = ahead[i, j]
                for k in range(j):
                    rest -= root[i, k] * root[j, k]
                if i == j:
                    if not rest > 0.0:
                        return False
                    root[i, i] = math.sqrt(rest)
                else:
                    root[i, j] = rest / root[j, j]
            rest = e[t, i] * math.sqrt(ahead[i, i])
            for k in range(i):
                rest -= root[i, k] * u[k]
            u[i] = rest / root[i, i]
            distance[t] += u[i] * u[i]
            determinant[t] += 2.0 * math.log(root[i, i]) - math.log(ahead[i, i])
        for i in range(d):
            for j in range(i + 1):
                moved = (1.0 - a - b) * level[i, j] + a * e[t, i] * e[t, j] + b * ahead[i, j]
                ahead[i, j] = moved
                ahead[j, i] = moved
    return True
