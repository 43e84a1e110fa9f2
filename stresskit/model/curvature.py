"""Standard errors from the curvature of a log-likelihood at its maximum."""

from collections.abc import Callable

import numpy as np

from stresskit.domain import Float1D, Float2D


def curvature_errors(
    value: Callable[[Float1D], float], at: Float1D, step: float = 1e-3
) -> list[float | None]:
    """Errors (parameters,) by the inverse of minus the Hessian, in steps relative to `at`.

    None each where the Hessian is not negative definite.
    """
    moves = np.diag(step * np.minimum(np.abs(at), np.abs(1.0 - at) + (np.abs(at) > 1.0) * np.abs(at)))
    n, hessian = at.size, np.empty((at.size, at.size))
    for i in range(n):
        for j in range(i, n):
            x, y = moves[i], moves[j]
            cross = value(at + x + y) - value(at + x - y) - value(at - x + y) + value(at - x - y)
            hessian[i, j] = hessian[j, i] = cross / (4 * moves[i, i] * moves[j, j])
    return _errors(-hessian)


def _errors(information: Float2D) -> list[float | None]:
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
        return [None] * len(information)
    return [float(x) for x in np.sqrt(np.diag(np.linalg.inv(information)))]
