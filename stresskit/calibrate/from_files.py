"""The market of a run whose config names price files: calibrated on the way."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from stresskit.calibrate.estimate import hashed
from stresskit.calibrate.period import load_period
from stresskit.calibrate.progress import Meter
from stresskit.calibrate.step import Wanted, calibrate_step
from stresskit.calibrate.volume import daily_volume_usd
from stresskit.config.market import FileMarket
from stresskit.config.model import Model
from stresskit.domain import Float1D, Snapshot
from stresskit.errors import ConfigError, Problem
from stresskit.market.prices import Prices
from stresskit.market.volumes import load_volumes
from stresskit.spec import duration_text


def calibrate_files(market: FileMarket, step_s: int, base: Path, model: Model) -> Snapshot:
    """Fit one marginal model to all assets of a price file, and one dependence to its residuals.

    Parameters
    ----------
    market : the table ``[market]``.
    step_s : step of the run in seconds; the file must have the same.
    base : folder that the paths of `market` are relative to.
    model : what the run draws from; nothing else is fitted.

    Returns
    -------
    A snapshot named after the price file. Its `data_sha256` is the hash of that file, or of both
    hashes in a row where a volume file was read too.

    Raises
    ------
    ConfigError
        If the file has another step.
    DataError
        If a file is faulty, or a series cannot be fitted.
    """
    path = base / market.prices
    prices = load_period(path, None, market.gaps, market.start, market.end)
    if prices.step_s != step_s:
        expected = f"{duration_text(prices.step_s)}, the step of {path} (found {duration_text(step_s)})"
        raise ConfigError([Problem("", "simulation.step", expected)])
    volume, about, hashes = _volume(market, base, prices)
    wanted = Wanted([model.marginal], [model.dependence], market.max_half_life)
    fitted = calibrate_step(prices, wanted, {"volume": about}, Meter(0, None))
    return hashed(
        Snapshot(
            name=path.stem,
            assets=prices.assets,
            as_of=str(prices.times[-1].astype("datetime64[D]")),
            source=_source(market),
            data_sha256=hashes[0]
            if len(hashes) == 1
            else hashlib.sha256("".join(hashes).encode()).hexdigest(),
            daily_volume_usd=volume,
            calibrations=fitted.calibrations,
            sha256="",
            ranking={duration_text(step_s): fitted.ranking},
        )
    )


def _source(market: FileMarket) -> str:
    text = f"calibrated for this run on {Path(market.prices).name}"
    return text if market.volume is None else f"{text}, volume from {Path(market.volume).name}"


def _volume(market: FileMarket, base: Path, prices: Prices) -> tuple[Float1D, dict[str, Any], list[str]]:
    """Daily volume (assets,) in USD, what is said of it, and the hashes of all files read."""
    if market.volume is None:
        return *daily_volume_usd(prices), [prices.sha256]
    volumes, sha256 = load_volumes(base / market.volume, prices)
    found, about = daily_volume_usd(replace(prices, volume=volumes, source=None))
    file = {"file": Path(market.volume).name, "sha256": sha256}
    return found, {**file, **about}, [prices.sha256, sha256]
