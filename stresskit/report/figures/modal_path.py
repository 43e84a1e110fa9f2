"""Prices on the way to liquidation: the modal one of the liquidated paths, over the mean of all."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.domain import Float1D
from stresskit.report.curves import Clock
from stresskit.report.draw import end_labels, grid, share_axis, time_axis, title
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 1.9


class Track(NamedTuple):
    """Changes of one price since the start (steps + 1,): on the modal path, and on average."""

    asset: str
    modal: Float1D
    mean: Float1D


class Modal(NamedTuple):
    """The modal path of one mode; `end`: its first forced closing, in the clock's unit."""

    title: str
    end: float
    tracks: tuple[Track, ...]


def _one(ax: Axes, shown: Modal, x: Float1D) -> None:
    ax.axhline(0.0, color=MUTED, linewidth=0.6)
    alive = x <= shown.end + 1e-9
    labels = []
    for slot, track in enumerate(shown.tracks):
        face = look(slot)
        ax.plot(x, track.mean, color=face.colour, linewidth=0.6)
        ax.plot(x[alive], track.modal[alive], color=face.colour, linestyle=face.line, linewidth=1.5)
        at = float(track.modal[alive][-1])
        ax.plot(shown.end, at, marker="x", markersize=4.5, markeredgewidth=1.1, color=INK, clip_on=False)
        labels.append((at, track.asset, face.colour))
    share_axis(ax)
    end_labels(ax, labels)


@drawn
def modal_path(panels: Sequence[Modal], clock: Clock, x: Float1D) -> Figure:
    """A panel a mode, one scale for all; `x` (steps + 1,) in the clock's unit."""
    figure, rows = grid(1, len(panels), HEIGHT)
    for ax, panel in zip(rows[0], panels, strict=True):
        _one(ax, panel, x)
    for ax, panel in zip(rows[0], panels, strict=True):
        time_axis(ax, clock)
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("price since the start")
    return figure
