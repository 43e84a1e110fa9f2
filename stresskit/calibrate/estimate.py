"""From prices to a snapshot: every marginal model and every dependence asked for at each step given."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from stresskit.calibrate.agreement import compare_volatility
from stresskit.calibrate.factors import Kind, fit_factors
from stresskit.calibrate.progress import Meter, Report
from stresskit.calibrate.spec import CalibrateSpec
from stresskit.calibrate.step import Wanted, calibrate_step
from stresskit.calibrate.volume import daily_volume_usd
from stresskit.domain import Calibration, Float1D, Float2D, Snapshot
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.prices import Prices
from stresskit.market.series import Series
from stresskit.market.snapshot_text import snapshot_text
from stresskit.spec import duration_text

NOTHING: Mapping[Kind, Series] = MappingProxyType({})
STEPS = {"hourly": 3600, "daily": 86400}


def calibrate(
    hourly: Prices | None,
    daily: Prices | None,
    spec: CalibrateSpec,
    report: Report | None = None,
    series: Mapping[Kind, Series] = NOTHING,
) -> Snapshot:
    """Fit the models of `spec` at 1h, at 1d or at both.

    Parameters
    ----------
    hourly, daily : prices of the assets of `spec`, already cut to its period.
    spec : name, models, guard, source and date; its paths are not read here.
    report : told of each fit as it begins.
    series : funding and basis, to be fitted beside the hourly returns.

    Raises
    ------
    ConfigError
        If neither is given.
    DataError
        If a file has another step than it should, or a series cannot be fitted.
    """
    given = {name: p for name, p in (("hourly", hourly), ("daily", daily)) if p is not None}
    if not given:
        raise ConfigError([Problem("", "calibrate.hourly", "an hourly or a daily price file")])
    for name, prices in given.items():
        _check_step(prices, STEPS[name])
    volume, about_volume = _volume(list(given.values()))
    shared: dict[str, Any] = {"volume": about_volume}
    if hourly is not None and daily is not None:
        shared["ten_day_volatility"] = compare_volatility(hourly, daily)
    wanted = Wanted(spec.marginals(), spec.dependences, spec.max_half_life)
    meter = Meter(len(given) * wanted.fits(len(spec.assets)), report)
    calibrations: dict[str, Calibration] = {}
    ranking: dict[str, Any] = {}
    residuals: dict[int, Float2D] = {}
    for prices in given.values():
        fitted = calibrate_step(prices, wanted, shared, meter)
        calibrations |= fitted.calibrations
        ranking[duration_text(prices.step_s)] = fitted.ranking
        residuals[prices.step_s] = fitted.residuals
    hashes = "".join(prices.sha256 for prices in given.values())
    last = max(prices.times[-1] for prices in given.values()).astype("datetime64[D]")
    return hashed(
        Snapshot(
            name=spec.name,
            assets=tuple(spec.assets),
            as_of=str(spec.as_of or last),
            source=spec.source,
            data_sha256=hashlib.sha256(hashes.encode()).hexdigest(),
            daily_volume_usd=volume,
            calibrations=calibrations,
            sha256="",
            ranking=ranking,
            factors=_factors(hourly, residuals, series),
        )
    )


def _factors(
    hourly: Prices | None, residuals: Mapping[int, Float2D], series: Mapping[Kind, Series]
) -> dict[str, Any]:
    """What was fitted of funding and basis, by asset and kind."""
    found: dict[str, Any] = {}
    for kind, given in series.items():
        if hourly is None:
            raise ConfigError(
                [Problem("", "calibrate.hourly", "a price file, to fit the other series beside")]
            )
        fits = fit_factors(kind, given, hourly, residuals[hourly.step_s], tuple(residuals))
        for asset, fit in fits.items():
            found.setdefault(asset, {})[kind] = fit
    return found


def hashed(snapshot: Snapshot) -> Snapshot:
    """Return `snapshot` with the hash of the file that it would be written to."""
    return replace(snapshot, sha256=hashlib.sha256(snapshot_text(snapshot).encode()).hexdigest())


def _check_step(prices: Prices, step_s: int) -> None:
    if prices.step_s != step_s:
        text = f"prices every {duration_text(step_s)} (found every {duration_text(prices.step_s)})"
        raise DataError([Problem(prices.path, "", text)])


def _volume(given: list[Prices]) -> tuple[Float1D, dict[str, Any]]:
    """Volume from the first file that has any."""
    found = [daily_volume_usd(prices) for prices in given]
    return next((pair for pair in found if np.isfinite(pair[0]).any()), found[0])
