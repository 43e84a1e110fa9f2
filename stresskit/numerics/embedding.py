"""Give some rows of a correlation matrix a correlation of their own, and disturb nothing else.

With y = L z of correlation R, the members' variates become ``A y`` and the others stay: A turns
the factor C of the members' old correlation into that of the new one, S (``A C = S``). The whole
is a linear map of the old variates, so it is a correlation whatever the new sub-matrix is, needs
no repair, and moves continuously with it. Plain scalar code in fixed order, as `factor`.
"""

import math

import numpy as np

from stresskit.arrays import Float2D, Int1D
from stresskit.numerics.factor import semidefinite_factor


def _transform(old: Float2D, new: Float2D) -> Float2D:
    """Lower triangular A (n, n) with ``A old = new``, zero in the columns where `old` has no pivot."""
    n = len(old)
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(i, -1, -1):
            if old[j, j] > 0.0:
                known = math.fsum(found[i, k] * old[k, j] for k in range(j + 1, i + 1))
                found[i, j] = (new[i, j] - known) / old[j, j]
    return found


def embed_correlation(whole: Float2D, members: Int1D, part: Float2D) -> Float2D:
    """`whole` (n, n) with the correlation `part` (m, m) among its `members` (m,), sorted places.

    Correlations among the others are kept; those between a member and another follow from the map.

    Raises
    ------
    ValueError
        If `part` or the members' own correlation is no semidefinite matrix.
    """
    block = np.ix_(members, members)
    mapping = np.eye(len(whole))
    mapping[block] = _transform(semidefinite_factor(whole[block]), semidefinite_factor(part))
    result: Float2D = mapping @ whole @ mapping.T
    result = (result + result.T) / 2
    others = np.setdiff1d(np.arange(len(whole)), members)
    result[np.ix_(others, others)] = whole[np.ix_(others, others)]
    result[block] = part  # where C has no pivot, A C falls short of S, and this is what is missing
    return result
