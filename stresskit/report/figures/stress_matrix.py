"""What is left at joint moves: price against volatility for each mode, and one asset against another."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from stresskit.report.draw import TITLE, short
from stresskit.report.figures.heat import Heat, heat
from stresskit.report.style import WIDTH, drawn

FRAME, ROW = 0.8, 0.175


@drawn
def stress_matrix(panels: Sequence[Heat]) -> Figure:
    """Equity over maintenance; framed cells are liquidations."""
    height = FRAME + ROW * max(len(panel.rows) for panel in panels)
    figure = Figure(figsize=(WIDTH, height))
    widths = [2.0 + len(panel.columns) for panel in panels]
    axes = figure.subplots(1, len(panels), squeeze=False, width_ratios=widths)[0]
    for ax, panel, width in zip(axes, panels, widths, strict=True):
        heat(ax, panel, 5.4)
        room = round(TITLE * width / sum(widths)) - 2
        ax.set_title("\n".join(short(line, room) for line in panel.title.split("\n")))
    return figure
