"""Share of paths that no forced closing has touched yet, by mode, one panel a scenario."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from stresskit.report.curves import Clock, Panel
from stresskit.report.draw import curves, grid, share_axis, time_axis, title
from stresskit.report.style import drawn

HEIGHT = 1.55
FLAT = 0.01  # depth of the axis where no path is liquidated


@drawn
def survival(panels: Sequence[Panel], clock: Clock) -> Figure:
    """Survival curves on one scale; the axis starts below the lowest curve, not at zero."""
    figure, rows = grid(1, len(panels), HEIGHT)
    lowest = min(float(curve.y[-1]) for panel in panels for curve in panel.curves)
    depth = 1.0 - lowest if lowest < 1.0 else FLAT
    for ax, panel in zip(rows[0], panels, strict=True):
        ax.set_ylim(max(0.0, 1.0 - 1.15 * depth) if depth < 0.87 else 0.0, 1.0 + 0.04 * depth)
        curves(ax, panel.curves)
        share_axis(ax)
        time_axis(ax, clock)
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("paths not liquidated")
    return figure
