"""Clayton and Gumbel copulas from ranks: maximum likelihood of theta, from Kendall's tau.

For one parameter the search is bounded and cannot stop at its start, where a well-known program
leaves Clayton's (golden case ``fits_of_three_stocks``).
"""

from typing import Any

import numpy as np
from scipy import optimize

from stresskit.domain import Archimedean, Family, Float1D, Float2D
from stresskit.model.archimedean import THETA, base_family
from stresskit.model.archimedean_density import archimedean_log_density
from stresskit.model.copula_errors import rank_errors
from stresskit.model.copula_report import bound_hits, fit_report, pseudo_observations


def fit_archimedean(residuals: Float2D, family: Family) -> tuple[Archimedean, dict[str, Any]]:
    """Fit on `residuals` (observations, assets): rows in which every asset has one.

    Raises
    ------
    ValueError
        If a residual is not finite, or there are fewer than 100 rows or 2 assets.
    """
    u = pseudo_observations(residuals)
    found, converged = most_likely(u, family)
    bounds = bound_hits({"theta": found.theta}, {"theta": THETA[base_family(family)]})
    error = None if bounds else rank_errors(lambda v, x: _log_density(v, family, x[0]), u, [found.theta])[0]
    loglik = float(np.sum(archimedean_log_density(found, u)))
    return found, fit_report(len(u), loglik, 1, {"theta": error}, bounds, converged)


def _log_density(u: Float2D, family: Family, theta: float) -> Float1D:
    return archimedean_log_density(Archimedean(family, float(theta), u.shape[1]), u)


def most_likely(
    u: Float2D, family: Family, weight: Float1D | float = 1.0, tolerance: float = 1e-9
) -> tuple[Archimedean, bool]:
    """Copula of the greatest likelihood of levels `u`, each row counted `weight` times."""
    low, high = THETA[base_family(family)]

    def cost(x: float) -> float:
        return -float(np.sum(weight * _log_density(u, family, np.exp(x))))

    found = optimize.minimize_scalar(
        cost, bounds=(float(np.log(low)), float(np.log(high))), method="bounded", options={"xatol": tolerance}
    )
    return Archimedean(family, float(np.exp(found.x)), u.shape[1]), bool(found.success)
