"""Whether the numbers of a snapshot file can be a model; every fault with its JSON pointer."""

from collections.abc import Iterator

import numpy as np
from pydantic import ValidationError

from stresskit.errors import Problem
from stresskit.market.snapshot_file import CalibrationEntry, MarginalEntry, SnapshotFile
from stresskit.numerics.correlation import is_correlation
from stresskit.spec import duration_text

ROUNDING = 1e-8
Fault = tuple[str, str]


def pointer(*parts: object) -> str:
    """JSON pointer (RFC 6901) to the place that `parts` lead to."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def shape_problems(where: str, error: ValidationError) -> list[Problem]:
    """Report what pydantic found: missing and unknown keys, wrong types, NaN."""
    return [Problem(where, pointer(*fault["loc"]), fault["msg"]) for fault in error.errors()]


def sense_problems(where: str, file: SnapshotFile) -> list[Problem]:
    """Check what types cannot say."""
    return [Problem(where, key, expected) for key, expected in _faults(file)]


def _faults(file: SnapshotFile) -> Iterator[Fault]:
    if not file.assets or len(set(file.assets)) < len(file.assets):
        yield "/assets", "one or more different assets"
    if not file.calibrations:
        yield "/calibrations", "one or more calibrations"
    if set(file.daily_volume_usd) != set(file.assets):
        yield "/daily_volume_usd", "one entry for each asset"
    for key, entry in file.calibrations.items():
        for place, expected in _calibration_faults(file, key, entry):
            yield pointer("calibrations", key) + place, expected


def _calibration_faults(file: SnapshotFile, key: str, entry: CalibrationEntry) -> Iterator[Fault]:
    parts = key.split("/")
    if len(parts) != 4 or entry.step_s <= 0 or parts[0] != duration_text(entry.step_s):
        yield "", "a key step/marginal/innovations/dependence whose step is the entry's step_s"
        return
    if set(entry.marginals) != set(file.assets):
        yield "/marginals", "one entry for each asset"
    for asset, margin in entry.marginals.items():
        for name, expected in _marginal_faults(margin, parts[2]):
            yield pointer("marginals", asset, name), expected
    if (entry.copula_nu is None) != (parts[3] == "gaussian") or (entry.copula_nu or 3.0) <= 2:
        yield "/copula_nu", "null for a Gaussian copula, above 2 for a Student-t"
    n, rows = len(file.assets), entry.correlation
    if len(rows) != n or any(len(row) != n for row in rows):
        yield "/correlation", f"{n} rows of {n} numbers"
    elif not is_correlation(np.array(rows), ROUNDING):
        yield "/correlation", "a symmetric positive semidefinite matrix with ones on its diagonal"


def _marginal_faults(at: MarginalEntry, innovations: str) -> Iterator[Fault]:
    persistence = at.alpha + at.gamma / 2 + at.beta
    if at.alpha + at.gamma < -ROUNDING:
        yield "gamma", "at least -alpha"
    if persistence >= 1:
        yield "beta", f"a persistence alpha + gamma/2 + beta below 1 (found {persistence:.6g})"
    elif not np.isclose(at.omega, at.long_run_variance * (1 - persistence), rtol=1e-4):
        yield "omega", "long_run_variance x (1 - persistence)"
    if (at.nu is None) != (innovations == "normal") or (at.nu or 3.0) <= 2:
        yield "nu", "null for normal innovations, above 2 for Student-t"
