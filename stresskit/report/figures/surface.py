"""P(liquidation) over the strength of a break and the size of volatility, a panel a mode."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from stresskit.report.draw import grid, title
from stresskit.report.figures.heat import Heat, heat
from stresskit.report.style import drawn

FRAME, ROW = 0.75, 0.21


@drawn
def surface(panels: Sequence[Heat]) -> Figure:
    """Rows are volatility multipliers, columns strengths; framed cells are above the limit."""
    figure, rows = grid(1, len(panels), FRAME + ROW * len(panels[0].rows), sharey="none")
    for ax, panel in zip(rows[0], panels, strict=True):
        heat(ax, panel)
        title(ax, panel.title, len(panels))
    return figure
