"""Standard errors of a targeted fit: inverse Hessian over the free coordinates, delta method.

The long-run variance is taken as known, so its sampling error is not in these figures. A
coordinate on a bound is held there, and a parameter that depends on it alone gets no error.
"""

from collections.abc import Callable

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.model.fit_box import Box
from stresskit.model.fit_likelihood import Likelihood

STEP = 1e-3
NAMES = ("alpha", "gamma", "beta", "nu")


def standard_errors(box: Box, likelihood: Likelihood, x: Float1D, held: set[str]) -> dict[str, float | None]:
    """Errors by parameter; None where it is held at a bound, absent or not identified."""
    free = [i for i, name in enumerate(box.names) if name not in held]

    def at(move: Float1D) -> Float1D:
        there = x.copy()
        there[free] += move
        return there

    def parameters(move: Float1D) -> Float1D:
        found = box.parameters(at(move))
        return np.array(
            [getattr(found, name) if np.isfinite(getattr(found, name)) else 0.0 for name in NAMES]
        )

    information = -_hessian(lambda move: likelihood.value(box.parameters(at(move))), len(free))
    moves = np.eye(len(free)) * STEP
    slope = np.array([(parameters(e) - parameters(-e)) / (2 * STEP) for e in moves]).reshape(
        len(free), len(NAMES)
    )
    if not free or np.linalg.eigvalsh(information)[0] <= 0:
        return dict.fromkeys(NAMES)
    variance = np.einsum("ip,ij,jp->p", slope, np.linalg.inv(information), slope)
    return {name: float(np.sqrt(v)) if v > 0 else None for name, v in zip(NAMES, variance, strict=True)}


def _hessian(value: Callable[[Float1D], float], n: int) -> Float2D:
    """Central second differences of `value` at the origin."""
    steps = np.eye(n) * STEP
    hessian = np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            a, b = steps[i], steps[j]
            cross = value(a + b) - value(a - b) - value(b - a) + value(-a - b)
            hessian[i, j] = hessian[j, i] = cross / (4 * STEP * STEP)
    return hessian
