"""Standard errors of copula parameters that were fitted to ranks.

The ranks stand in for unknown margins, and that costs: with s the score, the variance of the
estimate is ``A^-1 Var(s + sum_j W_j) A^-1 / n``, A the mean Hessian and
``W_j(u) = E[1(u <= U_j) ds/du_j]``. The curvature alone is too small, by half under strong dependence.

Source: Genest, Ghoudi, Rivest, Biometrika 82 (1995).
"""

from collections.abc import Callable, Sequence

import numpy as np

from stresskit.domain import Float1D, Float2D

STEP = 1e-3  # of a parameter
NUDGE = 1e-4  # of the distance to the nearer end of (0, 1)
ROWS = 5000

LogDensity = Callable[[Float2D, Float1D], Float1D]


def rank_errors(log_density: LogDensity, u: Float2D, at: Sequence[float]) -> list[float | None]:
    """Errors of the parameters `at` of ``log_density(u, parameters)``, by central differences.

    Every so many-th row of `u` (observations, assets) is used, 5,000 to 10,000 in all. None for all
    where the likelihood is not concave.
    """
    parameters = np.array(at, dtype=np.float64)
    rows = u[:: max(1, len(u) // ROWS)]
    hessian = _hessian(lambda x: float(np.mean(log_density(rows, x))), parameters)
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(-hessian)[0] <= 0:
        return [None] * len(parameters)
    influence = _scores(log_density, rows, parameters)
    for j in range(u.shape[1]):
        nudge = np.zeros_like(rows)
        nudge[:, j] = NUDGE * np.minimum(rows[:, j], 1 - rows[:, j])
        up, down = (_scores(log_density, rows + sign * nudge, parameters) for sign in (1, -1))
        influence += _above((up - down) / (2 * nudge[:, j]), rows[:, j])
    bread = np.linalg.inv(hessian)
    spread = np.atleast_2d(np.cov(influence))
    variance = bread @ spread @ bread / len(u)
    return [float(v) for v in np.sqrt(np.diag(variance))]


def _scores(log_density: LogDensity, u: Float2D, at: Float1D) -> Float2D:
    """Slopes of the log-density (parameters, observations)."""
    moves = np.diag(STEP * at)
    return np.array([(log_density(u, at + m) - log_density(u, at - m)) / (2 * m.sum()) for m in moves])


def _above(slopes: Float2D, level: Float1D) -> Float2D:
    """Mean over all rows of those slopes whose level is not below a row's own."""
    order = np.argsort(level)[::-1]
    found = np.empty_like(slopes)
    found[:, order] = np.cumsum(slopes[:, order], axis=1) / len(level)
    return found


def _hessian(value: Callable[[Float1D], float], at: Float1D) -> Float2D:
    moves, n = np.diag(STEP * at), len(at)
    found = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            a, b = moves[i], moves[j]
            corners = value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)
            found[i, j] = found[j, i] = corners / (4 * moves[i, i] * moves[j, j])
    return found
