"""A snapshot as flat rows, for the screen and for JSON."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresskit.domain import Calibration, Snapshot
from stresskit.market.snapshot_dependence import entry_of
from stresskit.market.snapshot_marginals import rows_of

YEAR_S = 365 * 86400
VARIANCES = ("long_run_variance", "current_variance")
SAID_OF_MARGINALS = (
    "observations",
    "converged",
    "loglik",
    "parameters",
    "aic",
    "bic",
    "reason",
    "persistence",
    "half_life_days",
    "bounds",
    "standard_errors",
    "acf",
    "acf_squares",
    "pit",
)


def describe(snapshot: Snapshot) -> dict[str, Any]:
    """Plain values only: what the snapshot is, a row an asset and model, a row a dependence, the ranking.

    Volatilities are annualized fractions; figures that the file does not hold are None.
    """
    marginals, dependences, samples = _parts(snapshot)
    volume = zip(snapshot.assets, snapshot.daily_volume_usd.tolist(), strict=True)
    return {
        "name": snapshot.name,
        "as_of": snapshot.as_of,
        "source": snapshot.source,
        "sha256": snapshot.sha256,
        "data_sha256": snapshot.data_sha256,
        "assets": list(snapshot.assets),
        "daily_volume_usd": {asset: usd if np.isfinite(usd) else None for asset, usd in volume},
        "samples": [_sample(step, calibration) for step, calibration in samples.items()],
        "marginals": [row for key, calibration in marginals.items() for row in _marginals(key, calibration)],
        "dependences": [_dependence(key, calibration) for key, calibration in dependences.items()],
        "ranking": snapshot.ranking,
        "factors": snapshot.factors,
    }


def _parts(snapshot: Snapshot) -> tuple[dict[str, Calibration], ...]:
    """One calibration for each marginal model, for each dependence, and for each step."""
    marginals: dict[str, Calibration] = {}
    dependences: dict[str, Calibration] = {}
    steps: dict[str, Calibration] = {}
    for key, calibration in snapshot.calibrations.items():
        own, _, dependence = key.rpartition("/")
        step = key.partition("/")[0]
        marginals.setdefault(own, calibration)
        dependences.setdefault(f"{step}/{dependence}", calibration)
        steps.setdefault(step, calibration)
    return marginals, dependences, steps


def _sample(step: str, calibration: Calibration) -> dict[str, Any]:
    period = {"first": calibration.first, "last": calibration.last}
    return {"step": step, **period, **calibration.diagnostics.get("sample", {})}


def _marginals(key: str, calibration: Calibration) -> list[dict[str, Any]]:
    model, by_asset = calibration.model, calibration.diagnostics.get("assets", {})
    step, kind, innovations = key.split("/")
    per_year = YEAR_S / model.step_s
    rows = []
    for asset, numbers in zip(model.assets, rows_of(model.marginals, key), strict=True):
        fit = by_asset.get(asset, {})
        row = {name: _plain(value) for name, value in numbers.items() if name not in VARIANCES}
        row |= {
            "long_run_volatility": float(np.sqrt(numbers["long_run_variance"] * per_year)),
            "current_volatility": float(np.sqrt(numbers["current_variance"] * per_year)),
            "loglik_free": fit.get("free", {}).get("loglik"),
        }
        row |= {name: fit.get(name) for name in SAID_OF_MARGINALS}
        rows.append({"step": step, "marginal": kind, "innovations": innovations, "asset": asset, **row})
    return rows


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


def _scalars(entry: dict[str, Any]) -> dict[str, Any]:
    """Numbers that fit into a row: the parameters by name, and the mean correlation of all pairs."""
    matrix = entry.get("correlation")
    return {
        "numbers": dict(_numbers(entry)),
        "groups": entry.get("groups"),
        "mean_correlation": None if matrix is None else _mean_of_pairs(matrix),
    }


def _numbers(entry: dict[str, Any], inside: str = "") -> Iterator[tuple[str, float]]:
    """Numbers by the names that their standard errors have: ``nu_0`` of a group, ``first_nu`` of a part."""
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{name}_")
        elif name == "nu" and np.ndim(value):
            yield from ((f"{inside}nu_{place}", float(nu)) for place, nu in enumerate(value))
        elif isinstance(value, float):
            yield f"{inside}{name}", float(value)


def _mean_of_pairs(rows: list[list[float]]) -> float | None:
    matrix = np.array(rows)
    pairs = matrix[np.triu_indices(len(matrix), 1)]
    return float(pairs.mean()) if pairs.size else None


def _dependence(key: str, calibration: Calibration) -> dict[str, Any]:
    step, _, kind = key.partition("/")
    return {
        "step": step,
        "dependence": kind,
        "observations": calibration.observations,
        **_scalars(entry_of(calibration.model.dependence, calibration.model.assets)),
        **calibration.diagnostics.get("dependence", {}),
    }
