"""Nearest correlation matrix in the Frobenius norm.

Alternating projections onto the positive semidefinite cone and the matrices of unit diagonal,
with Dykstra's correction of the first. Source: Higham, IMA Journal of Numerical Analysis 22
(2002). The matrices are small (assets of a book), so plain projections are fast enough.
"""

import numpy as np

from stresskit.arrays import Float2D

TOLERANCE = 1e-13
MOST = 200_000


def is_correlation(matrix: Float2D, tolerance: float = 1e-12) -> bool:
    """Whether `matrix` (n, n) is symmetric, of unit diagonal and semidefinite within `tolerance`."""
    whole = is_symmetric_with_unit_diagonal(matrix, tolerance)
    return whole and float(np.linalg.eigvalsh(matrix)[0]) >= -tolerance


def is_symmetric_with_unit_diagonal(matrix: Float2D, tolerance: float = 1e-12) -> bool:
    """Whether `matrix` (n, n) is symmetric and of unit diagonal within `tolerance`."""
    return bool(np.allclose(matrix, matrix.T, rtol=0, atol=tolerance)) and bool(
        np.allclose(np.diag(matrix), 1.0, rtol=0, atol=tolerance)
    )


def nearest_correlation(matrix: Float2D) -> tuple[Float2D, float]:
    """Repair a symmetric matrix (n, n) and say how far it was moved (Frobenius norm).

    The result has a diagonal of exactly one and no eigenvalue below -1e-12; a matrix that is a
    correlation matrix already comes back unchanged at distance 0.

    Raises
    ------
    ValueError
        If the matrix is not square, finite and symmetric.
    ArithmeticError
        If the projections do not settle.
    """
    given = np.asarray(matrix, dtype=np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not np.isfinite(given).all():
        raise ValueError("a square matrix of finite numbers")
    if not np.allclose(given, given.T, rtol=0, atol=1e-12):
        raise ValueError("a symmetric matrix")
    if is_correlation(given) and bool(np.all(np.diag(given) == 1.0)):
        return given.copy(), 0.0
    repaired = unit_scaled(_settle(given))
    return repaired, float(np.linalg.norm(repaired - given))


def _settle(given: Float2D) -> Float2D:
    unit, correction = given.copy(), np.zeros_like(given)
    for _ in range(MOST):
        shifted = unit - correction
        cone = semidefinite(shifted)
        correction = cone - shifted
        moved, unit = unit, cone.copy()
        np.fill_diagonal(unit, 1.0)
        if max(np.abs(unit - cone).max(), np.abs(unit - moved).max()) < TOLERANCE * len(given):
            return cone
    raise ArithmeticError("the nearest correlation matrix was not reached")


def semidefinite(matrix: Float2D) -> Float2D:
    """The nearest positive semidefinite matrix (n, n) in the Frobenius norm, whatever its diagonal."""
    values, vectors = np.linalg.eigh(matrix)
    cone: Float2D = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return (cone + cone.T) / 2


def unit_scaled(cone: Float2D) -> Float2D:
    """Scale to a unit diagonal, which keeps the matrix semidefinite."""
    scale = 1.0 / np.sqrt(np.diag(cone))
    result: Float2D = cone * np.outer(scale, scale)
    np.fill_diagonal(result, 1.0)
    return result
