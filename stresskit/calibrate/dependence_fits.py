"""Fits of every dependence asked for to one set of residuals.

A snapshot's dependences are all fitted to the residuals of the reference marginal, so that their
likelihoods can be compared and each goes with every marginal; a run on price files, which fits one
marginal alone, uses that one's residuals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.calibrate.criteria import criteria
from stresskit.calibrate.progress import Meter
from stresskit.config.model import AnyDependence as Spec
from stresskit.domain import Dependence, Float2D
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices
from stresskit.model.copula_fit import CopulaFit, fit_copula, kendall_correlation
from stresskit.spec import duration_text

BATCHES = 20


@dataclass(frozen=True, slots=True, eq=False)
class FittedDependence:
    """One dependence and what is to be said of its fit."""

    dependence: Dependence
    observations: int
    diagnostics: dict[str, Any]


def fit_dependences(
    prices: Prices, residuals: Float2D, specs: Sequence[Spec], meter: Meter
) -> dict[str, FittedDependence]:
    """Fit on the rows of `residuals` (observations, assets) in which every asset has one, by label.

    Raises
    ------
    DataError
        If there are too few rows, or two assets are copies of each other.
    """
    common = residuals[np.isfinite(residuals).all(axis=1)]
    found: dict[str, FittedDependence] = {}
    try:
        elliptical = fit_copula(common)
        for spec in specs:
            meter.begin(f"{duration_text(prices.step_s)} {spec.label}")
            found[spec.label] = _fit(spec, common, elliptical)
    except ValueError as error:
        raise DataError([Problem(prices.path, "", str(error))]) from None
    return found


def _fit(spec: Spec, residuals: Float2D, elliptical: CopulaFit) -> FittedDependence:
    return _elliptical(spec.kind, residuals, elliptical)


def _elliptical(kind: str, residuals: Float2D, fit: CopulaFit) -> FittedDependence:
    """One of the two forms of the copula whose correlation comes from Kendall's tau."""
    n, assets = residuals.shape
    student = kind == "student_t"
    shared = ("repair_distance", "pairwise_likelihood", "note")
    said: dict[str, Any] = {key: fit.diagnostics[key] for key in shared if key in fit.diagnostics}
    if assets > 1:
        loglik = fit.diagnostics[f"loglik_{kind}"]
        errors: dict[str, Any] = {"correlation": correlation_errors(residuals)}
        errors |= {"nu": fit.diagnostics["nu_standard_error"]} if student else {}
        said |= {"loglik": loglik, **criteria(loglik, assets * (assets - 1) // 2 + student, n)}
        said |= {"standard_errors": errors, "bounds": fit.diagnostics["bounds"] if student else []}
    return FittedDependence(Dependence(fit.correlation, fit.nu if student else np.inf), n, said)


def correlation_errors(residuals: Float2D) -> dict[str, float] | None:
    """Mean and largest standard error of the correlations, from twenty consecutive parts of the sample.

    None where a part would have less than fifty rows.
    """
    if len(residuals) < 50 * BATCHES:
        return None
    parts = np.array([kendall_correlation(part) for part in np.array_split(residuals, BATCHES)])
    error = parts.std(axis=0, ddof=1) / np.sqrt(BATCHES)
    pairs = error[np.triu_indices(residuals.shape[1], 1)]
    return {"mean": float(pairs.mean()), "largest": float(pairs.max())}
