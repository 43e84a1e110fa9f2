"""What all copula fits share: the ranks they are made on, and the report they hand back."""

from typing import Any

import numpy as np
from scipy import stats

from stresskit.domain import Float2D
from stresskit.model.copula_fit import FEWEST


def pseudo_observations(residuals: Float2D) -> Float2D:
    """Ranks over n + 1 of `residuals` (observations, assets), average ranks for ties.

    Raises
    ------
    ValueError
        If a residual is NaN or infinite, or there are fewer than 100 rows or 2 assets.
    """
    if not np.isfinite(residuals).all():
        raise ValueError("residuals that are finite numbers")
    n, assets = residuals.shape
    if n < FEWEST:
        raise ValueError(f"at least {FEWEST} times at which every asset has a return (found {n})")
    if assets < 2:
        raise ValueError("at least two assets: one alone depends on nothing")
    return np.asarray(stats.rankdata(residuals, axis=0) / (n + 1), dtype=np.float64)


def fit_report(
    observations: int,
    loglik: float,
    parameters: int,
    standard_errors: dict[str, Any],
    bounds: list[str],
    converged: bool,
) -> dict[str, Any]:
    """Diagnostics of a fit of so many `parameters`; a missing standard error is None."""
    return {
        "observations": observations,
        "loglik": float(loglik),
        "parameters": parameters,
        "aic": float(2 * parameters - 2 * loglik),
        "bic": float(np.log(observations) * parameters - 2 * loglik),
        "standard_errors": standard_errors,
        "bounds": bounds,
        "converged": bool(converged),
    }


def bound_hits(values: dict[str, float], ranges: dict[str, tuple[float, float]]) -> list[str]:
    """The parameters that lie on an end of their range, in words."""
    hits = []
    for name, (low, high) in ranges.items():
        if not low * 1.001 < values[name] < high * 0.999:
            hits.append(f"{name} at a bound: {values[name]:.4g} of {low:g} to {high:g}")
    return hits
