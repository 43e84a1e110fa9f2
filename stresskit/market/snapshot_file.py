"""What a snapshot file says, as JSON, and the same as the nouns of the domain.

One entry a calibration, one object an asset; variances are of simple returns over one step,
numbers have ten significant digits, and the degrees of freedom of a normal are null. What is
said of the sample of a step (file, gaps, volume) stands once and joins the diagnostics of each
calibration at that step under ``sample``.
"""

import json
from typing import Any, Literal

import numpy as np

from stresskit.domain import Calibration, Dependence, Float1D, JointModel, Marginals, Snapshot
from stresskit.spec import Name, NonNegative, Positive, Spec

DIGITS = 10
SAMPLE = "sample"


class MarginalEntry(Spec):
    """One asset's recursion."""

    mean: float
    omega: Positive
    alpha: NonNegative
    gamma: float
    beta: NonNegative
    nu: Positive | None
    long_run_variance: Positive
    current_variance: Positive


class CalibrationEntry(Spec):
    """One joint model; `correlation` has a row an asset, `copula_nu` is null for the Gaussian."""

    step_s: int
    first: str
    last: str
    observations: int
    marginals: dict[str, MarginalEntry]
    correlation: list[list[float]]
    copula_nu: Positive | None
    diagnostics: dict[str, Any]


class SnapshotFile(Spec):
    """The whole file."""

    format: Literal[1]
    name: Name
    assets: list[Name]
    as_of: str
    source: str
    data_sha256: str
    daily_volume_usd: dict[str, Positive | None]
    samples: dict[str, dict[str, Any]]
    calibrations: dict[str, CalibrationEntry]


def calibration_of(entry: CalibrationEntry, assets: tuple[str, ...], sample: dict[str, Any]) -> Calibration:
    """Read one entry, its arrays in the order of `assets`; `sample` joins its diagnostics."""
    rows = [entry.marginals[asset] for asset in assets]

    def column(name: str, missing: float = np.nan) -> Float1D:
        values = [getattr(row, name) for row in rows]
        return np.array([missing if v is None else v for v in values], dtype=np.float64)

    fields = {name: column(name, np.inf) for name in MarginalEntry.model_fields}
    nu = np.inf if entry.copula_nu is None else entry.copula_nu
    dependence = Dependence(np.array(entry.correlation, dtype=np.float64), nu)
    model = JointModel(assets, entry.step_s, Marginals(**fields), dependence)
    diagnostics = entry.diagnostics | {SAMPLE: sample}
    return Calibration(model, entry.first, entry.last, entry.observations, diagnostics)


def snapshot_of(file: SnapshotFile, sha256: str) -> Snapshot:
    """Read the file, once it is known to be sound."""
    assets = tuple(file.assets)
    volume = [file.daily_volume_usd[asset] for asset in assets]
    calibrations = {
        key: calibration_of(entry, assets, file.samples.get(key.split("/")[0], {}))
        for key, entry in file.calibrations.items()
    }
    return Snapshot(
        name=file.name,
        assets=assets,
        as_of=file.as_of,
        source=file.source,
        data_sha256=file.data_sha256,
        daily_volume_usd=np.array([np.nan if v is None else v for v in volume], dtype=np.float64),
        calibrations=calibrations,
        sha256=sha256,
    )


def _plain(value: Any) -> Any:
    """Python numbers of ten digits in place of numpy's; infinite and undefined become null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def _entry(calibration: Calibration) -> dict[str, Any]:
    model, margins = calibration.model, calibration.model.marginals
    dependence = model.dependence
    assert isinstance(dependence, Dependence)
    names = MarginalEntry.model_fields
    marginals = {a: {n: getattr(margins, n)[i] for n in names} for i, a in enumerate(model.assets)}
    return {
        "step_s": model.step_s,
        "first": calibration.first,
        "last": calibration.last,
        "observations": calibration.observations,
        "marginals": marginals,
        "correlation": dependence.correlation,
        "copula_nu": dependence.nu,
        "diagnostics": {k: v for k, v in calibration.diagnostics.items() if k != SAMPLE},
    }


def snapshot_text(snapshot: Snapshot) -> str:
    """Write a snapshot: the same bytes for the same numbers, one row a line."""
    volume = dict(zip(snapshot.assets, snapshot.daily_volume_usd, strict=True))
    calibrations = dict(sorted(snapshot.calibrations.items()))
    document = {
        "format": 1,
        "name": snapshot.name,
        "assets": snapshot.assets,
        "as_of": snapshot.as_of,
        "source": snapshot.source,
        "data_sha256": snapshot.data_sha256,
        "daily_volume_usd": volume,
        "samples": {key.split("/")[0]: c.diagnostics.get(SAMPLE, {}) for key, c in calibrations.items()},
        "calibrations": {key: _entry(calibration) for key, calibration in calibrations.items()},
    }
    return _indented(_plain(document), 0) + "\n"


def _indented(value: Any, depth: int) -> str:
    """JSON with an object's keys on lines of their own where it holds more than numbers."""
    if isinstance(value, dict) and any(isinstance(item, (dict, list)) for item in value.values()):
        pad = " " * (depth + 1)
        lines = [f"{pad}{json.dumps(key)}: {_indented(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}"
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        pad = " " * (depth + 1)
        return "[\n" + ",\n".join(pad + json.dumps(item) for item in value) + "\n" + " " * depth + "]"
    return json.dumps(value, allow_nan=False)
