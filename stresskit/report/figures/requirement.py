"""What each position adds to the maintenance requirement, one panel a mode."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.domain import Float1D
from stresskit.report.draw import grid, money_axis, short, title
from stresskit.report.format import money
from stresskit.report.style import INK, drawn, look

ROW, FRAME = 0.155, 0.7


class Requirement(NamedTuple):
    """Contributions of the positions in USD; they sum to the requirement's binding term."""

    title: str
    slot: int
    symbols: tuple[str, ...]
    contributions: Float1D


def _one(ax: Axes, shown: Requirement, low: float, high: float) -> None:
    face, rows = look(shown.slot), np.arange(len(shown.symbols))
    ax.barh(rows, shown.contributions, 0.62, color=face.colour, hatch=face.hatch, edgecolor="white")
    for row, value in zip(rows, shown.contributions, strict=True):
        ax.annotate(
            money(float(value)),
            xy=(float(value), float(row)),
            xytext=(2.5 if value >= 0.0 else -2.5, 0.0),
            textcoords="offset points",
            ha="left" if value >= 0.0 else "right",
            va="center",
            fontsize=6.5,
        )
    room = 0.2 * (high - low)
    ax.set_xlim(low - (room if low < 0.0 else 0.0), high + room)
    ax.axvline(0.0, color=INK, linewidth=0.6)
    ax.set_yticks(rows, [short(symbol, 22) for symbol in shown.symbols])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("USD")
    money_axis(ax, "x")


@drawn
def requirement(panels: Sequence[Requirement]) -> Figure:
    """Horizontal bars from zero on one scale, positions in the order of the account."""
    figure, rows = grid(1, len(panels), FRAME + ROW * len(panels[0].symbols))
    values = np.concatenate([panel.contributions for panel in panels])
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    if high == low:
        high = 1.0
    for ax, panel in zip(rows[0], panels, strict=True):
        _one(ax, panel, low, high)
        title(ax, panel.title, len(panels))
    return figure
