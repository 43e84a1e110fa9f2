"""Symmetric matrices of many paths at once: rows of the packed lower triangle, a column a path.

Entry (i, j), j <= i, of every path stands in row ``i (i + 1) / 2 + j``. The loops run over the
paths innermost, so that they fill vector registers whatever the size of the matrix.
"""

from typing import Any

import numpy as np

from stresskit.arrays import Float1D, Float2D
from stresskit.numerics.elementary import fma, inverse_sqrt
from stresskit.numerics.jit import inline, part
from stresskit.numerics.lanes import ROW, WIDTH, put, take

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
def factorise(q: Any, c: Any, inverse: Any, z: Any, y: Any) -> None:
    """Lower factors c (triangle(n), `ROW`) of the matrices q, and ``y = C z`` (n, `ROW`) on the way.

    q may be c itself. A pivot below 1e-12 of its diagonal entry empties its column. `inverse`
    (n, `ROW`) receives the inverses of the pivots, zero where there is none.

    Two columns and two rows at a time, so that what is read serves twice. Each entry is made of the
    columns before in their order: its bits are those of a factorisation entry by entry.
    """
    n = inverse.shape[0]
    _prepare(q, inverse, y)
    if n % 2:
        _first_column(q, c, inverse, z, y)
    for j in range(n % 2, n, 2):
        _corner(q, c, inverse, z, y, j)
        for i in range(j + 2, n, 2):
            _block(q, c, inverse, z, y, i, j)


@part
def _prepare(q: Any, inverse: Any, y: Any) -> None:
    """Fill `inverse` with the least that counts as a pivot, and y with zero."""
    for i in range(inverse.shape[0]):
        diagonal, least, total = q[at_row(i, i)], inverse[i], y[i]
        for b in range(ROW):
            least[b] = diagonal[b] * PIVOT
            total[b] = 0.0


@part
def _invert(pivot: Any, inverse: Any) -> None:
    """Turn the squares of the pivots (`ROW`,) into pivots and the least of them, `inverse`, into inverses."""
    for b in range(ROW):
        there = pivot[b] > inverse[b]
        root = inverse_sqrt(pivot[b] if there else 1.0)
        inverse[b] = root if there else 0.0
        pivot[b] *= inverse[b]


@part
def _first_column(q: Any, c: Any, inverse: Any, z: Any, y: Any) -> None:
    """The first column alone, where their number is odd."""
    for b in range(0, ROW, WIDTH):
        put(c, 0, b, take(q, 0, b))
    _invert(c[0], inverse[0])
    for i in range(inverse.shape[0]):
        t = at_row(i, 0)
        for b in range(0, ROW, WIDTH):
            entry = take(q, t, b) * take(inverse, 0, b) if i else take(c, 0, b)
            put(c, t, b, entry)
            put(y, i, b, entry * take(z, 0, b))


@part
def _corner(q: Any, c: Any, inverse: Any, z: Any, y: Any, j: Any) -> None:
    """Entries (j, j), (j + 1, j) and (j + 1, j + 1), and the last terms of their rows of y."""
    t, u = at_row(j, j), at_row(j + 1, j)
    _corner_sums(q, c, t, u, j)
    _invert(c[t], inverse[j])
    for b in range(0, ROW, WIDTH):
        side = take(c, u, b) * take(inverse, j, b)
        put(c, u, b, side)
        put(c, u + 1, b, fma(-side, side, take(c, u + 1, b)))
    _invert(c[u + 1], inverse[j + 1])
    for b in range(0, ROW, WIDTH):
        first = take(z, j, b)
        put(y, j, b, fma(take(c, t, b), first, take(y, j, b)))
        total = fma(take(c, u, b), first, take(y, j + 1, b))
        put(y, j + 1, b, fma(take(c, u + 1, b), take(z, j + 1, b), total))


@part
def _corner_sums(q: Any, c: Any, t: Any, u: Any, j: Any) -> None:
    """The corner's entries of q less the products of the columns before j."""
    for b in range(0, ROW, WIDTH):
        first, side, last = take(q, t, b), take(q, u, b), take(q, u + 1, b)
        for k in range(j):
            one, two = take(c, t - j + k, b), take(c, u - j + k, b)
            first, side, last = fma(-one, one, first), fma(-two, one, side), fma(-two, two, last)
        put(c, t, b, first)
        put(c, u, b, side)
        put(c, u + 1, b, last)


@part
def _block(q: Any, c: Any, inverse: Any, z: Any, y: Any, i: Any, j: Any) -> None:
    """Entries of the rows i and i + 1 in the columns j and j + 1, and their terms of y."""
    t, u, f, g = at_row(i, 0), at_row(i + 1, 0), at_row(j, 0), at_row(j + 1, 0)
    for b in range(0, ROW, WIDTH):
        p0, p1, r0, r1 = take(q, t + j, b), take(q, t + j + 1, b), take(q, u + j, b), take(q, u + j + 1, b)
        for k in range(j):
            one, two = take(c, f + k, b), take(c, g + k, b)
            p, r = take(c, t + k, b), take(c, u + k, b)
            p0, p1, r0, r1 = fma(-p, one, p0), fma(-p, two, p1), fma(-r, one, r0), fma(-r, two, r1)
        side, one, two = take(c, g + j, b), take(inverse, j, b), take(inverse, j + 1, b)
        p0, r0 = p0 * one, r0 * one
        p1, r1 = fma(-p0, side, p1) * two, fma(-r0, side, r1) * two
        put(c, t + j, b, p0)
        put(c, t + j + 1, b, p1)
        put(c, u + j, b, r0)
        put(c, u + j + 1, b, r1)
        one, two = take(z, j, b), take(z, j + 1, b)
        put(y, i, b, fma(p1, two, fma(p0, one, take(y, i, b))))
        put(y, i + 1, b, fma(r1, two, fma(r0, one, take(y, i + 1, b))))


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
