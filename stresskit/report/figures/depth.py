"""How low paths go: shares that fall at least so far below the start, and to so thin a margin."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from stresskit.domain import Float1D
from stresskit.report.draw import grid, share_axis, short, title
from stresskit.report.format import stated
from stresskit.report.style import BAD, MUTED, drawn, look

HEIGHT = 1.75


class Depth(NamedTuple):
    """Shares of paths (points,): `fallen` lose `fall` of the equity or more, `thin` come to `ratio`."""

    label: str
    fall: Float1D
    fallen: Float1D
    ratio: Float1D
    thin: Float1D


@drawn
def depth(lines: Sequence[Depth]) -> Figure:
    """A line a mode; the vertical line at a ratio of 1 is liquidation."""
    figure, rows = grid(1, 2, HEIGHT, sharey="none")
    left, right = rows[0]
    for slot, line in enumerate(lines):
        face = look(slot)
        left.plot(line.fall, line.fallen, color=face.colour, linestyle=face.line, label=short(line.label))
        right.plot(line.ratio, line.thin, color=face.colour, linestyle=face.line)
    left.set_xlim(0.0, 1.0)
    left.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{stated(round(100.0 * x, 6))}\u202f%"))
    left.set_xlabel("lowest equity, below the start by at least")
    right.set_xscale("log")
    right.set_xlim(0.8, max(float(np.max(line.ratio)) for line in lines))
    right.axvline(1.0, color=BAD, linewidth=0.9, linestyle="--")
    right.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
    right.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x, 6))))
    right.xaxis.set_minor_formatter(NullFormatter())
    right.set_xlabel("lowest equity / maintenance, at most")
    for ax, name in zip(rows[0], ("Fall of equity", "Thinnest margin"), strict=True):
        ax.set_ylim(0.0, 1.05)
        share_axis(ax)
        title(ax, name, 2)
    left.set_ylabel("paths")
    handles, labels = left.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper right", ncols=min(len(labels), 4), frameon=False, labelcolor=MUTED
    )
    return figure
