"""A backtest's days -> the few points that figures show. Counting only."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D

BINS = 20
LAGS = 20
QUANTILES = 61
Z95 = 1.959963984540054


class Days(NamedTuple):
    """P&L and VaR of each day (days,), USD; `time` in years."""

    time: Float1D
    pnl: Float1D
    var: Float1D
    level: float

    @property
    def exceptions(self) -> npt.NDArray[np.bool_]:
        """Days with a loss beyond the VaR."""
        return np.asarray(-self.pnl > self.var)


class Law(NamedTuple):
    """Where days fell in their forecast law: shares by bin, quantiles of normal scores, autocorrelations.

    `theory` and `scores` (quantiles,); `acf` and `acf_squares` (lags,); `days` their number.
    """

    shares: Float1D
    theory: Float1D
    scores: Float1D
    acf: Float1D
    acf_squares: Float1D
    days: int


def days_of(series: Any) -> Days:
    """The stored series as arrays."""
    when = np.array(series["time"], dtype="datetime64[D]")
    years = 1970.0 + when.astype(np.int64) / 365.2425
    pnl, var = (np.array(series[key], dtype=np.float64) for key in ("pnl", "var"))
    return Days(years, pnl, var, float(series["level"]))


def law_of(place: Any) -> Law:
    """Histogram, quantiles and autocorrelations of the places (days,), each strictly between 0 and 1."""
    from scipy.special import ndtri  # half of what it takes to import a report that has no backtest

    found = np.array(place, dtype=np.float64)
    counts, _ = np.histogram(found, bins=BINS, range=(0.0, 1.0))
    score = ndtri(found)
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    at = np.unique(np.concatenate(([0.5 / found.size], at, [1.0 - 0.5 / found.size])))
    return Law(
        counts / found.size,
        ndtri(at),
        np.quantile(score, at, method="hazen"),
        autocorrelation(score),
        autocorrelation(score**2),
        found.size,
    )


def autocorrelation(values: Float1D) -> Float1D:
    """At lags 1 to 20, or as many as there are."""
    centred = values - values.mean()
    total = float(centred @ centred) or 1.0
    lags = range(1, min(LAGS, values.size - 1) + 1)
    return np.array([float(centred[lag:] @ centred[:-lag]) / total for lag in lags])


def running_share(
    hit: npt.NDArray[np.bool_], weight: Float1D, points: int = 160
) -> tuple[Float1D, Float1D, Float1D]:
    """Numbers of paths (points,), the share of hits among so many first ones, and what they are worth."""
    at = np.unique(np.geomspace(min(50, hit.size), hit.size, points).round().astype(np.int64))
    total, squares = np.cumsum(weight)[at - 1], np.cumsum(weight**2)[at - 1]
    return at.astype(np.float64), np.cumsum(weight * hit)[at - 1] / total, total**2 / squares
