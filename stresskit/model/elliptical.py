"""Gaussian and Student-t copulas: ``y = w L z``.

z are independent normals, L the factor of the correlation matrix, and w = 1 (Gaussian) or
sqrt(nu / chi2_nu) (Student-t), one a path and step.

Source: McNeil, Frey, Embrechts, "Quantitative Risk Management", 2015, section 7.3.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Dependence, Float1D, Float2D, Int1D
from stresskit.model.tilt import NO_TILT, lean
from stresskit.numerics.elementary import exp2, fma, polynomial16, sixteen
from stresskit.numerics.factor import semidefinite_factor
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.normals import fill_pair, normal_rows, single_normals
from stresskit.numerics.philox import CHI_SQUARE, NORMALS
from stresskit.numerics.quantile_map import chi_square_scale


class GaussianCopula(NamedTuple):
    """`factor` (rows, columns): the used assets' rows of L, padded with zeros to fours; `tilt`: `tilt.py`."""

    factor: Float2D
    tilt: Float2D = NO_TILT


class StudentTCopula(NamedTuple):
    """As the Gaussian, with the polynomial of the chi-square scale `scale` (16,)."""

    factor: Float2D
    scale: Float1D
    tilt: Float2D = NO_TILT


def used_factor(correlation: Float2D, used: Int1D) -> Float2D:
    """Rows of the factor of the whole `correlation`, for the sorted places `used`, padded to fours.

    Raises
    ------
    ValueError
        If the correlation is not finite and semidefinite.
    """
    whole = semidefinite_factor(correlation)
    rows, columns = -(-len(used) // 4) * 4, -(-(int(used[-1]) + 1) // 4) * 4
    factor = np.zeros((rows, columns))
    reach = min(columns, whole.shape[1])
    factor[: len(used), :reach] = whole[used, :reach]
    return factor


def build_elliptical(dependence: Dependence, used: Int1D) -> GaussianCopula | StudentTCopula:
    """Arrays for the kernel; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ValueError
        If the correlation is not finite and semidefinite, or the degrees of freedom not above 2.
    """
    if not dependence.nu > 2:
        raise ValueError(f"a copula of more than 2 degrees of freedom, got {dependence.nu}")
    factor = used_factor(dependence.correlation, used)
    if np.isfinite(dependence.nu):
        return StudentTCopula(factor, chi_square_scale(dependence.nu))
    return GaussianCopula(factor)


@inline
def square(factor: Any, row: Any, column: Any) -> Any:
    """Sixteen coefficients as a tuple, row by row, so that no store in the loop can alias them."""
    f0, f1, f2, f3 = factor[row], factor[row + 1], factor[row + 2], factor[row + 3]
    a, b, c, d = column, column + 1, column + 2, column + 3
    return (
        f0[a], f0[b], f0[c], f0[d], f1[a], f1[b], f1[c], f1[d],
        f2[a], f2[b], f2[c], f2[d], f3[a], f3[b], f3[c], f3[d],
    )  # fmt: skip


@part
def reach(factor: Any, row: Any) -> int:
    """Columns, in fours, up to the last one that is not zero in rows ``row .. row + 3``."""
    end: int = factor.shape[1]
    while end > 4:
        for i in range(row, row + 4):
            for j in range(end - 4, end):
                if factor[i, j] != 0.0:
                    return end
        end -= 4
    return end


@part
def correlate4(factor: Any, row: Any, z: Any, y: Any) -> None:
    """Rows ``row .. row + 3`` of ``y = L z``, sixteen coefficients at a time."""
    y0, y1, y2, y3 = y[row], y[row + 1], y[row + 2], y[row + 3]
    c = square(factor, row, 0)
    z0, z1, z2, z3 = z[0], z[1], z[2], z[3]
    for b in range(y0.shape[0]):
        a0, a1, a2, a3 = z0[b], z1[b], z2[b], z3[b]
        y0[b] = fma(c[3], a3, fma(c[2], a2, fma(c[1], a1, c[0] * a0)))
        y1[b] = fma(c[7], a3, fma(c[6], a2, fma(c[5], a1, c[4] * a0)))
        y2[b] = fma(c[11], a3, fma(c[10], a2, fma(c[9], a1, c[8] * a0)))
        y3[b] = fma(c[15], a3, fma(c[14], a2, fma(c[13], a1, c[12] * a0)))
    for j in range(4, reach(factor, row), 4):
        c = square(factor, row, j)
        z0, z1, z2, z3 = z[j], z[j + 1], z[j + 2], z[j + 3]
        for b in range(y0.shape[0]):
            a0, a1, a2, a3 = z0[b], z1[b], z2[b], z3[b]
            y0[b] = fma(c[3], a3, fma(c[2], a2, fma(c[1], a1, fma(c[0], a0, y0[b]))))
            y1[b] = fma(c[7], a3, fma(c[6], a2, fma(c[5], a1, fma(c[4], a0, y1[b]))))
            y2[b] = fma(c[11], a3, fma(c[10], a2, fma(c[9], a1, fma(c[8], a0, y2[b]))))
            y3[b] = fma(c[15], a3, fma(c[14], a2, fma(c[13], a1, fma(c[12], a0, y3[b]))))


@part
def correlated_normals(factor: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    """Fill ``work.y`` with L z; rows of z that no row of L uses are left out."""
    normal_rows(key, path, step, NORMALS, last_used(factor), work.words, work.z)
    for row in range(0, factor.shape[0], 4):
        correlate4(factor, row, work.z, work.y)


@part
def last_used(factor: Any) -> int:
    """One more than the last column that is not all zero."""
    for j in range(factor.shape[1] - 1, 0, -1):
        for i in range(factor.shape[0]):
            if factor[i, j] != 0.0:
                return j + 1
    return 1


@part
def used_rows(factor: Any) -> int:
    """Rows that belong to assets: those that only fill up the last four are zero."""
    rows: int = factor.shape[0]
    for i in range(rows - 1, 0, -1):
        for j in range(factor.shape[1]):
            if factor[i, j] != 0.0:
                return i + 1
    return 1


@part
def chi_square_scales(coefficients: Any, key: Any, path: Any, step: Any, words: Any, w: Any) -> None:
    """Fill w (paths,) with sqrt(nu / chi2)."""
    fill_pair(key, path, step, CHI_SQUARE, np.uint64(0), words)
    single_normals(words[0], words[1], w)
    c = sixteen(coefficients)
    for b in range(w.shape[0]):
        w[b] = polynomial16(c, w[b])
    for b in range(w.shape[0]):
        w[b] = exp2(w[b])


def variates(copula: Any, key: Any, path: Any, step: Any, work: Any) -> Any:
    """Fill ``work.y`` (rows, paths) with the copula's variates; overloaded by type."""
    raise TypeError("copulas are drawn from kernels")


@implements(variates, GaussianCopula)
def _gaussian(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    correlated_normals(copula.factor, key, path, step, work)
    lean(copula.tilt, path, work.y, work.ratio)


@implements(variates, StudentTCopula)
def _student_t(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    correlated_normals(copula.factor, key, path, step, work)
    lean(copula.tilt, path, work.y, work.ratio)
    chi_square_scales(copula.scale, key, path, step, work.words, work.w)
    for row in range(used_rows(copula.factor)):
        y = work.y[row]
        for b in range(y.shape[0]):
            y[b] *= work.w[b]
