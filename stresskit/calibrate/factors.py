"""Funding rates and basis of a snapshot, calibrated beside its returns.

A funding rate stamped t settles what happened before t, so it meets the standardized returns of the
bars before t; a bar of the basis is stamped with its opening, as a bar of prices is, and meets that
bar's own. Standardized returns are the residuals of the reference marginal at the hourly step; over
several bars their sum over the root of their number.

Persistence ``p`` over an interval of n steps is ``p^(1/n)`` a step; loading and noise are scaled so
that the long-run deviation stays the same.
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from stresskit.calibrate.factor_fit import FactorFit, fit_factor
from stresskit.domain import Float1D, Float2D
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices
from stresskit.market.series import Series
from stresskit.model.factor import Recursion
from stresskit.spec import duration_text

BASIS_POINT = 1e-4
Kind = Literal["funding", "basis"]
UNIT: dict[Kind, float] = {"funding": 1.0, "basis": BASIS_POINT}


def fit_factors(
    kind: Kind, series: Series, prices: Prices, residuals: Float2D, steps: tuple[int, ...]
) -> dict[str, dict[str, Any]]:
    """Fit one kind of factor for every asset of `series`.

    Parameters
    ----------
    kind : ``funding``: fractions of the notional per interval; ``basis``: basis points of the price.
    series : the factor, any interval that is a whole number of steps of `prices`.
    prices, residuals : prices (stamps, assets) and their standardized returns (stamps - 1, assets).
    steps : lengths in seconds to convert the parameters to.

    Returns
    -------
    By asset what a snapshot file says of the factor, as fractions.

    Raises
    ------
    DataError
        If the interval is no whole number of steps, or a series cannot be fitted.
    """
    if series.step_s % prices.step_s:
        text = f"an interval of whole steps of {duration_text(prices.step_s)}"
        raise DataError([Problem(series.path, "time", f"{text} (found {duration_text(series.step_s)})")])
    file = {"file": Path(series.path).name, "sha256": series.sha256}
    found = {}
    for column, asset in enumerate(series.assets):
        shocks = _shocks(kind, series, prices, residuals[:, prices.assets.index(asset)])
        values = np.where(np.isfinite(shocks), series.values[:, column], np.nan) * UNIT[kind]
        try:
            fit = fit_factor(values, shocks)
        except ValueError as error:
            raise DataError([Problem(series.path, asset, str(error))]) from None
        known = series.times[np.isfinite(values)]
        period = {"first": f"{known[0]}Z", "last": f"{known[-1]}Z"}
        found[asset] = {
            **_numbers(fit, series.step_s, steps),
            **period,
            "diagnostics": fit.diagnostics | file,
        }
    return found


def _shocks(kind: Kind, series: Series, prices: Prices, residuals: Float1D) -> Float1D:
    """Standardized return (stamps of the series,) of each interval, NaN where a bar is missing."""
    n, step = series.step_s // prices.step_s, prices.step_s
    first = prices.times[1].astype(np.int64)
    opening = series.times.astype(np.int64) - (series.step_s if kind == "funding" else 0)
    place, rest = np.divmod(opening - first, step)
    inside = (rest == 0) & (place >= 0) & (place + n <= len(residuals))
    found = np.full(len(series.times), np.nan)
    if inside.any():
        bars = residuals[place[inside][:, None] + np.arange(n)]
        found[inside] = bars.sum(axis=1) / np.sqrt(n)
    return found


def _numbers(fit: FactorFit, interval_s: int, steps: tuple[int, ...]) -> dict[str, Any]:
    return {
        "interval_s": interval_s,
        "mean": fit.mean,
        "persistence": fit.persistence,
        "loading": fit.loading,
        "noise_scale": fit.noise_scale,
        "nu": fit.nu if np.isfinite(fit.nu) else None,
        "long_run_sd": fit.long_run_sd,
        "steps": {duration_text(step): _per_step(fit, step / interval_s) for step in steps},
    }


def _per_step(fit: FactorFit, share: float) -> dict[str, float]:
    """The same factor over a `share` of its interval."""
    whole = Recursion(1.0, fit.mean, fit.persistence, fit.loading, fit.noise_scale, fit.nu)
    part = whole.over(share)
    return {name: getattr(part, name) for name in ("persistence", "loading", "noise_scale")}
