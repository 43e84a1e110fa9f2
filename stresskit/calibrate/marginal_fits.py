"""Fits of one marginal model to every asset of a price file, and what is to be said of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from stresskit.calibrate.criteria import criteria, marginal_parameters
from stresskit.calibrate.progress import Meter
from stresskit.calibrate.residual_tests import residual_tests
from stresskit.config.model import Marginal
from stresskit.domain import Float1D, Float2D, Marginals
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices, simple_returns
from stresskit.model.fit import MarginalFit, fit_marginal
from stresskit.model.joint_fit import columns
from stresskit.spec import duration_text


@dataclass(frozen=True, slots=True, eq=False)
class FittedMarginals:
    """All assets under one model; `residuals` (observations, assets), NaN where a return is missing."""

    marginals: Marginals
    residuals: Float2D
    diagnostics: dict[str, Any]


def fit_marginals(prices: Prices, model: Marginal, max_half_life_s: int, meter: Meter) -> FittedMarginals:
    """Fit `model` to each asset by itself; a gap is left out.

    Raises
    ------
    DataError
        If a series is too short or does not vary.
    """
    returns = simple_returns(prices.close)
    residuals, fits = np.full_like(returns, np.nan), []
    for i, asset in enumerate(prices.assets):
        meter.begin(f"{duration_text(prices.step_s)} {model.label} {asset}")
        known = np.isfinite(returns[:, i])
        try:
            fit = fit_marginal(
                returns[known, i], prices.step_s, model.kind, model.innovations, max_half_life_s
            )
        except ValueError as error:
            raise DataError([Problem(prices.path, asset, str(error))]) from None
        residuals[known, i] = fit.residuals
        fits.append(fit)
    said = {asset: _said(fit, model) for asset, fit in zip(prices.assets, fits, strict=True)}
    return FittedMarginals(columns(fits), residuals, said)


def _said(fit: MarginalFit, model: Marginal) -> dict[str, Any]:
    k = marginal_parameters(model.kind, model.innovations, model.mean)
    weighed = criteria(fit.diagnostics["loglik"], k, len(fit.residuals))
    return {**fit.diagnostics, **weighed, **residual_tests(fit.residuals, _uniforms(fit))}


def _uniforms(fit: MarginalFit) -> Float1D:
    """Probability integral transform of the residuals under the fitted law."""
    nu = fit.parameters.nu
    if not np.isfinite(nu):
        return np.asarray(special.ndtr(fit.residuals), dtype=np.float64)
    scaled = fit.residuals * np.sqrt(nu / (nu - 2))
    return np.asarray(special.stdtr(nu, scaled), dtype=np.float64)
