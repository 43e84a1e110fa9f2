"""One component of a mixture, fitted to levels of which each row counts by a weight."""

from typing import Literal

import numpy as np
from scipy import optimize, special

from stresskit.domain import Archimedean, Dependence, Float1D, Float2D, Int1D
from stresskit.model.archimedean_fit import most_likely
from stresskit.model.copula_fit import NU
from stresskit.model.copula_likelihood import elliptical_log_density

Kind = Literal["gaussian", "student_t", "clayton", "survival_clayton", "gumbel", "survival_gumbel"]
Part = Dependence | Archimedean
START_NU = 6.0
INNER = 3
TOLERANCE = 1e-5
SHRINK = 1e-9  # off the diagonal, so that a weighted correlation is never quite singular


def fit_part(u: Float2D, kind: Kind, weight: Float1D, last: Part | None) -> Part:
    """Component of `kind` for levels `u` (observations, assets); `last`: what the round before found."""
    if kind == "gaussian":
        return Dependence(_correlation(special.ndtri(u), weight), np.inf)
    if kind == "student_t":
        return _student_t(u, weight, last.nu if isinstance(last, Dependence) else START_NU)
    return most_likely(u, kind, weight, TOLERANCE)[0]


def _correlation(x: Float2D, weight: Float1D) -> Float2D:
    """Weighted second moments (assets, assets), scaled to a unit diagonal."""
    moments = (x * weight[:, None]).T @ x
    scale = 1 / np.sqrt(np.diag(moments))
    found: Float2D = moments * np.outer(scale, scale) * (1 - SHRINK)
    np.fill_diagonal(found, 1.0)
    return found


def _student_t(u: Float2D, weight: Float1D, nu: float) -> Dependence:
    levels, place = np.unique(u, return_inverse=True)
    place, d = place.reshape(u.shape), u.shape[1]
    x = _quantiles(nu, levels, place)
    correlation = _correlation(x, weight)
    for _ in range(INNER):
        distance = np.sum(x * np.linalg.solve(correlation, x.T).T, axis=1)
        correlation = _correlation(x, weight * (nu + d) / (nu + distance))

    def cost(log_nu: float) -> float:
        at = float(np.exp(log_nu))
        density = elliptical_log_density(_quantiles(at, levels, place), correlation, at)
        return -float(np.sum(weight * density))

    near = (max(np.log(NU[0]), np.log(nu) - 0.5), min(np.log(NU[1]), np.log(nu) + 0.5))
    found = optimize.minimize_scalar(
        cost, bounds=(float(near[0]), float(near[1])), method="bounded", options={"xatol": 1e-3}
    )
    return Dependence(correlation, float(np.exp(found.x)))


def _quantiles(nu: float, levels: Float1D, place: Int1D) -> Float2D:
    return np.asarray(special.stdtrit(nu, levels), dtype=np.float64)[place]
