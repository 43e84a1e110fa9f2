"""A snapshot as flat rows, for the screen and for JSON."""

from typing import Any

import numpy as np

from stresskit.domain import Calibration, Dependence, Snapshot

YEAR_S = 365 * 86400


def describe(snapshot: Snapshot) -> dict[str, Any]:
    """Plain values only: what the snapshot is, a row an asset and model, a row a copula.

    Volatilities are annualized fractions; `nu` is None for normal innovations; figures that the
    file does not hold are None. The Gaussian and the Student-t copula share one row.
    """
    fitted: dict[str, Calibration] = {}
    for key, calibration in snapshot.calibrations.items():
        fitted.setdefault(key.rpartition("/")[0], calibration)
        if key.endswith("/student_t"):
            fitted[key.rpartition("/")[0]] = calibration
    samples = {key.split("/")[0]: calibration for key, calibration in fitted.items()}
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
        "marginals": [row for key, calibration in fitted.items() for row in _marginals(key, calibration)],
        "dependences": [_dependence(key, calibration) for key, calibration in fitted.items()],
    }


def _model(key: str) -> dict[str, str]:
    return dict(zip(("step", "marginal", "innovations"), key.split("/"), strict=False))


def _sample(step: str, calibration: Calibration) -> dict[str, Any]:
    period = {"first": calibration.first, "last": calibration.last}
    sample = calibration.diagnostics.get("sample", {})
    return {"step": step, **period, "observations": calibration.observations, **sample}


def _marginals(key: str, calibration: Calibration) -> list[dict[str, Any]]:
    model, by_asset = calibration.model, calibration.diagnostics.get("assets", {})
    at, per_year = model.marginals, YEAR_S / model.step_s
    rows = []
    for i, asset in enumerate(model.assets):
        fit = by_asset.get(asset, {})
        row: dict[str, Any] = {
            name: float(getattr(at, name)[i]) for name in ("omega", "alpha", "gamma", "beta", "nu")
        }
        row["nu"] = row["nu"] if np.isfinite(row["nu"]) else None
        row |= {
            "long_run_volatility": float(np.sqrt(at.long_run_variance[i] * per_year)),
            "current_volatility": float(np.sqrt(at.current_variance[i] * per_year)),
            "persistence": float(at.alpha[i] + at.gamma[i] / 2 + at.beta[i]),
            "loglik_free": fit.get("free", {}).get("loglik"),
        }
        told = ("half_life_days", "loglik", "observations", "converged", "bounds")
        rows.append({**_model(key), "asset": asset, **row, **{name: fit.get(name) for name in told}})
    return rows


def _dependence(key: str, calibration: Calibration) -> dict[str, Any]:
    dependence = calibration.model.dependence
    assert isinstance(dependence, Dependence)
    correlation, nu = dependence.correlation, dependence.nu
    others = correlation[~np.eye(len(correlation), dtype=bool)]
    return {
        **_model(key),
        "nu": float(nu) if np.isfinite(nu) else None,
        "mean_correlation": float(others.mean()) if others.size else None,
        **calibration.diagnostics.get("dependence", {}),
    }
