"""``stresskit calibrate``: read the price files, calibrate, write the snapshot."""

from pathlib import Path

from stresskit.calibrate.estimate import calibrate
from stresskit.calibrate.factors import Kind
from stresskit.calibrate.period import load_period
from stresskit.calibrate.progress import Report
from stresskit.calibrate.spec import CalibrateSpec
from stresskit.domain import Snapshot
from stresskit.market.series import load_series
from stresskit.market.snapshot import load_snapshot, save_snapshot


def run_calibration(
    spec: CalibrateSpec, base: Path, out: Path, report: Report | None = None
) -> tuple[Snapshot, Path]:
    """Calibrate and write ``<out>/<name>.json``.

    Parameters
    ----------
    spec : the table ``[calibrate]``.
    base : folder that the paths of `spec` are relative to.
    out : folder of the snapshot; made if need be.
    report : told of each fit as it begins.

    Returns
    -------
    The snapshot as a run will load it (numbers of ten digits), and its file.

    Raises
    ------
    DataError
        If a price file is faulty or cannot be fitted.
    """
    hourly, daily = (
        None
        if name is None
        else load_period(base / name, tuple(spec.assets), spec.gaps, spec.start, spec.end)
        for name in (spec.hourly, spec.daily)
    )
    files: dict[Kind, str | None] = {"funding": spec.funding, "basis": spec.basis_bp}
    series = {kind: load_series(base / name, tuple(spec.assets)) for kind, name in files.items() if name}
    path = out / f"{spec.name}.json"
    save_snapshot(calibrate(hourly, daily, spec, report, series), path)
    return load_snapshot(path), path
