"""Survival of many accounts, a small panel each, all on one scale."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from stresskit.domain import Float1D
from stresskit.report.draw import grid, share_axis, short
from stresskit.report.style import MUTED, drawn, look

HEIGHT, COLUMNS = 1.12, 4
FLAT = 0.01


class Small(NamedTuple):
    """One account: shares not liquidated over the share of its horizon, calm and in its worst scenario."""

    title: str
    x: Float1D
    calm: Float1D
    worst: Float1D


@drawn
def small_multiples(panels: Sequence[Small]) -> Figure:
    """Solid: the calm scenario; dashed: the worst one."""
    rows = -(-len(panels) // COLUMNS)
    figure, axes = grid(rows, COLUMNS, HEIGHT + (0.25 if rows == 1 else 0.0))
    depth = max(1.0 - min(float(p.calm[-1]), float(p.worst[-1])) for p in panels) or FLAT
    flat = [ax for line in axes for ax in line]
    for ax, panel in zip(flat, panels, strict=False):
        for slot, (values, name) in enumerate(((panel.calm, "calm"), (panel.worst, "worst scenario"))):
            face = look(slot)
            ax.step(panel.x, values, where="post", color=face.colour, linestyle=face.line, label=name)
        ax.set_ylim(1.0 - 1.08 * depth, 1.0 + 0.04 * depth)
        ax.set_xlim(0.0, 1.0)
        ax.set_xticks([0.0, 1.0], ["start", "end"])
        share_axis(ax)
        ax.set_title(short(panel.title, 24), fontsize=6.5)
    for ax in flat[len(panels) :]:
        ax.set_axis_off()
    handles, labels = flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False, labelcolor=MUTED)
    return figure
