"""What is odd about prices, by asset: named for the reader, altered by nobody."""

from typing import Any

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.market.price_cells import Stamps
from stresskit.market.price_gaps import Run, runs

CONSTANT_INTRADAY = 24
CONSTANT_DAILY = 5
OUTLIER = 20.0
NORMAL_MAD = 1.4826
NAMED = 5


def report_prices(
    assets: tuple[str, ...], times: Stamps, close: Float2D, gaps: list[Run], step_s: int
) -> dict[str, Any]:
    """Gaps, constant stretches and outliers of `close` (stamps, assets), before any filling.

    A stretch is constant from 24 equal closes, or 5 at steps of a day and more; a return is an
    outlier beyond 20 robust standard deviations (1.4826 x median absolute deviation) from the
    median. At most five of each are named, the count is of all.
    """
    listed = {asset: str(times[i]) for asset, i in zip(assets, _first(close), strict=True) if i > 0}
    least = CONSTANT_DAILY if step_s >= 86400 else CONSTANT_INTRADAY
    stuck = [
        Run(r.column, r.first, r.last + 1)
        for r in runs(close[1:] == close[:-1])
        if r.last - r.first + 1 >= least
    ]
    outliers = {asset: _outliers(times, close[:, i]) for i, asset in enumerate(assets)}
    return {
        "listed_from": listed,
        "gaps": _by_asset(assets, times, gaps),
        "constant": _by_asset(assets, times, stuck),
        "outliers": {asset: found for asset, found in outliers.items() if found["count"]},
    }


def _first(close: Float2D) -> list[int]:
    return [int(i) for i in np.isfinite(close).argmax(axis=0)]


def _by_asset(assets: tuple[str, ...], times: Stamps, found: list[Run]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for run in found:
        entry = named.setdefault(assets[run.column], {"count": 0, "stamps": 0, "longest": []})
        entry["count"] += 1
        entry["stamps"] += run.last - run.first
        where = {
            "first": str(times[run.first]),
            "last": str(times[run.last - 1]),
            "stamps": run.last - run.first,
        }
        entry["longest"].append(where)
    for entry in named.values():
        entry["longest"] = sorted(entry["longest"], key=lambda run: -int(run["stamps"]))[:NAMED]
    return named


def _outliers(times: Stamps, close: Float1D) -> dict[str, Any]:
    returns = close[1:] / close[:-1] - 1.0
    known = returns[np.isfinite(returns)]
    if not known.size:
        return {"count": 0}
    middle = np.median(known)
    scale = NORMAL_MAD * np.median(np.abs(known - middle))
    far = np.flatnonzero(np.abs(returns - middle) > OUTLIER * scale) if scale > 0 else np.array([], dtype=int)
    worst = far[np.argsort(-np.abs(returns[far]), kind="stable")][:NAMED]
    named = [{"time": str(times[i + 1]), "return": round(float(returns[i]), 6)} for i in worst]
    return {"count": len(far), "largest": named}
