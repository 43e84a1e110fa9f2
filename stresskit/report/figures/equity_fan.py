"""Equity over time: pointwise bands, five real paths, the initial equity and the zero line."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.report.curves import BANDS, QUANTILES, Clock, Fan
from stresskit.report.draw import end_labels, grid, money_axis, time_axis, title
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 2.1
SHADE = {95: 0.16, 80: 0.22, 50: 0.32}


def _bands(ax: Axes, fan: Fan) -> None:
    colour = look(fan.slot).colour
    place = dict(zip(QUANTILES, fan.quantiles, strict=True))
    for low, high, inside in BANDS:
        ax.fill_between(fan.x, place[low], place[high], color=colour, alpha=SHADE[inside], linewidth=0)
    ax.plot(fan.x, place[0.5], color=colour, linewidth=1.5)


def _paths(ax: Axes, fan: Fan) -> None:
    for path in fan.paths:
        ax.plot(fan.x, path, color=INK, linewidth=0.5, alpha=0.75)
    for x, y in fan.closings:
        ax.plot(x, y, marker="x", markersize=4.5, markeredgewidth=1.1, color=INK, clip_on=False)


def _levels(ax: Axes, fan: Fan) -> list[tuple[float, str, str]]:
    """Horizontal lines and their names."""
    ax.axhline(0.0, color=INK, linewidth=0.9)
    ax.axhline(fan.initial, color=MUTED, linewidth=0.7, linestyle=":")
    ax.axhline(fan.maintenance, color=INK, linewidth=0.7, linestyle="--")
    return [(0.0, "zero", INK), (fan.maintenance, "maintenance", INK), (fan.initial, "start", MUTED)]


def _one(ax: Axes, fan: Fan, low: float, high: float) -> None:
    _bands(ax, fan)
    _paths(ax, fan)
    ax.set_ylim(low, high)
    labels = _levels(ax, fan)
    end_labels(ax, [*labels, (float(fan.quantiles[3, -1]), "median", look(fan.slot).colour)], lines=1)
    money_axis(ax, "y")


@drawn
def equity_fan(fans: Sequence[Sequence[Fan]], clock: Clock) -> Figure:
    """One row a scenario, one column a mode, one scale for all."""
    figure, axes = grid(len(fans), len(fans[0]), HEIGHT)
    flat = [fan for row in fans for fan in row]
    high = max(max(float(np.max(fan.quantiles)), float(np.max(fan.paths)), fan.initial) for fan in flat)
    for row, line in zip(axes, fans, strict=True):
        row[0].set_ylabel("equity, USD")
        for ax, fan in zip(row, line, strict=True):
            _one(ax, fan, -0.07 * high, 1.04 * high)
            time_axis(ax, clock)
            title(ax, fan.title, len(line))
    return figure
