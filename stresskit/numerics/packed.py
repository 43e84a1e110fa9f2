"""Symmetric matrices of many paths at once: rows of the packed lower triangle, a column a path.

Entry (i, j), j <= i, of every path stands in row ``i (i + 1) / 2 + j``. The loops run over the
paths innermost, so that they fill vector registers whatever the size of the matrix.
"""

from typing import Any

import numpy as np

from stresskit.arrays import Float1D, Float2D
from stresskit.numerics.elementary import fma, inverse_sqrt
from stresskit.numerics.jit import inline, part

PIVOT = 1e-12


@inline
def triangle(n: int) -> int:
    """Rows of the packed lower triangle of an (n, n) matrix."""
    return n * (n + 1) // 2


def pack(matrix: Float2D) -> Float1D:
    """Lower triangle of `matrix` (n, n), row by row."""
    return np.ascontiguousarray(matrix[np.tril_indices(len(matrix))], dtype=np.float64)


@inline
def at_row(i: Any, j: Any) -> Any:
    """Row of the entry (i, j), j <= i."""
    return (i * (i + 1)) // 2 + j


@part
def factorise(q: Any, c: Any, inverse: Any, z: Any, y: Any) -> None:  # noqa: C901
    """Lower factors c (triangle(n), paths) of the matrices q, and ``y = C z`` (n, paths) on the way.

    q may be c itself. A pivot below 1e-12 of its diagonal entry empties its column. `inverse`
    (n, paths) receives the inverses of the pivots, zero where there is none. One function: a call
    for each entry would cost more than its arithmetic.
    """
    for j in range(inverse.shape[0]):
        d, v = at_row(j, j), at_row(j, 0)
        for b in range(c.shape[1]):
            inverse[j, b] = q[d, b] * PIVOT
        for i in range(j, inverse.shape[0]):
            t, u = at_row(i, j), at_row(i, 0)
            if j % 2:
                for b in range(c.shape[1]):
                    c[t, b] = fma(-c[u, b], c[v, b], q[t, b])
            elif j:
                for b in range(c.shape[1]):
                    c[t, b] = fma(-c[u + 1, b], c[v + 1, b], fma(-c[u, b], c[v, b], q[t, b]))
            elif i == j:
                for b in range(c.shape[1]):
                    c[t, b] = q[t, b]
            for k in range(2 - j % 2, j, 2):
                f, g = u + k, v + k
                for b in range(c.shape[1]):
                    c[t, b] = fma(-c[f + 1, b], c[g + 1, b], fma(-c[f, b], c[g, b], c[t, b]))
            if i == j:
                for b in range(c.shape[1]):
                    there = c[d, b] > inverse[j, b]
                    root = inverse_sqrt(c[d, b] if there else 1.0)
                    inverse[j, b] = root if there else 0.0
            if j:
                for b in range(c.shape[1]):
                    c[t, b] *= inverse[j, b]
                    y[i, b] = fma(c[t, b], z[j, b], y[i, b])
            else:
                for b in range(c.shape[1]):
                    c[t, b] = q[t, b] * inverse[j, b]
                    y[i, b] = c[t, b] * z[j, b]


@part
def solve(c: Any, inverse: Any, x: Any) -> None:
    """Overwrite x (n, paths) by the solution u of ``C u = x``, zero where a factor has no pivot."""
    for i in range(x.shape[0]):
        for j in range(i):
            t = at_row(i, j)
            for b in range(x.shape[1]):
                x[i, b] = fma(-c[t, b], x[j, b], x[i, b])
        for b in range(x.shape[1]):
            x[i, b] *= inverse[i, b]
