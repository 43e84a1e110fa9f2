"""Outcome columns -> the few points that a figure shows. Counting and quantiles only."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Float2D

Steps = npt.NDArray[np.int32]

BANDS = ((0.025, 0.975, 95), (0.10, 0.90, 80), (0.25, 0.75, 50))  # widest first
QUANTILES = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)
FAN_POINTS = 241
BINS = 32
BIN_HOURS = (1.0, 2.0, 4.0, 8.0, 24.0, 168.0, 720.0)
DAILY_FROM = 120.0  # hours of horizon from which bars are days or longer
MOST_BINS = 31


class Clock(NamedTuple):
    """The run's time axis: hours per step, steps, and the unit in which figures show it."""

    step_h: float
    steps: int
    unit: str
    hours: float

    def axis(self, step: npt.ArrayLike) -> Float1D:
        """Steps as times in the unit of the figures."""
        return np.asarray(step, dtype=np.float64) * (self.step_h / self.hours)

    @property
    def end(self) -> float:
        """The horizon in the unit of the figures."""
        return self.steps * self.step_h / self.hours


class Curve(NamedTuple):
    """A line with a label at its end; `slot` is the place of its mode, `band` what it may lie between."""

    label: str
    slot: int
    x: Float1D
    y: Float1D
    band: tuple[Float1D, Float1D] | None = None


class Panel(NamedTuple):
    """Curves that share one pair of axes."""

    title: str
    curves: tuple[Curve, ...]


class Fan(NamedTuple):
    """Equity of one life over time: pointwise quantiles (7, times) and five real paths."""

    title: str
    slot: int
    x: Float1D
    quantiles: Float2D
    paths: Float2D
    closings: tuple[tuple[float, float], ...]
    initial: float
    maintenance: float


class Bars(NamedTuple):
    """Shares of paths per stretch of time, one row a mode; `band`: lower and upper ends of the shares."""

    title: str
    labels: tuple[str, ...]
    edges: Float1D
    heights: Float2D
    band: tuple[Float2D, Float2D] | None = None


class Losses(NamedTuple):
    """P&L of one life: shares of paths per bin, and the liquidated ones apart."""

    title: str
    slot: int
    edges: Float1D
    market: Float1D
    survivors: Float1D
    liquidated: float
    equity: float


def clock(step_h: float, steps: int) -> Clock:
    """Days from a horizon of two days on, hours below."""
    unit, hours = ("days", 24.0) if step_h * steps >= 48.0 else ("hours", 1.0)
    return Clock(step_h, steps, unit, hours)


def happened(step: Steps, steps: int, weight: Float1D) -> Float1D:
    """Share of paths on which an event has happened by each step 0..`steps` (-1: never)."""
    hit = step >= 0
    counts = np.bincount(step[hit], weight[hit], minlength=steps + 1)[: steps + 1]
    return np.asarray(np.cumsum(counts) / weight.sum(), dtype=np.float64)


def stretch(step_h: float, steps: int) -> int:
    """Steps in a bar of the hazard chart: the shortest usual stretch that gives few bars."""
    least = 24.0 if step_h * steps >= DAILY_FROM else 1.0
    for hours in BIN_HOURS:
        size = round(hours / step_h)
        if hours >= least and size >= 1 and -(-steps // size) <= MOST_BINS:
            return size
    return -(-steps // MOST_BINS)


def hazard(step: Steps, steps: int, size: int, weight: Float1D) -> Float1D:
    """Share of all paths on which the event falls in each stretch of `size` steps."""
    hit = step >= 0
    counts = np.bincount(np.maximum(step[hit] - 1, 0) // size, weight[hit], minlength=-(-steps // size))
    return np.asarray(counts / weight.sum(), dtype=np.float64)


def quantiles(values: Float2D, weight: Float1D) -> Float2D:
    """Quantiles (7, rows) of each row of `values` (rows, paths)."""
    if (weight == weight[0]).all():
        return np.asarray(np.quantile(values, QUANTILES, axis=1), dtype=np.float64)
    found = [np.quantile(row, QUANTILES, weights=weight, method="inverted_cdf") for row in values]
    return np.asarray(np.array(found).T, dtype=np.float64)


def fan_times(steps: int) -> npt.NDArray[np.int64]:
    """The steps at which a fan is drawn: all of them, or an even choice of 241."""
    return np.unique(np.linspace(0, steps, min(steps + 1, FAN_POINTS)).round().astype(np.int64))


def pnl_edges(pnl: Float1D, equity: float) -> Float1D:
    """Bin edges that hold the central 99.8 % of P&L and never less than 0.01 % of equity."""
    low, high = np.quantile(pnl, [0.001, 0.999])
    middle, half = (low + high) / 2.0, max((high - low) / 2.0, 1e-4 * abs(equity), 0.01)
    return np.linspace(middle - half, middle + half, BINS + 1)


def shares(values: Float1D, edges: Float1D, of: float, weight: Float1D) -> Float1D:
    """Share of `of` paths per bin; what lies beyond an end is counted in the end bin."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges, weights=weight)
    return np.asarray(counts / of, dtype=np.float64)
