"""P&L at the horizon: mark-to-market against with liquidation, the liquidated as their own bar."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.report.curves import Losses
from stresskit.report.draw import grid, money_axis, share_axis, title
from stresskit.report.format import percent
from stresskit.report.style import BAD, INK, MUTED, drawn, look

HEIGHT = 1.6
TICKS = 7  # the own bar takes a fifth of the axis, so that more are asked for than are shown
OWN_BINS = 5  # width of the bar of the liquidated, in bins of the histogram


def _own_bar(ax: Axes, losses: Losses) -> float:
    """Draw the liquidated left of the histogram, in areas like its own; return the axis' left end."""
    bin_width, span = losses.edges[1] - losses.edges[0], losses.edges[-1] - losses.edges[0]
    width, height = OWN_BINS * bin_width, losses.liquidated / OWN_BINS
    left = losses.edges[0] - 0.06 * span - width
    ax.plot([left, left + width], [0.0, 0.0], color=BAD, linewidth=0.8, solid_capstyle="butt", clip_on=False)
    ax.bar(left, height, width, align="edge", color=BAD, hatch="xxxx", edgecolor="white")
    ax.annotate(
        f"liquidated\n{percent(losses.liquidated)}",
        xy=(left + width / 2.0, height),
        xytext=(0.0, 2.0),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=BAD,
        fontsize=6.5,
    )
    return float(left - 0.05 * span)


def _one(ax: Axes, losses: Losses, top: float) -> None:
    face = look(losses.slot)
    ax.stairs(
        losses.survivors, losses.edges, fill=True, color=face.colour, alpha=0.55, label="not liquidated"
    )
    ax.stairs(losses.market, losses.edges, color=INK, linewidth=0.9, label="mark-to-market, no liquidation")
    ax.set_xlim(_own_bar(ax, losses), losses.edges[-1])
    ax.set_ylim(0.0, 1.35 * top)
    if losses.edges[0] < -losses.equity < losses.edges[-1]:
        ax.axvline(-losses.equity, color=MUTED, linewidth=0.8, linestyle=":")
    share_axis(ax)
    money_axis(ax, "x", TICKS)
    ax.set_xticks([tick for tick in ax.get_xticks() if losses.edges[0] <= tick <= losses.edges[-1]])
    ax.spines["bottom"].set_bounds(losses.edges[0], losses.edges[-1])


@drawn
def profit_and_loss(panels: Sequence[Sequence[Losses]]) -> Figure:
    """One row a scenario on one scale of its own, one column a mode."""
    figure, axes = grid(len(panels), len(panels[0]), HEIGHT, sharey="row")
    for row, line in zip(axes, panels, strict=True):
        top = max(max(float(np.max(p.market)), p.liquidated / OWN_BINS) for p in line)
        row[0].set_ylabel("paths per bin")
        for ax, losses in zip(row, line, strict=True):
            _one(ax, losses, top)
            title(ax, losses.title, len(line))
    for ax in axes[-1]:
        ax.set_xlabel("P&L at the horizon, USD")
    return figure
