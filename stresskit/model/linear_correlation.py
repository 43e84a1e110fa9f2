"""Correlation of an elliptical copula that gives the residuals their own linear correlation.

A copula is fitted to ranks, and inverting Kendall's tau is the robust way to its correlation. What a
hedged book loses, though, lives on the variance of a difference, so on the *linear* correlation of the
residuals; where their law is not elliptical the two disagree (days on which one asset moves alone leave
tau nearly as it is). Here the copula's correlation is chosen pair by pair so that, with the residuals'
own margins, its linear correlation is that of the sample. Under a true elliptical copula both estimate
the same number; this one is the noisier, the heavier the tails.

Given the common scale s of a Student-t copula (1 for the Gaussian) the variates are normal, and by
Mehler's formula ``E[g_i g_j | s] = sum_k a_ik(s) a_jk(s) rho^k`` with the Hermite coefficients a of
``g(n) = quantile(F_nu(s n))``.

Sources: Cario, Nelson, "Modeling and generating random vectors with arbitrary marginal distributions
and correlation matrix", Northwestern University, 1997; Kibble, Proceedings of the Cambridge
Philosophical Society 41 (1945), for Mehler's formula.
"""

from itertools import combinations

import numpy as np
from scipy import optimize, special, stats

from stresskit.domain import Float1D, Float2D, Float3D

ORDER = 40
SCALES = 200
NODES = np.linspace(-8.0, 8.0, 801)
MOST = 0.9999


def matched_correlation(residuals: Float2D, nu: float) -> Float2D:
    """Pairwise copula correlation (assets, assets) for `nu` degrees of freedom; may be indefinite.

    `residuals` (observations, assets); infinite `nu`: the Gaussian copula.
    """
    linear = np.asarray(np.corrcoef(residuals.T))
    coefficients, mean, deviation = _hermite(np.sort(residuals, axis=0), nu)
    assets = residuals.shape[1]
    rho = np.eye(assets)
    for i, j in combinations(range(assets), 2):
        terms = np.mean(coefficients[i] * coefficients[j], axis=0)
        terms[0] -= mean[i] * mean[j]
        terms /= deviation[i] * deviation[j]
        rho[i, j] = rho[j, i] = _solve(terms, float(linear[i, j]))
    return rho


def _solve(terms: Float1D, wanted: float) -> float:
    """Where the linear correlation, which rises with rho, is the `wanted` one, as near as it comes."""

    def excess(rho: float) -> float:
        return float(np.polynomial.polynomial.polyval(rho, terms)) - wanted

    if excess(MOST) <= 0:
        return MOST
    if excess(-MOST) >= 0:
        return -MOST
    return float(optimize.brentq(excess, -MOST, MOST, xtol=1e-10))


def _hermite(ordered: Float2D, nu: float) -> tuple[Float3D, Float1D, Float1D]:
    """Coefficients (assets, scales, orders), mean and deviation (assets,) of the margins."""
    weight = stats.norm.pdf(NODES)
    weight /= weight.sum()
    basis = _polynomials() * weight
    scale = _scales(nu)
    level = _levels(scale[:, None] * NODES, nu)
    places = (np.arange(len(ordered)) + 0.5) / len(ordered)
    found = [np.interp(level, places, column) for column in ordered.T]
    mean = np.array([np.mean(g @ weight) for g in found])
    square = np.array([np.mean(g**2 @ weight) for g in found])
    return np.array([g @ basis.T for g in found]), mean, np.sqrt(square - mean**2)


def _polynomials() -> Float2D:
    """Hermite polynomials of unit norm at the nodes (orders, nodes)."""
    rows = [np.ones_like(NODES), NODES.copy()]
    for k in range(2, ORDER):
        rows.append((NODES * rows[-1] - np.sqrt(k - 1.0) * rows[-2]) / np.sqrt(k))
    return np.array(rows)


def _scales(nu: float) -> Float1D:
    """Scales of the copula, at the middles of equally likely slices."""
    if not np.isfinite(nu):
        return np.ones(1)
    middles = (np.arange(SCALES) + 0.5) / SCALES
    return np.asarray(np.sqrt(nu / stats.chi2.ppf(middles, nu)))


def _levels(variates: Float2D, nu: float) -> Float2D:
    found = special.stdtr(nu, variates) if np.isfinite(nu) else special.ndtr(variates)
    return np.asarray(found, dtype=np.float64)
