"""Average daily volume in USD: the scale of the price impact."""

from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.market.prices import Prices

DAYS = 365
DAY_S = 86400


def daily_volume_usd(prices: Prices) -> tuple[Float1D, dict[str, Any]]:
    """Median over the last 365 whole days of the sum of volume x close, by asset.

    A day is whole with as many bars as fit into it; their sum is scaled to 24 hours where the bars
    do not fill it, and longer bars count as their daily average.

    Returns the medians (assets,), NaN where the file has no volume, and for each asset the
    number of days, the first and the last, and how many days each source gave.
    """
    if prices.volume is None:
        return np.full(len(prices.assets), np.nan), {"note": "the price file has no volume"}
    turnover = prices.volume * prices.close
    found = [_one(prices, turnover[:, i], i) for i in range(len(prices.assets))]
    notes = {asset: note for asset, (_, note) in zip(prices.assets, found, strict=True)}
    return np.array([median for median, _ in found]), notes


def _one(prices: Prices, turnover: Float1D, column: int) -> tuple[float, dict[str, Any]]:
    days, place = np.unique(prices.times.astype("datetime64[D]"), return_inverse=True)
    known = np.isfinite(turnover)
    bars = max(DAY_S // prices.step_s, 1)
    daily = DAY_S / (bars * prices.step_s)
    totals = daily * np.bincount(place, weights=np.where(known, turnover, 0.0))
    whole = (np.bincount(place, weights=known) == bars) & (totals > 0)
    last = np.flatnonzero(whole)[-(DAYS * DAY_S // max(DAY_S, prices.step_s)) :]
    if not last.size:
        return float("nan"), {"days": 0}
    note: dict[str, Any] = {"days": len(last), "first": str(days[last[0]]), "last": str(days[last[-1]])}
    if prices.source is not None:
        opening = np.searchsorted(place, last)
        names, counts = np.unique(prices.source[opening, column].astype(str), return_counts=True)
        note["days_by_source"] = dict(zip(names.tolist(), counts.tolist(), strict=True))
    return float(np.median(totals[last])), note
