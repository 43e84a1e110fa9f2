"""``stresskit calibrate``: read the price files, calibrate, write the snapshot."""

from pathlib import Path

import numpy as np

from stresskit.calibrate.estimate import calibrate
from stresskit.calibrate.spec import CalibrateSpec
from stresskit.domain import Snapshot
from stresskit.market.prices import Prices, load_prices
from stresskit.market.snapshot import load_snapshot, save_snapshot


def run_calibration(spec: CalibrateSpec, base: Path, out: Path) -> tuple[Snapshot, Path]:
    """Calibrate and write ``<out>/<name>.json``.

    Parameters
    ----------
    spec : the table ``[calibrate]``.
    base : folder that the paths of `spec` are relative to.
    out : folder of the snapshot; made if need be.

    Returns
    -------
    The snapshot as a run will load it (numbers of ten digits), and its file.

    Raises
    ------
    DataError
        If a price file is faulty or cannot be fitted.
    """
    hourly, daily = (_load(spec, base, name) for name in (spec.hourly, spec.daily))
    path = out / f"{spec.name}.json"
    save_snapshot(calibrate(hourly, daily, spec), path)
    return load_snapshot(path), path


def _load(spec: CalibrateSpec, base: Path, name: str | None) -> Prices | None:
    if name is None:
        return None
    first = None if spec.start is None else np.datetime64(spec.start, "s")
    last = None if spec.end is None else np.datetime64(spec.end, "s") + np.timedelta64(86399, "s")
    return load_prices(base / name, tuple(spec.assets), spec.gaps, first, last)
