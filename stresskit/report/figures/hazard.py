"""When paths are first liquidated: share of all paths per day, one panel a scenario."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.report.curves import Bars, Clock
from stresskit.report.draw import grid, says_nothing, share_axis, short, time_axis, title
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 1.75
FLAT = 0.01  # height of the axis where no path is liquidated


def _bars(ax: Axes, bars: Bars) -> None:
    modes = len(bars.labels)
    width = np.diff(bars.edges)
    for slot, (label, heights) in enumerate(zip(bars.labels, bars.heights, strict=True)):
        face = look(slot)
        left = bars.edges[:-1] + width * (0.1 + 0.8 * slot / modes)
        if bars.band:
            low, high = (end[slot] for end in bars.band)
            x = left + width * 0.4 / modes
            ax.vlines(x, low, high, color=INK, linewidth=0.5)
        ax.bar(
            left,
            heights,
            width * 0.8 / modes,
            align="edge",
            color=face.colour,
            hatch=face.hatch,
            edgecolor="white",
            label=short(label),
        )


@drawn
def hazard(panels: Sequence[Bars], clock: Clock) -> Figure:
    """Grouped bars from zero on one scale, each with its interval where the panel has them."""
    figure, rows = grid(1, len(panels), HEIGHT)
    top = max(
        float(np.max(p.heights if p.band is None or not p.heights.any() else p.band[1])) for p in panels
    )
    for ax, panel in zip(rows[0], panels, strict=True):
        ax.set_ylim(0.0, 1.1 * top if top else FLAT)
        _bars(ax, panel)
        if not np.any(panel.heights):
            says_nothing(ax, "no path is liquidated")
        share_axis(ax)
        time_axis(ax, clock)
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("paths first liquidated")
    handles, labels = rows[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper right", ncols=len(labels), frameon=False, labelcolor=MUTED
    )
    return figure
