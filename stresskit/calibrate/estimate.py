"""From prices to a snapshot: every marginal model with both dependences at each step given."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.calibrate.agreement import compare_volatility
from stresskit.calibrate.spec import CalibrateSpec
from stresskit.calibrate.volume import daily_volume_usd
from stresskit.domain import Calibration, Float1D, Snapshot
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.prices import Prices, simple_returns
from stresskit.market.snapshot_file import snapshot_text
from stresskit.model.joint_fit import FitError, fit_joint
from stresskit.spec import duration_text

MARGINALS = tuple(product(("garch", "gjr_garch"), ("normal", "student_t")))
DEPENDENCES = ("gaussian", "student_t")
STEPS = {"hourly": 3600, "daily": 86400}


def calibrate(hourly: Prices | None, daily: Prices | None, spec: CalibrateSpec) -> Snapshot:
    """Fit all models at 1h, at 1d or at both.

    Parameters
    ----------
    hourly, daily : prices of the assets of `spec`, already cut to its period.
    spec : name, guard, source and date; its paths are not read here.

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
    calibrations: dict[str, Calibration] = {}
    for prices in given.values():
        calibrations |= calibrate_step(prices, spec.max_half_life, shared)
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
        )
    )


def hashed(snapshot: Snapshot) -> Snapshot:
    """Return `snapshot` with the hash of the file that it would be written to."""
    return replace(snapshot, sha256=hashlib.sha256(snapshot_text(snapshot).encode()).hexdigest())


def calibrate_step(
    prices: Prices,
    max_half_life_s: int,
    shared: dict[str, Any],
    marginals: Iterable[tuple[str, str]] = MARGINALS,
) -> dict[str, Calibration]:
    """Fit at the step of `prices`.

    Parameters
    ----------
    prices : what to fit; all of its assets.
    max_half_life_s : guard of the persistence, in seconds.
    shared : joins what is said of the sample.
    marginals : kind and innovations of each model to fit (default: all there are).

    Returns
    -------
    Calibrations by key, with both dependences for every marginal model.

    Raises
    ------
    DataError
        If a series cannot be fitted.
    """
    step = duration_text(prices.step_s)
    returns = simple_returns(prices.close)
    file = {"file": Path(prices.path).name, "sha256": prices.sha256}
    sample = {**file, "max_half_life": duration_text(max_half_life_s), "prices": prices.report, **shared}
    first, last = f"{prices.times[1]}Z", f"{prices.times[-1]}Z"
    found = {}
    for kind, innovations in marginals:
        try:
            fit = fit_joint(prices.assets, returns, prices.step_s, kind, innovations, max_half_life_s)
        except FitError as error:
            raise DataError([Problem(prices.path, error.asset, str(error))]) from None
        diagnostics = fit.diagnostics | {"sample": sample}
        for dependence in DEPENDENCES:
            key = f"{step}/{kind}/{innovations}/{dependence}"
            found[key] = Calibration(fit.model(dependence), first, last, fit.observations, diagnostics)
    return found


def _check_step(prices: Prices, step_s: int) -> None:
    if prices.step_s != step_s:
        text = f"prices every {duration_text(step_s)} (found every {duration_text(prices.step_s)})"
        raise DataError([Problem(prices.path, "", text)])


def _volume(given: list[Prices]) -> tuple[Float1D, dict[str, Any]]:
    """Volume from the first file that has any."""
    found = [daily_volume_usd(prices) for prices in given]
    return next((pair for pair in found if np.isfinite(pair[0]).any()), found[0])
