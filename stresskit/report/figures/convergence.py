"""The headline probability as paths are added, with its 95 % band; one panel a scenario."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from stresskit.report.curves import Panel
from stresskit.report.draw import curves, grid, share_axis, title
from stresskit.report.format import stated
from stresskit.report.style import drawn

HEIGHT = 1.6


@drawn
def convergence(panels: Sequence[Panel]) -> Figure:
    """Running shares over the number of paths on a logarithmic axis."""
    figure, rows = grid(1, len(panels), HEIGHT, sharey="none")
    for ax, panel in zip(rows[0], panels, strict=True):
        top = max(float(c.band[1][c.x >= 0.02 * c.x[-1]].max()) for c in panel.curves if c.band)
        ax.set_ylim(0.0, 1.15 * top)
        ax.set_xscale("log")
        ax.set_xlim(float(panel.curves[0].x[0]), float(panel.curves[0].x[-1]))
        curves(ax, panel.curves)
        share_axis(ax)
        ax.xaxis.set_major_locator(LogLocator(numticks=6))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x))))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlabel("paths")
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("P(liquidation)")
    return figure
