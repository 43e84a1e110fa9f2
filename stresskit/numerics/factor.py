"""Triangular factor of a positive semidefinite matrix, in plain scalar code.

Stressed targets are singular (the sign matrix s s' has rank one), so a zero pivot empties its
column instead of failing, and nothing is added to the diagonal. Fixed order, no BLAS: the bits
do not depend on the CPU.
"""

import math

import numpy as np

from stresskit.arrays import Float2D

PIVOT = 1e-12


def semidefinite_factor(matrix: Float2D) -> Float2D:
    """Lower triangular L with L L' = `matrix` (n, n) up to 1e-6 in every entry.

    Raises
    ------
    ValueError
        If the matrix is not finite, or not symmetric positive semidefinite within rounding.
    """
    if not np.isfinite(matrix).all():
        raise ValueError("a matrix of finite numbers")
    n = matrix.shape[0]
    a = matrix.tolist()
    factor = [[0.0] * n for _ in range(n)]
    for j in range(n):
        pivot = a[j][j] - math.fsum(factor[j][k] ** 2 for k in range(j))
        root = math.sqrt(pivot) if pivot > PIVOT else 0.0
        factor[j][j] = root
        for i in range(j + 1, n):
            rest = a[i][j] - math.fsum(factor[i][k] * factor[j][k] for k in range(j))
            factor[i][j] = rest / root if root else 0.0
    result: Float2D = np.array(factor)
    if not np.allclose(result @ result.T, matrix, rtol=0, atol=1e-6):
        raise ValueError("the matrix is not positive semidefinite")
    return result
