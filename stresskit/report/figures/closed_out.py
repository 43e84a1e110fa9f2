"""Share of paths on which everything was forced shut, by mode, one panel a scenario."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from stresskit.report.curves import Clock, Panel
from stresskit.report.draw import curves, grid, share_axis, time_axis, title
from stresskit.report.style import drawn

HEIGHT = 1.65
FLAT = 0.01  # height of the axis where nothing is closed out


@drawn
def closed_out(panels: Sequence[Panel], clock: Clock) -> Figure:
    """Rising curves from zero on one scale."""
    figure, rows = grid(1, len(panels), HEIGHT)
    top = max(float(curve.y[-1]) for panel in panels for curve in panel.curves)
    for ax, panel in zip(rows[0], panels, strict=True):
        ax.set_ylim(0.0, 1.1 * top if top else FLAT)
        curves(ax, panel.curves)
        share_axis(ax)
        time_axis(ax, clock)
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("paths closed out")
    return figure
