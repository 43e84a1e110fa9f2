"""A snapshot as the text of its file: the same bytes for the same numbers, one row a line.

Numbers have ten significant digits; what is infinite or undefined in the diagnostics is null.
"""

import json
from typing import Any

import numpy as np

from stresskit.domain import Calibration, Snapshot
from stresskit.market.snapshot_dependence import entry_of
from stresskit.market.snapshot_file import FORMAT, SAMPLE
from stresskit.market.snapshot_marginals import rows_of

DIGITS = 10


def snapshot_text(snapshot: Snapshot) -> str:
    """Write a snapshot as JSON."""
    volume = dict(zip(snapshot.assets, snapshot.daily_volume_usd, strict=True))
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": snapshot.name,
        "assets": snapshot.assets,
        "as_of": snapshot.as_of,
        "source": snapshot.source,
        "data_sha256": snapshot.data_sha256,
        "daily_volume_usd": volume,
        "steps": {},
        "ranking": snapshot.ranking,
        "marginals": {},
        "dependence": {},
        "factors": snapshot.factors,
    }
    for key, calibration in sorted(snapshot.calibrations.items()):
        step, marginal, innovations, dependence = key.split("/")
        document["steps"].setdefault(step, _step(calibration))
        name = f"{step}/{marginal}/{innovations}"
        if name not in document["marginals"]:
            document["marginals"][name] = _marginals(calibration, name)
        document["dependence"].setdefault(f"{step}/{dependence}", _dependence(calibration))
    return _indented(_plain(document), 0) + "\n"


def _step(calibration: Calibration) -> dict[str, Any]:
    return {
        "step_s": calibration.model.step_s,
        "first": calibration.first,
        "last": calibration.last,
        "sample": calibration.diagnostics.get(SAMPLE, {}),
    }


def _marginals(calibration: Calibration, key: str) -> dict[str, Any]:
    model = calibration.model
    rows = dict(zip(model.assets, rows_of(model.marginals, key), strict=True))
    return {"assets": rows, "diagnostics": calibration.diagnostics.get("assets", {})}


def _dependence(calibration: Calibration) -> dict[str, Any]:
    return {
        "observations": calibration.observations,
        "parameters": entry_of(calibration.model.dependence, calibration.model.assets),
        "diagnostics": calibration.diagnostics.get("dependence", {}),
    }


def _plain(value: Any) -> Any:
    """Python numbers of ten digits in place of numpy's; infinite and undefined become null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


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
