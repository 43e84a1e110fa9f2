"""What one factor does by itself: a bar from the worst to the best of its moves, the longest on top."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stresskit.report.draw import grid, short, title
from stresskit.report.format import ratio, stated
from stresskit.report.style import BAD, INK, drawn, look

FRAME, ROW = 0.72, 0.19


class Tornado(NamedTuple):
    """Equity over maintenance now, and for each factor at the two ends of its move."""

    title: str
    slot: int
    now: float
    bars: tuple[tuple[str, float, float], ...]


@drawn
def tornado(panels: Sequence[Tornado]) -> Figure:
    """A panel a mode; the line at 1 is liquidation."""
    figure, rows = grid(1, len(panels), FRAME + ROW * len(panels[0].bars), sharey="none")
    for ax, panel in zip(rows[0], panels, strict=True):
        _one(ax, panel)
        title(ax, panel.title, len(panels))
    return figure


def _one(ax: Axes, shown: Tornado) -> None:
    face = look(shown.slot)
    low = min(1.0, *(bar[1] for bar in shown.bars))
    high = max(1.0, shown.now, *(bar[2] for bar in shown.bars))
    for row, (_, worst, best) in enumerate(shown.bars):
        ax.barh(row, best - worst, 0.62, worst, color=face.colour, hatch=face.hatch, edgecolor="white")
        for value, side in ((worst, -1), (best, 1)):
            if best > worst or side > 0:
                ax.annotate(
                    ratio(value),
                    xy=(value, row),
                    xytext=(2.5 * side, 0.0),
                    textcoords="offset points",
                    ha="left" if side > 0 else "right",
                    va="center",
                    fontsize=6.0,
                )
    room = 0.2 * (high - low) or 1.0
    ax.set_xlim(low - room, high + room)
    ax.axvline(shown.now, color=INK, linewidth=0.6)
    ax.axvline(1.0, color=BAD, linewidth=1.0, linestyle="--")
    ax.set_yticks(range(len(shown.bars)), [short(name, 22) for name, _, _ in shown.bars])
    ax.set_ylim(len(shown.bars) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x, 6))))
    ax.set_xlabel("equity / maintenance")
