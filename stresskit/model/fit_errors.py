"""Standard errors of a fit: over the free coordinates, taken to the parameters by the delta method.

Two kinds: from the inverse Hessian, right if the law is, and robust (Hessian, scores, Hessian:
Bollerslev, Wooldridge, Econometric Reviews 11, 1992), right also where only the variances are. The
long-run variance is taken as known, so its sampling error is not in these figures. A coordinate on
a bound is held there, and a parameter that depends on it alone gets no error.
"""

from collections.abc import Callable

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.model.fit_box import Box
from stresskit.model.fit_likelihood import Likelihood

STEP = 1e-3
NAMES = ("alpha", "gamma", "beta", "nu", "skew")
Errors = dict[str, float | None]


def standard_errors(box: Box, likelihood: Likelihood, x: Float1D, held: set[str]) -> tuple[Errors, Errors]:
    """Errors by parameter, by the Hessian and robust; None where held at a bound or not identified."""
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

    def terms(move: Float1D) -> Float1D:
        return likelihood.terms(box.parameters(at(move)))

    pair = covariances(terms, np.full(len(free), STEP)) if free else None
    if pair is None:
        return dict.fromkeys(NAMES), dict.fromkeys(NAMES)
    moves = np.eye(len(free)) * STEP
    slope = np.array([(parameters(e) - parameters(-e)) / (2 * STEP) for e in moves])
    plain, robust = (np.einsum("ip,ij,jp->p", slope, covariance, slope) for covariance in pair)
    return _named(plain), _named(robust)


def _named(variance: Float1D) -> Errors:
    return {name: float(np.sqrt(v)) if v > 0 else None for name, v in zip(NAMES, variance, strict=True)}


def covariances(terms: Callable[[Float1D], Float1D], steps: Float1D) -> tuple[Float2D, Float2D] | None:
    """Covariance of the maximum at the origin, by the Hessian and robust.

    Parameters
    ----------
    terms : log-density of each observation (observations,) at a move (coordinates,).
    steps : finite differences (coordinates,).

    Returns
    -------
    Two matrices (coordinates, coordinates), or None where the Hessian shows no maximum.
    """
    moves = np.diag(steps)
    information = -_hessian(lambda move: float(terms(move).sum()), steps)
    if np.linalg.eigvalsh(information)[0] <= 0:
        return None
    inverse: Float2D = np.asarray(np.linalg.inv(information), dtype=np.float64)
    scores = np.array([(terms(e) - terms(-e)) / (2 * step) for e, step in zip(moves, steps, strict=True)])
    robust: Float2D = inverse @ (scores @ scores.T) @ inverse
    return inverse, robust


def _hessian(value: Callable[[Float1D], float], steps: Float1D) -> Float2D:
    """Central second differences of `value` at the origin."""
    n = steps.size
    moves, hessian = np.diag(steps), np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            a, b = moves[i], moves[j]
            cross = value(a + b) - value(a - b) - value(b - a) + value(-a - b)
            hessian[i, j] = hessian[j, i] = cross / (4 * steps[i] * steps[j])
    return hessian
