"""Fits of one marginal model to every asset of a price file, and what is to be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.calibrate.criteria import criteria
from stresskit.calibrate.progress import Meter
from stresskit.calibrate.residual_tests import residual_tests
from stresskit.calibrate.uniforms import uniforms
from stresskit.config.model import Marginal
from stresskit.domain import Float1D, Float2D, Marginals, SkewT
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices, simple_returns
from stresskit.model.fit import MarginalFit, fit_marginal, marginals_of, semi_parametric
from stresskit.spec import duration_text

NO_LIKELIHOOD = "an empirical law has no likelihood that could be compared"
NAMES = {"nu": "eta", "skew": "lam"}  # of the skewed t's numbers, in a fit and in a snapshot


@dataclass(frozen=True, slots=True, eq=False)
class FittedMarginals:
    """All assets under one model; `residuals` (observations, assets), NaN where a return is missing."""

    marginals: Marginals
    residuals: Float2D
    diagnostics: dict[str, Any]
    fits: tuple[MarginalFit, ...]


def fit_marginals(
    prices: Prices,
    model: Marginal,
    max_half_life_s: int,
    meter: Meter,
    earlier: Mapping[str, FittedMarginals],
) -> FittedMarginals:
    """Fit `model` to each asset by itself; a gap is left out.

    Semi-parametric innovations take the filter of the Student-t model from the `earlier` fits, by
    label, if it is among them.

    Raises
    ------
    DataError
        If a series is too short or does not vary.
    """
    returns = simple_returns(prices.close)
    residuals, fits = np.full_like(returns, np.nan), []
    filtered = earlier.get(filter_of(model).label) if model.innovations == "semi_parametric" else None
    for i, asset in enumerate(prices.assets):
        meter.begin(f"{duration_text(prices.step_s)} {model.label} {asset}")
        known = np.isfinite(returns[:, i])
        try:
            if filtered is not None:
                fit = semi_parametric(filtered.fits[i])
            else:
                fit = _fit(returns[known, i], prices.step_s, model, max_half_life_s)
        except ValueError as error:
            raise DataError([Problem(prices.path, asset, str(error))]) from None
        residuals[known, i] = fit.residuals
        fits.append(fit)
    said = {asset: _said(fit) for asset, fit in zip(prices.assets, fits, strict=True)}
    return FittedMarginals(marginals_of(fits), residuals, said, tuple(fits))


def filter_of(model: Marginal) -> Marginal:
    """Return the model whose residuals a semi-parametric one takes."""
    return model.model_copy(update={"innovations": "student_t"})


def _fit(returns: Float1D, step_s: int, model: Marginal, max_half_life_s: int) -> MarginalFit:
    return fit_marginal(returns, step_s, model.kind, model.innovations, max_half_life_s, model.mean)


def _said(fit: MarginalFit) -> dict[str, Any]:
    told, n = dict(fit.diagnostics), len(fit.residuals)
    if isinstance(fit.law, SkewT):
        for name in ("standard_errors", "robust_standard_errors"):
            told[name] = {NAMES.get(key, key): error for key, error in told[name].items()}
    parameters = told.pop("free_parameters")
    if told["loglik"] is None:
        told |= {"parameters": None, "aic": None, "bic": None, "reason": NO_LIKELIHOOD}
    else:
        told |= criteria(told["loglik"], parameters, n)
    return told | residual_tests(fit.residuals, uniforms(fit.law, fit.residuals))
