"""Equity over maintenance along the paths: pointwise bands on a log scale, and the line of liquidation."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from stresskit.domain import Float1D, Float2D
from stresskit.report.curves import BANDS, QUANTILES, Clock
from stresskit.report.draw import end_labels, grid, time_axis, title
from stresskit.report.format import stated
from stresskit.report.style import BAD, INK, MUTED, drawn, look

HEIGHT = 1.5
SHADE = {95: 0.16, 80: 0.22, 50: 0.32}
BOTTOM = 0.6  # where accounts are drawn that are closed out
LARGEST = 10.0  # times the largest ratio at the start: what stands above is drawn there


class RatioFan(NamedTuple):
    """Equity over maintenance of one life: quantiles (7, times) and some paths (paths, times)."""

    title: str
    slot: int
    x: Float1D
    quantiles: Float2D
    paths: Float2D


@drawn
def ratio_fan(fans: Sequence[RatioFan], clock: Clock) -> Figure:
    """One panel a mode, one scale for all."""
    figure, rows = grid(1, len(fans), HEIGHT)
    _, high = highest(fans)
    for ax, fan in zip(rows[0], fans, strict=True):
        ax.set_yscale("log")
        ax.set_ylim(BOTTOM, max(1.2 * high, 2.0))
        _one(ax, fan)
        time_axis(ax, clock)
        title(ax, fan.title, len(fans))
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < 30.0 else (1.0,), numticks=9))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: stated(round(y, 6))))
        ax.yaxis.set_minor_locator(NullLocator())
    rows[0][0].set_ylabel("equity / maintenance")
    return figure


def highest(fans: Sequence[RatioFan]) -> tuple[float, float]:
    """The highest ratio, and the highest shown: what is left of a book may ask for next to nothing."""
    most = max(float(max(np.max(f.quantiles), np.max(f.paths))) for f in fans)
    return most, min(most, LARGEST * max(float(f.quantiles[3, 0]) for f in fans))


def _one(ax: Axes, fan: RatioFan) -> None:
    face = look(fan.slot)
    place = dict(zip(QUANTILES, np.maximum(fan.quantiles, BOTTOM), strict=True))
    for low, high, inside in BANDS:
        ax.fill_between(fan.x, place[low], place[high], color=face.colour, alpha=SHADE[inside], linewidth=0)
    ax.plot(fan.x, place[0.5], color=face.colour, linewidth=1.5)
    for path in np.maximum(fan.paths, BOTTOM):
        ax.plot(fan.x, path, color=INK, linewidth=0.5, alpha=0.75)
    ax.axhline(1.0, color=BAD, linewidth=1.0, linestyle="--")
    ax.axhline(_median(fan, 0), color=MUTED, linewidth=0.7, linestyle=":")
    _labels(ax, fan, face.colour)


def _labels(ax: Axes, fan: RatioFan, colour: str) -> None:
    """Names beside the lines; heights are logarithms, as the axis is."""
    low, high = np.log(ax.get_ylim())
    named = [
        (1.0, "liquidated", BAD),
        (_median(fan, 0), "start", MUTED),
        (_median(fan, -1), "median", colour),
    ]
    told = [(float((np.log(y) - low) / (high - low)), name, ink) for y, name, ink in named]
    told = [(min(place, 1.0), name, ink) for place, name, ink in told]
    end_labels(ax, told, span=(0.0, 1.0))


def _median(fan: RatioFan, time: int) -> float:
    """Where the median is drawn: at the bottom where everything is shut, as it may be at the start."""
    return max(float(fan.quantiles[3, time]), BOTTOM)
