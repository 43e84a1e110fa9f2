"""Log-likelihood of Gaussian and Student-t copulas on pseudo-observations.

``log c(u) = log f_R(x) - sum_i log f(x_i)``, x the quantiles of u, f_R the joint density with
correlation R and f its margin. All assets at once where R has a density; a repaired R is
singular, and there the likelihoods of the pairs are added instead.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import special

from stresskit.domain import Float1D, Float2D, Int1D

SINGULAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class CopulaLikelihood:
    """`levels`: the distinct values of u; `place` (observations, assets) points into them."""

    levels: Float1D
    place: Int1D
    correlation: Float2D
    groups: list[tuple[int, ...]]

    def value(self, nu: float) -> float:
        """Log-likelihood with `nu` degrees of freedom, infinite for the Gaussian."""
        finite = np.isfinite(nu)
        quantiles = special.stdtrit(nu, self.levels) if finite else special.ndtri(self.levels)
        x: Float2D = np.asarray(quantiles, dtype=np.float64)[self.place]
        return float(sum(_joint(x[:, g], self.correlation[np.ix_(g, g)], nu) for g in self.groups))


def build_copula_likelihood(u: Float2D, correlation: Float2D) -> CopulaLikelihood:
    """Prepare for pseudo-observations `u` (observations, assets)."""
    levels, place = np.unique(u, return_inverse=True)
    whole = tuple(range(u.shape[1]))
    regular = np.linalg.eigvalsh(correlation)[0] > SINGULAR
    return CopulaLikelihood(
        levels, place.reshape(u.shape), correlation, [whole] if regular else list(combinations(whole, 2))
    )


def _joint(x: Float2D, correlation: Float2D, nu: float) -> float:
    return float(np.sum(elliptical_log_density(x, correlation, nu)))


def elliptical_log_density(x: Float2D, correlation: Float2D, nu: float) -> Float1D:
    """Joint minus marginal log-density (observations,) at the quantiles x (observations, assets).

    What cancels between the two is left out.
    """
    d = len(correlation)
    root = np.linalg.cholesky(correlation)
    distance = np.sum(np.linalg.solve(root, x.T) ** 2, axis=0)
    determinant = math.fsum(np.log(np.diag(root)))
    if not np.isfinite(nu):
        gaussian: Float1D = (np.sum(x * x, axis=1) - distance) / 2 - determinant
        return gaussian
    constant = math.lgamma((nu + d) / 2) + (d - 1) * math.lgamma(nu / 2) - d * math.lgamma((nu + 1) / 2)
    joint = (nu + d) / 2 * np.log1p(distance / nu)
    margins = (nu + 1) / 2 * np.sum(np.log1p(x * x / nu), axis=1)
    student: Float1D = constant - joint + margins - determinant
    return student
