"""Maximum likelihood of the generalized Pareto law of excesses over a threshold.

The density of an excess y is ``(1 + xi y / beta)^(-1 - 1/xi) / beta``, and ``exp(-y / beta) / beta``
where the shape xi is 0. Source: Pickands, Annals of Statistics 3 (1975); Smith, ibid. 15 (1987).
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from stresskit.arrays import Float1D

SHAPES = (-0.5, 0.45)
FEWEST = 25


class ParetoFit(NamedTuple):
    """Generalized Pareto law of excesses: shape xi, scale beta, and how they were found."""

    shape: float
    scale: float
    loglik: float
    converged: bool


def pareto_terms(excesses: Float1D, shape: float, scale: float) -> Float1D:
    """Log-density of each excess (n,); minus infinity beyond the end of a bounded law."""
    x = excesses / scale
    if abs(shape) < 1e-9:
        return np.asarray(-np.log(scale) - x, dtype=np.float64)
    inside = np.maximum(1 + shape * x, 1e-300)
    terms = -np.log(scale) - (1 + 1 / shape) * np.log(inside)
    return np.where(1 + shape * x > 0, terms, -np.inf)


def fit_pareto(
    excesses: Float1D, shapes: tuple[float, float] = SHAPES, weight: Float1D | None = None
) -> ParetoFit:
    """Maximum likelihood of the excesses (n,) over a threshold, the shape held within `shapes`.

    With importance weights (n,) every term counts by its share of their sum; `loglik` is then the
    mean times n.

    Raises
    ------
    ValueError
        If there are fewer than 25 excesses, or they are not positive.
    """
    if excesses.size < FEWEST or not np.all(excesses > 0):
        raise ValueError(f"at least {FEWEST} excesses, all positive (found {excesses.size})")
    unit = float(np.average(excesses, weights=weight))
    scaled = excesses / unit

    def cost(at: Float1D) -> float:
        terms = pareto_terms(scaled, float(at[0]), float(np.exp(at[1])))
        return -float(np.average(terms, weights=weight))

    options: Any = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
    start, bounds = [min(0.1, shapes[1]), -0.1], [shapes, (-10.0, 10.0)]
    best = minimize(cost, start, method="Nelder-Mead", bounds=bounds, options=options)
    shape, scale = float(best.x[0]), float(np.exp(best.x[1])) * unit
    loglik = float(np.average(pareto_terms(excesses, shape, scale), weights=weight)) * excesses.size
    return ParetoFit(shape, scale, loglik, bool(best.success))
