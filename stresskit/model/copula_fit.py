"""Elliptical copula from standardized residuals.

Correlation by inversion of Kendall's tau, ``rho = sin(pi tau / 2)``, which holds for every
elliptical copula whatever its degrees of freedom (Spearman's formula does not), or so that the linear
correlation of the residuals is kept; repaired to the nearest correlation matrix where the pairs do not
fit together. Degrees of freedom by maximum likelihood on the ranks ``rank / (n + 1)``, given that
correlation.

Source: McNeil, Frey, Embrechts, "Quantitative Risk Management", 2015, section 7.5.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from scipy import optimize, stats

from stresskit.domain import Float2D
from stresskit.model.copula_likelihood import CopulaLikelihood, build_copula_likelihood
from stresskit.model.linear_correlation import matched_correlation
from stresskit.numerics.correlation import nearest_correlation

NU = (2.1, 100.0)
COPIES = 1 - 1e-9
FEWEST = 100
ROUNDS = 5  # of correlation and degrees of freedom in turn, where one depends on the other


@dataclass(frozen=True, slots=True, eq=False)
class CopulaFit:
    """One correlation matrix (assets, assets) for both copulas; `nu` belongs to the Student-t."""

    correlation: Float2D
    nu: float
    diagnostics: dict[str, Any]


def fit_copula(residuals: Float2D) -> CopulaFit:
    """Fit on `residuals` (observations, assets): rows in which every asset has one.

    Raises
    ------
    ValueError
        If there are fewer than 100 rows, or two assets are copies of each other.
    """
    n, assets = residuals.shape
    if n < FEWEST:
        raise ValueError(f"at least {FEWEST} times at which every asset has a return (found {n})")
    if assets == 1:
        return CopulaFit(np.eye(1), NU[1], {"observations": n, "note": "one asset: nothing depends"})
    correlation, distance = nearest_correlation(kendall_correlation(residuals))
    if np.abs(correlation - np.eye(assets)).max() > COPIES:
        raise ValueError("no two assets whose returns are copies of each other")
    return _report(_likelihood(residuals, correlation), distance)


def fit_matched(residuals: Float2D, law: Literal["gaussian", "student_t"]) -> CopulaFit:
    """Fit that keeps the linear correlation of the residuals, for one of the copulas; see `fit_copula`.

    The correlation depends a little on the degrees of freedom, and these on it: they are found in turns.
    """
    first = fit_copula(residuals)
    if residuals.shape[1] == 1:
        return first
    nu = first.nu if law == "student_t" else np.inf
    for _ in range(ROUNDS if law == "student_t" else 1):
        correlation, distance = nearest_correlation(matched_correlation(residuals, nu))
        likelihood = _likelihood(residuals, correlation)
        if law == "student_t":
            nu = _most_likely(likelihood)
    return _report(likelihood, distance)


def _likelihood(residuals: Float2D, correlation: Float2D) -> CopulaLikelihood:
    return build_copula_likelihood(stats.rankdata(residuals, axis=0) / (len(residuals) + 1), correlation)


def _report(likelihood: CopulaLikelihood, distance: float) -> CopulaFit:
    nu = _most_likely(likelihood)
    report = {
        "observations": len(likelihood.place),
        "repair_distance": distance,
        "pairwise_likelihood": len(likelihood.groups) > 1,
    }
    return CopulaFit(likelihood.correlation, nu, report | _student_report(likelihood, nu))


def kendall_correlation(residuals: Float2D) -> Float2D:
    """Pairwise ``sin(pi tau / 2)`` of `residuals` (observations, assets); may be indefinite."""
    assets = residuals.shape[1]
    rho = np.eye(assets)
    for i, j in combinations(range(assets), 2):
        tau = stats.kendalltau(residuals[:, i], residuals[:, j]).statistic
        rho[i, j] = rho[j, i] = np.sin(np.pi / 2 * tau)
    return rho


def _most_likely(likelihood: CopulaLikelihood) -> float:
    low, high = np.log(NU)
    found = optimize.minimize_scalar(
        lambda x: -likelihood.value(float(np.exp(x))),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def _student_report(likelihood: CopulaLikelihood, nu: float) -> dict[str, Any]:
    """Likelihoods and the error of nu, with the bound it lies on if it does."""
    inside = NU[0] * 1.001 < nu < NU[1] * 0.999
    middle, step = likelihood.value(nu), 0.01 * nu
    curvature = (
        (likelihood.value(nu + step) - 2 * middle + likelihood.value(nu - step)) / step**2 if inside else 0.0
    )
    return {
        "loglik_student_t": middle,
        "loglik_gaussian": likelihood.value(np.inf),
        "nu_standard_error": float((-curvature) ** -0.5) if curvature < 0 else None,
        "bounds": [] if inside else [f"nu at a bound: {nu:.4g} of {NU[0]:g} to {NU[1]:g}"],
    }
