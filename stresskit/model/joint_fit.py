"""Fit of a joint model: every asset's marginal, then the copula of the residuals."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.domain import Dependence, Float2D, JointModel, Marginals
from stresskit.model.copula_fit import CopulaFit, fit_copula
from stresskit.model.fit import DAY_S, fit_marginal, marginals_of


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """Marginals of all assets and the copula in both its forms; `observations` are common rows."""

    assets: tuple[str, ...]
    step_s: int
    marginals: Marginals
    copula: CopulaFit
    observations: int
    diagnostics: dict[str, Any]

    def model(self, dependence: str) -> JointModel:
        """Joint model with ``gaussian`` or ``student_t`` dependence."""
        nu = np.inf if dependence == "gaussian" else self.copula.nu
        return JointModel(self.assets, self.step_s, self.marginals, Dependence(self.copula.correlation, nu))


class FitError(ValueError):
    """A series that cannot be fitted; `asset` names it (empty: the assets together)."""

    def __init__(self, asset: str, expected: str) -> None:
        self.asset = asset
        super().__init__(expected)


def fit_joint(
    assets: tuple[str, ...],
    returns: Float2D,
    step_s: int,
    kind: str,
    innovations: str,
    max_half_life_s: int = 60 * DAY_S,
    mean: str = "zero",
) -> JointFit:
    """Fit `returns` (observations, assets), NaN where one is missing.

    A marginal uses every return of its asset, with those on the two sides of a gap next to each
    other in the recursion; the copula uses the rows in which all assets have a return.

    Raises
    ------
    FitError
        If a series is too short or does not vary, or two assets are copies of each other.
    """
    fits, residuals = [], np.full_like(returns, np.nan)
    for i, asset in enumerate(assets):
        known = np.isfinite(returns[:, i])
        try:
            fit = fit_marginal(returns[known, i], step_s, kind, innovations, max_half_life_s, mean)
        except ValueError as error:
            raise FitError(asset, str(error)) from None
        residuals[known, i] = fit.residuals
        fits.append(fit)
    common = np.isfinite(residuals).all(axis=1)
    try:
        copula = fit_copula(residuals[common])
    except ValueError as error:
        raise FitError("", str(error)) from None
    by_asset = {asset: fit.diagnostics for asset, fit in zip(assets, fits, strict=True)}
    diagnostics = {"assets": by_asset, "dependence": copula.diagnostics}
    return JointFit(assets, step_s, marginals_of(fits), copula, int(common.sum()), diagnostics)
