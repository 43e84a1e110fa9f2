"""Standardized returns of all assets over the coming step, drawn from the fitted laws and copula."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from stresskit.domain import Float1D, Float2D, Innovation
from stresskit.model.innovations import lower_quantile, upper_quantile

POINTS = 1001
SEED = 20260318


def innovations(laws: Sequence[Innovation], correlation: Float2D, nu: float, draws: int) -> Float2D:
    """Draw the joint law: (draws, assets), the same random numbers at every call.

    One asset needs no luck: its draws are the quantiles at the middles of `draws` equal slices.
    """
    if len(laws) == 1:
        half = (np.arange(draws // 2) + 0.5) / (2 * (draws // 2))
        return np.concatenate((lower_quantile(laws[0], half), upper_quantile(laws[0], half)))[:, None]
    rng = np.random.default_rng(SEED)
    values, vectors = np.linalg.eigh(correlation)
    normal = rng.standard_normal((draws, len(laws))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    if np.isfinite(nu):
        normal *= np.sqrt(nu / rng.chisquare(nu, draws))[:, None]
    return np.column_stack([_mapped(law, normal[:, i], nu) for i, law in enumerate(laws)])


def _mapped(law: Innovation, variate: Float1D, nu: float) -> Float1D:
    """Quantiles of `law` at the levels of the copula's variates (n,), by a table that rises with them."""
    low, high = np.arcsinh(variate.min()), np.arcsinh(variate.max())
    grid = np.sinh(np.linspace(low, high, POINTS))
    below = special.stdtr(nu, -np.abs(grid)) if np.isfinite(nu) else special.ndtr(-np.abs(grid))
    tail = np.asarray(below, dtype=np.float64)
    known = np.where(grid < 0, lower_quantile(law, tail), upper_quantile(law, tail))
    return np.asarray(np.interp(variate, grid, known))
