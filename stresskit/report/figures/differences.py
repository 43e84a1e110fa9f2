"""How far two runs lie apart: a dot and its interval for each figure, the line is no difference."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stresskit.report.draw import grid, short
from stresskit.report.format import stated
from stresskit.report.style import INK, drawn, look

FRAME, ROW = 0.75, 0.17
CHANGED = {"up": 1, "down": 0}


class Difference(NamedTuple):
    """A row's name, its difference and interval, and which way it changed beyond its noise, if any."""

    name: str
    value: float
    low: float
    high: float
    change: str | None


@drawn
def differences(panels: Sequence[tuple[str, float, Sequence[Difference]]]) -> Figure:
    """A panel a figure (title, scale of its axis, rows), all with the same rows."""
    figure, rows = grid(1, len(panels), FRAME + ROW * len(panels[0][2]), sharey="all")
    for ax, (title, scale, found) in zip(rows[0], panels, strict=True):
        _one(ax, scale, found)
        ax.set_xlabel(title)
    return figure


def _one(ax: Axes, scale: float, found: Sequence[Difference]) -> None:
    ax.axvline(0.0, color=INK, linewidth=0.6)
    for row, one in enumerate(found):
        face = look(CHANGED.get(str(one.change), 5))
        ends = [scale * one.low, scale * one.high]
        ax.plot(ends, [row, row], color=face.colour, linewidth=1.4)
        marker = {"up": ">", "down": "<"}.get(str(one.change), "o")
        ax.plot(scale * one.value, row, marker, color=face.colour, markersize=4.5)
    ax.set_yticks(range(len(found)), [short(one.name, 40) for one in found])
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x, 9))))
    ax.grid(axis="x")
