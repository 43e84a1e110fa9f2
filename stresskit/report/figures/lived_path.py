"""One path as it was lived: prices above, and below every life's equity, requirement and actions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stresskit.domain import Float1D
from stresskit.report.curves import Clock
from stresskit.report.draw import end_labels, grid, money_axis, share_axis, time_axis, title
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 1.75
MARKERS = {
    "everything closed by force": "X",
    "closed in part by force": "x",
    "winning legs deleveraged": "v",
    "topped up": "^",
    "reduced by its owner": "1",
    "received from another account": ">",
    "sent to another account": "<",
}


class Acted(NamedTuple):
    """Something that happened to an account: what, when, and the equity after it."""

    kind: str
    x: float
    equity: float


class LivedPath(NamedTuple):
    """One account's life on the path: equity and requirement (steps + 1,), and what happened."""

    title: str
    equity: Float1D
    maintenance: Float1D
    actions: tuple[Acted, ...]


def _prices(ax: Axes, x: Float1D, marks: Mapping[str, Float1D]) -> None:
    ax.axhline(0.0, color=MUTED, linewidth=0.6)
    for slot, mark in enumerate(marks.values()):
        ax.plot(x, mark - 1.0, color=look(slot).colour, linestyle=look(slot).line)
    ends = [
        (float(mark[-1] - 1.0), name, look(slot).colour) for slot, (name, mark) in enumerate(marks.items())
    ]
    share_axis(ax)
    ax.set_ylabel("price since the start")
    end_labels(ax, ends)


def _life(ax: Axes, x: Float1D, life: LivedPath, slot: int) -> None:
    ax.axhline(0.0, color=INK, linewidth=0.9)
    ax.plot(x, life.equity, color=look(slot).colour)
    ax.step(x, life.maintenance, where="post", color=INK, linewidth=0.8, linestyle="--")
    for one in life.actions:
        ax.plot(one.x, one.equity, MARKERS[one.kind], color=INK, markersize=5.0, clip_on=False)
    ax.set_ylabel("USD")
    money_axis(ax, "y")
    ends = (("equity", life.equity, look(slot).colour), ("required", life.maintenance, INK))
    end_labels(ax, [(float(values[-1]), name, colour) for name, values, colour in ends])


@drawn
def lived_path(clock: Clock, x: Float1D, marks: Mapping[str, Float1D], lives: Sequence[LivedPath]) -> Figure:
    """Prices as changes since the start, then one panel a life; `x` (steps + 1,) in the clock's unit."""
    figure, rows = grid(1 + len(lives), 1, HEIGHT, sharey="none")
    panels = [row[0] for row in rows]
    _prices(panels[0], x, {name: np.asarray(mark) for name, mark in marks.items()})
    title(panels[0], "Prices", 1)
    for slot, (ax, life) in enumerate(zip(panels[1:], lives, strict=True)):
        _life(ax, x, life, slot)
        title(ax, life.title, 1)
    for ax in panels:
        time_axis(ax, clock)
    kinds = [kind for kind in MARKERS if any(one.kind == kind for life in lives for one in life.actions)]
    if kinds:
        shown = [
            Line2D([], [], color=INK, marker=MARKERS[kind], linestyle="", markersize=5.0) for kind in kinds
        ]
        figure.legend(shown, kinds, loc="outside lower center", ncols=min(len(kinds), 3), frameon=False)
    return figure
